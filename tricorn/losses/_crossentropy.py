"""Cross-entropies of binary, one-hot and integer labels."""

from __future__ import annotations

import warnings

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.config import settings
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.core.masks import set_mask
from tricorn.core.rules import canonical_axis
from tricorn.losses._tensors import (
    check_axis,
    compatible,
    dtype_of,
    float_pair,
    mismatch,
    owner_of,
    rank_of,
    shape_of,
    to_tensor,
)  # fmt: skip
from tricorn.losses._wrapper import FunctionLoss


def check_smoothing(where, label_smoothing):
    if not 0 <= label_smoothing <= 1:
        raise bad_argument(
            where, "`label_smoothing` must lie in [0, 1].", given=f"label_smoothing={label_smoothing}"
        )


def smooth_classes(y_true, label_smoothing, axis):
    """One-hot labels moved towards the uniform distribution over the classes of `axis`."""
    classes = y_true.shape[axis]
    if classes is None:
        classes = ops.cast(ops.shape(y_true)[axis], dtype_of(y_true))
    return ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)


def smooth_binary(y_true, label_smoothing):
    """Labels 0 and 1 moved towards 1/2."""
    return ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """mean(-y_true log(y_pred) - (1 - y_true) log(1 - y_pred)) over `axis`.

    Probabilities are clipped to [epsilon, 1 - epsilon].

    Args:
        y_true: Labels in [0, 1], of the shape of `y_pred`.
        y_pred: Probabilities, or logits.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / 2`.
        axis: Axis of the mean.

    Returns:
        The shape of `y_pred` without `axis`.
    """
    y_true, y_pred = float_pair("binary_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = smooth_binary(y_true, label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits), axis)


binary_crossentropy.averages_last_axis = True


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """-sum(y_true log(y_pred)) over `axis`, where `y_pred` is first scaled to sum to 1.

    Args:
        y_true: One-hot labels or probabilities, of the shape of `y_pred`.
        y_pred: Probabilities, or logits.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / classes`.
        axis: Axis of the classes.

    Returns:
        The shape of `y_pred` without `axis`.
    """
    y_true, y_pred = float_pair("categorical_crossentropy", y_true, y_pred)
    if rank_of(y_pred) and y_pred.shape[axis] == 1:
        warnings.warn(
            f"categorical_crossentropy: y_pred of shape {shape_of(y_pred)} has one class only, so that every loss is "
            "0; binary_crossentropy takes one probability per element.", stacklevel=2,
        )  # fmt: skip
    if label_smoothing:
        y_true = smooth_classes(y_true, label_smoothing, axis)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits, axis)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """-log(y_pred[y_true]), where `y_pred` is first scaled to sum to 1 over `axis`.

    A label outside [0, classes) is an error where the engine looks at values while it runs, and gives NaN elsewhere;
    never a finite number.

    Args:
        y_true: Class numbers: the shape of `y_pred` without `axis`, or with size 1 there.
        y_pred: Probabilities, or logits.
        from_logits: Whether `y_pred` are logits.
        ignore_class: A label whose elements do not count: their loss is 0 and they are masked. None: all count.
        axis: Axis of the classes.

    Returns:
        The shape of `y_pred` without `axis`.
    """
    owner = backends.backend_of_type(type(y_pred))
    if (
        owner is None
        or backends.backend_of_type(type(y_true)) is not owner
        or y_pred.dtype not in owner.float_dtypes
    ):
        owner = owner_of(y_pred, y_true)
        y_pred, y_true = to_tensor(y_pred, owner), to_tensor(y_true, owner)
        if not is_float(dtype_of(y_pred)):
            y_pred = to_tensor(y_pred, owner, settings.floatx)
    y_true = _without_class_axis(y_true, y_pred, axis)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits, axis)
    counts = ops.not_equal(y_true, ignore_class)
    values = ops.sparse_categorical_crossentropy(
        ops.where(counts, y_true, ops.zeros_like(y_true)), y_pred, from_logits, axis
    )
    values = ops.where(counts, values, ops.zeros_like(values))
    set_mask(values, counts)
    return values


def _without_class_axis(y_true, y_pred, axis):
    rank = rank_of(y_pred)
    if rank == 0:
        raise mismatch("sparse_categorical_crossentropy", y_true, y_pred, "an axis of classes in y_pred")
    sizes = shape_of(y_pred)
    axis = canonical_axis(axis, rank, "sparse_categorical_crossentropy")
    expected = sizes[:axis] + sizes[axis + 1 :]
    shape = shape_of(y_true)
    if len(shape) == rank and shape[axis] == 1:
        y_true = ops.squeeze(y_true, axis)
        shape = shape[:axis] + shape[axis + 1 :]
    if shape != expected and not compatible(shape, expected):
        raise mismatch(
            "sparse_categorical_crossentropy", y_true, y_pred,
            f"y_true of shape {expected}, or with size 1 on axis {axis}"
            + ("; for one-hot targets use categorical_crossentropy" if compatible(shape, sizes) else ""),
        )  # fmt: skip
    return y_true


class BinaryCrossentropy(FunctionLoss):
    """Cross-entropy of binary labels and predictions, one prediction per element; mean over `axis`.

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / 2`.
        axis: Axis of the mean.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, from_logits=False, label_smoothing=0.0, axis=-1, reduction="sum_over_batch_size",
                 name="binary_crossentropy", dtype=None):  # fmt: skip
        check_smoothing(f'BinaryCrossentropy "{name}"', label_smoothing)
        super().__init__(
            binary_crossentropy, reduction=reduction, name=name, dtype=dtype, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=check_axis(f'BinaryCrossentropy "{name}"', axis),
        )  # fmt: skip


class CategoricalCrossentropy(FunctionLoss):
    """Cross-entropy of one-hot labels and predictions over the classes.

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: In [0, 1]: labels become `y (1 - s) + s / classes`.
        axis: Axis of the classes.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, from_logits=False, label_smoothing=0.0, axis=-1, reduction="sum_over_batch_size",
                 name="categorical_crossentropy", dtype=None):  # fmt: skip
        check_smoothing(f'CategoricalCrossentropy "{name}"', label_smoothing)
        super().__init__(
            categorical_crossentropy, reduction=reduction, name=name, dtype=dtype, from_logits=from_logits,
            label_smoothing=label_smoothing, axis=check_axis(f'CategoricalCrossentropy "{name}"', axis),
        )  # fmt: skip


class SparseCategoricalCrossentropy(FunctionLoss):
    """Cross-entropy of integer labels and predictions over the classes.

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        ignore_class: A label whose elements do not count, such as -1 or 255; None: all count.
        reduction: See `Loss`. Ignored elements do not count in a mean.
        axis: Axis of the classes.
        name: See `Loss`.
        dtype: See `Loss`. Labels keep their integer dtype.
    """

    _takes_classes = True

    def __init__(self, from_logits=False, ignore_class=None, reduction="sum_over_batch_size", axis=-1,
                 name="sparse_categorical_crossentropy", dtype=None):  # fmt: skip
        super().__init__(
            sparse_categorical_crossentropy, reduction=reduction, name=name, dtype=dtype, from_logits=from_logits,
            ignore_class=ignore_class, axis=check_axis(f'SparseCategoricalCrossentropy "{name}"', axis),
        )  # fmt: skip
