"""Bounding boxes as differences from anchors, and back."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._box_formats import checked_format
from tricorn.layers.preprocessing.image._boxes import (
    as_boxes,
    is_padding,
    keep_padding,
    on_engine_of_boxes,
)
from tricorn.layers.preprocessing.image._boxes_change import convert_format

_ENCODINGS = ("center_xywh", "center_yxhw")
_TINY = 1e-7


def _checked_encoding(name, argument, where):
    if name not in _ENCODINGS:
        raise bad_argument(
            where, f"unknown `{argument}`.", expected=" or ".join(map(repr, _ENCODINGS)), given=repr(name)
        )
    return name


def _checked_variance(variance, dtype, where):
    if variance is None:
        return None
    variance = ops.cast(variance, dtype)
    if not variance.shape or variance.shape[-1] != 4:
        raise bad_argument(where, "`variance` must be four numbers.", expected="shape (4,)",
                           given=f"shape {tuple(variance.shape)}")  # fmt: skip
    return variance


def _centered(boxes, source, encoding, image_shape, where, name):
    height, width = (None, None) if image_shape is None else image_shape[:2]
    boxes = as_boxes(boxes, where, name=name)
    return boxes, convert_format(boxes, source, encoding, height, width)


@on_engine_of_boxes
def encode_box_to_deltas(anchors, boxes, anchor_format, box_format, encoding_format="center_yxhw", variance=None,
                         image_shape=None):  # fmt: skip
    """What leads from anchors to boxes: how far the centre moves, in sizes of the anchor, and the logarithm of how the size
    changes.

    `((x - xa) / wa, (y - ya) / ha, log(w / wa), log(h / ha)) / variance`, in the order of `encoding_format`.

    Args:
        anchors: (n, 4), or (batch, n, 4).
        boxes: (n, 4) or (batch, n, 4): one for each anchor. Rows of -1 are padding and stay -1.
        anchor_format, box_format: Their formats.
        encoding_format: "center_yxhw" or "center_xywh".
        variance: Four numbers, in the order of `encoding_format`, by which deltas are divided; None for 1.
        image_shape: (height, width, channels), needed where a format is relative.

    Returns:
        Deltas of the shape of `boxes`, float32.

    Raises:
        ValueError: A format, a shape or `variance` is wrong.

    Source: Girshick et al., 2014 (R-CNN).

    Example:
        >>> encode_box_to_deltas(np.array([[0.0, 0.0, 4.0, 2.0]]), np.array([[1.0, 1.0, 5.0, 3.0]]), "xyxy", "xyxy")
        array([[0.5 , 0.25, 0.  , 0.  ]], dtype=float32)
    """
    where = "utils.bounding_boxes.encode_box_to_deltas"
    encoding = _checked_encoding(encoding_format, "encoding_format", where)
    anchor_format, box_format = checked_format(anchor_format, where), checked_format(box_format, where)
    boxes, wanted = _centered(boxes, box_format, encoding, image_shape, where, "boxes")
    _, start = _centered(anchors, anchor_format, encoding, image_shape, where, "anchors")
    variance = _checked_variance(variance, boxes.dtype, where)
    sizes = ops.maximum(start[..., 2:], _TINY)
    ratios = ops.log(ops.maximum(wanted[..., 2:], _TINY) / sizes)
    moves = (wanted[..., :2] - start[..., :2]) / sizes
    deltas = ops.concatenate([moves, ratios + ops.zeros_like(moves)], -1)
    return keep_padding(is_padding(boxes), deltas if variance is None else deltas / variance)


@on_engine_of_boxes
def decode_deltas_to_boxes(anchors, boxes_delta, anchor_format, box_format, encoded_format="center_yxhw", variance=None,
                           image_shape=None):  # fmt: skip
    """The boxes to which deltas lead from anchors: the inverse of `encode_box_to_deltas`.

    Args:
        anchors: (n, 4) or (batch, n, 4); or a dict of them, one for each level.
        boxes_delta: Deltas (n, 4) or (batch, n, 4); or a dict with the same keys.
        anchor_format: Format of the anchors.
        box_format: The format wanted.
        encoded_format: "center_yxhw" or "center_xywh": the order of the deltas.
        variance: Four numbers by which deltas were divided; None for 1.
        image_shape: (height, width, channels), needed where a format is relative.

    Returns:
        Boxes of the shape of `boxes_delta`, float32; or a dict of them.

    Raises:
        ValueError: A format, a shape or `variance` is wrong, or the keys differ.

    Source: Girshick et al., 2014 (R-CNN).

    Example:
        >>> decode_deltas_to_boxes(np.array([[0.0, 0.0, 4.0, 2.0]]), np.array([[0.5, 0.25, 0.0, 0.0]]), "xyxy", "xyxy")
        array([[1., 1., 5., 3.]], dtype=float32)
    """
    where = "utils.bounding_boxes.decode_deltas_to_boxes"
    encoding = _checked_encoding(encoded_format, "encoded_format", where)
    anchor_format, box_format = checked_format(anchor_format, where), checked_format(box_format, where)
    if isinstance(anchors, dict) or isinstance(boxes_delta, dict):
        if not (
            isinstance(anchors, dict) and isinstance(boxes_delta, dict) and set(anchors) == set(boxes_delta)
        ):
            raise bad_argument(where, "anchors and deltas must have the same levels.", expected="dicts with the same keys",
                               given=" and ".join(str(sorted(map(str, x))) if isinstance(x, dict) else type(x).__name__
                                                  for x in (anchors, boxes_delta)))  # fmt: skip
        return {key: decode_deltas_to_boxes(anchors[key], boxes_delta[key], anchor_format, box_format, encoding, variance,
                                            image_shape) for key in boxes_delta}  # fmt: skip
    _, start = _centered(anchors, anchor_format, encoding, image_shape, where, "anchors")
    deltas = as_boxes(boxes_delta, where, name="boxes_delta")
    variance = _checked_variance(variance, deltas.dtype, where)
    deltas = deltas if variance is None else deltas * variance
    sizes = start[..., 2:]
    moved = ops.concatenate([deltas[..., :2] * sizes + start[..., :2], ops.exp(deltas[..., 2:]) * sizes], -1)
    height, width = (None, None) if image_shape is None else image_shape[:2]
    return convert_format(moved, encoding, box_format, height, width)
