"""`ConvLSTMCell`: one step of an LSTM whose products are convolutions."""

from __future__ import annotations

from tricorn import activations, ops
from tricorn.core.errors import bad_argument
from tricorn.core.windows import convolution, per_axis, resolve_data_format
from tricorn.layers._arguments import keep, known_size, make_weight, positive_integer, written
from tricorn.layers._layer import Layer
from tricorn.layers.rnn._base_cell import WEIGHT_ARGUMENTS, RecurrentKernel
from tricorn.layers.rnn._dropout_cell import DropoutCell
from tricorn.layers.rnn._lstm_cell import UnitForgetBias
from tricorn.ops._conv import conv, conv_bias


class ConvLSTMCell(RecurrentKernel, DropoutCell, Layer):
    """One step of a convolutional LSTM over `rank` spatial axes; gates stand in the order input, forget, cell, output.

    `i, f, o = recurrent_activation(conv(x, kernel) + bias + conv(h, recurrent_kernel))`, the candidate `g` is the same
    under `activation`; `c = f * c + i * g`; `h = o * activation(c)`. The state is convolved with stride 1 and padding
    "same", so that it keeps its size.

    Args:
        rank: Number of spatial axes.
        filters: Channels of output and states.
        kernel_size: Size of both windows.
        strides, padding, data_format, dilation_rate: Of the convolution of the inputs.
        activation, recurrent_activation, use_bias, unit_forget_bias, dropout, recurrent_dropout, seed: As in `LSTMCell`.
        weights: Initializers, regularizers and constraints by name.
        **kwargs: Of `Layer`.
    """

    kernel = recurrent_kernel = bias = None

    def __init__(self, rank, filters, kernel_size, strides, padding, data_format, dilation_rate, activation,
                 recurrent_activation, use_bias, unit_forget_bias, dropout, recurrent_dropout, seed, weights,
                 **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        where = self._where()
        self.rank = rank
        self.filters = positive_integer(self, "filters", filters)
        self.kernel_size = per_axis(kernel_size, rank, "kernel_size", where)
        self.strides = per_axis(strides, rank, "strides", where)
        self.dilation_rate = per_axis(dilation_rate, rank, "dilation_rate", where)
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise bad_argument(
                where, "unknown `padding`.", expected='"valid" or "same"', given=f"padding={padding!r}"
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise bad_argument(where, "`strides` and `dilation_rate` cannot both be above 1.",
                               given=f"strides={self.strides}, dilation_rate={self.dilation_rate}")  # fmt: skip
        self.data_format = resolve_data_format(data_format, where)
        keep(self, activation=activation, recurrent_activation=recurrent_activation, **weights)
        self.use_bias = bool(use_bias)
        self.unit_forget_bias = bool(unit_forget_bias)
        self._init_dropout(dropout, recurrent_dropout, seed)
        self.state_size = [self.filters, self.filters]
        self.output_size = self.filters
        self._channel_axis = 1 if self.data_format == "channels_first" else rank + 1
        self._geometry = (self.strides, self.padding, self.data_format, self.dilation_rate)

    def build(self, input_shape):
        channels, filters, rank = known_size(self, input_shape, self._channel_axis), self.filters, self.rank
        self.state_shape(input_shape)  # an input smaller than the window is found here
        # torch keeps kernels as (output, *spatial, input): its channels_last, so that no call moves memory.
        order = (rank + 1, *range(rank), rank)
        self.kernel = make_weight(
            self, "kernel", (*self.kernel_size, channels, 4 * filters), memory_order=order
        )
        self.recurrent_kernel = make_weight(
            self, "recurrent_kernel", (*self.kernel_size, filters, 4 * filters), memory_order=order
        )
        if self.use_bias:
            initializer = self.bias_initializer
            self.bias = self.add_weight(
                shape=(4 * filters,), name="bias", regularizer=self.bias_regularizer, constraint=self.bias_constraint,
                initializer=UnitForgetBias(initializer) if self.unit_forget_bias else initializer,
            )  # fmt: skip

    def state_shape(self, input_shape):
        """Shape of output and states for inputs of one step."""
        channels = input_shape[self._channel_axis]
        kernel_shape = (*self.kernel_size, 1 if channels is None else channels, self.filters)
        plan = convolution(input_shape, kernel_shape, *self._geometry, where=self._where())
        return plan.output_shape(input_shape[0])

    def project(self, inputs):
        """The inputs' share of all gates: it knows nothing of the state, so that all steps may be taken at once."""
        if self.bias is None:
            return conv(inputs, self.kernel, *self._geometry)
        return conv_bias(inputs, self.kernel, self.bias, *self._geometry)

    def advance(self, projected, h, c):
        """The next states of the ones before, where the inputs' share is known."""
        gates = projected + conv(h, self.recurrent_kernel, 1, "same", self.data_format)
        i, f, g, o = ops.split(gates, 4, axis=self._channel_axis)
        gate, activation = self.recurrent_activation, self.activation
        c = gate(f) * c + gate(i) * activation(g)
        return gate(o) * activation(c), c

    def call(self, inputs, states, training=False):
        h, c = states
        if training:
            mask = self.get_dropout_mask(inputs)
            inputs = inputs if mask is None else inputs * mask
            mask = self.get_recurrent_dropout_mask(h)
            h = h if mask is None else h * mask
        h, c = self.advance(self.project(inputs), h, c)
        return h, [h, c]

    def compute_output_shape(self, input_shape, states_shape=None):
        shape = self.state_shape(input_shape)
        return shape, [shape, shape]

    def _is_pure(self):
        ours = getattr(self.recurrent_activation, "__module__", "").startswith("tricorn.")
        return ours and super()._is_pure()

    def get_config(self):
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "use_bias": self.use_bias,
            "unit_forget_bias": self.unit_forget_bias,
            **written(self, *WEIGHT_ARGUMENTS),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }
