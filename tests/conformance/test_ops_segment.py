"""Reductions over segments on every engine: values against a loop in NumPy, rules, gradients, errors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.gradients import gradients
from tests.conformance.harness import Case, check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)
START = {"sum": 0, "prod": 1, "max": "lowest", "min": "highest"}
JOIN = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


def _start(kind, dtype):
    start = START[kind]
    if not isinstance(start, str):
        return start
    if dtype.kind == "f":
        return -np.inf if start == "lowest" else np.inf
    if dtype.kind == "b":
        return start == "highest"
    return np.iinfo(dtype).min if start == "lowest" else np.iinfo(dtype).max


def reference(kind):
    def reduce(data, ids, num_segments=None, sorted=False):
        if data.dtype == bool and kind in ("sum", "prod"):
            data = data.astype(np.int32)
        data, ids = data.reshape(ids.size, *data.shape[ids.ndim :]), ids.reshape(-1)
        count = num_segments if num_segments is not None else max(ids.max(initial=-1) + 1, 0)
        result = np.full((count, *data.shape[1:]), _start(kind, data.dtype), data.dtype)
        for one, segment in zip(data, ids, strict=True):
            if 0 <= segment < count:
                result[segment] = JOIN[kind](result[segment], one)
        return result

    return reduce


def _cases():
    ids = np.array([2, 0, 0, 4, 2], np.int32)
    for kind in START:
        some = {"op": f"segment_{kind}", "expected": reference(kind)}
        yield Case(args=(normal(5), ids), kwargs={"num_segments": 5}, **some)
        yield Case(args=(normal(5), np.array([2, 0, 0, 1, 2])), kwargs={"num_segments": 3}, grad=True, **some)
        yield Case(
            args=(normal(5, 2, 3), ids), kwargs={"num_segments": 6}, grad=kind in ("sum", "prod"), **some
        )
        yield Case(args=(normal(5, 2), np.sort(ids)), kwargs={"num_segments": 5, "sorted": True}, **some)
        yield Case(args=(normal(5), np.array([-1, 0, 7, 3, -5])), kwargs={"num_segments": 3},
                   grad=kind in ("sum", "prod"), note="out of range", **some)  # fmt: skip
        yield Case(args=(normal(2, 3, 2), np.array([[1, 0, 1], [1, 3, 2]], np.uint8)), kwargs={"num_segments": 4},
                   note="more axes", **some)  # fmt: skip
        yield Case(args=(np.array([0, 2, 0, 0, 3], np.float32), ids), kwargs={"num_segments": 5}, note="zeros",
                   grad=kind in ("sum", "prod"), **some)  # fmt: skip
        special = np.array([1, np.nan, 3, -np.inf, np.inf], np.float32)
        yield Case(args=(special, ids), kwargs={"num_segments": 5}, note="special", **some)
        yield Case(
            args=(special, np.array([0, 1, 1, 2, 0])), kwargs={"num_segments": 3}, note="special", **some
        )
        for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "bool"):
            values = np.array([3, 0, 2, 1, 4]).astype(dtype)
            yield Case(args=(values, ids), kwargs={"num_segments": 5}, note=dtype, **some)
        yield Case(
            args=(np.zeros((0, 3), np.float32), np.zeros(0, np.int32)), kwargs={"num_segments": 2}, **some
        )
        yield Case(args=(normal(5), ids), kwargs={"num_segments": 0}, **some)
        yield Case(args=(normal(5, 0), ids), kwargs={"num_segments": 3}, unknown=False, **some)
        unnumbered = {"compiled": False, "depends_on_values": True, **some}
        yield Case(args=(normal(5, 2), ids), **unnumbered)
        yield Case(args=(normal(5), np.full(5, -1)), **unnumbered)
        yield Case(args=(np.zeros((0, 2), np.float32), np.zeros(0, np.int64)), **unnumbered)


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_rule(case, backend):
    if backend == "tensorflow" and case.depends_on_values:
        case = Case(**{**vars(case), "compiled": True})
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


@pytest.mark.parametrize("name", ["segment_max", "segment_min"])
def test_equal_ones_share_the_gradient(name, training_backend):
    with backend_scope(training_backend):
        ids = ops.convert_to_tensor(np.array([0, 0, 1], np.int32))
        (found,) = gradients(training_backend, lambda x: getattr(ops, name)(x, ids, 3), [np.array([2, 2, 1], np.float32)],
                             np.array([1, 1, 0], np.float32))  # fmt: skip
    np.testing.assert_array_equal(found, [0.5, 0.5, 1])


def test_half_precision_is_added_up_in_float32(backend):
    with backend_scope(backend):
        data = ops.ones(3000, "bfloat16")
        total = ops.segment_sum(data, ops.zeros(3000, "int32"), 1)
        assert ops.dtype(total) == "bfloat16"
        assert abs(float(ops.convert_to_numpy(ops.cast(total, "float32"))[0]) - 3000) < 16
        assert ops.dtype(ops.segment_max(ops.ones(2, "float16"), np.array([0, 1]), 2)) == "float16"


@pytest.mark.parametrize("engine", ["numpy", "torch", "tensorflow"])
def test_64_bit_integers_stay(engine):
    ids, data = np.array([0, 0, 2]), np.array([2**40, 1, 5])
    for kind in START:
        (found,) = run(f"segment_{kind}", engine, data, ids, 3)
        wanted = reference(kind)(data, ids, 3)
        assert found.dtype == np.int64
        np.testing.assert_array_equal(found, wanted)


def test_a_compiled_program_cannot_count_the_segments():
    import jax

    with pytest.raises(ValueError, match="`num_segments`"):
        jax.jit(lambda x, ids: ops.segment_sum(x, ids))(np.ones(2, np.float32), np.zeros(2, np.int32))


def test_second_derivatives_of_a_product():
    """JAX's derivative of it is our own."""
    import jax

    def function(x):
        return ops.segment_prod(x, np.array([0, 0, 0, 1]), 2).sum()

    with backend_scope("jax"):
        found = jax.jacfwd(jax.grad(function))(np.array([2.0, 3.0, 4.0, 5.0], np.float32))
    np.testing.assert_allclose(found, [[0, 4, 3, 0], [4, 0, 2, 0], [3, 2, 0, 0], [0, 0, 0, 0]], atol=1e-6)


