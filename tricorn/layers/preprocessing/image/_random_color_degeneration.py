"""`RandomColorDegeneration`: images mixed with their grays."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import finished, is_gray
from tricorn.ops._image_color import luma
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomColorDegeneration(RandomValues):
    """`image + f * (gray - image)`, cut off at the range of values; `f` is drawn for each image.

    `gray` is the luma of a pixel: 0 leaves the image, 1 makes it gray. Labels, boxes and masks stay, and so do gray images.

    Args:
        factor: Range of `f`, within [-1, 1]: a pair (lower, upper), or a number f for (-f, f).
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range, or images have neither one nor three channels.

    Example:
        >>> RandomColorDegeneration(0.2, seed=1)(np.full((1, 2, 2, 3), 100.0, "float32")).shape
        (1, 2, 2, 3)
    """

    _factor_bounds = (-1, 1)
    _needs_colours = True
    _value_range_type = list

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        shape = (self._batch_size(data), 1, 1, 1)
        return {"factor": uniform(shape, *self.factor, seed=self._draws(seed))}

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None or is_gray(self, images):
            return images
        return in_slices(images, [ops.convert_to_tensor(transformation["factor"])], self._mixed)

    def _mixed(self, images, share):
        x = to_float(images)
        share = ops.cast(share, x.dtype)
        gray = luma(x, self.channels_axis % len(x.shape))
        return finished(x * (1 - share) + gray * share, images, self.value_range)
