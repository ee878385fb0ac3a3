"""On TensorFlow a layer is a `tf.Module`: its variables are found by modules, checkpoints and tapes."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers

tf = pytest.importorskip("tensorflow")
X = np.random.RandomState(0).rand(6, 4).astype("float32")


@pytest.fixture(autouse=True)
def _on_tensorflow():
    with keras.backend_scope("tensorflow"):
        yield


def functional():
    inputs = keras.Input((4,))
    x = layers.Dense(5, activation="tanh", name="hidden")(inputs)
    return keras.Model(inputs, layers.Dense(2, name="head")(x))


def test_modules_find_the_variables():
    model = functional()
    assert isinstance(model, tf.Module)
    native = {id(v.value) for v in model.weights}
    assert {id(v) for v in tf.Module.trainable_variables.fget(model)} == native or len(
        model.trainable_variables
    ) == 4
    outer = tf.Module()
    outer.model = model
    assert {id(v) for v in outer.trainable_variables} == native
    assert {id(v) for v in outer.variables} == native


@pytest.mark.parametrize("over", ["Variables", "values"])
def test_a_native_loop_trains(over):
    model = functional()
    target = X[:, :2] * 2 - 1
    losses = []
    for _ in range(40):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X) - target) ** 2)
        watched = (
            model.trainable_variables if over == "Variables" else [v.value for v in model.trainable_variables]
        )
        gradients = tape.gradient(loss, watched)
        assert all(g is not None for g in gradients)
        for variable, gradient in zip(watched, gradients, strict=True):
            variable.assign_sub(0.3 * gradient)
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 2


def test_a_traced_loop_with_our_optimizer():
    model = functional()
    optimizer = keras.optimizers.Adam(0.05)
    optimizer.build(model.trainable_variables)

    @tf.function(autograph=False)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    losses = [float(step(tf.constant(X), tf.constant(X[:, :2]))) for _ in range(40)]
    assert losses[-1] < losses[0] / 5
    assert int(optimizer.iterations) == 40


@pytest.mark.parametrize(
    "kind", ["LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "BatchNormalization", "Conv1D", "Attention"]
)
@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
def test_a_tape_inside_a_function_reaches_the_variables(kind, masked):
    wide = kind == "ConvLSTM1D"
    options = {"LSTM": (3,), "GRU": (3,), "SimpleRNN": (3,), "ConvLSTM1D": (2, 2), "Conv1D": (2, 2)}.get(
        kind, ()
    )
    layer = getattr(layers, kind)(*options, **({"use_scale": True} if kind == "Attention" else {}))
    x = tf.constant(np.random.RandomState(0).rand(2, 5, 4, *((1,) if wide else ())).astype("float32"))
    mask = tf.constant([[True, True, False, False, False], [True] * 5])
    mask = [mask, mask] if kind == "Attention" else mask
    arguments = {"mask": mask} if masked and kind != "Conv1D" else {}
    inputs = [x, x] if kind == "Attention" else x
    layer(inputs)

    def gradients():
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, **arguments) ** 2)
        return tape.gradient(loss, [v.value for v in layer.trainable_variables])

    for traced, eager in zip(tf.function(gradients)(), gradients(), strict=True):
        np.testing.assert_allclose(traced, eager, rtol=1e-4, atol=1e-5)


def test_checkpoints(tmp_path):
    model, twin = functional(), functional()
    path = tf.train.Checkpoint(model=model).save(str(tmp_path / "check"))
    for value in twin.weights:
        value.assign(value.numpy() + 1)
    twin_by_name = tf.train.Checkpoint(model=twin)
    status = twin_by_name.restore(path)
    status.assert_existing_objects_matched()
    for one, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_functions_and_saved_models(tmp_path):
    model = functional()
    traced = tf.function(lambda x: model(x), autograph=False)
    np.testing.assert_allclose(traced(tf.constant(X)), model.predict(X, verbose=0), rtol=1e-5)
    module = tf.Module()
    module.model = model
    module.serve = tf.function(
        lambda x: model(x), input_signature=[tf.TensorSpec((None, 4))], autograph=False
    )
    tf.saved_model.save(module, str(tmp_path / "saved"))
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    np.testing.assert_allclose(loaded.serve(tf.constant(X)), model.predict(X, verbose=0), rtol=1e-5)


def test_what_is_taken_out_is_no_variable_any_more():
    layer = layers.Layer()
    layer.weight = keras.Variable(1.0)
    layer.weight = keras.Variable(2.0)
    outer = tf.Module()
    outer.layer = layer
    assert [float(v) for v in outer.variables] == [2.0]
