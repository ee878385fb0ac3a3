"""Running sums and products over a NumPy-like namespace `xp`."""

from __future__ import annotations

from tricorn.backends._xp import native_dtype


def cumsum(xp, x, axis=None, dtype=None):
    return xp.cumsum(x, axis=axis, dtype=x.dtype if dtype is None else native_dtype(xp, dtype))


def cumprod(xp, x, axis=None, dtype=None):
    return xp.cumprod(x, axis=axis, dtype=x.dtype if dtype is None else native_dtype(xp, dtype))


def diff(xp, a, n=1, axis=-1):
    return xp.diff(a, n, axis)
