"""Normalisation on torch: its fused kernels where they apply."""

from __future__ import annotations

import torch

from tricorn.core.rules import canonical_axes

_HALVES = (torch.float16, torch.bfloat16)


def _axes(axis, rank):
    if type(axis) is int and -rank <= axis < rank:
        return (axis % rank,)
    return canonical_axes(axis, rank)


def _floating(x):
    return x if x.is_floating_point() else x.float()


def _to_channels_first(x, axis):
    """A view of `x` with `axis` as axis 1, and the way back. Channels-last data stays so in memory."""
    axis %= x.ndim
    if axis == 1 or (axis == 0 and x.ndim == 1):
        return x, None
    return x.movedim(axis, 1), axis


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
    shape = (x.shape[axis],)
    if any(one is not None and tuple(one.shape) != shape for one in tensors):
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
    x, moved = _to_channels_first(x, axis)
    y = torch.batch_norm(x, scale, offset, mean, variance, False, 0.0, epsilon, torch.backends.cudnn.enabled)
    return y if moved is None else y.movedim(1, moved)


def batch_norm_train(x, gamma, beta, axis, epsilon, mask=None):
    """Normalise by the batch's own moments: (y, mean, variance), the variance biased."""
    if mask is not None:
        return _masked_batch_norm(x, gamma, beta, axis, epsilon, mask)
    x, moved = _to_channels_first(x, axis)
    gamma = (
        gamma if gamma is None or gamma.dtype is torch.float32 or x.dtype not in _HALVES else gamma.float()
    )
    beta = beta if beta is None or beta.dtype is torch.float32 or x.dtype not in _HALVES else beta.float()
    count = x.numel() // max(x.shape[1], 1)
    if x.is_cuda and count > 1:
        # The running statistics, with nothing kept of the old ones, are the batch's; this path has cuDNN.
        wide = torch.float32 if x.dtype in _HALVES else x.dtype
        mean = torch.zeros(x.shape[1], dtype=wide, device=x.device)
        variance = torch.zeros_like(mean)
        y = torch.batch_norm(x, gamma, beta, mean, variance, True, 1.0, epsilon, torch.backends.cudnn.enabled)
        variance = variance * ((count - 1) / count)
    else:
        y, mean, inverse = torch.native_batch_norm(x, gamma, beta, None, None, True, 0.0, epsilon)
        mean, inverse = mean.detach(), inverse.detach()
        # torch keeps 1 / sqrt(variance + epsilon); rounding may put a variance of 0 just below it.
        variance = (inverse.square().reciprocal() - epsilon).clamp_(min=0)
    return (y if moved is None else y.movedim(1, moved)), mean, variance


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
    x = _floating(x)
    dtype = x.dtype
    if gamma is not None and gamma.dtype is not dtype:
        gamma = gamma.to(dtype)
    if beta is not None and beta.dtype is not dtype:
        beta = beta.to(dtype)
    if axis == -1:
        return torch.layer_norm(x, x.shape[-1:], gamma, beta, epsilon)
    axes = _axes(axis, x.ndim)
    if axes == tuple(range(x.ndim - len(axes), x.ndim)):
        return torch.layer_norm(x, x.shape[x.ndim - len(axes) :], gamma, beta, epsilon)
    wide = x.float() if dtype in _HALVES else x
    variance, mean = torch.var_mean(wide, axes, correction=0, keepdim=True)
    y = (wide - mean) * torch.rsqrt(variance + epsilon)
    return _scale_and_shift(y, gamma, beta, axes).to(dtype)


def rms_norm(x, scale=None, axis=-1, epsilon=1e-7):
    x = _floating(x)
    if scale is not None and scale.dtype is not x.dtype:
        scale = scale.to(x.dtype)
    if axis == -1 and type(axis) is int:
        return torch.rms_norm(x, x.shape[-1:], scale, epsilon)
    axes = _axes(axis, x.ndim)
    if axes == tuple(range(x.ndim - len(axes), x.ndim)):
        return torch.rms_norm(x, x.shape[x.ndim - len(axes) :], scale, epsilon)
    wide = x.float() if x.dtype in _HALVES else x
    y = wide * torch.rsqrt(wide.square().mean(axes, keepdim=True) + epsilon)
    return _scale_and_shift(y, scale, None, axes).to(x.dtype)


def _scale_and_shift(x, gamma, beta, axes):
    shape = [n if one in axes else 1 for one, n in enumerate(x.shape)]
    if gamma is not None:
        x = x * gamma.reshape(shape)
    return x if beta is None else x + beta.reshape(shape)
