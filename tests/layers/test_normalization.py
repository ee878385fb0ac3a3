"""BatchNormalization's statistics, and its freezing."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import layers, ops

X = np.random.default_rng(0).normal(2.0, 3.0, size=(8, 5, 3)).astype("float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x), "float64")


def test_training_normalises_by_the_batch_and_moves_the_statistics(backend):
    layer = layers.BatchNormalization(momentum=0.9, epsilon=1e-3)
    y = array(layer(X, training=True))
    mean, variance = X.mean((0, 1), dtype="float64"), X.var((0, 1), dtype="float64")
    np.testing.assert_allclose(y, (X - mean) / np.sqrt(variance + 1e-3), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.moving_mean.numpy(), 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), 0.9 + 0.1 * variance, rtol=1e-5)
    moved = layer.moving_mean.numpy().copy()
    found = array(layer(X, training=False))
    np.testing.assert_allclose(
        found, (X - moved) / np.sqrt(layer.moving_variance.numpy() + 1e-3), rtol=1e-4, atol=1e-4
    )
    np.testing.assert_array_equal(layer.moving_mean.numpy(), moved)


def test_statistics_converge_to_the_data(backend):
    layer = layers.BatchNormalization(momentum=0.5)
    for _ in range(30):
        layer(X, training=True)
    np.testing.assert_allclose(layer.moving_mean.numpy(), X.mean((0, 1)), rtol=1e-4)
    np.testing.assert_allclose(layer.moving_variance.numpy(), X.var((0, 1)), rtol=1e-4)


def test_a_frozen_layer_uses_and_keeps_its_statistics(backend):
    layer = layers.BatchNormalization()
    layer(X, training=True)
    expected = array(layer(X, training=False))
    layer.trainable = False
    kept = layer.moving_mean.numpy().copy()
    np.testing.assert_allclose(array(layer(X, training=True)), expected, rtol=1e-6)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), kept)
    layer.trainable = True
    layer(X, training=True)
    assert not np.allclose(layer.moving_mean.numpy(), kept)


def test_masked_steps_do_not_count(backend):
    mask = np.zeros((8, 5), bool)
    mask[:, :3] = True
    layer = layers.BatchNormalization(momentum=0.0)
    layer(X, training=True, mask=ops.convert_to_tensor(mask))
    np.testing.assert_allclose(layer.moving_mean.numpy(), X[:, :3].mean((0, 1)), rtol=1e-4)
    np.testing.assert_allclose(layer.moving_variance.numpy(), X[:, :3].var((0, 1)), rtol=1e-4)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16", "bfloat16", "float64"])
def test_statistics_under_other_policies(policy, backend):
    if policy == "float64" and backend == "jax":
        pytest.skip("JAX has no float64 unless it is switched on")
    layer = layers.BatchNormalization(momentum=0.0, dtype=policy)
    layer(X, training=True)
    wide = "64" if policy == "float64" else "b" if policy == "bfloat16" else "32"
    assert wide in layer.moving_mean.dtype
    np.testing.assert_allclose(np.asarray(layer.moving_mean.numpy(), "float64"), X.mean((0, 1)), rtol=2e-2)
    assert ops.dtype(layer(X, training=False)) == layer.compute_dtype == ops.dtype(layer(X, training=True))


def test_stateless_call_returns_the_new_statistics(backend):
    layer = layers.BatchNormalization(momentum=0.0)
    layer.build(X.shape)
    values = [v.value for v in layer.trainable_variables], [v.value for v in layer.non_trainable_variables]
    _, updated = layer.stateless_call(*values, ops.convert_to_tensor(X), training=True)
    np.testing.assert_allclose(array(updated[0]), X.mean((0, 1)), rtol=1e-4)
    assert not np.any(layer.moving_mean.numpy())
