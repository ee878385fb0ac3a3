"""Cross-entropies on torch: fused from logits."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tricorn.core.config import epsilon
from tricorn.core.targets import check_axis, check_same_shape, squeezes_labels

# What `F.cross_entropy` calls, and the number of reduction="none" there: words take as long to read as a small loss.
_cross_entropy, _NO_REDUCTION = torch._C._nn.cross_entropy_loss, 0


def _log_probabilities(output, axis):
    small = epsilon()
    return torch.log(torch.clamp(output / output.sum(axis, keepdim=True), small, 1 - small))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    check_same_shape("ops.categorical_crossentropy", target.shape, output.shape)
    check_axis("ops.categorical_crossentropy", output.shape, axis)
    if from_logits and output.ndim == 2 and axis == -1 and target.dtype is output.dtype:
        return _cross_entropy(output, target, None, _NO_REDUCTION)
    logs = torch.log_softmax(output, axis) if from_logits else _log_probabilities(output, axis)
    return -(target.to(output.dtype) * logs).sum(axis)


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    usual = axis == -1 and target.shape == output.shape[:-1]
    if not usual and squeezes_labels("ops.sparse_categorical_crossentropy", target.shape, output.shape, axis):
        target = target.squeeze(-1)
    target = target if target.dtype is torch.int64 else target.long()
    if from_logits and usual and output.ndim == 2:
        return _cross_entropy(output, target, None, _NO_REDUCTION, _NO_CLASS)
    if not from_logits:
        logs = _log_probabilities(output, axis)
        return -logs.gather(axis, target.unsqueeze(axis)).squeeze(axis)
    # torch would skip a label of -100 silently; a number that no label can be lets none pass.
    return _cross_entropy(_classes_second(output, axis), target, None, _NO_REDUCTION, _NO_CLASS)


_NO_CLASS = -(2**62)


def _classes_second(x, axis):
    """torch wants the classes on axis 1, or alone."""
    return x if x.ndim <= 2 and axis in (-1, x.ndim - 1) else x.movedim(axis, 1)


def binary_crossentropy(target, output, from_logits=False):
    check_same_shape("ops.binary_crossentropy", target.shape, output.shape)
    if target.dtype is not output.dtype:
        target = target.to(output.dtype)
    if from_logits:
        return torch.binary_cross_entropy_with_logits(output, target, None, None, _NO_REDUCTION)
    small = epsilon()
    return F.binary_cross_entropy(torch.clamp(output, small, 1 - small), target, reduction="none")
