"""Rematerialisation: recomputed in the backward pass, on each engine; the same numbers, gradients and states."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from tricorn import Input, Model, RematScope, Sequential, layers, losses, ops, optimizers, remat, utils

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


class Counted:
    """exp, which counts how often it runs."""

    __name__ = "counted"

    def __init__(self):
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return ops.exp(x)


def runs(function, backend, x=X):
    """How often the `Counted` in `function(counted, x)` runs forward, and in a step forward and back."""
    counted = Counted()
    x = ops.convert_to_tensor(x)
    if backend == "torch":
        x.requires_grad_()
        total = ops.sum(function(counted, x))
        forward = counted.calls
        total.backward()
        return forward, counted.calls
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            total = ops.sum(function(counted, x))
        forward = counted.calls
        tape.gradient(total, x)
        return forward, counted.calls
    import jax

    # JAX traces a function once, and runs what it recorded: so what the recorded step computes is counted.
    def total(x):
        return ops.sum(function(counted, x))

    return _exponentials(jax.make_jaxpr(total)(x)), _exponentials(jax.make_jaxpr(jax.grad(total))(x))


def _exponentials(jaxpr):
    text = str(jaxpr)
    return text.count("= exp ")


def made(counted, scope, **options):
    with scope:
        return layers.Dense(2, activation=counted, **options)


RECOMPUTED = {
    "full": RematScope,
    "activations": lambda: RematScope("activations"),
    "small threshold": lambda: RematScope("larger_than", output_size_threshold=7),
    "listed": lambda: RematScope("list_of_layers", layer_names=["other", "mine"]),
}
KEPT = {
    "none": lambda: RematScope(None),
    "large threshold": lambda: RematScope("larger_than", output_size_threshold=8),
    "not listed": lambda: RematScope("list_of_layers", layer_names=["other"]),
    "no names": lambda: RematScope("list_of_layers"),
}


@pytest.mark.parametrize("mode", [*RECOMPUTED, *KEPT])
def test_what_is_recomputed(mode, training_backend):
    scope = {**RECOMPUTED, **KEPT}[mode]()
    found = runs(lambda counted, x: made(counted, scope, name="mine")(x), training_backend)
    assert found == ((1, 2) if mode in RECOMPUTED else (1, 1))


def test_the_scope_is_that_of_making_not_of_calling(training_backend):
    def call_within(counted, x):
        layer = layers.Dense(2, activation=counted)
        with RematScope():
            return layer(x)

    assert runs(call_within, training_backend) == (1, 1)


def test_inner_scopes_win(training_backend):
    def call(counted, x):
        with RematScope(), RematScope(None):
            layer = layers.Dense(2, activation=counted)
        with RematScope(None):
            pass
        return layer(x)

    assert runs(call, training_backend) == (1, 1)


def test_layers_of_models_are_recomputed_once_each(training_backend):
    def call(counted, x):
        with RematScope():
            model = Sequential(
                [Input((3,)), layers.Dense(2, activation=counted), layers.Dense(2, activation=counted)]
            )
        return model(x)

    # The last layer's activation and the first's, once more each.
    assert runs(call, training_backend) == (2, 4)


def test_remat_of_a_function(training_backend):
    def call(counted, x):
        def function(pair, scale=1.0, *, flag):
            assert flag == "yes"
            return {"sum": counted(pair[0]) * scale + pair[1], "none": None}

        result = remat(function)((x, x), scale=2.0, flag="yes")
        assert result["none"] is None
        return result["sum"]

    assert runs(call, training_backend) == (1, 2)


def test_remat_without_gradients():
    assert remat(lambda x: ops.exp(x))(np.zeros(2)).tolist() == [1.0, 1.0]


# --- the same numbers ---------------------------------------------------------------------------------------
def network(scope):
    utils.set_random_seed(3)
    with scope:
        inputs = Input((6, 4))
        x = layers.MultiHeadAttention(2, 3, dropout=0.2, seed=5)(inputs, inputs)
        x = layers.Dense(8, activation="gelu", activity_regularizer="l2")(x)
        x = layers.BatchNormalization(momentum=0.5)(x)
        x = layers.LSTM(3, return_sequences=True)(x)
        x = layers.Dropout(0.3, seed=7)(x)
        x = layers.Dense(2, kernel_regularizer="l2")(x)
        return Model(inputs, x)


SCOPES = {
    "full": RematScope,
    "activations": lambda: RematScope("activations"),
    "larger_than": lambda: RematScope("larger_than", output_size_threshold=100),
    "list_of_layers": lambda: RematScope("list_of_layers", layer_names=["batch_normalization", "dropout"]),
}


@pytest.mark.parametrize("mode", SCOPES)
def test_training_is_the_same(mode, training_backend):
    """Losses, weights, moving averages and seeds after some steps, with draws in the layers."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 6, 4)).astype("float32"), rng.normal(size=(8, 6, 2)).astype("float32")
    found = []
    for scope in (SCOPES[mode](), RematScope(None)):
        model = network(scope)
        model.compile(optimizers.SGD(0.1), losses.MeanSquaredError())
        history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history
        found.append((history["loss"], [v.numpy() for v in model.variables]))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    for one, other in zip(found[0][1], found[1][1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_mixed_precision_is_the_same(training_backend):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 3)).astype("float32"), rng.normal(size=(8, 2)).astype("float32")
    found = []
    for scope in (RematScope(), RematScope(None)):
        utils.set_random_seed(3)
        with scope:
            stack = [
                Input((3,)),
                layers.Dense(4, "tanh", dtype="mixed_bfloat16"),
                layers.Dense(2, dtype="mixed_bfloat16"),
            ]
            model = Sequential(stack)
        model.compile(optimizers.SGD(0.1), losses.MeanSquaredError())
        model.fit(x, y, epochs=2, verbose=0)
        found.append(model.get_weights())
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-2, atol=2e-3)


