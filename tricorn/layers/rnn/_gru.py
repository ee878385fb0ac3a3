"""`GRU`: gated recurrent units over time."""

from __future__ import annotations

from typing import Any

from tricorn.layers.rnn._base_recurrent import FusedRecurrent, cell_options
from tricorn.layers.rnn._gru_cell import GRUCell
from tricorn.ops._rnn import gru


class GRU(FusedRecurrent):
    """Gated recurrent units over time; see `GRUCell` for one step.

    Called as `layer(sequences, initial_state=None, mask=None, training=False)`; see `RNN`. With the usual activations
    and no recurrent dropout it runs as one op, whatever the mask.

    Args:
        units: Size of output and state.
        activation: Activation of the candidate.
        recurrent_activation: Activation of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(features, 3 * units)`.
        recurrent_initializer: Initializer of the recurrent kernel, shape `(units, 3 * units)`.
        bias_initializer: Initializer of the bias.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel after each update.
        bias_constraint: Projection of the bias after each update.
        dropout: Share of inputs to drop in training.
        recurrent_dropout: Share of the state to drop in training.
        seed: Seed of the dropout, an int.
        return_sequences: Whether to return the outputs of all steps, `(batch, time, units)`, or the last.
        return_state: Whether to return the last state(s) after the output.
        go_backwards: Whether to run from the last step to the first; outputs come in that order.
        stateful: Whether each batch begins with the states that the batch before ended with.
        unroll: Whether to write the loop out where the engine compiles it.
        reset_after: Whether the reset gate acts after the recurrent product (as cuDNN has it) or before.
        use_cudnn: "auto" and True run as one op where possible (True raises where not); False runs step by step.
        **kwargs: Of `Layer`, and `zero_output_for_mask` as for `RNN`.

    Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014.
    """

    _cell_arguments = (
        "units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer",
        "bias_initializer", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer",
        "kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "reset_after",
        "seed",
    )  # fmt: skip

    def __init__(self, units, activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias=True,
                 kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
                 bias_initializer: Any = "zeros",
                 kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0,
                 recurrent_dropout=0.0, seed=None, return_sequences=False, return_state=False, go_backwards=False,
                 stateful=False, unroll=False, reset_after=True, use_cudnn="auto", **kwargs):  # fmt: skip
        cell = GRUCell(
            units, activation=activation, recurrent_activation=recurrent_activation, use_bias=use_bias,
            kernel_initializer=kernel_initializer, recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer, kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer, bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint, recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint, dropout=dropout, recurrent_dropout=recurrent_dropout,
            reset_after=reset_after, seed=seed, name="gru_cell", **cell_options(kwargs),
        )  # fmt: skip
        super().__init__(
            cell, use_cudnn=use_cudnn, activity_regularizer=activity_regularizer, return_sequences=return_sequences,
            return_state=return_state, go_backwards=go_backwards, stateful=stateful, unroll=unroll, **kwargs,
        )  # fmt: skip

    def _fused(self, cell, sequences, initial_state, mask):
        return gru(sequences, initial_state[0], cell.kernel, cell.recurrent_kernel, cell.bias, mask, self.go_backwards,
                   cell.reset_after, self.zero_output_for_mask)  # fmt: skip
