"""`RandomPosterization`: values with fewer bits."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import finished, from_255, per_image, to_255
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomPosterization(RandomValues):
    """Values of 8 bits with their last bits cleared: `floor(image / 2^s) * 2^s` on the scale of 0 to 255.

    How many bits are kept, `8 - s`, is drawn for each image. Labels, boxes and masks stay.

    Args:
        factor: Range of the number of bits kept, within [1, 8], both ends included: a pair (lower, upper), or a number n
            for (1, n). Fractions are cut off.
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range.

    Source: Cubuk et al., AutoAugment, 2019.

    Example:
        >>> RandomPosterization((2, 2))(np.full((1, 2, 2, 3), 100.0, "float32"))[0, 0, 0, 0]
        64.0
    """

    _factor_bounds = (1, 8)
    _value_range_type = list

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        fewest, most = map(int, self.factor)
        bits = uniform((self._batch_size(data),), fewest, most + 1, seed=self._draws(seed))
        return {"shift_factor": ops.cast(8 - ops.clip(ops.floor(bits), fewest, most), "uint8")}

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        return in_slices(
            images, [ops.convert_to_tensor(transformation["shift_factor"])], self._cleared, is_light=True
        )

    def _cleared(self, images, shift):
        # Whole numbers of 16 bits, so that what lies a little outside of the range does not wrap around.
        x = to_255(images, self.value_range)
        cleared = ops.bitwise_left_shift(ops.cast(-1, "int16"), per_image(shift, "int16"))
        kept = ops.cast(ops.bitwise_and(ops.cast(x, "int16"), cleared), x.dtype)
        return finished(from_255(kept, self.value_range), images)
