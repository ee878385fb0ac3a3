"""Normalisation on torch: its fused kernels where they apply."""

from __future__ import annotations

import functools
import math

import torch

from tricorn.backends.torch import native_dtype
from tricorn.core.config import epsilon as default_epsilon, floatx
from tricorn.core.rules import canonical_axes

_HALVES = (torch.float16, torch.bfloat16)


def _axes(axis, rank):
    if type(axis) is int and -rank <= axis < rank:
        return (axis % rank,)
    return canonical_axes(axis, rank)


def _floating(x):
    return x if x.is_floating_point() else x.float()


@functools.cache
def _channels_first(axis, rank):
    """The permutation that puts `axis` second, and the way back; None twice where it is there."""
    axis %= rank
    if axis == 1 or rank == 1:
        return None, None
    rest = [one for one in range(rank) if one != axis]
    order = (rest[0], axis, *rest[1:])
    return order, tuple(order.index(one) for one in range(rank))


def moments(x, axes, keepdims=False, synchronized=False):
    dtype = x.dtype
    if type(axes) is int and dtype.itemsize > 2:
        variance, mean = torch.var_mean(x, axes, correction=0, keepdim=keepdims)
        return mean, variance
    axes = tuple(range(x.ndim)) if axes is None else _axes(axes, x.ndim)
    wide = x.float() if dtype in _HALVES else x
    # An empty tuple would mean all axes to torch.
    variance, mean = torch.var_mean(wide, axes, correction=0, keepdim=keepdims) if axes else (wide * 0, wide)
    return (mean, variance) if wide is x else (mean.to(dtype), variance.to(dtype))


def _check_along(x, axis, *tensors):
    """One number for each element on `axis`: others might broadcast to something else."""
    shape = x.shape[axis : axis + 1 or None]
    for one in tensors:
        if one is not None and one.shape != shape:
            raise ValueError("there must be one number for each element on the axis")


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    _check_along(x, axis, mean, variance, offset, scale)
    # torch's kernel has no gradient for the moments.
    if x.ndim < 2 or axis % x.ndim == 0 or mean.requires_grad or variance.requires_grad:
        shape = [1] * x.ndim
        shape[axis] = -1
        factor = torch.rsqrt(variance + epsilon)
        factor = factor if scale is None else factor * scale
        shift = -mean * factor if offset is None else offset - mean * factor
        return x * factor.reshape(shape) + shift.reshape(shape)
    order, back = _channels_first(axis, x.ndim)
    if order is not None:
        x = x.permute(*order)
    y = torch.batch_norm(x, scale, offset, mean, variance, False, 0.0, epsilon, torch.backends.cudnn.enabled)
    return y if back is None else y.permute(*back)


def batch_norm_train(x, gamma, beta, axis, epsilon, mask=None):
    """Normalise by the batch's own moments: (y, mean, variance), the variance biased."""
    if mask is not None:
        return _masked_batch_norm(x, gamma, beta, axis, epsilon, mask)
    order, back = _channels_first(axis, x.ndim)
    if order is not None:
        x = x.permute(*order)
    wide = torch.float32 if x.dtype in _HALVES else x.dtype
    if wide is not x.dtype:
        gamma = None if gamma is None else gamma.to(wide)
        beta = None if beta is None else beta.to(wide)
    count = x.numel() // max(x.shape[1], 1)
    if x.is_cuda and count > 1:
        # The running statistics, with nothing kept of the old ones, are the batch's; this path has cuDNN.
        mean = torch.zeros(x.shape[1], dtype=wide, device=x.device)
        variance = torch.zeros_like(mean)
        y = torch.batch_norm(x, gamma, beta, mean, variance, True, 1.0, epsilon, torch.backends.cudnn.enabled)
        variance = variance * ((count - 1) / count)
    else:
        y, mean, inverse = torch.native_batch_norm(x, gamma, beta, None, None, True, 0.0, epsilon)
        mean, inverse = mean.detach(), inverse.detach()
        # torch keeps 1 / sqrt(variance + epsilon); rounding may put a variance of 0 just below it.
        variance = (inverse.square().reciprocal() - epsilon).clamp_(min=0)
    return (y if back is None else y.permute(*back)), mean, variance


def batch_norm_update(x, gamma, beta, moving_mean, moving_variance, axis, momentum, epsilon, mask=None):
    plan = None
    if mask is None and not (torch.compiler.is_compiling() or torch._C._functorch.peek_interpreter_stack()):
        plan = _update_plan(x.shape, x.dtype, moving_mean.dtype, axis)
    if plan is None:
        # torch's kernel keeps the averages too, but not over one element, nor under vmap, nor in another dtype.
        y, mean, variance = batch_norm_train(x, gamma, beta, axis, epsilon, mask)
        moved = (
            old.detach().lerp(new.to(old.dtype), 1 - momentum)
            for old, new in ((moving_mean, mean), (moving_variance, variance))
        )
        return y, *moved
    order, back, unbiased, biased = plan
    if gamma is not None and gamma.dtype is not moving_mean.dtype:
        gamma = gamma.to(moving_mean.dtype)
    if beta is not None and beta.dtype is not moving_mean.dtype:
        beta = beta.to(moving_mean.dtype)
    if moving_mean.requires_grad or moving_variance.requires_grad:
        moving_mean, moving_variance = moving_mean.detach(), moving_variance.detach()
    # Its averages are written in place, and those of unbiased variances: it sees ours in that measure.
    mean, variance = moving_mean.clone(), moving_variance * unbiased
    y = torch.batch_norm(x if order is None else x.permute(*order), gamma, beta, mean, variance, True, 1 - momentum,
                         epsilon, torch.backends.cudnn.enabled)  # fmt: skip
    # Not in place: the backward pass may hold the variance.
    return (y if back is None else y.permute(*back)), mean, variance * biased


