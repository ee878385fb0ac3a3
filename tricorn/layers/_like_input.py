"""`LikeInput`: layers whose output has the shape of their input."""

from __future__ import annotations

from tricorn.core.dtypes import is_float
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._layer import Layer


def spec_inside(layer, x, shape=None):
    """The spec that a symbolic input has inside `layer.call`, where floating inputs are in the compute dtype; with
    another shape if one is given."""
    dtype = x.dtype
    if layer.autocast and is_float(dtype):
        dtype = layer.compute_dtype
    return KerasTensor(x.shape if shape is None else shape, dtype, record_history=False)


class LikeInput(Layer):
    """A layer whose output has the shape and dtype of its input, and its mask."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_output_shape(self, input_shape):
        return input_shape

    def compute_output_spec(self, inputs, *args, **kwargs):
        return spec_inside(self, inputs)


class Pointwise(LikeInput):
    """A `LikeInput` made of ops, which may turn integers into floats: the spec follows from running them."""

    def compute_output_spec(self, inputs, *args, **kwargs):
        return self.call(spec_inside(self, inputs))
