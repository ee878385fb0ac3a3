"""`fit`, `evaluate`, `predict` and steps on single batches: numbers, weights, callbacks, what is refused."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, ops

RANDOM = np.random.RandomState(0)
X = RANDOM.rand(20, 4).astype("float32")
Y = (X @ RANDOM.rand(4, 2)).astype("float32")
LABELS = RANDOM.randint(0, 3, 20)
QUIET = {"verbose": 0, "shuffle": False, "batch_size": 8}


def mlp(outputs=2, activation=None):
    return keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, activation="tanh"), layers.Dense(outputs, activation=activation)]
    )


def two_outputs():
    inputs = keras.Input((4,), name="in")
    x = layers.Dense(5, activation="tanh")(inputs)
    return keras.Model(
        inputs, {"a": layers.Dense(2, name="head_a")(x), "b": layers.Dense(1, name="head_b")(x)}
    )


def mse(y, p, w=None):
    rows = ((y - p) ** 2).mean(axis=-1)
    return rows.mean() if w is None else (rows * w).sum() / len(rows)


# --- numbers ---------------------------------------------------------------------------------------
def test_evaluate_and_predict(backend):
    model = mlp()
    model.compile("sgd", "mse", metrics=["mae"], weighted_metrics=["mse"])
    predicted = model.predict(X, batch_size=8, verbose=0)
    assert isinstance(predicted, np.ndarray) and predicted.shape == (20, 2)
    np.testing.assert_allclose(predicted, ops.convert_to_numpy(model(X)), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict_on_batch(X), predicted, rtol=1e-5, atol=1e-6)
    weights = RANDOM.rand(20).astype("float32")
    logs = model.evaluate(X, Y, sample_weight=weights, batch_size=8, verbose=0, return_dict=True)
    rows = ((Y - predicted) ** 2).mean(-1)
    assert logs["loss"] == pytest.approx((rows * weights).mean(), rel=1e-4)
    assert logs["mae"] == pytest.approx(np.abs(Y - predicted).mean(), rel=1e-4)
    assert logs["mse"] == pytest.approx((rows * weights).sum() / weights.sum(), rel=1e-4)
    assert model.evaluate(X, Y, sample_weight=weights, batch_size=8, verbose=0) == pytest.approx(
        list(logs.values())
    )
    on_batch = model.test_on_batch(X[:8], Y[:8], return_dict=True)
    assert on_batch["loss"] == pytest.approx(mse(Y[:8], predicted[:8]), rel=1e-4)
    model.compile("sgd", "mse")
    assert isinstance(model.evaluate(X, Y, verbose=0), float)


def test_a_step_is_gradient_descent(training_backend):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    kernel, bias = model.get_weights()
    for start in (0, 8, 16):
        x, y = X[start : start + 8], Y[start : start + 8]
        error = 2 * (x @ kernel + bias - y) / y.size
        kernel, bias = kernel - 0.1 * x.T @ error, bias - 0.1 * error.sum(0)
    history = model.fit(X, Y, **QUIET)
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], bias, rtol=1e-4, atol=1e-6)
    assert list(history.history) == ["loss"] and history.epoch == [0]


def test_class_and_sample_weights(training_backend):
    model = mlp(3, "softmax")
    model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    p = model.predict(X, verbose=0)
    losses = -np.log(p[np.arange(20), LABELS])
    weights = np.linspace(0, 2, 20).astype("float32")
    per_class = {0: 1.0, 1: 2.0, 2: 0.5}
    classes = np.array([per_class[label] for label in LABELS])
    for arguments, factor in (({"sample_weight": weights}, weights), ({"class_weight": per_class}, classes),
                              ({"sample_weight": weights, "class_weight": per_class}, weights * classes)):  # fmt: skip
        history = model.fit(X, LABELS, **QUIET, **arguments).history
        assert history["loss"][0] == pytest.approx((losses * factor).mean(), rel=1e-4)
        right = (p.argmax(1) == LABELS) * factor
        assert history["accuracy"][0] == pytest.approx(right.sum() / factor.sum(), rel=1e-4)
    loss, _ = model.train_on_batch(X, LABELS, class_weight=per_class)
    assert loss == pytest.approx((losses * classes).mean(), rel=1e-4)


def test_validation(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=["mae"])
    p = model.predict(X, verbose=0)
    history = model.fit(X, Y, validation_split=0.25, epochs=2, **QUIET).history
    assert history["val_loss"] == pytest.approx([mse(Y[15:], p[15:])] * 2, rel=1e-4)
    assert history["loss"] == pytest.approx([mse(Y[:15], p[:15])] * 2, rel=1e-4)
    history = model.fit(
        X, Y, validation_data=(X[:4], Y[:4], np.arange(4.0)), epochs=3, validation_freq=2, **QUIET
    ).history
    assert history["val_loss"] == pytest.approx([mse(Y[:4], p[:4], np.arange(4.0))], rel=1e-4)
    history = model.fit(
        X, Y, validation_data=(X, Y), validation_batch_size=4, validation_steps=2, **QUIET
    ).history
    assert history["val_loss"] == pytest.approx([mse(Y[:8], p[:8])], rel=1e-4)
    assert set(history) == {"loss", "mae", "val_loss", "val_mae"}


@pytest.mark.parametrize("form", ["dict", "list"])
def test_several_outputs(training_backend, form):
    model = two_outputs()
    targets = {"a": Y, "b": Y[:, :1]}
    if form == "dict":
        model.compile(keras.optimizers.SGD(0.0), {"a": "mse", "b": "mae"}, {"a": 2.0, "b": 0.5},
                      metrics={"a": ["mae"], "b": ["mse", "mae"]})  # fmt: skip
    else:
        model = keras.Model(model.inputs, list(model.outputs))
        model.compile(
            keras.optimizers.SGD(0.0), ["mse", "mae"], [2.0, 0.5], metrics=[["mae"], ["mse", "mae"]]
        )
        targets = [Y, Y[:, :1]]
    p = model.predict(X, batch_size=8, verbose=0)
    pa, pb = (p["a"], p["b"]) if form == "dict" else p
    a, b = mse(Y, pa), np.abs(Y[:, :1] - pb).mean()
    history = model.fit(X, targets, **QUIET).history
    names = ("a", "b") if form == "dict" else ("head_a", "head_b")
    expected = {"loss": 2 * a + 0.5 * b, f"{names[0]}_loss": a, f"{names[1]}_loss": b,
                f"{names[0]}_mae": np.abs(Y - pa).mean(), f"{names[1]}_mse": ((Y[:, :1] - pb) ** 2).mean(),
                f"{names[1]}_mae": b}  # fmt: skip
    assert set(history) == set(expected)
    for name, value in expected.items():
        assert history[name][0] == pytest.approx(value, rel=1e-4), name


def test_one_loss_of_two(training_backend):
    model = two_outputs()
    model.compile(keras.optimizers.SGD(0.1), {"a": "mse"})
    before = [w.numpy() for w in model.get_layer("head_b").weights]
    model.fit(X, {"a": Y}, **QUIET)
    for old, new in zip(before, model.get_layer("head_b").get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_added_losses_and_regularizers_are_minimised(training_backend):
    class Pulling(layers.Layer):
        def call(self, x):
            self.add_loss(0.25 * ops.sum(x))
            return x

    inputs = keras.Input((4,))
    x = layers.Dense(
        3,
        kernel_regularizer=keras.regularizers.L2(0.1),
        activity_regularizer=keras.regularizers.L1(0.2),
        name="d",
    )(inputs)
    model = keras.Model(inputs, Pulling()(x))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    target = np.zeros((8, 3), "float32")
    out = model.predict(X[:8], verbose=0)
    kernel = model.get_layer("d").kernel.numpy()
    expected = (out**2).mean() + 0.25 * out.sum() + 0.2 * np.abs(out).sum() / 8 + 0.1 * (kernel**2).sum()
    for _ in range(2):
        assert model.train_on_batch(X[:8], target) == pytest.approx(expected, rel=1e-4)
        assert model.evaluate(X[:8], target, verbose=0) == pytest.approx(expected, rel=1e-4)
        assert model.fit(X[:8], target, **QUIET).history["loss"][0] == pytest.approx(expected, rel=1e-4)
    only = keras.Model(inputs, model.output)
    only.compile(keras.optimizers.SGD(0.1))
    before = only.train_on_batch(X[:8])
    assert before == pytest.approx(expected - (out**2).mean(), rel=1e-4)
    assert only.train_on_batch(X[:8]) < before


def test_metrics_on_a_batch_are_its_own(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    p = model.predict(X, verbose=0)
    assert model.train_on_batch(X[:8], Y[:8]) == pytest.approx(mse(Y[:8], p[:8]), rel=1e-4)
    assert model.train_on_batch(X[8:], Y[8:]) == pytest.approx(mse(Y[8:], p[8:]), rel=1e-4)


# --- steps, compiling again, freezing ----------------------------------------------------------------------
def test_steps_per_execution_changes_no_number(training_backend):
    found = []
    for steps in (1, 2, 7):
        keras.utils.set_random_seed(1)
        model = mlp()
        model.compile(keras.optimizers.Adam(0.05), "mse", metrics=["mae"], steps_per_execution=steps)
        history = model.fit(X, Y, epochs=2, validation_data=(X, Y), **QUIET).history
        found.append(
            [value for values in history.values() for value in values] + model.evaluate(X, Y, verbose=0)
        )
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-4)


@pytest.mark.parametrize("arguments", [{"run_eagerly": True}, {"jit_compile": False}], ids=str)
def test_run_eagerly_changes_no_number(training_backend, arguments):
    found = []
    for given in ({}, arguments):
        keras.utils.set_random_seed(1)
        model = mlp()
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse", **given)
        found.append(model.fit(X, Y, epochs=2, **QUIET).history["loss"])
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4)


def test_frozen_between_fits(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(X, Y, **QUIET)
    hidden, head = model.layers
    hidden.trainable = False
    frozen, free = hidden.get_weights(), head.get_weights()
    model.fit(X, Y, **QUIET)
    np.testing.assert_array_equal(hidden.get_weights()[0], frozen[0])
    assert np.abs(head.get_weights()[0] - free[0]).max() > 0
    hidden.trainable = True
    hidden.kernel.trainable = False
    model.fit(X, Y, **QUIET)
    np.testing.assert_array_equal(hidden.get_weights()[0], frozen[0])
    assert np.abs(hidden.get_weights()[1] - frozen[1]).max() > 0
    hidden.kernel.trainable = True
    model.fit(X, Y, **QUIET)
    assert np.abs(hidden.get_weights()[0] - frozen[0]).max() > 0


def test_freed_after_the_optimizer_was_built(training_backend):
    model = mlp()
    hidden = model.layers[0]
    hidden.trainable = False
    model.compile(keras.optimizers.Adam(0.1), "mse")
    before = hidden.get_weights()
    model.fit(X, Y, **QUIET)
    np.testing.assert_array_equal(hidden.get_weights()[0], before[0])
    hidden.trainable = True
    with pytest.raises(ValueError, match="new optimizer"):
        model.fit(X, Y, **QUIET)
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(X, Y, **QUIET)
    assert np.abs(hidden.get_weights()[0] - before[0]).max() > 0


def test_compiled_again(training_backend):
    model = mlp()
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(X, Y, **QUIET)
    before = model.get_weights()
    model.compile(keras.optimizers.SGD(0.0), "mae")
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    p = model.predict(X, verbose=0)
    assert model.fit(X, Y, **QUIET).history == {"loss": [pytest.approx(np.abs(Y - p).mean(), rel=1e-4)]}


def test_the_learning_rate_can_be_changed_between_and_during_fits(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(X, Y, **QUIET)
    model.optimizer.learning_rate = 0.0
    before = model.get_weights()
    model.fit(X, Y, **QUIET)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.0 if epoch == 0 else 0.1)
    losses = model.fit(X, Y, epochs=3, callbacks=[schedule], **QUIET).history["loss"]
    assert losses[0] == pytest.approx(losses[1], rel=0.3) and losses[2] < losses[0]


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_trains(training_backend, policy):
    keras.config.set_dtype_policy(policy)
    try:
        model = mlp()
        model.compile(keras.optimizers.SGD(0.1), "mse")
        assert ("LossScale" in type(model.optimizer).__name__) == (policy == "mixed_float16")
        losses = model.fit(X, Y, epochs=10, **QUIET).history["loss"]
    finally:
        keras.config.set_dtype_policy("float32")
    assert losses[-1] < losses[0] * 0.7 and np.isfinite(losses).all()
    assert all(w.dtype == "float32" for w in model.weights)
    assert model.predict(X, verbose=0).dtype.name == policy.removeprefix("mixed_")


# --- callbacks ---------------------------------------------------------------------------------------------
def test_the_order_of_callbacks(training_backend):
    class Ordered(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.calls = []

    def noting(name):
        def hook(self, *args, logs=None):
            logs = logs if logs is not None else next((a for a in args if isinstance(a, dict)), None)
            self.calls.append(
                (name, args[0] if args and isinstance(args[0], int) else None, sorted(logs or ()))
            )

        return hook

    for phase in ("train", "test"):
        for moment in ("begin", "end"):
            setattr(Ordered, f"on_{phase}_{moment}", noting(f"{phase} {moment}"))
            setattr(Ordered, f"on_{phase}_batch_{moment}", noting(f"{phase} batch {moment}"))
    for moment in ("begin", "end"):
        setattr(Ordered, f"on_epoch_{moment}", noting(f"epoch {moment}"))
    model = mlp()
    model.compile("sgd", "mse")
    notes = Ordered()
    model.fit(X[:16], Y[:16], validation_data=(X[:8], Y[:8]), callbacks=[notes], **QUIET)
    assert [(name, index) for name, index, _ in notes.calls] == [
        ("train begin", None), ("epoch begin", 0), ("train batch begin", 0), ("train batch end", 0),
        ("train batch begin", 1), ("train batch end", 1), ("test begin", None), ("test batch begin", 0),
        ("test batch end", 0), ("test end", None), ("epoch end", 0), ("train end", None)]  # fmt: skip
    logs = {name: keys for name, _, keys in notes.calls}
    assert logs["train batch end"] == ["loss"] and logs["epoch end"] == ["loss", "val_loss"]


def test_early_stopping_and_stop_training(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.0), "mse")
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1, restore_best_weights=True)
    assert len(model.fit(X, Y, epochs=9, callbacks=[stop], **QUIET).history["loss"]) <= 3
    model.compile(keras.optimizers.SGD(0.1), "mse")

    class Stops(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    steps = []
    count = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    assert len(model.fit(X, Y, epochs=9, callbacks=[Stops(), count], **QUIET).history["loss"]) == 1
    assert steps == [0]
    assert len(model.fit(X, Y, epochs=2, **QUIET).history["loss"]) == 2


def test_restored_best_weights_are_the_best(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    kept = []

    class Worsens(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 0:
                kept.extend(self.model.get_weights())
            self.model.optimizer.learning_rate = -1.0

    stop = keras.callbacks.EarlyStopping(
        monitor="loss", patience=2, restore_best_weights=True, start_from_epoch=0
    )
    model.fit(X, Y, epochs=6, callbacks=[stop, Worsens()], **QUIET)
    losses = model.history.history["loss"]
    assert losses[-1] > losses[0]
    best = int(np.argmin(losses))
    if best == 0:
        for value, expected in zip(model.get_weights(), kept, strict=True):
            np.testing.assert_array_equal(value, expected)


def test_evaluating_within_an_epoch_leaves_its_numbers_alone(training_backend):
    model = mlp()
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=["mae"])
    expected = model.fit(X, Y, **QUIET).history

    class Evaluates(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.evaluate(X[:2], Y[:2] + 9, verbose=0)
            self.model.test_on_batch(X[:2], Y[:2] + 9)
            self.model.predict(X[:2], verbose=0)

    found = model.fit(X, Y, callbacks=[Evaluates()], **QUIET).history
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-4)


def test_initial_epoch_and_history(training_backend):
    model = mlp()
    model.compile("sgd", "mse")
    history = model.fit(X, Y, initial_epoch=2, epochs=4, **QUIET)
    assert history.epoch == [2, 3] and model.history is history
    assert model.fit(X, Y, epochs=0, **QUIET).history == {}


# --- what is refused -----------------------------------------------------------------------------------------
def refusals():
    compiled = {"optimizer": "sgd", "loss": "mse"}
    return {
        "not compiled": (None, {"x": X, "y": Y}, "compiled"),
        "rows differ": (compiled, {"x": X, "y": Y[:5]}, "20|5"),
        "empty": (compiled, {"x": X[:0], "y": Y[:0]}, "empty|no (rows|batch|samples)|0 rows|at least"),
        "no target": (compiled, {"x": X}, "target"),
        "input shape": (compiled, {"x": X[:, :3], "y": Y}, "shape"),
        "input rank": (compiled, {"x": X[:, :, None, None], "y": Y}, "shape"),
        "target shape": (compiled, {"x": X, "y": Y[:, [0, 1, 1]]}, "shape"),
        "epochs": (compiled, {"x": X, "y": Y, "epochs": -1}, "epochs"),
        "epochs nan": (compiled, {"x": X, "y": Y, "epochs": float("nan")}, "epochs"),
        "initial epoch": (compiled, {"x": X, "y": Y, "initial_epoch": -1}, "initial_epoch"),
        "frequency": (
            compiled,
            {"x": X, "y": Y, "validation_data": (X, Y), "validation_freq": 0},
            "validation_freq",
        ),
        "verbose": (compiled, {"x": X, "y": Y, "verbose": 3.5}, "verbos"),
        "complex": (compiled, {"x": X.astype("complex64"), "y": Y}, "complex"),
        "validation without target": (compiled, {"x": X, "y": Y, "validation_data": (X,)}, "target"),
        "batch size": (compiled, {"x": X, "y": Y, "batch_size": 0}, "batch_size"),
        "batch size float": (compiled, {"x": X, "y": Y, "batch_size": 2.5}, "batch_size"),
        "split": (compiled, {"x": X, "y": Y, "validation_split": 1.5}, "validation_split"),
        "split nan": (compiled, {"x": X, "y": Y, "validation_split": float("nan")}, "validation_split"),
        "weights": (compiled, {"x": X, "y": Y, "sample_weight": np.ones(3)}, "3"),
        "class weight": (compiled, {"x": X, "y": Y, "class_weight": [1, 2]}, "class_weight"),
        "callbacks": (compiled, {"x": X, "y": Y, "callbacks": [3]}, "callback"),
        "strings": (compiled, {"x": np.array(["a"] * 20), "y": Y}, ""),
        "objects": (compiled, {"x": np.array([object()] * 20), "y": Y}, "numeric|dtype|object"),
        "steps": (compiled, {"x": X, "y": Y, "steps_per_epoch": 0}, "steps"),
        "extra y": (compiled, {"x": X, "y": [Y, Y]}, "targets|outputs"),
        "unknown argument": (compiled, {"x": X, "y": Y, "batchsize": 3}, "batchsize"),
        "validation": (compiled, {"x": X, "y": Y, "validation_data": (X[:, :3], Y)}, "shape"),
    }


@pytest.mark.parametrize("case", list(refusals()))
@pytest.mark.engines("torch", "jax")
def test_fit_refuses(training_backend, case):
    arguments, given, message = refusals()[case]
    model = mlp()
    if arguments is not None:
        model.compile(**arguments)
    before = model.get_weights()
    with pytest.raises((ValueError, TypeError), match=f"(?i){message}"):
        model.fit(**{"verbose": 0, **given})
    if not case.startswith("validation"):
        for old, new in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"loss": 3}, "loss"), ({"loss": keras.losses.MeanSquaredError}, "class"), ({"loss": "no_such_loss"},
        "no_such_loss"),
     ({"metrics": "mae"}, "metrics"), ({"metrics": [keras.metrics.Mean]}, "class"), ({"metrics": ["no_such"]},
     "no_such"),
     ({"optimizer": "no_such"}, "no_such"), ({"steps_per_execution": 0}, "steps_per_execution"),
     ({"steps_per_execution": 1.5}, "steps_per_execution"), ({"jit_compile": "yes"}, "jit_compile"),
     ({"run_eagerly": True, "jit_compile": True}, "run_eagerly"), ({"loss": {"nowhere": "mse"}}, "nowhere"),
     ({"loss": ["mse", "mse"]}, "outputs"), ({"metrics": {"nowhere": ["mae"]}}, "nowhere"), ({"colour": 3}, "colour"),
     ({"loss_weights": {"nowhere": 1.0}}, "nowhere"), ({"loss_weights": ["a"]}, "loss_weights")],
    ids=str,
)  # fmt: skip
def test_compile_refuses_at_once(arguments, message):
    """A functional model knows its outputs, so nothing waits for the first batch."""
    with keras.backend_scope("torch"):
        model = mlp()
        with pytest.raises((ValueError, TypeError), match=message):
            model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})


def test_numpy_cannot_train():
    with keras.backend_scope("numpy"):
        model = mlp()
        model.compile("sgd", "mse")
        for call in (model.fit, model.train_on_batch):
            with pytest.raises(NotImplementedError, match="numpy"):
                call(X, Y)


def test_nothing_depends_on_the_variables(training_backend):
    class Constant(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return ops.stop_gradient(self.dense(x))

    model = Constant()
    model.compile("sgd", "mse")
    if training_backend != "jax":
        with pytest.raises(ValueError, match="depend"):
            model.fit(X, Y, verbose=0)
    else:  # JAX has gradients of zero there
        model(X)
        before = model.get_weights()
        model.fit(X, Y, verbose=0)
        np.testing.assert_array_equal(model.get_weights()[0], before[0])
