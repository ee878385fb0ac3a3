"""Bits of integers on TensorFlow, which does not define shifts beyond the width and has no common divisors."""

from __future__ import annotations

import tensorflow as tf


def _on_bits(bits, logic):
    def kernel(*operands):
        return logic(*operands) if operands[0].dtype == tf.bool else bits(*operands)

    return kernel


bitwise_and = _on_bits(tf.bitwise.bitwise_and, tf.logical_and)
bitwise_or = _on_bits(tf.bitwise.bitwise_or, tf.logical_or)
bitwise_xor = _on_bits(tf.bitwise.bitwise_xor, tf.math.logical_xor)
bitwise_not = _on_bits(tf.bitwise.invert, tf.logical_not)


def _within(x, y):
    """Where the shift `y` is shorter than the width."""
    return (y >= 0) & (y < 8 * x.dtype.size)


def bitwise_left_shift(x, y):
    within, zero = _within(x, y), tf.zeros((), x.dtype)
    return tf.where(within, tf.bitwise.left_shift(x, tf.where(within, y, zero)), zero)


def bitwise_right_shift(x, y):
    within = _within(x, y)
    if not x.dtype.is_unsigned:  # the longest shift leaves the sign
        return tf.bitwise.right_shift(x, tf.where(within, y, tf.constant(8 * x.dtype.size - 1, x.dtype)))
    zero = tf.zeros((), x.dtype)
    return tf.where(within, tf.bitwise.right_shift(x, tf.where(within, y, zero)), zero)


def gcd(x1, x2):
    wide1, wide2 = _magnitudes(x1, x2)
    return tf.cast(_euclid(wide1, wide2), x1.dtype)


def lcm(x1, x2):
    wide1, wide2 = _magnitudes(x1, x2)
    divisor = tf.maximum(_euclid(wide1, wide2), tf.ones((), wide1.dtype))
    return tf.cast(wide1 // divisor * wide2, x1.dtype)


def _magnitudes(x1, x2):
    """Both of one shape, not negative, in a dtype that holds them."""
    if x1.dtype.is_unsigned:
        wide1, wide2 = x1, x2
    else:
        wide = x1.dtype if x1.dtype.size >= 4 else tf.int32
        wide1, wide2 = tf.abs(tf.cast(x1, wide)), tf.abs(tf.cast(x2, wide))
    shape = tf.broadcast_dynamic_shape(tf.shape(x1), tf.shape(x2))
    static = tf.broadcast_static_shape(x1.shape, x2.shape)
    return [tf.ensure_shape(tf.broadcast_to(x, shape), static) for x in (wide1, wide2)]


def _euclid(a, b):
    def body(a, b):
        done = tf.equal(b, 0)
        rest = tf.math.floormod(a, tf.where(done, tf.ones((), b.dtype), b))
        return tf.where(done, a, b), tf.where(done, b, rest)

    return tf.while_loop(lambda _, b: tf.reduce_any(tf.not_equal(b, 0)), body, (a, b))[0]
