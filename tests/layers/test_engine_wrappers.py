"""Layers around code of one engine: its results, weights, training, files and errors."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, Model, Sequential, layers, models, saving
from tricorn.core.backend import backend_scope
from tricorn.core.errors import NotSupportedError, UnsafeFileError

X = np.random.default_rng(3).normal(size=(8, 4)).astype("float32")
Y = X[:, :2] * 2 - 1


@pytest.fixture
def torch():
    with backend_scope("torch"):
        yield pytest.importorskip("torch")


@pytest.fixture
def jax():
    with backend_scope("jax"):
        yield pytest.importorskip("jax")


@pytest.fixture
def tf():
    with backend_scope("tensorflow"):
        yield pytest.importorskip("tensorflow")


def lowers_the_loss(model):
    model.compile("sgd", "mse")
    before = model.evaluate(X, Y, verbose=0)
    model.fit(X, Y, epochs=3, verbose=0)
    assert model.evaluate(X, Y, verbose=0) < before


# --- torch ------------------------------------------------------------------------------------------------
def wrapped(torch):
    torch.manual_seed(1)
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 2))


def test_torch_module_gives_its_own_numbers_and_follows_training(torch):
    module = wrapped(torch)
    layer = layers.TorchModuleWrapper(module)
    got = layer(X, training=False)
    assert not module.training
    expected = module(torch.from_numpy(X)).detach().numpy()
    np.testing.assert_allclose(got.detach().numpy(), expected, rtol=1e-6)
    mean = module[1].running_mean.clone()
    layer(X, training=True)
    assert module.training and not torch.equal(mean, module[1].running_mean)
    layer.eval()
    layer(X)
    assert not module.training
    assert len(list(layer.parameters())) == 6 and len(layer.trainable_weights) == 6
    assert sum(v.numpy().size for v in layer.trainable_weights) == sum(p.numel() for p in module.parameters())


def test_torch_module_is_described_without_being_changed(torch):
    module = wrapped(torch)
    mean = module[1].running_mean.clone()
    layer = layers.TorchModuleWrapper(module)
    assert layer(Input((4,))).shape == (None, 2) == layer.compute_output_shape((None, 4))
    assert torch.equal(mean, module[1].running_mean) and module.training
    assert int(module[1].num_batches_tracked) == 0
    assert layers.TorchModuleWrapper(module, output_shape=(None, 5))(Input((4,))).shape == (None, 5)


def test_torch_module_trains_and_is_saved(torch, tmp_path):
    model = Sequential([Input((4,)), layers.TorchModuleWrapper(wrapped(torch)), layers.Dense(2)])
    lowers_the_loss(model)
    path = str(tmp_path / "m.keras")
    model.save(path)
    with pytest.raises(UnsafeFileError):
        saving.load_model(path)
    again = saving.load_model(path, safe_mode=False)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)
    other = Sequential([Input((4,)), layers.TorchModuleWrapper(wrapped(torch)), layers.Dense(2)])
    model.save_weights(str(tmp_path / "m.weights.h5"))
    other.load_weights(str(tmp_path / "m.weights.h5"))
    np.testing.assert_allclose(other.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


def test_torch_module_that_is_large_is_written_in_pieces(torch):
    layer = layers.TorchModuleWrapper(torch.nn.Linear(512, 512))
    config = layer.get_config()
    assert isinstance(config["module"], list)
    again = layers.TorchModuleWrapper.from_config(config, safe_mode=False)
    np.testing.assert_array_equal(again.module.weight.detach().numpy(), layer.module.weight.detach().numpy())
    with pytest.raises(UnsafeFileError):
        layers.TorchModuleWrapper.from_config(config)


# --- JAX --------------------------------------------------------------------------------------------------
@saving.register_keras_serializable("wrappers")
def init_linear(rng, inputs):
    import jax

    return {"w": jax.random.normal(rng, (inputs.shape[-1], 2)), "b": jax.numpy.zeros(2), "unused": None}


@saving.register_keras_serializable("wrappers")
def linear(params, inputs):
    return inputs @ params["w"] + params["b"]


@saving.register_keras_serializable("wrappers")
def counting(params, state, rng, inputs, training):
    import jax

    noise = jax.random.normal(rng, inputs.shape) if training else 0.0
    return inputs * params + noise, {"calls": state["calls"] + 1}


@saving.register_keras_serializable("wrappers")
def init_counting(rng, inputs):
    import jax.numpy as jnp

    return jnp.ones(inputs.shape[-1:]), {"calls": jnp.zeros((), "int32")}


def test_jax_function_gives_its_numbers(jax):
    params = {"w": np.ones((4, 2), "float32"), "b": np.arange(2, dtype="float32")}
    layer = layers.JaxLayer(linear, params=params)
    assert layer.built
    np.testing.assert_allclose(layer(X), X @ params["w"] + params["b"], rtol=1e-5)
    assert [v.shape for v in layer.trainable_weights] == [(2,), (4, 2)]  # dicts in the order of their keys
    assert layer(Input((4,))).shape == (None, 2)


def test_jax_state_and_keys(jax):
    layer = layers.JaxLayer(counting, init_counting, seed=3)
    np.testing.assert_allclose(layer(X), X)
    first, second = layer(X, training=True), layer(X, training=True)
    assert not np.allclose(first, second) and not np.allclose(first, X)
    assert int(layer.state["calls"].numpy()) == 3
    assert [v.trainable for v in layer.weights] == [True, False]
    assert layer(Input((4,))).shape == (None, 4) and int(layer.state["calls"].numpy()) == 3


def test_jax_layers_train_and_are_saved(jax, tmp_path):
    model = Sequential(
        [Input((4,)), layers.JaxLayer(counting, init_counting), layers.JaxLayer(linear, init_linear)]
    )
    before = model.layers[-1].get_weights()[1].copy()
    lowers_the_loss(model)
    assert not np.allclose(before, model.layers[-1].get_weights()[1])
    path = str(tmp_path / "m.keras")
    model.save(path)
    again = models.load_model(path)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("code", [
    "L.JaxLayer(linear)", "L.JaxLayer(3)", "L.JaxLayer(lambda params, foo, inputs: inputs, init_linear)",
    "L.JaxLayer(lambda params: params, init_linear)", "L.JaxLayer(lambda inputs: inputs, params=1.0)",
    "L.JaxLayer(counting, params=np.ones(4))", "L.JaxLayer(counting, init_linear)(X)",
    "L.JaxLayer(lambda state, inputs: inputs, state=np.ones(3))(X)",
])  # fmt: skip
def test_wrong_jax_functions(jax, code):
    names = {
        "L": layers,
        "linear": linear,
        "init_linear": init_linear,
        "counting": counting,
        "np": np,
        "X": X,
    }
    with pytest.raises((ValueError, TypeError), match=r'^JaxLayer "'):
        eval(code, names)


# --- Flax -------------------------------------------------------------------------------------------------
def test_flax_module(jax, tmp_path):
    linen = pytest.importorskip("flax.linen")

    @saving.register_keras_serializable("wrappers")
    class Block(linen.Module):
        size: int

        @linen.compact
        def __call__(self, x, training=False):
            x = linen.BatchNorm(use_running_average=not training)(linen.Dense(self.size)(x))
            return linen.Dropout(0.5, deterministic=not training)(x)

        def get_config(self):
            return {"size": self.size}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    layer = layers.FlaxLayer(Block(2))
    assert layer(Input((4,))).shape == (None, 2)
    dense = layer.params["Dense_0"]
    expected = (X @ dense["kernel"].numpy() + dense["bias"].numpy()) / np.sqrt(1 + 1e-5)
    np.testing.assert_allclose(layer(X), expected, rtol=1e-4, atol=1e-5)
    mean = layer.state["batch_stats"]["BatchNorm_0"]["mean"]
    assert not np.any(mean.numpy())
    assert np.any(np.asarray(layer(X, training=True)) == 0) and np.any(mean.numpy())
    model = Sequential([Input((4,)), layer, layers.Dense(2)])
    lowers_the_loss(model)
    model.save(str(tmp_path / "m.keras"))
    again = models.load_model(str(tmp_path / "m.keras"))
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)
    variables = Block(2).init(jax.random.key(0), X)
    given = layers.FlaxLayer(Block(2), variables=variables)
    np.testing.assert_allclose(given(X), Block(2).apply(variables, X), rtol=1e-5)
    with pytest.raises(TypeError, match="flax"):
        layers.FlaxLayer(3)


def test_flax_that_is_not_installed(jax, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "flax.linen", None)
    with pytest.raises(NotSupportedError, match="pip install flax"):
        layers.FlaxLayer(3)


# --- TensorFlow -------------------------------------------------------------------------------------------
def saved(tf, path):
    class Program(tf.Module):
        def __init__(self):
            self.w = tf.Variable(tf.ones((4, 2)))
            self.offset = tf.Variable(3.0, trainable=False)

        @tf.function(input_signature=[tf.TensorSpec((None, 4))])
        def serve(self, x):
            return x @ self.w + self.offset

        @tf.function(input_signature=[tf.TensorSpec((None, 4))])
        def train(self, x):
            return x @ self.w

    program = Program()
    tf.saved_model.save(program, path, signatures={"named": program.serve.get_concrete_function()})
    return path


def test_saved_model(tf, tmp_path):
    path = saved(tf, str(tmp_path / "sm"))
    layer = layers.TFSMLayer(path, call_training_endpoint="train")
    expected = X @ np.ones((4, 2), "float32")
    np.testing.assert_allclose(layer(X), expected + 3, rtol=1e-5)
    np.testing.assert_allclose(layer(X, training=True), expected, rtol=1e-5)
    assert [v.shape for v in layer.trainable_weights] == [(4, 2)]
    assert [v.shape for v in layer.non_trainable_weights] == [()]
    assert layer(Input((4,))).shape == (None, 2)
    named = layers.TFSMLayer(path, call_endpoint="named")(X)
    np.testing.assert_allclose(next(iter(named.values())), expected + 3, rtol=1e-5)
    with pytest.raises(ValueError, match="no such endpoint"):
        layers.TFSMLayer(path, call_endpoint="nope")
    with pytest.raises(FileNotFoundError):
        layers.TFSMLayer(str(tmp_path / "nothing"))


def test_saved_model_trains_and_loads_only_when_trusted(tf, tmp_path):
    x = Input((4,))
    model = Model(x, layers.TFSMLayer(saved(tf, str(tmp_path / "sm")))(x))
    lowers_the_loss(model)
    path = str(tmp_path / "m.keras")
    model.save(path)
    with pytest.raises(UnsafeFileError):
        models.load_model(path)
    again = models.load_model(path, safe_mode=False)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5, atol=1e-6)


# --- the wrong engine, the wrong thing ----------------------------------------------------------------------
def test_each_belongs_to_its_engine():
    with backend_scope("numpy"):
        for make in (lambda: layers.TorchModuleWrapper(None), lambda: layers.JaxLayer(linear, init_linear),
                     lambda: layers.TFSMLayer("nowhere")):  # fmt: skip
            with pytest.raises(NotSupportedError, match="backend_scope"):
                make()


def test_not_a_module(torch):
    with pytest.raises(TypeError, match=r"torch\.nn\.Module"):
        layers.TorchModuleWrapper(3)
    with pytest.raises(ValueError, match="without shapes"):
        layers.TorchModuleWrapper(torch.nn.LazyLinear(3))
