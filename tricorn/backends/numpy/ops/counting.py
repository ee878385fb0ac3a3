"""Counts and sets on NumPy."""

from __future__ import annotations

import operator

import numpy as np

from tricorn.backends._xp import bind, counting as shared
from tricorn.core.dtypes import result_type, standardize_dtype
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.op import refuses_itself


@refuses_itself
def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None,
           fill_value=None):  # fmt: skip
    values, *rest = np.unique(x, return_index or size is not None, return_inverse, return_counts, axis) if (
        return_index or return_inverse or return_counts or size is not None
    ) else (np.unique(x, axis=axis),)  # fmt: skip
    if size is not None:
        size = operator.index(size)
        if size < 0:
            raise ValueError("a negative size")
        spare = max(size - len(rest[0]), 0)
        values = _resized(values, size, spare, fill_value, axis or 0)
        rest = [one if return_inverse and place == 1 else _resized(one, size, spare, None if place == 0 else 0, 0)
                for place, one in enumerate(rest)]  # fmt: skip
        rest = rest if return_index else rest[1:]
    return (values, *(one.astype(np.int32) for one in rest)) if rest else values


def _resized(values, size, spare, fill_value, axis):
    """Cut off, or filled up with the first value."""
    kept = np.take(values, np.arange(min(size, values.shape[axis])), axis)
    if not spare:
        return kept
    shape = (*kept.shape[:axis], spare, *kept.shape[axis + 1 :])
    if fill_value is None:
        fill_value = np.take(kept, [0], axis) if kept.shape[axis] else 0
    return np.concatenate([kept, np.broadcast_to(np.asarray(fill_value, values.dtype), shape)], axis)


# Pairs that are sooner compared than sorted.
_FEW = 1024


def isin(x1, x2, assume_unique=False, invert=False):
    if x1.size * x2.size > _FEW or not x1.ndim:
        return np.isin(x1, x2, invert=invert)
    found = (x1[..., None] == x2.reshape(-1)).any(-1)
    return ~found if invert else found


def histogram(x, bins=10, range=None):
    kept = x.dtype
    flat = (x.astype(np.float32) if kept.itemsize == 2 else x).reshape(-1)
    if type(bins) is int:
        if bins < 1:
            raise ValueError("no bin")
        low, high = _limits(flat) if range is None else map(float, range)
        if range is not None and not (np.isfinite(low) and np.isfinite(high) and low <= high):
            raise ValueError("no range")
        half = 0.5 if low == high else 0.0
        edges = np.linspace(low - half, high + half, bins + 1, dtype=flat.dtype)
    else:
        edges = np.asarray(bins, np.float64)
        if edges.ndim != 1 or edges.size < 2 or (edges[1:] < edges[:-1]).any():
            raise ValueError("no edges")
        edges = edges.astype(flat.dtype)
    # Bin k + 1 of these is the k-th; the first and the last hold what is outside. NaN sorts behind all edges.
    count = edges.size - 1
    place = edges.searchsorted(flat, "right")
    place[flat == edges[-1]] = count
    counts = np.bincount(place, None, count + 2)[1:-1].astype(kept)
    return counts, edges if edges.dtype == kept else edges.astype(kept)


def _limits(flat):
    return (flat.min(), flat.max()) if flat.size else (0.0, 1.0)


def bincount(x, weights=None, minlength=0, sparse=False):
    if weights is None:
        if x.ndim == 1 and not sparse and x.dtype.kind != "V":
            try:
                return np.bincount(x, None, minlength).astype(np.int32)
            except (TypeError, ValueError):
                pass  # uint64, or an error, which is told below
    elif weights.dtype.kind == "V":
        return bincount(x, weights.astype(np.float32), minlength, sparse).astype(weights.dtype)
    if sparse:
        raise NotSupportedError("ops.bincount(sparse=True) does not run on NumPy: it has no sparse tensors.")
    if (
        x.ndim not in (1, 2)
        or x.dtype.kind not in "iub"
        or (weights is not None and weights.shape != x.shape)
    ):
        raise ValueError("integers, and weights of their shape, are expected")
    x = x if x.dtype == np.int64 else x.astype(np.int64)
    kept = np.int32
    if weights is not None and weights.dtype.kind != "f":
        kept = np.dtype(result_type(standardize_dtype(weights.dtype), "int32"))
    elif weights is not None:
        kept = weights.dtype
    try:
        if x.ndim == 1 and (weights is None or weights.dtype.kind == "f"):
            return np.bincount(x, weights, minlength).astype(kept)
        length = max(int(x.max(initial=-1)) + 1, operator.index(minlength))
        rows = x.shape[0] if x.ndim == 2 else 1
        flat = (x + length * np.arange(rows)[:, None] if x.ndim == 2 else x).reshape(-1)
        if flat.size and x.min() < 0:
            raise ValueError("a negative number")
        sums = np.zeros(rows * length, kept)
        np.add.at(sums, flat, 1 if weights is None else weights.reshape(-1).astype(kept))
    except ValueError:
        if x.size and x.min() < 0:
            raise bad_argument(
                "ops.bincount", "a negative number cannot be counted.", given=x.min()
            ) from None
        raise
    return sums.reshape(rows, length) if x.ndim == 2 else sums


bincount.reads_bfloat16 = True


def digitize(x, bins):
    if bins.ndim != 1:
        raise ValueError("the edges are no vector")
    size = bins.size
    if size > 1 and bins[-1] < bins[0]:
        return (size - bins[::-1].searchsorted(x, "right")).astype(np.int32)
    return bins.searchsorted(x, "right").astype(np.int32)


bind(globals(), shared, np)
