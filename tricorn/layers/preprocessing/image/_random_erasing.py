"""`RandomErasing`: rectangles of images taken away."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._factors import factor_range
from tricorn.layers.preprocessing.image._photometric import happens
from tricorn.layers.preprocessing.image._rectangles import like_images, rectangles
from tricorn.random._draw import normal, uniform


class RandomErasing(RandomValues):
    """A rectangle of some images replaced by a constant or by noise.

    Whether an image is changed is drawn with a probability that is itself drawn from `factor`. Height and width of the
    rectangle are `sqrt(s)` of the image's, with an `s` for each drawn from `scale`; it lies wholly inside. Labels, boxes
    and masks stay.

    Args:
        factor: Range of the probability, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        scale: Range of `s`, within [0, 1], likewise.
        fill_value: What the rectangle is filled with; None for noise, `lowest + (highest - lowest) * z` with `z` from a
            normal distribution, cut off at the range of values.
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: An argument is out of range.

    Source: Zhong et al., Random Erasing Data Augmentation, 2017.

    Example:
        >>> layer = RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=0.0, seed=1)
        >>> layer(np.ones((1, 4, 4, 3), "float32")).sum()
        36.0
    """

    def __init__(self, factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None,
                 data_format=None, **kwargs):  # fmt: skip
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)
        self.scale = factor_range(self, "scale", scale, 0, 1)
        if fill_value is not None and (
            isinstance(fill_value, bool) or not isinstance(fill_value, (int, float))
        ):
            raise bad_argument(self._where(), "`fill_value` must be a number, or None for noise.",
                               given=f"fill_value={fill_value!r}")  # fmt: skip
        self.fill_value = fill_value

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        images = data["images"] if isinstance(data, dict) else data
        count, source = self._batch_size(data), self._draws(seed)
        applies = happens(self.factor, count, source)
        shares = [ops.sqrt(uniform((count,), *self.scale, seed=source)) for _ in range(2)]
        mask, _ = rectangles(self._size(images), shares, count, source)
        if self.fill_value is None:
            lowest, highest = self.value_range
            noise = normal(ops.shape(images), mean=lowest, stddev=highest - lowest, seed=source)
            fill = ops.clip(noise, lowest, highest)
        else:
            fill = ops.broadcast_to(
                ops.convert_to_tensor(float(self.fill_value), "float32"), ops.shape(images)
            )
        return {
            "apply_erasing": applies,
            "batch_masks": like_images(mask, images, self.channels_axis),
            "fill_value": fill,
        }

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        applies = ops.reshape(transformation["apply_erasing"], (-1, 1, 1, 1))
        erased = ops.logical_and(transformation["batch_masks"], applies)
        return ops.where(erased, ops.cast(transformation["fill_value"], images.dtype), images)

    def get_config(self):
        return {
            **super().get_config(),
            "scale": self.scale,
            "fill_value": self.fill_value,
        }
