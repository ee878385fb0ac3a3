"""`Functional`: a model described by a graph of symbolic tensors."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.graph import (
    Function,
    OpCall,
    _flatten_like,
    generate,
    node_of,
    size_of_value,
    sort_nodes,
    strip_history,
    structure_version as graph_version,
)
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.scopes import current_autocast
from tricorn.core.symbolic import KerasTensor, any_symbolic
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer, _rebuild
from tricorn.layers._layer_call import LayerCall, call_signature
from tricorn.layers.core._input_layer import Input, InputLayer
from tricorn.models._functional_config import functional_from_config, graph_config
from tricorn.models._host_stage import STAGED, HostStage, wants_host
from tricorn.models._model import Model
from tricorn.trainers._trainer import specs_of


class Functional(Function, Model):
    """A model from `inputs` to `outputs`. Made by `Model(inputs, outputs)`.

    Runs as generated straight-line code, in which layers that need no conversions, casts, masks or hooks are entered at
    their `call` directly.
    """

    def __init__(self, inputs, outputs, name=None, **kwargs):
        trainable = kwargs.pop("trainable", None)
        self._init_trainer()
        Layer.__init__(self, name=name, **kwargs)
        self.__dict__["autocast"] = False  # its layers cast for themselves
        inputs = _tensors_of_inputs(inputs)
        inputs, outputs = _start_at(inputs, outputs)
        self._setup_graph(inputs, outputs)
        if not self._outputs:
            raise bad_argument(self._where(), "there are no outputs.")
        self.__dict__["_runners"] = {}
        self.__dict__["_checked_kind"] = None  # dtype and shape of a single input that was found to fit
        self.__dict__["_host_stages"] = {}
        self._track_graph_layers()
        self._set_built(self._input_shapes())
        self.__dict__["_output_masks"] = [get_mask(tensor) for tensor in self._outputs]
        if trainable is not None and not trainable:
            self.trainable = False

    def _track_graph_layers(self):
        own = [operation for operation in self.operations if isinstance(operation, Layer)]
        names = {}
        for operation in self.operations:
            if names.setdefault(operation.name, operation) is not operation:
                raise bad_argument(self._where(), "two layers have the same name.", expected="unique names",
                                   given=repr(operation.name))  # fmt: skip
        for layer in own:
            if layer._backend is not self._backend and not isinstance(layer, InputLayer):
                raise bad_argument(
                    self._where(), f"the layer {layer.name!r} belongs to another engine.",
                    expected=self._backend.name, given=layer._backend.name,
                    hint="make all layers of a model under one backend_scope",
                )  # fmt: skip
            self._track_layer(layer)

    @property
    def layers(self):
        return [operation for operation in self.operations if isinstance(operation, Layer)]

    def _check_data(self, x):
        self._checked_inputs(specs_of(x))

    def _known_outputs(self):
        return self._outputs_struct

    def _input_shapes(self):
        return strip_shapes(self._inputs_struct)

    def build(self, input_shape):
        """A functional model is built by the graph that describes it."""

    # --- running -------------------------------------------------------------------------------------------
    def call(self, inputs, training=None, mask=None):
        if mask is not None:
            masks = mask if isinstance(mask, (list, tuple)) else [mask]
            for tensor, one in zip(self._flat_inputs(inputs), masks, strict=False):
                if one is not None:
                    set_mask(tensor, one)
        if type(inputs) is dict and STAGED in inputs:
            flat, runner = self._staged_run(inputs)
        else:
            flat = self._checked_inputs(inputs)
            runner = self._runner_now(flat)
        outputs = runner(*flat, training=training)
        if any(one is not None for one in self._output_masks):
            return self._mask_outputs(outputs)
        return outputs

    def _calls_directly(self):
        """Whether training may enter `call` at once: nothing of the user's stands around it."""
        cls = self._public_class()
        return (cls.call is Functional.call and cls.__call__ is LayerCall.__call__ and self.activity_regularizer is None
                and "call" not in self.__dict__)  # fmt: skip

    @property
    def _stage(self):
        """What runs on the host before the engine: the nodes that work on strings, where the engine has none."""
        if "strings" in self._backend.capabilities:
            return None
        version = graph_version()
        if version in self._host_stages:
            return self._host_stages[version]
        self._host_stages.clear()
        stage = self._host_stages[version] = None
        if wants_host(self, self._nodes_in_order):
            masks = [one for one in self._output_masks if one is not None]
            nodes = sort_nodes(self._inputs, [*self._outputs, *masks]) if masks else self._nodes_in_order
            stage = self._host_stages[version] = HostStage(self, nodes, [*self._outputs, *masks])
        return stage

    def _staged_run(self, inputs):
        """Flat inputs of the part that the engine runs, and what runs it."""
        stage = self._stage
        plain, made = stage.split(inputs)
        flat = [self._check_input(*pair) for pair in zip(plain, stage.tensors, strict=False)] + list(made)
        direct = current_autocast() is None
        key = ("staged", direct, graph_version())
        if key not in self._runners:
            masks = [one for one in self._output_masks if one is not None]
            outputs = (self._outputs_struct, masks) if masks else self._outputs_struct
            self._runners.clear()
            self._runners[key] = generate(
                stage.tensors, outputs, stage.rest, _resolver(direct), size_of_value
            )
        return flat, self._runners[key]

    def _runner_now(self, flat):
        direct = current_autocast() is None and not (
            presence.any and any(get_mask(x) is not None for x in flat)
        )
        key = (direct, graph_version())
        runner = self._runners.get(key)
        if runner is None:
            self._runners.clear()
            runner = self._runners[key] = self._generate(direct)
        return runner

    def _generate(self, direct):
        outputs = self._outputs_struct
        masks = [one for one in self._output_masks if one is not None]
        nodes = self._nodes_in_order
        if masks:
            outputs = (outputs, masks)
            nodes = sort_nodes(self._inputs, [*self._outputs, *masks])
        return generate(self._inputs, outputs, nodes, _resolver(direct), size_of_value)

    def _mask_outputs(self, result):
        outputs, masks = result
        masks = iter(masks)
        for value, symbolic in zip(
            _flatten_like(outputs, self._outputs_struct), self._output_masks, strict=True
        ):
            if symbolic is not None:
                set_mask(value, next(masks))
        return outputs

    def _checked_inputs(self, inputs):
        """Flat input values, of the ranks that the Inputs have."""
        flat = self._flat_inputs(inputs)
        if len(flat) == 1 and flat[0] is not None:
            kind = (flat[0].dtype, flat[0].shape)
            if kind == self._checked_kind:
                return flat
        flat = self._check_flat_inputs(flat)
        # A tracer's shape may hold sizes that cannot be compared later.
        simple = len(flat) == 1 and flat[0] is not None and all(type(size) is int for size in flat[0].shape)
        self.__dict__["_checked_kind"] = (flat[0].dtype, flat[0].shape) if simple else None
        return flat

    def _check_flat_inputs(self, flat):
        return [self._check_input(*pair) for pair in zip(flat, self._inputs, strict=True)]

    def _check_input(self, value, symbolic):
        """One input, of the rank and dtype of its Input."""
        engine = self._backend
        if value is None:
            operation = symbolic._keras_history.operation if symbolic._keras_history else None
            if not getattr(operation, "optional", False):
                raise bad_argument(self._where(), f"the input {symbolic.name!r} is None.",
                                   hint="Input(..., optional=True) accepts None")  # fmt: skip
            return None
        shape = value.shape
        if len(shape) != len(symbolic.shape):
            value = self._fit_rank(value, symbolic)
        elif shape != symbolic.shape:
            # The batch axis is free, as everywhere: an Input's batch size describes, it does not bind.
            for given, wanted in zip(shape[1:], symbolic.shape[1:], strict=True):
                if given != wanted and wanted is not None and given is not None:
                    raise self._misfit(value, symbolic)
        if not isinstance(value, KerasTensor) and engine.dtype_of(value) != symbolic.dtype:
            if "complex" in engine.dtype_of(value) and "complex" not in symbolic.dtype:
                raise bad_argument(self._where(), f"the input {symbolic.name!r} is complex.", expected=symbolic.dtype,
                                   given=engine.dtype_of(value), hint="ops.real(x)")  # fmt: skip
            if "string" in (symbolic.dtype, engine.dtype_of(value)):
                raise bad_argument(self._where(), f"the input {symbolic.name!r} has another dtype.",
                                   expected=symbolic.dtype, given=engine.dtype_of(value), error=TypeError)  # fmt: skip
            value = engine.cast(value, symbolic.dtype)
        return value

    def _fit_rank(self, value, symbolic):
        """`(batch,)` stands for `(batch, 1)` and the reverse, as users of tabular columns expect."""
        shape, wanted = tuple(value.shape), symbolic.shape
        if len(shape) == len(wanted) + 1 and shape[-1] == 1:
            return ops.squeeze(value, -1)
        if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
            return ops.expand_dims(value, -1)
        raise self._misfit(value, symbolic)

    def _misfit(self, value, symbolic):
        return bad_argument(self._where(), f"the input {symbolic.name!r} has the wrong shape.",
                            expected=symbolic.shape, given=tuple(value.shape))  # fmt: skip

    def compute_output_spec(self, inputs, training=None, mask=None):
        return strip_history(self.call(strip_history(inputs), training=training))

    @property
    def input_shape(self):
        return strip_shapes(self._inputs_struct)

    @property
    def output_shape(self):
        return strip_shapes(self._outputs_struct)

    @property
    def input_names(self):
        return [
            tensor._keras_history.operation.name if tensor._keras_history else tensor.name
            for tensor in self._inputs
        ]

    @property
    def output_names(self):
        return [tensor._keras_history.operation.name for tensor in self._outputs]

    @property
    def input(self):
        return self._inputs_struct

    @property
    def output(self):
        return self._outputs_struct

    @property
    def input_spec(self):
        return self.__dict__.get("_own_input_spec")

    @input_spec.setter
    def input_spec(self, value):
        if value is not None and not isinstance(value, (InputSpec, list, tuple, dict)):
            raise bad_argument(
                self._where(), "`input_spec` must be InputSpec(s).", given=repr(value), error=TypeError
            )
        self.__dict__["_own_input_spec"] = value

    def _makes_masks(self):
        return any(one is not None for one in self._output_masks)

    def compute_mask(self, inputs, previous_mask):
        return None  # `call` attaches the masks of the graph's outputs itself

    # --- configuration ---------------------------------------------------------------------------------------
    def get_config(self):
        """The graph: layers with their configurations and calls, input and output tensors."""
        if not _takes_graph(type(self)._public_class()):
            return Layer.get_config(self)
        return graph_config(self)

    def _all_nodes(self):
        inputs = [node_of(tensor) for tensor in self._inputs if tensor._keras_history is not None]
        return [*inputs, *self._nodes_in_order]

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return functional_from_config(cls, config, custom_objects)

    def __reduce__(self):
        _, arguments, state = super().__reduce__()
        return _rebuild_functional, arguments, state


