"""`GlobalAveragePooling1D`: the mean of each channel over time."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.pooling._base_global_pooling import GlobalPooling


class GlobalAveragePooling1D(GlobalPooling):
    """The mean over all steps of `(batch, steps, channels)`, channel by channel; over those that a mask leaves.

    A sequence that is masked altogether gives 0.

    Args:
        data_format: "channels_last" or "channels_first"; None for the configured one.
        keepdims: Whether the axis of the steps stays, with size 1.
        **kwargs: Of `Layer`.
    """

    rank = 1

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        if mask is None:
            return ops.mean(inputs, self._axes, self.keepdims)
        axis = self._axes[0]
        counts = ops.expand_dims(ops.cast(mask, ops.dtype(inputs)), 3 - axis)
        total = ops.sum(inputs * counts, axis, self.keepdims)
        return total / ops.maximum(ops.sum(counts, axis, self.keepdims), 1)

    def compute_mask(self, inputs, mask=None):
        return None


GlobalAvgPool1D = GlobalAveragePooling1D
