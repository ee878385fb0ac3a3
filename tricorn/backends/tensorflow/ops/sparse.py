"""Making sparse tensors on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def to_sparse(x):
    return tf.sparse.from_dense(x)
