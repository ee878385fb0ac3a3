"""`UnitNormalization`: each example at length 1."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._like_input import Pointwise
from tricorn.layers.norm._layer_normalization import normalised_axes


class UnitNormalization(Pointwise):
    """Divides by the length (the root of the sum of squares) over `axis`; zero stays zero.

    Args:
        axis: Axis, or several, that are normalised together.
        **kwargs: Of `Layer`.
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        axes = normalised_axes(self, axis)
        self.axis = axis if isinstance(axis, int) else axes
        self._axis = axes[0] if len(axes) == 1 else tuple(axes)

    def call(self, inputs):
        square = ops.sum(ops.square(inputs), axis=self._axis, keepdims=True)
        return inputs * ops.rsqrt(ops.maximum(square, 1e-12))

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}
