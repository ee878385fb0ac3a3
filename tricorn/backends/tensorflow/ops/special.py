"""Special functions on TensorFlow. Those it lacks in half precision go through float32."""

from __future__ import annotations

import math

import tensorflow as tf

from tricorn.backends.tensorflow.ops.arith import log_sum, maximum, minimum, zero_divided_by_zero
from tricorn.backends.tensorflow.ops.eager import compiled_eagerly


def _widened(function):
    """`function`, in float32 for half precision."""

    def kernel(x):
        return tf.cast(function(tf.cast(x, tf.float32)), x.dtype) if x.dtype.size == 2 else function(x)

    return kernel


erfc = tf.math.erfc
erfinv = _widened(tf.math.erfinv)
i0 = _widened(tf.math.bessel_i0)


def logaddexp2(x1, x2):
    return log_sum(x1, x2, lambda gap: tf.math.log1p(tf.pow(tf.constant(2, gap.dtype), gap)) / math.log(2))


def _remainder(x1, x2):
    dtype = x1.dtype
    if dtype in (tf.float32, tf.float64, tf.int32, tf.int64):
        return tf.truncatemod(x1, tf.cast(x2, dtype))
    wide = tf.float32 if dtype.is_floating else tf.int64
    return tf.cast(tf.truncatemod(tf.cast(x1, wide), tf.cast(x2, wide)), dtype)


fmod = zero_divided_by_zero(_remainder)


def _beside_nan(extreme):
    def kernel(x1, x2):
        if not x1.dtype.is_floating:
            return extreme(x1, x2)
        return tf.where(tf.math.is_nan(x1), x2, tf.where(tf.math.is_nan(x2), x1, extreme(x1, x2)))

    return kernel


fmax = _beside_nan(maximum)
fmin = _beside_nan(minimum)


@compiled_eagerly(2)
def hypot(x1, x2):
    x1, x2 = tf.abs(x1), tf.abs(x2)
    is_first = x1 >= x2  # maximum would give one of two equal operands all of the gradient
    high, low = tf.where(is_first, x1, x2), tf.where(is_first, x2, x1)
    is_infinite = tf.math.is_inf(x1) | tf.math.is_inf(x2)
    one = tf.ones((), x1.dtype)
    unit = tf.where((high == 0) | is_infinite, one, high)
    return tf.where(is_infinite, math.inf * one, high * tf.sqrt(tf.square(low / unit) + one))


def ldexp(x1, x2):
    if not x2.dtype.is_integer and x2.dtype != tf.bool:
        raise TypeError("the exponents are integers")
    return _ldexp(x1, x2)


@compiled_eagerly(2)
def _ldexp(x1, x2):
    wide, integer, bias, mantissa = (
        (tf.float64, tf.int64, 1023, 52) if x1.dtype == tf.float64 else (tf.float32, tf.int32, 127, 23)
    )
    # Three factors, each within range, are made of their bits; exponents beyond that change nothing more.
    most = 3 * (bias - 1)
    exponent = tf.cast(tf.clip_by_value(tf.cast(x2, tf.int64), -most, most), integer)
    third = exponent // 3
    result = tf.cast(x1, wide)
    for part in (third, third, exponent - third * 2):
        bits = tf.bitwise.left_shift(part + bias, tf.constant(mantissa, integer))
        result = result * tf.bitcast(bits, wide)
    return tf.cast(result, x1.dtype)
