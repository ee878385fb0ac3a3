"""Small conversions of NumPy arrays, and of tensors, before training."""

from __future__ import annotations

import numpy as np

from tricorn.core.backend import backend_of
from tricorn.core.errors import bad_argument


def to_categorical(x, num_classes=None):
    """Class numbers as one-hot rows.

    Args:
        x: Integers in [0, num_classes), any shape; a trailing axis of size 1 is dropped.
        num_classes: Number of classes; the largest number plus one by default.

    Returns:
        Shape `(*x.shape, num_classes)`: a float64 array, or a tensor of floatx if `x` is a tensor.

    Raises:
        ValueError: A number is negative or too large.
    """
    engine = backend_of(x)
    labels = engine.to_numpy(x) if engine is not None else np.asarray(x)
    if labels.size and (labels.min() < 0 or (labels != labels.astype("int64")).any()):
        raise bad_argument(
            "to_categorical", "class numbers must be non-negative integers.", given=f"{labels.min()}"
        )
    labels = labels.astype("int64")
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    count = int(num_classes) if num_classes else (int(labels.max()) + 1 if labels.size else 0)
    if labels.size and labels.max() >= count:
        raise bad_argument("to_categorical", "a class number is too large.", expected=f"below num_classes={count}",
                           given=int(labels.max()))  # fmt: skip
    rows = np.zeros((*labels.shape, count))
    np.put_along_axis(rows, labels[..., None], 1.0, axis=-1)
    return rows if engine is None else engine.convert_to_tensor(rows.astype("float32"))


def normalize(x, axis=-1, order=2):
    """`x` divided by its norm along an axis; zero rows stay zero.

    Args:
        x: Array or tensor.
        axis: The axis.
        order: Order of the norm, a positive integer or infinity.

    Returns:
        The same shape: an array for an array, a tensor for a tensor.
    """
    engine = backend_of(x)
    values = engine.to_numpy(x) if engine is not None else np.asarray(x)
    norms = np.atleast_1d(np.linalg.norm(values, order, axis))
    norms[norms == 0] = 1
    result = values / np.expand_dims(norms, axis)
    return result if engine is None else engine.convert_to_tensor(result)
