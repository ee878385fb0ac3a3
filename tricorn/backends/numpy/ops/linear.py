"""The dense product on NumPy."""

from __future__ import annotations

import numpy as np


def linear(x, kernel, bias=None):
    if x.dtype.kind in "biu":
        x = x.astype(kernel.dtype)  # NumPy would widen to float64
    y = np.matmul(x, kernel).astype(kernel.dtype, copy=False)  # of bfloat16 it is float32
    return y if bias is None else y + bias


def embedding_lookup(table, indices):
    if indices.size and (indices.min() < 0 or indices.max() >= table.shape[0]):
        raise IndexError(
            f"Indices must be in [0, {table.shape[0]}); these reach from {indices.min()} to {indices.max()}."
        )
    return np.take(table, indices.astype(np.int64), axis=0)
