"""`Functional`: a model described by a graph of symbolic tensors."""

from __future__ import annotations

import collections
import heapq

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.graph import (
    Function,
    OpCall,
    _flatten_like,
    generate,
    node_of,
    size_of_value,
    strip_history,
)
from tricorn.core.graph import structure_version as graph_version
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.scopes import current_autocast
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor, any_symbolic
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer, _rebuild
from tricorn.layers._layer_call import LayerCall, call_signature
from tricorn.layers.core._input_layer import Input, InputLayer
from tricorn.models._model import Model
from tricorn.ops import _find as op_names
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
        flat = self._checked_inputs(inputs)
        outputs = self._runner_now(flat)(*flat, training=training)
        if any(one is not None for one in self._output_masks):
            return self._mask_outputs(outputs)
        return outputs

    def _calls_directly(self):
        """Whether training may enter `call` at once: nothing of the user's stands around it."""
        cls = self._public_class()
        return (cls.call is Functional.call and cls.__call__ is LayerCall.__call__ and self.activity_regularizer is None
                and "call" not in self.__dict__)  # fmt: skip

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
            from tricorn.core.graph import sort_nodes

            outputs = (outputs, masks)
            nodes = sort_nodes(self._inputs, [*self._outputs, *masks])

        def resolve(node):
            return _resolve(node, direct)

        return generate(self._inputs, outputs, nodes, resolve, size_of_value)

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
        engine = self._backend
        for index, (value, symbolic) in enumerate(zip(flat, self._inputs, strict=True)):
            if value is None:
                operation = symbolic._keras_history.operation if symbolic._keras_history else None
                if not getattr(operation, "optional", False):
                    raise bad_argument(self._where(), f"the input {symbolic.name!r} is None.",
                                       hint="Input(..., optional=True) accepts None")  # fmt: skip
                continue
            shape = value.shape
            if len(shape) != len(symbolic.shape):
                flat[index] = self._fit_rank(value, symbolic)
            elif shape != symbolic.shape:
                # The batch axis is free, as everywhere: an Input's batch size describes, it does not bind.
                for given, wanted in zip(shape[1:], symbolic.shape[1:], strict=True):
                    if given != wanted and wanted is not None and given is not None:
                        raise self._misfit(value, symbolic)
            value = flat[index]
            if not isinstance(value, KerasTensor) and engine.dtype_of(value) != symbolic.dtype:
                if "complex" in engine.dtype_of(value) and "complex" not in symbolic.dtype:
                    raise bad_argument(self._where(), f"the input {symbolic.name!r} is complex.", expected=symbolic.dtype,
                                       given=engine.dtype_of(value), hint="ops.real(x)")  # fmt: skip
                flat[index] = engine.cast(value, symbolic.dtype)
        return flat

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
        positions = {}  # id(node) -> index among the calls of its operation that belong to this graph
        calls = {}
        for node in self._all_nodes():
            owner = calls.setdefault(id(node.operation), [])
            positions[id(node)] = len(owner)
            owner.append(node)

        def reference(tensor):
            node = node_of(tensor)
            return [node.operation.name, positions[id(node)], tensor._keras_history.tensor_index]

        def end_reference(tensor):
            name, call, index = reference(tensor)
            return [name, call + _first_call(node_of(tensor).operation), index]

        layers = []
        for operation in self.operations:
            nodes = calls.get(id(operation), [])
            if isinstance(operation, OpCall):
                entry = _serialize_op(operation, nodes[0])
            else:
                entry = serialize_keras_object(operation)
            entry["name"] = operation.name
            entry["inbound_nodes"] = [
                _serialize_call(node, reference) for node in nodes if not isinstance(operation, InputLayer)
            ]
            layers.append(entry)
        return {
            "name": self.name,
            "trainable": self.trainable,
            "layers": layers,
            "input_layers": _map_tensors(self._inputs_struct, end_reference),
            "output_layers": _map_tensors(self._outputs_struct, end_reference),
        }

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
    if not layer.built or layer.activity_regularizer is not None or layer._has_hooks():
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
    from tricorn.core.graph import sort_nodes

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


