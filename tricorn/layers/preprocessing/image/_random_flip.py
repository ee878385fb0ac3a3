"""`RandomFlip`: images seen in a mirror."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._factors import one_of
from tricorn.layers.preprocessing.image._moves_boxes import MovesBoxes
from tricorn.ops._image_move import flipped

_MODES = ("horizontal", "vertical", "horizontal_and_vertical")


class RandomFlip(MovesBoxes, BaseRandomImage):
    """Each image turned over with the probability 1/2.

    Labels stay; boxes and masks are turned over too.

    Args:
        mode: "horizontal" (left and right change places), "vertical" (top and bottom), or "horizontal_and_vertical" (both
            at once: a half turn).
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: `mode` is unknown.

    Example:
        >>> RandomFlip("horizontal", seed=1)(np.zeros((1, 2, 2, 3), "float32")).shape
        (1, 2, 2, 3)
    """

    def __init__(self, mode="horizontal_and_vertical", seed=None, data_format=None, **kwargs):
        super().__init__(seed, data_format=data_format, **kwargs)
        self.mode = one_of(self, "mode", mode, _MODES)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        images = data["images"] if isinstance(data, dict) else data
        flips = self._flips(0.5, (self._batch_size(data), 1, 1, 1), self._draws(seed))
        return {"flips": flips, "input_shape": tuple(ops.shape(images))}

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        axes = {"vertical": (self.height_axis,), "horizontal": (self.width_axis,)}.get(
            self.mode, (self.height_axis, self.width_axis)
        )
        return flipped(images, transformation["flips"], tuple(4 + axis for axis in axes))

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        return self._on_masks(
            segmentation_masks, lambda masks: self.transform_images(masks, transformation, training)
        )

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        shape = transformation["input_shape"]
        size = shape[self.height_axis], shape[self.width_axis]
        flips = ops.reshape(transformation["flips"], (-1, 1))

        def mirrored(low, high, length):
            length = ops.cast(length, low.dtype)
            return ops.where(flips, length - high, low), ops.where(flips, length - low, high)

        def move(corners):
            left, top, right, bottom = corners
            if self.mode != "vertical":
                left, right = mirrored(left, right, size[1])
            if self.mode != "horizontal":
                top, bottom = mirrored(top, bottom, size[0])
            return left, top, right, bottom

        return self._moved_boxes(bounding_boxes, move, size, size)

    def get_config(self):
        return {**super().get_config(), "seed": self.seed, "mode": self.mode}
