"""How much bounding boxes overlap."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.core.errors import bad_argument, describe
from tricorn.layers.preprocessing.image._box_formats import checked_format
from tricorn.layers.preprocessing.image._boxes import as_boxes, corners_of, is_padding, on_engine_of_boxes

_TINY = 1e-7


def size_of(image_shape, box_format, where):
    """Height and width of an image, where a relative format needs them.

    Raises:
        ValueError: They are missing, or no pair.
    """
    if not box_format.startswith("rel_"):
        return None, None
    if image_shape is None:
        raise bad_argument(where, "boxes relative to an image need its shape.", expected="`image_shape`, e.g. (224, 224, 3)",
                           given=f"image_shape=None with {box_format!r}")  # fmt: skip
    if not isinstance(image_shape, (tuple, list)) or len(image_shape) not in (2, 3):
        raise bad_argument(
            where, "`image_shape` must be (height, width, channels).", given=describe(image_shape)
        )
    return image_shape[0], image_shape[1]


def _areas(first, second):
    """Of the parts that corners have in common, and of their unions."""
    width = ops.maximum(ops.minimum(first[2], second[2]) - ops.maximum(first[0], second[0]), 0)
    height = ops.maximum(ops.minimum(first[3], second[3]) - ops.maximum(first[1], second[1]), 0)
    common = width * height
    areas = ((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (first, second))
    return common, sum(areas) - common


@on_engine_of_boxes
def compute_iou(boxes1, boxes2, bounding_box_format, use_masking=False, mask_val=-1, image_shape=None):
    """Intersection over union of each box with each other: the area that two have in common, over that of both together.

    Args:
        boxes1: (n, 4) or (batch, n, 4).
        boxes2: (m, 4) or (batch, m, 4).
        bounding_box_format: Format of both.
        use_masking: Whether pairs with padding (rows of -1) get `mask_val`.
        mask_val: A number.
        image_shape: (height, width, channels), needed for relative formats.

    Returns:
        (n, m), or (batch, n, m) if one of them has a batch, float32 in [0, 1]; 0 where neither has an area.

    Raises:
        ValueError: The format, a rank or a shape is wrong.

    Source: Jaccard, 1901.

    Example:
        >>> compute_iou(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[1.0, 0.0, 3.0, 2.0]]), "xyxy").round(3)
        array([[0.333]], dtype=float32)
    """
    where = "utils.bounding_boxes.compute_iou"
    box_format = checked_format(bounding_box_format, where)
    size = size_of(image_shape, box_format, where)
    parts = []
    for name, boxes in (("boxes1", boxes1), ("boxes2", boxes2)):
        boxes = as_boxes(boxes, where, name=name)
        if len(boxes.shape) not in (2, 3):
            raise bad_argument(where, f"`{name}` must be boxes of one image or of a batch.", expected="rank 2 or 3",
                               given=f"shape {tuple(boxes.shape)}")  # fmt: skip
        parts.append(boxes)
    first, second = (corners_of(boxes, box_format, *size) for boxes in parts)
    first = tuple(ops.expand_dims(part, -1) for part in first)
    second = tuple(ops.expand_dims(part, -2) for part in second)
    iou = ops.divide_no_nan(*_areas(first, second))
    if not use_masking:
        return iou
    padded = ops.logical_or(
        ops.expand_dims(is_padding(parts[0]), -1), ops.expand_dims(is_padding(parts[1]), -2)
    )
    return ops.where(padded, ops.cast(mask_val, iou.dtype), iou)


@on_engine_of_boxes
def compute_ciou(boxes1, boxes2, bounding_box_format, image_shape=None):
    """Complete intersection over union of boxes, one by one.

    `iou - d^2 / c^2 - a v`: `d` is the distance of the centres, `c` the diagonal of the smallest box around both,
    `v = 4 / pi^2 (atan(w1 / h1) - atan(w2 / h2))^2` says how much the aspect ratios differ, and `a = v / (1 - iou + v)`
    weights that; no gradient flows through `a`.

    Args:
        boxes1: (..., 4).
        boxes2: (..., 4).
        bounding_box_format: Format of both.
        image_shape: (height, width, channels), needed for relative formats.

    Returns:
        (...,), float32, at most 1.

    Raises:
        ValueError: The format or a shape is wrong.

    Source: Zheng et al., 2020 (Distance-IoU Loss).

    Example:
        >>> box = np.array([[0.0, 0.0, 2.0, 2.0]])
        >>> compute_ciou(box, box, "xyxy")
        array([1.], dtype=float32)
    """
    where = "utils.bounding_boxes.compute_ciou"
    box_format = checked_format(bounding_box_format, where)
    size = size_of(image_shape, box_format, where)
    first = corners_of(as_boxes(boxes1, where, name="boxes1"), box_format, *size)
    second = corners_of(as_boxes(boxes2, where, name="boxes2"), box_format, *size)
    iou = ops.divide_no_nan(*_areas(first, second))
    # Twice the distance, hence a quarter of its square.
    apart = [first[k] + first[k + 2] - second[k] - second[k + 2] for k in range(2)]
    around = [ops.maximum(first[k + 2], second[k + 2]) - ops.minimum(first[k], second[k]) for k in range(2)]
    distance = ops.divide_no_nan((apart[0] * apart[0] + apart[1] * apart[1]) * 0.25,
                                 around[0] * around[0] + around[1] * around[1])  # fmt: skip
    slants = [
        ops.arctan((right - left) / (bottom - top + _TINY)) for left, top, right, bottom in (first, second)
    ]
    ratio = (4 / math.pi**2) * ops.square(slants[0] - slants[1])
    weight = ops.stop_gradient(ops.divide_no_nan(ratio, 1 - iou + ratio))
    return iou - distance - weight * ratio
