"""`AdaptiveMaxPooling2D`: the largest element of each of a given number of windows."""

from __future__ import annotations

from tricorn.layers.pooling._base_adaptive_pooling import AdaptivePooling
from tricorn.ops._pool import adaptive_max_pool


class AdaptiveMaxPooling2D(AdaptivePooling):
    """The largest element of each of `output_size` windows of images, channel by channel.

    Along an axis of n elements window i covers `[floor(i n / size), ceil((i + 1) n / size))`: the windows cover all
    elements, differ by one in length and may overlap where `size` does not divide n.

    Args:
        output_size: Sizes of the result: an int, or one an axis; None keeps the size of an axis.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.

    Input shape: `(batch, rows, columns, channels)`; `(batch, channels, rows, columns)` if "channels_first".
    Output shape: As the input, with the spatial sizes `output_size`.

    Raises:
        ValueError: A size is not a positive integer, or their number is not that of the spatial axes.

    Examples:
        >>> AdaptiveMaxPooling2D(5)(Input((9, 7, 4))).shape
        (None, 5, 5, 4)
    """

    rank = 2
    _pool = staticmethod(adaptive_max_pool)

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(output_size, data_format, **kwargs)
