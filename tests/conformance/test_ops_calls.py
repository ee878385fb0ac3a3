"""The short ways to a kernel: they must give what the long way gives."""

from __future__ import annotations

import itertools
import math

import ml_dtypes
import numpy as np
import pytest

from tests.conformance.gradients import gradients, numeric_gradients
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._norm import group_normalization

_random = np.random.default_rng(3)


def numbers(*shape, dtype="float32"):
    return _random.normal(size=shape).astype(dtype)


# --- rules that see concrete calls ---------------------------------------------------------------
ASKED = []


def _noted(x, axis=0, more=None):
    ASKED.append((x.shape, x.dtype, axis))
    if axis == 7:
        raise ValueError("seven")
    return KerasTensor(x.shape, x.dtype, record_history=False)


@op(rule=_noted, checked=True)
def noted(x: Tensor, axis=0, more=None):
    """x + 0."""
    return ops.add(x, 0)


def test_a_rule_is_asked_once_for_each_kind_of_call(backend):
    ASKED.clear()
    with backend_scope(backend):
        x = ops.convert_to_tensor(numbers(2, 3))
        for _ in range(3):
            noted(x)
        assert len(ASKED) == 1
        noted(ops.convert_to_tensor(numbers(2, 3)))
        assert len(ASKED) == 1
        for other in (numbers(3, 2), numbers(2, 3, dtype="float16")):
            noted(ops.convert_to_tensor(other))
        assert len(ASKED) == 3
        # Equal, but not the same to a rule.
        for axis in (1, 1.0, True, (1,), [1], (1, (2, 3)), [1, [2, 3]]):
            before = len(ASKED)
            noted(x, axis)
            noted(x, axis)
            assert len(ASKED) == before + 1, axis


def test_what_a_rule_refuses_is_refused_each_time(backend):
    with backend_scope(backend):
        x = ops.convert_to_tensor(numbers(2))
        for _ in range(2):
            with pytest.raises(ValueError, match="seven"):
                noted(x, 7)


@pytest.mark.engines("jax", "torch", "tensorflow")
def test_a_setting_that_is_a_tensor_is_not_remembered(backend):
    with backend_scope(backend):
        x = ops.convert_to_tensor(numbers(2))
        ASKED.clear()
        noted(x, 0, ops.convert_to_tensor(numbers(1)))
        noted(x, 7, ops.convert_to_tensor(numbers(1)))  # only known when a graph runs: the rule is not asked
        assert not any(axis == 7 for _, _, axis in ASKED)


# --- Python numbers beside tensors ---------------------------------------------------------------
DTYPES = ("bool", "int8", "uint8", "int32", "float16", "bfloat16", "float32")
BINARY = ("add", "multiply", "maximum", "equal", "less", "power")


@pytest.mark.parametrize(("name", "number"), list(itertools.product(BINARY, (2, 3.5, True))))
def test_numbers_promote_as_the_rule_says(name, number, backend):
    function = getattr(ops, name)
    with backend_scope(backend):
        for dtype in DTYPES:
            x = ops.cast(ops.convert_to_tensor(np.array([[0, 1, 3]], "float32")), dtype)
            for args in ((x, number), (number, x)):
                specs = [arg if arg is number else KerasTensor((1, 3), dtype) for arg in args]
                for _ in range(2):  # the second call takes the way that the first has found
                    found = function(*args)
                    assert ops.dtype(found) == function(*specs).dtype, (dtype, args)


@pytest.mark.parametrize("number", [2, 0.5, True])
def test_where_beside_a_number(number, backend):
    condition = np.array([True, False, True])
    with backend_scope(backend):
        for dtype in DTYPES:
            x = ops.cast(ops.convert_to_tensor(np.array([0, 1, 3], "float32")), dtype)
            kept = ops.dtype(ops.where(KerasTensor((3,), "bool"), KerasTensor((3,), dtype), number))
            for _ in range(2):
                first = ops.where(ops.convert_to_tensor(condition), x, number)
                second = ops.where(ops.convert_to_tensor(condition), number, x)
                assert ops.dtype(first) == ops.dtype(second) == kept, dtype
            known = ops.convert_to_numpy(ops.cast(x, "float32"))
            wide = ops.convert_to_numpy(ops.cast(first, "float32"))
            np.testing.assert_array_equal(wide, np.where(condition, known, float(number)))
            wide = ops.convert_to_numpy(ops.cast(second, "float32"))
            np.testing.assert_array_equal(wide, np.where(condition, float(number), known))


