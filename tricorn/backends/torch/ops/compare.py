"""Comparisons and logic on PyTorch."""

from __future__ import annotations

import torch

from tricorn.core.op import accepts_scalars

logical_and = torch.logical_and
logical_or = torch.logical_or
logical_not = torch.logical_not
logical_xor = torch.logical_xor
isnan = torch.isnan
isinf = torch.isinf
isfinite = torch.isfinite
isposinf = torch.isposinf
isneginf = torch.isneginf
isreal = torch.isreal
signbit = torch.signbit


@accepts_scalars
def equal(x1, x2):
    return x1 == x2


@accepts_scalars
def not_equal(x1, x2):
    return x1 != x2


def _as_int64(x):
    return x.long() if isinstance(x, torch.Tensor) else x


@accepts_scalars
def less(x1, x2):
    try:
        return x1 < x2
    except NotImplementedError:  # torch does not order uint16 and uint32
        return _as_int64(x1) < _as_int64(x2)


@accepts_scalars
def less_equal(x1, x2):
    try:
        return x1 <= x2
    except NotImplementedError:
        return _as_int64(x1) <= _as_int64(x2)


@accepts_scalars
def greater(x1, x2):
    try:
        return x1 > x2
    except NotImplementedError:
        return _as_int64(x1) > _as_int64(x2)


@accepts_scalars
def greater_equal(x1, x2):
    try:
        return x1 >= x2
    except NotImplementedError:
        return _as_int64(x1) >= _as_int64(x2)


def isclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    if rtol == 1e-05 and atol == 1e-08 and not equal_nan:
        return torch.isclose(x1, x2)
    return torch.isclose(x1, x2, rtol, atol, equal_nan)


def allclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    return torch.isclose(x1, x2, rtol, atol, equal_nan).all()
