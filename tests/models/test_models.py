"""Functional, sequential and subclassed models: graphs, names, copies, configurations, what is refused."""

import copy
import json
import pickle

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, models, ops

RANDOM = np.random.RandomState(4)
X = RANDOM.rand(6, 4).astype("float32")
ZEROS = np.zeros((6, 1), "float32")


def numpy(x):
    return ops.convert_to_numpy(x)


@keras.utils.register_keras_serializable("tests")
class Doubling(layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor


@keras.utils.register_keras_serializable("tests")
class Subclassed(keras.Model):
    def __init__(self, width=3, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(width, activation="tanh")
        self.rest = [layers.Dense(2), layers.BatchNormalization()]

    def call(self, x, training=None):
        x = self.hidden(x)
        for layer in self.rest:
            x = layer(x)
        return x


@keras.utils.register_keras_serializable("tests")
class Wired(keras.Model):
    """A subclass that passes a graph up."""

    def __init__(self, width=3, **kwargs):
        inputs = keras.Input((4,))
        outputs = layers.Dense(2, name="out")(layers.Dense(width, activation="tanh", name="mid")(inputs))
        super().__init__(inputs, outputs, **kwargs)
        self.width = width

    def get_config(self):
        return {"width": self.width, "name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def plain():
    inputs = keras.Input((4,), name="in")
    x = layers.Dense(3, activation="tanh", name="a")(inputs)
    return keras.Model(inputs, layers.Dense(2, name="b")(x), name="plain")


def rich():
    """Shared layers, ops, a nested model, several inputs and outputs."""
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(3, activation="tanh", name="shared")
    inner_in = keras.Input((3,))
    inner = keras.Model(inner_in, layers.Dense(3, name="inner_dense")(inner_in), name="inner")
    a, b = inner(shared(left)), inner(shared(right))
    joined = ops.concatenate([a * 2.0, b + a], axis=-1)
    total = ops.sum(ops.stack([a, b], axis=1), axis=1)
    scaled = Doubling(3.0, name="scaled")(1.0 - total)
    return keras.Model({"left": left, "right": right},
                       {"joined": layers.BatchNormalization(name="norm")(joined), "scaled": scaled},
                       name="rich")  # fmt: skip


def sequential():
    return keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="tanh", name="a"), layers.Dropout(0.2),
                             layers.BatchNormalization(name="n"), layers.Dense(2, name="b")], name="stack")  # fmt: skip


def deferred():
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    model(X)
    return model


def subclassed():
    model = Subclassed(5, name="sub")
    model(X)
    return model


KINDS = {
    "plain": plain,
    "rich": rich,
    "sequential": sequential,
    "deferred": deferred,
    "subclassed": subclassed,
    "wired": Wired,
}


def inputs_of(kind):
    return {"left": X, "right": X[::-1].copy()} if kind == "rich" else X


def outputs_of(model, kind):
    found = model.predict(inputs_of(kind), verbose=0)
    return list(found.values()) if isinstance(found, dict) else [found]


def same(one, other, **tolerance):
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a, b, **{"rtol": 1e-5, "atol": 1e-6, **tolerance})


