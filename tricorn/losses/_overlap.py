"""Losses of overlapping areas: Dice and Tversky."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import settings
from tricorn.losses._tensors import check_axis, float_pair
from tricorn.losses._wrapper import FunctionLoss


def dice(y_true, y_pred, axis=None):
    """1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred) + epsilon).

    Args:
        y_true: Targets in [0, 1].
        y_pred: Predictions in [0, 1], of that shape.
        axis: Axes of the sums; None: all, the batch too.

    Returns:
        The shape without `axis`.
    """
    y_true, y_pred = float_pair("dice", y_true, y_pred)
    overlap = ops.sum(ops.multiply(y_true, y_pred), axis)
    area = ops.add(ops.add(ops.sum(y_true, axis), ops.sum(y_pred, axis)), settings.epsilon)
    return ops.subtract(1.0, ops.divide(ops.multiply(overlap, 2.0), area))


def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    """1 - tp / (tp + alpha fp + beta fn + epsilon), with tp = sum(y_true y_pred), fp = sum((1 - y_true) y_pred),
    fn = sum(y_true (1 - y_pred)). For alpha = beta = 1/2 it is the Dice loss.

    Args:
        y_true: Targets in [0, 1].
        y_pred: Predictions in [0, 1], of that shape.
        alpha: Weight of false positives.
        beta: Weight of false negatives.
        axis: Axes of the sums; None: all, the batch too.

    Returns:
        The shape without `axis`.

    Source:
        Salehi et al., Tversky loss function for image segmentation using 3D fully convolutional deep networks, 2017.
    """
    y_true, y_pred = float_pair("tversky", y_true, y_pred)
    overlap = ops.sum(ops.multiply(y_true, y_pred), axis)
    false_positives = ops.subtract(ops.sum(y_pred, axis), overlap)
    false_negatives = ops.subtract(ops.sum(y_true, axis), overlap)
    wrong = ops.add(ops.multiply(false_positives, alpha), ops.multiply(false_negatives, beta))
    return ops.subtract(1.0, ops.divide(overlap, ops.add(ops.add(overlap, wrong), settings.epsilon)))


class Dice(FunctionLoss):
    """1 - 2 overlap / (area of targets + area of predictions).

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        axis: Axes of the sums; None: all, the batch too.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="dice", axis=None, dtype=None):
        super().__init__(dice, reduction=reduction, name=name, dtype=dtype,
                         axis=check_axis(f'Dice "{name}"', axis, allow_none=True))  # fmt: skip


class Tversky(FunctionLoss):
    """1 - tp / (tp + alpha fp + beta fn): a Dice loss that weighs the two kinds of errors.

    Args:
        alpha: Weight of false positives.
        beta: Weight of false negatives.
        reduction: See `Loss`.
        name: See `Loss`.
        axis: Axes of the sums; None: all, the batch too.
        dtype: See `Loss`.
    """

    def __init__(
        self, alpha=0.5, beta=0.5, reduction="sum_over_batch_size", name="tversky", axis=None, dtype=None
    ):
        super().__init__(tversky, reduction=reduction, name=name, dtype=dtype, alpha=alpha, beta=beta,
                         axis=check_axis(f'Tversky "{name}"', axis, allow_none=True))  # fmt: skip
