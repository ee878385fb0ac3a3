"""Exponentials, logarithms and roots, element by element. Integers and booleans are cast to floatx."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op


@op(rule=rules.like_input(rules.FLOAT))
def sqrt(x: Tensor):
    """The square root; NaN below 0. Its gradient at 0 is infinite."""


@op(rule=rules.like_input(rules.FLOAT))
def rsqrt(x: Tensor):
    """1 / sqrt(x)."""


@op(rule=rules.like_input(rules.FLOAT))
def exp(x: Tensor):
    """e to the power x."""


@op(rule=rules.like_input(rules.FLOAT))
def expm1(x: Tensor):
    """exp(x) - 1, exact also for x near 0."""


@op(rule=rules.like_input(rules.FLOAT))
def log(x: Tensor):
    """The natural logarithm; -inf at 0, NaN below."""


@op(rule=rules.like_input(rules.FLOAT), keras_class="Log1p")
def log1p(x: Tensor):
    """log(1 + x), exact also for x near 0."""


@op(rule=rules.like_input(rules.FLOAT))
def log2(x: Tensor):
    """The logarithm to base 2."""


@op(rule=rules.like_input(rules.FLOAT))
def log10(x: Tensor):
    """The logarithm to base 10."""


@op(rule=rules.like_input(rules.FLOAT))
def exp2(x: Tensor):
    """2 to the power x."""


@op(rule=rules.like_input(rules.FLOAT))
def erf(x: Tensor):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