REFUSED = [
    ((5,), ((4,), "int32"), {}, "leading axes"),
    ((5, 2), ((5, 3), "int32"), {}, "leading axes"),
    ((), ((), "int32"), {}, "leading axes"),
    ((5,), ((5, 1), "int32"), {}, "leading axes"),
    ((5,), ((5,), "float32"), {}, "must be integers"),
    ((5,), ((5,), "int32"), {"num_segments": -1}, "must not be negative"),
]


@pytest.mark.parametrize(("data", "ids", "options", "message"), REFUSED, ids=str)
def test_bad_input_is_refused(data, ids, options, message, backend):
    for kind in START:
        function = getattr(ops, f"segment_{kind}")
        with pytest.raises((ValueError, TypeError), match=message):
            function(KerasTensor(data), KerasTensor(*ids), **options)
        with backend_scope(backend), pytest.raises((ValueError, TypeError), match=message):
            function(ops.ones(data), ops.zeros(*ids), **options)


def test_unknown_sizes():
    x, ids = KerasTensor((None, 3)), KerasTensor((None,), "int32")
    assert ops.segment_sum(x, ids).shape == (None, 3)
    assert ops.segment_sum(x, ids, 7).shape == (7, 3)


def test_numbers_and_lists(backend):
    (found,) = run("segment_sum", backend, [1.0, 2.0, 3.0], [0, 1, 1])
    np.testing.assert_array_equal(found, [1, 5])
