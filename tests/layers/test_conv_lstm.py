"""Convolutional LSTMs: masks, states, dropout and gradients; that the inputs of all steps are convolved at once."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import Input, Model, layers, losses, ops, optimizers

X = np.random.default_rng(0).normal(size=(3, 4, 5, 6, 2)).astype("float32")
LENGTHS = np.array([2, 4, 1])
MASK = np.arange(4)[None] < LENGTHS[:, None]


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def made(**options):
    layer = layers.ConvLSTM2D(3, 2, padding="same", **options)
    layer.build(X.shape)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape).astype("float32") * 0.3 for w in layer.get_weights()])
    return layer


@pytest.mark.parametrize("zeros", [False, True])
def test_masked_steps_change_nothing(zeros, backend):
    """Each row of a batch with a mask is the row alone, cut to its length."""
    layer = made(return_sequences=True, return_state=True, zero_output_for_mask=zeros)
    outputs, h, c = map(array, layer(X, mask=ops.convert_to_tensor(MASK)))
    for row, length in enumerate(LENGTHS):
        alone, alone_h, alone_c = (array(one)[0] for one in layer(X[row : row + 1, :length]))
        np.testing.assert_allclose(outputs[row, :length], alone, rtol=1e-4, atol=1e-5)
        rest = np.zeros_like(alone[-1]) if zeros else alone[-1]
        np.testing.assert_allclose(
            outputs[row, length:],
            np.broadcast_to(rest, outputs[row, length:].shape),
            rtol=1e-4,
            atol=1e-5,
        )
        np.testing.assert_allclose(h[row], alone_h, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(c[row], alone_c, rtol=1e-4, atol=1e-5)


def test_two_halves_are_the_whole(backend):
    layer = made(return_sequences=True, return_state=True)
    whole, *states = map(array, layer(X))
    first, *middle = layer(X[:, :1])
    second, *last = layer(X[:, 1:], initial_state=middle)
    np.testing.assert_allclose(np.concatenate([array(first), array(second)], 1), whole, rtol=1e-4, atol=1e-5)
    for one, other in zip(last, states, strict=True):
        np.testing.assert_allclose(array(one), other, rtol=1e-4, atol=1e-5)


def test_stateful_layers_go_on(backend):
    plain, stateful = made(return_sequences=True), made(return_sequences=True, stateful=True)
    whole = array(plain(X))
    found = np.concatenate([array(stateful(X[:, :2])), array(stateful(X[:, 2:]))], 1)
    np.testing.assert_allclose(found, whole, rtol=1e-4, atol=1e-5)
    assert [tuple(state.shape) for state in stateful.states] == [(3, 5, 6, 3)] * 2
    stateful.reset_states()
    assert not np.any(stateful.states[0].numpy())
    np.testing.assert_allclose(array(stateful(X[:, :2])), whole[:, :2], rtol=1e-4, atol=1e-5)


def test_initial_state(backend):
    layer = layers.ConvLSTM2D(3, 2, strides=2)
    with pytest.raises(ValueError, match="not built"):
        layer.get_initial_state(2)
    layer.build((None, None, 5, 6, 2))
    states = layer.get_initial_state(2)
    assert [tuple(state.shape) for state in states] == [(2, 2, 3, 3)] * 2 and not np.any(array(states[0]))
    with pytest.raises(ValueError, match="states are not known"):
        layer.get_initial_state(None)


def test_one_convolution_of_the_inputs_for_all_steps(backend, monkeypatch):
    layer = made(return_sequences=True)
    cell, calls = layer.cell, []
    plain = type(cell).project
    monkeypatch.setattr(type(cell), "project", lambda self, x: calls.append(tuple(x.shape)) or plain(self, x))
    outputs = array(layer.inner_loop(ops.convert_to_tensor(X), None, None)[1])
    assert calls == [(12, 5, 6, 2)]
    # The same as the cell step by step, each with a convolution of its own.
    states, steps = layer.get_initial_state(3), []
    for t in range(4):
        output, states = cell(ops.convert_to_tensor(X[:, t]), states)
        steps.append(array(output))
    np.testing.assert_allclose(outputs, np.stack(steps, 1), rtol=1e-4, atol=1e-5)


def test_dropout_is_the_same_at_all_steps(backend):
    """With steps that are all the same and no memory, the outputs differ only if the dropped inputs do."""
    layer = layers.ConvLSTM2D(3, 1, dropout=0.5, return_sequences=True, seed=3)
    same = np.broadcast_to(X[:, :1], X.shape).copy()
    layer.build(X.shape)
    kernel, recurrent, bias = (weight.copy() for weight in layer.get_weights())
    kernel[..., 3:6] = 0
    bias[3:6] = -1e4  # the forget gate is shut
    layer.set_weights([kernel, np.zeros_like(recurrent), bias])
    outputs = array(layer(ops.convert_to_tensor(same), training=True))
    np.testing.assert_allclose(outputs, np.broadcast_to(outputs[:, :1], outputs.shape), atol=1e-6)
    empty = array(layer(ops.zeros_like(ops.convert_to_tensor(same))))
    without_input = np.isclose(outputs, empty, atol=1e-6).all(-1)
    assert 0.1 < without_input.mean() < 0.45  # about a quarter loses both channels


def test_recurrent_dropout_leaves_the_first_step_alone(backend):
    layer = made(recurrent_dropout=0.5, return_sequences=True, seed=3)
    dropped, plain = (array(layer(ops.convert_to_tensor(X), training=flag)) for flag in (True, False))
    np.testing.assert_allclose(dropped[:, 0], plain[:, 0], rtol=1e-5, atol=1e-6)
    assert not np.allclose(dropped[:, 1:], plain[:, 1:], atol=1e-3)


def test_both_directions(backend):
    layer = layers.Bidirectional(layers.ConvLSTM2D(3, 2, return_sequences=True))
    assert layer(X).shape == (3, 4, 4, 5, 6)
    assert layer.compute_output_shape((None, 4, 5, 6, 2)) == (None, 4, 4, 5, 6)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_sizes_that_are_not_known_before(data_format, backend):
    """Time and space may be unknown in a graph, and change from call to call."""
    last = data_format == "channels_last"
    inputs = Input((None, None, None, 2) if last else (None, 2, None, None))
    layer = layers.ConvLSTM2D(3, 2, return_sequences=True, return_state=True, data_format=data_format)
    outputs, h, _ = layer(inputs)
    assert outputs.shape == ((None, None, None, None, 3) if last else (None, None, 3, None, None))
    model = Model(inputs, [outputs, h])
    for steps, rows in ((4, 5), (2, 3)):
        x = X[:, :steps, :rows]
        found, state = model.predict(x if last else np.moveaxis(x, -1, 2).copy(), verbose=0)
        shape = (3, rows - 1, 5, 3) if last else (3, 3, rows - 1, 5)
        assert state.shape == shape and found.shape == (3, steps, *shape[1:])


def test_trains(training_backend):
    inputs = Input((4, 5, 6, 2))
    hidden = layers.ConvLSTM2D(3, 2, dropout=0.1, recurrent_dropout=0.1)(inputs)
    model = Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling2D()(hidden)))
    model.compile(optimizers.Adam(0.05), losses.MeanSquaredError())
    history = model.fit(X, X.mean((1, 2, 3, 4))[:, None] + 1.0, epochs=8, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]


GRADIENTS = """
import jax
layer = keras.layers.ConvLSTM2D(3, 2, padding="same", **options)
layer.build(x.shape)
layer.set_weights(weights)
others = [v.value for v in layer.non_trainable_variables]
def total(values, x):
    outputs = layer.stateless_call(values, others, x)[0]
    return keras.ops.sum(keras.ops.square(outputs))
