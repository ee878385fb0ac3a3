"""Some images of a batch turned over or replaced; for layers, which have checked their arguments."""

from __future__ import annotations

from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._index import where as choose
from tricorn.ops._reshape import flip


@op(rule=lambda images, flips, axes: spec(images.shape, images.dtype))
def flipped(images: Tensor, flips: Tensor, axes):
    """Images mirrored along `axes` where `flips` says so.

    Args:
        images: (batch, ...), any dtype.
        flips: Booleans (batch, 1, ...) of the rank of `images`.
        axes: A tuple of axes, counted from the front.
    """
    return choose(flips, flip(images, axes), images)


@op(rule=lambda images, others, flags: spec(images.shape, images.dtype))
def replaced(images: Tensor, others: Tensor, flags: Tensor):
    """Images, but those of `others` where `flags` says so.

    Args:
        images: (batch, ...), any dtype.
        others: Of the same dtype; broadcasts to `images`.
        flags: Booleans (batch, 1, ...) of the rank of `images`.
    """
    return choose(flags, others, images)
