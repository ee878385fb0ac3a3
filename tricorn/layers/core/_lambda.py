"""`Lambda`: a function as a layer."""

from __future__ import annotations

import inspect

from tricorn.core.errors import UnsafeFileError, bad_argument
from tricorn.core.serial import (
    deserialize_keras_object,
    in_safe_mode,
    safe_mode_scope,
    serialize_keras_object,
)
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Lambda(Layer):
    """Applies a function of the user's, written in `tricorn.ops` or in the engine's own functions.

    It can be saved if the function has a registered name (`@saving.register_keras_serializable()`): code is never
    written into a file. Variables that the function uses are not tracked: write a `Layer` for that.

    Args:
        function: `function(inputs, **arguments)`. If it has parameters `mask` or `training`, they are filled in.
        output_shape: Shape of the output without the batch axis, or a function of the input's shape that returns the
            whole output shape. By default it follows from running the function on a symbolic input.
        mask: Mask of the output, or a function `(inputs, mask) -> mask`.
        arguments: Dict of more arguments of the function.
        **kwargs: Of `Layer`.

    Raises:
        TypeError: `function` is not callable.
    """

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        if not callable(function):
            raise bad_argument(self._where(), "`function` must be callable.", given=repr(function)[:200],
                               error=TypeError)  # fmt: skip
        if arguments is not None and not isinstance(arguments, dict):
            raise bad_argument(self._where(), "`arguments` must be a dict.", given=repr(arguments)[:200],
                               error=TypeError)  # fmt: skip
        self.function = function
        self.arguments = dict(arguments or {})
        self._output_shape = output_shape
        self.mask = mask
        self.supports_masking = mask is not None
        try:
            parameters = inspect.signature(function).parameters
        except (TypeError, ValueError):  # a built-in without a signature
            parameters = {}
        self._takes_mask = "mask" in parameters
        self._takes_training = "training" in parameters

    def call(self, inputs, mask=None, training=None):
        extra = dict(self.arguments)
        if self._takes_mask:
            extra["mask"] = mask
        if self._takes_training:
            extra["training"] = training
        return self.function(inputs, **extra)

    def compute_mask(self, inputs, mask=None):
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def _makes_masks(self):
        return self.mask is not None

    def _is_pure(self):
        return False

    def compute_output_shape(self, input_shape):
        if self._output_shape is None:
            from tricorn import tree

            dtype = self.compute_dtype
            spec = tree.map_shape_structure(
                lambda s: KerasTensor(s, dtype, record_history=False), input_shape
            )
            return tree.map_structure(lambda x: x.shape, self._spec_by_running(spec))
        if callable(self._output_shape):
            return tuple(self._output_shape(input_shape))
        batch = input_shape[0] if input_shape else None
        if isinstance(batch, (list, tuple)):
            batch = batch[0] if batch else None
        return (batch, *self._output_shape)

    def compute_output_spec(self, inputs, mask=None, training=None):
        from tricorn import tree

        inside = tree.map_structure(lambda x: spec_inside(self, x), inputs)
        if self._output_shape is None:
            return self._spec_by_running(inside, mask=mask, training=training)
        shape = self.compute_output_shape(tree.map_structure(lambda x: x.shape, inputs))
        return KerasTensor(shape, self.compute_dtype, record_history=False)

    def get_config(self):
        config = {**super().get_config(), "function": self._written(self.function, "function")}
        if self._output_shape is not None:
            config["output_shape"] = self._written(self._output_shape, "output_shape")
        if self.mask is not None:
            config["mask"] = self._written(self.mask, "mask")
        config["arguments"] = serialize_keras_object(self.arguments)
        return config

    def _written(self, value, name):
        if getattr(value, "__name__", "") == "<lambda>":
            raise bad_argument(
                self._where(), f"`{name}` is a lambda, and code is not written into files.",
                expected="a function with a registered name", hint="def f(x): ... with "
                "@tricorn.saving.register_keras_serializable(), or a Layer of your own", error=NotImplementedError,
            )  # fmt: skip
        return list(value) if isinstance(value, tuple) else serialize_keras_object(value)

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """The layer of a config. `safe_mode=False` lets the config bring along code; only for sources that you trust.

        Raises:
            UnsafeFileError: The config brings along code, in safe mode.
        """
        safe_mode = in_safe_mode() if safe_mode is None else safe_mode
        config = dict(config)
        with safe_mode_scope(safe_mode):
            for name in ("function", "output_shape", "mask"):
                value = config.get(name)
                if isinstance(value, (list, tuple)) and name == "function":
                    raise bad_argument("Lambda.from_config", "`function` brings along code in an old form.",
                                       hint="save the model again with the version that wrote it, as .keras",
                                       error=UnsafeFileError)  # fmt: skip
                if isinstance(value, dict):
                    config[name] = deserialize_keras_object(value, custom_objects=custom_objects)
            config["arguments"] = deserialize_keras_object(
                config.get("arguments"), custom_objects=custom_objects
            )
        if isinstance(config.get("output_shape"), list):
            config["output_shape"] = tuple(config["output_shape"])
        return cls(**config)
