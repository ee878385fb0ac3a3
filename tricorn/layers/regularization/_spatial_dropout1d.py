"""`SpatialDropout1D`: drops whole channels."""

from __future__ import annotations

from tricorn.layers.regularization._base_spatial_dropout import SpatialDropout


class SpatialDropout1D(SpatialDropout):
    """In training, drops whole channels of `(batch, steps, channels)`, as `Dropout` drops elements.

    Args:
        rate: Share of channels to drop, from 0 to 1.
        seed: Seed of the draws, an int.
        name: Name; automatic if None.
        dtype: Dtype or dtype policy.
    """

    rank = 1

    def __init__(self, rate, seed=None, name=None, dtype=None):
        super().__init__(rate, "channels_last", seed, name, dtype)
