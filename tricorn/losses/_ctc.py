"""Connectionist temporal classification."""

from __future__ import annotations

from tricorn import ops
from tricorn.losses._tensors import compatible, mismatch, owner_of, rank_of, shape_of, to_tensor
from tricorn.losses._wrapper import FunctionLoss


def ctc(y_true, y_pred):
    """-log P(y_true | y_pred): the probability of a label sequence, summed over all its alignments with the steps.

    Class 0 is the blank, and 0 fills up the rows of `y_true`; all steps of `y_pred` count. Where lengths differ or the
    blank is another class, see `ops.ctc_loss`. A label sequence too long for the steps has the loss inf; a 0 between labels
    gives NaN.

    Args:
        y_true: Classes, (batch, labels), filled up with 0.
        y_pred: Logits, (batch, time, classes).

    Returns:
        (batch,) losses.

    Raises:
        ValueError: Ranks or batch sizes do not fit.

    Source: Graves et al., 2006.
    """
    owner = owner_of(y_pred, y_true)
    y_true, y_pred = to_tensor(y_true, owner), to_tensor(y_pred, owner)
    if (
        rank_of(y_true) != 2
        or rank_of(y_pred) != 3
        or not compatible(shape_of(y_true)[:1], shape_of(y_pred)[:1])
    ):
        raise mismatch("ctc", y_true, y_pred, "y_true (batch, labels), y_pred (batch, time, classes)")
    labels = ops.sum(ops.cast(ops.not_equal(y_true, 0), "int32"), 1)
    steps = ops.full_like(labels, ops.shape(y_pred)[1])
    return ops.ctc_loss(y_true, y_pred, labels, steps)


class CTC(FunctionLoss):
    """Connectionist temporal classification: label sequences without an alignment with the steps; see `ctc`.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`. Labels keep their integer dtype.
    """

    _takes_classes = True

    def __init__(self, reduction="sum_over_batch_size", name="ctc", dtype=None):
        super().__init__(ctc, reduction=reduction, name=name, dtype=dtype)
