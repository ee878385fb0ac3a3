"""`Layer`: what it tracks, what a call carries, what freezing means."""

import numpy as np
import pytest

import tricorn as keras
from tests.support.small_layers import Scale, numpy
from tricorn import layers, ops

X = np.random.RandomState(0).rand(5, 4).astype("float32")


class Teller(layers.Layer):
    """Notes the `training` and `mask` that reach it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.__dict__["heard"] = []

    def call(self, x, training=None, mask=None):
        self.heard.append((training, mask is not None))
        return x


# --- tracking -------------------------------------------------------------------------------------
def names(items):
    return sorted(item.name for item in items)


def test_attributes_and_containers_are_tracked(backend):
    class Holder(layers.Layer):
        def __init__(self):
            super().__init__()
            self.one = layers.Dense(1, name="one")
            self.listed = [layers.Dense(1, name="listed"), [layers.Dense(1, name="deep")]]
            self.paired = (layers.Dense(1, name="paired"), 3)
            self.keyed = {"a": layers.Dense(1, name="keyed"), "b": {"c": layers.Dense(1, name="nested")}}
            self.several = {layers.Dense(1, name="several")}
            self.weight = keras.Variable(1.0, name="weight")
            self.weights_too = [
                keras.Variable(1.0, name="in_list"),
                {"x": keras.Variable(1.0, name="in_dict")},
            ]

    holder = Holder()
    assert names(holder._layers) == ["deep", "keyed", "listed", "nested", "one", "paired", "several"]
    assert names(holder.weights) == ["in_dict", "in_list", "weight"]
    holder.listed.append(layers.Dense(1, name="appended"))
    holder.listed[1].append(layers.Dense(1, name="appended_deep"))
    holder.listed.extend([layers.Dense(1, name="extended")])
    holder.listed.insert(0, layers.Dense(1, name="inserted"))
    holder.listed += [layers.Dense(1, name="added")]
    holder.keyed["z"] = layers.Dense(1, name="set")
    holder.keyed.update(q=layers.Dense(1, name="updated"))
    holder.keyed.setdefault("r", layers.Dense(1, name="defaulted"))
    holder.several.add(layers.Dense(1, name="joined"))
    assert set(names(holder._layers)) >= {"appended", "appended_deep", "extended", "inserted", "added", "set",
        "updated",
                                          "defaulted", "joined"}  # fmt: skip
    assert len(holder._layers) == 16
    assert holder.listed[0].name == "inserted" and holder.keyed["z"].name == "set"
    assert (
        isinstance(holder.listed, list)
        and isinstance(holder.keyed, dict)
        and isinstance(holder.paired, tuple)
    )


def test_reassigning_and_deleting(backend):
    layer = layers.Layer()
    layer.inner = layers.Dense(1, name="first")
    layer.weight = keras.Variable(1.0, name="old")
    layer.inner = layers.Dense(1, name="second")
    layer.weight = keras.Variable(1.0, name="new")
    assert names(layer._layers) == ["second"] and names(layer.weights) == ["new"]
    layer.also = layer.inner
    layer.inner = None
    assert names(layer._layers) == ["second"]
    del layer.also
    del layer.weight
    assert not layer._layers and not layer.weights
    assert not hasattr(layer, "weight")
    layer.listed = [layers.Dense(1, name="in_list")]
    layer.listed = [layers.Dense(1, name="in_new_list")]
    assert names(layer._layers) == ["in_new_list"]
    del layer.listed
    assert not layer._layers


def test_removing_from_a_container(backend):
    layer = layers.Layer()
    layer.listed = [layers.Dense(1, name="a"), layers.Dense(1, name="b"), layers.Dense(1, name="c")]
    layer.keyed = {"x": layers.Dense(1, name="x"), "y": layers.Dense(1, name="y")}
    layer.listed.pop()
    layer.listed[0] = layers.Dense(1, name="d")
    del layer.keyed["x"]
    assert names(layer._layers) == ["b", "d", "y"]
    layer.listed.clear()
    layer.keyed.clear()
    assert not layer._layers


def test_shared_and_held_twice_count_once(backend):
    layer = layers.Layer()
    shared = Scale()
    layer.a, layer.b, layer.c = shared, [shared], {"x": shared}
    shared.build((None, 4))
    assert len(layer.weights) == 1 and len(layer._layers) == 1
    with pytest.raises(ValueError, match="itself"):
        layer.me = layer


def test_attributes_before_super_init(backend):
    class Early(layers.Layer):
        def __init__(self):
            self.inner = layers.Dense(2, name="inner")
            super().__init__(name="early")

        def call(self, x):
            return self.inner(x)

    assert Early()(X).shape == (5, 2)
    assert len(Early()._layers) == 1


def test_forgetting_super_init(backend):
    class Forgot(layers.Layer):
        def __init__(self):
            self.units = 3

        def call(self, x):
            return x

    with pytest.raises(RuntimeError, match=r"super\(\).__init__"):
        Forgot()(X)


def test_metrics_and_seeds_are_tracked(backend):
    layer = layers.Layer()
    layer.dropped = layers.Dropout(0.5)
    layer.mean = keras.metrics.Mean(name="mean")
    assert layer.metrics == [layer.mean]
    assert len(layer.variables) == 3 and not layer.weights
    assert len(layer.non_trainable_variables) == 1


# --- calls ----------------------------------------------------------------------------------------------
def test_inputs_of_any_kind(backend):
    layer = Scale(1.0)
    expected = X
    for value in (
        X,
        X.astype("float64"),
        ops.convert_to_tensor(X),
        keras.Variable(X),
        np.asfortranarray(X),
        X[::-1][::-1],
    ):
        result = layer(value)
        assert keras.backend.standardize_dtype(result.dtype) == "float32"
        np.testing.assert_allclose(numpy(result), expected, rtol=1e-6)
    other = "torch" if backend != "torch" else "jax"
    with keras.backend_scope(other):
        np.testing.assert_allclose(numpy(layer(ops.convert_to_tensor(X))), expected, rtol=1e-6)
        assert layer.backend == backend
        assert type(numpy(layer(X))) is np.ndarray


@pytest.mark.parametrize(("value", "error"), [("text", Exception), (np.array(["a"]), Exception),
    (np.array([object()]), ValueError)],
                         ids=["str", "strings", "objects"])  # fmt: skip
def test_inputs_that_are_no_numbers(backend, value, error):
    with pytest.raises(error):
        layers.Dense(2)(value)


def test_training_and_masks_are_carried_through(backend):
    class Outer(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.teller = Teller()
            self.supports_masking = True

        def call(self, x):  # names neither
            return self.teller(x)

    class Outermost(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Outer()
            self.also = Teller()

        def call(self, x, training=None):
            self.also(x, training=False)
            return self.inner(x)

    layer = Outermost()
    layer(X, training=True)
    assert layer.inner.teller.heard[-1] == (True, False)
    assert layer.also.heard[-1] == (False, False)
    layer(X)
    assert layer.inner.teller.heard[-1][0] is None
    layer.inner(X, training=True)
    assert layer.inner.teller.heard[-1][0] is True
    layer(X, training=False)
    assert layer.inner.teller.heard[-1][0] is False
    layer(X, training=True)
    layer(X, training=True)
    assert layer.inner.teller.heard[-1][0] is True
    layer.inner.teller(X, training=True, mask=np.ones((5,), bool))
    assert layer.inner.teller.heard[-1] == (True, True)


def test_masks_travel(backend):
    embedding, teller = layers.Embedding(5, 3, mask_zero=True), Teller()
    ids = np.array([[1, 2, 0], [3, 0, 0]])
    teller(embedding(ids))
    assert teller.heard[-1] == (None, True)
    x = keras.Input((3,), dtype="int32")
    model = keras.Model(x, teller(embedding(x)))
    teller.heard.clear()
    model(ids)
    assert teller.heard[-1][1]

    class Ends(layers.Layer):
        def call(self, x):
            return x * 1

    with pytest.warns(UserWarning, match="masking"):
        teller(Ends()(embedding(ids)))
    assert teller.heard[-1] == (None, False)


def test_calls_with_wrong_arguments(backend):
    layer = layers.Dense(2, name="head")
    with pytest.raises(TypeError, match="head"):
        layer(X, X, X, X)
    with pytest.raises(TypeError, match="temperature"):
        layer(X, temperature=3)
    with pytest.raises(TypeError):
        layer()
    with pytest.raises(NotImplementedError, match="call"):
        layers.Layer()(X)


def test_wrong_shapes_are_named(backend):
    layer = layers.Dense(2, name="head")
    layer(X)
    for wrong in (np.ones((5, 3), "float32"), np.float32(1.0)):
        with pytest.raises(ValueError, match=r'Dense "head"'):
            layer(wrong)
    with pytest.raises(ValueError, match=r'Dense "head"'):
        layer(keras.Input((3,)))


def test_an_error_inside_tells_the_layer(backend):
    class Broken(layers.Layer):
        def call(self, x):
            return ops.matmul(x, ops.ones((9, 9)))

    with pytest.raises(Exception) as caught:
        Broken(name="broken")(X)
    notes = "\n".join(caught.value.__notes__)
    assert 'in layer Broken "broken"' in notes and "in tricorn.ops.matmul" in notes


@pytest.mark.parametrize("arguments", [{"name": "a/b"}, {"name": ""}, {"name": 3}, {"colour": 1}, {"dtype": "float7"},
                                       {"activity_regularizer": "l7"}, {"trainable": "yes"}], ids=str)  # fmt: skip
def test_bad_constructor_arguments(arguments):
    with pytest.raises((ValueError, TypeError)):
        layers.Layer(**arguments)


# --- losses -----------------------------------------------------------------------------------------------
def test_losses(backend):
    class Sparse(layers.Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    layer = Sparse()
    layer(X)
    layer(X)
    assert len(layer.losses) == 1
    np.testing.assert_allclose(float(numpy(layer.losses[0])), X.sum(), rtol=1e-6)
    with pytest.raises(ValueError, match="scalar"):
        layer.add_loss(ops.ones((3,)))
    dense = layers.Dense(
        2, kernel_regularizer=keras.regularizers.L2(0.1), activity_regularizer=keras.regularizers.L1(0.5)
    )
    out = dense(X)
    expected = [0.5 * np.abs(numpy(out)).sum() / 5, 0.1 * (dense.kernel.numpy() ** 2).sum()]
    np.testing.assert_allclose(sorted(float(numpy(v)) for v in dense.losses), sorted(expected), rtol=1e-5)


def test_losses_of_nested_layers_are_cleared_once(backend):
    class Sparse(layers.Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.parts = [Sparse(), Sparse()]

        def call(self, x):
            for part in self.parts:
                x = part(x)
            return x

    outer = Outer()
    for _ in range(3):
        outer(X)
        assert len(outer.losses) == 2


# --- trainable -----------------------------------------------------------------------------------------------
def test_trainable(backend):
    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = layers.Dense(2), layers.BatchNormalization()

        def call(self, x, training=None):
            return self.b(self.a(x), training=training)

    outer = Outer()
    outer(X)
    assert len(outer.trainable_weights) == 4 and len(outer.non_trainable_weights) == 2
    outer.a.trainable = False
    assert names(outer.trainable_weights) == ["beta", "gamma"] and outer.trainable
    outer.trainable = False
    assert not outer.trainable_weights and not outer.b.trainable and len(outer.non_trainable_weights) == 6
    outer.trainable = True
    assert outer.a.trainable and len(outer.trainable_weights) == 4
    assert [w.name for w in outer.non_trainable_weights] == ["moving_mean", "moving_variance"]
    outer.a.kernel.trainable = False
    assert len(outer.trainable_weights) == 3
    frozen = layers.Dense(2, trainable=False)
    frozen(X)
    assert not frozen.trainable_weights and len(frozen.non_trainable_weights) == 2
    frozen.trainable = True
    assert len(frozen.trainable_weights) == 2


def test_weights_of_a_frozen_layer_built_later(backend):
    outer = keras.Sequential([layers.Dense(2)])
    outer.trainable = False
    outer(X)
    assert not outer.trainable_weights
    outer.trainable = True
    assert len(outer.trainable_weights) == 2


# --- configuration ---------------------------------------------------------------------------------------------
def test_the_configuration_is_recorded(backend):
    class Recorded(layers.Layer):
        def __init__(self, units, rate=0.5, *, activation=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def call(self, x):
            return x

    layer = Recorded(3, activation="relu", name="mine", trainable=False, dtype="float16")
    config = layer.get_config()
    assert {"units": 3, "activation": "relu", "name": "mine", "trainable": False}.items() <= config.items()
    twin = Recorded.from_config(config)
    assert (twin.units, twin.name, twin.trainable, twin.compute_dtype) == (3, "mine", False, "float16")
    with pytest.raises(NotImplementedError, match="get_config"):
        Recorded(object()).get_config()
    with pytest.raises(TypeError, match="from_config"):
        Recorded.from_config({"nonsense": 1})


def test_set_weights(backend):
    layer = layers.Dense(3)
    layer(X)
    kernel, bias = np.full((4, 3), 2.0), np.arange(3.0)
    layer.set_weights([kernel, bias])
    np.testing.assert_allclose(numpy(layer(X)), X @ kernel + bias, rtol=1e-5)
    for wrong in ([kernel], [bias, kernel], [kernel, np.zeros(4)], []):
        with pytest.raises(ValueError, match="set_weights"):
            layer.set_weights(wrong)
    np.testing.assert_array_equal(layer.get_weights()[1], bias)


# --- dtype policies ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16"])
def test_policies(backend, policy):
    compute = policy.removeprefix("mixed_")
    layer = layers.Dense(3, dtype=policy)
    out = layer(X)
    assert keras.backend.standardize_dtype(out.dtype) == compute == layer.compute_dtype
    assert (
        layer.kernel.dtype == ("float32" if policy.startswith("mixed") else compute) == layer.variable_dtype
    )
    assert layer(keras.Input((4,))).dtype == compute
    np.testing.assert_allclose(
        numpy(out).astype("float32"), X @ layer.kernel.numpy().astype("float32"), atol=0.05
    )
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, dtype=policy), layers.Dense(2, dtype="float32")]
    )
    assert keras.backend.standardize_dtype(model(X).dtype) == "float32"


def test_autocast_off_and_integers(backend):
    seen = []

    class Tells(layers.Layer):
        def call(self, x, ids):
            seen.append(
                (keras.backend.standardize_dtype(x.dtype), keras.backend.standardize_dtype(ids.dtype))
            )
            return x

    Tells(dtype="mixed_float16")(X, np.array([1, 2], "int32"))
    Tells(dtype="mixed_float16", autocast=False)(X, np.array([1, 2], "int32"))
    assert seen == [("float16", "int32"), ("float32", "int32")]


# --- stateless calls -----------------------------------------------------------------------------------------------
def test_stateless_call(backend):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()])
    before = model.get_weights()
    trainable = [ops.zeros_like(v) + 1.0 for v in model.trainable_variables]
    held = [v.value for v in model.non_trainable_variables]
    outputs, updated = model.stateless_call(trainable, held, X, training=True)
    for value, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(value, old)
    h = X.sum(1, keepdims=True) * np.ones((1, 3)) + 1
    expected = (h - h.mean(0)) / np.sqrt(h.var(0) + 1e-3) + 1
    np.testing.assert_allclose(numpy(outputs), expected, rtol=1e-3, atol=1e-4)
    moved = [v for v in updated if tuple(v.shape) == (3,)]
    np.testing.assert_allclose(numpy(moved[0]), 0.01 * h.mean(0), rtol=1e-4)
    with pytest.raises(ValueError, match="trainable_variables"):
        model.stateless_call(trainable[1:], held, X)
    with pytest.raises(ValueError, match="shape"):
        model.stateless_call([ops.zeros((2,))] * len(trainable), held, X)
    with pytest.raises(ValueError, match="built"):
        layers.Dense(2).stateless_call([], [], X)


def test_stateless_call_returns_losses(backend):
    layer = layers.Dense(
        2, activity_regularizer=keras.regularizers.L1(1.0), kernel_regularizer=keras.regularizers.L2(1.0)
    )
    layer(X)
    values = [ops.ones_like(v) for v in layer.trainable_variables]
    outputs, _, losses = layer.stateless_call(values, [], X, return_losses=True)
    expected = sorted([np.abs(numpy(outputs)).sum() / 5, 8.0])
    np.testing.assert_allclose(sorted(float(numpy(v)) for v in losses), expected, rtol=1e-5)


# --- code that calls an engine directly ------------------------------------------------------------------------------
@pytest.mark.engines("jax", "torch", "tensorflow")
def test_engine_code_inside_call_is_traced_for_its_shape(backend):
    class Native(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], 2), name="w")

        def call(self, x):
            if backend == "jax":
                import jax.numpy as jnp

                return {"out": jnp.tanh(x @ self.w.value), "rows": jnp.sum(x, axis=1)}
            if backend == "torch":
                import torch

                return {"out": torch.tanh(torch.matmul(x, self.w.value)), "rows": torch.sum(x, dim=1)}
            import tensorflow as tf

            return {"out": tf.tanh(tf.matmul(x, self.w.value)), "rows": tf.reduce_sum(x, axis=1)}

    layer = Native()
    inputs = keras.Input((4,))
    symbolic = layer(inputs)
    assert (symbolic["out"].shape, symbolic["rows"].shape) == ((None, 2), (None,))
    assert symbolic["out"].dtype == "float32"
    model = keras.Model(inputs, symbolic)
    np.testing.assert_allclose(model.predict(X, verbose=0)["out"], np.tanh(X @ layer.w.numpy()), rtol=1e-5)
    model.compile("sgd", {"out": "mse"})
    before = layer.w.numpy()
    model.fit(X, {"out": np.zeros((5, 2), "float32")}, verbose=0)
    assert np.abs(layer.w.numpy() - before).max() > 0
