"""Rounding over a NumPy-like namespace `xp`."""

from __future__ import annotations

DIRECT = ("floor", "ceil", "trunc")


def round(xp, x, decimals=0):
    if x.dtype.kind in "biu":
        return _round_integer(xp, x, decimals)
    return xp.round(x, decimals)


def _round_integer(xp, x, decimals):
    """Integers change only for negative `decimals`; halves go to the even multiple, as for floats."""
    if decimals >= 0:
        return x
    unit = 10**-decimals
    lower = x // unit
    twice = 2 * (x - lower * unit)
    up = (twice > unit) | ((twice == unit) & (lower % 2 == 1))
    return ((lower + up) * unit).astype(x.dtype)