# --- what a graph computes ---------------------------------------------------------------------------
def test_a_rich_graph(backend):
    model = rich()
    shared, inner = model.get_layer("shared"), model.get_layer("inner").get_layer("inner_dense")
    assert len(model.weights) == 2 + 2 + 4

    def branch(x):
        return (
            np.tanh(x @ shared.kernel.numpy() + shared.bias.numpy()) @ inner.kernel.numpy()
            + inner.bias.numpy()
        )

    a, b = branch(X), branch(X[::-1])
    found = model.predict(inputs_of("rich"), verbose=0)
    assert list(found) == ["joined", "scaled"]
    np.testing.assert_allclose(
        found["joined"], np.concatenate([a * 2, b + a], -1) / np.sqrt(1 + 1e-3), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(found["scaled"], 3 * (1 - (a + b)), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", list(KINDS))
def test_call_predict_and_nesting_agree(backend, kind):
    model = KINDS[kind]()
    expected = outputs_of(model, kind)
    called = model(inputs_of(kind))
    same([numpy(v) for v in (called.values() if isinstance(called, dict) else [called])], expected)
    inputs = (
        {key: keras.Input((4,), name=f"{key}_x") for key in ("left", "right")}
        if kind == "rich"
        else keras.Input((4,))
    )
    outer = keras.Model(inputs, model(inputs))
    same(outputs_of(outer, kind), expected)
    assert len(outer.weights) == len(model.weights)


def test_training_reaches_every_layer(backend):
    inputs = keras.Input((4,))
    inner = keras.Sequential([keras.Input((4,)), layers.Dropout(0.5)])
    model = keras.Model(inputs, inner(Doubling(1.0)(inputs)))
    ones = np.ones((64, 4), "float32")
    np.testing.assert_array_equal(numpy(model(ones)), ones)
    dropped = numpy(model(ones, training=True))
    assert 0.2 < (dropped == 0).mean() < 0.8
    fixed = keras.Model(inputs, inner(inputs, training=True))
    assert (numpy(fixed(ones, training=False)) == 0).any()


def test_intermediate_tensors_as_inputs_and_outputs(backend):
    model = plain()
    middle = model.get_layer("a").output
    lower, upper = keras.Model(model.input, middle), keras.Model(middle, model.output)
    np.testing.assert_allclose(
        upper.predict(lower.predict(X, verbose=0), verbose=0), model.predict(X, verbose=0), rtol=1e-5
    )
    assert upper.get_layer("b") is model.get_layer("b")
    both = keras.Model(model.input, [middle, model.output])
    assert [v.shape for v in both.predict(X, verbose=0)] == [(6, 3), (6, 2)]


def test_ranks_and_dtypes_of_inputs_are_fitted(backend):
    model = keras.Model(inputs := keras.Input((1,)), inputs * 2.0)
    assert numpy(model(np.ones(3, "float32"))).shape == (3, 1)
    model = keras.Model(inputs := keras.Input((), dtype="float32"), inputs * 2.0)
    assert numpy(model(np.ones((3, 1), "float64"))).shape == (3,)
    model = keras.Model(inputs := keras.Input((2,), dtype="int32"), layers.Embedding(4, 3)(inputs))
    assert model(np.array([[1.0, 2.0]])).shape == (1, 2, 3)
    optional = keras.Model([a := keras.Input((4,)), b := keras.Input((4,), optional=True)], Pick()([a, b]))
    np.testing.assert_array_equal(numpy(optional([X, None])), X)
    np.testing.assert_array_equal(numpy(optional([X, X])), 2 * X)


class Pick(layers.Layer):
    def call(self, inputs):
        a, b = inputs
        return a if b is None else a + b


# --- sequential ------------------------------------------------------------------------------------------
def test_adding_and_taking_off(backend):
    model = keras.Sequential(name="growing")
    model.add(keras.Input((4,)))
    model.add(layers.Dense(3, name="one"))
    assert model.output_shape == (None, 3)
    model.add(layers.Dense(2, name="two"))
    assert [layer.name for layer in model.layers] == ["one", "two"] and len(model.weights) == 4
    assert model(X).shape == (6, 2)
    assert model.pop().name == "two"
    assert model(X).shape == (6, 3) and len(model.weights) == 2 and model.output_shape == (None, 3)
    model.add(layers.Dense(5, name="three"))
    model.compile("sgd", "mse") if backend != "numpy" else None
    assert model.predict(X, verbose=0).shape == (6, 5)


def test_deferred(backend):
    model = keras.Sequential([layers.Dense(3), Doubling()])
    assert not model.built
    for name in ("inputs", "output_shape"):
        with pytest.raises(
            AttributeError, match="built" if backend != "torch" else name
        ):  # torch words its own
            getattr(model, name)
    with pytest.raises(ValueError, match="built"):
        model.count_params()
    model.build((None, 4))
    assert model.built and model.input_shape == (None, 4) and model.count_params() == 15
    assert keras.Sequential([layers.Dense(3, input_shape=(4,))]).built


def test_a_sequential_model_refuses():
    model = keras.Sequential([layers.Dense(3, name="one")])
    for bad, error in ((3, TypeError), ("dense", TypeError), (lambda x: x, TypeError), (layers.Dense(2,
        name="one"), ValueError),
                       (keras.Input((4,)), ValueError), (None, TypeError)):  # fmt: skip
        with pytest.raises(error):
            model.add(bad)
    assert len(model.layers) == 1
    with pytest.raises(TypeError):
        keras.Sequential(3)
    with pytest.raises(ValueError, match="no layer"):
        keras.Sequential().pop()
    with pytest.raises(ValueError, match="no layers"):
        keras.Sequential()(X)
    with pytest.raises(ValueError, match=r"Dense|shape|broadcast"):
        keras.Sequential([keras.Input((4,)), layers.Reshape((3,))])


# --- what is refused --------------------------------------------------------------------------------------
def test_a_model_refuses(backend):
    inputs, other = keras.Input((4,), name="in"), keras.Input((4,), name="other")
    outputs = layers.Dense(2, name="d")(inputs)
    refused = [
        lambda: keras.Model(inputs, X), lambda: keras.Model(X, outputs), lambda: keras.Model(X, X),
        lambda: keras.Model(other, outputs), lambda: keras.Model([inputs, inputs], outputs),
        lambda: keras.Model(inputs, []), lambda: keras.Model(inputs, None), lambda: keras.Model(inputs=inputs,
        outputs=3),
        lambda: keras.Model(inputs, layers.Dense(2, name="d")(outputs)), lambda: keras.Model(inputs, outputs,
        name="a/b"),
        lambda: keras.Model(inputs, outputs, colour=3),
    ]  # fmt: skip
    for index, refuse in enumerate(refused):
        with pytest.raises((ValueError, TypeError)):
            pytest.fail(f"case {index} was taken: {refuse()}")
    model = keras.Model(inputs, outputs)
    for wrong in (X[:, :3], X[:, :, None, None], [X, X], {"nowhere": X}, None):
        with pytest.raises((ValueError, TypeError, KeyError)):
            model(wrong)
    with pytest.raises(NotImplementedError, match="call"):
        keras.Model()(X)


def test_two_engines_in_one_model():
    with keras.backend_scope("torch"):
        dense = layers.Dense(2, name="torchs")
    with keras.backend_scope("jax"):
        inputs = keras.Input((4,))
        with pytest.raises(ValueError, match="torchs"):
            keras.Model(inputs, dense(inputs))
        with pytest.raises(ValueError, match="torchs"):
            keras.Sequential([dense])


def test_get_layer():
    model = plain()
    assert model.get_layer("a").name == "a" and model.get_layer(index=-1).name == "b"
    for arguments in ({}, {"name": "z"}, {"index": 9}, {"name": "a", "index": 0}):
        with pytest.raises(ValueError, match="get_layer"):
            model.get_layer(**arguments)
    with pytest.raises(AttributeError):
        model.layers = []


# --- copies and configurations -----------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(KINDS))
def test_configurations(backend, kind):
    model = KINDS[kind]()
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(model)))
    text = model.to_json()
    for twin in (type(model).from_config(model.get_config()), keras.saving.deserialize_keras_object(config),
                 models.model_from_json(text)):  # fmt: skip
        assert type(twin)._public_class() is type(model)._public_class() and twin.name == model.name
        if not twin.built:
            twin(inputs_of(kind))
        assert [w.shape for w in twin.weights] == [w.shape for w in model.weights]
        twin.set_weights(model.get_weights())
        same(outputs_of(twin, kind), outputs_of(model, kind))
        assert twin.to_json() == text or kind in ("deferred", "subclassed")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"class_name": "NoSuchModel", "config": {}}',
    '{"class_name": "Dense", "config": {"units": 2}}',
                                  '{"module": "os", "class_name": "system", "config": {}}'])  # fmt: skip
