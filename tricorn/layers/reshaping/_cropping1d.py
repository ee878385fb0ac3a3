"""`Cropping1D`: time steps without their borders."""

from __future__ import annotations

from tricorn.layers.reshaping._base_cropping import Cropping


class Cropping1D(Cropping):
    """Cuts off the ends of time steps of `(batch, steps, channels)`.

    Args:
        cropping: How much: an int, a pair (before, after).
        **kwargs: Of `Layer`.

    Raises:
        ValueError: Nothing would be left.
    """

    rank = 1

    def __init__(self, cropping=(1, 1), **kwargs):
        super().__init__(cropping, "channels_last", **kwargs)
