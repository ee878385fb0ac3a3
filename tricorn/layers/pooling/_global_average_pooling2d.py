"""`GlobalAveragePooling2D`: the mean of each channel."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.pooling._base_global_pooling import GlobalPooling


class GlobalAveragePooling2D(GlobalPooling):
    """The mean over all positions of `(batch, rows, columns, channels)`, channel by channel.

    Args:
        data_format: "channels_last" or "channels_first"; None for the configured one.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: Of `Layer`.
    """

    rank = 2

    def call(self, inputs):
        return ops.mean(inputs, self._axes, self.keepdims)


GlobalAvgPool2D = GlobalAveragePooling2D