def strip_shapes(tree):
    """Shapes in place of symbolic tensors."""
    if isinstance(tree, KerasTensor):
        return tree.shape
    if isinstance(tree, (list, tuple)):
        return type(tree)(strip_shapes(item) for item in tree)
    if isinstance(tree, dict):
        return {key: strip_shapes(item) for key, item in tree.items()}
    return tree


def _resolver(direct):
    """What finds the function of each node, in the order in which they run."""
    carriers = set()  # tensors that may come with a mask which no description of the graph knows

    def resolve(node):
        operation = node.operation
        carries = any(id(tensor) in carriers for tensor in node.input_tensors)
        if isinstance(operation, LayerCall) and (
            _may_mask_inside(operation) or (carries and operation.supports_masking)
        ):
            carriers.update(map(id, node.output_tensors))
        return _resolve(node, direct and not carries)

    return resolve


def _may_mask_inside(layer):
    """Whether it is, or holds, a layer of the user's whose inner layers may leave a mask on what it returns."""
    return any(
        one._layers and not one._public_class().__module__.startswith("tricorn.")
        for one in layer._flatten_layers()
    )


def _resolve(node, direct):
    """What runs a node: a bound `call`, or the operation with all that a call does."""
    operation = node.operation
    if isinstance(operation, OpCall):
        return operation.op.function, ""
    if not isinstance(operation, LayerCall):
        return operation, ""
    signature = call_signature(type(operation))
    extra = "training=training" if "training" not in node.kwargs else ""
    if direct and _enters_directly(operation, node, signature):
        return operation.call, extra if signature.names_training else ""
    if not signature.takes_training and not operation._layers:
        extra = ""
    return operation, extra


