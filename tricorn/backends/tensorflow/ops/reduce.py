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


def _not_empty(x, axis):
    """TensorFlow would answer with an infinity, or with position 0."""
    if 0 in x.shape:
        axes = range(x.shape.rank) if axis is None else (axis,) if isinstance(axis, int) else axis
        if 0 in [x.shape[one] for one in axes]:
            raise ValueError("no element to choose from")


def max(x, axis=None, keepdims=False, initial=None):
    if initial is None:
        _not_empty(x, axis)
    if x.dtype == tf.bool:
        result = tf.reduce_any(x, axis, keepdims)
        return result if initial is None else result | bool(initial)
    result = tf.reduce_max(x, axis, keepdims)
    return result if initial is None else tf.maximum(result, tf.cast(initial, x.dtype))


def min(x, axis=None, keepdims=False, initial=None):
    if initial is None:
        _not_empty(x, axis)
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
    _not_empty(x, axis)
    rank = x.shape.rank
    x = tf.cast(x, tf.int32) if x.dtype == tf.bool else x
    place = 0 if axis is None else axis
    x = tf.reshape(x, [-1]) if axis is None else x
    result = function(x, place, tf.int32)
    if x.dtype.is_floating:
        # The first NaN, if there is one.
        is_nan = tf.math.is_nan(x)
        result = tf.where(
            tf.reduce_any(is_nan, place), tf.argmax(tf.cast(is_nan, tf.int8), place, tf.int32), result
        )
    if keepdims:
        return tf.reshape(result, [1] * rank) if axis is None else tf.expand_dims(result, axis)
    return result


def argmax(x, axis=None, keepdims=False):
    return _position(tf.argmax, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    return _position(tf.argmin, x, axis, keepdims)


def count_nonzero(x, axis=None):
    return tf.reduce_sum(tf.cast(_as_bool(x), tf.int32), axis)


def logsumexp(x, axis=None, keepdims=False):
    return tf.reduce_logsumexp(x, axis, keepdims)
