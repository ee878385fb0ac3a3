"""What the transposed convolutions share."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.windows import per_axis, transposed_convolution
from tricorn.layers._arguments import keep, known_size, make_weight, positive_integer, written
from tricorn.layers.conv._base_window import WindowLayer
from tricorn.ops._conv import conv_transpose


class ConvolutionTranspose(WindowLayer):
    """The transpose of a convolution over `rank` spatial axes: `activation(conv_transpose(inputs, kernel) + bias)`.

    The kernel has the shape `(*kernel_size, filters, channels)`. On an axis of n elements the output has `n * stride`
    under "same" and `n * stride + max(extent - stride, 0)` under "valid", where `extent = (kernel_size - 1) *
    dilation_rate + 1`; with `output_padding`, `(n - 1) * stride + extent + output_padding`, less `2 * (extent // 2)`
    under "same".

    Args:
        rank: Number of spatial axes.
        filters: Channels of the output.
        kernel_size: Size of the window: an int, or one an axis.
        strides: How much longer the output is: an int, or one an axis. Not together with a dilation.
        padding: "valid" or "same"; see above.
        output_padding: Elements added at the end of the output: an int, or one an axis; below the stride. None for as many as
            make the length above.
        data_format: "channels_last" or "channels_first"; None for the configured one.
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
    """

    kernel = None

    def __init__(self, rank, filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate,
                 activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
                 activity_regularizer, kernel_constraint, bias_constraint, **kwargs):  # fmt: skip
        super().__init__(rank, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
                         bias_initializer, bias_regularizer, activity_regularizer, bias_constraint, **kwargs)  # fmt: skip
        self._refuse_strides_with_dilation()
        self.filters = positive_integer(self, "filters", filters)
        if output_padding is not None:
            where = self._where()
            output_padding = per_axis(output_padding, rank, "output_padding", where, minimum=0)
            if any(more >= stride for more, stride in zip(output_padding, self.strides, strict=True)):
                raise bad_argument(where, "`output_padding` must be smaller than the stride.",
                                   expected=f"integers below {self.strides}",
                                   given=f"output_padding={output_padding}")  # fmt: skip
        self.output_padding = output_padding
        keep(self, kernel_initializer=kernel_initializer, kernel_regularizer=kernel_regularizer,
             kernel_constraint=kernel_constraint)  # fmt: skip
        # What the op takes after the tensors, ready made for `call`.
        self._geometry = (self.strides, self.padding, output_padding, self.data_format, self.dilation_rate)

    def build(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        self.compute_output_shape(input_shape)  # an empty result is found here
        rank = self.rank
        # torch keeps it as (input, *spatial, output): its channels_last, so that no call moves memory.
        self.kernel = make_weight(self, "kernel", (*self.kernel_size, self.filters, channels),
                                  memory_order=(rank + 1, *range(rank), rank))  # fmt: skip
        self._build_bias(self.filters, channels)

    def call(self, inputs):
        return self._finished(conv_transpose(inputs, self.kernel, *self._geometry))

    def compute_output_shape(self, input_shape):
        kernel_shape = (*self.kernel_size, self.filters, input_shape[self._channel_axis])
        plan = transposed_convolution(input_shape, kernel_shape, *self._geometry, where=self._where())
        return plan.output_shape(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "output_padding": self.output_padding,
            **written(self, "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
        }
