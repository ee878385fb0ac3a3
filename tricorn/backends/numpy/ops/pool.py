"""Pooling on NumPy: windows as strided views, reduced at once."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tricorn.core.windows import pooling


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.max_pool")
    if inputs.dtype == bool:
        lowest = False
    else:
        lowest = -np.inf if np.issubdtype(inputs.dtype, np.inexact) else np.iinfo(inputs.dtype).min
    return _reduce(plan, inputs, np.max, lowest)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    plan = pooling(inputs.shape, pool_size, strides, padding, data_format, "ops.average_pool")
    total = _reduce(plan, inputs, np.sum, 0)
    if not plan.is_padded:
        return total / inputs.dtype.type(np.prod(plan.window))
    return total / _reduce(plan, np.ones((1, *inputs.shape[1:]), inputs.dtype), np.sum, 0)


def _reduce(plan, x, function, fill):
    first = 2 if plan.channels_first else 1
    axes = tuple(range(first, first + plan.rank))
    if plan.is_padded:
        pads = [(0, 0)] * x.ndim
        pads[first : first + plan.rank] = plan.pads
        x = np.pad(x, pads, constant_values=fill)
    view = sliding_window_view(x, plan.window, axes)
    steps = [slice(None)] * x.ndim
    steps[first : first + plan.rank] = [slice(None, None, stride) for stride in plan.strides]
    return function(view[tuple(steps)], axis=tuple(range(-plan.rank, 0)))
