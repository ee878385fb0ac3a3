"""Comparisons and logic, element by element; the results are boolean.

Operands broadcast, and are compared in their common dtype.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import own_dtype, real_only
from tricorn.ops._reduce import all

#: Compared as floats; the result is boolean.
CLOSE = rules.DTypeRule("CLOSE", rules.COMMON_FLOAT.compute, rules.BOOL.result)
#: Compared in an order, which complex numbers lack.
ORDERED_BOOL = real_only(rules.COMMON_BOOL)
#: Real numbers; the result is boolean.
SIGNED = real_only(rules.BOOL, own_dtype)


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def equal(x1: Tensor, x2: Tensor):
    """x1 == x2, in their common dtype. NaN equals nothing.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.equal([1, 2], [1, 3])
        array([ True, False])
    """


@op(rule=rules.broadcast(rules.COMMON_BOOL))
def not_equal(x1: Tensor, x2: Tensor):
    """x1 != x2, in their common dtype. NaN differs from everything.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.not_equal([1, 2], [1, 3])
        array([False,  True])
    """


@op(rule=rules.broadcast(ORDERED_BOOL))
def less(x1: Tensor, x2: Tensor):
    """x1 < x2, in their common dtype; False beside NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.less([1, 3], [2, 3])
        array([ True, False])
    """


@op(rule=rules.broadcast(ORDERED_BOOL))
def less_equal(x1: Tensor, x2: Tensor):
    """x1 <= x2, in their common dtype; False beside NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.less_equal([1, 3], [2, 3])
        array([ True,  True])
    """


@op(rule=rules.broadcast(ORDERED_BOOL))
def greater(x1: Tensor, x2: Tensor):
    """x1 > x2, in their common dtype; False beside NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.greater([3, 3], [2, 3])
        array([ True, False])
    """


@op(rule=rules.broadcast(ORDERED_BOOL))
def greater_equal(x1: Tensor, x2: Tensor):
    """x1 >= x2, in their common dtype; False beside NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.greater_equal([1, 3], [2, 3])
        array([False,  True])
    """


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_and(x1: Tensor, x2: Tensor):
    """Both are true; numbers are true where they are not 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.logical_and([True, True], [False, True])
        array([False,  True])
    """


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_or(x1: Tensor, x2: Tensor):
    """At least one is true; numbers are true where they are not 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.logical_or([True, False], [False, False])
        array([ True, False])
    """


@op(rule=rules.broadcast(rules.LOGICAL))
def logical_xor(x1: Tensor, x2: Tensor):
    """Exactly one is true; numbers are true where they are not 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.logical_xor([True, True], [False, True])
        array([ True, False])
    """


@op(rule=rules.like_input(rules.LOGICAL))
def logical_not(x: Tensor):
    """x is false; numbers are false where they are 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A bool tensor of the same shape.

    Example:
        >>> ops.logical_not([True, False])
        array([False,  True])
    """


@op(rule=rules.like_input(rules.BOOL))
def isnan(x: Tensor):
    """x is NaN; of complex numbers a part is. False for integers.

    Args:
        x: Tensor of any shape.

    Returns:
        A bool tensor of the same shape.

    Example:
        >>> ops.isnan([1.0, np.nan])
        array([False,  True])
    """


@op(rule=rules.like_input(rules.BOOL))
def isinf(x: Tensor):
    """x is infinite, of either sign; of complex numbers a part is. False for integers.

    Args:
        x: Tensor of any shape.

    Returns:
        A bool tensor of the same shape.

    Example:
        >>> ops.isinf([1.0, -np.inf])
        array([False,  True])
    """


@op(rule=rules.like_input(rules.BOOL))
def isfinite(x: Tensor):
    """x is neither infinite nor NaN, nor is a part of a complex number. True for integers.

    Args:
        x: Tensor of any shape.

    Returns:
        A bool tensor of the same shape.

    Example:
        >>> ops.isfinite([1.0, np.inf, np.nan])
        array([ True, False, False])
    """


@op(rule=rules.like_input(SIGNED))
def isposinf(x: Tensor):
    """x is +inf.

    Args:
        x: Tensor of real numbers, of any shape.

    Returns:
        A bool tensor of the same shape; False for integers.

    Raises:
        TypeError: `x` is complex, whose infinities have no sign.

    Example:
        >>> ops.isposinf([np.inf, -np.inf, 1.0])
        array([ True, False, False])
    """
    return equal(x, float("inf"))


@op(rule=rules.like_input(SIGNED))
def isneginf(x: Tensor):
    """x is -inf.

    Args:
        x: Tensor of real numbers, of any shape.

    Returns:
        A bool tensor of the same shape; False for integers.

    Raises:
        TypeError: `x` is complex, whose infinities have no sign.

    Example:
        >>> ops.isneginf([np.inf, -np.inf, 1.0])
        array([False,  True, False])
    """
    return equal(x, float("-inf"))


@op(rule=rules.like_input(SIGNED))
def signbit(x: Tensor):
    """x has a minus sign: it is below 0, or -0.0, or a NaN with that bit.

    Args:
        x: Tensor of real numbers, of any shape.

    Returns:
        A bool tensor of the same shape.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.signbit([-1.0, -0.0, 0.0])
        array([ True,  True, False])
    """


@op(rule=rules.like_input(rules.BOOL))
def isreal(x: Tensor):
    """The imaginary part of x is 0; True for every element of a real tensor, NaN too.

    Args:
        x: Tensor of any shape and dtype.

    Returns:
        A bool tensor of the same shape.

    Example:
        >>> ops.isreal(np.array([1 + 0j, 1j], "complex64"))
        array([ True, False])
    """


@op(rule=rules.broadcast(CLOSE))
def isclose(x1: Tensor, x2: Tensor, rtol=1e-05, atol=1e-08, equal_nan=False):
    """|x1 - x2| <= atol + rtol * |x2|, or both the same infinity.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it; the one that `rtol` refers to.
        rtol: Tolerance relative to `x2`.
        atol: Absolute tolerance.
        equal_nan: Whether two NaNs are close.

    Returns:
        A bool tensor of the shape to which both broadcast.

    Example:
        >>> ops.isclose([1.0, 2.0], [1.0 + 1e-6, 2.1])
        array([ True, False])
    """


def _allclose_rule(x1, x2, *_tolerances):
    rules.broadcast_shapes(x1.shape, x2.shape)
    return spec((), "bool")


@op(rule=_allclose_rule)
def allclose(x1: Tensor, x2: Tensor, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements; True where there are none.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it; the one that `rtol` refers to.
        rtol: Tolerance relative to `x2`.
        atol: Absolute tolerance.
        equal_nan: Whether two NaNs are close.

    Returns:
        A bool tensor without axes.

    Example:
        >>> ops.allclose([1.0, 2.0], [1.0, 2.0 + 1e-6]).item()
        True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))
