"""Random draws on every engine: shapes and dtypes, distributions, seeds."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import ops, random
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

N = (4000,)


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


# name, arguments after the shape, mean, standard deviation, lowest, highest
DISTRIBUTIONS = [
    ("normal", (2.0, 0.5), 2.0, 0.5, -np.inf, np.inf),
    ("uniform", (-1.0, 3.0), 1.0, 4 / 12**0.5, -1, 3),
    ("truncated_normal", (1.0, 2.0), 1.0, 2 * 0.87962566, -3, 5),
    ("randint", (2, 7), 4.0, 2**0.5, 2, 6),
    ("binomial", (10.0, 0.3), 3.0, 2.1**0.5, 0, 10),
    ("beta", (2.0, 3.0), 0.4, 0.2, 0, 1),
    ("gamma", (4.0,), 4.0, 2.0, 0, np.inf),
]


@pytest.mark.parametrize("name, arguments, mean, deviation, low, high", DISTRIBUTIONS)
def test_distribution(name, arguments, mean, deviation, low, high, backend):
    draw = getattr(random, name)
    x = draw(N, *arguments, seed=3)
    assert ops.dtype(x) == ("int32" if name == "randint" else "float32")
    x = array(x).astype(np.float64)
    assert x.shape == N and x.min() >= low and x.max() <= high
    assert abs(x.mean() - mean) < 5 * deviation / N[0] ** 0.5  # five standard errors
    assert abs(x.std() - deviation) < 0.08 * deviation
    assert len(np.unique(x)) > 4


@pytest.mark.parametrize("name, arguments", [row[:2] for row in DISTRIBUTIONS])
def test_seeds(name, arguments, backend):
    draw = getattr(random, name)
    first = array(draw((50,), *arguments, seed=1))
    np.testing.assert_array_equal(first, array(draw((50,), *arguments, seed=1)))
    assert (first != array(draw((50,), *arguments, seed=2))).any()
    generator = random.SeedGenerator(5)
    drawn = [array(draw((50,), *arguments, seed=generator)) for _ in range(2)]
    assert (drawn[0] != drawn[1]).any()
    again = random.SeedGenerator(5)
    for one in drawn:
        np.testing.assert_array_equal(one, array(draw((50,), *arguments, seed=again)))
    assert (array(draw((50,), *arguments)) != array(draw((50,), *arguments))).any()


@pytest.mark.parametrize("dtype", ("float16", "bfloat16", "float64"))
def test_dtypes(dtype, backend):
    if dtype == "float64" and backend == "jax":
        pytest.skip("64 bits are off in JAX by default")
    for name, arguments, *_ in DISTRIBUTIONS:
        if name != "randint":
            assert ops.dtype(getattr(random, name)((2,), *arguments, dtype=dtype, seed=0)) == dtype
    assert ops.dtype(random.randint((2,), 0, 5, dtype="uint8", seed=0)) == "uint8"


def test_symbolic_shapes(backend):
    x = KerasTensor((None, 3))
    assert random.normal((ops.shape(x)[0], 3)).shape == (None, 3)
    assert random.dropout(x, 0.5).shape == (None, 3)
    assert random.categorical(x, 4).shape == (None, 4)
    assert random.shuffle(x).shape == (None, 3)


def test_parameters_broadcast(backend):
    counts = np.array([1.0, 10.0, 100.0], np.float32)
    drawn = array(random.binomial((500, 3), counts, 0.5, seed=1))
    np.testing.assert_allclose(drawn.mean(0), counts / 2, rtol=0.15)
    drawn = array(random.gamma((500, 3), counts, seed=1))
    np.testing.assert_allclose(drawn.mean(0), counts, rtol=0.3)


def test_categorical(backend):
    logits = np.log(np.array([[0.1, 0.2, 0.7], [1e-12, 0.5, 0.5]], np.float32))
    drawn = array(random.categorical(logits, 3000, seed=4))
    assert drawn.shape == (2, 3000) and drawn.dtype == np.int32
    shares = [np.bincount(row, minlength=3) / 3000 for row in drawn]
    np.testing.assert_allclose(shares, [[0.1, 0.2, 0.7], [0, 0.5, 0.5]], atol=0.04)


def test_dropout(backend):
    x = np.random.default_rng(0).uniform(1, 2, (40, 50)).astype(np.float32)
    y = array(random.dropout(ops.convert_to_tensor(x), 0.25, seed=1))
    kept = y != 0
    assert abs(kept.mean() - 0.75) < 0.05
    np.testing.assert_allclose(y[kept], (x / 0.75)[kept], rtol=1e-4)
    rows = array(random.dropout(ops.convert_to_tensor(x), 0.5, noise_shape=(None, 1), seed=1)) != 0
    assert (rows.all(1) | ~rows.any(1)).all() and 0 < rows.mean() < 1
    np.testing.assert_array_equal(array(random.dropout(ops.convert_to_tensor(x), 0.0)), x)
    assert not array(random.dropout(ops.convert_to_tensor(x), 1.0)).any()


def test_dropout_has_the_gradient_of_its_mask(training_backend):
    from tests.conformance.gradients import gradients

    x = np.ones((6, 7), np.float32)
    (found,) = gradients(training_backend, lambda t: random.dropout(t, 0.5, seed=2), [x], np.ones_like(x))
    with backend_scope(training_backend):
        np.testing.assert_allclose(
            found, array(random.dropout(ops.convert_to_tensor(x), 0.5, seed=2)), rtol=1e-4
        )


def test_shuffle(backend):
    x = np.arange(24).reshape(4, 6)
    y = array(random.shuffle(ops.convert_to_tensor(x), axis=1, seed=3))
    assert (y != x).any()
    np.testing.assert_array_equal(np.sort(y[0]), x[0])
    np.testing.assert_array_equal(y - y[0], x - x[0])  # columns stayed whole


def test_a_generator_of_another_engine_serves(backend):
    with backend_scope("numpy"):
        generator = random.SeedGenerator(1)
    x = ops.ones((50,))
    assert (
        array(random.dropout(x, 0.5, seed=generator)) != array(random.dropout(x, 0.5, seed=generator))
    ).any()


def test_bad_arguments(backend):
    with pytest.raises(ValueError, match="floating"):
        random.uniform((2,), dtype="int32")
    with pytest.raises(ValueError, match="integer type"):
        random.randint((2,), 0, 3, dtype="float32")
    with pytest.raises(ValueError, match="empty"):
        random.randint((2,), 3, 3)
    with pytest.raises(ValueError, match="rate"):
        random.dropout(ops.ones((2,)), 1.5)
    with pytest.raises(ValueError, match="noise_shape"):
        random.dropout(ops.ones((2, 3)), 0.5, noise_shape=(2, 2))
    with pytest.raises(ValueError, match="rank 2"):
        random.categorical(ops.ones((2,)), 1)
    with pytest.raises(ValueError, match="seed"):
        random.normal((2,), seed="x")