class Summary(layers.Layer):
    """Reads the mask of its input through the layer inside it only."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.inner = layers.SimpleRNN(3)

    def call(self, x):
        return self.inner(x)


def test_masks_reach_inner_layers(training_backend):
    ids = np.array([[1, 2, 0, 0], [3, 1, 2, 0]], "int32")
    with RematScope():
        embedding, summary = layers.Embedding(5, 4, mask_zero=True), Summary()
    x = embedding(ids)
    found = summary(x)
    expected = summary.inner(embedding(ids), mask=ops.convert_to_tensor(ids != 0))
    np.testing.assert_allclose(
        ops.convert_to_numpy(found), ops.convert_to_numpy(expected), rtol=1e-5, atol=1e-6
    )


def test_eager_calls_change_states_once(training_backend):
    layer, plain = (_batch_norm(scope) for scope in (RematScope(), RematScope(None)))
    if training_backend == "torch":
        layer(X, training=True).sum().backward()
        plain(X, training=True).sum().backward()
    else:
        layer(X, training=True)
        plain(X, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), plain.moving_mean.numpy(), rtol=1e-6)
    assert np.any(layer.moving_mean.numpy())


def _batch_norm(scope):
    with scope:
        return layers.BatchNormalization()


def test_copies_are_recomputed_too(training_backend):
    layer = made("tanh", RematScope("larger_than", 5))
    for one in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert one._remat_mode == layer._remat_mode
    assert "remat" not in str(layer.get_config())


def test_rematerialized_call_may_be_overridden(training_backend):
    seen = []

    class Mine(layers.Dense):
        def rematerialized_call(self, layer_call, *args, **kwargs):
            seen.append(len(args))
            return super().rematerialized_call(layer_call, *args, **kwargs)

    with RematScope():
        layer = Mine(2)
    layer(X)
    layer(X)
    assert seen == [1, 1]


def test_unknown_modes():
    with pytest.raises(ValueError, match="RematScope: unknown `mode`"):
        RematScope("some")
