"""Indexing and sorting over a NumPy-like namespace `xp`."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import native_dtype
from tricorn.core.errors import NotSupportedError
from tricorn.core.op import accepts_scalars

DIRECT = ("take", "diagonal", "diag")


def take_along_axis(xp, x, indices, axis=None):
    if axis is None:
        x, indices, axis = x.reshape(-1), indices.reshape(-1), 0
    return xp.take_along_axis(x, indices, axis=axis)


@accepts_scalars
def where_of(xp, condition, x1, x2):
    return xp.where(condition, x1, x2)


def get_item(xp, x, key):
    return x[_array_key(key)]


def _array_key(key):
    """Lists in a key are integer or boolean arrays."""
    if isinstance(key, tuple):
        return tuple(np.asarray(part) if isinstance(part, list) else part for part in key)
    return np.asarray(key) if isinstance(key, list) else key


def one_hot(xp, x, num_classes, axis=-1, dtype=None, sparse=False):
    if sparse:
        raise NotSupportedError("ops.one_hot(sparse=True) does not run on NumPy: it has no sparse tensors.")
    if axis is not None and axis < 0:
        axis += x.ndim + 1
    if num_classes < 0:
        raise ValueError("a negative number of classes")
    classes = xp.arange(num_classes, dtype=x.dtype if x.dtype.kind in "iu" else np.int32)
    classes = classes.reshape((-1,) + (1,) * (x.ndim - axis))
    return (xp.expand_dims(x, axis) == classes).astype(native_dtype(xp, dtype))


one_hot.reads_bfloat16 = True  # of its indices: the result has a dtype of its own


def sort(xp, x, axis=-1):
    return xp.sort(x, axis=axis)


def argsort(xp, x, axis=-1):
    return xp.argsort(x, axis=axis, kind="stable").astype(np.int32)


def searchsorted(xp, sorted_sequence, values, side="left"):
    return xp.searchsorted(sorted_sequence, values, side=side).astype(np.int32)


def nonzero(xp, x):
    return tuple(index.astype(np.int32) for index in xp.nonzero(x))


def in_top_k(xp, targets, predictions, k):
    scores = xp.take_along_axis(predictions, xp.clip(targets, 0, predictions.shape[-1] - 1)[:, None], axis=-1)
    better = xp.sum(predictions > scores, axis=-1)
    valid = (targets >= 0) & (targets < predictions.shape[-1])
    return (better < k) & xp.isfinite(scores[:, 0]) & valid
