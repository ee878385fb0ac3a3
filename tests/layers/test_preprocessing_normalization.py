"""Normalization: statistics and values of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.preprocessing import Case, check, plain, reference_answers
from tricorn import Input, layers, ops
from tricorn.core.backend import backend_scope, get_backend

DATA = "np.random.default_rng(0).normal(size=(6, 3, 4)).astype('float32') * 3 + 1"
FLAT = "np.array([[1.0, 2.0], [3.0, 4.0]], 'float32')"

CASES = [
    *(Case(f"L.Normalization({arguments})", DATA, DATA) for arguments in (
        "", "axis=None", "axis=1", "axis=(1, 2)", "invert=True", "axis=(0, 1)", "axis=(-1, 1)")),
    Case("L.Normalization(axis=None)", "np.array([1.0, 2.0, 3.0], 'float32')", "np.array([1.0, 2.0, 3.0], 'float32')"),
    Case("L.Normalization()", "np.array([[1, 2], [3, 4]])", "np.array([[1, 2], [3, 4]])"),
    *(Case(f"L.Normalization({arguments})", FLAT) for arguments in (
        "mean=3.0, variance=2.0, axis=None", "mean=3.0, variance=2.0", "mean=[1.0, 2.0], variance=[4.0, 9.0]",
        "mean=[1.0, 2.0], variance=[4.0, 9.0], invert=True", "mean=[1.0, 2.0], variance=[0.0, 9.0]")),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers():
    return reference_answers(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_the_reference(case, backend, answers):
    _, found, _ = check(case, answers, tolerance=1e-5)
    assert ops.dtype(found) == "float32"


@pytest.mark.engines("numpy")
def test_weights_are_the_references(backend):
    layer = layers.Normalization()
    layer.adapt(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert [(v.name, tuple(v.shape), v.dtype, v.trainable) for v in layer.weights] == [
        ("mean", (2,), "float32", False), ("variance", (2,), "float32", False), ("count", (), "int64", False)]  # fmt: skip
    assert layer.mean.tolist() == [[2.0, 3.0]] and layer.variance.tolist() == [[1.0, 1.0]]


@pytest.mark.engines("numpy")
@pytest.mark.parametrize("far", (0.0, 1e6))
def test_batches_merge_to_the_statistics_of_all(far, backend):
    data = np.random.default_rng(0).normal(size=(10007, 3)) * [0.1, 1, 10] + far
    layer = layers.Normalization()
    layer.adapt(data[start : start + 97] for start in range(0, len(data), 97))
    np.testing.assert_allclose(layer.mean[0], data.mean(0), rtol=1e-6)
    np.testing.assert_allclose(layer.variance[0], data.var(0), rtol=1e-6)
    layer.adapt(data[:10])  # anew
    np.testing.assert_allclose(layer.mean[0], data[:10].mean(0), rtol=1e-6)


@pytest.mark.engines("numpy")
def test_unbatched_rows(backend):
    tf = pytest.importorskip("tensorflow")
    data = np.arange(12.0).reshape(4, 3)
    layer = layers.Normalization()
    layer.build((None, 3))
    layer.adapt(tf.data.Dataset.from_tensor_slices(data))
    np.testing.assert_allclose(layer.mean[0], data.mean(0))


def test_follows_the_engine_of_its_input(backend):
    with backend_scope("torch"):
        layer = layers.Normalization()
        layer.adapt(np.array([[1.0, 2.0], [3.0, 4.0]]))
    found = layer(get_backend(backend).convert_to_tensor(np.array([[1, 4]])))
    assert backend == "numpy" or get_backend(backend).is_tensor_type(type(found))
    np.testing.assert_allclose(plain(found), [[-1, 1]])


def test_compiled_functions_see_new_statistics(training_backend):
    """A trained model's step is compiled once: what a later `adapt` finds must reach it."""
    from tricorn import Sequential

    model = Sequential([Input((2,)), layers.Normalization()])
    data = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    model.layers[0].adapt(data)
    np.testing.assert_allclose(model.predict(data, verbose=0), [[-1, -1], [1, 1]])
    model.layers[0].adapt(data * 3)
    np.testing.assert_allclose(model.predict(data * 3, verbose=0), [[-1, -1], [1, 1]])
    model.layers[0].set_weights([np.zeros(2, "float32"), np.full(2, 4.0, "float32"), np.array(0)])
    np.testing.assert_allclose(model.predict(data, verbose=0), data / 2)


@pytest.mark.engines("numpy")
def test_a_call_before_adapt_warns(backend):
    layer = layers.Normalization()
    with pytest.warns(UserWarning, match="before adapt"):
        layer(np.ones((2, 2)))


def test_given_statistics_of_a_middle_axis(backend):
    layer = layers.Normalization(axis=1, mean=[1.0, 2.0], variance=[1.0, 4.0])
    np.testing.assert_allclose(plain(layer(np.ones((1, 2, 3)))), [[[0] * 3, [-0.5] * 3]])


def test_half_precision(backend):
    layer = layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 9.0], dtype="float16")
    found = layer(np.array([[1.0, 5.0]]))
    assert ops.dtype(found) == "float16"
    np.testing.assert_allclose(plain(ops.cast(found, "float32")), [[0, 1]], rtol=1e-3)


BAD = {
    "L.Normalization(mean=1.0)": ValueError,
    "L.Normalization(mean=1.0, variance=[1.0])": ValueError,
    "L.Normalization(mean=1.0, variance=-1.0)": ValueError,
    "L.Normalization(axis='a')": ValueError,
    "L.Normalization(axis=(1, 1))": ValueError,
    "L.Normalization(axis=(1, -1)).build((None, 2))": ValueError,
    "L.Normalization(axis=5).build((None, 2))": ValueError,
    "L.Normalization()(Input((None,)))": ValueError,
    "L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 1.0, 1.0])(np.ones((2, 2)))": ValueError,
    "L.Normalization(mean=1.0, variance=1.0).adapt(np.ones((2, 2)))": ValueError,
    "L.Normalization().adapt(np.array(['a']))": TypeError,
    "L.Normalization().adapt(np.ones((0, 2)))": ValueError,
    "L.Normalization().adapt(iter([np.ones((2, 2)), np.ones((2, 3))]))": ValueError,
    "L.Normalization(mean=1.0, variance=1.0)(np.array(['a']))": TypeError,
    "L.Normalization(mean=1.0, variance=1.0, foo=1)": TypeError,
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input(code, backend):
    with pytest.raises(BAD[code]) as caught:
        eval(code, {"L": layers, "np": np, "Input": Input})
    assert type(caught.value) is BAD[code]
    assert "Normalization" in str(caught.value)
