"""Norms on NumPy."""

from __future__ import annotations

import numpy as np


def norm(x, ord=None, axis=None, keepdims=False):
    axis = tuple(axis) if type(axis) is list else axis
    if x.dtype.itemsize == 2:
        return np.linalg.norm(x.astype(np.float32), ord, axis, keepdims).astype(np.float16)
    return np.linalg.norm(x, ord, axis, keepdims)
