"""`Softmax`: probabilities from logits, over what a mask leaves."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._like_input import Pointwise, spec_inside


class Softmax(Pointwise):
    """`exp(x) / sum(exp(x))` over `axis`.

    Called with a `mask` (broadcasting to the input; False leaves a position out), positions that are left out get 0.
    Where everything is left out, all positions get the same.

    Args:
        axis: Axis, or several that are normalised together.
        **kwargs: Of `Layer`.
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self._axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis
        if type(self._axis) is tuple and len(self._axis) == 1:
            self._axis = self._axis[0]

    def call(self, inputs, mask=None):
        if mask is not None:
            inputs = ops.where(ops.cast(mask, "bool"), inputs, _low(inputs))
        return ops.softmax(inputs, self._axis)

    def compute_output_spec(self, inputs, mask=None):
        return self.call(spec_inside(self, inputs))

    def get_config(self):
        return {**super().get_config(), "axis": self.axis}


def _low(x):
    """A number far below all logits, and finite: a row that is masked altogether must not become NaN."""
    return -3e4 if ops.dtype(x) == "float16" else -1e9
