"""What the separable convolutions share."""

from __future__ import annotations

from tricorn.activations import linear as identity, relu
from tricorn.core.windows import convolution
from tricorn.layers._arguments import keep, known_size, positive_integer, written
from tricorn.layers.conv._base_window import WindowLayer
from tricorn.ops._conv import conv, conv_bias, conv_bias_relu, depthwise_conv


class SeparableConvolution(WindowLayer):
    """A depthwise convolution over `rank` spatial axes, then one of size 1 that mixes the channels.

    The kernels have the shapes `(*kernel_size, channels, depth_multiplier)` and
    `(1..., channels * depth_multiplier, filters)`.

    Args:
        rank: Number of spatial axes.
        filters: Channels of the output.
        kernel_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
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
    """

    depthwise_kernel = pointwise_kernel = None

    def __init__(self, rank, filters, kernel_size, strides, padding, data_format, dilation_rate, depth_multiplier,
                 activation, use_bias, depthwise_initializer, pointwise_initializer, bias_initializer,
                 depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer,
                 depthwise_constraint, pointwise_constraint, bias_constraint, **kwargs):  # fmt: skip
        super().__init__(rank, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
                         bias_initializer, bias_regularizer, activity_regularizer, bias_constraint, **kwargs)  # fmt: skip
        self.filters = positive_integer(self, "filters", filters)
        self.depth_multiplier = positive_integer(self, "depth_multiplier", depth_multiplier)
        keep(self, depthwise_initializer=depthwise_initializer, depthwise_regularizer=depthwise_regularizer,
             depthwise_constraint=depthwise_constraint, pointwise_initializer=pointwise_initializer,
             pointwise_regularizer=pointwise_regularizer, pointwise_constraint=pointwise_constraint)  # fmt: skip
        # What the ops take after the tensors, ready made for `call`.
        self._geometry = (self.strides, self.padding, self.data_format, self.dilation_rate)
        self._mixing = (1, "valid", self.data_format, 1)

    def build(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        self.compute_output_shape(input_shape)  # an input smaller than the window is found here
        rank = self.rank
        # torch keeps them as (channels, multiplier, *spatial) and (output, *spatial, input): no call moves memory.
        self.depthwise_kernel = self.add_weight(
            shape=(*self.kernel_size, channels, self.depth_multiplier), name="depthwise_kernel",
            initializer=self.depthwise_initializer, regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint, memory_order=(rank, rank + 1, *range(rank)),
        )  # fmt: skip
        self.pointwise_kernel = self.add_weight(
            shape=(*(1,) * rank, channels * self.depth_multiplier, self.filters), name="pointwise_kernel",
            initializer=self.pointwise_initializer, regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint, memory_order=(rank + 1, *range(rank), rank),
        )  # fmt: skip
        self._build_bias(self.filters, channels)

    def call(self, inputs):
        mixed = depthwise_conv(inputs, self.depthwise_kernel, *self._geometry)
        activation = self.activation
        if self.bias is None:
            outputs = conv(mixed, self.pointwise_kernel, *self._mixing)
        elif activation is relu:
            return conv_bias_relu(mixed, self.pointwise_kernel, self.bias, *self._mixing)
        else:
            outputs = conv_bias(mixed, self.pointwise_kernel, self.bias, *self._mixing)
        return outputs if activation is identity else activation(outputs)

    def compute_output_shape(self, input_shape):
        channels = input_shape[self._channel_axis]
        kernel_shape = (*self.kernel_size, 1 if channels is None else channels, self.filters)
        plan = convolution(input_shape, kernel_shape, *self._geometry, where=self._where())
        return plan.output_shape(input_shape[0])

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "depth_multiplier": self.depth_multiplier,
            **written(self, "depthwise_initializer", "pointwise_initializer", "depthwise_regularizer",
                      "pointwise_regularizer", "depthwise_constraint", "pointwise_constraint"),
        }  # fmt: skip
