"""Reductions over a NumPy-like namespace `xp`; by the array's methods, which cost NumPy half of what its functions do."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import native_dtype


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def _wide(x):
    """Half-precision sums of squares overflow and lose digits: compute in float32."""
    return x.astype("float32") if x.dtype.itemsize == 2 else x


def _narrow(result, dtype):
    return result if result.dtype == dtype else result.astype(dtype)


def sum(xp, x, axis=None, keepdims=False):
    return x.sum(_axes(axis), x.dtype, keepdims=keepdims)


def mean(xp, x, axis=None, keepdims=False):
    if x.dtype.itemsize > 2:
        return x.mean(_axes(axis), keepdims=keepdims)
    return x.astype("float32").mean(_axes(axis), keepdims=keepdims).astype(x.dtype)


def prod(xp, x, axis=None, keepdims=False, dtype=None):
    dtype = x.dtype if dtype is None else native_dtype(xp, dtype)
    return x.prod(_axes(axis), dtype, keepdims=keepdims)


def max(xp, x, axis=None, keepdims=False, initial=None):
    if initial is None:
        return x.max(_axes(axis), keepdims=keepdims)
    return x.max(_axes(axis), keepdims=keepdims, initial=x.dtype.type(initial))


def min(xp, x, axis=None, keepdims=False, initial=None):
    if initial is None:
        return x.min(_axes(axis), keepdims=keepdims)
    return x.min(_axes(axis), keepdims=keepdims, initial=x.dtype.type(initial))


def any(xp, x, axis=None, keepdims=False):
    return x.any(_axes(axis), keepdims=keepdims)


def all(xp, x, axis=None, keepdims=False):
    return x.all(_axes(axis), keepdims=keepdims)


def var(xp, x, axis=None, keepdims=False):
    return _narrow(_wide(x).var(_axes(axis), keepdims=keepdims), x.dtype)


def std(xp, x, axis=None, keepdims=False):
    return _narrow(_wide(x).std(_axes(axis), keepdims=keepdims), x.dtype)


def argmax(xp, x, axis=None, keepdims=False):
    return xp.argmax(x, axis=axis, keepdims=keepdims).astype(np.int32)


def argmin(xp, x, axis=None, keepdims=False):
    return xp.argmin(x, axis=axis, keepdims=keepdims).astype(np.int32)


def count_nonzero(xp, x, axis=None):
    return xp.sum(x != 0, axis=_axes(axis), dtype=np.int32)
