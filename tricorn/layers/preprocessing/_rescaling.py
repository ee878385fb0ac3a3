"""`Rescaling`: inputs brought to another range."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing


class Rescaling(BasePreprocessing):
    """`inputs * scale + offset`, in the compute dtype: integers become floats.

    It has no weights, so it follows its input: it runs on the engine of the tensors that it is given, whichever engine
    was active when it was made (inside a `tf.data` map or a DataLoader's worker, for example).

    Args:
        scale: Factor, a number or an array that broadcasts to the input (one for each channel).
        offset: Summand, the same.
        **kwargs: Of `Layer`.

    Examples:
        >>> Rescaling(1 / 127.5, offset=-1)(np.array([[0, 255]], "uint8"))  # [[-1., 1.]]
    """

    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True
        self._numbers = all(isinstance(value, (int, float)) for value in (scale, offset))

    def call(self, inputs):
        dtype = self.compute_dtype
        x = ops.cast(inputs, dtype)
        if self._numbers:
            return x * self.scale + self.offset if self.offset else x * self.scale
        scale, offset = (
            ops.convert_to_tensor(np.asarray(value), dtype) for value in (self.scale, self.offset)
        )
        return x * scale + offset

    def compute_output_shape(self, input_shape):
        if self._numbers:
            return input_shape
        from tricorn.core.rules import broadcast_shapes

        return broadcast_shapes(tuple(input_shape), np.shape(self.scale), np.shape(self.offset))

    def compute_output_spec(self, inputs):
        return KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype, record_history=False)

    def get_config(self):
        return {**super().get_config(), "scale": serialize_keras_object(self.scale),
                "offset": serialize_keras_object(self.offset)}  # fmt: skip

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for name in ("scale", "offset"):
            if name in config:
                config[name] = deserialize_keras_object(config[name], custom_objects=custom_objects)
        return cls(**config)
