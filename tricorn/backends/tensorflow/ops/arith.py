"""Arithmetic on TensorFlow, which has none on booleans: there a sum is "or" and a product "and"."""

from __future__ import annotations

import tensorflow as tf

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


@scalar_first
def floor_divide(x1, x2):
    return tf.math.floordiv(x1, x2)


@scalar_first
def mod(x1, x2):
    return tf.math.floormod(x1, x2)


@scalar_first
def power(x1, x2):
    if getattr(x1, "dtype", tf.int32).is_unsigned:  # for which TensorFlow has no power
        return tf.cast(tf.pow(tf.cast(x1, tf.int64), tf.cast(x2, tf.int64)), x1.dtype)
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
    return tf.maximum(x, x_min) if x_max is None else tf.minimum(tf.maximum(x, x_min), x_max)


def logaddexp(x1, x2):
    # where(), not maximum(): at equal values its gradient is one half each.
    is_first = x1 >= x2
    high, low = tf.where(is_first, x1, x2), tf.where(is_first, x2, x1)
    gap = tf.where(tf.math.is_inf(high), tf.zeros((), high.dtype), low - high)
    return high + tf.math.log1p(tf.exp(gap))
