"""Resampling on torch: its own kernels where they follow our definition, a matrix an axis where they do not.

torch weights bicubic taps otherwise than Keys (a = -3/4, but -1/2 under antialiasing), and knows no Lanczos filter.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F

from tricorn.core import resampling

_FEW_CHANNELS = 4


def resample(images, size, interpolation, antialias, channels_first):
    size = (int(size[0]), int(size[1]))
    first = images.ndim - (2 if channels_first else 3)
    if interpolation == "nearest":
        rows = _nearest(images.shape[first], size[0], images.device)
        columns = _nearest(images.shape[first + 1], size[1], images.device)
        key = (rows[:, None], columns) if channels_first else (rows[:, None], columns, slice(None))
        return images[(..., *key)]
    shrinks = size[0] < images.shape[first] or size[1] < images.shape[first + 1]
    if interpolation == "bilinear":
        return _fused(images, size, interpolation, antialias and shrinks, channels_first)
    if interpolation == "bicubic" and (antialias or not shrinks):
        return _fused(images, size, interpolation, True, channels_first)
    # The axis that shrinks goes first.
    for axis in sorted((0, 1), key=lambda axis: size[axis] / images.shape[first + axis]):
        if images.shape[first + axis] != size[axis]:
            images = _along(images, first + axis, size[axis], interpolation, antialias)
    return images


def _fused(images, size, interpolation, antialias, channels_first):
    x = images if images.ndim == 4 else images.unsqueeze(0)
    if not channels_first:
        x = x.permute(0, 3, 1, 2)
    if x.shape[0] == 0 or x.shape[1] == 0:
        y = x.new_zeros(*x.shape[:2], *size)
    else:
        y = F.interpolate(x, size, mode=interpolation, align_corners=False, antialias=antialias)
    if not channels_first:
        y = y.permute(0, 2, 3, 1)
    return y if images.ndim == 4 else y[0]


def _along(x, axis, new, method, antialias):
    old, inner = x.shape[axis], math.prod(x.shape[axis + 1 :])
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    if inner <= _FEW_CHANNELS:
        matrix = _matrix(old, new, method, antialias, x.dtype, x.device, inner)
        result = torch.matmul(x.reshape(math.prod(before), old * inner), matrix.T)
    else:
        matrix = _matrix(old, new, method, antialias, x.dtype, x.device, 1)
        result = torch.matmul(matrix, x.reshape(*before, old, inner))
    return result.reshape(*before, new, *after)


@lru_cache(maxsize=64)
def _matrix(old, new, method, antialias, dtype, device, channels):
    name = "float64" if dtype is torch.float64 else "float32"
    return torch.tensor(resampling.matrix(old, new, method, antialias, name, channels), device=device)


@lru_cache(maxsize=64)
def _nearest(old, new, device):
    return torch.tensor(resampling.nearest(old, new), dtype=torch.int64, device=device)