def test_a_number_that_does_not_fit_is_refused_beside_any_tensor(backend):
    with backend_scope(backend):
        x, condition = ops.convert_to_tensor(np.ones(2, "int8")), ops.convert_to_tensor(np.ones(2, "bool"))
        for _ in range(2):
            ops.where(condition, x, 100)
            ops.clip(x, -100, 100)
            with pytest.raises(ValueError, match="does not fit"):
                ops.where(condition, x, 300)
            with pytest.raises(ValueError, match="does not fit"):
                ops.clip(x, 0, 300)


@pytest.mark.parametrize("dtype", [None, "float16", "bfloat16", "float64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("number", [0, 3, 2.75, True, 300, -1])
def test_full_of_a_number_is_full_of_a_tensor(number, dtype, backend):
    if isinstance(number, float) and number < 0 and dtype == "uint8":
        pytest.skip("not defined")
    with backend_scope(backend):
        short = ops.full((2, 3), number, dtype)
        long = ops.full((2, 3), ops.convert_to_tensor(np.array(number)), dtype)
        assert ops.dtype(short) == ops.dtype(long)
        np.testing.assert_array_equal(ops.convert_to_numpy(short), ops.convert_to_numpy(long))
        x = ops.zeros((2, 3), dtype)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(ops.full_like(x, number)), ops.convert_to_numpy(long)
        )


@pytest.mark.parametrize("settings", [{}, {"endpoint": False}, {"num": 1}, {"num": 0}, {"dtype": "int32"}, {"axis": -1},
                                      {"dtype": "float16"}])  # fmt: skip
def test_linspace_of_numbers(settings, backend):
    settings = {"num": 5, **settings}
    with backend_scope(backend):
        found = ops.linspace(0.5, 9, **settings)
        assert ops.dtype(found) == settings.get("dtype", "float32")
        wanted = np.linspace(0.5, 9, **{**settings, "dtype": settings.get("dtype", "float64")})
        np.testing.assert_allclose(
            ops.convert_to_numpy(found), wanted, rtol=1e-3 if "dtype" in settings else 1e-6
        )


# --- dtypes that NumPy does not know ---------------------------------------------------------------
def test_bfloat16_on_numpy_after_float32():
    half = np.array([1.5, 2.5, 3.0], ml_dtypes.bfloat16)
    rows = np.array([2, 0])
    calls = {
        "add": lambda x: ops.add(x, x), "sum": ops.sum, "take": lambda x: ops.take(x, rows), "sort": ops.sort,
        "where": lambda x: ops.where(x > 2, x, 0.0), "concatenate": lambda x: ops.concatenate([x, x]),
        "dot": lambda x: ops.dot(x, x), "median": ops.median, "prod": ops.prod, "cumsum": ops.cumsum,
        "reshape": lambda x: ops.reshape(x, (3, 1)), "outer": lambda x: ops.outer(x, x),
    }  # fmt: skip
    with backend_scope("numpy"):
        for name, call in calls.items():
            for _ in range(2):  # in turns, so that neither takes the other's way
                wide, narrow = call(half.astype("float32")), call(half)
                assert wide.dtype == np.float32 and narrow.dtype == ml_dtypes.bfloat16, name
                np.testing.assert_allclose(narrow.astype("float32"), wide, rtol=1e-2, err_msg=name)


# --- results are nobody else's ---------------------------------------------------------------------
@pytest.mark.parametrize("make", [lambda: ops.hanning(9), lambda: ops.kaiser(9, 3.0), lambda: ops.logspace(0, 2, 5),
                                  lambda: ops.geomspace(1.0, 8.0, 4)])  # fmt: skip
@pytest.mark.engines("numpy", "torch")
def test_remembered_sequences_can_be_written_to(make, backend):
    with backend_scope(backend):
        first = make()
        wanted = np.array(ops.convert_to_numpy(first))
        first[:] = 77
        np.testing.assert_array_equal(ops.convert_to_numpy(make()), wanted)


@pytest.mark.engines("numpy", "torch", "tensorflow")  # JAX has no 64 bits unless told
def test_numbers_keep_their_digits_in_float64(backend):
    for number in (0.1, [0.1, 0.2], ((0.1,),)):
        found = ops.convert_to_numpy(ops.convert_to_tensor(number, "float64"))
        np.testing.assert_array_equal(found, np.array(number))


@pytest.mark.engines("numpy", "torch", "tensorflow")
def test_histogram_has_edges_of_the_precision_of_the_data(backend):
    x = np.array([0.01, 0.05, 0.09], "float64")
    with backend_scope(backend):
        counts, edges = ops.histogram(ops.convert_to_tensor(x), 3, range=(0.0, 0.1))
        wanted = np.histogram(x, 3, range=(0.0, 0.1))
        np.testing.assert_allclose(ops.convert_to_numpy(edges), wanted[1], rtol=1e-14)
        np.testing.assert_array_equal(ops.convert_to_numpy(counts), wanted[0])


@pytest.mark.engines("jax", "torch", "tensorflow")  # on NumPy they are known, and refused
@pytest.mark.parametrize("method", ["linear", "higher", "hazen"])
@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
def test_fractions_that_are_tensors(name, method, backend):
    x = numbers(3, 5)
    with backend_scope(backend):
        q = ops.convert_to_tensor(np.array([[0.2, 0.75], [1.0, 1.5]], "float32"))
        found = ops.convert_to_numpy(getattr(ops, name)(ops.convert_to_tensor(x), q, 1, method))
    wanted = getattr(np, name)(x.astype("float64"), np.array([0.2, 0.75, 1.0]), 1, method=method)
    assert found.shape == (2, 2, 3)
    np.testing.assert_allclose(found.reshape(4, 3)[:3], wanted, rtol=1e-5)
    assert np.isnan(found[1, 1]).all()


# --- groups of channels ----------------------------------------------------------------------------
def grouped(x, gamma, beta, groups, axis, epsilon=1e-3):
    """The formula, in float64."""
    moved = np.moveaxis(x.astype(np.float64), axis, 1)
    rows = moved.reshape(moved.shape[0], groups, math.prod(moved.shape[1:]) // groups)
    rows = (rows - rows.mean(-1, keepdims=True)) / np.sqrt(rows.var(-1, keepdims=True) + epsilon)
    along = (-1,) + (1,) * (x.ndim - 2)
    y = rows.reshape(moved.shape)
    y = y if gamma is None else y * gamma.reshape(along)
    y = y if beta is None else y + beta.reshape(along)
    return np.moveaxis(y, 1, axis)


GROUPED = [((4, 6), 3, 1), ((2, 5, 6), 2, 2), ((2, 6, 5), 3, 1), ((2, 3, 4, 6), 6, -1), ((2, 3, 16, 4), 2, 2),
           ((2, 5, 16), 2, -1), ((1, 3, 2, 16), 1, 3), ((2, 2, 3, 2, 4), 2, -1), ((2, 4, 2, 3, 2), 4, 1),
           ((0, 4, 4), 2, 2), ((1, 2), 2, 1)]  # fmt: skip


@pytest.mark.parametrize(("shape", "groups", "axis"), GROUPED)
@pytest.mark.parametrize("weights", ["both", "gamma", "none"])
def test_groups_are_normalised(shape, groups, axis, weights, backend):
    x = numbers(*shape)
    gamma = None if weights == "none" else numbers(shape[axis])
    beta = numbers(shape[axis]) if weights == "both" else None
    with backend_scope(backend):
        tensors = [None if one is None else ops.convert_to_tensor(one) for one in (x, gamma, beta)]
        found = group_normalization(*tensors, groups, axis, 1e-3)
        assert ops.dtype(found) == "float32"
        np.testing.assert_allclose(
            ops.convert_to_numpy(found), grouped(x, gamma, beta, groups, axis), rtol=1e-4, atol=1e-4
        )
        half = group_normalization(ops.cast(tensors[0], "float16"), *tensors[1:], groups, axis, 1e-3)
        assert ops.dtype(half) == "float16"
        np.testing.assert_allclose(
            ops.convert_to_numpy(half).astype("float32"), ops.convert_to_numpy(found), rtol=2e-2, atol=2e-2
        )


@pytest.mark.engines("jax", "torch", "tensorflow")
@pytest.mark.parametrize("given", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize(
    ("shape", "groups", "axis"), [((2, 3, 4), 2, 2), ((2, 3, 16), 2, 2), ((2, 4, 3), 2, 1)]
)
def test_gradients_of_groups(shape, groups, axis, given, backend):
    arrays = [numbers(*shape), *(numbers(shape[axis]) for one in given if one)]
    weights = numbers(*shape)

    def called(function):
        def run(x, *rest):
            rest = iter(rest)
            gamma, beta = (next(rest) if one else None for one in given)
            return function(x, gamma, beta, groups, axis, 1e-3)

        return run

    found = gradients(backend, called(group_normalization), arrays, weights)
    wanted = numeric_gradients(called(grouped), arrays, weights)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=5e-3, atol=5e-3)


def test_weights_of_groups_must_fit():
    with pytest.raises(ValueError, match="one element for each"):
        group_normalization(KerasTensor((None, 4), "float32"), KerasTensor((3,), "float32"), None, 2, 1, 1e-3)
