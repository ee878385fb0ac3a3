"""Activations on torch: its fused kernels."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from tricorn.core.rules import canonical_axes

relu = torch.relu
sigmoid = torch.sigmoid
silu = F.silu
selu = torch.selu
hard_sigmoid = F.hardsigmoid
hard_silu = F.hardswish
log_sigmoid = F.logsigmoid
mish = F.mish


def softsign(x):
    return x / (torch.abs(x) + 1)


def relu6(x):
    return torch.clamp(x, 0, 6)


def softplus(x):
    # torch's own goes linear above 20; its gradient is right on both sides, and the value to 2e-9.
    return F.softplus(x)


def gelu(x, approximate=True):
    return F.gelu(x, approximate="tanh" if approximate else "none")


def elu(x, alpha=1.0):
    return F.elu(x, alpha)


def celu(x, alpha=1.0):
    return torch.celu(x, alpha)


def leaky_relu(x, negative_slope=0.2):
    return F.leaky_relu(x, negative_slope)


def hard_tanh(x):
    return torch.clamp(x, -1 if x.dtype.is_signed else 0, 1)


def tanh_shrink(x):
    return x - torch.tanh(x)


def soft_shrink(x, threshold=0.5):
    return F.softshrink(x, threshold)


def hard_shrink(x, threshold=0.5):
    return torch.hardshrink(x, threshold)


def threshold(x, threshold, default_value):
    if x.is_floating_point():
        return F.threshold(x, threshold, default_value)
    if x.dtype is torch.bool:
        return F.threshold(x.to(torch.int8), math.floor(threshold), bool(default_value)).bool()
    # For an integer, x > t says the same as x > floor(t); torch would cut t towards zero.
    return F.threshold(x, math.floor(threshold), int(default_value))


def squareplus(x, b=4):
    return (x + torch.sqrt(x * x + b)) * 0.5


def sparse_plus(x):
    return torch.where(x <= -1, 0.0, torch.where(x < 1, 0.25 * (x + 1) ** 2, x))


def sparse_sigmoid(x):
    return torch.clamp((x + 1) * 0.5, 0, 1)


def glu(x, axis=-1):
    return F.glu(x, axis)


def softmax(x, axis=-1):
    if type(axis) is int:
        return torch.softmax(x, axis)
    return _over_axes(torch.softmax, x, axis)


def log_softmax(x, axis=-1):
    if type(axis) is int:
        return torch.log_softmax(x, axis)
    return _over_axes(torch.log_softmax, x, axis)


def _over_axes(function, x, axis):
    """Apply `function` over several axes at once, joined into the last."""
    if axis is None:
        return function(x.reshape(-1), -1).reshape(x.shape)
    axes = list(canonical_axes(axis, x.ndim, "softmax"))
    order = [one for one in range(x.ndim) if one not in axes] + axes
    moved = x.permute(order)
    kept = x.ndim - len(axes)
    result = function(moved.reshape(*moved.shape[:kept], -1), -1).reshape(moved.shape)
    inverse = [order.index(one) for one in range(x.ndim)]
    return result.permute(inverse)


def sparsemax(x, axis=-1):
    ordered = torch.sort(x, dim=axis, descending=True).values
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    ranks = torch.arange(1, x.shape[axis] + 1, dtype=x.dtype, device=x.device).reshape(shape)
    in_support = (ranks * ordered > torch.cumsum(ordered, axis) - 1).to(x.dtype)
    count = in_support.sum(axis, keepdim=True)
    tau = ((ordered * in_support).sum(axis, keepdim=True) - 1) / count
    return torch.clamp(x - tau, min=0)
