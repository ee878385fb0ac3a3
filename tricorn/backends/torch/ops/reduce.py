"""Reductions on PyTorch. torch takes an empty tuple of axes for "all of them", where NumPy means "none"."""

from __future__ import annotations

import torch

from tricorn.backends.torch import native_dtype
from tricorn.core.op import refuses_itself
from tricorn.core.rules import canonical_axes

# torch adds up few integer types natively; these it adds as int64.
_NO_ARITHMETIC = frozenset({torch.uint16, torch.uint32, torch.uint64})


def _no_axes(axis):
    return type(axis) in (tuple, list) and len(axis) == 0


def sum(x, axis=None, keepdims=False):
    if type(axis) is int and x.dtype.is_floating_point:
        return torch.sum(x, axis, keepdims)
    if _no_axes(axis):
        return x
    if x.dtype in _NO_ARITHMETIC:
        return torch.sum(x.long(), axis, keepdims).to(x.dtype)
    return torch.sum(x, axis, keepdims, dtype=x.dtype)


def mean(x, axis=None, keepdims=False):
    return torch.mean(x, axis, keepdims) if type(axis) is int or not _no_axes(axis) else x


def average(x, axis=None, weights=None):
    if weights is None:
        return torch.mean(x, axis) if type(axis) is int else mean(x, axis)
    if weights.ndim < x.ndim:
        if weights.ndim != 1 or type(axis) is not int or weights.shape[0] != x.shape[axis]:
            raise ValueError("the weights do not fit")
        weights = weights.reshape((-1,) + (1,) * (x.ndim - 1 - axis % x.ndim))
    elif weights.shape != x.shape:
        raise ValueError("the weights do not fit")
    return sum(x * weights, axis) / sum(weights.expand(x.shape), axis)


@refuses_itself
def prod(x, axis=None, keepdims=False, dtype=None):
    if dtype is None and type(axis) is int and x.dtype not in _NO_ARITHMETIC:
        return torch.prod(x, axis, keepdims, dtype=x.dtype)
    dtype = x.dtype if dtype is None else native_dtype(dtype)
    accumulator = torch.int64 if dtype in _NO_ARITHMETIC else dtype
    x = x.to(accumulator)
    if axis is None:
        result = torch.prod(x)
        result = result.reshape((1,) * x.ndim) if keepdims else result
    elif type(axis) is int:
        result = torch.prod(x, axis, keepdims)
    else:
        result = x
        for one in sorted(canonical_axes(axis, x.ndim), reverse=True):
            result = torch.prod(result, one, keepdims)
    return result.to(dtype)


def _extreme(x, axis, keepdims, initial, reduction, join):
    if _no_axes(axis):
        result = x
    else:
        axes = tuple(range(x.ndim)) if axis is None else axis
        if initial is not None and x.numel() == 0:
            # Nothing to reduce is not defined for torch: the sum has the shape, the initial value is the rest.
            return torch.full_like(torch.sum(x, axes, keepdims, dtype=x.dtype), initial)
        result = reduction(x, axes, keepdims)
    return result if initial is None else join(result, torch.full_like(result, initial))


def max(x, axis=None, keepdims=False, initial=None):
    return _extreme(x, axis, keepdims, initial, torch.amax, torch.maximum)


def min(x, axis=None, keepdims=False, initial=None):
    return _extreme(x, axis, keepdims, initial, torch.amin, torch.minimum)


def any(x, axis=None, keepdims=False):
    x = x if x.dtype is torch.bool else x.bool()
    return x if _no_axes(axis) else torch.any(x, axis, keepdims)


def all(x, axis=None, keepdims=False):
    x = x if x.dtype is torch.bool else x.bool()
    return x if _no_axes(axis) else torch.all(x, axis, keepdims)


def var(x, axis=None, keepdims=False):
    if _no_axes(axis):
        return x - x
    return torch.var(x, axis, correction=0, keepdim=keepdims)


def std(x, axis=None, keepdims=False):
    if _no_axes(axis):
        return x - x
    return torch.std(x, axis, correction=0, keepdim=keepdims)


def argmax(x, axis=None, keepdims=False):
    x = x.to(torch.uint8) if x.dtype is torch.bool else x
    return torch.argmax(x, axis, keepdims).int()


def argmin(x, axis=None, keepdims=False):
    x = x.to(torch.uint8) if x.dtype is torch.bool else x
    return torch.argmin(x, axis, keepdims).int()


def count_nonzero(x, axis=None):
    if _no_axes(axis):
        return (x != 0).int()
    return torch.sum(x != 0, axis, dtype=torch.int32)


def logsumexp(x, axis=None, keepdims=False):
    if type(axis) is int:
        return torch.logsumexp(x, axis, keepdims)
    if _no_axes(axis):
        return x
    return torch.logsumexp(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)
