"""Cross-entropies over a NumPy-like namespace `xp`."""

from __future__ import annotations

from tricorn.core.config import epsilon
from tricorn.core.targets import check_axis, check_same_shape, squeezes_labels


def _log_probabilities(xp, output, from_logits, axis):
    if from_logits:
        shifted = output - xp.max(output, axis=axis, keepdims=True)
        return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))
    output = output / xp.sum(output, axis=axis, keepdims=True)
    return xp.log(xp.clip(output, epsilon(), 1 - epsilon()))


def categorical_crossentropy(xp, target, output, from_logits=False, axis=-1):
    check_same_shape("ops.categorical_crossentropy", target.shape, output.shape)
    check_axis("ops.categorical_crossentropy", output.shape, axis)
    return -xp.sum(target.astype(output.dtype) * _log_probabilities(xp, output, from_logits, axis), axis=axis)


def sparse_categorical_crossentropy(xp, target, output, from_logits=False, axis=-1):
    if squeezes_labels("ops.sparse_categorical_crossentropy", target.shape, output.shape, axis):
        target = xp.squeeze(target, -1)
    target = xp.expand_dims(target.astype(xp.int32), axis)
    logs = _log_probabilities(xp, output, from_logits, axis)
    shape = [1] * output.ndim
    shape[axis] = -1
    classes = output.shape[axis]
    # A comparison instead of a gather: it fuses, and its derivative is no scatter.
    hit = target == xp.arange(classes, dtype=xp.int32).reshape(shape)
    loss = -xp.sum(xp.where(hit, logs, xp.zeros_like(logs)), axis=axis)
    outside = xp.squeeze((target < 0) | (target >= classes), axis)
    # No class, no loss: NaN tells, where 0 would hide it.
    return xp.where(outside, xp.asarray(float("nan"), dtype=loss.dtype), loss)


def binary_crossentropy(xp, target, output, from_logits=False):
    check_same_shape("ops.binary_crossentropy", target.shape, output.shape)
    target = target.astype(output.dtype)
    if from_logits:
        # max(x, 0) - x t + log(1 + exp(-|x|)): no exponential of a positive number.
        return xp.maximum(output, 0) - output * target + xp.log1p(xp.exp(-xp.abs(output)))
    output = xp.clip(output, epsilon(), 1 - epsilon())
    return -(target * xp.log(output) + (1 - target) * xp.log1p(-output))
