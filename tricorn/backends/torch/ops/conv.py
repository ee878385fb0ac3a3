"""Convolutions on torch, channels-last in memory.

The permuted view of a contiguous NHWC tensor is what torch calls channels_last, and the kernel's HWIO is a view of
OIHW: so no data moves. The torch backend keeps the memory of conv kernels as OHWI, which makes that view channels_last
too. One spatial axis runs as two, since torch has no channels_last of rank 3.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tricorn.core.windows import convolution, transposed_convolution

_CONV = {2: torch.conv2d, 3: torch.conv3d}
_CONV_TRANSPOSE = {2: torch.conv_transpose2d, 3: torch.conv_transpose3d}
_TO_OIHW = {2: (3, 2, 0, 1), 3: (4, 3, 0, 1, 2)}
# Views of rank-3 tensors with a spatial axis of size 1 put before the one they have.
_TO_FIRST_1D, _TO_LAST_1D = (0, 3, 1, 2), (0, 2, 3, 1)


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _run(plan, inputs, kernel, None)


def conv_bias(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _run(plan, inputs, kernel, bias)


def conv_bias_relu(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _run(plan, inputs, kernel, bias, clip=True)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, True,
                       "ops.depthwise_conv")  # fmt: skip
    # (..., channels, multiplier) to (..., 1, channels * multiplier): the groups' outputs stand side by side.
    return _run(plan, inputs, kernel.reshape(*plan.window, 1, plan.channels), None)


def _run(plan, inputs, kernel, bias, clip=False):
    rank = plan.rank
    strides, dilation = plan.strides, plan.dilation
    pad = tuple(before for before, _ in plan.pads)
    if rank == 1:
        inputs = inputs.unsqueeze(-2 if plan.channels_first else 1)
        kernel = kernel.unsqueeze(0)
        strides, dilation, pad, rank = (1, *strides), (1, *dilation), (0, *pad), 2
        x = inputs if plan.channels_first else inputs.permute(_TO_FIRST_1D)
    else:
        x = inputs if plan.channels_first else inputs.permute(plan.to_first)
    if not plan.is_symmetric:
        x = F.pad(x, [size for sizes in reversed(plan.pads) for size in sizes])
        pad = (0,) * rank
    y = _CONV[rank](x, kernel.permute(_TO_OIHW[rank]), bias, strides, pad, dilation, plan.groups)
    if clip:
        # In place: the backward pass of a convolution does not need its result. Before any view of it is taken.
        y = y.relu_()
    return _restore(plan, y)


def _restore(plan, y):
    if plan.rank == 1:
        return y.squeeze(2) if plan.channels_first else y.permute(_TO_LAST_1D).squeeze(1)
    return y if plan.channels_first else y.permute(plan.to_last)


def conv_transpose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    plan = transposed_convolution(inputs.shape, kernel.shape, strides, padding, output_padding, data_format,
                                  dilation_rate)  # fmt: skip
    rank, strides, dilation = plan.rank, plan.strides, plan.dilation
    # torch cuts `pad` on both sides and adds `extra` after: what it cannot say, one more cut after, is a view.
    pad = tuple(before for before, _ in plan.pads)
    extra = tuple(max(before - after, 0) for before, after in plan.pads)
    if rank == 1:
        inputs = inputs.unsqueeze(-2 if plan.channels_first else 1)
        kernel = kernel.unsqueeze(0)
        strides, dilation, pad, extra, rank = (1, *strides), (1, *dilation), (0, *pad), (0, *extra), 2
        x = inputs if plan.channels_first else inputs.permute(_TO_FIRST_1D)
    else:
        x = inputs if plan.channels_first else inputs.permute(plan.to_first)
    y = _CONV_TRANSPOSE[rank](x, kernel.permute(_TO_OIHW[rank]), None, strides, pad, extra, 1, dilation)
    for axis, size in enumerate(plan.spatial, start=y.ndim - plan.rank):
        if y.shape[axis] != size:
            y = y.narrow(axis, 0, size)
    return _restore(plan, y)
