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
erf = tf.math.erf


def log2(x):
    return tf.math.log(x) / math.log(2)


def log10(x):
    return tf.math.log(x) / math.log(10)


def exp2(x):
    return tf.pow(tf.constant(2, x.dtype), x)
