"""Convolutions over one, two or three spatial axes.

Shapes: inputs `(batch, ..., channels)`, or `(batch, channels, ...)` under `"channels_first"`; kernels
`(spatial sizes..., input channels / groups, output channels)` under both. `padding="same"` pads as much as makes the
result `ceil(n / stride)` long, the odd element after.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.core.windows import convolution, resolve_data_format, transposed_convolution
from tricorn.ops._activation import relu


def _conv_rule(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    return KerasTensor(plan.output_shape(inputs.shape[0]), inputs.dtype, record_history=False)


@op(rule=_conv_rule, dtype=rules.COMMON_FLOAT)
def conv(inputs: Tensor, kernel: Tensor, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Convolution (cross-correlation) of `inputs` with `kernel`.

    Where the kernel has fewer input channels than the inputs, these fall into groups that do not see one another.

    Args:
        inputs: Rank 3, 4 or 5: `(batch, spatial sizes..., channels)`, or `(batch, channels, spatial sizes...)`.
        kernel: (spatial sizes..., input channels / groups, output channels), in both data formats.
        strides: An integer, or one for each spatial axis.
        padding: `"valid"`, or `"same"`: zeros around, the odd one after, so that the result has `ceil(n / stride)` elements.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.
        dilation_rate: Distance between the kernel's elements; an integer, or one for each spatial axis.

    Returns:
        As `inputs`, with the output channels and `floor((n - extent) / stride) + 1` (`"valid"`) elements on a spatial axis,
        where `extent = (size - 1) * dilation + 1`; of the common float dtype.

    Raises:
        ValueError: Ranks, channels or groups do not fit, an option is unknown, or the result would be empty.

    Example:
        >>> x = np.array([1, 2, 4, 8], "float32").reshape(1, 4, 1)
        >>> difference = np.array([-1, 1], "float32").reshape(2, 1, 1)
        >>> ops.conv(x, difference)[0, :, 0]
        array([1., 2., 4.], dtype=float32)
        >>> ops.conv(x, difference, strides=2, padding="same")[0, :, 0]
        array([1., 4.], dtype=float32)
    """


def _conv_bias_rule(inputs, kernel, bias, strides=1, padding="valid", data_format=None, dilation_rate=1):
    result = _conv_rule(inputs, kernel, strides, padding, data_format, dilation_rate)
    if len(bias.shape) != 1 or (
        None not in (bias.shape[0], kernel.shape[-1]) and bias.shape[0] != kernel.shape[-1]
    ):
        raise bad_argument("conv_bias", "the bias must have one element for each output channel.",
                           expected=f"({kernel.shape[-1]},)", given=bias.shape)  # fmt: skip
    return result


@op(rule=_conv_bias_rule, dtype=rules.COMMON_FLOAT)
def conv_bias(inputs: Tensor, kernel: Tensor, bias: Tensor, strides=1, padding="valid", data_format=None,
              dilation_rate=1):  # fmt: skip
    """`conv` with a bias for each output channel, in one kernel where the engine has it."""


@op(rule=_conv_bias_rule, dtype=rules.COMMON_FLOAT)
def conv_bias_relu(inputs: Tensor, kernel: Tensor, bias: Tensor, strides=1, padding="valid", data_format=None,
                   dilation_rate=1):  # fmt: skip
    """relu of `conv_bias`. An engine may clip in place: nobody else holds the result of the convolution."""
    return relu(conv_bias(inputs, kernel, bias, strides, padding, data_format, dilation_rate))


def _transpose_rule(inputs, kernel, strides=1, padding="valid", output_padding=None, data_format=None,
                    dilation_rate=1):  # fmt: skip
    plan = transposed_convolution(inputs.shape, kernel.shape, strides, padding, output_padding, data_format,
                                  dilation_rate)  # fmt: skip
    return KerasTensor(plan.output_shape(inputs.shape[0]), inputs.dtype, record_history=False)


