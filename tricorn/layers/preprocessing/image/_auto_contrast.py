"""`AutoContrast`: values stretched over their whole range."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseImage
from tricorn.layers.preprocessing.image._factors import value_range_of
from tricorn.layers.preprocessing.image._photometric import finished
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices


class AutoContrast(BaseImage):
    """Each channel of each image stretched, so that its least value becomes the lowest one and its greatest the highest.

    A channel of one value stays as it is. The layer works the same in training and without. Labels, boxes and masks stay.

    Args:
        value_range: Lowest and highest value of images.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `value_range` is no range.

    Example:
        >>> AutoContrast()(np.array([[[[10.0], [20.0], [30.0]]]], "float32")).ravel()
        array([  0. , 127.5, 255. ], dtype=float32)
    """

    def __init__(self, value_range=(0, 255), **kwargs):
        super().__init__(**kwargs)
        self.value_range = value_range_of(self, value_range)

    def transform_images(self, images, transformation=None, training=True):
        return in_slices(images, [], self._stretched)

    def _stretched(self, images):
        lowest, highest = self.value_range
        x, plane = to_float(images), (self.height_axis, self.width_axis)
        least, greatest = ops.min(x, plane, keepdims=True), ops.max(x, plane, keepdims=True)
        varies = greatest > least
        scale = ops.where(varies, (highest - lowest) / ops.where(varies, greatest - least, 1.0), 1.0)
        offset = ops.where(varies, lowest - least * scale, 0.0)
        return finished(x * scale + offset, images, self.value_range)

    def get_config(self):
        return {**super().get_config(), "value_range": list(self.value_range)}
