"""`RandomCrop`: a part of images, from another place for each batch."""

from __future__ import annotations

from typing import Any, NamedTuple

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._base_to_size import ToSize, stretched
from tricorn.ops._image_pad import cut
from tricorn.random._draw import uniform


class CropPlace(NamedTuple):
    """Where the window starts, scalars, and the size of the images that it is cut from."""

    top: Any
    left: Any
    size: tuple


class RandomCrop(ToSize, BaseRandomImage):
    """A window of the images, at a place drawn for the whole batch, so that it is a slice and costs next to nothing.

    For a place of its own for each image, give the layer one image at a time, as in `tf.data` before `batch`.

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
        seed = self._draws(seed)
        starts = [
            self._start(old, new, seed) for old, new in zip(size, (self.height, self.width), strict=True)
        ]
        return CropPlace(*starts, size)

    def _start(self, old, new, seed):
        """A place, each of those where a window fits equally likely."""
        room = ops.maximum(ops.cast(old, "int32") - new, 0)
        share = uniform((), 0.0, 1.0, "float32", seed=seed)
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

        rank = len(images.shape)
        places = {rank + axis: (ops.cast(start, "int32"), size)
                  for axis, start, size in zip((self.height_axis, self.width_axis), transformation[:2],
                                               (self.height, self.width), strict=True)}  # fmt: skip
        return self._windowed(images, lambda: cut(images, places), interpolation)

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        size = transformation[2]

        def move(corners):
            if not training or transformation[0] is None:
                return self._resized_boxes(corners, size)
            return self._where_it_fits(size, lambda: stretched(corners, transformation[:2], (1, 1), (1, 1)),
                                       lambda: self._resized_boxes(corners, size))  # fmt: skip

        return self._moved_boxes(bounding_boxes, move, size, (self.height, self.width))

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width, "seed": self.seed}
