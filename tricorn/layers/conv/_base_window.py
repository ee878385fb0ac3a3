"""What the transposed, depthwise and separable convolutions share."""

from __future__ import annotations

from tricorn import ops
from tricorn.activations import linear as identity
from tricorn.core.errors import bad_argument
from tricorn.core.windows import per_axis, resolve_data_format
from tricorn.layers._arguments import keep, make_weight, written, written_regularizer
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer


class WindowLayer(Layer):
    """A layer that slides a window over `rank` spatial axes, then adds a bias and applies an activation.

    A subclass makes its kernels in `build` and defines `call`.

    Args:
        rank: Number of spatial axes.
        kernel_size: Size of the window: an int, or one an axis.
        strides: Step of the window: an int, or one an axis.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; None for the configured one.
        dilation_rate: Distance between neighbours in the window: an int, or one an axis.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        bias_initializer: Initializer of the bias.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        bias_constraint: Projection of the bias after each update.
        **kwargs: Of `Layer`.
    """

    bias = None

    def __init__(self, rank, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
                 bias_initializer, bias_regularizer, activity_regularizer, bias_constraint, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        where = self._where()
        self.rank = rank
        self.kernel_size = per_axis(kernel_size, rank, "kernel_size", where)
        self.strides = per_axis(strides, rank, "strides", where)
        self.dilation_rate = per_axis(dilation_rate, rank, "dilation_rate", where)
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            hint = "ZeroPadding1D in front" if self.padding == "causal" else None
            raise bad_argument(
                where,
                "unknown `padding`.",
                expected='"valid" or "same"',
                given=f"padding={padding!r}",
                hint=hint,
            )
        self.data_format = resolve_data_format(data_format, where)
        self.use_bias = bool(use_bias)
        keep(self, activation=activation, bias_initializer=bias_initializer, bias_regularizer=bias_regularizer,
             bias_constraint=bias_constraint)  # fmt: skip
        self.input_spec = InputSpec(ndim=rank + 2)
        self._channel_axis = 1 if self.data_format == "channels_first" else -1

    def _refuse_strides_with_dilation(self):
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise bad_argument(self._where(), "`strides` and `dilation_rate` cannot both be above 1.",
                               given=f"strides={self.strides}, dilation_rate={self.dilation_rate}")  # fmt: skip

    def _build_bias(self, filters, channels):
        if self.use_bias:
            self.bias = make_weight(self, "bias", (filters,))
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self._channel_axis: channels})

    def _finished(self, outputs):
        """`activation(outputs + bias)`."""
        if self.bias is not None:
            bias = ops.convert_to_tensor(self.bias)
            if self._channel_axis == 1:
                bias = ops.reshape(bias, (-1, *(1,) * self.rank))
            outputs = outputs + bias
        return outputs if self.activation is identity else self.activation(outputs)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "use_bias": self.use_bias,
            **written(self, "activation", "bias_initializer", "bias_regularizer", "bias_constraint"),
            **written_regularizer(self),
        }
