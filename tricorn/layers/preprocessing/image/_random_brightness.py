"""`RandomBrightness`: images made lighter or darker."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import keeps_integers
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.random._draw import uniform


class RandomBrightness(RandomValues):
    """`image + delta`, cut off at the range of values; `delta` is drawn for each image.

    Labels, boxes and masks stay. Integers stay integers.

    Args:
        factor: Range of `delta` as a share of the range of values, within [-1, 1]: a pair (lower, upper), or a number f
            for (-f, f).
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range.

    Example:
        >>> RandomBrightness(0.2, seed=1)(np.full((1, 2, 2, 3), 100.0, "float32")).shape
        (1, 2, 2, 3)
    """

    _factor_bounds = (-1, 1)
    _value_range_type = list

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(factor, value_range, seed, **kwargs)

    def _image_dtype(self, images):
        return keeps_integers(self, images)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        lowest, highest = self.value_range
        lower, upper = (bound * (highest - lowest) for bound in self.factor)
        return {"rgb_delta": uniform((self._batch_size(data), 1, 1, 1), lower, upper, seed=self._draws(seed))}

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        delta = transformation["rgb_delta"]
        moved = ops.clip(ops.cast(images, delta.dtype) + delta, *self.value_range)
        return ops.cast(moved, images.dtype)