@functools.lru_cache(1024)
def _update_plan(shape, dtype, kept, axis):
    """`(channels first, and the way back, unbiased variance over biased, its inverse)`; None: not torch's kernel."""
    count = math.prod(shape) // max(shape[axis], 1)
    if count < 2 or kept is not (torch.float32 if dtype in _HALVES else dtype):
        return None
    return *_channels_first(axis, len(shape)), count / (count - 1), (count - 1) / count


def _masked_batch_norm(x, gamma, beta, axis, epsilon, mask):
    axes = tuple(one for one in range(x.ndim) if one != axis % x.ndim)
    wide = x.float() if x.dtype in _HALVES else x
    weights = mask.to(wide.dtype).reshape(*mask.shape, *(1,) * (x.ndim - mask.ndim))
    weights = weights.expand([n if one in axes else 1 for one, n in enumerate(x.shape)])
    # A batch whose mask is all false counts as one element: its moments are 0, not NaN.
    total = weights.sum().clamp(min=1)
    mean = (wide * weights).sum(axes, keepdim=True) / total
    variance = ((wide - mean).square() * weights).sum(axes) / total
    mean = mean.reshape(-1)
    y = batch_normalization(wide, mean, variance, axis, beta, gamma, epsilon)
    return y.to(x.dtype), mean.detach(), variance.detach()


def group_normalization(x, gamma, beta, groups, axis, epsilon):
    x = _floating(x)
    dtype, rank = x.dtype, x.ndim
    axis %= rank
    if gamma is not None and gamma.dtype is not dtype:
        gamma = gamma.to(dtype)
    if beta is not None and beta.dtype is not dtype:
        beta = beta.to(dtype)
    # The backward pass of torch's kernel wants both or neither.
    if gamma is None and beta is not None:
        gamma = torch.ones_like(beta)
    elif beta is None and gamma is not None:
        beta = torch.zeros_like(gamma)
    if axis == 1 or rank == 2:
        return torch.group_norm(x, groups, gamma, beta, epsilon, torch.backends.cudnn.enabled)
    # torch's kernel for channels-last memory, which is known of two and three spatial axes, is quick where groups are
    # wide enough to fill vector registers; else a copy and the other kernel take less.
    wide = x.shape[axis] // groups >= 8
    lone = wide and rank == 3
    first = (x.unsqueeze(1) if lone else x).movedim(axis - rank, 1)
    first = first if wide else first.contiguous()
    y = torch.group_norm(first, groups, gamma, beta, epsilon, torch.backends.cudnn.enabled).movedim(
        1, axis - rank
    )
    return y.squeeze(1) if lone else y


def layer_norm(x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    x = x if x.dtype.is_floating_point else x.float()
    dtype = x.dtype
    if gamma is not None and gamma.dtype is not dtype:
        gamma = gamma.to(dtype)
    if beta is not None and beta.dtype is not dtype:
        beta = beta.to(dtype)
    if axis == -1:
        return torch.layer_norm(x, (x.shape[-1],), gamma, beta, epsilon)
    axes = _axes(axis, x.ndim)
    if axes == tuple(range(x.ndim - len(axes), x.ndim)):
        return torch.layer_norm(x, x.shape[x.ndim - len(axes) :], gamma, beta, epsilon)
    wide = x.float() if dtype in _HALVES else x
    variance, mean = torch.var_mean(wide, axes, correction=0, keepdim=True)
    y = (wide - mean) * torch.rsqrt(variance + epsilon)
    return _scale_and_shift(y, gamma, beta, axes).to(dtype)


def rms_norm(x, scale=None, axis=-1, epsilon=1e-7):
    x = x if x.dtype.is_floating_point else x.float()
    if scale is not None and scale.dtype is not x.dtype:
        scale = scale.to(x.dtype)
    if axis == -1 and type(axis) is int:
        return torch.rms_norm(x, (x.shape[-1],), scale, epsilon)
    axes = _axes(axis, x.ndim)
    if axes == tuple(range(x.ndim - len(axes), x.ndim)):
        return torch.rms_norm(x, x.shape[x.ndim - len(axes) :], scale, epsilon)
    wide = x.float() if x.dtype in _HALVES else x
    y = wide * torch.rsqrt(wide.square().mean(axes, keepdim=True) + epsilon)
    return _scale_and_shift(y, scale, None, axes).to(x.dtype)


def normalize(x, axis=-1, order=2, epsilon=None):
    if not isinstance(order, int) or order < 1 or x.dtype.is_complex:
        raise ValueError("a positive integer is expected, and real numbers")
    if not x.dtype.is_floating_point:
        x = x.to(native_dtype(floatx()))
    epsilon = default_epsilon() if epsilon is None else epsilon
    if type(axis) in (tuple, list):
        axes = canonical_axes(axis, x.ndim)
        if len(axes) != 1 and order != 2:
            if order != 1 or len(axes) != 2:
                raise ValueError("there is no such matrix norm")
            sums = torch.linalg.vector_norm(x, 1, axis[0], True)
            return x / torch.amax(sums, axis[1], True).clamp(min=epsilon)
        if not axes:
            return x / torch.abs(x).clamp(min=epsilon)
    # The gradient of the norm is 0 at 0.
    return x / torch.linalg.vector_norm(x, order, axis, True).clamp_min(epsilon)


def _scale_and_shift(x, gamma, beta, axes):
    shape = [n if one in axes else 1 for one, n in enumerate(x.shape)]
    if gamma is not None:
        x = x * gamma.reshape(shape)
    return x if beta is None else x + beta.reshape(shape)
