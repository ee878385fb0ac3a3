"""Reductions on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def _as_bool(x):
    return x if x.dtype == tf.bool else tf.cast(x, tf.bool)


def _wide(x):
    """Half-precision sums of squares overflow and lose digits: compute in float32."""
    return tf.cast(x, tf.float32) if x.dtype.is_floating and x.dtype.size == 2 else x


def sum(x, axis=None, keepdims=False):
    return tf.reduce_sum(x, axis, keepdims)


def mean(x, axis=None, keepdims=False):
    return tf.cast(tf.reduce_mean(_wide(x), axis, keepdims), x.dtype)


def prod(x, axis=None, keepdims=False, dtype=None):
    return tf.reduce_prod(x if dtype is None else tf.cast(x, dtype), axis, keepdims)


def max(x, axis=None, keepdims=False, initial=None):
    if x.dtype == tf.bool:
        result = tf.reduce_any(x, axis, keepdims)
        return result if initial is None else result | bool(initial)
    result = tf.reduce_max(x, axis, keepdims)
    return result if initial is None else tf.maximum(result, tf.cast(initial, x.dtype))


def min(x, axis=None, keepdims=False, initial=None):
    if x.dtype == tf.bool:
        result = tf.reduce_all(x, axis, keepdims)
        return result if initial is None else result & bool(initial)
    result = tf.reduce_min(x, axis, keepdims)
    return result if initial is None else tf.minimum(result, tf.cast(initial, x.dtype))


def any(x, axis=None, keepdims=False):
    return tf.reduce_any(_as_bool(x), axis, keepdims)


def all(x, axis=None, keepdims=False):
    return tf.reduce_all(_as_bool(x), axis, keepdims)


def var(x, axis=None, keepdims=False):
    return tf.cast(tf.math.reduce_variance(_wide(x), axis, keepdims), x.dtype)


def std(x, axis=None, keepdims=False):
    return tf.cast(tf.math.reduce_std(_wide(x), axis, keepdims), x.dtype)


def _position(function, x, axis, keepdims):
    x = tf.cast(x, tf.int32) if x.dtype == tf.bool else x
    if axis is None:
        result = function(tf.reshape(x, [-1]), 0, tf.int32)
        return tf.reshape(result, [1] * x.shape.rank) if keepdims else result
    result = function(x, axis, tf.int32)
    return tf.expand_dims(result, axis) if keepdims else result


def argmax(x, axis=None, keepdims=False):
    return _position(tf.argmax, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    return _position(tf.argmin, x, axis, keepdims)


def count_nonzero(x, axis=None):
    return tf.reduce_sum(tf.cast(_as_bool(x), tf.int32), axis)


def logsumexp(x, axis=None, keepdims=False):
    return tf.reduce_logsumexp(x, axis, keepdims)
