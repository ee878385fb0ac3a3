"""Special functions, element by element, on real numbers; integers and booleans are cast to floatx where floats result.

Complex tensors are refused but by `sinc`.
"""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.arrays import numpy_dtype
from tricorn.core.dtypes import dtype_size, is_float
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import (
    REAL_COMMON,
    REAL_COMMON_FLOAT,
    REAL_FLOAT,
    REAL_NUMBER,
    absolute,
    add,
    clip,
    divide,
    floor_divide,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    square,
    subtract,
)
from tricorn.ops._bits import bitwise_left_shift
from tricorn.ops._cast import cast, dtype as dtype_of
from tricorn.ops._compare import equal, greater, greater_equal, isinf, isnan, less, logical_or
from tricorn.ops._complex import view
from tricorn.ops._explog import sqrt
from tricorn.ops._index import where
from tricorn.ops._trig import sin


@op(rule=rules.like_input(REAL_FLOAT))
def cbrt(x: Tensor):
    """The cube root, also of negative numbers. Its gradient at 0 is infinite.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.cbrt([8.0, -27.0])
        array([ 2., -3.], dtype=float32)
    """
    # Not from sign and absolute, whose gradient 0 at 0 would make NaN of the infinite one.
    is_negative = less(x, 0)
    root = power(where(is_negative, negative(x), x), 1 / 3)
    return where(is_negative, negative(root), root)


@op(rule=rules.like_input(REAL_FLOAT))
def erfc(x: Tensor):
    """The complementary error function 1 - erf(x), exact also where erf(x) is near 1.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.erfc([0.0, np.inf])
        array([1., 0.], dtype=float32)
    """


@op(rule=rules.like_input(REAL_FLOAT))
def erfinv(x: Tensor):
    """The inverse of `erf` on [-1, 1]: infinite at the ends, NaN outside.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.erfinv([0.0, 1.0, -1.0])
        array([  0.,  inf, -inf], dtype=float32)
    """


@op(rule=rules.like_input(REAL_FLOAT), keras_class="I0")
def i0(x: Tensor):
    """The modified Bessel function of the first kind and order 0, (1 / pi) * integral of exp(x cos t) from 0 to pi.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 9.6.

    Example:
        >>> ops.i0([0.0, 1.0]).round(4)
        array([1.    , 1.2661], dtype=float32)
    """


@op(rule=rules.like_input(rules.FLOAT))
def sinc(x: Tensor):
    """sin(pi x) / (pi x), and 1 at 0 with gradient 0.

    Args:
        x: Tensor of any shape, real or complex.

    Returns:
        A tensor of the same shape; integers are cast to floatx.

    Example:
        >>> ops.sinc([0.0, 0.5]).round(4)
        array([1.    , 0.6366], dtype=float32)
    """
    is_zero = equal(x, 0)
    angle = multiply(where(is_zero, 1, x), math.pi)
    return where(is_zero, 1, divide(sin(angle), angle))


@op(rule=rules.broadcast(REAL_COMMON_FLOAT))
def hypot(x1: Tensor, x2: Tensor):
    """sqrt(x1^2 + x2^2) without overflow; infinite if an operand is, even beside NaN. Its gradient at (0, 0) is 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.hypot([3.0, 1e30], [4.0, 0.0])
        array([5.e+00, 1.e+30], dtype=float32)
    """
    x1, x2 = absolute(x1), absolute(x2)
    is_first = greater_equal(x1, x2)  # maximum would give one of two equal operands all of the gradient
    high, low = where(is_first, x1, x2), where(is_first, x2, x1)
    is_infinite = logical_or(isinf(x1), isinf(x2))
    unit = where(logical_or(equal(high, 0), is_infinite), 1, high)
    return where(is_infinite, np.inf, multiply(high, sqrt(add(square(divide(low, unit)), 1))))


@op(rule=rules.broadcast(REAL_COMMON_FLOAT))
def heaviside(x1: Tensor, x2: Tensor):
    """The step function: 0 where x1 < 0, x2 where x1 is 0, 1 where x1 > 0, NaN where x1 is NaN.

    Args:
        x1: Tensor of any shape; it gets the gradient 0.
        x2: Its value at 0; another tensor that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.heaviside([-2.0, 0.0, 3.0], 0.5)
        array([0. , 0.5, 1. ], dtype=float32)
    """
    step = where(isnan(x1), x1, cast(greater(x1, 0), dtype_of(x1)))
    return where(equal(x1, 0), x2, step)


def _ldexp_rule(x1, x2):
    _check_exponents(x2.dtype)
    return spec(rules.broadcast_shapes(x1.shape, x2.shape), x1.dtype)


def _check_exponents(dtype):
    if is_float(dtype) or dtype.startswith("complex"):
        raise bad_argument("ops.ldexp", "the exponents are integers.", expected="an integer dtype", given=dtype,
                           hint="ops.multiply(x1, ops.exp2(x2))", error=TypeError)  # fmt: skip


