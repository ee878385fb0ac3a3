"""Reductions without NaN on NumPy, those of its functions that do not warn."""

from __future__ import annotations

import numpy as np


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def nanmax(x, axis=None, keepdims=False):
    return np.fmax.reduce(x, axis=_axes(axis), keepdims=keepdims)


def nanmin(x, axis=None, keepdims=False):
    return np.fmin.reduce(x, axis=_axes(axis), keepdims=keepdims)


def nansum(x, axis=None, keepdims=False):
    return np.nansum(x, axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)


def nanprod(x, axis=None, keepdims=False):
    return np.nanprod(x, axis=_axes(axis), keepdims=keepdims, dtype=x.dtype)
