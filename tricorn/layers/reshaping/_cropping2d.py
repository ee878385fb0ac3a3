"""`Cropping2D`: rows and columns without their borders."""

from __future__ import annotations

from tricorn.layers.reshaping._base_cropping import Cropping


class Cropping2D(Cropping):
    """Cuts off the ends of rows and columns of `(batch, rows, columns, channels)`.

    Args:
        cropping: How much: an int, 2 ints, or 2 pairs (before, after).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: Nothing would be left.
    """

    rank = 2

    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None, **kwargs):
        super().__init__(cropping, data_format, **kwargs)
