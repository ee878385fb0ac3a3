"""For layers that move what images show: boxes move along, and become padding where they leave the image."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing.image._boxes import (
    PADDING,
    clipped,
    corners_of,
    from_corners,
    is_padding,
    keep_padding,
)


class MovesBoxes:
    """Mixin for `BaseImage`: moves boxes, and gives masks the axis of channels while they are worked on."""

    _moves_boxes = True

    def _moved_boxes(self, bounding_boxes, move, before, after):
        """The boxes of a batch, moved and cut off at the border.

        Args:
            bounding_boxes: A dict with "boxes" and "labels".
            move: From corners (left, top, right, bottom), in pixels, each (batch, n), to corners.
            before: Height and width of the images before; ints or scalar tensors.
            after: Afterwards.
        """
        boxes, labels = bounding_boxes["boxes"], bounding_boxes["labels"]
        dtype = _box_dtype(boxes)
        # Half precision would not tell apart the pixels of a large image.
        places = ops.cast(boxes, "float64" if dtype == "float64" else "float32")
        corners, remains = clipped(move(corners_of(places, self.bounding_box_format, *before)), *after)
        padded = ops.logical_or(is_padding(boxes), ops.equal(labels, ops.cast(PADDING, labels.dtype)))
        gone = ops.logical_or(padded, ops.logical_not(remains))
        moved = keep_padding(gone, from_corners(corners, self.bounding_box_format, *after))
        labels = ops.where(gone, ops.cast(PADDING, labels.dtype), labels)
        return {**bounding_boxes, "boxes": ops.cast(moved, dtype), "labels": labels}

    def _boxes_spec(self, boxes):
        moved = boxes["boxes"]
        return {**boxes, "boxes": KerasTensor(moved.shape, _box_dtype(moved), record_history=False)}

    def _on_masks(self, masks, transform):
        """`transform` of masks that have channels; those without get them for a while."""
        if len(masks.shape) == 4:
            return transform(masks)
        axis = self.channels_axis
        return ops.squeeze(transform(ops.expand_dims(masks, axis)), axis)


def _box_dtype(boxes):
    """Integers may not hold where a box comes to lie."""
    dtype = standardize_dtype(boxes.dtype)
    return dtype if is_float(dtype) else "float32"
