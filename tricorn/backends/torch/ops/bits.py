"""Bits of integers on PyTorch. It lacks some of these for uint16, uint32 and uint64: those go through int64."""

from __future__ import annotations

import torch

from tricorn.backends.torch.ops.arith import through_int64
from tricorn.core.errors import NotSupportedError

bitwise_and = torch.bitwise_and
bitwise_or = torch.bitwise_or
bitwise_xor = torch.bitwise_xor


def bitwise_not(x):
    try:
        return torch.bitwise_not(x)
    except NotImplementedError:
        return through_int64(torch.bitwise_not, x)


def bitwise_left_shift(x, y):
    try:
        return torch.bitwise_left_shift(x, y)
    except NotImplementedError:
        width = 8 * x.dtype.itemsize
        y = _as_int64(y)
        return through_int64(torch.bitwise_left_shift, x, torch.where((y < 0) | (y >= width), 64, y))


def bitwise_right_shift(x, y):
    try:
        shifted = torch.bitwise_right_shift(x, y)
    except NotImplementedError:
        wide, y = _as_int64(x), _as_int64(y)
        beyond = (y < 0) | (y >= 8 * x.dtype.itemsize)
        safe = torch.where(beyond, 0, y)
        # uint64 is signed in int64: what came in from the left is cleared.
        kept = torch.where(safe == 0, -1, ~(-1 << (64 - safe))) if x.dtype is torch.uint64 else -1
        return torch.where(beyond, 0, (wide >> safe) & kept).to(x.dtype)
    return shifted


def _as_int64(x):
    return x.view(torch.int64) if x.dtype is torch.uint64 else x.long()


def gcd(x1, x2):
    return _with_divisors(torch.gcd, x1, x2)


def lcm(x1, x2):
    return _with_divisors(_lcm, x1, x2)


def _lcm(x1, x2):
    # torch.lcm divides by gcd(0, 0) = 0.
    divisor = torch.gcd(x1, x2)
    return (torch.div(x1, torch.where(divisor == 0, 1, divisor), rounding_mode="trunc") * x2).abs()


def _with_divisors(function, x1, x2):
    if x1.dtype is torch.uint64:
        raise NotSupportedError("torch has no division of uint64: cast to int64 first.")
    if x1.dtype.itemsize < 4 and x1.dtype is not torch.uint8:  # which -(-128) would leave
        return function(x1.int(), x2.int()).to(x1.dtype)
    try:
        return function(x1, x2)
    except NotImplementedError:
        return through_int64(function, x1, x2)
