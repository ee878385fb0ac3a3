"""What the depthwise convolutions share."""

from __future__ import annotations

from tricorn.core.windows import convolution
from tricorn.layers._arguments import keep, known_size, positive_integer, written
from tricorn.layers.conv._base_window import WindowLayer
from tricorn.ops._conv import depthwise_conv


class DepthwiseConvolution(WindowLayer):
    """A convolution over `rank` spatial axes of each channel apart: `activation(depthwise_conv(inputs, kernel) + bias)`.

    The kernel has the shape `(*kernel_size, channels, depth_multiplier)`.

    Args:
        rank: Number of spatial axes.
        kernel_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        depth_multiplier: Number of kernels, and so of outputs, of each channel.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
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
    """

    kernel = None

    def __init__(self, rank, kernel_size, strides, padding, depth_multiplier, data_format, dilation_rate, activation,
                 use_bias, depthwise_initializer, bias_initializer, depthwise_regularizer, bias_regularizer,
                 activity_regularizer, depthwise_constraint, bias_constraint, **kwargs):  # fmt: skip
        super().__init__(rank, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
                         bias_initializer, bias_regularizer, activity_regularizer, bias_constraint, **kwargs)  # fmt: skip
        self.depth_multiplier = positive_integer(self, "depth_multiplier", depth_multiplier)
        keep(self, depthwise_initializer=depthwise_initializer, depthwise_regularizer=depthwise_regularizer,
             depthwise_constraint=depthwise_constraint)  # fmt: skip
        # What the op takes after the tensors, ready made for `call`.
        self._geometry = (self.strides, self.padding, self.data_format, self.dilation_rate)

    def build(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        self.compute_output_shape(input_shape)  # an input smaller than the window is found here
        rank = self.rank
        # torch keeps it as (channels, multiplier, *spatial), so that no call moves memory.
        self.kernel = self.add_weight(
            shape=(*self.kernel_size, channels, self.depth_multiplier), name="kernel",
            initializer=self.depthwise_initializer, regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint, memory_order=(rank, rank + 1, *range(rank)),
        )  # fmt: skip
        self._build_bias(channels * self.depth_multiplier, channels)

    def call(self, inputs):
        return self._finished(depthwise_conv(inputs, self.kernel, *self._geometry))

    def compute_output_shape(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        kernel_shape = (*self.kernel_size, channels, self.depth_multiplier)
        plan = convolution(input_shape, kernel_shape, *self._geometry, depthwise=True, where=self._where())
        return plan.output_shape(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            **written(self, "depthwise_initializer", "depthwise_regularizer", "depthwise_constraint"),
        }
