"""Arithmetic on the scalars of a step, which are Python numbers where the host can read them, else engine tensors."""

from __future__ import annotations

import math

import numpy as np

from tricorn import ops
from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import standardize_dtype


def is_host(number):
    """True for a Python number, which engines take as it is."""
    return isinstance(number, (int, float))


def one_minus_power(beta, step):
    """1 - beta**step for step >= 1, as -expm1(step * log(beta)).

    The plain form cancels in float32 for beta near 1: it then differs between two compilations of one program.
    """
    if beta == 0:
        return 1.0
    if is_host(step):
        return -math.expm1(step * math.log(beta))
    return -ops.expm1(ops.cast(step, "float32") * math.log(beta))


def square_root(number):
    return math.sqrt(number) if is_host(number) else ops.sqrt(number)


def like(number, tensor):
    """`number` so that it can be combined with `tensor` without changing its dtype."""
    return number if is_host(number) else ops.cast(number, standardize_dtype(tensor.dtype))


class Filled:
    """An initializer that fills with one number, on the host."""

    def __init__(self, number):
        self.number = number

    def fill(self, place, shape, dtype):
        return np.full(shape, self.number, numpy_dtype(dtype))

    __call__ = fill
