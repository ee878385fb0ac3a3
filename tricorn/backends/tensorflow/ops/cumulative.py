"""Running sums and products on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def _prepared(x, axis, dtype):
    x = x if dtype is None else tf.cast(x, dtype)
    return (tf.reshape(x, [-1]), 0) if axis is None else (x, axis)


def cumsum(x, axis=None, dtype=None):
    return tf.cumsum(*_prepared(x, axis, dtype))


def cumprod(x, axis=None, dtype=None):
    return tf.math.cumprod(*_prepared(x, axis, dtype))
