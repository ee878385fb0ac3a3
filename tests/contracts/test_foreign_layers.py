"""What the contract of layers asks, of those around code that is not ours: each on its own engine."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from tests.contracts.foreign_layer_cases import CASES
from tricorn import Input, Model, Sequential, layers, losses, ops, optimizers
from tricorn.core.backend import backend_scope

X = np.random.default_rng(3).normal(size=(8, 4)).astype("float32")
Y = X[:, :2] * 2 - 1
PAIRS = [(name, engine) for name, (engines, *_) in CASES.items() for engine in engines]


@pytest.fixture(params=PAIRS, ids=["-".join(pair) for pair in PAIRS])
def case(request, tmp_path):
    """The name of a class, and a layer of it on an engine of its own."""
    name, engine = request.param
    with backend_scope(engine):
        yield name, CASES[name][1](tmp_path / "saved")


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def test_described_as_it_is(case):
    _, layer = case
    inputs = Input((4,))
    outputs = layer(inputs)
    assert outputs.shape == (None, 2) and outputs.dtype == "float32"
    real = layer(X)
    assert tuple(real.shape) == (8, 2) and ops.dtype(real) == "float32"
    np.testing.assert_allclose(
        Model(inputs, outputs).predict(X, verbose=0), array(real), rtol=1e-5, atol=1e-6
    )


def test_weights(case):
    name, layer = case
    layer(X)
    assert len(layer.trainable_weights) == CASES[name][2]
    layer.trainable = False
    before = [w.copy() for w in layer.get_weights()]
    layer(X)
    assert layer.trainable_variables == []
    for one, other in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_weight_learns_and_the_loss_falls(case):
    name, layer = case
    model = Sequential([Input((4,)), layers.Dense(4), layer])
    model.compile(optimizers.SGD(0.05), losses.MeanSquaredError())
    start = [w.copy() for w in layer.get_weights()]
    before = model.evaluate(X, Y, verbose=0)
    model.fit(X, Y, epochs=3, verbose=0)
    assert model.evaluate(X, Y, verbose=0) < before
    changed = [np.any(one != other) for one, other in zip(layer.get_weights(), start, strict=True)]
    assert sum(changed) == CASES[name][2]


def test_configuration_and_files(case, tmp_path):
    name, layer = case
    expected = array(layer(X))
    model = Sequential([Input((4,)), layer])
    model.save(tmp_path / "model.keras")
    from tricorn import models

    trusted = {} if CASES[name][3] else {"safe_mode": False}
    again = models.load_model(tmp_path / "model.keras", **trusted)
    np.testing.assert_allclose(again.predict(X, verbose=0), expected, rtol=1e-5, atol=1e-6)
    assert type(again.layers[-1])._public_class().__name__ == name


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies(case, how):
    name, layer = case
    if name == "TFSMLayer":
        pytest.skip("TensorFlow's loaded programs cannot be copied")
    expected = array(layer(X))
    again = copy.deepcopy(layer) if how == "deepcopy" else pickle.loads(pickle.dumps(layer))
    np.testing.assert_allclose(array(again(X)), expected, rtol=1e-6)
    if CASES[name][2]:
        again.trainable_weights[0].assign(np.full(again.trainable_weights[0].shape, 9.0, "float32"))
        np.testing.assert_allclose(array(layer(X)), expected, rtol=1e-6)
