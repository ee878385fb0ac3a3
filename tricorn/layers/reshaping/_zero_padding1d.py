"""`ZeroPadding1D`: zeros around time steps."""

from __future__ import annotations

from tricorn.layers.reshaping._base_zero_padding import ZeroPadding


class ZeroPadding1D(ZeroPadding):
    """Adds zeros around time steps of `(batch, steps, channels)`.

    Args:
        padding: How many: an int, a pair (before, after).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.
    """

    rank = 1

    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__(padding, data_format, **kwargs)
