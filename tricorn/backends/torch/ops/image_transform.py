"""Interpolation on torch: `grid_sample` for linear interpolation over two or three axes, gathers for the rest."""

from __future__ import annotations

import itertools
import math

import torch
import torch.nn.functional as F

_PADDING = {"constant": "zeros", "nearest": "border", "reflect": "reflection", "mirror": "reflection"}
_FAR = 2.0**30


def sample(inputs, coordinates, order, fill_mode, fill_value):
    batch, *sizes, _ = inputs.shape
    fits = order == 1 and len(sizes) in (2, 3) and fill_mode in _PADDING and batch and coordinates.numel()
    if fits and math.isfinite(fill_value) and coordinates.ndim == len(sizes) + 2:
        return _fused(inputs, coordinates, fill_mode, fill_value)
    return _gathered(inputs, coordinates, order, fill_mode, fill_value)


def _fused(inputs, coordinates, fill_mode, fill_value):
    batch, *sizes, _ = inputs.shape
    padding = _PADDING[fill_mode]
    # torch reflects about the outer edges of the border pixels, or about their centres if corners are aligned.
    aligned = fill_mode == "mirror"
    if aligned and 1 in sizes:
        return _gathered(inputs, coordinates, 1, fill_mode, fill_value)
    if aligned:
        parts = [place * (2 / (size - 1)) - 1 for place, size in zip(coordinates, sizes, strict=True)]
    else:
        parts = [place * (2 / size) + (1 / size - 1) for place, size in zip(coordinates, sizes, strict=True)]
    grid = torch.stack(parts[::-1], -1)
    x = inputs.movedim(-1, 1)
    y = F.grid_sample(x, grid.expand(batch, *grid.shape[1:]), "bilinear", padding, aligned)
    if fill_value and fill_mode == "constant":
        ones = x.new_ones(1, 1, *sizes).expand(grid.shape[0], 1, *sizes)
        y = y + fill_value * (1 - F.grid_sample(ones, grid, "bilinear", padding, aligned))
    return y.movedim(1, -1)


def _gathered(inputs, coordinates, order, fill_mode, fill_value):
    batch, *sizes, channels = inputs.shape
    device = inputs.device
    first = torch.arange(batch, device=device) * math.prod(sizes)
    first = first.reshape(-1, *(1,) * (coordinates.ndim - 2))
    flat = inputs.reshape(-1, channels)
    strides = [math.prod(sizes[axis + 1 :]) for axis in range(len(sizes))]
    sides = [
        [(index * stride, weight, inside) for index, weight, inside in _beside(place, size, order, fill_mode)]
        for place, size, stride in zip(coordinates, sizes, strides, strict=True)
    ]
    result, missing = None, None
    for corner in itertools.product(*sides):
        index, weight, inside = first, None, None
        for one, factor, within in corner:
            index = index + one
            weight = factor if weight is None else weight if factor is None else weight * factor
            inside = within if inside is None else inside if within is None else inside & within
        values = flat[index]
        if order == 0:
            if inside is None:
                return values
            return torch.where(
                inside[..., None], values, torch.tensor(fill_value, dtype=flat.dtype, device=device)
            )
        if inside is not None:
            part = torch.where(inside, 0, weight)
            missing = part if missing is None else missing + part
            weight = torch.where(inside, weight, 0)
        part = values * weight[..., None]
        result = part if result is None else result + part
    if missing is not None and fill_value:
        result = result + torch.where(missing > 0, missing * fill_value, 0)[..., None]
    return result


def _beside(place, size, order, fill_mode):
    """[(index, weight, is it inside)], with None for a weight of 1 and for what is always inside."""
    below = torch.floor(place + 0.5) if order == 0 else torch.floor(place)
    index = below.detach().nan_to_num().clamp(-_FAR, _FAR).long()
    if order == 0:
        return [(_extended(index, size, fill_mode), None, _inside(index, size, fill_mode))]
    share = place - below
    return [
        (_extended(one, size, fill_mode), weight, _inside(one, size, fill_mode))
        for one, weight in ((index, 1 - share), (index + 1, share))
    ]


def _inside(index, size, fill_mode):
    return (index >= 0) & (index < size) if fill_mode == "constant" else None


def _extended(index, size, fill_mode):
    """Where the element stands that the extended row has at `index`."""
    if fill_mode in ("constant", "nearest"):
        return index.clamp(0, size - 1)
    if fill_mode == "wrap":
        return index.remainder(size)
    period = 2 * size if fill_mode == "reflect" else max(2 * size - 2, 1)
    index = index.remainder(period)
    return torch.where(index < size, index, (period - 1 if fill_mode == "reflect" else period) - index)
