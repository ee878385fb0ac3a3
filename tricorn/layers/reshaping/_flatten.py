"""`Flatten`: all axes but the batch axis as one."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.windows import resolve_data_format
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._like_input import spec_inside


class Flatten(Layer):
    """`(batch, ...)` to `(batch, all elements of one example)`, in the order of channels-last data.

    Args:
        data_format: "channels_last" or "channels_first" (whose axes are moved first, so that a model gives the same
            order in both formats); None for the configured one.
        **kwargs: Of `Layer`.
    """

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format = resolve_data_format(data_format, self._where())
        self.input_spec = InputSpec(min_ndim=1)
        self._moves_channels = self.data_format == "channels_first"

    def call(self, inputs):
        shape = inputs.shape
        if self._moves_channels and len(shape) > 2:
            inputs = ops.transpose(inputs, (0, *range(2, len(shape)), 1))
        return ops.reshape(inputs, _flat_shape(inputs))

    def compute_output_shape(self, input_shape):
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))

    def compute_output_spec(self, inputs):
        return spec_inside(self, inputs, self.compute_output_shape(inputs.shape))

    def get_config(self):
        return {**super().get_config(), "data_format": self.data_format}


def _flat_shape(x):
    shape = x.shape
    rest = shape[1:]
    if None not in rest:
        return (-1 if shape[0] is None else shape[0], math.prod(rest))
    return (ops.shape(x)[0] if shape[0] is None else shape[0], -1)
