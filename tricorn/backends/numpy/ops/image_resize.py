"""Resampling on NumPy, one axis after the other.

A few taps are gathered and added; of many, a matrix makes one product. Where few channels stand side by side, the
matrix covers pixels and channels together: BLAS is slow at thousands of narrow products.
"""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import resampling

_FEW_TAPS = 4
_FEW_CHANNELS = 4


def resample(images, size, interpolation, antialias, channels_first):
    first = images.ndim - (2 if channels_first else 3)
    # The axis that shrinks goes first.
    axes = sorted((0, 1), key=lambda axis: size[axis] / images.shape[first + axis])
    for axis in axes:
        old, new = images.shape[first + axis], int(size[axis])
        if interpolation == "nearest":
            images = images.take(resampling.nearest(old, new), first + axis)
        elif old != new:
            images = _along(images, first + axis, old, new, interpolation, antialias)
    return images


def _along(x, axis, old, new, method, antialias):
    indices, weights = resampling.taps(old, new, method, antialias)
    before, inner = x.shape[:axis], math.prod(x.shape[axis + 1 :])
    if indices.shape[1] <= _FEW_TAPS:
        columns = weights.astype(x.dtype).reshape(new, -1, *(1,) * (x.ndim - axis - 1))
        result = None
        for tap in range(indices.shape[1]):
            part = x.take(indices[:, tap], axis)
            part *= columns[:, tap]
            result = part if result is None else np.add(result, part, out=result)
        return result
    if inner <= _FEW_CHANNELS:
        matrix = resampling.matrix(old, new, method, antialias, x.dtype.name, inner)
        result = x.reshape(-1, old * inner) @ matrix.T
    else:
        result = resampling.matrix(old, new, method, antialias, x.dtype.name) @ x.reshape(*before, old, inner)
    return result.reshape(*before, new, *x.shape[axis + 1 :])
