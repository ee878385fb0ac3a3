"""`RandomHue`: colours turned around the circle of hues."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._photometric import finished, is_gray, per_image
from tricorn.ops._image_color import turned
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomHue(RandomValues):
    """The hue of each pixel, in turns of the circle of colours, moved by `delta`; saturation and value stay.

    `delta` is half of a number drawn from `factor` for each image, of either sign. Labels, boxes and masks stay, and so do
    gray images.

    Args:
        factor: Range of the number, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` or `value_range` is no range, or images have neither one nor three channels.

    Example:
        >>> RandomHue(0.2, seed=1)(np.full((1, 2, 2, 3), 100.0, "float32"))[0, 0, 0, 0]
        100.0
    """

    _needs_colours = True

    def __init__(self, factor, value_range=(0, 255), data_format=None, seed=None, **kwargs):
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        shape, source = (self._batch_size(data),), self._draws(seed)
        turn = uniform(shape, *(bound / 2 for bound in self.factor), seed=source)
        return {"factor": ops.where(self._flips(0.5, shape, source), turn, -turn)}

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None or is_gray(self, images):
            return images
        return in_slices(images, [ops.convert_to_tensor(transformation["factor"])], self._turned)

    def _turned(self, images, turns):
        x = ops.clip(to_float(images), *self.value_range)
        return finished(turned(x, per_image(turns, x), self.channels_axis % 4), images)
