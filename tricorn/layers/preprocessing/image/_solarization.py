"""`Solarization`: bright pixels become their negatives."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._factors import factor_range, value_range_of
from tricorn.layers.preprocessing.image._photometric import finished
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class Solarization(BaseRandomImage):
    """`lowest + highest - x` where `x = image + addition` is at or above a threshold, elsewhere `x`.

    `x` is cut off at the range of values. Addition and threshold are drawn for each image. Labels, boxes and masks stay.

    Args:
        addition_factor: Range of the addition as a share of the range of values, within [0, 1]: a pair (lower, upper), or
            a number f for (0, f).
        threshold_factor: Range of the threshold, likewise: 0 inverts all pixels.
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: A factor or `value_range` is no range.

    Example:
        >>> Solarization(threshold_factor=(0.5, 0.5))(np.array([[[[100.0], [200.0]]]], "float32")).ravel()
        array([100.,  55.], dtype=float32)
    """

    def __init__(self, addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.addition_factor = factor_range(self, "addition_factor", addition_factor, 0, 1)
        self.threshold_factor = factor_range(self, "threshold_factor", threshold_factor, 0, 1)
        self.value_range = value_range_of(self, value_range)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        shape, source = (self._batch_size(data), 1, 1, 1), self._draws(seed)
        # On the scale of 0 to 255, whatever the range of values is.
        draws = {"additions": self.addition_factor, "thresholds": self.threshold_factor}
        return {key: uniform(shape, *(255.0 * bound for bound in factor), seed=source)
                for key, factor in draws.items()}  # fmt: skip

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        factors = [ops.convert_to_tensor(transformation[key]) for key in ("additions", "thresholds")]
        return in_slices(images, factors, self._solarized)

    def _solarized(self, images, addition, threshold):
        lowest, highest = self.value_range
        x, scale = to_float(images), (highest - lowest) / 255
        x = ops.clip(x + ops.cast(addition, x.dtype) * scale, lowest, highest)
        threshold = ops.cast(threshold, x.dtype) * scale + lowest
        return finished(ops.where(x < threshold, x, lowest + highest - x), images)

    def get_config(self):
        return {
            **super().get_config(),
            "value_range": list(self.value_range),
            "addition_factor": self.addition_factor,
            "threshold_factor": self.threshold_factor,
            "seed": self.seed,
        }
