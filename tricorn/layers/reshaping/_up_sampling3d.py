"""`UpSampling3D`: each of the three spatial axes repeated."""

from __future__ import annotations

from tricorn.layers.reshaping._base_up_sampling import UpSampling


class UpSampling3D(UpSampling):
    """Repeats the three spatial axes of `(batch, depth, rows, columns, channels)`.

    Args:
        size: How many times, an int or one an axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.
    """

    rank = 3

    def __init__(self, size=(2, 2, 2), data_format=None, **kwargs):
        super().__init__(size, data_format, **kwargs)
