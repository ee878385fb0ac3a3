"""Images turned over or cut out, each in its own way; for layers, which have checked their arguments."""

from __future__ import annotations

from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._cast import shape
from tricorn.ops._create import arange
from tricorn.ops._index import take, where as choose
from tricorn.ops._reshape import expand_dims, flip, reshape


@op(rule=lambda images, flips, axes: spec(images.shape, images.dtype))
def flipped(images: Tensor, flips: Tensor, axes):
    """Images mirrored along `axes` where `flips` says so.

    Args:
        images: (batch, ...), any dtype.
        flips: Booleans (batch, 1, ...) of the rank of `images`.
        axes: A tuple of axes, counted from the front.
    """
    return choose(flips, flip(images, axes), images)


def _windows_rule(images, top, left, height, width, channels_first):
    batch, *sizes = images.shape
    sizes = (sizes[0], height, width) if channels_first else (height, width, sizes[-1])
    return spec((batch, *sizes), images.dtype)


@op(rule=_windows_rule)
def windows(images: Tensor, top: Tensor, left: Tensor, height, width, channels_first):
    """A window of each image.

    Args:
        images: (batch, height, width, channels) or with the channels first, any dtype.
        top: (batch,) the row, an integer, with which the window of each image starts.
        left: (batch,) the column.
        height, width: Ints, of the windows, which lie within the images.
        channels_first: Whether the channels stand before the height.
    """
    sizes = shape(images)
    rows = expand_dims(top, 1) + arange(height, dtype=top.dtype)
    columns = expand_dims(left, 1) + arange(width, dtype=left.dtype)
    if channels_first:
        batch, channels, old_height, old_width = sizes
        planes = reshape(arange(batch * channels, dtype=top.dtype), (batch, channels, 1, 1)) * old_height
        rows, columns = expand_dims(expand_dims(rows, 1), -1), expand_dims(expand_dims(columns, 1), 1)
        return take(reshape(images, (-1,)), (planes + rows) * old_width + columns, 0)
    batch, old_height, old_width, channels = sizes
    rows = expand_dims(arange(batch, dtype=top.dtype), 1) * old_height + rows
    places = expand_dims(rows, -1) * old_width + expand_dims(columns, 1)
    return take(reshape(images, (-1, channels)), places, 0)
