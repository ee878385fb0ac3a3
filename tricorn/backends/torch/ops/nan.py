"""Reductions without NaN on PyTorch, where it has them."""

from __future__ import annotations

import torch

from tricorn.backends.torch.ops.reduce import sum as plain_sum


def nansum(x, axis=None, keepdims=False):
    if not x.dtype.is_floating_point or (type(axis) in (tuple, list) and not axis):
        return plain_sum(torch.where(torch.isnan(x), 0, x), axis, keepdims)
    return torch.nansum(x, axis, keepdims)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    if x.dtype.is_floating_point:
        return torch.nan_to_num(x, nan, posinf, neginf)
    if not x.dtype.is_complex:
        return x
    return torch.view_as_complex(torch.nan_to_num(torch.view_as_real(x), nan, posinf, neginf))
