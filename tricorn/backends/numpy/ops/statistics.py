"""Statistics on NumPy."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core.op import refuses_itself
from tricorn.core.quantiles import middle, places, reduced
from tricorn.core.rules import canonical_axis


def quantile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, lambda size: places("quantile", q, 1, size, method))


def percentile(x, q, axis=None, method="linear", keepdims=False):
    return _quantiles(x, axis, keepdims, lambda size: places("percentile", q, 100, size, method))


def median(x, axis=None, keepdims=False):
    return _quantiles(x, axis, keepdims, middle)


def _quantiles(x, axis, keepdims, places_for):
    kept = x.dtype
    rows, rest = _axes_last(x.astype(np.float32) if kept.itemsize == 2 else x, axis, keepdims)
    size = rows.shape[-1]
    shape, below, above, weight = places_for(size or 1)
    if not size:
        return np.full(shape + rest, np.nan, kept)
    if size <= _FEW:
        ordered = np.sort(rows, axis=-1)
    else:
        ordered = np.partition(rows, sorted({*below.tolist(), *above.tolist(), size - 1}), axis=-1)
    last = ordered[..., -1]  # where NaN would stand
    if shape:
        weight = weight.astype(rows.dtype)
        first, second = ordered[..., below], ordered[..., above]
        with np.errstate(invalid="ignore"):  # infinity times 0
            mixed = first * (1 - weight) + second * weight
        found = np.where(first == second, first, mixed)
        found = np.where(np.isnan(last)[..., None], np.nan, found)
        found = np.moveaxis(found, -1, 0).reshape(shape + rest)
        return found if found.dtype == kept else found.astype(kept)
    found, weight = ordered[..., below[0]], weight.item()
    if 0 < weight < 1:
        second = ordered[..., above[0]]
        found = np.where(found == second, found, found * (1 - weight) + second * weight)
    found = np.where(np.isnan(last), last, found)
    if found.dtype != kept:
        found = found.astype(kept)
    return found.reshape(rest) if keepdims else found


#: Up to here sorting is as quick as looking for places.
_FEW = 64


def _axes_last(x, axis, keepdims):
    """The reduced axes as one, in the last place, and the shape of what is left."""
    axes, others, rest = reduced(x.shape, axis, keepdims)
    if axis is None:
        return x.reshape(-1), rest
    if axes != (x.ndim - 1,):
        x = x.transpose(*others, *axes)
        if len(axes) != 1:
            kept = len(others)
            x = x.reshape(*x.shape[:kept], math.prod(x.shape[kept:]))
    return x, rest


def ptp(x, axis=None, keepdims=False):
    if x.dtype == bool:
        raise TypeError("booleans have no difference")
    axis = tuple(axis) if isinstance(axis, list) else axis
    return x.max(axis, keepdims=keepdims) - x.min(axis, keepdims=keepdims)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    kept, rank = y.dtype, y.ndim
    if kept.itemsize == 2:
        return trapezoid(y.astype(np.float32), None if x is None else x.astype(np.float32), dx, axis).astype(
            kept
        )
    axis = canonical_axis(axis, rank)
    after, before = _sides(y, axis)
    middles = after + before
    middles *= 0.5
    if x is None:
        if dx != 1.0:
            middles = middles * dx
    elif x.ndim == 1:
        after, before = _sides(x, 0)
        middles = middles * (after - before).reshape((-1,) + (1,) * (rank - axis - 1))
    else:
        after, before = _sides(x, axis - rank + x.ndim)
        middles = middles * (after - before)
    return middles.sum(axis - rank, kept)


def _sides(x, axis):
    """All along `axis` but the first, and all but the last."""
    leading = (slice(None),) * axis
    return x[(*leading, slice(1, None))], x[(*leading, slice(None, -1))]


def argpartition(x, kth, axis=-1):
    return np.argpartition(x, kth, axis).astype(np.int32)


@refuses_itself
def correlate(x1, x2, mode="valid"):
    if mode not in ("valid", "same", "full"):  # NumPy also takes numbers, and names that begin alike
        raise ValueError("no such mode")
    if x1.dtype.itemsize == 2:
        return np.correlate(x1.astype(np.float32), x2.astype(np.float32), mode).astype(x1.dtype)
    return np.correlate(x1, x2, mode)
