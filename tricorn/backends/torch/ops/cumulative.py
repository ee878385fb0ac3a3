"""Running sums and products on PyTorch."""

from __future__ import annotations

import torch

from tricorn.backends.torch import native_dtype


def _prepared(x, axis, dtype):
    dtype = x.dtype if dtype is None else native_dtype(dtype)
    return (x.reshape(-1), 0, dtype) if axis is None else (x, axis, dtype)


def cumsum(x, axis=None, dtype=None):
    x, axis, dtype = _prepared(x, axis, dtype)
    return torch.cumsum(x, axis, dtype=dtype)


def cumprod(x, axis=None, dtype=None):
    x, axis, dtype = _prepared(x, axis, dtype)
    return torch.cumprod(x, axis, dtype=dtype)


def diff(a, n=1, axis=-1):
    return torch.diff(a, n, axis)
