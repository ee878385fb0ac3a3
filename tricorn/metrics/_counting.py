"""True and false positives and negatives, counted at several thresholds."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import (
    align_weights,
    compatible,
    mismatch,
    rank_of,
    same_rank,
    shape_of,
    to_tensor,
)

# A score below every threshold, for predictions that are not among the top k.
LOWEST = -1e10
# Comparisons at once: more thresholds than that many elements allow are taken in blocks.
_BLOCK = 1 << 22


def check_thresholds(where, thresholds, default):
    """A list of thresholds in [0, 1], from a number, several, or None."""
    if thresholds is None:
        return [default]
    values = list(thresholds) if isinstance(thresholds, (list, tuple, np.ndarray)) else [thresholds]
    if not values or any(value is None or not 0 <= value <= 1 for value in values):
        raise bad_argument(where, "thresholds must lie in [0, 1].", given=f"thresholds={thresholds}")
    return [float(value) for value in values]


def as_result(values, count):
    """A scalar where there is one threshold."""
    return values[0] if count == 1 else values


class Outcomes:
    """The four counts of a batch, each `(thresholds,)`, or `(thresholds, labels)` for many labels.

    A prediction is positive where it is above the threshold. All elements of a sample count alike unless there are many
    labels.

    Args:
        metric: The metric that counts, for its engine, dtype and name.
        y_true: Labels; any but 0 is positive.
        y_pred: Scores of that shape.
        thresholds: A list.
        sample_weight: Weights: one per sample, or of a shape whose axes are the first ones of `y_pred`.
        top_k: Only the `top_k` largest predictions of a sample may be positive.
        class_id: Only this class counts.
        per_label: Whether the last axis holds labels that are counted apart.
        label_weights: Weights of the labels, when they are not counted apart.
    """

    def __init__(self, metric, y_true, y_pred, thresholds, sample_weight=None, top_k=None, class_id=None,
                 per_label=False, label_weights=None):  # fmt: skip
        where = f'{type(metric).__name__} "{metric.name}"'
        y_pred = to_tensor(y_pred, metric._backend, metric.dtype)
        y_true, y_pred = same_rank(to_tensor(y_true, metric._backend), y_pred)
        if not compatible(shape_of(y_true), shape_of(y_pred)):
            raise mismatch(where, y_true, y_pred)
        if sample_weight is not None:
            sample_weight = align_weights(
                to_tensor(sample_weight, metric._backend, metric.dtype), y_pred, where
            )
        if top_k is not None:
            y_pred = _only_top(y_pred, top_k, where)
        if class_id is not None:
            _check_class(class_id, y_pred, where)
            y_true, y_pred = y_true[..., class_id], y_pred[..., class_id]
            if sample_weight is not None and rank_of(sample_weight):
                sample_weight = sample_weight[..., class_id if sample_weight.shape[-1] != 1 else 0]
        positive = ops.cast(ops.not_equal(y_true, 0), metric.dtype)
        negative = ops.subtract(1.0, positive)
        for weights in (sample_weight, label_weights):
            if weights is not None:
                positive, negative = ops.multiply(positive, weights), ops.multiply(negative, weights)
        self._count(y_pred, positive, negative, thresholds, per_label, metric)

    def _count(self, y_pred, positive, negative, thresholds, per_label, metric):
        labels = (y_pred.shape[-1],) if per_label else ()
        y_pred, positive, negative = (ops.reshape(x, (1, -1, *labels)) for x in (y_pred, positive, negative))
        elements = y_pred.shape[1]
        block = (
            len(thresholds) if elements is None else max(1, _BLOCK // max(1, elements * (labels or (1,))[0]))
        )
        hits, alarms = [], []
        for start in range(0, len(thresholds), block):
            limits = np.asarray(thresholds[start : start + block], "float64").reshape(
                -1, 1, *[1] * len(labels)
            )
            limits = metric._backend.convert_to_tensor(limits, metric.dtype)
            above = ops.cast(ops.greater(y_pred, limits), metric.dtype)
            hits.append(ops.sum(ops.multiply(above, positive), 1))
            alarms.append(ops.sum(ops.multiply(above, negative), 1))
        self.true_positives = hits[0] if len(hits) == 1 else ops.concatenate(hits, 0)
        self.false_positives = alarms[0] if len(alarms) == 1 else ops.concatenate(alarms, 0)
        self.false_negatives = ops.subtract(ops.sum(positive, 1), self.true_positives)
        self.true_negatives = ops.subtract(ops.sum(negative, 1), self.false_positives)


def _only_top(y_pred, top_k, where):
    """Predictions below the `top_k`-th of their sample lowered below every threshold."""
    classes = y_pred.shape[-1] if rank_of(y_pred) else 0
    if top_k > classes:
        raise bad_argument(where, "`top_k` is larger than the number of classes.", expected=f"at most {classes}",
                           given=f"top_k={top_k}")  # fmt: skip
    order = ops.argsort(ops.argsort(ops.negative(y_pred), -1), -1)
    return ops.where(ops.less(order, top_k), y_pred, ops.full_like(y_pred, LOWEST))


def _check_class(class_id, y_pred, where):
    classes = y_pred.shape[-1] if rank_of(y_pred) else 0
    if classes is not None and not -classes <= class_id < classes:
        raise bad_argument(where, "there is no such class.", expected=f"`class_id` below {classes}",
                           given=f"class_id={class_id}, y_pred of shape {shape_of(y_pred)}")  # fmt: skip


def check_top_k(where, top_k):
    if top_k is not None and (isinstance(top_k, bool) or not isinstance(top_k, int) or top_k < 1):
        raise bad_argument(where, "`top_k` must be a positive integer.", given=f"top_k={top_k!r}")
    return top_k
