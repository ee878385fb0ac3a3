"""Rounding, element by element. The gradient is 0."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.op import Tensor, op
from tricorn.ops._arith import REAL_FLOAT, REAL_SAME


@op(rule=rules.like_input(REAL_FLOAT))
def floor(x: Tensor):
    """The largest integer not above x, as a float.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.floor([1.7, -1.2])
        array([ 1., -2.], dtype=float32)
    """


@op(rule=rules.like_input(REAL_FLOAT))
def ceil(x: Tensor):
    """The smallest integer not below x, as a float.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.ceil([1.2, -1.7])
        array([ 2., -1.], dtype=float32)
    """


@op(rule=rules.like_input(REAL_SAME))
def round(x: Tensor, decimals=0):
    """x rounded to a number of decimals; halves go to the even neighbour.

    Args:
        x: Tensor of any shape.
        decimals: How many; negative ones round to tens, hundreds and so on.

    Returns:
        A tensor of the same shape and dtype; integers change only for negative `decimals`.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.round([0.5, 1.5, 2.47])
        array([0., 2., 2.], dtype=float32)
        >>> ops.round([123, 150], -2)
        array([100, 200], dtype=int32)
    """


@op(rule=rules.like_input(REAL_SAME))
def trunc(x: Tensor):
    """The integer part of x: rounded towards 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor of the same shape and dtype.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.trunc([1.7, -1.7])
        array([ 1., -1.], dtype=float32)
    """