@op(rule=_ldexp_rule, dtype=REAL_FLOAT)
def ldexp(x1: Tensor, x2: Index):
    """x1 * 2^x2, also where 2^x2 alone would leave the dtype's range.

    Args:
        x1: Tensor of any shape.
        x2: Tensor of integers that broadcasts against it; it has no part in the result's dtype.

    Returns:
        A tensor of the dtype of `x1`, floatx for integers.

    Raises:
        TypeError: `x1` is complex, or `x2` is not of integers.

    Example:
        >>> ops.ldexp([1.5, 3.0], [3, -1])
        array([12. ,  1.5], dtype=float32)
    """
    _check_exponents(dtype_of(x2))
    dtype = dtype_of(x1)
    wide, integer, bias, mantissa = (
        ("float64", "int64", 1023, 52) if dtype == "float64" else ("float32", "int32", 127, 23)
    )
    # Three factors, each within range, are made of their bits; exponents beyond that change nothing more.
    exponent = cast(clip(cast(x2, "int64"), -3 * (bias - 1), 3 * (bias - 1)), integer)
    third = floor_divide(exponent, 3)
    result = cast(x1, wide)
    for part in (third, third, subtract(exponent, multiply(third, 2))):
        result = multiply(result, view(bitwise_left_shift(add(part, bias), mantissa), wide))
    return cast(result, dtype)


@op(rule=rules.broadcast(REAL_COMMON_FLOAT), keras_class="Logaddexp2")
def logaddexp2(x1: Tensor, x2: Tensor):
    """log2(2^x1 + 2^x2), without overflow.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.logaddexp2([1.0, 1000.0], [1.0, 1000.0])
        array([   2., 1001.], dtype=float32)
    """


@op(rule=rules.broadcast(REAL_COMMON_FLOAT))
def nextafter(x1: Tensor, x2: Tensor):
    """The neighbour of x1 among the numbers of its dtype in the direction of x2; x2 where they are equal.

    Engines that flush the smallest numbers to 0 (JAX on CPU in compiled code) may do so here. There is no gradient.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A float tensor of the common dtype; integers are cast to floatx.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.nextafter(np.array([1.0], "float32"), np.array([2.0], "float32"))
        array([1.0000001], dtype=float32)
    """
    # Read as integers, the floats of one sign are in order: the neighbour is the next integer.
    dtype = dtype_of(x1)
    width = dtype_size(dtype)
    bits = view(x1, f"int{8 * width}")
    outwards = equal(less(x1, x2), greater(x1, 0))
    moved = view(where(outwards, bits + 1, bits - 1), dtype)
    smallest = float(np.array(1, f"int{8 * width}").view(numpy_dtype(dtype)).astype("float64"))
    from_zero = cast(where(greater(x2, 0), smallest, -smallest), dtype)
    result = where(equal(x1, 0), from_zero, moved)
    return where(equal(x1, x2), x2, where(logical_or(isnan(x1), isnan(x2)), float("nan"), result))


@op(rule=rules.like_input(REAL_FLOAT), keras_class="Deg2rad")
def deg2rad(x: Tensor):
    """Degrees to radians: x * pi / 180.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.deg2rad([180.0, 90.0])
        array([3.1415927, 1.5707964], dtype=float32)
    """
    return multiply(x, math.pi / 180)


@op(rule=rules.like_input(REAL_FLOAT), keras_class="Rad2deg")
def rad2deg(x: Tensor):
    """Radians to degrees: x * 180 / pi.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.rad2deg([0.0, np.pi])
        array([  0., 180.], dtype=float32)
    """
    return multiply(x, 180 / math.pi)


@op(rule=rules.like_input(REAL_FLOAT))
def fabs(x: Tensor):
    """|x|, in floats; see `absolute`, which keeps integers.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the same shape; integers are cast to floatx.

    Raises:
        TypeError: `x` is complex.

    Example:
        >>> ops.fabs([-2, 3])
        array([2., 3.], dtype=float32)
    """
    return absolute(x)


@op(rule=rules.broadcast(REAL_COMMON))
def fmax(x1: Tensor, x2: Tensor):
    """The larger of the two; beside NaN the other one, where `maximum` gives NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.fmax([1.0, np.nan, np.nan], [2.0, 3.0, np.nan])
        array([ 2.,  3., nan], dtype=float32)
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, maximum(x1, x2)))


@op(rule=rules.broadcast(REAL_COMMON))
def fmin(x1: Tensor, x2: Tensor):
    """The smaller of the two; beside NaN the other one, where `minimum` gives NaN.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.fmin([1.0, np.nan, np.nan], [2.0, 3.0, np.nan])
        array([ 1.,  3., nan], dtype=float32)
    """
    return where(isnan(x1), x2, where(isnan(x2), x1, minimum(x1, x2)))


@op(rule=rules.broadcast(REAL_NUMBER))
def fmod(x1: Tensor, x2: Tensor):
    """x1 - trunc(x1 / x2) * x2: the remainder with the sign of x1, where `mod` has that of x2.

    Floats by 0, and infinite x1, give NaN; integers by 0 give 0.

    Args:
        x1: Tensor of any shape.
        x2: Another that broadcasts against it.

    Returns:
        A tensor of the common dtype; booleans count as int32.

    Raises:
        TypeError: An operand is complex.

    Example:
        >>> ops.fmod([-7, 7], [3, -3])
        array([-1,  1], dtype=int32)
    """
