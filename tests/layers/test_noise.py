"""Layers that draw: what they do to mean and variance, and that seeds decide the draws."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import layers, ops

ONES = np.ones((200, 500), "float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x), "float64")


def test_dropout_drops_its_share_and_keeps_the_mean(backend):
    y = array(layers.Dropout(0.3, seed=1)(ONES, training=True))
    assert abs((y == 0).mean() - 0.3) < 0.01
    np.testing.assert_allclose(y[y != 0], 1 / 0.7, rtol=1e-5)


def test_dropout_of_all_and_of_nothing(backend):
    assert not np.any(array(layers.Dropout(1.0)(ONES, training=True)))
    layer = layers.Dropout(0.0)
    np.testing.assert_array_equal(array(layer(ONES, training=True)), ONES)
    assert layer.variables == []


def test_noise_shape_shares_draws(backend):
    y = array(layers.Dropout(0.5, noise_shape=(None, 1))(ONES, training=True))
    assert np.all(y == y[:, :1])
    assert 50 < (y[:, 0] == 0).sum() < 150
    y = array(layers.SpatialDropout1D(0.5)(np.ones((20, 7, 50), "float32"), training=True))
    assert np.all(y == y[:, :1]) and 300 < (y[:, 0] == 0).sum() < 700


def test_gaussian_layers_have_their_moments(backend):
    y = array(layers.GaussianNoise(0.5)(ONES, training=True))
    assert abs(y.mean() - 1) < 0.01 and abs(y.std() - 0.5) < 0.01
    y = array(layers.GaussianDropout(0.2)(ONES, training=True))
    assert abs(y.mean() - 1) < 0.01 and abs(y.std() - 0.5) < 0.01


def test_alpha_dropout_keeps_mean_and_variance(backend):
    x = np.random.default_rng(0).normal(size=(400, 500)).astype("float32")
    y = array(layers.AlphaDropout(0.3)(x, training=True))
    assert abs(y.mean()) < 0.02 and abs(y.std() - 1) < 0.02


@pytest.mark.parametrize(
    "make", [lambda s: layers.Dropout(0.5, seed=s), lambda s: layers.GaussianNoise(0.5, seed=s)]
)
def test_a_seed_decides_the_draws(make, backend):
    first, second, other = make(3), make(3), make(4)
    a, b = array(first(ONES, training=True)), array(first(ONES, training=True))
    np.testing.assert_array_equal(a, array(second(ONES, training=True)))
    assert not np.array_equal(a, b)
    assert not np.array_equal(a, array(other(ONES, training=True)))


def test_activity_penalties_are_added(backend):
    layer = layers.ActivityRegularization(l1=0.5, l2=0.25)
    layer(np.array([[1.0, -2.0], [3.0, 0.0]], "float32"))
    assert float(array(sum(layer.losses))) == pytest.approx((0.5 * 6 + 0.25 * 14) / 2)
