"""`ZeroPadding2D`: zeros around rows and columns."""

from __future__ import annotations

from tricorn.layers.reshaping._base_zero_padding import ZeroPadding


class ZeroPadding2D(ZeroPadding):
    """Adds zeros around rows and columns of `(batch, rows, columns, channels)`.

    Args:
        padding: How many: an int, 2 ints, or 2 pairs (before, after).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.
    """

    rank = 2

    def __init__(self, padding=(1, 1), data_format=None, **kwargs):
        super().__init__(padding, data_format, **kwargs)
