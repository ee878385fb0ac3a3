"""Batch renormalisation over several steps, against its formula in NumPy's float64."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import initializers, layers, ops

RNG = np.random.default_rng(0)


def formula(x, state, momentum, epsilon, bounds):
    """`(outputs, state)`; the state is (past mean, past deviation, moving mean, moving deviation)."""
    mean, deviation = x.mean(0), np.sqrt(x.var(0) + epsilon)
    past_mean, past_deviation, *_ = state
    low, high, shift = bounds
    r = np.clip(deviation / past_deviation, low, high)
    d = np.clip((mean - past_mean) / past_deviation, -shift, shift)
    old, new = np.array(momentum), np.array([mean, deviation, mean, deviation])
    state = np.stack(state) * old[:, None] + new * (1 - old[:, None])
    return (x - mean) / deviation * r + d, list(state)


@pytest.mark.parametrize("bounds", [(0.5, 2.0, 1.5), (0.0, np.inf, np.inf)], ids=str)
def test_steps_follow_the_formula(bounds, backend):
    low, high, shift = bounds
    clipping = {"rmin": low, "rmax": high, "dmax": shift} if np.isfinite(high) else None
    layer = layers.BatchNormalization(
        momentum=0.7, renorm=True, renorm_clipping=clipping, renorm_momentum=0.8, epsilon=1e-3
    )
    state = [np.zeros(3), np.ones(3), np.zeros(3), np.ones(3)]
    x = RNG.normal(size=(4, 3)) * 2 + 1
    for _ in range(4):
        found = ops.convert_to_numpy(layer(x.astype("float32"), training=True))
        expected, state = formula(x, state, (0.8, 0.8, 0.7, 0.7), 1e-3, bounds)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
        x = x * 1.4 + 0.3
    names = ("renorm_mean", "renorm_stddev", "moving_mean", "moving_stddev")
    for name, value in zip(names, state, strict=True):
        np.testing.assert_allclose(getattr(layer, name).numpy(), value, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), state[3] ** 2 - 1e-3, rtol=1e-4)
    calm = ops.convert_to_numpy(layer(x.astype("float32")))
    np.testing.assert_allclose(calm, (x - state[2]) / state[3], rtol=1e-4, atol=1e-4)


def test_past_moments_begin_with_the_moving_ones(backend):
    layer = layers.BatchNormalization(
        renorm=True, moving_mean_initializer="ones", moving_variance_initializer=initializers.Constant(4.0)
    )
    layer.build((None, 2))
    for name, value in {"moving_stddev": 2.0, "renorm_mean": 1.0, "renorm_stddev": 2.0}.items():
        np.testing.assert_allclose(getattr(layer, name).numpy(), [value, value])


def test_a_past_deviation_of_nothing_gives_no_infinity(backend):
    layer = layers.BatchNormalization(renorm=True)
    layer.build((None, 2))
    layer.renorm_stddev.assign(np.zeros(2, "float32"))
    assert np.isfinite(
        ops.convert_to_numpy(layer(RNG.normal(size=(4, 2)).astype("float32"), training=True))
    ).all()


def test_a_frozen_layer_learns_no_moments(backend):
    layer = layers.BatchNormalization(renorm=True, trainable=False)
    x = RNG.normal(size=(4, 2)).astype("float32")
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x, training=True)), x / np.sqrt(1.001), rtol=1e-5)
    assert not layer.renorm_mean.numpy().any() and not layer.moving_mean.numpy().any()


def test_synchronized_moments_are_those_of_the_batch(backend):
    x = RNG.normal(size=(4, 3)).astype("float32")
    plain, synchronized = layers.BatchNormalization(), layers.BatchNormalization(synchronized=True)
    found, expected = (ops.convert_to_numpy(layer(x, training=True)) for layer in (synchronized, plain))
    np.testing.assert_array_equal(found, expected)
    assert synchronized.get_config()["synchronized"] is True
