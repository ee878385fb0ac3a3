"""Rounding on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

floor = tf.floor
ceil = tf.math.ceil


def trunc(x):
    return tf.where(x < 0, tf.math.ceil(x), tf.floor(x)) if x.dtype.is_floating else x


def round(x, decimals=0):
    if x.dtype.is_floating:
        if decimals == 0:
            return tf.round(x)
        factor = tf.constant(10.0 ** abs(decimals), x.dtype)
        return tf.round(x * factor) / factor if decimals > 0 else tf.round(x / factor) * factor
    if decimals >= 0:
        return x
    unit = tf.constant(10**-decimals, tf.int64)
    wide = tf.cast(x, tf.int64)
    lower = wide // unit
    twice = 2 * (wide - lower * unit)
    up = (twice > unit) | (
        (twice == unit) & (lower % 2 == 1)
    )  # halves go to the even multiple, as for floats
    return tf.cast((lower + tf.cast(up, tf.int64)) * unit, x.dtype)
