"""Comparisons and logic on TensorFlow, which orders no booleans: those go through integers."""

from __future__ import annotations

import math

import tensorflow as tf

from tricorn.backends.tensorflow.ops.arith import scalar_first

logical_and = tf.logical_and
logical_or = tf.logical_or
logical_not = tf.logical_not
logical_xor = tf.math.logical_xor

# Integers by their width in bytes.
_SIGNED = {2: tf.int16, 4: tf.int32, 8: tf.int64}


def _ordered(x):
    return tf.cast(x, tf.int8) if getattr(x, "dtype", None) == tf.bool else x


def _parts(x):
    return tf.math.real(x), tf.math.imag(x)


def isnan(x):
    if x.dtype.is_floating:
        return tf.math.is_nan(x)
    return tf.not_equal(x, x) if x.dtype.is_complex else tf.zeros_like(x, tf.bool)


def isinf(x):
    if x.dtype.is_complex:
        real, imag = _parts(x)
        return tf.math.is_inf(real) | tf.math.is_inf(imag)
    return tf.math.is_inf(x) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isfinite(x):
    if x.dtype.is_complex:
        real, imag = _parts(x)
        return tf.math.is_finite(real) & tf.math.is_finite(imag)
    return tf.math.is_finite(x) if x.dtype.is_floating else tf.ones_like(x, tf.bool)


def isposinf(x):
    return tf.equal(x, math.inf) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isneginf(x):
    return tf.equal(x, -math.inf) if x.dtype.is_floating else tf.zeros_like(x, tf.bool)


def isreal(x):
    return tf.equal(tf.math.imag(x), 0) if x.dtype.is_complex else tf.ones_like(x, tf.bool)


def signbit(x):
    if x.dtype.is_floating:
        return tf.bitcast(x, _SIGNED[x.dtype.size]) < 0
    return tf.zeros_like(x, tf.bool) if x.dtype == tf.bool or x.dtype.is_unsigned else x < 0


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
    size = tf.abs(x2)
    tolerance = tf.constant(atol, size.dtype) + tf.constant(rtol, size.dtype) * size
    near = (tf.abs(x1 - x2) <= tolerance) & isfinite(x2)
    close = near | tf.equal(x1, x2)
    return close | (isnan(x1) & isnan(x2)) if equal_nan else close