def _enters_directly(layer, node, signature):
    cls = type(layer)
    public = layer._public_class()
    if not public.__module__.startswith("tricorn.") or public.__call__ is not LayerCall.__call__:
        return False
    if not layer.built or layer.activity_regularizer is not None or layer._has_hooks() or layer._remat_mode:
        return False
    if node.masks is not None:
        return False
    if not layer._runs_symbolically:
        return False
    if "call" in layer.__dict__ or (not layer._convert_input_args and layer._layers):
        return False
    if layer.autocast and layer.compute_dtype != layer.variable_dtype:
        return False
    if layer._layers and not signature.names_training:
        return False  # sub-layers hear of `training` through the context that a full call makes
    for tensor in node.input_tensors:
        if layer.autocast and "float" in tensor.dtype and tensor.dtype != layer.input_dtype:
            return False
    positional_constants = [
        value for value in node.args if not any_symbolic(value) and hasattr(value, "shape")
    ]
    return not positional_constants and cls.call is not Layer.call


def _tensors_of_inputs(inputs):
    """Symbolic tensors; an InputLayer stands for its output."""
    if isinstance(inputs, InputLayer):
        return inputs.output
    if isinstance(inputs, (list, tuple)):
        return type(inputs)(_tensors_of_inputs(item) for item in inputs)
    if isinstance(inputs, dict):
        return {key: _tensors_of_inputs(item) for key, item in inputs.items()}
    if not isinstance(inputs, KerasTensor):
        raise bad_argument("Model", "inputs must be symbolic tensors.", expected="tensors made by Input(...)",
                           given=repr(inputs)[:200])  # fmt: skip
    return inputs


