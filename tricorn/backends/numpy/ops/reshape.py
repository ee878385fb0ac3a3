"""Shapes and layouts on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, reshape as shared
from tricorn.core.shapes import pad_pairs


def pad(x, pad_width, mode="constant", constant_values=None):
    pairs = pad_pairs(pad_width, x.ndim)
    if not pairs:
        return x
    if mode != "constant":
        return shared.pad(np, x, pairs, mode, constant_values)
    # In half the time of numpy.pad.
    shape = [before + size + after for size, (before, after) in zip(x.shape, pairs)]
    if constant_values is None:
        result = np.zeros(shape, x.dtype)
    else:
        result = np.full(shape, constant_values, x.dtype)
    result[tuple(slice(before, before + size) for size, (before, _) in zip(x.shape, pairs))] = x
    return result


bind(globals(), shared, np)
