"""What the contract's rows do not show of `ReversibleEmbedding` and `SpectralNormalization`."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, RematScope, Sequential, layers, ops, optimizers


def test_scores_of_a_second_table(backend):
    layer = layers.ReversibleEmbedding(7, 3, tie_weights=False, mask_zero=True)
    indices = np.array([[1, 2, 0]], "int32")
    vectors = layer(indices)
    scores = layer(vectors, reverse=True)
    table, second = (v.numpy() for v in layer.weights)
    assert second.shape == (3, 7)
    np.testing.assert_allclose(ops.convert_to_numpy(scores), table[indices] @ second, rtol=1e-5, atol=1e-7)


def test_scores_in_another_dtype(backend):
    half = "float16" if backend == "numpy" else "bfloat16"
    vectors = np.ones((2, 3), "float32")
    for dtype in (None, "float32"):
        layer = layers.ReversibleEmbedding(7, 3, dtype=f"mixed_{half}", reverse_dtype=dtype)
        assert ops.dtype(layer(vectors, reverse=True)) == (dtype or half)
    with pytest.raises(ValueError, match="output_dim"):
        layer(layers.Input((5,)), reverse=True)


@pytest.mark.parametrize("code, shape", [("L.Dense(3)", (2, 4)), ("L.Embedding(7, 3)", (2, 4))])
def test_the_largest_singular_value_becomes_one(code, shape, backend):
    half = "mixed_float16" if backend == "numpy" else "mixed_bfloat16"
    x = np.ones(shape, "int32" if "Embedding" in code else "float32")
    for policy in ("float32", half):
        inner = eval(code, {"L": layers})
        inner.dtype_policy = policy
        layer = layers.SpectralNormalization(inner, power_iterations=40, dtype=policy)
        layer.build(shape)
        layer.kernel.assign(np.random.default_rng(0).normal(size=layer.kernel.shape) * 3)
        before = layer.kernel.numpy()
        layer(x)
        np.testing.assert_array_equal(layer.kernel.numpy(), before)
        layer(x, training=True)
        expected = before / np.linalg.svd(before)[1][0]
        np.testing.assert_allclose(layer.kernel.numpy(), expected, rtol=1e-4, atol=1e-6)


def _steps(kernel, u, x, y, rate, count):
    """SGD on the mean squared error of `x @ (kernel / norm)`, each step beginning with the normalised kernel."""

    def unit(v):
        return v / np.linalg.norm(v)

    for _ in range(count):
        v = unit(u @ kernel.T)
        u = unit(v @ kernel)
        kernel = kernel / (v @ kernel @ u.T)
        kernel = kernel - rate * 2 * x.T @ (x @ kernel - y) / y.size
    return kernel, u


@pytest.mark.parametrize("scope", [None, "full"])
@pytest.mark.parametrize("whole", [False, True])
def test_fit_goes_on_from_the_normalised_kernel(whole, scope, training_backend):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 3)).astype("float32")
    with RematScope(scope):
        layer = layers.SpectralNormalization(layers.Dense(3, use_bias=False))
    model = Sequential([Input((4,)), layer])
    model.compile(optimizers.SGD(0.1), "mse")
    before, u = layer.kernel.numpy().astype("float64"), layer.vector_u.numpy().astype("float64")
    if whole:
        model.fit(x, y, batch_size=8, epochs=3, verbose=0)
    else:
        for _ in range(3):
            model.train_on_batch(x, y)
    kernel, u = _steps(before, u, x, y, 0.1, 3)
    np.testing.assert_allclose(layer.kernel.numpy(), kernel, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.abs(layer.vector_u.numpy()), np.abs(u), rtol=1e-4, atol=1e-5)
    outputs = model.predict(x, verbose=0)
    np.testing.assert_allclose(outputs, x @ kernel, rtol=1e-3, atol=1e-5)
