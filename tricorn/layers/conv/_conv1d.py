"""`Conv1D`: a convolution over sequences."""

from __future__ import annotations

from typing import Any

from tricorn.layers.conv._base_conv import Convolution


class Conv1D(Convolution):
    """A convolution over sequences, `(batch, steps, channels)`: `activation(conv(inputs, kernel) + bias)`.

    The kernel has the shape `(*kernel_size, channels / groups, filters)`.

    Args:
        filters: Channels of the output.
        kernel_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis. Not together with a dilation.
        padding: "valid", "same" or "causal" (zeros in front only).
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
        groups: Number of groups into which channels and filters are split, each convolved apart.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel.
        bias_initializer: Initializer of the bias.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Projection of the kernel after each update.
        bias_constraint: Projection of the bias after each update.
        **kwargs: Of `Layer`.

    Examples:
        >>> Conv1D(8, 3)(Input((20, 4))).shape
        (None, 18, 8)
    """

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 groups=1, activation=None, use_bias=True, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(
            1, filters, kernel_size, strides, padding, data_format, dilation_rate, groups, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


Convolution1D = Conv1D
