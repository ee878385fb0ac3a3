"""Files go both ways with the reference, and between engines."""

import functools
import pathlib

import numpy as np
import pytest

import tricorn as keras
from tests.saving import builders
from tests.support.oracle import OracleError, oracle

SOURCE = pathlib.Path(builders.__file__).read_text(encoding="utf-8")
NAMES = list(builders.BUILDERS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exchange")


@pytest.fixture(scope="module")
def written_by_reference(folder):
    """`{name: predictions}` of models that the reference has written to `folder`."""
    code = (
        SOURCE
        + """
result = {}
for name in names:
    model = build(keras, name, seed=3)
    model.save(f"{folder}/{name}.keras")
    model.save_weights(f"{folder}/{name}.weights.h5")
    result[name] = outputs(model, name)
"""
    )
    return oracle("jax").run(code, names=NAMES, folder=str(folder))


@pytest.fixture(scope="module")
def read_by_reference(folder):
    """`{name: (our predictions, the reference's on our archive, the reference's with our weights file)}`."""
    ours = {}
    with keras.backend_scope("numpy"):
        for name in NAMES:
            model = builders.build(keras, name, seed=4)
            model.save(folder / f"our_{name}.keras")
            model.save_weights(folder / f"our_{name}.weights.h5")
            ours[name] = builders.outputs(model, name)
    code = (
        SOURCE
        + """
model = keras.models.load_model(f"{folder}/our_{name}.keras")
result = [outputs(model, name)]
model = build(keras, name, seed=9)
model.load_weights(f"{folder}/our_{name}.weights.h5")
result.append(outputs(model, name))
"""
    )
    answers = oracle("jax").run_many([(code, {"name": name, "folder": str(folder)}) for name in NAMES])
    return {name: (ours[name], answer) for name, answer in zip(NAMES, answers, strict=True)}


def assert_equal(name, given, expected):
    tolerance = 2e-2 if name == "low_precision" else 3e-5
    assert len(given) == len(expected)
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_reads_archives_of_the_reference(name, backend, folder, written_by_reference):
    model = keras.saving.load_model(folder / f"{name}.keras")
    assert model.backend == backend
    assert_equal(name, builders.outputs(model, name), written_by_reference[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.engines("numpy", "torch")
def test_reads_weights_of_the_reference(name, backend, folder, written_by_reference):
    model = builders.build(keras, name, seed=7)
    model.load_weights(folder / f"{name}.weights.h5")
    assert_equal(name, builders.outputs(model, name), written_by_reference[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_reads_ours(name, read_by_reference):
    ours, theirs = read_by_reference[name]
    if isinstance(theirs, OracleError):
        raise theirs
    for answer in theirs:
        assert_equal(name, answer, ours)


@pytest.mark.parametrize("name", NAMES)
def test_round_trip(name, backend, tmp_path):
    model = builders.build(keras, name)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert type(again).__name__ == type(model).__name__
    assert [v.name for v in again.weights] == [v.name for v in model.weights]
    for one, other in zip(again.weights, model.weights, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert_equal(name, builders.outputs(again, name), builders.outputs(model, name))


@functools.cache
def _trained_by_reference(path):
    code = (
        SOURCE
        + """
model = build(keras, "mlp")
model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
x, y = batch("mlp"), np.ones((6, 2), "float32")
model.fit(x, y, epochs=2, batch_size=6, verbose=0, shuffle=False)
model.save(path)
result = [model.fit(x, y, epochs=3, batch_size=6, verbose=0, shuffle=False).history["loss"]]
"""
    )
    return oracle("jax").run(code, path=path)[0]


def test_training_goes_on_where_the_reference_stopped(training_backend, folder):
    losses = _trained_by_reference(str(folder / "trained.keras"))
    model = keras.saving.load_model(folder / "trained.keras")
    assert int(model.optimizer.iterations) == 2
    x, y = builders.batch("mlp"), np.ones((6, 2), "float32")
    history = model.fit(x, y, epochs=3, batch_size=6, verbose=0, shuffle=False).history["loss"]
    np.testing.assert_allclose(history, losses, rtol=1e-4)


OPTIMIZERS = {
    "adam": lambda K: K.optimizers.Adam(0.01),
    "momentum": lambda K: K.optimizers.SGD(
        K.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5), momentum=0.9
    ),
    "scaled": lambda K: K.optimizers.LossScaleOptimizer(K.optimizers.RMSprop(0.01)),
    "averaged": lambda K: K.optimizers.AdamW(0.01, use_ema=True, gradient_accumulation_steps=2),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_goes_on_after_a_round_trip(optimizer, training_backend, tmp_path):
    x, y = builders.batch("mlp"), np.ones((6, 2), "float32")

    def fit(model, epochs):
        return model.fit(x, y, epochs=epochs, batch_size=3, verbose=0, shuffle=False).history["loss"]

    model = builders.build(keras, "mlp")
    model.compile(OPTIMIZERS[optimizer](keras), keras.losses.MeanSquaredError(), metrics=["mae"])
    fit(model, 1)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(fit(again, 2), fit(model, 2), rtol=1e-5)


def test_across_engines(backend, tmp_path):
    model = builders.build(keras, "recurrent")
    model.save(tmp_path / "model.keras")
    expected = builders.outputs(model, "recurrent")
    with keras.backend_scope("torch" if backend == "numpy" else "numpy"):
        again = keras.saving.load_model(tmp_path / "model.keras")
        assert_equal("recurrent", builders.outputs(again, "recurrent"), expected)


def test_sharded_weights_go_both_ways(folder):
    code = (
        SOURCE
        + """
model = build(keras, "sequential", seed=6)
model.save_weights(f"{folder}/theirs.weights.json", max_shard_size=1e-7)
theirs = outputs(model, "sequential")
model.load_weights(f"{folder}/ours.weights.json")
result = [theirs, outputs(model, "sequential")]
"""
    )
    with keras.backend_scope("numpy"):
        model = builders.build(keras, "sequential", seed=5)
        model.save_weights(folder / "ours.weights.json", max_shard_size=1e-7)
        assert len(list(folder.glob("ours_*.weights.h5"))) > 1
        ours = builders.outputs(model, "sequential")
        theirs, read_there = oracle("jax").run(code, folder=str(folder))
        assert_equal("sequential", read_there, ours)
        model.load_weights(folder / "theirs.weights.json")
        assert_equal("sequential", builders.outputs(model, "sequential"), theirs)
