"""Reductions without NaN on NumPy. Its own means and deviations warn where nothing is left."""

from __future__ import annotations

import numpy as np

from tricorn.backends.numpy.ops import cumulative


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def nanmax(x, axis=None, keepdims=False):
    return np.fmax.reduce(x, axis=_axes(axis), keepdims=keepdims)


def nanmin(x, axis=None, keepdims=False):
    return np.fmin.reduce(x, axis=_axes(axis), keepdims=keepdims)


def nanargmax(x, axis=None, keepdims=False):
    return _place_of(x, np.fmax, np.argmax, axis, keepdims)


def nanargmin(x, axis=None, keepdims=False):
    return _place_of(x, np.fmin, np.argmin, axis, keepdims)


def _place_of(x, extreme, place_of, axis, keepdims):
    if x.dtype.kind != "f" or not np.isnan(x).any():
        return place_of(x, axis, keepdims=keepdims).astype(np.int32)
    found = extreme.reduce(x, axis, keepdims=True)
    # Where all are NaN, nothing equals what was found.
    place = np.where(np.isnan(found), -1, np.argmax(x == found, axis, keepdims=True)).astype(np.int32)
    return place if keepdims else place.reshape(()) if axis is None else place.squeeze(axis)


def _without_nan(x, value):
    if x.dtype.kind not in "fc":
        return x
    filled = np.array(x)
    np.copyto(filled, value, where=np.isnan(x))
    return filled


def nansum(x, axis=None, keepdims=False):
    return np.sum(_without_nan(x, 0), axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)


def nanprod(x, axis=None, keepdims=False):
    return np.prod(_without_nan(x, 1), axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)


def nancumsum(x, axis=None, dtype=None):
    return cumulative.cumsum(_without_nan(x, 0), axis, dtype)


def nancumprod(x, axis=None, dtype=None):
    return cumulative.cumprod(_without_nan(x, 1), axis, dtype)


def _widened(x):
    """Half precision is added up in float32."""
    return x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _mean(x, present, axis, keepdims):
    total = np.sum(x, axis=axis, keepdims=keepdims, where=present)
    count = np.sum(present, axis=axis, keepdims=keepdims)
    with np.errstate(invalid="ignore"):
        return np.true_divide(total, count, dtype=x.dtype, casting="unsafe")


def _variance(x, axis, keepdims):
    present = ~np.isnan(x)
    with np.errstate(invalid="ignore"):  # infinity from itself
        deviation = x - _mean(x, present, axis, True)
    deviation = np.abs(deviation) if x.dtype.kind == "c" else deviation
    return _mean(deviation * deviation, present, axis, keepdims)


def nanmean(x, axis=None, keepdims=False):
    return _mean(_widened(x), ~np.isnan(x), _axes(axis), keepdims).astype(x.dtype, copy=False)


def nanvar(x, axis=None, keepdims=False):
    return _variance(_widened(x), _axes(axis), keepdims).astype(x.real.dtype, copy=False)


def nanstd(x, axis=None, keepdims=False):
    return np.sqrt(_variance(_widened(x), _axes(axis), keepdims)).astype(x.real.dtype, copy=False)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    if x.dtype.kind in "fc":
        return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
    if x.dtype.name != "bfloat16":
        return x
    import ml_dtypes

    largest = float(ml_dtypes.finfo(x.dtype).max)
    posinf = largest if posinf is None else posinf
    neginf = -largest if neginf is None else neginf
    return np.nan_to_num(x.astype(np.float32), nan=nan, posinf=posinf, neginf=neginf).astype(x.dtype)


# In float32 the largest number would be one that bfloat16 has not.
nan_to_num.reads_bfloat16 = True
