"""Reductions without NaN on PyTorch."""

from __future__ import annotations

import math

import torch

from tricorn.backends.torch.ops import cumulative, reduce


def _holds_nan(x):
    return x.dtype.is_floating_point or x.dtype.is_complex


def _no_axes(axis):
    return type(axis) in (tuple, list) and not axis


def _without_nan(x, value):
    return torch.where(torch.isnan(x), value, x) if _holds_nan(x) else x


def nansum(x, axis=None, keepdims=False):
    if x.dtype.is_floating_point and not _no_axes(axis):
        return torch.nansum(x, axis, keepdims)
    return reduce.sum(_without_nan(x, 0), axis, keepdims)


def nanprod(x, axis=None, keepdims=False):
    return reduce.prod(_without_nan(x, 1), axis, keepdims)


def nanmax(x, axis=None, keepdims=False):
    if not _holds_nan(x):
        return reduce.max(x, axis, keepdims)
    missing = torch.isnan(x)
    found = reduce.max(torch.where(missing, -math.inf, x), axis, keepdims)
    return torch.where(reduce.all(missing, axis, keepdims), math.nan, found)


def nanmin(x, axis=None, keepdims=False):
    if not _holds_nan(x):
        return reduce.min(x, axis, keepdims)
    missing = torch.isnan(x)
    found = reduce.min(torch.where(missing, math.inf, x), axis, keepdims)
    return torch.where(reduce.all(missing, axis, keepdims), math.nan, found)


def nanargmax(x, axis=None, keepdims=False):
    return _place_of(x, -math.inf, reduce.argmax, torch.amax, axis, keepdims)


def nanargmin(x, axis=None, keepdims=False):
    return _place_of(x, math.inf, reduce.argmin, torch.amin, axis, keepdims)


def _place_of(x, missing, place_of, extreme, axis, keepdims):
    if not _holds_nan(x):
        return place_of(x, axis, keepdims)
    if axis is None:
        found = _place_of(x.reshape(-1), missing, place_of, extreme, 0, keepdims)
        return found.reshape((1,) * x.ndim) if keepdims else found
    # Not the extreme's own place: NaN counted as -inf may stand before a -inf that is there.
    found = x == extreme(torch.where(torch.isnan(x), missing, x), axis, True)
    place = torch.where(found.any(axis, keepdims), torch.argmax(found.to(torch.uint8), axis, keepdims), -1)
    return place.int()


def _widened(x):
    """Half precision is added up in float32."""
    return x.float() if x.dtype.itemsize == 2 else x


def _mean(x, present, axis, keepdims):
    """The mean of those elements of `x` that are `present`, where the others are 0; NaN, with gradient 0, over none."""
    if _no_axes(axis):
        return torch.where(present, x, math.nan)
    count = torch.sum(present, axis, keepdims)
    return torch.where(count > 0, torch.sum(x, axis, keepdims) / count.clamp(min=1), math.nan)


def _variance(x, axis, keepdims):
    present = ~torch.isnan(x)
    mean = _mean(torch.where(present, x, 0), present, axis, True)
    deviation = torch.where(present, x - mean, 0)
    deviation = deviation.abs() if x.dtype.is_complex else deviation
    return _mean(deviation * deviation, present, axis, keepdims)


def _real_dtype(x):
    return x.real.dtype if x.dtype.is_complex else x.dtype


def nanmean(x, axis=None, keepdims=False):
    if x.dtype.is_floating_point and not x.requires_grad and (type(axis) is int or not _no_axes(axis)):
        return torch.nanmean(x, axis, keepdims)
    present = ~torch.isnan(x)
    return _mean(torch.where(present, _widened(x), 0), present, axis, keepdims).to(x.dtype)


def nanvar(x, axis=None, keepdims=False):
    return _variance(_widened(x), axis, keepdims).to(_real_dtype(x))


def nanstd(x, axis=None, keepdims=False):
    variance = _variance(_widened(x), axis, keepdims)
    is_zero = variance == 0
    return torch.where(is_zero, 0, torch.sqrt(torch.where(is_zero, 1, variance))).to(_real_dtype(x))


def nancumsum(x, axis=None, dtype=None):
    return cumulative.cumsum(_without_nan(x, 0), axis, dtype)


def nancumprod(x, axis=None, dtype=None):
    return cumulative.cumprod(_without_nan(x, 1), axis, dtype)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    if x.dtype.is_floating_point:
        return torch.nan_to_num(x, nan, posinf, neginf)
    if not x.dtype.is_complex:
        return x
    return torch.view_as_complex(torch.nan_to_num(torch.view_as_real(x.resolve_conj()), nan, posinf, neginf))
