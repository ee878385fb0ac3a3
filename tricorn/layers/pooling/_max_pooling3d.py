"""`MaxPooling3D`: the largest element of each window."""

from __future__ import annotations

from tricorn.layers.pooling._base_pooling import Pooling
from tricorn.ops._pool import max_pool


class MaxPooling3D(Pooling):
    """The largest element of each window of `(batch, depth, rows, columns, channels)`, channel by channel.

    Args:
        pool_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis; by default the window's size.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        name: Name; automatic if None.
        **kwargs: Of `Layer`.
    """

    rank = 3
    _pool = staticmethod(max_pool)

    def __init__(
        self, pool_size=(2, 2, 2), strides=None, padding="valid", data_format=None, name=None, **kwargs
    ):
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


MaxPool3D = MaxPooling3D
