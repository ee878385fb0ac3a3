"""Shapes and layouts on NumPy."""

from __future__ import annotations

import functools

import numpy as np

from tricorn.backends._xp import bind, reshape as shared
from tricorn.core.shapes import pad_pairs


def pad(x, pad_width, mode="constant", constant_values=None):
    pairs = pad_pairs(pad_width, x.ndim)
    if not pairs:
        return x
    if mode != "constant":
        shared.check_border(mode, constant_values)
        if x.size > _SMALL:
            return np.pad(x, pairs, mode)
        for axis, pair in enumerate(pairs):
            x = x.take(_places(x.shape[axis], pair, mode), axis)
        return x
    # In half the time of numpy.pad.
    shape = [before + size + after for size, (before, after) in zip(x.shape, pairs)]
    if constant_values is None:
        result = np.zeros(shape, x.dtype)
    else:
        result = np.full(shape, constant_values, x.dtype)
    result[tuple(slice(before, before + size) for size, (before, _) in zip(x.shape, pairs))] = x
    return result


# Elements that are sooner gathered than copied border by border.
_SMALL = 4096


@functools.lru_cache(maxsize=256)
def _places(size, pair, mode):
    """Where on an axis each element of the padded one comes from."""
    return np.pad(np.arange(size), pair, mode)


bind(globals(), shared, np)