# --- configuration of a graph ------------------------------------------------------------------------------
def _first_call(operation):
    """The number that a file gives the first call of an operation, where it tells the ends of a graph: the reference
    counts a functional model's own graph as one."""
    return 1 if isinstance(operation, Functional) else 0


def _serialize_op(operation, node):
    """An op in a file: the reference's class, with the op's settings as its configuration."""
    op = operation.op
    settings, _, _ = _split_arguments(op, node)
    config = {
        "name": operation.name,
        **{name: serialize_keras_object(value) for name, value in settings.items()},
    }
    return {"module": op_names.module_of(op), "class_name": op_names.class_of(op), "config": config,
            "registered_name": op_names.class_of(op)}  # fmt: skip


def _split_arguments(op, node):
    """The arguments of an op's call as files have them: settings, positional and keyword arguments."""
    bound = op.signature.bind(*node.args, **node.kwargs)
    bound.apply_defaults()
    settings = dict(bound.arguments)
    args = [settings.pop(name) for name in op_names.call_arguments(op)]
    kwargs = {name: settings.pop(name) for name, value in bound.arguments.items()
              if name in settings and any_symbolic(value)}  # fmt: skip
    if op_names.is_spread(op):
        args = list(args[0])
    return settings, args, kwargs


def _serialize_call(node, reference):
    def serialize(value):
        if isinstance(value, KerasTensor):
            return {"class_name": "__keras_tensor__", "config": {
                "shape": list(value.shape), "dtype": value.dtype, "keras_history": reference(value)}}  # fmt: skip
        if isinstance(value, (list, tuple)):
            return [serialize(item) for item in value]  # as JSON has it, and as the reference reads it
        if isinstance(value, dict):
            return {key: serialize(item) for key, item in value.items()}
        return serialize_keras_object(value)

    args, kwargs = node.args, node.kwargs
    if isinstance(node.operation, OpCall):
        _, args, kwargs = _split_arguments(node.operation.op, node)
    return {"args": [serialize(value) for value in args],
            "kwargs": {key: serialize(value) for key, value in kwargs.items()}}  # fmt: skip


def _map_tensors(tree, function):
    if isinstance(tree, KerasTensor):
        return function(tree)
    if isinstance(tree, (list, tuple)):
        return [_map_tensors(item, function) for item in tree]
    if isinstance(tree, dict):
        return {key: _map_tensors(item, function) for key, item in tree.items()}
    return tree


