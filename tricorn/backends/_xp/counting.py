"""Counts and sets over a NumPy-like namespace `xp`."""

from __future__ import annotations


def isin(xp, x1, x2, assume_unique=False, invert=False):
    return xp.isin(x1, x2, invert=invert)
