"""Random draws on every engine: shapes and dtypes, distributions, seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

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
    assert array(random.dropout(ops.convert_to_tensor(np.array([np.inf, 1], "f")), 1.0)).tolist() == [0, 0]
    assert ops.dtype(random.dropout(ops.ones((3,), "int32"), 0.5)) == "float32"


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


def test_a_seed_draws_other_numbers_in_each_compiled_call(backend):
    generator = random.SeedGenerator(7)

    def call(x):
        return x + random.normal((3,), seed=generator), random.uniform((3,), seed=generator)

    if backend == "jax":
        import jax

        from tricorn import StatelessScope

        def pure(x, state):
            with StatelessScope(state_mapping=[(generator.state, state)]) as scope:
                result = call(x)
            return result, scope.get_current_value(generator.state)

        compiled, state, results = jax.jit(pure), generator.state.value, []
        for _ in range(2):
            result, state = compiled(np.float32(0), state)
            results.append(result)
        with pytest.raises(RuntimeError, match="StatelessScope"):
            jax.jit(call)(np.float32(0))
    elif backend == "tensorflow":
        import tensorflow as tf

        compiled = tf.function(call)
        results = [compiled(tf.constant(0.0)) for _ in range(2)]
    elif backend == "torch":
        import torch

        compiled = torch.compile(call, backend="eager")
        results = [compiled(torch.tensor(0.0)) for _ in range(2)]
    else:
        results = [call(np.float32(0)) for _ in range(2)]
    generator = random.SeedGenerator(7)  # the same numbers again, one call at a time
    for found, wanted in zip(results, [call(np.float32(0)) for _ in range(2)], strict=True):
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(array(one), array(other), rtol=1e-5)
    assert len(np.unique([array(one) for result in results for one in result])) == 12


# --- the same distribution on every engine -------------------------------------------------------
CONTINUOUS = [
    ("normal", (2.0, 0.5), lambda: stats.norm(2, 0.5)),
    ("uniform", (-1.0, 3.0), lambda: stats.uniform(-1, 4)),
    ("truncated_normal", (1.0, 2.0), lambda: stats.truncnorm(-2, 2, 1, 2)),
    ("gamma", (0.3,), lambda: stats.gamma(0.3)),
    ("gamma", (4.5,), lambda: stats.gamma(4.5)),
    ("beta", (2.0, 3.0), lambda: stats.beta(2, 3)),
    ("beta", (0.2, 0.4), lambda: stats.beta(0.2, 0.4)),
]
DISCRETE = [
    ("binomial", (10.0, 0.3), lambda: stats.binom(10, 0.3)),
    ("binomial", (300.0, 0.1), lambda: stats.binom(300, 0.1)),
    ("randint", (-2, 7), lambda: stats.randint(-2, 7)),
]


@pytest.mark.parametrize("name, arguments, law", CONTINUOUS, ids=lambda value: str(value)[:20])
def test_continuous_law(name, arguments, law, backend):
    """By Kolmogorov and Smirnov: the largest gap between the distribution functions."""
    drawn = array(getattr(random, name)((20000,), *arguments, seed=11)).astype(np.float64)
    assert stats.kstest(drawn, law().cdf).pvalue > 1e-3
    moments = law().stats("mv")
    np.testing.assert_allclose([drawn.mean(), drawn.var()], moments, rtol=0.06)


@pytest.mark.parametrize("name, arguments, law", DISCRETE, ids=lambda value: str(value)[:20])
def test_discrete_law(name, arguments, law, backend):
    drawn = array(getattr(random, name)((20000,), *arguments, seed=11)).astype(int)
    kinds, counts = np.unique(drawn, return_counts=True)
    expected = law().pmf(kinds) * drawn.size
    assert expected.sum() > 0.999 * drawn.size
    frequent = expected > 10
    chi = ((counts - expected)[frequent] ** 2 / expected[frequent]).sum()
    assert stats.chi2(frequent.sum() - 1).sf(chi) > 1e-3


def test_small_concentrations(backend):
    """Both gamma draws behind a beta draw would round to 0."""
    drawn = array(random.beta((2000,), 0.001, 0.001, seed=1))
    assert np.isfinite(drawn).all() and 0.45 < drawn.mean() < 0.55


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_stays_below_one(dtype, backend):
    drawn = random.uniform((30000,), dtype=dtype, seed=1)
    values = array(ops.cast(drawn, "float32"))
    assert values.max() < 1 and values.min() >= 0 and abs(values.mean() - 0.5) < 0.01


def test_parameters_may_be_tensors(backend):
    mean, deviation = np.array([[0.0], [100.0]]), np.array([1.0, 0.0, 2.0], np.float32)
    drawn = random.normal((2, 3), ops.convert_to_tensor(mean), deviation, seed=1)
    assert ops.dtype(drawn) == "float32"
    assert (array(drawn)[:, 1] == [0, 100]).all() and abs(array(drawn)[1, 0] - 100) < 10
    assert array(random.gamma((2, 3), mean + 1, seed=1)).shape == (2, 3)
    assert array(random.binomial((2, 3), mean, deviation / 2, seed=1))[:, 2].tolist() == [0, 100]
    assert array(random.randint((5,), ops.convert_to_tensor(2), ops.convert_to_tensor(3))).tolist() == [2] * 5


def test_tensors_of_wrong_parameters_give_nan(training_backend):
    wrong = ops.convert_to_tensor(np.array([-1.0, 2.0], np.float32))
    negated = ops.multiply(wrong, -0.4)
    for drawn in (
        random.gamma((2,), wrong, seed=1),
        random.beta((2,), 1.0, wrong, seed=1),
        random.binomial((2,), wrong, 0.5, seed=1),
        random.binomial((2,), 3, negated, seed=1),
    ):
        assert np.isnan(array(drawn)).tolist() in ([True, False], [False, True])


@pytest.mark.parametrize("shape", [(), 3, [2, 3], (0, 4), np.array([2, 2]), (np.int64(2),)], ids=str)
def test_shapes(shape, backend):
    wanted = (shape,) if isinstance(shape, int) else tuple(shape)
    for name, arguments, *_ in DISTRIBUTIONS[:4]:  # the others take JAX seconds to compile
        assert tuple(getattr(random, name)(shape, *arguments, seed=1).shape) == wanted


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "uint16", "int32"])
def test_integers_reach_both_ends(dtype, backend):
    info = np.iinfo(dtype)
    drawn = array(random.randint((20000,), info.min, info.max, dtype=dtype, seed=3)).astype(np.int64)
    width = info.max - info.min
    assert drawn.min() >= info.min and drawn.max() < info.max
    assert drawn.min() - info.min < 0.001 * width + 1 and info.max - drawn.max() < 0.001 * width + 2


BAD = [
    ("normal", ((-1, 2),), "cannot be negative"),
    ("normal", (-2,), "cannot be negative"),
    ("uniform", ((2.5,),), "must be an integer"),
    ("uniform", ((2, "3"),), "must be an integer"),
    ("uniform", (None,), "sequence of sizes"),
    ("normal", ((2,), 0.0, -1.0), "`stddev` is out of range"),
    ("truncated_normal", ((2,), 0.0, [1.0, -1.0]), "`stddev` is out of range"),
    ("normal", ((2,), 0.0, 1.0, "flaot32"), "unknown dtype"),
    ("normal", ((2,), 0.0, 1.0, "int32"), "floating type"),
    ("normal", ((2,), np.zeros(3)), "does not broadcast"),
    ("normal", ((1,), np.zeros(3)), "does not broadcast"),
    ("uniform", ((2,), 1.0, 0.0), "range is empty"),
    ("uniform", ((2,), 0.0, 1.0, "int32"), "floating type"),
    ("randint", ((2,), 3, 3), "range is empty"),
    ("randint", ((2,), 0, 3, "float32"), "integer type"),
    ("randint", ((2,), 0.5, 3), "`minval` must be an integer"),
    ("randint", ((2,), 0, float("nan")), "`maxval` must be an integer"),
    ("randint", ((2,), 0, 300, "uint8"), "uint8 does not hold"),
    ("randint", ((2,), -1, 3, "uint32"), "uint32 does not hold"),
    ("binomial", ((2,), -1.0, 0.5), "`counts` is out of range"),
    ("binomial", ((2,), 3.0, 1.5), "`probabilities` is out of range"),
    ("gamma", ((2,), 0.0), "`alpha` is out of range"),
    ("gamma", ((2,), [1.0, float("nan")]), "`alpha` is out of range"),
    ("beta", ((2,), 1.0, -1.0), "`beta` is out of range"),
    ("gamma", ((2,), np.ones((3, 2))), "does not broadcast"),
]


@pytest.mark.parametrize("name, arguments, message", BAD)
def test_bad_draws(name, arguments, message, backend):
    with pytest.raises(ValueError, match=message):
        getattr(random, name)(*arguments)


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
    for rate in (float("nan"), "half", None):
        with pytest.raises(ValueError, match="rate"):
            random.dropout(ops.ones((2,)), rate)
    for x in (ops.ones((2,)), ops.ones((2, 0)), KerasTensor((2,))):
        with pytest.raises(ValueError, match="rank 2"):
            random.categorical(x, 1)
    with pytest.raises(ValueError, match="num_samples"):
        random.categorical(ops.ones((2, 2)), -1)
    for x in (ops.ones((2, 2)), KerasTensor((2, 2))):
        with pytest.raises(ValueError, match="out of range"):
            random.shuffle(x, axis=2)
    with pytest.raises(ValueError, match="seed"):
        random.normal((2,), seed="x")
