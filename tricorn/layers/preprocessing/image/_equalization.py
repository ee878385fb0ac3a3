"""`Equalization`: values spread so that all are about equally frequent."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_image import BaseImage
from tricorn.layers.preprocessing.image._factors import value_range_of
from tricorn.layers.preprocessing.image._histogram_table import flat_positions, levels_of
from tricorn.layers.preprocessing.image._photometric import finished, from_255, to_255
from tricorn.ops._image_histogram import histograms, looked_up


class Equalization(BaseImage):
    """Each channel of each image passed through its own cumulative histogram.

    A value in bin `b` becomes `round(255 (C[b] - C_0) / (n - C_0))` on the scale of 0 to 255, where `C[b]` counts the
    pixels in bins up to `b`, `C_0` those in the first bin that has any, and n all. A channel with one bin stays as it is.
    The layer works the same in training and without. Labels, boxes and masks stay.

    Args:
        value_range: Lowest and highest value of images; others count as the nearest of them.
        bins: How many bins the range of values is divided into.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `value_range` is no range, or `bins` no positive int.

    Example:
        >>> Equalization()(np.array([[[[1.0], [2.0], [2.0], [9.0]]]], "float32")).ravel()
        array([  0., 170., 170., 255.], dtype=float32)
    """

    def __init__(self, value_range=(0, 255), bins=256, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = value_range_of(self, value_range)
        if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
            raise bad_argument(
                self._where(),
                "`bins` must be a positive int.",
                expected="1 or more",
                given=f"bins={bins!r}",
            )
        self.bins = bins

    def transform_images(self, images, transformation, training=True):
        channels, bins = images.shape[self.channels_axis], self.bins
        x = to_255(images, self.value_range)
        levels = levels_of(x if bins == 256 else x * ((bins - 1) / 255), bins - 1)
        shape = ops.shape(levels)
        positions = ops.reshape(flat_positions(levels, channels, self.channels_axis, bins), (shape[0], -1))
        counts = ops.reshape(histograms(positions, channels * bins), (-1, channels, bins))
        total = ops.cumsum(counts, -1)
        first = ops.min(ops.where(total > 0, total, total[..., -1:]), -1, keepdims=True)
        pixels = total[..., -1:]
        spread = ops.cast(pixels - first, x.dtype)
        table = ops.round(ops.cast(total - first, x.dtype) * (255 / ops.maximum(spread, 1)))
        table = ops.reshape(ops.maximum(table, 0), (-1, channels * bins))
        equalized = from_255(ops.reshape(looked_up(table, positions), shape), self.value_range)
        varies = ops.reshape(
            spread > 0, (-1, 1, 1, channels) if self.channels_axis == -1 else (-1, channels, 1, 1)
        )
        return finished(ops.where(varies, equalized, ops.cast(images, x.dtype)), images)

    def compute_output_spec(self, inputs, **kwargs):
        return super().compute_output_spec(inputs, **kwargs)

    def get_config(self):
        return {**super().get_config(), "value_range": list(self.value_range), "bins": self.bins}
