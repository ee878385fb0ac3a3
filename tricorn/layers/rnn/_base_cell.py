"""What the SimpleRNN, LSTM and GRU cells share: weights and their arguments."""

from __future__ import annotations

from tricorn import activations
from tricorn.layers._arguments import keep, known_size, make_weight, positive_integer, written
from tricorn.layers._layer import Layer
from tricorn.layers.rnn._dropout_cell import DropoutCell

WEIGHT_ARGUMENTS = (
    "kernel_initializer", "recurrent_initializer", "bias_initializer", "kernel_regularizer", "recurrent_regularizer",
    "bias_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint",
)  # fmt: skip


class RecurrentKernel:
    """Mixed into cells: `make_weight` finds what is set for the weight "recurrent_kernel" under the public names."""

    @property
    def recurrent_kernel_initializer(self):
        return self.recurrent_initializer

    @property
    def recurrent_kernel_regularizer(self):
        return self.recurrent_regularizer

    @property
    def recurrent_kernel_constraint(self):
        return self.recurrent_constraint


class RecurrentCell(RecurrentKernel, DropoutCell, Layer):
    """A cell with a kernel for the inputs, one for the state, and a bias. A subclass sets `gates`."""

    gates = 1

    def __init__(self, units, activation, use_bias, dropout, recurrent_dropout, seed, weights, **kwargs):
        super().__init__(**kwargs)
        self.units = positive_integer(self, "units", units)
        keep(self, activation=activation, **weights)
        self.use_bias = bool(use_bias)
        self._init_dropout(dropout, recurrent_dropout, seed)
        self.state_size = self.units
        self.output_size = self.units
        self.kernel = self.recurrent_kernel = self.bias = None

    def build(self, input_shape):
        size = known_size(self, input_shape, -1)
        # Transposed in memory: what torch's fused kernels read without a copy.
        self.kernel = make_weight(self, "kernel", (size, self.gates * self.units), memory_order=(1, 0))
        self.recurrent_kernel = make_weight(
            self, "recurrent_kernel", (self.units, self.gates * self.units), memory_order=(1, 0)
        )
        if self.use_bias:
            self.bias = self._make_bias()

    def _make_bias(self):
        return make_weight(self, "bias", (self.gates * self.units,))

    def compute_output_shape(self, input_shape, states_shape=None):
        state = (input_shape[0], self.units)
        count = len(self.state_size) if isinstance(self.state_size, (list, tuple)) else 1
        return state, [state] * count

    def _spec_from_shape(self, inputs, states, *args, **kwargs):
        from tricorn.layers._layer import _specs_of_shape

        output, state = self.compute_output_shape(inputs.shape)
        return _specs_of_shape(output, self.compute_dtype), _specs_of_shape(state, self.compute_dtype)

    def _is_pure(self):
        ours = getattr(self.__dict__.get("recurrent_activation"), "__module__", "tricorn.").startswith(
            "tricorn."
        )
        return ours and super()._is_pure()

    def _dropped(self, inputs, state, training):
        """Inputs and state with their dropout masks, if any."""
        if training:
            mask = self.get_dropout_mask(inputs)
            inputs = inputs if mask is None else inputs * mask
            mask = self.get_recurrent_dropout_mask(state)
            state = state if mask is None else state * mask
        return inputs, state

    def get_config(self):
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            **written(self, *WEIGHT_ARGUMENTS),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }
