"""`DepthwiseConv1D`: a convolution over sequences, of each channel apart."""

from __future__ import annotations

from typing import Any

from tricorn.layers.conv._base_depthwise_conv import DepthwiseConvolution


class DepthwiseConv1D(DepthwiseConvolution):
    """A convolution over sequences of each channel apart: `activation(depthwise_conv(inputs, kernel) + bias)`.

    The kernel has the shape `(*kernel_size, channels, depth_multiplier)`. The outputs of one channel stand together.

    Args:
        kernel_size: Size of the window: an int.
        strides: Step of the window: an int.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        depth_multiplier: Number of kernels, and so of outputs, of each channel.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        depthwise_initializer: Initializer of the depthwise kernel.
        bias_initializer: Initializer of the bias.
        depthwise_regularizer: Penalty on the depthwise kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Projection of the depthwise kernel after each update.
        bias_constraint: Projection of the bias after each update.
        **kwargs: Of `Layer`.

    Input shape: `(batch, steps, channels)`; `(batch, channels, steps)` if "channels_first".
    Output shape: As the input, with `channels * depth_multiplier` channels.

    Raises:
        ValueError: An argument is unknown or out of range, or the channels of the input are not known.

    Examples:
        >>> DepthwiseConv1D(3)(Input((20, 4))).shape
        (None, 18, 4)
    """

    def __init__(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, data_format=None,
                 dilation_rate=1, activation=None, use_bias=True, depthwise_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", depthwise_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, depthwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(
            1, kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate, activation, use_bias,
            depthwise_initializer, bias_initializer, depthwise_regularizer, bias_regularizer, activity_regularizer,
            depthwise_constraint, bias_constraint, **kwargs,
        )  # fmt: skip
