"""Rounding on PyTorch."""

from __future__ import annotations

import torch

floor = torch.floor
ceil = torch.ceil


def trunc(x):
    return x if x.dtype is torch.bool else torch.trunc(x)


def round(x, decimals=0):
    if x.dtype.is_floating_point:
        return torch.round(x, decimals=decimals)
    if decimals >= 0:
        return x
    unit = 10**-decimals
    lower = torch.div(x, unit, rounding_mode="floor")
    twice = 2 * (x - lower * unit)
    up = (twice > unit) | (
        (twice == unit) & (lower % 2 == 1)
    )  # halves go to the even multiple, as for floats
    return ((lower + up) * unit).to(x.dtype)
