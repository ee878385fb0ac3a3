"""Special functions on PyTorch."""

from __future__ import annotations

import torch

from tricorn.backends.torch.ops.arith import through_int64, zero_divided_by_zero

erfc = torch.erfc
erfinv = torch.erfinv
i0 = torch.i0
sinc = torch.sinc
deg2rad = torch.deg2rad
rad2deg = torch.rad2deg
fabs = torch.abs
logaddexp2 = torch.logaddexp2


def cbrt(x):
    # Not from sign and abs, whose gradient 0 at 0 would make NaN of the infinite one.
    is_negative = x < 0
    root = torch.where(is_negative, -x, x) ** (1 / 3)
    return torch.where(is_negative, -root, root)


def heaviside(x1, x2):
    # torch.heaviside has no gradient.
    step = torch.where(torch.isnan(x1), x1, (x1 > 0).to(x1.dtype))
    return torch.where(x1 == 0, x2, step)


def hypot(x1, x2):
    if not (x1.requires_grad or x2.requires_grad):
        return torch.hypot(x1, x2)
    # torch's gradient at (0, 0) is NaN: it does not see these places.
    is_zero = (x1 == 0) & (x2 == 0)
    return torch.where(is_zero, 0, torch.hypot(torch.where(is_zero, 1, x1), x2))


def ldexp(x1, x2):
    if x2.dtype.is_floating_point or x2.dtype.is_complex:
        raise TypeError("the exponents are integers")
    # Three factors: 2^x2 alone may leave the dtype's range.
    wide = x1.float() if x1.dtype.itemsize == 2 else x1
    x2 = x2.to(wide.dtype).clamp(-2200, 2200)
    third = torch.trunc(x2 / 3)
    # Of 2, not by torch.ldexp: its gradient is wrong for negative exponents.
    factor = torch.pow(2.0, third)
    result = wide * factor * factor * torch.pow(2.0, x2 - 2 * third)
    return result if wide is x1 else result.to(x1.dtype)


def nextafter(x1, x2):
    try:
        return torch.nextafter(x1, x2)
    except NotImplementedError:
        return _next_half(x1, x2)


def _next_half(x1, x2):
    # Read as integers, the numbers of one sign are in order.
    bits = x1.view(torch.int16)
    outwards = (x1 < x2) == (x1 > 0)
    smallest = torch.ones((), dtype=torch.int16, device=x1.device).view(x1.dtype)
    moved = torch.where(outwards, bits + 1, bits - 1).view(x1.dtype)
    result = torch.where(x1 == 0, torch.copysign(smallest, x2), moved)
    return torch.where(x1 == x2, x2, torch.where(torch.isnan(x1 + x2), x1 + x2, result))


def fmax(x1, x2):
    try:
        return torch.fmax(x1, x2)
    except NotImplementedError:
        return through_int64(torch.fmax, x1, x2)


def fmin(x1, x2):
    try:
        return torch.fmin(x1, x2)
    except NotImplementedError:
        return through_int64(torch.fmin, x1, x2)


def _remainder(x1, x2):
    if type(x1) in (int, float):
        x1 = torch.tensor(x1, dtype=x2.dtype, device=x2.device)
    return torch.fmod(x1, x2)


fmod = zero_divided_by_zero(_remainder)
