"""`CenterCrop`: the middle of images."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseImage
from tricorn.layers.preprocessing.image._base_to_size import ToSize, stretched
from tricorn.ops._image_pad import cut


class CenterCrop(ToSize, BaseImage):
    """The window in the middle of images, in training and not.

    Images that are too small are resized instead, from the largest window in their middle of the wanted aspect ratio.
    Masks and boxes come along; a box outside the window becomes padding (-1).

    Args:
        height: Rows of the result.
        width: Columns of the result.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A size is no positive integer.

    Example:
        >>> CenterCrop(1, 2)(np.arange(12, dtype="float32").reshape(1, 3, 4, 1))[0, 0, :, 0]
        array([5., 6.], dtype=float32)
    """

    def __init__(self, height, width, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self._set_size(height, width)

    def get_random_transformation(self, data, training=True, seed=None):
        """The shape of the images: nothing is drawn."""
        images = data["images"] if isinstance(data, dict) else data
        return {"input_shape": tuple(ops.shape(images))}

    def transform_images(self, images, transformation=None, training=True):
        return self._cropped(images, "bilinear")

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self._on_masks(segmentation_masks, lambda masks: self._cropped(masks, "nearest"))

    def _cropped(self, images, interpolation):
        top, left = self._start(self._size(images))
        rank = len(images.shape)
        places = {rank + self.height_axis: (top, self.height), rank + self.width_axis: (left, self.width)}
        return self._windowed(images, lambda: cut(images, places), interpolation)

    def _start(self, size):
        return (size[0] - self.height) // 2, (size[1] - self.width) // 2

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        shape = transformation["input_shape"]
        size = shape[self.height_axis], shape[self.width_axis]

        def move(corners):
            def windowed():
                return stretched(corners, self._start(size), (1, 1), (1, 1))

            return self._where_it_fits(size, windowed, lambda: self._resized_boxes(corners, size))

        return self._moved_boxes(bounding_boxes, move, size, (self.height, self.width))

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width}
