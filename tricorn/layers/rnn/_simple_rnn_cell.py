"""`SimpleRNNCell`: one step of a fully connected recurrence."""

from __future__ import annotations

from typing import Any

from tricorn.layers.rnn._base_cell import RecurrentCell
from tricorn.ops._linear import linear


class SimpleRNNCell(RecurrentCell):
    """`h = activation(inputs @ kernel + bias + h @ recurrent_kernel)`; for `RNN`.

    Args:
        units: Size of output and state.
        activation: Activation (name or function); None for none.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(features, units)`.
        recurrent_initializer: Initializer of the recurrent kernel, shape `(units, units)`.
        bias_initializer: Initializer of the bias.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel after each update.
        bias_constraint: Projection of the bias after each update.
        dropout: Share of inputs to drop in training.
        recurrent_dropout: Share of the state to drop in training.
        seed: Seed of the dropout, an int.
        **kwargs: Of `Layer`.
    """

    def __init__(self, units, activation: Any = "tanh", use_bias=True, kernel_initializer: Any = "glorot_uniform",
                 recurrent_initializer: Any = "orthogonal", bias_initializer: Any = "zeros", kernel_regularizer=None,
                 recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None, recurrent_constraint=None,
                 bias_constraint=None, dropout=0.0, recurrent_dropout=0.0, seed=None, **kwargs):  # fmt: skip
        weights = {
            "kernel_initializer": kernel_initializer, "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer, "kernel_regularizer": kernel_regularizer,
            "recurrent_regularizer": recurrent_regularizer, "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint, "recurrent_constraint": recurrent_constraint,
            "bias_constraint": bias_constraint,
        }  # fmt: skip
        super().__init__(units, activation, use_bias, dropout, recurrent_dropout, seed, weights, **kwargs)

    def call(self, sequence, states, training=False):
        state = states[0] if isinstance(states, (list, tuple)) else states
        inputs, state = self._dropped(sequence, state, training)
        output = self.activation(
            linear(inputs, self.kernel, self.bias) + linear(state, self.recurrent_kernel)
        )
        return output, [output] if isinstance(states, (list, tuple)) else output
