"""Bits of integers on TensorFlow, which does not define shifts beyond the width and has no common divisors."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow.ops.arith import scalar_first


def _on_bits(bits, logic):
    def kernel(*operands):
        return logic(*operands) if operands[0].dtype == tf.bool else bits(*operands)

    return kernel


bitwise_and = _on_bits(tf.bitwise.bitwise_and, tf.logical_and)
bitwise_or = _on_bits(tf.bitwise.bitwise_or, tf.logical_or)
bitwise_xor = _on_bits(tf.bitwise.bitwise_xor, tf.math.logical_xor)
bitwise_not = _on_bits(tf.bitwise.invert, tf.logical_not)


_UNSIGNED = {1: tf.uint8, 2: tf.uint16, 4: tf.uint32, 8: tf.uint64}


def _within(x, y):
    """Where the shift `y` is not negative and shorter than the width."""
    unsigned = y if y.dtype.is_unsigned else tf.bitcast(y, _UNSIGNED[y.dtype.size])
    return tf.raw_ops.Less(x=unsigned, y=8 * x.dtype.size)


def _shift(of_number, of_tensor):
    """A kernel that takes a Python integer beside a tensor, to which nothing need be done."""

    def kernel(x, y):
        return of_number(x, y) if type(y) is int else of_tensor(x, y)

    return scalar_first(kernel)


def _left_by_number(x, y):
    return tf.raw_ops.LeftShift(x=x, y=y) if 0 <= y < 8 * x.dtype.size else tf.zeros_like(x)


def _left(x, y):
    shifted = tf.raw_ops.LeftShift(x=x, y=y)
    return tf.raw_ops.SelectV2(condition=_within(x, y), t=shifted, e=0)


def _right_by_number(x, y):
    last = 8 * x.dtype.size - 1
    if not 0 <= y <= last:
        if x.dtype.is_unsigned:
            return tf.zeros_like(x)
        y = last  # the longest shift leaves the sign
    return tf.raw_ops.RightShift(x=x, y=y)


def _right(x, y):
    within = _within(x, y)
    if not x.dtype.is_unsigned:
        return tf.raw_ops.RightShift(
            x=x, y=tf.raw_ops.SelectV2(condition=within, t=y, e=8 * x.dtype.size - 1)
        )
    return tf.raw_ops.SelectV2(condition=within, t=tf.raw_ops.RightShift(x=x, y=y), e=0)


bitwise_left_shift = _shift(_left_by_number, _left)
bitwise_right_shift = _shift(_right_by_number, _right)


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
