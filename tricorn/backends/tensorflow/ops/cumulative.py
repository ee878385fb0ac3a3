"""Running sums and products on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import is_unrecorded


def _prepared(x, axis, dtype):
    x = x if dtype is None else tf.cast(x, dtype)
    return (tf.reshape(x, [-1]), 0) if axis is None else (x, axis)


def cumsum(x, axis=None, dtype=None):
    return tf.cumsum(*_prepared(x, axis, dtype))


def cumprod(x, axis=None, dtype=None):
    x, axis = _prepared(x, axis, dtype)
    return _cumprod(x, axis) if x.dtype.is_floating and not is_unrecorded() else tf.math.cumprod(x, axis)


def _cumprod(x, axis):
    """With a gradient that is right at zeros too: TensorFlow's divides by them."""

    @tf.custom_gradient
    def product(x):
        result = tf.math.cumprod(x, axis)

        def gradient(upstream):
            zero = tf.cast(x == 0, tf.int32)
            zeros = tf.cumsum(zero, axis)  # up to each place
            is_first = (zeros == 1) & (zero == 1)
            before = tf.cumsum(upstream * result, axis, reverse=True) / tf.where(x == 0, tf.ones_like(x), x)
            # At the first zero: the products without it.
            without = tf.math.cumprod(tf.where(is_first, tf.ones_like(x), x), axis)
            at = tf.cumsum(tf.where(zeros > 0, upstream * without, tf.zeros_like(x)), axis, reverse=True)
            return tf.where(is_first, at, tf.where(zeros == 0, before, tf.zeros_like(x)))

        return result, gradient

    return product(x)
