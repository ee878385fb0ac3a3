"""Array ops on every engine: values against NumPy, rules against results, compiled against eager, gradients."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.array_cases import CASES, S
from tests.conformance.gradients import gradients
from tests.conformance.harness import check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

TRAINING = ("jax", "torch", "tensorflow")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_call(case, backend):
    check(case, backend)


@pytest.mark.parametrize("engine", TRAINING)
@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, engine):
    pytest.importorskip(engine)
    check_gradient(case, engine)


# Result dtypes of the reference (3.15.1), by the input's dtype.
_FLOATED = {
    "bool": "float32",
    "int8": "float32",
    "int32": "float32",
    "float16": "float16",
    "bfloat16": "bfloat16",
}
_COUNTED = {"bool": "int32", "int8": "int32", "uint8": "uint32", "int32": "int32", "bfloat16": "bfloat16"}
_KEPT = {"bool": "bool", "int8": "int8", "int32": "int32", "float16": "float16", "bfloat16": "bfloat16"}
DTYPES = {
    "sum": _COUNTED, "prod": _COUNTED, "mean": _FLOATED, "var": _FLOATED, "std": _FLOATED, "max": _KEPT, "min": _KEPT,
    "cumsum": {**_KEPT, "bool": "int32"}, "cumprod": {**_KEPT, "bool": "int32"}, "square": {**_KEPT, "bool": "int32"},
    "exp": _FLOATED, "sqrt": _FLOATED, "sin": _FLOATED, "floor": _FLOATED, "log": _FLOATED, "trunc": _KEPT,
    "absolute": _KEPT, "sort": _KEPT, "argmax": dict.fromkeys(_KEPT, "int32"), "argsort": dict.fromkeys(_KEPT, "int32"),
    "count_nonzero": dict.fromkeys(_KEPT, "int32"), "isnan": dict.fromkeys(_KEPT, "bool"),
    "logical_not": dict.fromkeys(_KEPT, "bool"), "zeros_like": _KEPT, "tril": _KEPT, "average": _FLOATED,
}  # fmt: skip


@pytest.mark.parametrize("op", DTYPES)
def test_dtype_of_the_result_is_the_references(op, backend):
    with backend_scope(backend):
        for dtype, wanted in DTYPES[op].items():
            x = ops.cast(np.ones((2, 2), np.float32), dtype)
            assert ops.dtype(getattr(ops, op)(x)) == wanted, dtype
            assert getattr(ops, op)(KerasTensor((2, 2), dtype)).dtype == wanted, dtype


@pytest.mark.parametrize(
    ("op", "arguments", "wanted"),
    [
        ("add", ("int8", "uint8"), "int16"), ("add", ("int32", "float16"), "float16"), ("add", ("bool", 1), "int32"),
        ("add", ("float16", 1.5), "float16"), ("add", ("bfloat16", 2), "bfloat16"), ("add", ("int32", 1.5), "float32"),
        ("add", ("float16", "bfloat16"), "float32"), ("divide", ("int32", 2), "float32"),
        ("divide", ("bool", "bool"), "float32"),
        ("mod", ("bool", "bool"), "int32"), ("maximum", ("int8", 1), "int8"), ("power", ("int32", 2.0), "float32"),
        ("matmul", ("int8", "int8"), "int32"), ("matmul", ("bfloat16", "bfloat16"), "bfloat16"),
        ("dot", ("bfloat16", "bfloat16"), "bfloat16"), ("where", ("bool", 1, 0), "int32"),
        ("where", ("float16", 1.0, 0), "float32"),
        ("clip", ("bool", 0, 1), "int32"), ("clip", ("bfloat16", 0.0, 1.0), "bfloat16"),
        ("equal", ("int8", "float32"), "bool"), ("arctan2", ("int32", "int32"), "float32"),
    ],
)  # fmt: skip
def test_mixed_dtypes(op, arguments, wanted, backend):
    with backend_scope(backend):
        concrete = [ops.cast(np.ones((2, 2), np.float32), a) if isinstance(a, str) else a for a in arguments]
        symbolic = [KerasTensor((2, 2), a) if isinstance(a, str) else a for a in arguments]
        assert ops.dtype(getattr(ops, op)(*concrete)) == wanted
        assert getattr(ops, op)(*symbolic).dtype == wanted


@pytest.mark.parametrize(
    ("op", "shapes", "arguments", "wanted"),
    [
        ("reshape", [(None, None, 3)], ((-1, 6),), (None, 6)),
        ("reshape", [(2, 3, 4)], ((4, -1),), (4, 6)),
        ("add", [(None, 3), (1, 3)], (), (None, 3)),
        ("add", [(None, 3), (5, 1)], (), (5, 3)),
        ("transpose", [(None, 3, 4)], ((2, 0, 1),), (4, None, 3)),
        ("matmul", [(None, 3), (3, 5)], (), (None, 5)),
        ("matmul", [(None, 2, 3), (None, 3, 5)], (), (None, 2, 5)),
        ("get_item", [(None, 8, 3)], ((slice(None), slice(1, -1, 2), None, 0),), (None, 3, 1)),
        ("get_item", [(None, 8, 3)], ((Ellipsis, slice(None, None, -1)),), (None, 8, 3)),
        ("take", [(10, 4), (None, 5)], (0,), (None, 5, 4)),
        ("pad", [(None, 3)], (((0, 0), (1, 2)),), (None, 6)),
        ("tile", [(None, 3)], ((1, 2),), (None, 6)),
        ("repeat", [(None, 3)], (2, 1), (None, 6)),
        ("ravel", [(None, 3)], (), (None,)),
        ("squeeze", [(None, 1, 3)], (1,), (None, 3)),
        ("sum", [(None, 3, 4)], ((0, -1), True), (1, 3, 1)),
        ("one_hot", [(None,)], (7,), (None, 7)),
    ],
)  # fmt: skip
def test_unknown_sizes_are_exact(op, shapes, arguments, wanted):
    inputs = [KerasTensor(shape, "int32" if op in ("one_hot", "take") else "float32") for shape in shapes]
    assert getattr(ops, op)(*inputs, *arguments).shape == wanted


def test_concatenation_with_an_unknown_part():
    parts = [KerasTensor((None, 3)), KerasTensor((2, None))]
    assert ops.concatenate(parts).shape == (None, 3)
    assert ops.concatenate(parts, 1).shape == (2, None)
    assert ops.stack([KerasTensor((None, 3)), KerasTensor((2, None))]).shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: ops.reshape(x, (4, -1)), "number of elements"),
        (lambda x: ops.reshape(x, (-1, -1)), "at most one"),
        (lambda x: ops.add(x, KerasTensor((4,))), "broadcast"),
        (lambda x: ops.matmul(x, KerasTensor((2, 3))), "sizes to be multiplied"),
        (lambda x: ops.transpose(x, (0, 0)), "twice"),
        (lambda x: ops.sum(x, 2), "out of range"),
        (lambda x: ops.squeeze(x, 0), "size 1"),
        (lambda x: ops.split(x, 2, 1), "equal parts"),
        (lambda x: ops.concatenate([x, KerasTensor((2, 2, 2))]), "do not fit"),
        (lambda x: ops.einsum("ij,jk->iz", x, KerasTensor((3, 3))), "in no input"),
        (lambda x: ops.einsum("ijk->k", x), "letters"),
        (lambda x: ops.pad(x, ((1, 1), (1, 1), (1, 1))), "does not fit"),
        (lambda x: ops.pad(x, 1, "mirror"), "unknown mode"),
        (lambda x: ops.broadcast_to(x, (3, 3)), "does not broadcast"),
        (lambda x: ops.scatter_update(x, KerasTensor((1, 1), "int32"), x, "sub"), "reduction"),
        (lambda x: ops.slice(x, (0, 2), (2, 2)), "leaves the tensor"),
        (lambda x: ops.top_k(x, 4), "exceeds"),
        (lambda x: ops.where(x, x), "both"),
    ],
)  # fmt: skip
def test_impossible_symbolic_calls_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call(KerasTensor((2, 3)))


@pytest.mark.parametrize("key", [(0, 0, 0), 2, "a", (Ellipsis, Ellipsis), 1.5])
def test_impossible_keys(key):
    with pytest.raises(IndexError):
        ops.get_item(KerasTensor((2, 3)), key)


def test_a_slice_that_leaves_the_tensor_is_an_error_at_run_time_too(backend):
    with pytest.raises((ValueError, IndexError)):
        run("slice", backend, S, (0, 2), (2, 2))


def test_an_unknown_reduction_is_explained(backend):
    with pytest.raises(ValueError, match="reduction"):
        run("scatter_update", backend, S, np.array([[0]], np.int32), S[:1], "sub")


def test_shape_ndim_dtype_and_conversions(backend):
    with backend_scope(backend):
        x = ops.convert_to_tensor(S)
        assert ops.shape(x) == (2, 3) and all(type(size) is int for size in ops.shape(x))
        assert ops.shape(ops.sum(x)) == ()
        assert ops.ndim(x) == 2 and ops.dtype(x) == "float32"
        assert ops.is_tensor(x) and not ops.is_tensor([1.0])
        assert isinstance(ops.convert_to_numpy(x), np.ndarray)
        assert ops.dtype(ops.convert_to_tensor([1, 2])) == "int32"
        assert ops.dtype(ops.convert_to_tensor([1.0])) == "float32"
        assert ops.dtype(ops.convert_to_tensor(x, "int32")) == "int32"
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.stop_gradient(x)), S)
    assert ops.convert_to_tensor(KerasTensor((2,)), "int32").dtype == "int32"


@pytest.mark.parametrize("engine", TRAINING)
def test_stop_gradient_stops_it(engine):
    with backend_scope(engine):
        found = gradients(engine, lambda x: ops.multiply(ops.stop_gradient(x), x), [S], np.float32(1))
    np.testing.assert_allclose(found[0], S, rtol=1e-6)


@pytest.mark.parametrize("engine", TRAINING)
def test_gradients_at_the_edges_are_finite(engine):
    zero, one = np.zeros(3, np.float32), np.ones(3, np.float32)
    with backend_scope(engine):
        for function, arrays in (
            (ops.divide_no_nan, [one, zero]),
            (ops.logaddexp, [np.full(3, -1e30, np.float32), one]),
            (lambda x: ops.max(x, 0), [zero]),
        ):
            assert all(np.isfinite(g).all() for g in gradients(engine, function, arrays, np.float32(1)))
        # Equal operands share the gradient, so that it does not depend on their order.
        both = gradients(engine, ops.logaddexp, [one, one], np.float32(1))
        np.testing.assert_allclose(both, [[0.5] * 3] * 2, rtol=1e-6)


def test_sizes_inside_a_tf_function():
    tf = pytest.importorskip("tensorflow")

    @tf.function(input_signature=[tf.TensorSpec([None, 3, None])])
    def flatten(x):
        return ops.reshape(x, (ops.shape(x)[0], ops.shape(x)[1] * ops.shape(x)[2]))

    assert flatten(tf.zeros((2, 3, 4))).shape == (2, 12)

    @tf.function(input_signature=[tf.TensorSpec([None, None])])
    def positions(x):
        return (
            ops.arange(ops.shape(x)[0]),
            ops.arange(5, ops.shape(x)[1], -2),
            ops.zeros((ops.shape(x)[1], 2)),
        )

    rows, down, zeros = positions(tf.zeros((3, 1)))
    assert list(rows) == [0, 1, 2] and list(down) == [5, 3] and zeros.shape == (1, 2)
    assert list(positions(tf.zeros((0, 9)))[1]) == []