@op(rule=_transpose_rule, dtype=rules.COMMON_FLOAT)
def conv_transpose(inputs: Tensor, kernel: Tensor, strides=1, padding="valid", output_padding=None, data_format=None,
                   dilation_rate=1):  # fmt: skip
    """The transpose of a convolution (what its gradient does to the outputs): upsamples by the strides.

    A result is `n * stride` long under `"same"`, and `n * stride + max(extent - stride, 0)` under `"valid"`, where
    `extent` is the length of the dilated kernel. With `output_padding` it is
    `(n - 1) * stride + extent - 2 * (extent // 2 if padding == "same" else 0) + output_padding`.

    Args:
        inputs: Rank 3, 4 or 5, as in `conv`.
        kernel: (spatial sizes..., output channels, input channels).
        strides, padding, data_format, dilation_rate: As in `conv`.
        output_padding: Elements added at the end: an integer, or one for each spatial axis; below the stride. None: as many
            as make the length above.

    Returns:
        As `inputs`, with the output channels and the lengths above; of the common float dtype.

    Raises:
        ValueError: Ranks or channels do not fit, an option is unknown or out of range, or the result would be empty.

    Source: Zeiler et al., 2010.

    Example:
        >>> x = np.array([1, 2], "float32").reshape(1, 2, 1)
        >>> ops.conv_transpose(x, np.ones((3, 1, 1), "float32"), strides=2)[0, :, 0]
        array([1., 1., 3., 2., 2.], dtype=float32)
    """


def _depthwise_rule(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    plan = convolution(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate, True,
                       "ops.depthwise_conv")  # fmt: skip
    return KerasTensor(plan.output_shape(inputs.shape[0]), inputs.dtype, record_history=False)


@op(rule=_depthwise_rule, dtype=rules.COMMON_FLOAT)
def depthwise_conv(
    inputs: Tensor, kernel: Tensor, strides=1, padding="valid", data_format=None, dilation_rate=1
):
    """Convolves each channel apart, with `multiplier` kernels of its own.

    Args:
        inputs: Rank 3, 4 or 5, as in `conv`.
        kernel: (spatial sizes..., channels, multiplier).
        strides, padding, data_format, dilation_rate: As in `conv`.

    Returns:
        As `conv`, with channels * multiplier channels; those of one input channel stand together.

    Raises:
        ValueError: Ranks or channels do not fit, an option is unknown, or the result would be empty.

    Example:
        >>> x = np.array([[1, 10], [2, 20], [4, 40]], "float32")[None]
        >>> ops.depthwise_conv(x, np.ones((2, 2, 1), "float32"))[0]
        array([[ 3., 30.],
               [ 6., 60.]], dtype=float32)
    """


@op()
def separable_conv(inputs: Tensor, depthwise_kernel: Tensor, pointwise_kernel: Tensor, strides=1, padding="valid",
                   data_format=None, dilation_rate=1):  # fmt: skip
    """`depthwise_conv`, then a convolution of size 1 that mixes the channels.

    Args:
        inputs: Rank 3, 4 or 5, as in `conv`.
        depthwise_kernel: (spatial sizes..., channels, multiplier).
        pointwise_kernel: (1..., channels * multiplier, output channels).
        strides, padding, data_format, dilation_rate: Of the depthwise part, as in `conv`.

    Returns:
        As `conv`.

    Raises:
        ValueError: Ranks or channels do not fit, an option is unknown, or the result would be empty.

    Source: Chollet, 2016.

    Example:
        >>> x = np.array([[1, 10], [2, 20], [4, 40]], "float32")[None]
        >>> ops.separable_conv(x, np.ones((2, 2, 1), "float32"), np.ones((1, 2, 1), "float32"))[0]
        array([[33.],
               [66.]], dtype=float32)
    """
    data_format = resolve_data_format(data_format, "ops.separable_conv")
    mixed = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(mixed, pointwise_kernel, 1, "valid", data_format, 1)