def functional_from_config(cls, config, custom_objects=None):
    """Build a graph from its configuration.

    Raises:
        ValueError: The configuration refers to a layer or call that it does not have.
    """
    config = dict(config)
    layers, pending = {}, []
    for entry in config.pop("layers"):
        name = entry["name"] if "name" in entry else entry["config"]["name"]
        if name in layers:
            raise bad_argument("Functional.from_config", "two layers have the same name.", given=repr(name))
        if _is_op_entry(entry):
            layers[name] = entry
        else:
            layer = deserialize_keras_object(entry, custom_objects=custom_objects)
            if not isinstance(layer, Layer):
                raise bad_argument("Functional.from_config", f"the entry {name!r} is not a layer.",
                                   given=type(layer).__name__)  # fmt: skip
            layers[name] = layer
        pending.extend((name, index, call) for index, call in enumerate(entry.get("inbound_nodes", ())))
    made = {}  # (layer, call) -> flat output tensors
    for name, layer in layers.items():
        if isinstance(layer, InputLayer):
            made[name, 0] = layer._inbound_nodes[0].output_tensors

    def tensor_at(where):
        name, call, index = where[0], where[1], where[2]
        return made[name, call][index]

    # Calls in the order of the file, each as soon as what it needs is made: itself linear in the size of the file.
    keys = [(name, index) for name, index, _ in pending]
    needs, waiting = [], collections.defaultdict(list)
    for position, (name, index, call) in enumerate(pending):
        # Calls of one layer are numbered in order: an earlier one must be made first.
        needed = {(name, index - 1)} if index else set()
        needed |= {(reference[0], reference[1]) for reference in _references(call)}
        needs.append({key for key in needed if key not in made})
        for key in needs[-1]:
            waiting[key].append(position)
    ready = [position for position, needed in enumerate(needs) if not needed]
    while ready:
        position = heapq.heappop(ready)
        name, index, call = pending[position]
        args, kwargs = _deserialize_call(call, tensor_at, custom_objects)
        layer = layers[name]
        outputs = _call_op(layer, args, kwargs) if isinstance(layer, dict) else layer(*args, **kwargs)
        made[keys[position]] = list(_symbolic_leaves(outputs))
        for dependent in waiting.pop(keys[position], ()):
            needs[dependent].discard(keys[position])
            if not needs[dependent]:
                heapq.heappush(ready, dependent)
    for key, needed in zip(keys, needs, strict=True):
        if key not in made:
            raise bad_argument("Functional.from_config", f"the call of {key[0]!r} needs tensors that nothing makes.",
                               given=sorted(map(str, needed)))  # fmt: skip

    def tensors(tree):
        if isinstance(tree, dict):
            return {key: tensors(item) for key, item in tree.items()}
        if isinstance(tree, (list, tuple)):
            if len(tree) == 3 and isinstance(tree[0], str) and isinstance(tree[1], int):
                try:
                    return tensor_at((tree[0], tree[1] - _first_call(layers.get(tree[0])), tree[2]))
                except (KeyError, IndexError):
                    raise bad_argument("Functional.from_config", "unknown tensor.", given=tree) from None
            return [tensors(item) for item in tree]
        raise bad_argument("Functional.from_config", "not a tensor reference.", given=repr(tree))

    inputs, outputs = tensors(config.pop("input_layers")), tensors(config.pop("output_layers"))
    inputs = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
    if isinstance(outputs, list) and len(outputs) == 1:
        outputs = outputs[0]
    return cls(inputs=inputs, outputs=outputs, **config)


def _symbolic_leaves(tree):
    return _flatten_like(tree, tree)


def _is_op_entry(entry):
    return str(entry.get("module", "")).startswith(("keras.ops", "keras.src.ops"))


def _call_op(entry, args, kwargs):
    """Apply the op that an entry of a file names; only declared ops can be named."""
    config = dict(entry.get("config") or {})
    name = entry.get("name", config.pop("name", None))
    config.pop("name", None)
    op = op_names.find_op(entry["class_name"], name)
    settings = {key: deserialize_keras_object(value) for key, value in config.items()}
    outputs = op_names.call_from_file(op, settings, args, kwargs)
    for leaf in _symbolic_leaves(outputs):
        leaf._keras_history.operation.name = name or op.name
    return outputs


def _references(tree):
    """The `keras_history` of each symbolic tensor in a serialized call."""
    if isinstance(tree, dict):
        if tree.get("class_name") == "__keras_tensor__":
            yield tree["config"]["keras_history"]
        else:
            for item in tree.values():
                yield from _references(item)
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _references(item)


def _deserialize_call(call, tensor_at, custom_objects):
    def deserialize(value):
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return tensor_at(value["config"]["keras_history"])
            if value.get("class_name") == "__tuple__":
                return tuple(deserialize(item) for item in value["items"])
            if "class_name" in value:
                return deserialize_keras_object(value, custom_objects=custom_objects)
            return {key: deserialize(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [deserialize(item) for item in value]
        return value

    return [deserialize(v) for v in call["args"]], {key: deserialize(v) for key, v in call["kwargs"].items()}
