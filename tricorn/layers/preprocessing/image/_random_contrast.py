"""`RandomContrast`: pixels drawn to the mean of their image, or away from it."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import finished
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomContrast(RandomValues):
    """`(image - mean) * contrast + mean` for each channel, cut off at the range of values.

    `mean` is that of the channel of that image. `contrast` is drawn for each image from [1 - lower, 1 + upper]. Labels,
    boxes and masks stay.

    Args:
        factor: The pair (lower, upper), within [0, 1]; a number f stands for (0, f).
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range.

    Example:
        >>> RandomContrast((0.5, 0.5), seed=1)(np.full((1, 2, 2, 3), 100.0, "float32"))[0, 0, 0, 0]
        100.0
    """

    def __init__(self, factor, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(factor, value_range, seed, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        lower, upper = self.factor
        shape = (self._batch_size(data), 1, 1, 1)
        return {"contrast_factor": uniform(shape, 1.0 - lower, 1.0 + upper, seed=self._draws(seed))}

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        return in_slices(images, [ops.convert_to_tensor(transformation["contrast_factor"])], self._changed)

    def _changed(self, images, contrast):
        x = to_float(images)
        contrast = ops.cast(contrast, x.dtype)
        mean = ops.mean(x, (self.height_axis, self.width_axis), keepdims=True)
        return finished(x * contrast + mean * (1 - contrast), images, self.value_range)
