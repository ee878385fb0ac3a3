"""Exponentials, logarithms and roots on TensorFlow."""

from __future__ import annotations

import math

import tensorflow as tf

sqrt = tf.sqrt
rsqrt = tf.math.rsqrt
exp = tf.exp
expm1 = tf.math.expm1
log = tf.math.log
log1p = tf.math.log1p


def erf(x):
    # In float64 TensorFlow's is NaN at infinity; it is 1 in all digits from 6 on.
    return tf.math.erf(tf.clip_by_value(x, -9.0, 9.0) if x.dtype == tf.float64 else x)


def log2(x):
    return _scaled(tf.math.log(x), 1 / math.log(2))


def log10(x):
    return _scaled(tf.math.log(x), 1 / math.log(10))


def _scaled(x, factor):
    # A complex factor would make NaN of the parts of log(0).
    return (
        tf.complex(tf.math.real(x) * factor, tf.math.imag(x) * factor) if x.dtype.is_complex else x * factor
    )


def exp2(x):
    return tf.pow(tf.constant(2, x.dtype), x)
