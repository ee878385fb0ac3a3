"""Exponentials, logarithms and roots, element by element. Integers and booleans are cast to floatx."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.ops._arith import REAL_FLOAT


@op(rule=rules.like_input(rules.FLOAT))
def sqrt(x: Tensor):
    """The square root, not negative; NaN below 0. Its gradient at 0 is infinite.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.sqrt([4.0, 9.0])
        array([2., 3.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def rsqrt(x: Tensor):
    """1 / sqrt(x); infinite at 0, NaN below.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.rsqrt([4.0, 16.0])
        array([0.5 , 0.25], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def exp(x: Tensor):
    """e to the power x.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.exp([0.0, -np.inf])
        array([1., 0.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def expm1(x: Tensor):
    """exp(x) - 1, exact also for x near 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.expm1([0.0, 1e-10])
        array([0.e+00, 1.e-10], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def log(x: Tensor):
    """The natural logarithm; -inf at 0, NaN below. Of complex numbers with an imaginary part in [-pi, pi].

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.log([1.0, np.e])
        array([0., 1.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT), keras_class="Log1p")
def log1p(x: Tensor):
    """log(1 + x), exact also for x near 0; -inf at -1, NaN below.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.log1p([0.0, 1e-10])
        array([0.e+00, 1.e-10], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def log2(x: Tensor):
    """The logarithm to base 2; -inf at 0, NaN below.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.log2([1.0, 8.0])
        array([0., 3.], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def log10(x: Tensor):
    """The logarithm to base 10; -inf at 0, NaN below.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.log10([1.0, 100.0])
        array([0., 2.], dtype=float32)
    """


@op(rule=rules.like_input(REAL_FLOAT))
def exp2(x: Tensor):
    """2 to the power x.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.exp2([3.0, -1.0])
        array([8. , 0.5], dtype=float32)
    """


@op(rule=rules.like_input(REAL_FLOAT))
def erf(x: Tensor):
    """The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x; in [-1, 1].

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.erf([0.0, np.inf])
        array([0., 1.], dtype=float32)
    """
