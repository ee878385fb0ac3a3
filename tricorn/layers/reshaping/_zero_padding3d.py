"""`ZeroPadding3D`: zeros around the three spatial axes."""

from __future__ import annotations

from tricorn.layers.reshaping._base_zero_padding import ZeroPadding


class ZeroPadding3D(ZeroPadding):
    """Adds zeros around the three spatial axes of `(batch, depth, rows, columns, channels)`.

    Args:
        padding: How many: an int, 3 ints, or 3 pairs (before, after).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.
    """

    rank = 3

    def __init__(self, padding=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(padding, data_format, **kwargs)