gradients, of_inputs = jax.grad(total, argnums=(0, 1))([v.value for v in layer.trainable_variables], x)
result = [np.asarray(g) for g in [*gradients, of_inputs]]
"""


@pytest.mark.engines("jax", "torch", "tensorflow")
@pytest.mark.parametrize(
    "options", [{}, {"return_sequences": True, "go_backwards": True}, {"strides": 2}], ids=str
)
def test_gradients_are_the_references(options, backend):
    layer = made(**options)
    expected = oracle("jax").run(GRADIENTS, x=X, weights=layer.get_weights(), options=options)
    for found, other in zip(_gradients(layer, backend), expected, strict=True):
        np.testing.assert_allclose(found, other, rtol=2e-3, atol=2e-4)


def _gradients(layer, backend):
    x, variables = ops.convert_to_tensor(X), layer.trainable_variables
    if backend == "torch":
        import torch

        x.requires_grad_()
        total = layer(x).square().sum()
        return [g.numpy() for g in torch.autograd.grad(total, [*(v.value for v in variables), x])]
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(tf.square(layer(x)))
        return [g.numpy() for g in tape.gradient(total, [*(v.value for v in variables), x])]
    import jax

    others = [v.value for v in layer.non_trainable_variables]

    def total(values, x):
        return ops.sum(ops.square(layer.stateless_call(values, others, x)[0]))

    gradients, of_inputs = jax.grad(total, argnums=(0, 1))([v.value for v in variables], x)
    return [np.asarray(g) for g in [*gradients, of_inputs]]


WRONG = {
    "L.ConvLSTM2D(0, 2)": "filters", "L.ConvLSTM2D(3, 0)": "kernel_size", "L.ConvLSTM2D(3, (2, 2, 2))": "kernel_size",
    "L.ConvLSTM2D(3, 2, padding='causal')": "padding", "L.ConvLSTM1D(3, 2, strides=0)": "strides",
    "L.ConvLSTM2D(3, 2, strides=2, dilation_rate=2)": "dilation_rate", "L.ConvLSTM3D(3, 2, dropout=2)": "dropout",
    "L.ConvLSTM2D(3, 2, data_format='nhwc')": "data format",
    "L.ConvLSTM2D(3, 2).build((2, 3, 5, 6, None))": "known size",
    "L.ConvLSTM2D(3, 7).build((2, 3, 5, 6, 2))": "kernel|window|empty",
    "L.ConvLSTM2D(3, 2, stateful=True).build((None, 3, 5, 6, 2))": "batch size",
    "L.ConvLSTM2D(3, 2, stateful=True).build((2, 3, None, 6, 2))": "spatial sizes",
    "L.ConvLSTM2D(3, 2, unroll=True)(Input((None, 5, 6, 2)))": "unroll", "L.ConvLSTM2D(3, 2)(Input((5, 6, 2)))": "ConvLSTM2D",
    "L.ConvLSTM2D(3, 2)(Input((3, 5, 6, 2)), initial_state=[Input((5, 6, 3)), Input((4, 5, 3))])": "initial_state",
}  # fmt: skip


@pytest.mark.engines("numpy")
@pytest.mark.parametrize("code", WRONG)
def test_wrong_arguments(code, backend):
    with pytest.raises(ValueError, match=WRONG[code]) as info:
        eval(code, {"L": layers, "Input": Input})
    assert "ConvLSTM" in str(info.value)
