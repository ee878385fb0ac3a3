"""`RandomSharpness`: edges made softer or harder."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._neighbours import slid
from tricorn.layers.preprocessing.image._photometric import finished, per_image
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomSharpness(RandomValues):
    """`smooth + 2 f (image - smooth)`, cut off at the range of values; `f` is drawn for each image.

    `smooth` is the mean over the 3 x 3 pixels around each, it counting five times, with zeros around the image: 0 gives
    the smooth image, 0.5 leaves it, 1 sharpens it. Labels, boxes and masks stay.

    Args:
        factor: Range of `f`, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range.

    Example:
        >>> RandomSharpness((0.5, 0.5))(np.full((1, 2, 2, 3), 100.0, "float32"))[0, 0, 0, 0]
        100.0
    """

    _value_range_type = list

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        return {"factor": uniform((self._batch_size(data),), *self.factor, seed=self._draws(seed))}

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        return in_slices(images, [ops.convert_to_tensor(transformation["factor"])], self._sharpened)

    def _sharpened(self, images, factor):
        x = to_float(images)
        kept = 2 * per_image(factor, x)
        smooth = (1 - kept) / 13
        around = slid(x, {self.width_axis: [None], self.height_axis: [None]})
        # The middle counts once in `around`, and four times more.
        return finished(x * (kept + 4 * smooth) + around * smooth, images, self.value_range)
