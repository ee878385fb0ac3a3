"""Arithmetic on PyTorch.

It multiplies uint16, uint32 and uint64 but does little else with them: where a kernel finds that out, it goes through
int64, in whose low bits sums, differences and products are right. That costs other dtypes nothing.
"""

from __future__ import annotations

import torch

from tricorn.core.errors import bad_argument
from tricorn.core.op import accepts_scalars

reciprocal = torch.reciprocal
logaddexp = torch.logaddexp


def through_int64(function, *operands):
    """`function` of the operands (tensors, or numbers beside them) as int64, in their own dtype."""
    tensors = [x for x in operands if isinstance(x, torch.Tensor)]
    wide = (x.long() if isinstance(x, torch.Tensor) else x for x in operands)
    return function(*wide).to(tensors[0].dtype)


def negative(x):
    try:
        return torch.neg(x)
    except NotImplementedError:
        return through_int64(torch.neg, x)


def absolute(x):
    try:
        return x if x.dtype is torch.bool else torch.abs(x)
    except NotImplementedError:
        return x


def sign(x):
    if x.dtype.is_floating_point:
        return torch.where(x != x, x, torch.sign(x))  # torch says that NaN has sign 0
    try:
        return torch.sgn(x)
    except NotImplementedError:
        return (x != 0).to(x.dtype)


@accepts_scalars
def add(x1, x2):
    try:
        return x1 + x2
    except NotImplementedError:
        return through_int64(torch.add, x1, x2)


@accepts_scalars
def subtract(x1, x2):
    try:
        return x1 - x2
    except NotImplementedError:
        return through_int64(lambda a, b: a - b, x1, x2)


@accepts_scalars
def multiply(x1, x2):
    return x1 * x2


@accepts_scalars
def divide(x1, x2):
    return x1 / x2


def zero_divided_by_zero(division):
    """A binary kernel from `division`, in which integers divided by 0 give 0: torch raises an error on the CPU, where
    that is found out afterwards, and gives anything elsewhere."""

    def kernel(x1, x2):
        if type(x2) not in (int, float) and not x2.is_cpu and not x2.dtype.is_floating_point:
            return masked(x1, x2)
        try:
            return division(x1, x2)
        except NotImplementedError:
            return through_int64(kernel, x1, x2)
        except RuntimeError as error:
            if "ZeroDivisionError" not in str(error):
                raise
            return masked(x1, x2)

    def masked(x1, x2):
        if type(x2) in (int, float):
            return torch.zeros_like(x1)
        is_zero = x2 == 0
        return torch.where(is_zero, 0, division(x1, torch.where(is_zero, 1, x2)))

    return accepts_scalars(kernel)


floor_divide = zero_divided_by_zero(torch.floor_divide)
mod = zero_divided_by_zero(torch.remainder)


@accepts_scalars
def power(x1, x2):
    try:
        if type(x2) is torch.Tensor and x2.dtype.is_complex:  # torch's 0^0 is NaN
            return torch.where(x2 == 0, 1, torch.where(x2 == 0, 1, x1) ** x2)
        return torch.pow(x1, x2)
    except NotImplementedError:
        return through_int64(torch.pow, x1, x2)
    except RuntimeError as error:
        if "negative integer powers" not in str(error):
            raise
        raise bad_argument("ops.power", "integers have no negative powers.", expected="exponents from 0 up", given=x2,
                           hint="a float base or exponent") from None  # fmt: skip


def square(x):
    return x * x


@accepts_scalars
def maximum(x1, x2):
    try:
        if type(x2) in (int, float):
            return torch.clamp(x1, min=x2)
        if type(x1) in (int, float):
            return torch.clamp(x2, min=x1)
        return torch.maximum(x1, x2)
    except NotImplementedError:
        return through_int64(maximum, x1, x2)


@accepts_scalars
def minimum(x1, x2):
    try:
        if type(x2) in (int, float):
            return torch.clamp(x1, max=x2)
        if type(x1) in (int, float):
            return torch.clamp(x2, max=x1)
        return torch.minimum(x1, x2)
    except NotImplementedError:
        return through_int64(minimum, x1, x2)


@accepts_scalars
def clip(x, x_min, x_max):
    if x_min is None and x_max is None:
        return x
    try:
        return torch.clamp(x, x_min, x_max)
    except NotImplementedError:
        return through_int64(torch.clamp, x, x_min, x_max)


def divide_no_nan(x1, x2):
    # The divisor is made harmless before the division: where() alone would let NaN into the gradient.
    is_zero = x2 == 0
    return torch.where(is_zero, 0.0, x1 / torch.where(is_zero, 1.0, x2))
