"""Losses of whole vectors: cosine similarity, Kullback-Leibler divergence, and the circle loss of embeddings."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.config import settings
from tricorn.core.dtypes import is_float
from tricorn.core.masks import set_mask
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


def unit(x, axis=-1):
    """`x / ||x||` along `axis`; zero vectors stay zero."""
    smallest = 1e-12 if dtype_of(x) in ("float32", "float64", "bfloat16") else 1e-6
    return ops.multiply(x, ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis, True), smallest)))


def cosine_similarity(y_true, y_pred, axis=-1):
    """-sum(y_true / ||y_true|| * y_pred / ||y_pred||) over `axis`: -1 for equal directions, 0 for orthogonal ones.

    Args:
        y_true: Targets.
        y_pred: Predictions of that shape.
        axis: Axis of the vectors.

    Returns:
        The shape of `y_pred` without `axis`; 0 where a vector is zero.
    """
    y_true, y_pred = float_pair("cosine_similarity", y_true, y_pred)
    return ops.negative(ops.sum(ops.multiply(unit(y_true, axis), unit(y_pred, axis)), axis))


def kl_divergence(y_true, y_pred):
    """sum(y_true log(y_true / y_pred)) over the last axis; both are clipped to [epsilon, 1].

    Args:
        y_true: Probabilities `(batch, ..., classes)`.
        y_pred: Predicted probabilities of that shape.

    Returns:
        `(batch, ...)`.
    """
    y_true, y_pred = float_pair("kl_divergence", y_true, y_pred)
    y_true = ops.clip(y_true, settings.epsilon, 1.0)
    y_pred = ops.clip(y_pred, settings.epsilon, 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), -1)


def circle(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4):
    """log(1 + sum_n exp(gamma a_n (s_n - m)) sum_p exp(-gamma a_p (s_p - 1 + m))) for each embedding.

    s are its similarities with the reference embeddings of the same label (p) and of other labels (n);
    a_p = max(1 + m - s_p, 0), a_n = max(s_n + m, 0). An embedding that has no other one of its label, or none of
    another, gives 0 and is masked, so that it leaves the mean.

    Args:
        y_true: Labels `(batch,)` or `(batch, 1)`.
        y_pred: Embeddings `(batch, d)`, of length 1.
        ref_labels: Labels of the reference embeddings; those of the batch if None.
        ref_embeddings: Reference embeddings `(n, d)`; the batch if None.
        remove_diagonal: Whether pairs of equal position do not count as positive: needed where the references are the
            batch.
        gamma: Scale.
        margin: Margin m.

    Returns:
        `(batch,)`.

    Source:
        Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020.
    """
    owner = owner_of(y_pred, y_true)
    y_pred, labels = to_tensor(y_pred, owner), to_tensor(y_true, owner)
    if not is_float(dtype_of(y_pred)):
        y_pred = to_tensor(y_pred, owner, settings.floatx)
    dtype = dtype_of(y_pred)
    if rank_of(labels) == 2 and labels.shape[-1] == 1:
        labels = ops.squeeze(labels, -1)
    if rank_of(y_pred) != 2 or not compatible(shape_of(labels), shape_of(y_pred)[:1]):
        raise mismatch("circle", y_true if hasattr(y_true, "shape") else labels, y_pred,
                       "labels (batch,) or (batch, 1), embeddings (batch, d)")  # fmt: skip
    references = y_pred if ref_embeddings is None else to_tensor(ref_embeddings, owner, dtype)
    reference_labels = labels if ref_labels is None else to_tensor(ref_labels, owner, dtype_of(labels))
    if rank_of(reference_labels) == 2:
        reference_labels = ops.squeeze(reference_labels, -1)
    similarity = ops.minimum(ops.matmul(y_pred, ops.transpose(references)), 1.0)
    same = ops.equal(ops.expand_dims(labels, 1), ops.expand_dims(reference_labels, 0))
    negative = ops.logical_not(same)
    if remove_diagonal:
        size, others = ops.shape(y_pred)[0], ops.shape(references)[0]
        off_diagonal = ops.not_equal(
            ops.expand_dims(ops.arange(size), 1), ops.expand_dims(ops.arange(others), 0)
        )
        same = ops.logical_and(same, off_diagonal)
    pull = ops.maximum(ops.subtract(1.0 + margin, similarity), 0.0)
    push = ops.maximum(ops.add(similarity, margin), 0.0)
    positives = ops.multiply(ops.multiply(ops.subtract(similarity, 1.0 - margin), pull), -float(gamma))
    negatives = ops.multiply(ops.multiply(ops.subtract(similarity, margin), push), float(gamma))
    value = ops.softplus(ops.add(_log_sum_exp(positives, same), _log_sum_exp(negatives, negative)))
    counts = ops.logical_and(ops.any(same, 1), ops.any(negative, 1))
    value = ops.where(counts, value, ops.zeros_like(value))
    set_mask(value, counts)
    return value


def _log_sum_exp(x, chosen):
    """log(sum(exp(x))) over the chosen elements of each row; finite where none is chosen."""
    x = ops.where(chosen, x, ops.full_like(x, -1e4))
    return ops.logsumexp(x, 1)


class CosineSimilarity(FunctionLoss):
    """Minus the cosine of the angle between targets and predictions.

    Args:
        axis: Axis of the vectors.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, axis=-1, reduction="sum_over_batch_size", name="cosine_similarity", dtype=None):
        super().__init__(cosine_similarity, reduction=reduction, name=name, dtype=dtype,
                         axis=check_axis(f'CosineSimilarity "{name}"', axis))  # fmt: skip


class KLDivergence(FunctionLoss):
    """sum(y_true log(y_true / y_pred)) over the last axis, per sample.

    Args:
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`.
    """

    def __init__(self, reduction="sum_over_batch_size", name="kl_divergence", dtype=None):
        super().__init__(kl_divergence, reduction=reduction, name=name, dtype=dtype)


class Circle(FunctionLoss):
    """Circle loss of unit-length embeddings within a batch, from their labels.

    Args:
        gamma: Scale.
        margin: Margin, in [0, 1].
        remove_diagonal: Whether an embedding does not count as its own positive.
        reduction: See `Loss`.
        name: See `Loss`.
        dtype: See `Loss`. Labels keep their dtype.
    """

    _takes_classes = True

    def __init__(self, gamma=80.0, margin=0.4, remove_diagonal=True, reduction="sum_over_batch_size", name="circle",
                 dtype=None):  # fmt: skip
        super().__init__(circle, reduction=reduction, name=name, dtype=dtype, gamma=gamma, margin=margin,
                         remove_diagonal=remove_diagonal)  # fmt: skip