def test_texts_that_are_no_models(text):
    with pytest.raises((ValueError, TypeError)):
        models.model_from_json(text)


@pytest.mark.parametrize("kind", ["plain", "rich", "sequential", "deferred", "wired", "subclassed"])
def test_cloning(backend, kind):
    model = KINDS[kind]()
    twin = models.clone_model(model)
    if not twin.built:
        twin(inputs_of(kind))
    assert not {id(w) for w in twin.weights} & {id(w) for w in model.weights}
    twin.set_weights(model.get_weights())
    same(outputs_of(twin, kind), outputs_of(model, kind))


def test_cloning_with_functions():
    seen = []

    def other(layer):
        seen.append(layer.name)
        if isinstance(layer, layers.Dense):
            return layers.Dense(7, name=layer.name)
        return type(layer).from_config(layer.get_config())

    twin = models.clone_model(plain(), clone_function=other)
    assert twin.output_shape == (None, 7) and seen == ["a", "b"]
    fresh = keras.Input((4,), name="fresh")
    assert models.clone_model(plain(), input_tensors=fresh).input_names == ["fresh"]
    assert models.clone_model(sequential(), clone_function=other).output_shape == (None, 7)
    with pytest.raises(ValueError):
        models.clone_model(subclassed(), clone_function=other)


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copying(backend, kind, how):
    model = KINDS[kind]()
    if backend != "numpy":
        model.compile(keras.optimizers.Adam(0.1), "mse")
    expected = outputs_of(model, kind)
    twin = copy.deepcopy(model) if how == "deepcopy" else pickle.loads(pickle.dumps(model))
    same(outputs_of(twin, kind), expected)
    if backend != "numpy" and kind != "rich":
        twin.fit(X, np.zeros((6, 2)), verbose=0)
        assert np.abs(twin.get_weights()[0] - model.get_weights()[0]).max() > 0
    same(outputs_of(model, kind), expected)


