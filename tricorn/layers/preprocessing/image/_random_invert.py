"""`RandomInvert`: some images become their negatives."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import finished, happens, per_image
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices


class RandomInvert(RandomValues):
    """`lowest + highest - image` for some images, the others as they are.

    Whether an image is inverted is drawn with a probability that is itself drawn from `factor`. Labels, boxes and masks
    stay.

    Args:
        factor: Range of the probability, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        value_range: Lowest and highest value of images.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range.

    Example:
        >>> RandomInvert((1.0, 1.0))(np.full((1, 2, 2, 3), 100.0, "float32"))[0, 0, 0, 0]
        155.0
    """

    def __init__(self, factor=1.0, value_range=(0, 255), seed=None, data_format=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        return {"apply_inversion": happens(self.factor, self._batch_size(data), self._draws(seed))}

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        return in_slices(
            images, [ops.convert_to_tensor(transformation["apply_inversion"])], self._inverted, is_light=True
        )

    def _inverted(self, images, inverts):
        x = to_float(images)
        inverts = per_image(inverts, x)
        # image * (1 or -1) + (0 or lowest + highest): nothing is computed that is thrown away.
        return finished(x * (1 - 2 * inverts) + inverts * sum(self.value_range), images)
