"""Arithmetic on PyTorch."""

from __future__ import annotations

import torch

from tricorn.core.op import accepts_scalars

negative = torch.neg
reciprocal = torch.reciprocal
logaddexp = torch.logaddexp


def absolute(x):
    return x if x.dtype is torch.bool else torch.abs(x)


def sign(x):
    # torch says that NaN has sign 0.
    return torch.where(x != x, x, torch.sign(x)) if x.dtype.is_floating_point else torch.sign(x)


@accepts_scalars
def add(x1, x2):
    return x1 + x2


@accepts_scalars
def subtract(x1, x2):
    return x1 - x2


@accepts_scalars
def multiply(x1, x2):
    return x1 * x2


@accepts_scalars
def divide(x1, x2):
    return x1 / x2


@accepts_scalars
def floor_divide(x1, x2):
    return x1 // x2


@accepts_scalars
def mod(x1, x2):
    return x1 % x2


@accepts_scalars
def power(x1, x2):
    return x1**x2


def square(x):
    return x * x


@accepts_scalars
def maximum(x1, x2):
    if type(x2) in (int, float):
        return torch.clamp(x1, min=x2)
    if type(x1) in (int, float):
        return torch.clamp(x2, min=x1)
    return torch.maximum(x1, x2)


@accepts_scalars
def minimum(x1, x2):
    if type(x2) in (int, float):
        return torch.clamp(x1, max=x2)
    if type(x1) in (int, float):
        return torch.clamp(x2, max=x1)
    return torch.minimum(x1, x2)


@accepts_scalars
def clip(x, x_min, x_max):
    if x_min is None and x_max is None:
        return x
    return torch.clamp(x, x_min, x_max)


def divide_no_nan(x1, x2):
    # The divisor is made harmless before the division: where() alone would let NaN into the gradient.
    is_zero = x2 == 0
    return torch.where(is_zero, 0.0, x1 / torch.where(is_zero, 1.0, x2))
