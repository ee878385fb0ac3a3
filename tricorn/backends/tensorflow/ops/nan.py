"""Statistics that leave NaN out on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.compare import isnan
from tricorn.backends.tensorflow.ops.eager import compiled_eagerly


def _mean(x, present, axis, keepdims):
    """The mean of those elements of `x` that are `present`, where the others are 0; over none it is 0 / 1 made NaN."""
    count = tf.reduce_sum(tf.cast(present, tf.int32), axis, keepdims)
    total = tf.reduce_sum(x, axis, keepdims)
    mean = total / tf.cast(tf.maximum(count, 1), x.dtype)
    return tf.where(count > 0, mean, tf.constant(float("nan"), x.dtype))


def _widened(x):
    return tf.cast(x, tf.float32) if x.dtype.size == 2 else x


def _narrowed(result, dtype):
    return result if result.dtype == dtype else tf.cast(result, dtype)


def _variance(x, axis, keepdims):
    present, zero = ~isnan(x), tf.zeros((), x.dtype)
    mean = _mean(tf.where(present, x, zero), present, axis, True)
    deviation = tf.where(present, x - mean, zero)
    deviation = tf.abs(deviation) if x.dtype.is_complex else deviation
    return _mean(tf.square(deviation), present, axis, keepdims)


@compiled_eagerly(1)
def nanmean(x, axis=None, keepdims=False):
    present, wide = ~isnan(x), _widened(x)
    mean = _mean(tf.where(present, wide, tf.zeros((), wide.dtype)), present, axis, keepdims)
    return _narrowed(mean, x.dtype)


@compiled_eagerly(1)
def nanvar(x, axis=None, keepdims=False):
    return _narrowed(_variance(_widened(x), axis, keepdims), x.dtype.real_dtype)


@compiled_eagerly(1)
def nanstd(x, axis=None, keepdims=False):
    variance = _variance(_widened(x), axis, keepdims)
    # With a gradient that is 0 at 0.
    is_zero = tf.equal(variance, 0)
    deviation = tf.sqrt(tf.where(is_zero, tf.ones((), variance.dtype), variance))
    return _narrowed(tf.where(is_zero, tf.zeros((), variance.dtype), deviation), x.dtype.real_dtype)
