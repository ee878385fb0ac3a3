"""From values per sample to one number, kept as a pair (weighted sum, normaliser) until the end."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.losses._tensors import align_weights, count_of, dtype_of, rank_of, shape_of

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def check_reduction(where, reduction):
    if reduction not in REDUCTIONS:
        raise bad_argument(where, "unknown `reduction`.", expected=f"one of {', '.join(map(repr, REDUCTIONS))}",
                           given=repr(reduction))  # fmt: skip
    return reduction


def count(values):
    """The number of elements: a Python int where the shape is known, else a tensor."""
    known = count_of(shape_of(values))
    return known if known is not None else ops.sum(ops.ones_like(values))


def weighted(values, weights, mask, where):
    """`(values times weights times mask, weights times mask or None, aligned mask or None)`."""
    if mask is not None:
        mask = align_weights(ops.cast(mask, dtype_of(values)), values, where, "mask")
    if weights is not None:
        weights = align_weights(weights, values, where)
    if mask is not None:
        weights = mask if weights is None else ops.multiply(weights, mask)
    if weights is not None:
        values = ops.multiply(values, weights)
    return values, weights, mask


def sums(values, weights, mask, reduction, where):
    """The pair whose quotient is the reduced loss.

    Args:
        values: Loss values of any shape.
        weights: Weights whose axes are the first ones of `values`, or None.
        mask: Booleans likewise; masked values do not count.
        reduction: `"sum"`: the normaliser is 1. `"sum_over_batch_size"`, `"mean"`: it is the number of values, weights
            do not matter, masked ones do not count. `"mean_with_sample_weight"`: it is the sum of the given weights.

    Returns:
        A 0-d tensor, and a number or 0-d tensor.
    """
    values, weights, mask = weighted(values, weights, mask, where)
    total = values if rank_of(values) == 0 else ops.sum(values)
    if reduction == "sum":
        return total, 1
    if reduction == "mean_with_sample_weight":
        if weights is None:
            return total, count(values)
        return total, weights if rank_of(weights) == 0 else ops.sum(weights)
    if mask is None:
        return total, count(values)
    kept = mask if rank_of(mask) == 0 else ops.sum(mask)
    if shape_of(mask) == shape_of(values):
        return total, kept
    return total, ops.multiply(kept, ops.divide(count(values), count(mask)))


def quotient(total, normaliser):
    """`total / normaliser`; 0 where nothing counts."""
    if isinstance(normaliser, (int, float)):
        return total if normaliser == 1 else ops.divide(total, normaliser)
    return ops.divide_no_nan(total, normaliser)
