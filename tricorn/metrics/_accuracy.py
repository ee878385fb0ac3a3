"""How often predictions are right."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import compatible, dtype_of, mismatch, owner_of, same_rank, shape_of, to_tensor
from tricorn.metrics._reduction_metrics import FunctionMetric


def _pair(where, y_true, y_pred):
    """Tensors of one engine and one shape."""
    owner = owner_of(y_pred, y_true)
    y_true, y_pred = same_rank(to_tensor(y_true, owner), to_tensor(y_pred, owner))
    if not compatible(shape_of(y_true), shape_of(y_pred)):
        raise mismatch(where, y_true, y_pred)
    return y_true, y_pred


def _hits(x):
    return ops.cast(x, settings.floatx)


def accuracy(y_true, y_pred):
    """1 where `y_pred` equals `y_true`, else 0.

    Args:
        y_true: Targets of any shape.
        y_pred: Predictions of that shape.

    Returns:
        The shape of `y_pred`, floatx.
    """
    return _hits(ops.equal(*_pair("accuracy", y_true, y_pred)))


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """1 where `y_pred > threshold` equals `y_true`, else 0.

    Args:
        y_true: Labels 0 and 1 of any shape.
        y_pred: Predictions of that shape.
        threshold: Above it a prediction means 1.

    Returns:
        The shape of `y_pred`, floatx.
    """
    y_true, y_pred = _pair("binary_accuracy", y_true, y_pred)
    says_one = ops.greater(y_pred, threshold)
    return _hits(ops.equal(y_true, ops.cast(says_one, dtype_of(y_true))))


def categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is that of the right class, else 0.

    Args:
        y_true: One-hot labels `(batch, ..., classes)`.
        y_pred: Predictions of that shape. Of equal ones the first counts.

    Returns:
        `(batch, ...)`, floatx.
    """
    y_true, y_pred = _pair("categorical_accuracy", y_true, y_pred)
    return _hits(ops.equal(ops.argmax(y_true, -1), ops.argmax(y_pred, -1)))


