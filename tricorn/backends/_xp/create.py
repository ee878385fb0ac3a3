"""Making arrays over a NumPy-like namespace `xp`."""

from __future__ import annotations

from tricorn.backends._xp import native_dtype
from tricorn.core.shapes import range_dtype


def zeros(xp, shape, dtype=None):
    return xp.zeros(shape, native_dtype(xp, dtype))


def ones(xp, shape, dtype=None):
    return xp.ones(shape, native_dtype(xp, dtype))


def empty(xp, shape, dtype=None):
    return xp.empty(shape, native_dtype(xp, dtype))


def full(xp, shape, fill_value, dtype=None):
    return xp.full(shape, fill_value, native_dtype(xp, dtype))


def _like(xp, x, dtype):
    return x.dtype if dtype is None else native_dtype(xp, dtype)


def zeros_like(xp, x, dtype=None):
    return xp.zeros(x.shape, _like(xp, x, dtype))


def ones_like(xp, x, dtype=None):
    return xp.ones(x.shape, _like(xp, x, dtype))


def empty_like(xp, x, dtype=None):
    return xp.empty(x.shape, _like(xp, x, dtype))


def full_like(xp, x, fill_value, dtype=None):
    return xp.full(x.shape, fill_value, _like(xp, x, dtype))


def arange(xp, start, stop=None, step=None, dtype=None):
    dtype = native_dtype(xp, dtype or range_dtype(start, stop, step))
    if stop is None:
        start, stop = 0, start
    return xp.arange(start, stop, 1 if step is None else step, dtype=dtype)


def linspace(xp, start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    result = xp.linspace(
        start, stop, num, endpoint=endpoint, retstep=retstep, dtype=_like(xp, start, dtype), axis=axis
    )
    if not retstep:
        return result
    return result[0], xp.asarray(result[1]).astype(start.dtype)


def tril(xp, x, k=0):
    if x.ndim < 2:
        raise ValueError("no matrix")  # NumPy would make one
    return xp.tril(x, k)


def triu(xp, x, k=0):
    if x.ndim < 2:
        raise ValueError("no matrix")
    return xp.triu(x, k)


def eye(xp, N, M=None, k=0, dtype=None):
    return xp.eye(N, M, k=k, dtype=native_dtype(xp, dtype))


def tri(xp, N, M=None, k=0, dtype=None):
    if N < 0 or (M or 0) < 0:
        raise ValueError("a negative size")
    return xp.tri(N, M, k=k, dtype=native_dtype(xp, dtype))
