"""`Sequential`: a stack of layers."""

from __future__ import annotations

from tricorn.core.backend import backend_scope
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._layer import Layer
from tricorn.layers._layer_call import LayerCall, _shapes_of, call_signature
from tricorn.layers.core._input_layer import InputLayer
from tricorn.models._functional import Functional
from tricorn.models._model import Model


class Sequential(Model):
    """A model whose layers run one after the other.

    With a known input shape (an `Input` first, or `build`) it is a graph, and runs as one. Without, its layers are
    called in turn at the first call, which builds them.

    Args:
        layers: List of layers; may begin with an `Input`.
        trainable: Whether optimizers update its Variables.
        name: Name; automatic if None.
    """

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, layers=None, trainable=True, name=None):
        self._init_trainer()
        Layer.__init__(self, trainable=True, name=name)
        self.__dict__["autocast"] = False
        self.__dict__["_graph"] = None
        self.__dict__["_stack"] = []
        if layers is not None and not isinstance(layers, (list, tuple)):
            raise bad_argument(
                self._where(), "`layers` must be a list.", given=repr(layers)[:100], error=TypeError
            )
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._maybe_rebuild()
        if not trainable:
            self.trainable = False

    def add(self, layer, rebuild=True):
        """Put a layer on top.

        Raises:
            ValueError: A layer of this name is there already, or an Input is not the first.
        """
        if isinstance(layer, KerasTensor) and layer._keras_history is not None:
            layer = layer._keras_history.operation
        if not isinstance(layer, Layer):
            raise bad_argument(self._where(), "only layers can be added.", given=f"{layer!r} ({type(layer).__name__})",
                               hint="wrap a function in layers.Lambda", error=TypeError)  # fmt: skip
        stack = self._stack
        if isinstance(layer, InputLayer):
            if stack:
                raise bad_argument(self._where(), "an Input must be the first layer.",
                                   given=f"{layer.name!r} after {stack[-1].name!r}")  # fmt: skip
        elif any(layer.name == other.name for other in stack):
            raise bad_argument(self._where(), "two layers have the same name.", expected="unique names",
                               given=repr(layer.name))  # fmt: skip
        elif layer._backend is not self._backend:
            raise bad_argument(self._where(), f"the layer {layer.name!r} belongs to another engine.",
                               expected=self._backend.name, given=layer._backend.name)  # fmt: skip
        shape = layer.__dict__.get("_batch_input_shape")
        if not stack and shape is not None:
            stack.append(InputLayer(batch_shape=shape, dtype=layer.input_dtype))
        stack.append(layer)
        self._track_layer(layer)
        if rebuild:
            self._maybe_rebuild()
        else:
            self.__dict__["built"] = False

    def pop(self, rebuild=True):
        """Take the topmost layer off and return it."""
        if not self._stack:
            raise bad_argument(self._where(), "there is no layer to take off.")
        layer = self._stack.pop()
        self._layers[:] = [other for other in self._layers if other is not layer]
        self.__dict__["built"] = False
        self.__dict__["_graph"] = None
        if rebuild:
            self._maybe_rebuild()
        return layer

    def _maybe_rebuild(self):
        self.__dict__["built"] = False
        self.__dict__["_graph"] = None
        stack = self._stack
        if len(stack) > 1 and isinstance(stack[0], InputLayer):
            self.build(stack[0].batch_shape)
        elif len(stack) > 0 and isinstance(stack[0], Functional):
            self.build(stack[0].input_shape)

    _rebuilds = True

    def build(self, input_shape=None):
        if not self._stack:
            raise bad_argument(
                self._where(), "has no layers yet, so it cannot be built.", hint="model.add(layer)"
            )
        stack = self._stack
        if isinstance(stack[0], InputLayer):
            first = stack[0]
            if input_shape is not None and tuple(input_shape) != first.batch_shape:
                _check_compatible(self, input_shape, first.batch_shape)
        elif input_shape is None:
            raise bad_argument(
                self._where(), "the input shape is not known.", hint="begin with an Input, or build(shape)"
            )
        else:
            if isinstance(input_shape, (list, dict)) or (
                input_shape and isinstance(input_shape[0], (list, tuple))
            ):
                return  # a structure of inputs: layers are called in turn
            first = InputLayer(batch_shape=input_shape, dtype=stack[0].input_dtype)
            stack.insert(0, first)
        x = first.output
        for layer in stack[1:]:
            try:
                x = layer(x)
            except NotImplementedError:
                return  # its output shape is not known without values
        graph = Functional.__new__(Functional)
        graph.__init__(first.output, x, name=self.name)
        self.__dict__["_graph"] = graph

    def _build_for(self, signature, args, kwargs):
        """Built by a first call: for any batch size."""
        shape = _shapes_of(args[0] if args else kwargs["inputs"])
        self.build(
            (None, *shape[1:])
            if type(shape) is tuple and shape and type(shape[0]) in (int, type(None))
            else shape
        )

    def call(self, inputs, training=None, mask=None):
        if self._graph is not None:
            return self._graph.call(inputs, training=training, mask=mask)
        x = inputs
        for layer in self.layers:
            kwargs = {"training": training} if call_signature(type(layer)).takes_training else {}
            if mask is not None and layer is self.layers[0] and call_signature(type(layer)).takes_mask:
                kwargs["mask"] = mask
            x = layer(x, **kwargs)
        return x

    @property
    def _stage(self):
        return self._graph._stage if self._graph is not None else None

    def _calls_directly(self):
        cls = self._public_class()
        return (self._graph is not None and cls.call is Sequential.call and cls.__call__ is LayerCall.__call__
                and self.activity_regularizer is None and "call" not in self.__dict__)  # fmt: skip

    @property
    def layers(self):
        return [layer for layer in self._stack if not isinstance(layer, InputLayer)]

    def compute_output_spec(self, inputs, training=None, mask=None):
        if self._graph is not None:
            return self._graph.compute_output_spec(inputs, training=training, mask=mask)
        x = inputs
        for layer in self.layers:
            x = layer.compute_output_spec(x) if layer.built else layer(x)
        return x

    def compute_output_shape(self, input_shape):
        if self._graph is not None:
            return self._graph.compute_output_shape(input_shape)
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def _of_graph(self, name):
        if self._graph is None:
            raise AttributeError(
                f"{self._where()} has no `{name}` before it is built: begin with an Input, or call it."
            )
        return getattr(self._graph, name)

    @property
    def inputs(self):
        return self._of_graph("inputs")

    @property
    def outputs(self):
        return self._of_graph("outputs")

    @property
    def input(self):
        return self._of_graph("input")

    @property
    def output(self):
        return self._of_graph("output")

    @property
    def input_shape(self):
        return self._of_graph("input_shape")

    @property
    def output_shape(self):
        return self._of_graph("output_shape")

    @property
    def input_dtype(self):
        stack = self.__dict__.get("_stack")
        if stack and isinstance(stack[0], InputLayer):
            return stack[0].dtype
        return super().input_dtype

    def _check_data(self, x):
        if self._graph is not None:
            self._graph._check_data(x)

    def _known_outputs(self):
        return self._graph._outputs_struct if self._graph is not None else None

    def _makes_masks(self):
        return self._graph is not None and self._graph._makes_masks()

    def compute_mask(self, inputs, previous_mask):
        return None  # the layers attach the mask of the output themselves

    def get_config(self):
        if type(self)._public_class() is not Sequential and "layers" not in _parameters(self):
            return Layer.get_config(self)
        config = {"name": self.name, "trainable": self.trainable,
                  "layers": [serialize_keras_object(layer) for layer in self._stack]}  # fmt: skip
        if self._build_shapes is not None:
            config["build_input_shape"] = self._build_shapes
        return config

    def get_build_config(self):
        return {"input_shape": self._build_shapes} if self._build_shapes is not None else None

    @classmethod
    def from_config(cls, config, custom_objects=None):
        if "layers" not in config:
            return cls(**config)
        model = cls(name=config.get("name"))
        for entry in config["layers"]:
            model.add(deserialize_keras_object(entry, custom_objects=custom_objects), rebuild=False)
        model._maybe_rebuild()
        shape = config.get("build_input_shape")
        if not model.built and shape is not None and model._stack:
            with backend_scope(model._backend):
                model.build(tuple(shape) if shape and not isinstance(shape[0], (list, tuple)) else shape)
        if config.get("trainable") is False:
            model.trainable = False
        return model


def _parameters(model):
    import inspect

    return inspect.signature(model._public_class().__init__).parameters


def _check_compatible(model, given, expected):
    given = tuple(given)
    fits = len(given) == len(expected) and all(
        a is None or b is None or a == b for a, b in zip(given, expected, strict=True)
    )
    if not fits:
        raise bad_argument(
            model._where(), "the input does not fit its Input.", expected=expected, given=given
        )
