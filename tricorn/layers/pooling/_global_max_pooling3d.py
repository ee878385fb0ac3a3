"""`GlobalMaxPooling3D`: the largest element of each channel."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.pooling._base_global_pooling import GlobalPooling


class GlobalMaxPooling3D(GlobalPooling):
    """The largest element over all positions of `(batch, depth, rows, columns, channels)`, channel by channel.

    Args:
        data_format: "channels_last" or "channels_first"; None for the configured one.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: Of `Layer`.
    """

    rank = 3

    def call(self, inputs):
        return ops.max(inputs, self._axes, self.keepdims)


GlobalMaxPool3D = GlobalMaxPooling3D
