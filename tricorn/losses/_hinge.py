"""Hinge losses: margins of signed scores."""

from __future__ import annotations

from tricorn import ops
from tricorn.losses._tensors import float_pair
from tricorn.losses._wrapper import FunctionLoss, averages_last_axis


def _signed(y_true):
    """Labels 0 and 1 as -1 and 1; other labels as they are."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0.0), ops.equal(y_true, 1.0)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


@averages_last_axis
def hinge(y_true, y_pred):
    """mean(max(1 - y_true y_pred, 0)) over the last axis.

    Args:
        y_true: Labels `(batch, ..., d)`, -1 and 1; 0 and 1 are taken as -1 and 1.
        y_pred: Scores of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("hinge", y_true, y_pred)
    return ops.mean(ops.maximum(ops.subtract(1.0, ops.multiply(_signed(y_true), y_pred)), 0.0), -1)


@averages_last_axis
def squared_hinge(y_true, y_pred):
    """mean(max(1 - y_true y_pred, 0)^2) over the last axis.

    Args:
        y_true: Labels `(batch, ..., d)`, -1 and 1; 0 and 1 are taken as -1 and 1.
        y_pred: Scores of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("squared_hinge", y_true, y_pred)
    margin = ops.maximum(ops.subtract(1.0, ops.multiply(_signed(y_true), y_pred)), 0.0)
    return ops.mean(ops.square(margin), -1)


def categorical_hinge(y_true, y_pred):
    """max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0), over the last axis.

    Args:
        y_true: One-hot labels `(batch, ..., classes)`.
        y_pred: Scores of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("categorical_hinge", y_true, y_pred)
    right = ops.sum(ops.multiply(y_true, y_pred), -1)
    best_wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), -1)
    return ops.maximum(ops.add(ops.subtract(best_wrong, right), 1.0), 0.0)


class Hinge(FunctionLoss):
    """mean(max(1 - y_true y_pred, 0)) over the last axis, per sample; labels are -1 and 1, or 0 and 1.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="hinge", dtype=None):
        super().__init__(hinge, reduction=reduction, name=name, dtype=dtype)


class SquaredHinge(FunctionLoss):
    """mean(max(1 - y_true y_pred, 0)^2) over the last axis, per sample; labels are -1 and 1, or 0 and 1.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="squared_hinge", dtype=None):
        super().__init__(squared_hinge, reduction=reduction, name=name, dtype=dtype)


class CategoricalHinge(FunctionLoss):
    """max(1 + best wrong score - right score, 0), per sample; labels are one-hot.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="categorical_hinge", dtype=None):
        super().__init__(categorical_hinge, reduction=reduction, name=name, dtype=dtype)
