"""Convolutions on torch, channels-last in memory.

The permuted view of a contiguous NHWC tensor is what torch calls channels_last, and the kernel's HWIO is a view of
OIHW: so no data moves. The torch backend keeps the memory of conv kernels as OHWI, which makes that view channels_last
too. One spatial axis runs as two, since torch has no channels_last of rank 3.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F

from tricorn.core.config import settings
from tricorn.core.windows import Convolution, convolution, transposed_convolution

_CONV = {2: torch.conv2d, 3: torch.conv3d}
_CONV_TRANSPOSE = {2: torch.conv_transpose2d, 3: torch.conv_transpose3d}
_TO_OIHW = {2: (3, 2, 0, 1), 3: (4, 3, 0, 1, 2)}
# Views of rank-3 tensors with a spatial axis of size 1 put before the one they have.
_TO_FIRST_1D, _TO_LAST_1D = (0, 3, 1, 2), (0, 2, 3, 1)


class _Call(NamedTuple):
    """What torch is called with for a `Convolution`, found once for each geometry."""

    function: Callable
    is_plain: bool  # channels last, with two or three spatial axes, and no padding but torch's own
    to_first: tuple | None
    to_oihw: tuple
    to_last: tuple | None
    arguments: tuple  # strides, padding, dilation and groups, up to the last that is not torch's default
    explicit: list | None  # padding that torch's convolution cannot do
    plan: Convolution


def _shortened(arguments, defaults):
    """`arguments` without those last ones that are the defaults: each takes its time to read."""
    count = len(arguments)
    while count and arguments[count - 1] == defaults[count - 1]:
        count -= 1
    return arguments[:count]


def _uniform(values):
    """One number where all are equal: torch reads a tuple four microseconds longer."""
    return values[0] if values.count(values[0]) == len(values) else values


@lru_cache(maxsize=4096)
def _planned(inputs, kernel, strides, padding, data_format, dilation_rate, depthwise):
    where = "ops.depthwise_conv" if depthwise else "ops.conv"
    plan = convolution(inputs, kernel, strides, padding, data_format, dilation_rate, depthwise, where)
    rank, strides, dilation = plan.rank, plan.strides, plan.dilation
    pad = tuple(before for before, _ in plan.pads)
    explicit = None
    if not plan.is_symmetric:
        explicit = [size for sizes in reversed(plan.pads) for size in sizes]
        pad = (0,) * rank
    if rank == 1:
        strides, dilation, pad, rank = (strides[0],) * 2, (dilation[0],) * 2, (0, *pad), 2
    arguments = _shortened((_uniform(strides), _uniform(pad), _uniform(dilation), plan.groups), (1, 0, 1, 1))
    is_plain = plan.rank > 1 and not plan.channels_first and explicit is None
    return _Call(
        _CONV[rank], is_plain, plan.to_first, _TO_OIHW[rank], plan.to_last, arguments, explicit, plan
    )


def _call_for(inputs, kernel, strides, padding, data_format, dilation_rate, depthwise=False):
    data_format = data_format or settings.image_data_format
    try:
        return _planned(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, depthwise)
    except TypeError:  # lists have no hash
        strides, dilation_rate = (tuple(x) if type(x) is list else x for x in (strides, dilation_rate))
        return _planned.__wrapped__(
            inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, depthwise
        )


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    call = _call_for(inputs, kernel, strides, padding, data_format, dilation_rate)
    function, is_plain, to_first, to_oihw, to_last, arguments, _, _ = call
    if is_plain:
        y = function(inputs.permute(*to_first), kernel.permute(*to_oihw), None, *arguments)
        return y.permute(*to_last)
    return _run(call, inputs, kernel, None)


def conv_bias(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    return _run(_call_for(inputs, kernel, strides, padding, data_format, dilation_rate), inputs, kernel, bias)


def conv_bias_relu(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    call = _call_for(inputs, kernel, strides, padding, data_format, dilation_rate)
    return _run(call, inputs, kernel, bias, clip=True)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    call = _call_for(inputs, kernel, strides, padding, data_format, dilation_rate, True)
    # (..., channels, multiplier) to (..., 1, channels * multiplier): the groups' outputs stand side by side.
    return _run(call, inputs, kernel.reshape(*call.plan.window, 1, call.plan.channels), None)


def _run(call, inputs, kernel, bias, clip=False):
    function, is_plain, to_first, to_oihw, to_last, arguments, explicit, plan = call
    if is_plain and not clip:
        return function(inputs.permute(*to_first), kernel.permute(*to_oihw), bias, *arguments).permute(
            *to_last
        )
    if plan.rank == 1:
        kernel = kernel.unsqueeze(0)
        x = inputs.unsqueeze(-2) if plan.channels_first else inputs.unsqueeze(1).permute(*_TO_FIRST_1D)
    else:
        x = inputs if to_first is None else inputs.permute(*to_first)
    if explicit is not None:
        x = F.pad(x, explicit)
    y = function(x, kernel.permute(*to_oihw), bias, *arguments)
    if clip:
        # In place: the backward pass of a convolution does not need its result. Before any view of it is taken.
        y = y.relu_()
    return _restore(plan, y)


def _restore(plan, y):
    if plan.rank == 1:
        return y.squeeze(2) if plan.channels_first else y.permute(*_TO_LAST_1D).squeeze(1)
    return y if plan.channels_first else y.permute(*plan.to_last)


class _TransposedCall(NamedTuple):
    """The same for a transposed convolution."""

    function: Callable
    is_plain: bool
    to_first: tuple | None
    to_oihw: tuple
    to_last: tuple | None
    arguments: tuple  # strides, padding, output padding, groups and dilation
    plan: Convolution


@lru_cache(maxsize=4096)
def _planned_transposed(inputs, kernel, strides, padding, output_padding, data_format, dilation_rate):
    plan = transposed_convolution(
        inputs, kernel, strides, padding, output_padding, data_format, dilation_rate
    )
    rank, strides, dilation = plan.rank, plan.strides, plan.dilation
    # torch cuts `pad` on both sides and adds `extra` after: what it cannot say, one more cut after, is a view.
    pad = tuple(before for before, _ in plan.pads)
    extra = tuple(max(before - after, 0) for before, after in plan.pads)
    if rank == 1:
        strides, dilation, pad, extra, rank = (1, *strides), (1, *dilation), (0, *pad), (0, *extra), 2
    arguments = (_uniform(strides), _uniform(pad), _uniform(extra), 1, _uniform(dilation))
    arguments = _shortened(arguments, (1, 0, 0, 1, 1))
    is_plain = (
        plan.rank > 1 and not plan.channels_first and all(before >= after for before, after in plan.pads)
    )
    return _TransposedCall(
        _CONV_TRANSPOSE[rank], is_plain, plan.to_first, _TO_OIHW[rank], plan.to_last, arguments, plan
    )


def conv_transpose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    data_format = data_format or settings.image_data_format
    try:
        call = _planned_transposed(
            inputs.shape, kernel.shape, strides, padding, output_padding, data_format, dilation_rate
        )
    except TypeError:  # lists have no hash
        geometry = (strides, padding, output_padding, data_format, dilation_rate)
        geometry = (tuple(x) if type(x) is list else x for x in geometry)
        call = _planned_transposed.__wrapped__(inputs.shape, kernel.shape, *geometry)
    function, is_plain, to_first, to_oihw, to_last, arguments, plan = call
    if is_plain:
        y = function(inputs.permute(*to_first), kernel.permute(*to_oihw), None, *arguments)
        return y.permute(*to_last)
    if plan.rank == 1:
        kernel = kernel.unsqueeze(0)
        x = inputs.unsqueeze(-2) if plan.channels_first else inputs.unsqueeze(1).permute(*_TO_FIRST_1D)
    else:
        x = inputs if to_first is None else inputs.permute(*to_first)
    y = function(x, kernel.permute(*to_oihw), None, *arguments)
    if y.shape[-plan.rank :] != plan.spatial:
        for axis, size in enumerate(plan.spatial, start=y.ndim - plan.rank):
            y = y.narrow(axis, 0, size)
    return _restore(plan, y)
