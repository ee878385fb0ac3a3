"""What the contract's rows do not show of `ReversibleEmbedding` and `SpectralNormalization`."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import layers, ops


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
