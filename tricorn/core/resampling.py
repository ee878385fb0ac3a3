"""What each new pixel takes from the old ones when an axis changes its size: computed on the host, once for each size.

Pixels are cells of width 1 whose centres lie at half-integers: pixel `i` of the result looks at
`(i + 1/2) * old / new - 1/2` in the old row. A filter says how the neighbours of that place are weighted; what falls
outside the row has no weight, and weights add up to 1.
"""

from __future__ import annotations

import functools

import numpy as np

#: Filters by the names that `resize` knows: the distance at which they end.
RADIUS = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


def _filter(method, x):
    """The weight at distance `x` (not negative) from the centre."""
    if method == "bilinear":
        return np.maximum(1 - x, 0)
    if method == "bicubic":  # Keys' cubic, a = -1/2
        near, far = ((1.5 * x - 2.5) * x) * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
        return np.where(x < 1, near, np.where(x < 2, far, 0))
    radius = RADIUS[method]
    return np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0)


@functools.lru_cache(maxsize=256)
def taps(old, new, method, antialias):
    """The places that each new pixel takes from, and their weights.

    Args:
        old, new: Sizes of the axis before and after, at least 1.
        method: A key of `RADIUS`.
        antialias: Whether the filter is stretched when the axis shrinks, so that it covers the pixels passed over.

    Returns:
        `(indices, weights)`, both `(new, taps)`; integers (int32) in [0, old), and float64.
    """
    step = old / new
    stretch = max(step, 1.0) if antialias else 1.0
    centre = (np.arange(new) + 0.5) * step - 0.5
    reach = RADIUS[method] * stretch
    places = np.floor(centre - reach).astype(np.int64)[:, None] + np.arange(int(np.ceil(2 * reach)) + 2)
    weights = _filter(method, np.abs(centre[:, None] - places) / stretch)
    weights[(places < 0) | (places >= old)] = 0
    weights /= weights.sum(1, keepdims=True)
    # Rows start at their first weight, so that few columns hold all.
    first = np.argmax(weights != 0, axis=1)
    width = int((weights.shape[1] - np.argmax(weights[:, ::-1] != 0, axis=1) - first).max())
    columns = np.minimum(first[:, None] + np.arange(width), weights.shape[1] - 1)
    inside = first[:, None] + np.arange(width) < weights.shape[1]
    weights = np.where(inside, np.take_along_axis(weights, columns, 1), 0)
    indices = np.clip(np.take_along_axis(places, columns, 1), 0, old - 1).astype(np.int32)
    indices.flags.writeable = weights.flags.writeable = False
    return indices, weights


@functools.lru_cache(maxsize=64)
def matrix(old, new, method, antialias, dtype="float32", channels=1):
    """The same as a matrix `(new * channels, old * channels)`, for rows in which `channels` numbers stand side by side."""
    indices, weights = taps(old, new, method, antialias)
    dense = np.zeros((new, old))
    np.add.at(dense, (np.arange(new)[:, None], indices), weights)
    dense = np.kron(dense, np.eye(channels)).astype(dtype) if channels > 1 else dense.astype(dtype)
    dense.flags.writeable = False
    return dense


@functools.lru_cache(maxsize=256)
def nearest(old, new):
    """The place that each new pixel takes from: the old pixel in which its centre lies, the right one of two. (new,)"""
    indices = ((2 * np.arange(new) + 1) * old // (2 * new)).astype(np.int32)
    indices.flags.writeable = False
    return indices
