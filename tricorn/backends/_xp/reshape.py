"""Shapes and layouts over a NumPy-like namespace `xp`."""

from __future__ import annotations

import numpy as np

from tricorn.core.op import refuses_itself
from tricorn.core.shapes import pad_pairs

DIRECT = ("transpose", "ravel", "moveaxis", "swapaxes", "broadcast_to", "roll", "rot90", "fliplr", "flipud")


def reshape(xp, x, newshape):
    sizes = newshape if type(newshape) in (tuple, list) else (newshape,)
    for size in sizes:
        if type(size) is int and size < -1:
            raise ValueError("a negative size")  # which NumPy takes for -1
    return xp.reshape(x, newshape)


def squeeze(xp, x, axis=None):
    return xp.squeeze(x, tuple(axis) if isinstance(axis, list) else axis)


def expand_dims(xp, x, axis):
    return xp.expand_dims(x, tuple(axis) if isinstance(axis, list) else axis)


def flip(xp, x, axis=None):
    return xp.flip(x, tuple(axis) if isinstance(axis, list) else axis)


@refuses_itself
def tile(xp, x, repeats):
    if isinstance(repeats, (str, bytes)):
        raise TypeError("text is no number of copies")
    counts = (repeats,) if isinstance(repeats, (int, np.integer)) else tuple(repeats)
    if min(counts, default=0) < 0:
        raise ValueError("a negative number of copies")
    return xp.tile(x, counts)


def repeat(xp, x, repeats, axis=None):
    return xp.repeat(x, np.asarray(repeats) if isinstance(repeats, (list, tuple)) else repeats, axis=axis)


def pad(xp, x, pad_width, mode="constant", constant_values=None):
    pairs = pad_pairs(pad_width, x.ndim)
    if not pairs:
        return x
    if mode == "constant":
        return xp.pad(x, pairs, mode, constant_values=0 if constant_values is None else constant_values)
    check_border(mode, constant_values)
    return xp.pad(x, pairs, mode)


def check_border(mode, constant_values):
    """For a pad of elements: NumPy and JAX know more modes, and take no value beside them."""
    if constant_values is not None or mode not in ("reflect", "symmetric", "edge", "wrap"):
        raise ValueError("a mode that is unknown, or a value that has no use")