def _start_at(inputs, outputs):
    """Where `inputs` are intermediate tensors of a graph, cut it there: new Inputs take their place."""

    def is_input(tensor):
        return tensor._keras_history is not None and isinstance(tensor._keras_history.operation, InputLayer)

    flat = _flatten_like(inputs, inputs)
    if all(is_input(tensor) for tensor in flat):
        return inputs, outputs
    replaced = {}
    for tensor in flat:
        fresh = tensor if is_input(tensor) else Input(batch_shape=tensor.shape, dtype=tensor.dtype,
                                                      name=tensor.name)  # fmt: skip
        mask = get_mask(tensor)
        if mask is not None and fresh is not tensor:
            set_mask(fresh, None)
        replaced[id(tensor)] = fresh
    for node in sort_nodes(flat, _flatten_like(outputs, outputs)):
        args = _replace(node.args, replaced)
        kwargs = _replace(node.kwargs, replaced)
        operation = node.operation
        fresh = (
            operation.op.function(*args, **kwargs)
            if isinstance(operation, OpCall)
            else operation(*args, **kwargs)
        )
        for old, new in zip(node.output_tensors, _flatten_like(fresh, node.outputs), strict=True):
            replaced[id(old)] = new
    return _replace(inputs, replaced), _replace(outputs, replaced)


def _replace(tree, mapping):
    if isinstance(tree, KerasTensor):
        return mapping.get(id(tree), tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_replace(item, mapping) for item in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(_replace(item, mapping) for item in tree)
    if isinstance(tree, dict):
        return {key: _replace(item, mapping) for key, item in tree.items()}
    return tree


def become_functional(model, *args, **kwargs):
    """Make an instance of a user's Model subclass, whose `__init__` passes inputs and outputs up, a functional model."""
    cls = type(model)
    if not issubclass(cls, Functional):
        model.__class__ = _functional_subclass(cls)
    Functional.__init__(model, *args, **kwargs)


_subclasses: dict = {}


def _functional_subclass(cls):
    try:
        return _subclasses[cls]
    except KeyError:
        namespace = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__,
                     "_tricorn_public": cls._public_class()}  # fmt: skip
        made = _subclasses[cls] = type(cls)(cls.__name__, (cls, Functional), namespace)
        return made


def _rebuild_functional(cls, backend):
    """An empty functional model of the user's class, for pickle and copy to fill."""
    model = _rebuild(cls, backend)
    if not isinstance(model, Functional):
        model.__class__ = _functional_subclass(type(model))
    return model


def _takes_graph(cls):
    from tricorn.models._model import _is_graph_constructor

    return cls is Functional or _is_graph_constructor(cls)
