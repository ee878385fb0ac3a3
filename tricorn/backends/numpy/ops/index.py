"""Indexing and sorting on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, index as shared
from tricorn.core.shapes import method_for, plain_window, slice_sizes


def slice(inputs, start_indices, shape):
    window = plain_window(inputs.shape, start_indices, shape)
    if window is not None:
        return inputs[window]
    starts = [int(start) for start in start_indices]
    return inputs[_window(starts, slice_sizes(inputs.shape, starts, shape))]


def slice_update(inputs, start_indices, updates):
    window = plain_window(inputs.shape, start_indices, updates.shape)
    if window is None:
        starts = [int(start) for start in start_indices]
        window = _window(starts, slice_sizes(inputs.shape, starts, updates.shape))
    result = inputs.copy()
    result[window] = updates
    return result


def _window(starts, sizes):
    from builtins import slice as python_slice

    return tuple(python_slice(start, start + size) for start, size in zip(starts, sizes, strict=True))


def scatter(indices, values, shape):
    result = np.zeros(shape, values.dtype)
    np.add.at(result, tuple(np.moveaxis(indices, -1, 0)), values)
    return result


_REDUCTIONS = {None: None, "add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def scatter_update(inputs, indices, updates, reduction=None):
    result = np.array(inputs)
    where = tuple(np.moveaxis(indices, -1, 0))
    updates = updates.astype(inputs.dtype)
    method = method_for(reduction, _REDUCTIONS)
    if method is None:
        result[where] = updates
    else:
        method.at(result, where, updates)
    return result


def top_k(x, k, sorted=True):
    if not 0 <= k <= x.shape[-1]:
        raise ValueError("k is out of range")
    # A stable sort of the reversed rows, reversed: descending, and of equal values the first one first.
    order = x.shape[-1] - 1 - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
    return np.take_along_axis(x, order, axis=-1), order.astype(np.int32)


def argsort(x, axis=-1):
    return np.argsort(x, axis=axis, kind="stable").astype(np.int32)


bind(globals(), shared, np)
