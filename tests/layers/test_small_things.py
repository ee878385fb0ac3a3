"""What the contract of all layers does not say: functional forms, given weights, memory order, and the like."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import Input, layers, ops
from tricorn.core.symbolic import KerasTensor

X = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
Y = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


FORMS = {
    "add": X + Y, "subtract": X - Y, "multiply": X * Y, "average": (X + Y) / 2, "maximum": np.maximum(X, Y),
    "minimum": np.minimum(X, Y), "concatenate": np.concatenate([X, Y], -1),
    "dot": np.einsum("btd,bsd->bts", X, Y),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_functional_forms(name, backend):
    function = getattr(layers, name)
    np.testing.assert_allclose(array(function([X, Y])), FORMS[name], rtol=1e-5, atol=1e-6)
    symbolic = function([Input((4, 3)), Input((4, 3))], name="named")
    assert symbolic.shape == (None, *FORMS[name].shape[1:])
    assert symbolic._keras_history.operation.name == "named"


def test_inputs_of_different_rank_merge_as_in_the_reference(backend):
    low = X[:, 0]
    expected = oracle("jax").run("result = keras.layers.add([x, y])", x=low, y=Y)
    np.testing.assert_allclose(array(layers.add([low, Y])), expected, rtol=1e-6)


def test_integers_stay_integers_where_nothing_is_computed():
    ids = KerasTensor((None, 4, 3), "int32")
    for layer in (layers.Flatten(), layers.Reshape((12,)), layers.Permute((2, 1)), layers.Cropping1D(1),
                  layers.ZeroPadding1D(1), layers.UpSampling1D(2), layers.Identity(), layers.Dropout(0.5)):  # fmt: skip
        assert layer(ids).dtype == "int32", layer
    assert layers.add([ids, ids]).dtype == "int32"
    assert layers.average([ids, ids]).dtype == "float32"
    assert layers.Rescaling(2.0)(ids).dtype == "float32"


def test_embeddings_of_given_weights(backend):
    table = np.arange(6, dtype="float32").reshape(3, 2)
    for weights in (table, [table]):
        np.testing.assert_array_equal(
            array(layers.Embedding(3, 2, weights=weights)(np.array([2, 0]))), table[[2, 0]]
        )


def test_embedding_rows_are_cast_after_the_lookup(backend):
    """In bfloat16 the indices 257 and 258 would be one."""
    table = np.zeros((300, 1), "float32")
    table[257] = 3
    layer = layers.Embedding(300, 1, weights=table, dtype="mixed_bfloat16")
    y = layer(np.array([257, 258, 256], "int32"))
    assert ops.dtype(y) == "bfloat16"
    np.testing.assert_array_equal(np.asarray(array(y), "float32")[:, 0], [3, 0, 0])


@pytest.mark.engines("numpy", "torch")
def test_a_convolution_of_the_users(backend):
    class Centred(layers.Conv2D):
        def convolution_op(self, inputs, kernel):
            return super().convolution_op(inputs, kernel - ops.mean(kernel, axis=(0, 1), keepdims=True))

    layer = Centred(2, 3, bias_initializer="ones")
    np.testing.assert_allclose(
        array(layer(np.ones((1, 4, 4, 3), "float32"))), np.ones((1, 2, 2, 2)), atol=1e-5
    )


@pytest.mark.engines("torch")
def test_convolutions_move_no_memory_on_torch(backend):
    import torch

    layer = layers.Conv2D(4, 3)
    layer.build((None, 8, 8, 2))
    oihw = layer.kernel.value.permute(3, 2, 0, 1)
    assert oihw.is_contiguous(memory_format=torch.channels_last)


def test_one_reshape_serves_inputs_of_different_shapes(backend):
    flatten, reshape = layers.Flatten(), layers.Reshape((-1, 2))
    for shape in ((2, 4, 6), (3, 2, 2), (0, 2, 2)):
        x = np.zeros(shape, "float32")
        assert array(flatten(x)).shape == (shape[0], shape[1] * shape[2])
        assert array(reshape(x)).shape == (shape[0], shape[1] * shape[2] // 2, 2)
