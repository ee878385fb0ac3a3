"""Products on TensorFlow. Types it cannot multiply go through int32 or int64."""

from __future__ import annotations

import tensorflow as tf

_MATMUL_TYPES = (
    tf.float16,
    tf.bfloat16,
    tf.float32,
    tf.float64,
    tf.int32,
    tf.int64,
    tf.complex64,
    tf.complex128,
)


def _in_known_types(product):
    """`product`, also for the types that TensorFlow does not multiply."""

    def kernel(x1, x2, *args):
        dtype = x1.dtype
        if dtype in _MATMUL_TYPES:
            return product(x1, x2, *args)
        wide = tf.int64 if dtype.size >= 4 else tf.int32
        return tf.cast(product(tf.cast(x1, wide), tf.cast(x2, wide), *args), dtype)

    return kernel


def _matmul(x1, x2):
    rank1, rank2 = x1.shape.rank, x2.shape.rank
    if rank1 == 1 and rank2 == 1:
        return tf.tensordot(x1, x2, 1)
    if rank1 == 1:
        return tf.squeeze(tf.matmul(x1[None], x2), -2)
    if rank2 == 1:
        return tf.squeeze(tf.matmul(x1, x2[:, None]), -1)
    if rank2 == 2 and rank1 > 2:
        return tf.tensordot(x1, x2, 1)  # one product instead of a batch of them
    return tf.matmul(x1, x2)


matmul = _in_known_types(_matmul)


@_in_known_types
def dot(x1, x2):
    if x1.shape.rank == 0 or x2.shape.rank == 0:
        return x1 * x2
    return tf.tensordot(x1, x2, ([-1], [-2 if x2.shape.rank > 1 else -1]))


@_in_known_types
def tensordot(x1, x2, axes=2):
    return tf.tensordot(x1, x2, axes)


@_in_known_types
def outer(x1, x2):
    return tf.reshape(x1, [-1, 1]) * tf.reshape(x2, [1, -1])


@_in_known_types
def vdot(x1, x2):
    x1 = tf.math.conj(x1) if x1.dtype.is_complex else x1
    return tf.tensordot(tf.reshape(x1, [-1]), tf.reshape(x2, [-1]), 1)


@_in_known_types
def inner(x1, x2):
    return x1 * x2 if x1.shape.rank == 0 or x2.shape.rank == 0 else tf.tensordot(x1, x2, ([-1], [-1]))


def einsum_of(subscripts, operands):
    dtype = operands[0].dtype
    if dtype in _MATMUL_TYPES:
        return tf.einsum(subscripts, *operands)
    return tf.cast(tf.einsum(subscripts, *(tf.cast(x, tf.int64) for x in operands)), dtype)
