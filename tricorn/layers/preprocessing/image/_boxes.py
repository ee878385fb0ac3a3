"""Bounding boxes as corners, in any format: what the functions of `utils.bounding_boxes` and layers for images share."""

from __future__ import annotations

import functools
import inspect

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe

PADDING = -1


def on_engine_of_boxes(function):
    """`function`, run on the engine of the tensors among its arguments; lists and arrays go there too."""
    where = f"utils.bounding_boxes.{function.__name__}"

    @functools.wraps(function)
    def run(*args, **kwargs):
        found = backends.backend_in([args, kwargs], where)
        if found is None or found is backends.active_backend():
            return function(*args, **kwargs)
        with backends.backend_scope(found):
            return function(*args, **kwargs)

    run.__signature__ = inspect.signature(function)
    return run


# --- for callers that have checked their arguments --------------------------------------------------------
def corners_of(boxes, box_format, height=None, width=None):
    """Boxes as (left, top, right, bottom), in pixels where the image's size is given for a relative format.

    Args:
        boxes: (..., 4), floats.
        box_format: A name, in lower case.
        height, width: Of the image: numbers or scalar tensors. None leaves relative boxes relative.
    """
    a, b, c, d = (boxes[..., k] for k in range(4))
    kind = box_format.removeprefix("rel_")
    if kind in ("yxyx", "center_yxhw"):
        a, b, c, d = b, a, d, c
    if kind == "xywh":
        c, d = a + c, b + d
    elif kind.startswith("center"):
        half_width, half_height = c * 0.5, d * 0.5
        a, b, c, d = a - half_width, b - half_height, a + half_width, b + half_height
    if box_format.startswith("rel_") and height is not None:
        height, width = as_number(height, boxes), as_number(width, boxes)
        a, b, c, d = a * width, b * height, c * width, d * height
    return a, b, c, d


def from_corners(corners, box_format, height=None, width=None):
    """The inverse of `corners_of`."""
    left, top, right, bottom = corners
    if box_format.startswith("rel_") and height is not None:
        height, width = as_number(height, left), as_number(width, left)
        left, top, right, bottom = left / width, top / height, right / width, bottom / height
    kind = box_format.removeprefix("rel_")
    if kind == "xyxy":
        parts = left, top, right, bottom
    elif kind == "yxyx":
        parts = top, left, bottom, right
    elif kind == "xywh":
        parts = left, top, right - left, bottom - top
    else:
        parts = (left + right) * 0.5, (top + bottom) * 0.5, right - left, bottom - top
        if kind == "center_yxhw":
            parts = parts[1], parts[0], parts[3], parts[2]
    return ops.stack(parts, -1)


def is_padding(boxes):
    """(..., ) True where a row of boxes (..., 4) is none: -1 throughout, which no box of any format is."""
    return ops.all(ops.equal(boxes, PADDING), axis=-1)


def keep_padding(padded, boxes):
    """`boxes` with the rows that are `padded` set to -1."""
    return ops.where(ops.expand_dims(padded, -1), ops.cast(PADDING, boxes.dtype), boxes)


def clipped(corners, height, width):
    """Corners moved into an image, and where something of the box is left."""
    left, top, right, bottom = corners
    height, width = as_number(height, left), as_number(width, left)
    left, right = ops.clip(left, 0, width), ops.clip(right, 0, width)
    top, bottom = ops.clip(top, 0, height), ops.clip(bottom, 0, height)
    # Written so that NaN is nothing.
    remains = ops.logical_and(ops.greater(right, left), ops.greater(bottom, top))
    return (left, top, right, bottom), remains


def hull(points):
    """The smallest boxes around points `(x, y)`, each (..., n)."""
    xs, ys = zip(*points, strict=True)
    return (functools.reduce(ops.minimum, xs), functools.reduce(ops.minimum, ys),
            functools.reduce(ops.maximum, xs), functools.reduce(ops.maximum, ys))  # fmt: skip


def vertices(corners):
    """The four points of boxes."""
    left, top, right, bottom = corners
    return (left, top), (right, top), (right, bottom), (left, bottom)


def as_number(value, like):
    """A size as a float, or as a tensor of the dtype of `like`."""
    return float(value) if isinstance(value, (int, float)) else ops.cast(value, like.dtype)


# --- checks ---------------------------------------------------------------------------------------------------
def as_boxes(boxes, where, dtype="float32", name="boxes"):
    """`boxes` as a tensor (..., 4)."""
    boxes = ops.cast(boxes, dtype)
    shape = tuple(boxes.shape)
    if not shape or shape[-1] not in (4, None):
        raise bad_argument(
            where, f"`{name}` must have four numbers each.", expected="shape (..., 4)", given=f"shape {shape}"
        )
    return boxes


def as_parts(bounding_boxes, where):
    """The boxes and the labels of a dict, as tensors."""
    if not isinstance(bounding_boxes, dict) or not {"boxes", "labels"} <= set(bounding_boxes):
        given = sorted(bounding_boxes) if isinstance(bounding_boxes, dict) else describe(bounding_boxes)
        raise bad_argument(
            where,
            "bounding boxes are given as a dict.",
            expected="the keys 'boxes' and 'labels'",
            given=given,
        )
    return as_boxes(bounding_boxes["boxes"], where), ops.convert_to_tensor(bounding_boxes["labels"])
