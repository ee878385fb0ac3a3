"""Exponentials, logarithms and roots over a NumPy-like namespace `xp`."""

from __future__ import annotations

DIRECT = ("sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "exp2")


def rsqrt(xp, x):
    return 1 / xp.sqrt(x)
