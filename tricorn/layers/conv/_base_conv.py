"""What the convolutions share."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.activations import linear as identity, relu
from tricorn.core.errors import bad_argument
from tricorn.core.windows import convolution, per_axis, resolve_data_format
from tricorn.layers._arguments import (
    keep,
    known_size,
    make_weight,
    positive_integer,
    written,
    written_regularizer,
)
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._low_rank import LowRankLayer
from tricorn.ops._conv import conv, conv_bias, conv_bias_relu


class Convolution(LowRankLayer):
    """A convolution over `rank` spatial axes: `activation(conv(inputs, kernel) + bias)`.

    The kernel has the shape `(*kernel_size, channels / groups, filters)`.

    Args:
        rank: Number of spatial axes.
        filters: Channels of the output.
        kernel_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis. Not together with a dilation.
        padding: "valid" for none; "same" for as much as makes the output `ceil(size / stride)` long; "causal" (one
            spatial axis) for zeros in front only, so that no output sees what comes after it.
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
    """

    kernel = bias = None

    def __init__(self, rank, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 groups=1, activation=None, use_bias=True, kernel_initializer: Any = "glorot_uniform",
                 bias_initializer: Any = "zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        where = self._where()
        self.rank = rank
        self.filters = positive_integer(self, "filters", filters)
        self.kernel_size = per_axis(kernel_size, rank, "kernel_size", where)
        self.strides = per_axis(strides, rank, "strides", where)
        self.dilation_rate = per_axis(dilation_rate, rank, "dilation_rate", where)
        self.padding = str(padding).lower()
        allowed = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        if self.padding not in allowed:
            raise bad_argument(where, "unknown `padding`.", expected=" or ".join(f'"{one}"' for one in allowed),
                               given=f"padding={padding!r}")  # fmt: skip
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise bad_argument(where, "`strides` and `dilation_rate` cannot both be above 1.",
                               given=f"strides={self.strides}, dilation_rate={self.dilation_rate}")  # fmt: skip
        self.data_format = resolve_data_format(data_format, where)
        self.groups = positive_integer(self, "groups", groups)
        if self.filters % self.groups:
            raise bad_argument(where, "`groups` must divide `filters`.", expected=f"a divisor of {self.filters}",
                               given=f"groups={groups}")  # fmt: skip
        self.use_bias = bool(use_bias)
        keep(self, activation=activation, kernel_initializer=kernel_initializer, bias_initializer=bias_initializer,
             kernel_regularizer=kernel_regularizer, bias_regularizer=bias_regularizer,
             kernel_constraint=kernel_constraint, bias_constraint=bias_constraint)  # fmt: skip
        self.input_spec = InputSpec(ndim=rank + 2)
        self._channel_axis = 1 if self.data_format == "channels_first" else -1
        self._is_causal = self.padding == "causal"
        self._front = self.dilation_rate[0] * (self.kernel_size[0] - 1) if self._is_causal else 0
        # What the op takes after the tensors, ready made for `call`.
        self._geometry = (self.strides, "valid" if self._is_causal else self.padding, self.data_format,
                          self.dilation_rate)  # fmt: skip

    def build(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        if channels % self.groups:
            raise bad_argument(self._where(), "`groups` must divide the input channels.",
                               expected=f"a divisor of {channels}",
                               given=f"groups={self.groups}, input shape {tuple(input_shape)}")  # fmt: skip
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self._output_shape(input_shape, shape)  # an input smaller than the window is found here
        rank = self.rank
        # torch keeps it as (output, *spatial, input): its channels_last, so that no call moves memory.
        order = (rank + 1, *range(rank), rank)
        self.kernel = make_weight(self, "kernel", shape, memory_order=order)
        if self.use_bias:
            self.bias = make_weight(self, "bias", (self.filters,))
        self.input_spec = InputSpec(ndim=rank + 2, axes={self._channel_axis: channels})
        self._build_adaptation()

    def convolution_op(self, inputs, kernel):
        """The convolution alone, of these inputs with this kernel; may be overridden."""
        return conv(self._in_front(inputs) if self._is_causal else inputs, kernel, *self._geometry)

    def _in_front(self, inputs):
        rows = (
            ((0, 0), (0, 0), (self._front, 0))
            if self._channel_axis == 1
            else ((0, 0), (self._front, 0), (0, 0))
        )
        return ops.pad(inputs, rows)

    def call(self, inputs):
        activation = self.activation
        kernel = self._adapted_weight() if self.lora_enabled else self.kernel
        if self.bias is None or self._convolves_otherwise:
            outputs = self.convolution_op(inputs, kernel)
            if self.bias is not None:
                outputs = outputs + self._bias_along_channels(outputs)
        else:
            if self._is_causal:
                inputs = self._in_front(inputs)
            if activation is relu:
                return conv_bias_relu(inputs, kernel, self.bias, *self._geometry)
            outputs = conv_bias(inputs, kernel, self.bias, *self._geometry)
        return outputs if activation is identity else activation(outputs)

    _convolves_otherwise = False

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        # A subclass of the user's with its own `convolution_op` is called through it.
        cls._convolves_otherwise = cls.convolution_op is not Convolution.convolution_op

    def _bias_along_channels(self, outputs):
        if self._channel_axis == -1:
            return ops.convert_to_tensor(self.bias)
        return ops.reshape(self.bias, (1, self.filters, *(1,) * self.rank))

    def _output_shape(self, input_shape, kernel_shape):
        shape = list(input_shape)
        if self._is_causal:
            axis = 2 if self._channel_axis == 1 else 1
            shape[axis] = None if shape[axis] is None else shape[axis] + self._front
        strides, padding, data_format, dilation = self._geometry
        plan = convolution(shape, kernel_shape, strides, padding, data_format, dilation, where=self._where())
        return plan.output_shape(input_shape[0])

    def compute_output_shape(self, input_shape):
        channels = input_shape[self._channel_axis]
        kernel_channels = 1 if channels is None else channels // self.groups
        return self._output_shape(input_shape, (*self.kernel_size, kernel_channels, self.filters))

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "groups": self.groups,
            "use_bias": self.use_bias,
            **written(self, "activation", "kernel_initializer", "bias_initializer", "kernel_regularizer",
                      "bias_regularizer", "kernel_constraint", "bias_constraint"),
            **written_regularizer(self),
            **self._written_adaptation(),
        }  # fmt: skip