# --- other engines -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["rich", "sequential", "subclassed", "wired", "deferred"])
def test_to_every_engine(training_backend, kind):
    model = KINDS[kind]()
    if kind != "rich":
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")
        model.fit(X, np.ones((6, 2)), verbose=0, shuffle=False)
    expected = outputs_of(model, kind)
    moved = {name: model.to_backend(name) for name in ("numpy", "jax", "torch", "tensorflow")}
    for name, twin in moved.items():
        assert twin.backend == name and twin.name == model.name
        same(outputs_of(twin, kind), expected, rtol=1e-4, atol=1e-5)
    if kind in ("wired", "deferred"):  # without dropout training goes on alike
        model.fit(X, np.ones((6, 2)), epochs=2, verbose=0, shuffle=False)
        for name, twin in moved.items():
            if name != "numpy":
                twin.fit(X, np.ones((6, 2)), epochs=2, verbose=0, shuffle=False)
                same(twin.get_weights(), model.get_weights(), rtol=1e-3, atol=1e-5)
    with pytest.raises(ValueError, match="theano"):
        model.to_backend("theano")


def test_layers_that_two_models_share(training_backend):
    inputs = keras.Input((4,))
    dense = layers.Dense(2)
    one, other = keras.Model(inputs, dense(inputs)), keras.Sequential([keras.Input((4,)), dense])
    one.compile(keras.optimizers.SGD(0.1), "mse")
    other.compile(keras.optimizers.SGD(0.1), "mse")
    for model in (one, other, one):
        before = dense.kernel.numpy()
        model.fit(X, np.zeros((6, 2)), verbose=0)
        assert np.abs(dense.kernel.numpy() - before).max() > 0
        np.testing.assert_allclose(one.predict(X, verbose=0), other.predict(X, verbose=0), rtol=1e-5)


# --- summary -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(KINDS))
def test_summaries(kind):
    model = KINDS[kind]()
    found = []
    model.summary(
        print_fn=lambda *args, **kwargs: found.append(str(args[0])), expand_nested=True, show_trainable=True
    )
    text = "\n".join(found)
    assert f"{model.count_params():,}" in text and "Trainable params" in text
    for layer in model.layers:
        assert layer.name in text
    if kind == "rich":
        assert "inner_dense" in text


def test_a_summary_before_building():
    found = []
    keras.Sequential([layers.Dense(3)]).summary(print_fn=lambda *args, **kwargs: found.append(str(args[0])))
    assert "unbuilt" in "\n".join(found)
    with pytest.raises(ValueError, match="layer_range"):
        plain().summary(layer_range=["nowhere", "b"], print_fn=lambda *args, **kwargs: None)


# --- state -----------------------------------------------------------------------------------------------------
def test_state_trees(training_backend):
    model = plain()
    model.compile(keras.optimizers.Adam(name="mine"), "mse")
    model.fit(X, np.zeros((6, 2)), verbose=0)
    tree = model.get_state_tree(value_format="numpy_array")
    assert set(tree) == {
        "trainable_variables",
        "non_trainable_variables",
        "optimizer_variables",
        "metrics_variables",
    }
    twin = plain()
    twin.compile(keras.optimizers.Adam(name="mine"), "mse")
    twin.optimizer.build(twin.trainable_variables)
    twin.set_state_tree(tree)
    same(twin.get_weights(), model.get_weights())
    same([v.numpy() for v in twin.optimizer.variables], [v.numpy() for v in model.optimizer.variables])
    with pytest.raises(ValueError, match="unknown part"):
        twin.set_state_tree({"nonsense": {}})
    with pytest.raises(ValueError, match="value_format"):
        model.get_state_tree(value_format="json")


def test_a_graph_is_rebuilt_when_a_layer_is_patched(backend):
    model = plain()
    expected = model.predict(X, verbose=0)
    layer = model.get_layer("b")
    original = layer.call
    layer.call = lambda inputs, training=None: original(inputs) * 0 + 7
    np.testing.assert_array_equal(numpy(model(X)), np.full((6, 2), 7.0))
    del layer.call
    np.testing.assert_allclose(numpy(model(X)), expected, rtol=1e-5)
