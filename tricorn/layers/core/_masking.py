"""`Masking`: leaves out the time steps that hold nothing."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers._like_input import LikeInput


class Masking(LikeInput):
    """Makes a mask: a time step whose features all equal `mask_value` is left out, and set to 0.

    The mask has the input's shape without the last axis, and True where a step counts.

    Args:
        mask_value: The value that says "nothing here".
        **kwargs: Of `Layer`.
    """

    def __init__(self, mask_value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def _makes_masks(self):
        return True

    def compute_mask(self, inputs, mask=None):
        return ops.any(ops.not_equal(inputs, self._like(inputs)), axis=-1)

    def call(self, inputs):
        keep = ops.any(ops.not_equal(inputs, self._like(inputs)), axis=-1, keepdims=True)
        return inputs * ops.cast(keep, ops.dtype(inputs))

    def _like(self, inputs):
        """The value as the inputs would hold it: a half-precision input cannot equal 0.1."""
        return ops.cast(ops.convert_to_tensor(self.mask_value), ops.dtype(inputs))

    def get_config(self):
        return {**super().get_config(), "mask_value": self.mask_value}
