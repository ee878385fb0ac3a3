"""`Cropping3D`: the three spatial axes without their borders."""

from __future__ import annotations

from tricorn.layers.reshaping._base_cropping import Cropping


class Cropping3D(Cropping):
    """Cuts off the ends of the three spatial axes of `(batch, depth, rows, columns, channels)`.

    Args:
        cropping: How much: an int, 3 ints, or 3 pairs (before, after).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: Nothing would be left.
    """

    rank = 3

    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(cropping, data_format, **kwargs)
