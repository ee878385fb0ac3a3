"""Comparisons and logic on TensorFlow, which orders no booleans: those go through integers."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.arith import scalar_first

logical_and = tf.logical_and
logical_or = tf.logical_or
logical_not = tf.logical_not
logical_xor = tf.math.logical_xor


def _ordered(x):
    return tf.cast(x, tf.int8) if getattr(x, "dtype", None) == tf.bool else x


def isnan(x):
    return tf.math.is_nan(x) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isinf(x):
    return tf.math.is_inf(x) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isfinite(x):
    return tf.math.is_finite(x) if x.dtype.is_floating else tf.ones_like(x, tf.bool)


@scalar_first
def equal(x1, x2):
    return tf.equal(x1, x2)


@scalar_first
def not_equal(x1, x2):
    return tf.not_equal(x1, x2)


@scalar_first
def less(x1, x2):
    return tf.less(_ordered(x1), _ordered(x2))


@scalar_first
def less_equal(x1, x2):
    return tf.less_equal(_ordered(x1), _ordered(x2))


@scalar_first
def greater(x1, x2):
    return tf.greater(_ordered(x1), _ordered(x2))


@scalar_first
def greater_equal(x1, x2):
    return tf.greater_equal(_ordered(x1), _ordered(x2))


def isclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    tolerance = tf.constant(atol, x2.dtype) + tf.constant(rtol, x2.dtype) * tf.abs(x2)
    near = (tf.abs(x1 - x2) <= tolerance) & tf.math.is_finite(x2)
    close = near | tf.equal(x1, x2)
    return close | (tf.math.is_nan(x1) & tf.math.is_nan(x2)) if equal_nan else close