def sparse_categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is that of the right class, else 0.

    Args:
        y_true: Class numbers `(batch, ...)` or `(batch, ..., 1)`. One that is out of range is never hit.
        y_pred: Predictions `(batch, ..., classes)`. Of equal ones the first counts.

    Returns:
        `(batch, ...)`, floatx.
    """
    y_true, y_pred = _labels_and_scores("sparse_categorical_accuracy", y_true, y_pred)
    return _hits(ops.equal(y_true, ops.argmax(y_pred, -1)))


def _labels_and_scores(where, y_true, y_pred):
    """`y_true` without a last axis of size 1, beside scores that have one more axis."""
    owner = owner_of(y_pred, y_true)
    y_true, y_pred = to_tensor(y_true, owner), to_tensor(y_pred, owner)
    shape, sizes = shape_of(y_true), shape_of(y_pred)
    if len(shape) == len(sizes) and shape and shape[-1] == 1:
        y_true, shape = ops.squeeze(y_true, -1), shape[:-1]
    if not sizes or (shape != sizes[:-1] and not compatible(shape, sizes[:-1])):
        raise mismatch(
            where, y_true, y_pred, "class numbers (batch, ...) and predictions (batch, ..., classes)"
        )
    return y_true, y_pred


def _check_k(where, k):
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise bad_argument(where, "`k` must be a positive integer.", given=f"k={k!r}")
    return k


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """1 where the right class is among the `k` largest predictions, else 0.

    Classes that tie with the right one are not counted before it. A class number out of range, or a prediction for it
    that is not finite, gives 0.

    Args:
        y_true: Class numbers `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Predictions `(batch, ..., classes)`; class numbers, best first, with `from_sorted_ids`.
        k: How many.
        from_sorted_ids: Whether `y_pred` holds class numbers.

    Returns:
        `(batch, ...)`, floatx.
    """
    y_true, y_pred = _labels_and_scores("sparse_top_k_categorical_accuracy", y_true, y_pred)
    if from_sorted_ids:
        return _hits(ops.any(ops.equal(ops.expand_dims(y_true, -1), y_pred[..., :k]), -1))
    labels = ops.cast(y_true, "int32") if is_float(dtype_of(y_true)) else y_true
    in_range = ops.logical_and(ops.greater_equal(labels, 0), ops.less(labels, y_pred.shape[-1]))
    labels = ops.where(in_range, labels, ops.zeros_like(labels))
    score = ops.take_along_axis(y_pred, ops.expand_dims(labels, -1), -1)
    better = ops.count_nonzero(ops.greater(y_pred, score), -1)
    sound = ops.logical_and(in_range, ops.isfinite(ops.squeeze(score, -1)))
    return _hits(ops.logical_and(ops.less(better, k), sound))


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the right class is among the `k` largest predictions, else 0.

    Args:
        y_true: One-hot labels `(batch, ..., classes)`.
        y_pred: Predictions of that shape.
        k: How many.

    Returns:
        `(batch, ...)`, floatx.
    """
    y_true, y_pred = _pair("top_k_categorical_accuracy", y_true, y_pred)
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, -1), y_pred, k)


class Accuracy(FunctionMetric):
    """The share of predictions that equal their targets.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    _casts_predictions = False

    def __init__(self, name="accuracy", dtype=None):
        super().__init__(accuracy, name=name, dtype=dtype)


class BinaryAccuracy(FunctionMetric):
    """The share of predictions on the right side of a threshold.

    Args:
        name: Name.
        dtype: See `Metric`.
        threshold: In [0, 1] for probabilities; above it a prediction means 1.
    """

    _casts_predictions = False

    def __init__(self, name="binary_accuracy", dtype=None, threshold=0.5):
        if threshold is not None and not 0 < threshold < 1:
            raise bad_argument(
                f'BinaryAccuracy "{name}"', "`threshold` must lie in (0, 1).", given=f"threshold={threshold}",
                hint="put a sigmoid after logits; a threshold of 0 on logits is one of 0.5 on probabilities",
            )  # fmt: skip
        super().__init__(binary_accuracy, name=name, dtype=dtype, threshold=threshold)


class CategoricalAccuracy(FunctionMetric):
    """The share of samples whose largest prediction is that of the right class; labels are one-hot.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    _casts_predictions = False

    def __init__(self, name="categorical_accuracy", dtype=None):
        super().__init__(categorical_accuracy, name=name, dtype=dtype)


class SparseCategoricalAccuracy(FunctionMetric):
    """The share of samples whose largest prediction is that of the right class; labels are class numbers.

    Args:
        name: Name.
        dtype: See `Metric`.
    """

    _casts_predictions = False

    def __init__(self, name="sparse_categorical_accuracy", dtype=None):
        super().__init__(sparse_categorical_accuracy, name=name, dtype=dtype)


class TopKCategoricalAccuracy(FunctionMetric):
    """The share of samples whose right class is among the `k` largest predictions; labels are one-hot.

    Args:
        k: How many.
        name: Name.
        dtype: See `Metric`.
    """

    _casts_predictions = False

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        _check_k(f'TopKCategoricalAccuracy "{name}"', k)
        super().__init__(top_k_categorical_accuracy, name=name, dtype=dtype, k=k)


class SparseTopKCategoricalAccuracy(FunctionMetric):
    """The share of samples whose right class is among the `k` largest predictions; labels are class numbers.

    Args:
        k: How many.
        name: Name.
        dtype: See `Metric`.
        from_sorted_ids: Whether predictions are class numbers, best first.
    """

    _casts_predictions = False

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None, from_sorted_ids=False):
        _check_k(f'SparseTopKCategoricalAccuracy "{name}"', k)
        super().__init__(
            sparse_top_k_categorical_accuracy, name=name, dtype=dtype, k=k, from_sorted_ids=from_sorted_ids
        )
