"""`GRUCell`: one step of a GRU."""

from __future__ import annotations

from typing import Any

from tricorn import activations, ops
from tricorn.layers._arguments import keep, make_weight
from tricorn.layers.rnn._base_cell import RecurrentCell
from tricorn.ops._linear import linear


class GRUCell(RecurrentCell):
    """One step of a GRU; for `RNN`. Gates stand in the order update, reset, candidate.

    `z, r = recurrent_activation(...)`; the candidate is `activation(x + r * (h @ recurrent_kernel + bias))` with
    `reset_after`, `activation(x + (r * h) @ recurrent_kernel)` without; `h = z * h + (1 - z) * candidate`.

    Args:
        units: Size of output and state.
        activation: Activation of the candidate.
        recurrent_activation: Activation of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(features, 3 * units)`.
        recurrent_initializer: Initializer of the recurrent kernel, shape `(units, 3 * units)`.
        bias_initializer: Initializer of the bias: `(2, 3 * units)` with `reset_after`, else `(3 * units,)`.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Projection of the kernel after each update.
        recurrent_constraint: Projection of the recurrent kernel after each update.
        bias_constraint: Projection of the bias after each update.
        dropout: Share of inputs to drop in training.
        recurrent_dropout: Share of the state to drop in training.
        reset_after: Whether the reset gate acts after the recurrent product (as cuDNN has it) or before.
        seed: Seed of the dropout, an int.
        **kwargs: Of `Layer`.

    Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014.
    """

    gates = 3

    def __init__(self, units, activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias=True,
                 kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
                 bias_initializer: Any = "zeros",
                 kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, kernel_constraint=None,
                 recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0,
                 reset_after=True, seed=None, **kwargs):  # fmt: skip
        weights = {
            "kernel_initializer": kernel_initializer, "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer, "kernel_regularizer": kernel_regularizer,
            "recurrent_regularizer": recurrent_regularizer, "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint, "recurrent_constraint": recurrent_constraint,
            "bias_constraint": bias_constraint,
        }  # fmt: skip
        super().__init__(units, activation, use_bias, dropout, recurrent_dropout, seed, weights, **kwargs)
        keep(self, recurrent_activation=recurrent_activation)
        self.reset_after = bool(reset_after)

    def _make_bias(self):
        width = 3 * self.units
        return make_weight(self, "bias", (2, width) if self.reset_after else (width,))

    def call(self, inputs, states, training=False):
        h = states[0] if isinstance(states, (list, tuple)) else states
        units, bias = self.units, self.bias
        inputs, state = self._dropped(inputs, h, training)
        input_bias = recurrent_bias = None
        if bias is not None:
            input_bias, recurrent_bias = (bias[0], bias[1]) if self.reset_after else (bias, None)
        x_z, x_r, x_candidate = ops.split(linear(inputs, self.kernel, input_bias), 3, axis=-1)
        gate = self.recurrent_activation
        if self.reset_after:
            h_z, h_r, h_candidate = ops.split(
                linear(state, self.recurrent_kernel, recurrent_bias), 3, axis=-1
            )
            z, r = gate(x_z + h_z), gate(x_r + h_r)
            candidate = self.activation(x_candidate + r * h_candidate)
        else:
            kernel = ops.convert_to_tensor(self.recurrent_kernel)
            h_z, h_r = ops.split(linear(state, kernel[:, : 2 * units]), 2, axis=-1)
            z, r = gate(x_z + h_z), gate(x_r + h_r)
            candidate = self.activation(x_candidate + linear(r * state, kernel[:, 2 * units :]))
        h = z * h + (1 - z) * candidate
        return h, [h] if isinstance(states, (list, tuple)) else h

    def get_config(self):
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "reset_after": self.reset_after,
        }
