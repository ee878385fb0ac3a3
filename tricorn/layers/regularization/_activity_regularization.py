"""`ActivityRegularization`: a penalty on what passes."""

from __future__ import annotations

from tricorn import regularizers
from tricorn.layers._like_input import LikeInput


class ActivityRegularization(LikeInput):
    """Returns its input, and adds `sum(l1 * |x| + l2 * x^2)` a batch's example to the losses.

    Args:
        l1: Factor of the absolute values.
        l2: Factor of the squares.
        **kwargs: Of `Layer`.
    """

    def __init__(self, l1=0.0, l2=0.0, **kwargs):
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2

    def call(self, inputs):
        return inputs

    def get_config(self):
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return {**config, "l1": self.l1, "l2": self.l2}
