"""Convolutions on JAX: `conv_general_dilated` with the layouts said rather than moved."""

from __future__ import annotations

from functools import lru_cache

import jax.numpy as jnp
from jax import lax

from tricorn.core.windows import convolution, transposed_convolution

_SPATIAL = "DHW"


@lru_cache(maxsize=64)
def _layout(rank, channels_first, kernel_tail="IO"):
    spatial = _SPATIAL[-rank:]
    data = "NC" + spatial if channels_first else "N" + spatial + "C"
    shape = (1,) * (rank + 2)
    return lax.conv_dimension_numbers(shape, shape, (data, spatial + kernel_tail, data))


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return _run(plan, inputs, kernel)


def conv_bias(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    result = _run(plan, inputs, kernel)
    return result + (bias.reshape((-1,) + (1,) * plan.rank) if plan.channels_first else bias)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, True,
                       "ops.depthwise_conv")  # fmt: skip
    return _run(plan, inputs, kernel.reshape(*plan.window, 1, plan.channels))


def _run(plan, inputs, kernel):
    return lax.conv_general_dilated(
        inputs, kernel, plan.strides, plan.pads, rhs_dilation=plan.dilation,
        dimension_numbers=_layout(plan.rank, plan.channels_first), feature_group_count=plan.groups,
    )  # fmt: skip


def conv_transpose(
    inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1
):
    plan = transposed_convolution(inputs.shape, kernel.shape, strides, padding, output_padding, data_format,
                                  dilation_rate)  # fmt: skip
    # The gradient of a convolution: inputs spread by the strides, under the kernel turned round.
    pads = [
        ((width - 1) * rate - before, (width - 1) * rate - after)
        for width, rate, (before, after) in zip(plan.window, plan.dilation, plan.pads, strict=True)
    ]
    # XLA takes an axis of stride 2, width 2 and no padding for one of groups, and aborts the process (seen in 2026, under
    # `SwapConvOperands`): such an axis is computed one element longer.
    longer = [
        pad == (0, 0) and (width, stride, rate) == (2, 2, 1)
        for pad, width, stride, rate in zip(pads, plan.window, plan.strides, plan.dilation, strict=True)
    ]
    if any(longer):
        pads = [(before, after + more) for (before, after), more in zip(pads, longer, strict=True)]
    y = lax.conv_general_dilated(
        inputs, jnp.flip(kernel, tuple(range(plan.rank))), (1,) * plan.rank, pads, lhs_dilation=plan.strides,
        rhs_dilation=plan.dilation, dimension_numbers=_layout(plan.rank, plan.channels_first, "OI"),
    )  # fmt: skip
    return lax.slice(y, (0,) * y.ndim, plan.output_shape(y.shape[0])) if any(longer) else y
