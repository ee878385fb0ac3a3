"""Comparisons and logic, element by element; the results are boolean.

Operands broadcast, and are compared in their common dtype.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._reduce import all

#: Compared as floats; the result is boolean.
CLOSE = rules.DTypeRule("CLOSE", rules.COMMON_FLOAT.compute, rules.BOOL.result)


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def equal(x1: Tensor, x2: Tensor):
    """x1 == x2. NaN equals nothing."""


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def not_equal(x1: Tensor, x2: Tensor):
    """x1 != x2."""


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def less(x1: Tensor, x2: Tensor):
    """x1 < x2."""


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def less_equal(x1: Tensor, x2: Tensor):
    """x1 <= x2."""


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def greater(x1: Tensor, x2: Tensor):
    """x1 > x2."""


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def greater_equal(x1: Tensor, x2: Tensor):
    """x1 >= x2."""


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_and(x1: Tensor, x2: Tensor):
    """Both are true; numbers are true where they are not 0."""


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_or(x1: Tensor, x2: Tensor):
    """At least one is true."""


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_xor(x1: Tensor, x2: Tensor):
    """Exactly one is true."""


@op(rule=rules.like_input(rules.LOGICAL))
def logical_not(x: Tensor):
    """x is false."""


@op(rule=rules.like_input(rules.BOOL))
def isnan(x: Tensor):
    """x is NaN."""


@op(rule=rules.like_input(rules.BOOL))
def isinf(x: Tensor):
    """x is infinite, of either sign."""


@op(rule=rules.like_input(rules.BOOL))
def isfinite(x: Tensor):
    """x is neither infinite nor NaN."""


@op(rule=rules.broadcast(CLOSE))
def isclose(x1: Tensor, x2: Tensor, rtol=1e-05, atol=1e-08, equal_nan=False):
    """|x1 - x2| <= atol + rtol * |x2|, or both the same infinity.

    Args:
        x1: Tensor of any shape.
        x2: Tensor that broadcasts against it.
        rtol: Tolerance relative to `x2`.
        atol: Absolute tolerance.
        equal_nan: Whether two NaNs are close.
    """


def _allclose_rule(x1, x2, *_tolerances):
    rules.broadcast_shapes(x1.shape, x2.shape)
    return spec((), "bool")


@op(rule=_allclose_rule)
def allclose(x1: Tensor, x2: Tensor, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements: a boolean scalar tensor."""
    return all(isclose(x1, x2, rtol, atol, equal_nan))
