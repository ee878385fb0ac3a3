"""What the convolutional LSTMs share."""

from __future__ import annotations

from typing import Any

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers._input_spec import InputSpec
from tricorn.layers.rnn._base_recurrent import Recurrent, cell_options
from tricorn.layers.rnn._conv_lstm_cell import ConvLSTMCell
from tricorn.ops._rnn import rnn


class ConvLSTM(Recurrent):
    """A convolutional LSTM over `rank` spatial axes and time.

    The inputs of all steps are convolved at once, before the loop; in the loop only the state is.

    Args:
        rank: Number of spatial axes.
        others: As in `ConvLSTM2D`.
    """

    _cell_arguments = (
        "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation",
        "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer",
        "unit_forget_bias", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer",
        "kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "seed",
    )  # fmt: skip

    def __init__(self, rank, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias=True,
                 kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
                 bias_initializer: Any = "zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, kernel_constraint=None, recurrent_constraint=None, bias_constraint=None,
                 dropout=0.0, recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False,
                 go_backwards=False, stateful=False, **kwargs):  # fmt: skip
        weights = {
            "kernel_initializer": kernel_initializer, "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer, "kernel_regularizer": kernel_regularizer,
            "recurrent_regularizer": recurrent_regularizer, "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint, "recurrent_constraint": recurrent_constraint,
            "bias_constraint": bias_constraint,
        }  # fmt: skip
        cell = ConvLSTMCell(
            rank, filters, kernel_size, strides, padding, data_format, dilation_rate, activation, recurrent_activation,
            use_bias, unit_forget_bias, dropout, recurrent_dropout, seed, weights, name="conv_lstm_cell",
            **cell_options(kwargs),
        )  # fmt: skip
        super().__init__(
            cell, activity_regularizer=activity_regularizer, return_sequences=return_sequences,
            return_state=return_state, go_backwards=go_backwards, stateful=stateful, **kwargs,
        )  # fmt: skip
        self.rank = rank
        self.input_spec = InputSpec(ndim=rank + 3)

    def build(self, sequences_shape, initial_state_shape=None):
        super().build(sequences_shape, initial_state_shape)
        self._built_shape = tuple(sequences_shape)
        channel_axis = self.cell._channel_axis + 1
        self.input_spec = InputSpec(ndim=self.rank + 3, axes={channel_axis: sequences_shape[channel_axis]})

    def _step_output_shape(self, sequences_shape):
        return self.cell.state_shape((sequences_shape[0], *sequences_shape[2:]))

    def _state_shapes(self, sequences_shape):
        return [self._step_output_shape(sequences_shape)] * 2

    def _make_states(self, sequences_shape):
        if None in sequences_shape[2:]:
            raise bad_argument(self._where(), "`stateful=True` needs known spatial sizes.",
                               given=f"input shape {tuple(sequences_shape)}")  # fmt: skip
        super()._make_states(sequences_shape)

    def get_initial_state(self, batch_size):
        """Zeros for both states, for inputs of the spatial sizes that the layer was built with.

        Raises:
            ValueError: The layer is not built, or with unknown spatial sizes; `batch_size` is None.
        """
        shape = self._state_shapes(self._built_shape)[0] if self.built else (None,)
        shape = (batch_size, *shape[1:])
        if not self.built or None in shape:
            raise bad_argument(f"{self._where()}.get_initial_state", "the sizes of the states are not known.",
                               given=f"{shape}" if self.built else "a layer that is not built",
                               hint="build it with known spatial sizes, and give a batch size")  # fmt: skip
        return [ops.zeros(shape, dtype=self.compute_dtype) for _ in range(2)]

    def _first_state(self, sequences):
        return None  # zeros like the projected inputs, whose sizes are known when they are there

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """`(last output, all outputs, states)` of the cell run over the steps; no initial state means zeros."""
        cell = self.cell
        self._reset_masks()
        if training and cell.dropout:
            # One mask an example, the same at all steps.
            sequences = sequences * cell.get_dropout_mask(sequences[:, :1])
        projected = self._project(sequences)
        if initial_state is None:
            zeros = ops.zeros_like(ops.split(projected[0], 4, axis=cell._channel_axis)[0])
            initial_state = [zeros, zeros]
        state_mask = cell.get_recurrent_dropout_mask(initial_state[0]) if training else None
        self._reset_masks()

        def step(inputs, states):
            h, c = states
            h, c = cell.advance(inputs, h if state_mask is None else h * state_mask, c)
            return h, [h, c]

        last, outputs, states = rnn(
            step, projected, list(initial_state), go_backwards=self.go_backwards, time_major=True,
            mask=None if mask is None else ops.transpose(mask), unroll=self.unroll,
            zero_output_for_mask=self.zero_output_for_mask, return_all_outputs=self.return_sequences,
        )  # fmt: skip
        return last, ops.swapaxes(outputs, 0, 1), states

    def _project(self, sequences):
        """The inputs' share of the gates at all steps, time first, by one convolution."""
        sequences = ops.swapaxes(sequences, 0, 1)
        shape = tuple(sequences.shape)
        if None in shape:
            shape = ops.shape(sequences)
        projected = self.cell.project(ops.reshape(sequences, (-1, *shape[2:])))
        sizes = tuple(projected.shape)
        if None in sizes[1:]:
            sizes = ops.shape(projected)
        return ops.reshape(projected, (*shape[:2], *sizes[1:]))
