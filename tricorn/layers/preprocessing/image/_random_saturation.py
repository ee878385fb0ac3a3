"""`RandomSaturation`: colours made stronger or duller."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import (
    channel,
    finished,
    is_gray,
    per_image,
)
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomSaturation(RandomValues):
    """The saturation of each pixel multiplied by `f / (1 - f)`, at most to 1; hue and value stay.

    `f` is drawn for each image: 0 makes it gray, 0.5 changes nothing, 1 saturates it. As saturation is the distance of
    the other channels from the largest one, no hue has to be computed. Labels, boxes and masks stay, and so do gray
    images.

    Args:
        factor: Range of `f`, within [-1, 1], what is below 0 counting as 0: a pair (lower, upper), or a number f for
            (-f, f).
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range, or images have neither one nor three channels.

    Example:
        >>> RandomSaturation((0.5, 0.5), seed=1)(np.array([[[[9.0, 5.0, 0.0]]]], "float32"))[0, 0, 0]
        array([9., 5., 0.], dtype=float32)
    """

    _factor_bounds = (-1, 1)
    _needs_colours = True
    _value_range_type = list

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        share = uniform((self._batch_size(data),), *self.factor, seed=self._draws(seed))
        return {"factor": share / (1 - share + 1e-7)}

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None or is_gray(self, images):
            return images
        return in_slices(images, [ops.convert_to_tensor(transformation["factor"])], self._changed)

    def _changed(self, images, factor):
        x, lowest = to_float(images), self.value_range[0]
        red, green, blue = (channel(x, self.channels_axis, k) for k in range(3))
        value = ops.maximum(ops.maximum(red, green), blue)
        span = value - ops.minimum(ops.minimum(red, green), blue)
        # The factor at which the least channel reaches the lowest value; where all are equal, any.
        full = (value - lowest if lowest else value) / ops.maximum(span, 1e-20)
        factor = ops.maximum(ops.minimum(per_image(factor, x), full), 0)
        return finished(value - (value - x) * factor, images)
