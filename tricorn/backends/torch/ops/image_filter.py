"""Filters on torch: depthwise convolutions over channels-last views, along one axis after the other if there are many
taps."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F

from tricorn.core.gaussian import gaussian_taps, zeros_around

_FEW_TAPS = 16


def filtered(images, size, sigma, padding, channels_first):
    x = images if channels_first else images.permute(0, 3, 1, 2)
    (top, bottom), (left, right) = (zeros_around(one, padding) for one in size)
    if (top, left) != (bottom, right):
        x = F.pad(x, (left, right, top, bottom))
        top = left = 0
    channels = x.shape[1]
    if channels == 0:
        return images
    options = (channels, x.dtype, x.device)
    if size[0] * size[1] <= _FEW_TAPS:
        x = F.conv2d(x, _window(size, sigma, *options), None, 1, (top, left), 1, channels)
    else:
        x = F.conv2d(x, _window((size[0], 1), (sigma[0], 1.0), *options), None, 1, (top, 0), 1, channels)
        x = F.conv2d(x, _window((1, size[1]), (1.0, sigma[1]), *options), None, 1, (0, left), 1, channels)
    return x if channels_first else x.permute(0, 2, 3, 1)


def slopes(x, height, width):
    images = x if x.ndim == 4 else x.unsqueeze(0)
    channels_first = height - x.ndim == -2
    planes = images if channels_first else images.permute(0, 3, 1, 2)
    channels = planes.shape[1]
    if planes.numel() == 0:
        return x.new_zeros(*x.shape, 2)
    for axis, pads in ((2, (0, 0, 1, 1)), (3, (1, 1, 0, 0))):
        planes = F.pad(planes, pads, "reflect" if planes.shape[axis] > 1 else "replicate")
    y = F.conv2d(planes, _sobel(channels, x.dtype, x.device), None, 1, 0, 1, channels)
    y = y.unflatten(1, (channels, 2)).permute((0, 1, 3, 4, 2) if channels_first else (0, 3, 4, 1, 2))
    return y if x.ndim == 4 else y[0]


@lru_cache(maxsize=64)
def _sobel(channels, dtype, device):
    down = torch.tensor([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=dtype, device=device)
    return torch.stack([down, down.T]).repeat(channels, 1, 1).unsqueeze(1)


@lru_cache(maxsize=64)
def _window(size, sigma, channels, dtype, device):
    rows, columns = (torch.tensor(gaussian_taps(*one)) for one in zip(size, sigma, strict=True))
    window = (rows[:, None] * columns).to(device=device, dtype=dtype)
    return window.expand(channels, 1, *size).contiguous()
