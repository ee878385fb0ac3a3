"""`UpSampling1D`: each of time steps repeated."""

from __future__ import annotations

from tricorn.layers.reshaping._base_up_sampling import UpSampling


class UpSampling1D(UpSampling):
    """Repeats time steps of `(batch, steps, channels)`.

    Args:
        size: How many times.
        **kwargs: Of `Layer`.
    """

    rank = 1

    def __init__(self, size=2, **kwargs):
        super().__init__(size, "channels_last", **kwargs)
