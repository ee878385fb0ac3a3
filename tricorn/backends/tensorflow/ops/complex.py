"""Complex numbers, and bits seen as another dtype, on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.dtypes import standardize_dtype


def real(x):
    return tf.math.real(x) if x.dtype.is_complex else x


def conj(x):
    return tf.math.conj(x) if x.dtype.is_complex else x


def imag(x):
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def angle(x):
    if x.dtype.is_complex:
        return tf.math.angle(x)
    # Constant but at 0, where atan2 would give the gradient NaN.
    return tf.atan2(tf.zeros_like(x), tf.stop_gradient(x))


def view_as_complex(x):
    if x.shape[-1] not in (2, None):
        raise ValueError("the last axis does not hold pairs")
    real, imag = tf.unstack(x, 2, -1)
    return tf.complex(real, imag)


def view_as_real(x):
    return tf.stack((real(x), imag(x)), -1)


def polar(abs_, angle):
    return tf.complex(abs_ * tf.cos(angle), abs_ * tf.sin(angle))


def view(x, dtype=None):
    if dtype is None:
        return x
    target = tf.as_dtype(standardize_dtype(dtype))
    if x.dtype == target:
        return x
    if x.dtype.is_complex:  # XLA does not look into complex numbers
        parts = view_as_real(x)
        return view(_merged(parts) if x.shape.rank else parts, target.name)
    if target.is_complex:
        part = target.real_dtype
        return view_as_complex(_parted(view(x, part.name), 2))
    if x.dtype == tf.bool:
        x = tf.cast(x, tf.uint8)
    if target == tf.bool:
        return tf.not_equal(view(x, "uint8"), 0)
    if x.dtype == target:
        return x
    if x.dtype.size < target.size:
        return tf.bitcast(_parted(x, target.size // x.dtype.size), target)
    result = tf.bitcast(x, target)
    return _merged(result) if x.dtype.size > target.size else result


def _parted(x, count):
    """The last axis as rows of `count`."""
    last = x.shape[-1]
    result = tf.reshape(x, tf.concat((tf.shape(x)[:-1], (-1, count)), 0))
    result.set_shape((*x.shape[:-1], None if last is None else last // count, count))
    return result


def _merged(x):
    """The last two axes as one."""
    sizes = x.shape[-2:]
    result = tf.reshape(x, tf.concat((tf.shape(x)[:-2], (-1,)), 0))
    result.set_shape((*x.shape[:-2], None if None in sizes else sizes[0] * sizes[1]))
    return result
