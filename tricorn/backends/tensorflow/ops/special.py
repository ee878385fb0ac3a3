"""Special functions on TensorFlow. Those it lacks in half precision go through float32."""

from __future__ import annotations

import math

import tensorflow as tf

from tricorn.backends.tensorflow.ops.arith import log_sum, maximum, minimum, zero_divided_by_zero


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
