"""Statistics over a NumPy-like namespace `xp`."""

from __future__ import annotations


def correlate(xp, x1, x2, mode="valid"):
    if x1.dtype.itemsize == 2:
        return xp.correlate(x1.astype("float32"), x2.astype("float32"), mode).astype(x1.dtype)
    return xp.correlate(x1, x2, mode)
