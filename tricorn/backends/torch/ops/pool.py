"""Pooling on torch, over channels-last views. One spatial axis runs as two."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F

from tricorn.core.config import settings
from tricorn.core.windows import Convolution, adaptive_pooling, pooling

_MAX = {2: torch.max_pool2d, 3: torch.max_pool3d}
_AVERAGE = {2: F.avg_pool2d, 3: F.avg_pool3d}


class _Call(NamedTuple):
    """What torch is called with for a pooling, found once for each geometry."""

    plan: Convolution
    rank: int  # that of the tensors that torch sees: 2 where there is one spatial axis
    window: int | tuple
    strides: int | tuple
    pad: int | tuple
    ceil_mode: bool
    explicit: list | None  # padding that torch's pooling cannot do


def _uniform(values):
    """One number where all are equal: torch reads a tuple four microseconds longer."""
    return values[0] if values.count(values[0]) == len(values) else values


@lru_cache(maxsize=4096)
def _planned(shape, pool_size, strides, padding, data_format, where):
    plan = pooling(shape, pool_size, strides, padding, data_format, where)
    spatial = tuple(shape[2:] if plan.channels_first else shape[1:-1])
    window, strides, pad, ceil_mode, explicit = _arguments(plan, spatial)
    return _Call(plan, len(window), _uniform(window), _uniform(strides), _uniform(pad), ceil_mode, explicit)


def _call_for(inputs, pool_size, strides, padding, data_format, where):
    data_format = data_format or settings.image_data_format
    try:
        return _planned(inputs.shape, pool_size, strides, padding, data_format, where)
    except TypeError:  # lists have no hash
        pool_size, strides = (tuple(x) if type(x) is list else x for x in (pool_size, strides))
        return _planned.__wrapped__(inputs.shape, pool_size, strides, padding, data_format, where)


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    call = _call_for(inputs, pool_size, strides, padding, data_format, "ops.max_pool")
    if not inputs.is_floating_point():
        # Doubles hold all 32-bit integers exactly; torch pools no integers.
        pooled = max_pool(inputs.double(), pool_size, strides, padding, data_format)
        return pooled.to(inputs.dtype)
    plan, rank, window, strides, pad, ceil_mode, explicit = call
    x = _to_first(plan, inputs)
    if explicit is not None:
        x = F.pad(x, explicit, value=float("-inf"))
    return _restore(plan, _MAX[rank](x, window, strides, pad, 1, ceil_mode))


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    call = _call_for(inputs, pool_size, strides, padding, data_format, "ops.average_pool")
    plan, rank, window, strides, pad, ceil_mode, explicit = call
    if plan.rank == 3 and inputs.dtype in (torch.float16, torch.bfloat16) and inputs.device.type == "cpu":
        # torch's CPU kernel knows no halves.
        return average_pool(inputs.float(), pool_size, plan.strides, padding, data_format).to(inputs.dtype)
    x = _to_first(plan, inputs)
    average = _AVERAGE[rank]
    if explicit is None:
        return _restore(plan, average(x, window, strides, pad, ceil_mode, False))
    ones = x.new_ones(1, 1, *x.shape[2:])
    shares = average(F.pad(ones, explicit), window, strides)  # how much of each window is real
    return _restore(plan, average(F.pad(x, explicit), window, strides) / shares)


def _arguments(plan, spatial):
    """(window, strides, padding, ceil_mode, explicit padding) that make torch pool as `plan` says.

    torch pads alike on both sides. One more element after is what `ceil_mode` gives, if the stride is above 1;
    else the input is padded first.
    """
    window, strides, pads = plan.window, plan.strides, plan.pads
    befores = tuple(before for before, _ in pads)
    for ceil_mode in (False, True):
        sizes = [_size(*one, ceil_mode) for one in zip(spatial, window, strides, befores, strict=True)]
        fits = all(2 * before <= width for before, width in zip(befores, window, strict=True))
        # Without ceil_mode a surplus on the right would be read as padding that the plan does not have.
        if fits and tuple(sizes) == plan.spatial:
            pad, explicit = befores, None
            break
    else:
        pad, ceil_mode = (0,) * plan.rank, False
        explicit = [size for sizes in reversed(pads) for size in sizes]
    if plan.rank == 1:
        window, strides, pad = (1, *window), (1, *strides), (0, *pad)
    return window, strides, pad, ceil_mode, explicit


def _size(size, width, stride, pad, ceil_mode):
    span = size + 2 * pad - width
    result = (-(-span // stride) if ceil_mode else span // stride) + 1
    if ceil_mode and (result - 1) * stride >= size + pad:
        result -= 1
    return result


def _to_first(plan, x):
    if plan.rank == 1:
        return x.unsqueeze(2) if plan.channels_first else x.unsqueeze(1).permute(0, 3, 1, 2)
    return x if plan.channels_first else x.permute(*plan.to_first)


def _restore(plan, y):
    if plan.rank == 1:
        return y.squeeze(2) if plan.channels_first else y.permute(0, 2, 3, 1).squeeze(1)
    return y if plan.channels_first else y.permute(*plan.to_last)


_ADAPTIVE_AVERAGE = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}
_ADAPTIVE_MAX = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}


def adaptive_average_pool(inputs, output_size, data_format=None):
    return _adaptive(_ADAPTIVE_AVERAGE, inputs, output_size, data_format, "ops.adaptive_average_pool")


def adaptive_max_pool(inputs, output_size, data_format=None):
    if not inputs.is_floating_point():
        return adaptive_max_pool(inputs.double(), output_size, data_format).to(inputs.dtype)
    return _adaptive(_ADAPTIVE_MAX, inputs, output_size, data_format, "ops.adaptive_max_pool")


def _adaptive(functions, x, output_size, data_format, where):
    axes, sizes = adaptive_pooling(x.shape, output_size, data_format, where)
    function = functions[len(axes)]
    return function(x, sizes) if axes[0] == 2 else function(x.movedim(-1, 1), sizes).movedim(1, -1)
