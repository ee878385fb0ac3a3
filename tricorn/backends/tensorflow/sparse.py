"""Ops on `tf.SparseTensor`. `core/sparse.py` says which there are and what is sparse of their results."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.sparse import ZERO_TO_ZERO


def is_sparse(x):
    return isinstance(x, tf.SparseTensor)


def to_dense(x):
    # Places may be stored in any order, and then to_dense refuses them.
    return tf.sparse.to_dense(tf.sparse.reorder(x)) if isinstance(x, tf.SparseTensor) else x


def cast(x, dtype):
    return tf.cast(x, dtype)


def kernel(name, dense_kernel):
    """What runs an op on arguments of which some are sparse and whose result is to be sparse.

    Args:
        name: The op.
        dense_kernel: Its kernel on tensors.
    """
    if name in ZERO_TO_ZERO:
        return lambda x, *args: x.with_values(dense_kernel(x.values, *args))
    return _KERNELS[name]


def mixed_product(x1, x2):
    """A sparse by a dense matrix, or the reverse: dense."""
    if not (x1.shape.rank == x2.shape.rank == 2):
        return tf.matmul(to_dense(x1), to_dense(x2))
    if is_sparse(x1):
        return tf.sparse.sparse_dense_matmul(x1, x2)
    return tf.transpose(tf.sparse.sparse_dense_matmul(x2, x1, adjoint_a=True, adjoint_b=True))


def _multiply(x1, x2):
    if not is_sparse(x1):
        x1, x2 = x2, x1
    return x1 * to_dense(x2)


def _matmul(x1, x2):
    return tf.sparse.from_dense(mixed_product(x1, to_dense(x2)))


def _squeeze(x, axis=None):
    axes = (
        None
        if axis is None
        else [one % x.shape.rank for one in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    )
    kept = [i for i, size in enumerate(x.shape) if (size != 1 if axes is None else i not in axes)]
    return tf.sparse.reshape(x, tf.gather(x.dense_shape, kept))


def _expand_dims(x, axis):
    rank = x.shape.rank
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    for one in sorted(one % (rank + len(axes)) for one in axes):
        x = tf.sparse.expand_dims(x, one)
    return x


def _sum(x, axis=None, keepdims=False):
    return tf.sparse.reduce_sum(x, axis, keepdims, output_is_sparse=True)


def _mean(x, axis=None, keepdims=False):
    total = _sum(x, axis, keepdims)
    axes = range(x.shape.rank) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    count = tf.reduce_prod(tf.gather(x.dense_shape, [one % x.shape.rank for one in axes]))
    return total.with_values(total.values / tf.cast(count, total.dtype))


_KERNELS = {
    "add": tf.sparse.add,
    "subtract": lambda x1, x2: tf.sparse.add(x1, x2.with_values(-x2.values)),
    "maximum": tf.sparse.maximum,
    "minimum": tf.sparse.minimum,
    "multiply": _multiply,
    "divide": lambda x1, x2: x1 / x2,
    "matmul": _matmul,
    "dot": _matmul,
    "concatenate": lambda xs, axis=0: tf.sparse.concat(axis, xs),
    "expand_dims": _expand_dims,
    "mean": _mean,
    "reshape": lambda x, newshape: tf.sparse.reshape(x, newshape),
    "squeeze": _squeeze,
    "sum": _sum,
    "transpose": lambda x, axes=None: tf.sparse.transpose(x, axes),
}


def one_hot(x, num_classes, axis, dtype):
    """`one_hot` along a new axis, storing the ones only; places out of range are not stored."""
    axis = axis % (x.shape.rank + 1)
    kept = tf.where((x >= 0) & (x < num_classes))
    classes = tf.cast(tf.gather_nd(x, kept), tf.int64)[:, None]
    places = tf.concat([kept[:, :axis], classes, kept[:, axis:]], 1)
    sizes = tf.shape(x, tf.int64)
    shape = tf.concat([sizes[:axis], [num_classes], sizes[axis:]], 0)
    return tf.sparse.reorder(tf.SparseTensor(places, tf.ones(tf.shape(kept)[:1], dtype), shape))
