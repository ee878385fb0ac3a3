"""States of recurrent layers: given, returned, kept, reset; cells of the user's."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, Layer, layers, ops
from tricorn.core.symbolic import KerasTensor

X = np.random.default_rng(0).normal(size=(2, 6, 3)).astype("float32")
MAKERS = {
    "LSTM": lambda **k: layers.LSTM(4, **k),
    "LSTM, unfused": lambda **k: layers.LSTM(4, use_cudnn=False, **k),
    "GRU": lambda **k: layers.GRU(4, **k),
    "SimpleRNN": lambda **k: layers.SimpleRNN(4, **k),
    "stacked": lambda **k: layers.RNN([layers.LSTMCell(3), layers.GRUCell(4)], **k),
}


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


@pytest.mark.parametrize("name", MAKERS)
def test_two_halves_are_the_whole(name, backend):
    layer = MAKERS[name](return_sequences=True, return_state=True)
    whole, *states = layer(X)
    first, *middle = layer(X[:, :2])
    second, *last = layer(X[:, 2:], initial_state=_packed(layer, middle))
    np.testing.assert_allclose(
        np.concatenate([array(first), array(second)], 1), array(whole), rtol=1e-5, atol=1e-6
    )
    for one, other in zip(last, states, strict=True):
        np.testing.assert_allclose(array(one), array(other), rtol=1e-5, atol=1e-6)


def _packed(layer, states):
    if isinstance(layer.cell, layers.StackedRNNCells):
        return [states[:2], states[2]]
    return states


@pytest.mark.parametrize("name", MAKERS)
def test_stateful_layers_go_on(name, backend):
    plain = MAKERS[name](return_sequences=True)
    stateful = MAKERS[name](return_sequences=True, stateful=True)
    whole = array(plain(X))
    stateful.build((2, 3, 3))
    stateful.set_weights(plain.get_weights())
    found = [array(stateful(X[:, :3])), array(stateful(X[:, 3:]))]
    np.testing.assert_allclose(np.concatenate(found, 1), whole, rtol=1e-5, atol=1e-6)
    stateful.reset_state()
    np.testing.assert_allclose(array(stateful(X[:, :3])), whole[:, :3], rtol=1e-5, atol=1e-6)
    count = len(plain.weights)
    assert len(stateful.weights) == count and len(stateful.variables) > len(plain.variables)


def test_stateless_call_of_a_stateful_layer(backend):
    layer = layers.LSTM(4, stateful=True)
    layer.build((2, 6, 3))
    values = [v.value for v in layer.trainable_variables], [v.value for v in layer.non_trainable_variables]
    _, updated = layer.stateless_call(*values, ops.convert_to_tensor(X))
    assert len(updated) == 2 and not np.any(layer.states[0].numpy())
    expected = layers.LSTM.from_config({**layer.get_config(), "return_state": True, "stateful": False})
    expected.build((2, 6, 3))
    expected.set_weights(layer.get_weights())
    _, h, c = expected(X)
    np.testing.assert_allclose(array(updated[0]), array(h), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(array(updated[1]), array(c), rtol=1e-5, atol=1e-6)


def test_states_of_a_bidirectional_layer(backend):
    layer = layers.Bidirectional(layers.LSTM(4, return_state=True))
    output, *states = layer(X)
    assert len(states) == 4
    np.testing.assert_allclose(
        array(output), np.concatenate([array(states[0]), array(states[2])], -1), rtol=1e-6
    )
    again, *_ = layer(X, initial_state=states)
    assert not np.allclose(array(again), array(output))
    weights = layer.get_weights()
    copy = layers.Bidirectional(layers.LSTM(4, return_state=True), weights=weights)
    np.testing.assert_allclose(array(copy(X)[0]), array(output), rtol=1e-6)


def test_initial_states_in_a_graph(backend):
    x, h, c = Input((6, 3)), Input((4,)), Input((4,))
    layer = layers.LSTM(4)
    from tricorn import Model

    model = Model([x, h, c], layer(x, initial_state=[h, c]))
    states = [np.ones((2, 4), "float32"), np.full((2, 4), 2.0, "float32")]
    expected = layer(X, initial_state=[ops.convert_to_tensor(state) for state in states])
    np.testing.assert_allclose(array(model([X, *states])), array(expected), rtol=1e-6)


class Counter(Layer):
    """A cell of the user's: adds up its inputs and counts steps."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.state_size = [3, 1]
        self.output_size = 3

    def call(self, inputs, states):
        total, count = states
        total, count = total + inputs, count + 1
        return total / count, [total, count]


def test_a_cell_of_the_users(backend):
    layer = layers.RNN(Counter(), return_sequences=True, return_state=True)
    means, total, count = layer(X)
    np.testing.assert_allclose(array(means), X.cumsum(1) / np.arange(1, 7)[:, None], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(array(total), X.sum(1), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(array(count), [[6], [6]])
    shapes = [spec.shape for spec in layer(KerasTensor((None, 6, 3)))]
    assert shapes == [(None, 6, 3), (None, 3), (None, 1)]


def test_dropout_keeps_one_mask_for_all_steps(backend):
    layer = layers.RNN(
        layers.SimpleRNNCell(3, dropout=0.5, use_bias=False, activation="linear"), return_sequences=True
    )
    layer.build((2, 6, 3))
    layer.cell.kernel.assign(np.eye(3, dtype="float32"))
    layer.cell.recurrent_kernel.assign(np.zeros((3, 3), "float32"))
    y = array(layer(np.ones((2, 6, 3), "float32"), training=True))
    np.testing.assert_array_equal(y, np.repeat(y[:, :1], 6, 1))
    assert set(np.unique(y)) <= {0.0, 2.0}
    seen = {tuple(array(layer(np.ones((2, 6, 3), "float32"), training=True)).ravel()) for _ in range(5)}
    assert len(seen) > 1


def test_forget_gates_begin_open(backend):
    layer = layers.LSTM(4, bias_initializer="zeros")
    layer.build((None, 6, 3))
    np.testing.assert_array_equal(layer.cell.bias.numpy(), [0] * 4 + [1] * 4 + [0] * 8)
