"""Trigonometric and hyperbolic functions, element by element, in radians. Integers and booleans are cast to floatx."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.ops._arith import REAL_COMMON_FLOAT


@op(rule=rules.like_input(rules.FLOAT))
def sin(x: Tensor):
    """The sine.

    Args:
        x: Tensor of any shape, in radians.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.sin([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def cos(x: Tensor):
    """The cosine.

    Args:
        x: Tensor of any shape, in radians.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.cos([0.0])
        array([1.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def tan(x: Tensor):
    """The tangent.

    Args:
        x: Tensor of any shape, in radians.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.tan([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def sinh(x: Tensor):
    """The hyperbolic sine, (exp(x) - exp(-x)) / 2.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.sinh([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def cosh(x: Tensor):
    """The hyperbolic cosine, (exp(x) + exp(-x)) / 2.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.cosh([0.0])
        array([1.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def tanh(x: Tensor):
    """The hyperbolic tangent, sinh(x) / cosh(x), in [-1, 1].

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.tanh([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arcsin(x: Tensor):
    """The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1].

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape, in radians; integers are cast to floatx.

    Example:
        >>> ops.arcsin([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arccos(x: Tensor):
    """The angle in [0, pi] whose cosine is x; NaN outside [-1, 1].

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape, in radians; integers are cast to floatx.

    Example:
        >>> ops.arccos([1.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arctan(x: Tensor):
    """The angle in (-pi/2, pi/2) whose tangent is x.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape, in radians; integers are cast to floatx.

    Example:
        >>> ops.arctan([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.broadcast(REAL_COMMON_FLOAT))
def arctan2(x1: Tensor, x2: Tensor):
    """The angle in [-pi, pi] of the point with ordinate x1 and abscissa x2.

    Of (0, 0) it is 0 or pi by the sign of x2, with an undefined gradient.

    Args:
        x1: Tensor of any shape, the ordinate.
        x2: The abscissa, which broadcasts against it.

    Returns:
        A float tensor of the common dtype, in radians; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.arctan2([0.0, 1.0], [1.0, 0.0])
        array([0.       , 1.5707964], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arcsinh(x: Tensor):
    """The inverse of `sinh`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.arcsinh([0.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arccosh(x: Tensor):
    """The inverse of `cosh`, not negative; NaN below 1.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.arccosh([1.0])
        array([0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def arctanh(x: Tensor):
    """The inverse of `tanh`; infinite at -1 and 1, NaN outside.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.arctanh([0.0])
        array([0.], dtype=float32)
    """
