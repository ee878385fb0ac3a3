"""`SeparableConv1D`: a depthwise convolution over sequences, then one of size 1."""

from __future__ import annotations

from typing import Any

from tricorn.layers.conv._base_separable_conv import SeparableConvolution


class SeparableConv1D(SeparableConvolution):
    """A convolution over sequences of each channel apart, then one of size 1 that mixes the channels.

    `activation(conv(depthwise_conv(inputs, depthwise_kernel), pointwise_kernel) + bias)`. The kernels have the shapes
    `(*kernel_size, channels, depth_multiplier)` and `(1, channels * depth_multiplier, filters)`.

    Args:
        filters: Channels of the output.
        kernel_size: Size of the window: an int.
        strides: Step of the window: an int.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int.
        depth_multiplier: Number of kernels of each channel in the depthwise part.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        depthwise_initializer: Initializer of the depthwise kernel.
        pointwise_initializer: Initializer of the pointwise kernel.
        bias_initializer: Initializer of the bias.
        depthwise_regularizer: Penalty on the depthwise kernel.
        pointwise_regularizer: Penalty on the pointwise kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Projection of the depthwise kernel after each update.
        pointwise_constraint: Projection of the pointwise kernel after each update.
        bias_constraint: Projection of the bias after each update.
        **kwargs: Of `Layer`.

    Input shape: `(batch, steps, channels)`; `(batch, channels, steps)` if "channels_first".
    Output shape: As the input, with `filters` channels.

    Raises:
        ValueError: An argument is unknown or out of range, or the channels of the input are not known.

    Source: Chollet, 2016.

    Examples:
        >>> SeparableConv1D(8, 3)(Input((20, 4))).shape
        (None, 18, 8)
    """

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer: Any = "glorot_uniform",
                 pointwise_initializer: Any = "glorot_uniform", bias_initializer: Any = "zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None,
                 pointwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(
            1, filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier, activation, use_bias,
            depthwise_initializer, pointwise_initializer, bias_initializer, depthwise_regularizer, pointwise_regularizer,
            bias_regularizer, activity_regularizer, depthwise_constraint, pointwise_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


SeparableConvolution1D = SeparableConv1D
