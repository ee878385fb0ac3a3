"""Windows that slide over images, with weights of each image's own."""

from __future__ import annotations

from tricorn import ops


def slid(images, sides):
    """Each pixel plus its neighbours in one direction, then that plus its neighbours in the other; zeros around the images.

    Args:
        images: A batch, floats.
        sides: For an axis (negative) the weights of the neighbours at distance 1, 2, ..., on both sides alike: None for 1, or
            what broadcasts to `images`.
    """
    pads, sizes = [(0, 0)] * 4, ops.shape(images)
    for axis, weights in sides.items():
        pads[axis] = (len(weights),) * 2
    # Once for both directions: sums along an axis leave the zeros of the other one as they are.
    result = ops.pad(images, pads) if any(sides.values()) else images
    for axis, weights in sides.items():
        reach, left = len(weights), (slice(None),) * (axis % 4)

        def moved(by, result=result, reach=reach, left=left, size=sizes[axis]):
            return result[(*left, slice(reach + by, reach + by + size))]

        total = moved(0)
        for distance, weight in enumerate(weights, start=1):
            both = moved(-distance) + moved(distance)
            total = total + (both if weight is None else both * weight)
        result = total
    return result
