"""`LSTMCell`: one step of an LSTM."""

from __future__ import annotations

from typing import Any

import numpy as np

from tricorn import activations, ops
from tricorn.initializers import Initializer
from tricorn.layers._arguments import keep, make_weight
from tricorn.layers.rnn._base_cell import RecurrentCell
from tricorn.ops._linear import linear


class UnitForgetBias(Initializer):
    """Ones for the forget gate, the second quarter; another initializer's values for the other gates."""

    sliceable = False

    def __init__(self, others):
        self.others = others

    def values(self, place, shape, index, dtype):
        units = shape[0] // 4
        fill = getattr(self.others, "fill", None)
        parts = []
        for name, size in (("input", units), ("rest", 2 * units)):
            if fill is not None:
                parts.append(fill(f"{place}/{name}", (size,), np.dtype(dtype).name))
            else:
                parts.append(ops.convert_to_numpy(self.others((size,), dtype=np.dtype(dtype).name)))
        return np.concatenate([parts[0], np.ones(units, dtype), parts[1]])


class LSTMCell(RecurrentCell):
    """One step of an LSTM; for `RNN`. Gates stand in the order input, forget, candidate, output.

    `i, f, o = recurrent_activation(...)`, `g = activation(...)`, each of
    `inputs @ kernel + h @ recurrent_kernel + bias`; `c = f * c + i * g`, `h = o * activation(c)`.

    Args:
        units: Size of output and state.
        activation: Activation of candidate and output.
        recurrent_activation: Activation of the gates.
        use_bias: Whether to add a bias.
        kernel_initializer: Initializer of the kernel, shape `(features, 4 * units)`.
        recurrent_initializer: Initializer of the recurrent kernel, shape `(units, 4 * units)`.
        bias_initializer: Initializer of the bias.
        unit_forget_bias: Whether the forget gate's bias begins at 1.
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

    Source: Hochreiter & Schmidhuber, "Long Short-Term Memory", 1997.
    """

    gates = 4

    def __init__(self, units, activation: Any = "tanh", recurrent_activation: Any = "sigmoid", use_bias=True,
                 kernel_initializer: Any = "glorot_uniform", recurrent_initializer: Any = "orthogonal",
                 bias_initializer: Any = "zeros",
                 unit_forget_bias=True, kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None,
                 kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0,
                 recurrent_dropout=0.0, seed=None, **kwargs):  # fmt: skip
        weights = {
            "kernel_initializer": kernel_initializer, "recurrent_initializer": recurrent_initializer,
            "bias_initializer": bias_initializer, "kernel_regularizer": kernel_regularizer,
            "recurrent_regularizer": recurrent_regularizer, "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint, "recurrent_constraint": recurrent_constraint,
            "bias_constraint": bias_constraint,
        }  # fmt: skip
        super().__init__(units, activation, use_bias, dropout, recurrent_dropout, seed, weights, **kwargs)
        keep(self, recurrent_activation=recurrent_activation)
        self.unit_forget_bias = bool(unit_forget_bias)
        self.state_size = [self.units, self.units]

    def _make_bias(self):
        if not self.unit_forget_bias:
            return make_weight(self, "bias", (4 * self.units,))
        return self.add_weight(shape=(4 * self.units,), initializer=UnitForgetBias(self.bias_initializer), name="bias",
                               regularizer=self.bias_regularizer, constraint=self.bias_constraint)  # fmt: skip

    def call(self, inputs, states, training=False):
        h, c = states
        inputs, h = self._dropped(inputs, h, training)
        gates = linear(inputs, self.kernel, self.bias) + linear(h, self.recurrent_kernel)
        i, f, g, o = ops.split(gates, 4, axis=-1)
        gate, activation = self.recurrent_activation, self.activation
        c = gate(f) * c + gate(i) * activation(g)
        h = gate(o) * activation(c)
        return h, [h, c]

    def get_config(self):
        return {
            **super().get_config(),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "unit_forget_bias": self.unit_forget_bias,
        }
