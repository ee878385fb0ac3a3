"""Arithmetic on TensorFlow, which has none on booleans: there a sum is "or" and a product "and"."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly, is_plain
from tricorn.core.errors import bad_argument
from tricorn.core.op import accepts_scalars

square = tf.square
reciprocal = tf.math.reciprocal
divide_no_nan = tf.math.divide_no_nan


def scalar_first(kernel):
    """Let a binary kernel take a scalar on either side: in a graph TensorFlow gives a first one a dtype of its own."""

    def paired(x1, x2):
        return kernel(tf.constant(x1, x2.dtype) if type(x1) in (int, float) else x1, x2)

    return accepts_scalars(paired)


def _is_bool(x1):
    return getattr(x1, "dtype", None) == tf.bool


def absolute(x):
    return x if x.dtype == tf.bool or x.dtype.is_unsigned else tf.abs(x)


def sign(x):
    if x.dtype == tf.bool:
        return x
    return tf.cast(tf.not_equal(x, 0), x.dtype) if x.dtype.is_unsigned else tf.sign(x)


def negative(x):
    return tf.zeros((), x.dtype) - x if x.dtype.is_unsigned else tf.negative(x)


@scalar_first
def add(x1, x2):
    return tf.logical_or(x1, x2) if _is_bool(x1) else tf.add(x1, x2)


@scalar_first
def subtract(x1, x2):
    return tf.subtract(x1, x2)


@scalar_first
def multiply(x1, x2):
    return tf.logical_and(x1, x2) if _is_bool(x1) else tf.multiply(x1, x2)


@scalar_first
def divide(x1, x2):
    return tf.divide(x1, x2)


def zero_divided_by_zero(division, of_floats=None):
    """A binary kernel from `division`, in which integers divided by 0 give 0: TensorFlow raises an error.

    Args:
        division: What it does with integers.
        of_floats: What it does with floats, where that differs.
    """

    def kernel(x1, x2):
        if not x1.dtype.is_integer:
            return (of_floats or division)(x1, x2)
        if type(x2) in (int, float):
            return tf.zeros_like(x1) if x2 == 0 else division(x1, x2)
        if is_plain(x1, x2):
            try:
                return division(x1, x2)
            except (tf.errors.InvalidArgumentError, tf.errors.InternalError):
                pass  # there is a 0, or shapes do not fit
        is_zero = tf.equal(x2, 0)
        quotient = division(x1, tf.where(is_zero, tf.ones((), x2.dtype), x2))
        return tf.where(is_zero, tf.zeros((), x1.dtype), quotient)

    return scalar_first(kernel)


@compiled_eagerly(2)
def _floor_divide_floats(x1, x2):
    # Not floor(x1 / x2), which rounds twice (1 // 0.1 is 9) and knows no infinite divisor.
    raw = tf.raw_ops
    is_number = type(x2) in (int, float)
    if is_number and x2 == 0:
        return raw.RealDiv(x=x1, y=float(x2))
    x2 = float(x2) if is_number else x2
    rest = raw.FloorMod(x=x1, y=x2)
    whole = raw.Round(x=raw.RealDiv(x=raw.Sub(x=x1, y=rest), y=x2))
    # The rest is as large as the divisor where that is infinite, or where x1 is tiny, and of the other sign.
    whole = raw.SelectV2(condition=raw.NotEqual(x=rest, y=x2), t=whole, e=-1.0)
    if is_number:
        return whole
    return raw.SelectV2(condition=raw.Equal(x=x2, y=0.0), t=raw.RealDiv(x=x1, y=x2), e=whole)


floor_divide = zero_divided_by_zero(tf.math.floordiv, _floor_divide_floats)
mod = zero_divided_by_zero(tf.math.floormod)


@scalar_first
def power(x1, x2):
    dtype = x1.dtype
    if dtype.is_integer and type(x2) is int and x2 < 0:
        raise bad_argument("ops.power", "integers have no negative powers.", expected="exponents from 0 up", given=x2,
                           hint="a float base or exponent")  # fmt: skip
    if dtype.is_unsigned:  # for which TensorFlow has no power
        return tf.cast(tf.pow(tf.cast(x1, tf.int64), tf.cast(x2, tf.int64)), dtype)
    if dtype.is_complex:  # TensorFlow's 0^0 is NaN
        is_one = tf.equal(x2, 0)
        return tf.where(is_one, tf.ones((), dtype), tf.pow(tf.where(is_one, tf.ones((), dtype), x1), x2))
    return tf.pow(x1, x2)


@scalar_first
def maximum(x1, x2):
    return tf.logical_or(x1, x2) if _is_bool(x1) else tf.maximum(x1, x2)


@scalar_first
def minimum(x1, x2):
    return tf.logical_and(x1, x2) if _is_bool(x1) else tf.minimum(x1, x2)


@accepts_scalars
def clip(x, x_min, x_max):
    if x_min is None:
        return x if x_max is None else tf.minimum(x, x_max)
    if type(x_min) in (int, float) and type(x_max) in (int, float) and x_min <= x_max and x.dtype.is_floating:
        return tf.raw_ops.ClipByValue(t=x, clip_value_min=x_min, clip_value_max=x_max)  # in one pass
    return tf.maximum(x, x_min) if x_max is None else tf.minimum(tf.maximum(x, x_min), x_max)


def logaddexp(x1, x2):
    return log_sum(x1, x2, lambda gap: tf.math.log1p(tf.exp(gap)))


def log_sum(x1, x2, excess):
    """The larger operand and `excess` of the gap (at most 0) from it to the smaller."""
    # where(), not maximum(): at equal values its gradient is one half each.
    is_first = x1 >= x2
    high, low = tf.where(is_first, x1, x2), tf.where(is_first, x2, x1)
    gap = tf.where(tf.math.is_inf(high) & tf.equal(x1, x2), tf.zeros((), high.dtype), low - high)
    return high + excess(gap)
