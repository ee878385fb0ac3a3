"""Dtypes and copies on TensorFlow."""

from __future__ import annotations

import tensorflow as tf

from tricorn.backends.tensorflow import backend
from tricorn.core.dtypes import standardize_dtype


def cast(x, dtype):
    return backend.cast(x, standardize_dtype(dtype))


def stop_gradient(variable):
    return backend.stop_gradient(variable)


def copy(x):
    return tf.identity(x)


def sizes(x):
    """The shape, with a scalar tensor for each size that is not known before the graph runs."""
    dynamic = tf.shape(x)
    return tuple(dynamic[axis] if size is None else size for axis, size in enumerate(x.shape))
