"""Rectangles drawn in images."""

from __future__ import annotations

from tricorn import ops
from tricorn.random._draw import uniform


def rectangles(size, shares, count, source):
    """Where pixels lie in a rectangle of their image, whose place is drawn, wholly inside.

    Args:
        size: Height and width of images.
        shares: (height, width) of the rectangles as shares of those, each (count,).
        count: How many images.
        source: Where draws come from.

    Returns:
        (count, height, width), booleans; and which share of each image's pixels is True, (count,).
    """
    lines, area = [], 1
    for whole, share in zip(size, shares, strict=True):
        extent = ops.cast(whole, "float32")
        taken = ops.round(share * extent)
        start = ops.floor(uniform((count,), seed=source) * (extent - taken + 1))
        place = ops.cast(ops.arange(whole), "float32")
        start, end = (ops.expand_dims(edge, 1) for edge in (start, start + taken))
        lines.append(ops.logical_and(place >= start, place < end))
        area = area * (taken / extent)
    rows, columns = lines
    return ops.logical_and(ops.expand_dims(rows, 2), ops.expand_dims(columns, 1)), area


def like_images(mask, images, channels_axis):
    """A mask (count, height, width) with the channels of images."""
    return ops.broadcast_to(ops.expand_dims(mask, channels_axis), ops.shape(images))
