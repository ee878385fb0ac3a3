"""Convolutions on NumPy: windows as strided views, one matrix product over them."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tricorn.core.windows import convolution, transposed_convolution


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _run(plan, inputs, kernel, plan.pads)


def conv_bias(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    result = _run(plan, inputs, kernel, plan.pads)
    return result + (bias.reshape((-1,) + (1,) * plan.rank) if plan.channels_first else bias)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, True,
                       "ops.depthwise_conv")  # fmt: skip
    rank, channels, multiplier = plan.rank, kernel.shape[-2], kernel.shape[-1]
    windows = _windows(_to_last(plan, inputs), plan, plan.pads)
    # (batch, out..., channels, window...) times (window..., channels, multiplier), channel by channel.
    windows = windows.reshape(*windows.shape[: rank + 2], -1)
    taps = kernel.reshape(-1, channels, multiplier)
    result = np.einsum("...ck,kcm->...cm", windows, taps, optimize=True)
    return _from_last(plan, result.reshape(*result.shape[:-2], channels * multiplier))


def conv_transpose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    plan = transposed_convolution(inputs.shape, kernel.shape, strides, padding, output_padding, data_format,
                                  dilation_rate)  # fmt: skip
    rank = plan.rank
    x = _to_last(plan, inputs)
    spread = [(size - 1) * stride + 1 for size, stride in zip(x.shape[1:-1], plan.strides, strict=True)]
    wide = np.zeros((x.shape[0], *spread, x.shape[-1]), x.dtype)
    wide[(slice(None), *(slice(None, None, stride) for stride in plan.strides))] = x
    pads = [
        ((width - 1) * rate - before, (width - 1) * rate - after)
        for width, rate, (before, after) in zip(plan.window, plan.dilation, plan.pads, strict=True)
    ]
    turned = np.flip(kernel, tuple(range(rank))).swapaxes(-1, -2)
    windows = _windows(wide, plan._replace(strides=(1,) * rank), pads)
    return _from_last(plan, _contract(windows, turned, rank))


def _run(plan, inputs, kernel, pads):
    rank, groups = plan.rank, plan.groups
    windows = _windows(_to_last(plan, inputs), plan, pads)
    if groups == 1:
        return _from_last(plan, _contract(windows, kernel, rank))
    parts = zip(np.split(windows, groups, rank + 1), np.split(kernel, groups, -1), strict=True)
    return _from_last(plan, np.concatenate([_contract(x, taps, rank) for x, taps in parts], -1))


def _contract(windows, kernel, rank):
    spatial = tuple(range(rank))
    return np.tensordot(windows, kernel, (tuple(range(rank + 1, 2 * rank + 2)), (rank, *spatial)))


def _windows(x, plan, pads):
    """(batch, out..., channels, window...): a view of the padded `x`."""
    before_after = [(max(before, 0), max(after, 0)) for before, after in pads]
    if any(sum(pad) for pad in before_after):
        x = np.pad(x, [(0, 0), *before_after, (0, 0)])
    cuts = [slice(max(-before, 0), -max(-after, 0) or None) for before, after in pads]
    x = x[(slice(None), *cuts)]
    extents = tuple((width - 1) * rate + 1 for width, rate in zip(plan.window, plan.dilation, strict=True))
    view = sliding_window_view(x, extents, tuple(range(1, plan.rank + 1)))
    steps = [slice(None, None, stride) for stride in plan.strides]
    rates = [slice(None, None, rate) for rate in plan.dilation]
    return view[(slice(None), *steps, slice(None), *rates)]


def _to_last(plan, x):
    return np.moveaxis(x, 1, -1) if plan.channels_first else x


def _from_last(plan, y):
    return np.moveaxis(y, -1, 1) if plan.channels_first else y
