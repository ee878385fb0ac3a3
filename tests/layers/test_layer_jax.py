"""On JAX a model runs as a pure function of its values."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, ops

jax = pytest.importorskip("jax")
X = np.random.RandomState(0).rand(8, 4).astype("float32")


@pytest.fixture(autouse=True)
def _on_jax():
    with keras.backend_scope("jax"):
        yield


def model_with_state():
    inputs = keras.Input((4,))
    x = layers.Dense(5, activation="tanh")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.1)(x)
    return keras.Model(inputs, layers.Dense(2)(x))


def test_a_native_loop_trains():
    optax = pytest.importorskip("optax")
    model = model_with_state()
    target = X[:, :2] * 2 - 1
    trainable = [v.value for v in model.trainable_variables]
    held = [v.value for v in model.non_trainable_variables]
    before = model.get_weights()
    optimizer = optax.adam(0.05)
    state = optimizer.init(trainable)

    def loss_of(trainable, held, x, y):
        predicted, held = model.stateless_call(trainable, held, x, training=True)
        return ops.mean((predicted - y) ** 2), held

    @jax.jit
    def step(trainable, held, state, x, y):
        (loss, held), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable, held, x, y)
        updates, state = optimizer.update(gradients, state)
        return loss, optax.apply_updates(trainable, updates), held, state

    losses = []
    for _ in range(60):
        loss, trainable, held, state = step(trainable, held, state, X, target)
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 3
    for value, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, old)
    for variable, value in zip(
        [*model.trainable_variables, *model.non_trainable_variables], [*trainable, *held], strict=True
    ):
        variable.assign(value)
    assert np.abs(model.predict(X, verbose=0) - target).mean() < 0.5


def test_our_optimizer_in_a_stateless_loop():
    model = model_with_state()
    optimizer = keras.optimizers.Adam(0.05)
    optimizer.build(model.trainable_variables)
    values = [
        [v.value for v in group]
        for group in (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    ]

    @jax.jit
    def step(values, x, y):
        trainable, held, slots = values

        def loss_of(trainable):
            predicted, new = model.stateless_call(trainable, held, x, training=True)
            return ops.mean((predicted - y) ** 2), new

        (loss, new), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        return loss, [trainable, new, slots]

    losses = []
    for _ in range(40):
        loss, values = step(values, X, X[:, :2])
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 2


def test_transforms_over_a_layer():
    layer = layers.Dense(3)
    layer(X)
    expected = np.asarray(layer(X))
    np.testing.assert_allclose(jax.jit(lambda x: layer(x))(X), expected, rtol=1e-5)
    np.testing.assert_allclose(jax.vmap(lambda row: layer(row[None])[0])(X), expected, rtol=1e-5)
    gradient = jax.grad(lambda x: ops.sum(layer(x)))(X)
    np.testing.assert_allclose(gradient, np.ones((8, 3)) @ layer.kernel.numpy().T, rtol=1e-5)
    np.testing.assert_allclose(layer(X), expected, rtol=1e-5)


def test_an_eager_call_sees_changes():
    """The compiled eager call must not freeze values, shapes, modes or structure."""
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dropout(0.5)])
    model(X)
    model.layers[0].kernel.assign(np.zeros((4, 3)))
    np.testing.assert_array_equal(model(X), np.zeros((8, 3)) + model.layers[0].bias.numpy())
    model.layers[0].bias.assign(np.ones(3))
    np.testing.assert_array_equal(model(X[:2]), np.ones((2, 3)))
    first, second = np.asarray(model(X, training=True)), np.asarray(model(X, training=True))
    assert (first != second).any() and (first == 0).any()
    model.add(layers.Dense(1, kernel_initializer="ones", name="late"))
    np.testing.assert_allclose(model(X), np.full((8, 1), 3.0))


def test_a_leaked_tracer_is_refused():
    layer = layers.BatchNormalization()
    layer(X)
    with pytest.raises(RuntimeError, match="moving_mean"):
        jax.jit(lambda x: layer(x, training=True))(X)
    assert np.isfinite(layer.moving_mean.numpy()).all()
