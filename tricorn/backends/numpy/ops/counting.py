"""Counts and sets on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, counting as shared


def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
           fill_value=None):  # fmt: skip
    values, *rest = np.unique(x, True, return_inverse, return_counts, axis)
    if size is not None:
        size = _checked_size(size)
        spare = max(size - len(rest[0]), 0)
        values = _resized(values, size, spare, fill_value, axis or 0)
        rest = [one if return_inverse and place == 1 else _resized(one, size, spare, None if place == 0 else 0, 0)
                for place, one in enumerate(rest)]  # fmt: skip
    rest = [one.astype(np.int32) for one in (rest if return_index else rest[1:])]
    return (values, *rest) if rest else values


def _checked_size(size):
    if size < 0:
        raise ValueError("a negative size")
    return int(size)


def _resized(values, size, spare, fill_value, axis):
    """Cut off, or filled up with the first value."""
    kept = np.take(values, np.arange(min(size, values.shape[axis])), axis)
    if not spare:
        return kept
    shape = (*kept.shape[:axis], spare, *kept.shape[axis + 1 :])
    if fill_value is None:
        fill_value = np.take(kept, [0], axis) if kept.shape[axis] else 0
    return np.concatenate([kept, np.broadcast_to(np.asarray(fill_value, values.dtype), shape)], axis)


bind(globals(), shared, np)
