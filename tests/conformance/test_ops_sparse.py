"""Sparse tensors of JAX and TensorFlow: the numbers of the dense call, sparse where the specs say so, errors elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

import tricorn as keras
from tests.conformance.gradients import gradients
from tricorn import ops
from tricorn.core import sparse
from tricorn.core.errors import NotSupportedError
from tricorn.core.symbolic import KerasTensor

pytestmark = pytest.mark.engines("jax", "tensorflow")

A = np.array([[0, 0.5, 0], [0.25, 0, 0]], np.float32)
B = np.array([[0, 0.5, -1], [0, 0, 0.75]], np.float32)
D = np.array([[1, 0.5, 2], [4, 2, 0.75]], np.float32)  # no zeros


def stored(array, backend):
    """A sparse tensor of the engine."""
    if backend == "jax":
        from jax.experimental import sparse as native

        return native.BCOO.fromdense(array)
    import tensorflow as tf

    return tf.sparse.from_dense(array)


def is_stored(tensor):
    return type(tensor).__name__ in ("BCOO", "SparseTensor")


#: What needs more than the tensor.
CALLS = {
    "cast": lambda x: ops.cast(x, "float16"),
    "full_like": lambda x: ops.full_like(x, 2.0),
    "empty_like": lambda x: ops.zeros_like(ops.empty_like(x)),
}


def check(function, arrays, kinds, backend):
    """The result, compared with the dense one; `kinds` has an "s" for each sparse argument."""
    tensors = [
        stored(a, backend) if kind == "s" else ops.convert_to_tensor(a) for a, kind in zip(arrays, kinds)
    ]
    result = function(*tensors)
    spec = function(*[KerasTensor(a.shape, sparse=kind == "s") for a, kind in zip(arrays, kinds)])
    wanted = ops.convert_to_numpy(function(*map(ops.convert_to_tensor, arrays)))
    found = ops.convert_to_numpy(result)
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert (spec.shape, spec.dtype, spec.sparse) == (found.shape, ops.dtype(result), is_stored(result))
    return result


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(sparse.ZERO_TO_ZERO))
def test_zero_preserving_functions_stay_sparse(name, backend):
    assert is_stored(check(CALLS.get(name, getattr(ops, name)), [A], "s", backend))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(sparse.DENSE - {"to_dense"}))
def test_other_functions_see_the_zeros(name, backend):
    assert not is_stored(check(CALLS.get(name, getattr(ops, name)), [A], "s", backend))


@pytest.mark.parametrize("name", ["add", "subtract", "maximum", "minimum"])
def test_unions(name, backend):
    assert is_stored(check(getattr(ops, name), [A, B], "ss", backend))
    assert not is_stored(check(getattr(ops, name), [A, D], "sd", backend))
    assert not is_stored(check(getattr(ops, name), [D, A], "ds", backend))


def test_products_and_quotients(backend):
    for kinds in ("ss", "sd", "ds"):
        assert is_stored(check(ops.multiply, [A, B], kinds, backend))
        assert is_stored(check(ops.matmul, [A, B.T.copy()], kinds, backend)) == (kinds == "ss")
        assert is_stored(check(ops.dot, [A, B.T.copy()], kinds, backend)) == (kinds == "ss")
    assert is_stored(check(ops.divide, [A, D], "sd", backend))
    assert not is_stored(check(ops.divide, [D, D], "ds", backend))


STRUCTURAL = [
    (lambda x: ops.concatenate([x, x], 1), "concatenate"),
    (lambda x: ops.expand_dims(x, 1), "expand_dims"),
    (lambda x: ops.squeeze(ops.expand_dims(x, (0, -1)), 0), "squeeze"),
    (lambda x: ops.reshape(x, (3, -1)), "reshape"),
    (ops.transpose, "transpose"),
    (lambda x: ops.transpose(x, (1, 0)), "transpose-axes"),
    *((lambda x, axis=axis: ops.sum(x, axis, True), f"sum-{axis}") for axis in (None, 0, -1, (0, 1))),
    *((lambda x, axis=axis: ops.mean(x, axis), f"mean-{axis}") for axis in (None, 0, -1)),
]


@pytest.mark.parametrize("function", [pair[0] for pair in STRUCTURAL], ids=[pair[1] for pair in STRUCTURAL])
def test_moving_and_adding_up(function, backend):
    assert is_stored(check(function, [A], "s", backend))


def test_a_mixed_concatenation_is_dense(backend):
    assert not is_stored(check(lambda x, y: ops.concatenate([x, y], 0), [A, D], "sd", backend))


def test_conversions(backend):
    x = stored(A, backend)
    assert is_stored(ops.convert_to_tensor(x)) and is_stored(ops.convert_to_tensor(x, sparse=True))
    assert not is_stored(ops.convert_to_tensor(x, sparse=False))
    assert ops.dtype(ops.convert_to_tensor(x, "float16")) == "float16"
    assert ops.is_tensor(x) and ops.shape(x) == (2, 3)
    np.testing.assert_array_equal(ops.convert_to_numpy(x), A)


def test_places_stored_twice_count_as_their_sum():
    from jax.experimental import sparse as native

    twice = native.BCOO((np.array([1.0, -3.0], np.float32), np.array([[0, 1], [0, 1]])), shape=(2, 2))
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.absolute(twice)), [[0, 2], [0, 0]])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.maximum(twice, twice)), [[0, -2], [0, 0]])


def test_other_ops_say_what_to_do(backend):
    for call in (lambda x: ops.cumsum(x, 0), lambda x: ops.flip(x), lambda x: ops.tril(x)):
        for x in (stored(A, backend), KerasTensor((2, 3), sparse=True)):
            with pytest.raises(NotSupportedError, match="sparse=False"):
                call(x)


def test_engines_without_sparse_tensors_say_so():
    for engine in ("numpy", "torch"):
        with keras.backend_scope(engine), pytest.raises(NotSupportedError, match="sparse"):
            ops.one_hot(np.array([1, 0]), 3, sparse=True)


def test_counting_ops_give_sparse_results(backend):
    labels = np.array([[1, 0], [2, 5]], np.int32)  # 5 is out of range: not stored
    for function in (
        lambda x, **kwargs: ops.one_hot(x, 3, **kwargs),
        lambda x, **kwargs: ops.one_hot(x, 3, axis=1, dtype="int32", **kwargs),
        lambda x, **kwargs: ops.multi_hot(x, 3, **kwargs),
        lambda x, **kwargs: ops.bincount(x, minlength=6, **kwargs),
    ):
        result = function(ops.convert_to_tensor(labels), sparse=True)
        wanted = ops.convert_to_numpy(function(ops.convert_to_tensor(labels)))
        assert is_stored(result)
        np.testing.assert_array_equal(ops.convert_to_numpy(result), wanted)
    assert ops.one_hot(KerasTensor((2,), "int32"), 3, sparse=True).sparse


def test_a_dense_layer_takes_sparse_inputs(backend):
    inputs = keras.Input((3,), sparse=True)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="relu")(inputs))
    np.testing.assert_allclose(
        ops.convert_to_numpy(model(stored(A, backend))), ops.convert_to_numpy(model(A)), rtol=1e-6
    )


def test_gradients_of_a_product(backend):
    kernel = np.ones((3, 2), np.float32)
    x = stored(A, backend)
    (found,) = gradients(backend, lambda k: ops.matmul(x, k), [kernel], np.float32(1))
    np.testing.assert_allclose(found, A.sum(0)[:, None] * np.ones((3, 2)), rtol=1e-6)
