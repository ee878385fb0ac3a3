"""`Conv3DTranspose`: the transpose of a convolution over volumes."""

from __future__ import annotations

from typing import Any

from tricorn.layers.conv._base_conv_transpose import ConvolutionTranspose


class Conv3DTranspose(ConvolutionTranspose):
    """The transpose of a convolution over volumes: `activation(conv_transpose(inputs, kernel) + bias)`.

    What the gradient of a convolution does to its outputs: it makes inputs longer by the strides.

    The kernel has the shape `(*kernel_size, filters, channels)`. On an axis of n elements the output has `n * stride`
    under "same" and `n * stride + max(extent - stride, 0)` under "valid", where `extent = (kernel_size - 1) *
    dilation_rate + 1`; with `output_padding`, `(n - 1) * stride + extent + output_padding`, less `2 * (extent // 2)`
    under "same".

    Args:
        filters: Channels of the output.
        kernel_size: Size of the window: an int, or one an axis.
        strides: How much longer the output is: an int, or one an axis. Not together with a dilation.
        padding: "valid" or "same"; see above.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        output_padding: Elements added at the end of the output: an int, or one an axis; below the stride. None for as many as
            make the length above.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
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

    Input shape: `(batch, depth, rows, columns, channels)`; `(batch, channels, depth, rows, columns)` if "channels_first".
    Output shape: As the input, with `filters` channels and the lengths above.

    Raises:
        ValueError: An argument is unknown or out of range, or the channels of the input are not known.

    Source: Zeiler et al., 2010.

    Examples:
        >>> Conv3DTranspose(8, 3)(Input((5, 5, 5, 4))).shape
        (None, 7, 7, 7, 8)
    """

    def __init__(self, filters, kernel_size, strides=(1, 1, 1), padding="valid", data_format=None, output_padding=None,
                 dilation_rate=(1, 1, 1), activation=None, use_bias=True, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(
            3, filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer,
            kernel_constraint, bias_constraint, **kwargs,
        )  # fmt: skip


Convolution3DTranspose = Conv3DTranspose
