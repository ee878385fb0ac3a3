"""`SpatialDropout2D`: drops whole channels."""

from __future__ import annotations

from tricorn.layers.regularization._base_spatial_dropout import SpatialDropout


class SpatialDropout2D(SpatialDropout):
    """In training, drops whole channels of `(batch, rows, columns, channels)`, as `Dropout` drops elements.

    Args:
        rate: Share of channels to drop, from 0 to 1.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        seed: Seed of the draws, an int.
        name: Name; automatic if None.
        dtype: Dtype or dtype policy.
    """

    rank = 2

    def __init__(self, rate, data_format=None, seed=None, name=None, dtype=None):
        super().__init__(rate, data_format, seed, name, dtype)
