"""`ELU`: the exponential linear unit."""

from __future__ import annotations

from tricorn import activations
from tricorn.layers._like_input import Pointwise


class ELU(Pointwise):
    """`x` for `x > 0`, `alpha * (exp(x) - 1)` below.

    Args:
        alpha: Minus the limit for large negative `x`.
        **kwargs: Of `Layer`.

    Source: Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2015.
    """

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs):
        return activations.elu(inputs, self.alpha)

    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha}
