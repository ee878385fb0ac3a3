"""`RandomCrop`: a part of images, from another place each time."""

from __future__ import annotations

from typing import Any, NamedTuple

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._base_to_size import ToSize, stretched
from tricorn.ops._image_move import windows
from tricorn.random._draw import uniform


class CropPlace(NamedTuple):
    """Where the windows start, (batch,) each, and the size of the images that they are cut from."""

    top: Any
    left: Any
    size: tuple


class RandomCrop(ToSize, BaseRandomImage):
    """A window of each image, at a place drawn for it.

    Without training, and where images are too small, they are resized instead, from the largest window in their middle
    of the wanted aspect ratio. Masks and boxes come along; a box outside the window becomes padding (-1).

    Args:
        height: Rows of the result.
        width: Columns of the result.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        name: Name; automatic if None.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A size is no positive integer.

    Example:
        >>> RandomCrop(2, 2, seed=1)(np.zeros((5, 4, 6, 3), "float32")).shape
        (5, 2, 2, 3)
    """

    def __init__(self, height, width, seed=None, data_format=None, name=None, **kwargs):
        super().__init__(seed, data_format=data_format, name=name, **kwargs)
        self._set_size(height, width)

    def compute_output_shape(self, input_shape, *args, **kwargs):
        """The shape of images that come out, from that of images, or of one; more arguments mean nothing."""
        return super().compute_output_shape(input_shape)

    def get_random_transformation(self, data, training=True, seed=None):
        size = self._size(data)
        if not training:
            return CropPlace(None, None, size)
        seed, batch = self._draws(seed), self._batch_size(data)
        starts = [
            self._start(batch, old, new, seed)
            for old, new in zip(size, (self.height, self.width), strict=True)
        ]
        return CropPlace(*starts, size)

    def _start(self, batch, old, new, seed):
        """(batch,) places, each of those where a window fits equally likely."""
        room = ops.maximum(ops.cast(old, "int32") - new, 0)
        share = uniform((batch,), 0.0, 1.0, "float32", seed=seed)
        # The product can round up.
        return ops.minimum(ops.cast(share * ops.cast(room + 1, "float32"), "int32"), room)

    def transform_images(self, images, transformation, training=True):
        return self._cropped(images, transformation, training, "bilinear")

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self._on_masks(
            segmentation_masks, lambda masks: self._cropped(masks, transformation, training, "nearest")
        )

    def _cropped(self, images, transformation, training, interpolation):
        if not training or transformation is None or transformation[0] is None:
            return self._resized(images, interpolation)

        def windowed():
            top, left = self._places(transformation, ops.shape(images)[0])
            return windows(images, top, left, self.height, self.width, self.data_format == "channels_first")

        return self._windowed(images, windowed, interpolation)

    def _places(self, transformation, batch):
        """(batch,) integers each, from those or from one for all images."""
        starts = (ops.cast(start, "int32") for start in transformation[:2])
        return [ops.broadcast_to(start, (batch,)) if len(start.shape) == 0 else start for start in starts]

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        size = transformation[2]

        def move(corners):
            if not training or transformation[0] is None:
                return self._resized_boxes(corners, size)
            places = self._places(transformation, ops.shape(corners[0])[0])
            start = [ops.expand_dims(ops.cast(place, corners[0].dtype), 1) for place in places]
            return self._where_it_fits(size, lambda: stretched(corners, start, (1, 1), (1, 1)),
                                       lambda: self._resized_boxes(corners, size))  # fmt: skip

        return self._moved_boxes(bounding_boxes, move, size, (self.height, self.width))

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width, "seed": self.seed}
