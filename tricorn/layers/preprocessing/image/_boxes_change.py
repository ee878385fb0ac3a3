"""Bounding boxes brought to another format, cut off at an image's border, moved."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._box_formats import checked_format
from tricorn.layers.preprocessing.image._boxes import (
    PADDING,
    as_boxes,
    as_number,
    as_parts,
    clipped,
    corners_of,
    from_corners,
    hull,
    is_padding,
    keep_padding,
    on_engine_of_boxes,
    vertices,
)


@on_engine_of_boxes
def convert_format(boxes, source, target, height=None, width=None, dtype="float32"):
    """Boxes in another format.

    Formats are "xyxy" (left, top, right, bottom), "yxyx", "xywh" (left, top, width, height), "center_xywh",
    "center_yxhw", in pixels, and with "rel_" in front (but for the last) as shares of the image's width and height.

    Args:
        boxes: (..., 4), or a dict with the key "boxes". Rows that are -1 throughout are padding and stay so.
        source: Their format.
        target: The format wanted.
        height, width: Of the image, where one format is relative and the other is not.
        dtype: Of the result.

    Returns:
        (..., 4), or the dict with other boxes.

    Raises:
        ValueError: There is no such format, the shape is another one, or the image's size is missing.

    Example:
        >>> convert_format(np.array([[10.0, 20.0, 30.0, 50.0]]), "xyxy", "xywh")
        array([[10., 20., 20., 30.]], dtype=float32)
    """
    where = "utils.bounding_boxes.convert_format"
    if isinstance(boxes, dict):
        return {**boxes, "boxes": convert_format(boxes["boxes"], source, target, height, width, dtype)}
    source, target = checked_format(source, where), checked_format(target, where)
    boxes = as_boxes(boxes, where, dtype)
    if source == target:
        return boxes
    size = _size_for(where, source, target, height, width)
    converted = from_corners(corners_of(boxes, source, *size), target, *size)
    return keep_padding(is_padding(boxes), converted)


def _size_for(where, source, target, height, width):
    """The size that a conversion needs; none if both formats are relative or both are not."""
    is_relative = source.startswith("rel_"), target.startswith("rel_")
    if is_relative[0] == is_relative[1]:
        return None, None
    if height is None or width is None:
        raise bad_argument(where, "between pixels and shares of an image, its size is needed.",
                           expected="`height` and `width`",
                           given=f"{source} to {target}, height={height}, width={width}")  # fmt: skip
    return height, width


@on_engine_of_boxes
def clip_to_image_size(bounding_boxes, height=None, width=None, bounding_box_format="xyxy"):
    """Boxes cut off at the border of the image. Where nothing is left, box and label become padding: -1.

    Args:
        bounding_boxes: A dict with "boxes" (..., 4) and "labels" (...); rows with the label -1, or of -1, are padding.
        height, width: Of the image; not needed for relative formats.
        bounding_box_format: Format of the boxes, in which they come back.

    Returns:
        A dict like `bounding_boxes`.

    Raises:
        ValueError: There is no such format, or a size is missing.

    Example:
        >>> clip_to_image_size({"boxes": np.array([[-5.0, 2.0, 9.0, 50.0]]), "labels": np.array([3])}, 20, 20)["boxes"]
        array([[ 0.,  2.,  9., 20.]], dtype=float32)
    """
    where = "utils.bounding_boxes.clip_to_image_size"
    box_format = checked_format(bounding_box_format, where)
    if box_format.startswith("rel_"):
        height = width = 1
    elif height is None or width is None:
        raise bad_argument(where, "boxes in pixels need the size of the image.", expected="`height` and `width`",
                           given=f"height={height}, width={width}, bounding_box_format={box_format!r}")  # fmt: skip
    boxes, labels = as_parts(bounding_boxes, where)
    corners, remains = clipped(corners_of(boxes, box_format), height, width)
    gone = ops.logical_or(
        ops.logical_not(remains), ops.logical_or(is_padding(boxes), ops.equal(labels, PADDING))
    )
    return {**bounding_boxes, "boxes": keep_padding(gone, from_corners(corners, box_format)),
            "labels": ops.where(gone, ops.cast(PADDING, labels.dtype), labels)}  # fmt: skip


def _pixels_only(box_format, where):
    box_format = checked_format(box_format, where)
    if box_format.startswith("rel_"):
        raise bad_argument(where, "boxes relative to an image change with its size, which is not given here.",
                           expected="a format in pixels", given=f"bounding_box_format={box_format!r}",
                           hint="convert_format(boxes, source, 'xyxy', height, width) first")  # fmt: skip
    return box_format


@on_engine_of_boxes
def crop(boxes, top, left, height, width, bounding_box_format="xyxy"):
    """Boxes as they lie in a window of the image, cut off at its border; a box outside has no area. Padding stays -1.

    Args:
        boxes: (..., 4).
        top, left: Where the window starts, in pixels: numbers, or what broadcasts to (...).
        height, width: Of the window, in pixels.
        bounding_box_format: Format of the boxes, in pixels.

    Returns:
        (..., 4), float32.

    Raises:
        ValueError: There is no such format, or it is relative.

    Example:
        >>> crop(np.array([[10.0, 20.0, 30.0, 50.0]]), 5, 12, 40, 60)
        array([[ 0., 15., 18., 40.]], dtype=float32)
    """
    where = "utils.bounding_boxes.crop"
    box_format = _pixels_only(bounding_box_format, where)
    boxes = as_boxes(boxes, where)
    corners, _ = clipped(_shifted(corners_of(boxes, box_format), -left, -top), height, width)
    return keep_padding(is_padding(boxes), from_corners(corners, box_format))


@on_engine_of_boxes
def pad(boxes, top, left, height=None, width=None, bounding_box_format="xyxy"):
    """Boxes as they lie in the image with rows and columns added before it. Padding stays -1.

    Args:
        boxes: (..., 4).
        top, left: Rows and columns added: numbers, or what broadcasts to (...).
        height, width: Accepted; what is added after the image moves no box.
        bounding_box_format: Format of the boxes, in pixels.

    Returns:
        (..., 4), float32.

    Raises:
        ValueError: There is no such format, or it is relative.

    Example:
        >>> pad(np.array([[10.0, 20.0, 30.0, 50.0]]), 5, 8)
        array([[18., 25., 38., 55.]], dtype=float32)
    """
    where = "utils.bounding_boxes.pad"
    box_format = _pixels_only(bounding_box_format, where)
    boxes = as_boxes(boxes, where)
    corners = _shifted(corners_of(boxes, box_format), left, top)
    return keep_padding(is_padding(boxes), from_corners(corners, box_format))


def _shifted(corners, right, down):
    right, down = (as_number(value, corners[0]) for value in (right, down))
    return corners[0] + right, corners[1] + down, corners[2] + right, corners[3] + down


@on_engine_of_boxes
def affine_transform(boxes, angle, translate_x, translate_y, scale, shear_x, shear_y, height, width, center_x=None,
                     center_y=None, bounding_box_format="xyxy"):  # fmt: skip
    """The smallest upright boxes around boxes that were moved, scaled, turned and sheared about a centre, in this order.

    A point goes to `X Y R s (point + translation - centre) + centre`, with the turn `R` against the clock as one sees it
    and the shears `Y: y += tan(shear_y) x`, `X: x += tan(shear_x) y`. They are not cut off. Padding stays -1.

    Args:
        boxes: (batch, n, 4), or (n, 4).
        angle: In degrees. It and the next five are numbers, or (batch,).
        translate_x, translate_y: As shares of `width - 1` and `height - 1`.
        scale: Factor.
        shear_x, shear_y: Angles in degrees.
        height, width: Of the image, in pixels.
        center_x, center_y: The centre, as shares of `width - 1` and `height - 1`; the middle (0.5) if None.
        bounding_box_format: Format of the boxes, in which they come back.

    Returns:
        Boxes of the same shape, float32.

    Raises:
        ValueError: There is no such format.

    Example:
        >>> affine_transform(np.array([[0.0, 0.0, 2.0, 4.0]]), 0, 0, 0, 2, 0, 0, 11, 11, 0, 0)
        array([[0., 0., 4., 8.]], dtype=float32)
    """
    where = "utils.bounding_boxes.affine_transform"
    box_format = checked_format(bounding_box_format, where)
    boxes = as_boxes(boxes, where)

    def each(value):
        if isinstance(value, (int, float)):
            return ops.cast(float(value), boxes.dtype)
        value = ops.cast(value, boxes.dtype)
        return ops.expand_dims(value, -1) if len(value.shape) == 1 and len(boxes.shape) == 3 else value

    right, down = as_number(width, boxes) - 1, as_number(height, boxes) - 1
    middle_x = (0.5 if center_x is None else each(center_x)) * right
    middle_y = (0.5 if center_y is None else each(center_y)) * down
    step_x, step_y, scale = (
        each(translate_x) * right - middle_x,
        each(translate_y) * down - middle_y,
        each(scale),
    )
    turn, shear_x, shear_y = (each(value) * (math.pi / 180) for value in (angle, shear_x, shear_y))
    cosine, sine, along_x, along_y = ops.cos(turn), ops.sin(turn), ops.tan(shear_x), ops.tan(shear_y)

    def move(x, y):
        x, y = (x + step_x) * scale, (y + step_y) * scale
        x, y = cosine * x + sine * y, cosine * y - sine * x
        y = y + along_y * x
        return x + along_x * y + middle_x, y + middle_y

    corners = corners_of(boxes, box_format, height, width)
    moved = hull([move(x, y) for x, y in vertices(corners)])
    return keep_padding(is_padding(boxes), from_corners(moved, box_format, height, width))
