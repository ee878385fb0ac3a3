"""Order statistics, histograms, correlation, sets and window functions on every engine."""

from __future__ import annotations

import numpy as np
import pytest

import tricorn as keras
from tests.conformance.gradients import gradients
from tests.conformance.harness import Case, check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

TRAINING = ("jax", "torch", "tensorflow")

_random = np.random.default_rng(3)
VECTOR = _random.normal(size=(7,)).astype(np.float32)
SHORT = _random.normal(size=(4,)).astype(np.float32)
MATRIX = _random.normal(size=(4, 5)).astype(np.float32)
CUBE = _random.normal(size=(2, 3, 4)).astype(np.float32)
FIVE_AXES = _random.normal(size=(2, 1, 3, 1, 2)).astype(np.float32)
INTS = np.array([[3, -1, 2], [0, 5, -4]], np.int32)
COUNTED = np.array([3, 1, 1, 0, 5, 1], np.int32)
TIED = np.array([1, 3, 3, 1, 2, 3], np.float32)
WITH_NAN = np.where(_random.uniform(size=(4, 5)) < 0.3, np.nan, MATRIX).astype(np.float32)
WITH_NAN[2] = np.nan
INFINITE = np.array([[np.inf, np.inf, 1], [-np.inf, 0, 1], [-np.inf, -np.inf, np.inf]], np.float32)
ZERO_D = np.array(0.7, np.float32)
EMPTY = np.zeros((0, 3), np.float32)
BOOLS = np.array([[True, False, True], [False, False, True]])
METHODS = (
    "linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf", "averaged_inverted_cdf",
         "closest_observation",
    "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased",
)  # fmt: skip


def _int32(function):
    def counted(*args, **kwargs):
        found = function(*args, **kwargs)
        return (
            tuple(np.asarray(one, np.int32) for one in found)
            if isinstance(found, tuple)
            else found.astype(np.int32)
        )

    return counted


def _over_host(name):
    """NumPy's quantile, whose `q` is no array of the call."""
    return lambda x, q, axis=None, method="linear", keepdims=False: getattr(np, name)(
        x, q, axis=axis, method=method, keepdims=keepdims
    )


def _unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None):
    found = np.unique(x, return_index, return_inverse, return_counts, axis)
    if not isinstance(found, tuple):
        return found
    return (found[0], *(one.astype(np.int32) for one in found[1:]))


def _bincount(x, weights=None, minlength=0):
    x = x.astype(np.int64)
    length = max(minlength, int(x.max(initial=-1)) + 1)
    if x.ndim == 2:
        weights = [None] * len(x) if weights is None else weights
        return np.stack([_bincount(row, w, length) for row, w in zip(x, weights, strict=True)])
    found = np.bincount(x, weights, length)
    return found.astype(np.int32 if weights is None else weights.dtype)


CASES = [
    *(
        Case(name, (CUBE,), {"axis": axis, "keepdims": keepdims}, grad=axis in (None, 1) and not keepdims)
        for name, kinds in (
            ("median", ((None, False), (None, True), (1, False), (-1, True), ((0, 2), False), ((2, -3),
                 True))),
            ("nanmedian", ((None, True), (1, False), ((2, -3), False))),
            ("ptp", ((None, True), (1, False), ((2, -3), False))),
        )
        for axis, keepdims in kinds
    ),
    *(Case(name, (WITH_NAN,), {"axis": axis}, note="nan") for name in ("median", "nanmedian",
         "ptp") for axis in (None, 1)),
    *(Case(name, (INTS,), {"axis": 1}) for name in ("median", "nanmedian", "ptp")),
    *(Case(name, (ZERO_D,)) for name in ("median", "nanmedian", "ptp")),
    Case("median", (FIVE_AXES,), {"axis": (0, 2)}),
    Case("median", (FIVE_AXES,), {"axis": ()}, expected=lambda x, axis: x),
    Case("median", (EMPTY,), {"axis": 1}),
    Case("median", (EMPTY,), {"axis": 0}, expected=lambda x, axis: np.full(3, np.nan), unknown=False,
         note="of nothing"),
    Case("quantile", (EMPTY, [0.1, 0.2]), {"axis": 0}, expected=lambda x, q, axis: np.full((2, 3), np.nan),
         unknown=False, note="of nothing"),
    Case("median", (INFINITE,), {"axis": 1}),
    Case("median", (BOOLS,), {"axis": 1}, expected=lambda x, axis: np.median(x.astype(np.float64), axis)),
    *(
        Case("quantile", (CUBE, q), {"axis": axis, "keepdims": keepdims}, expected=_over_host("quantile"),
             grad=axis == 1)
        for q, axis, keepdims in (
            (0.3, None, False), ([0.1, 0.9], 1, False), ([0.1, 0.5, 1.0], (0, 2), True),
            ([[0.0, 0.25], [0.6, 1.0]], -1, True), (1, None, True),
        )
    ),
    *(
        Case("quantile", (MATRIX, [0.0, 0.1, 0.25, 0.3, 0.5, 0.8, 1.0]), {"axis": axis % 2, "method": method},
             expected=_over_host("quantile"))
        for axis, method in enumerate(METHODS)
    ),
    *(
        Case("nanquantile", (WITH_NAN, [0.1, 0.5, 0.75]), {"axis": 1, "method": method},
             expected=_over_host("nanquantile"), note="nan")
        for method in ("linear", "nearest", "closest_observation", "hazen")
    ),
    Case("nanquantile", (WITH_NAN, 0.4), {"axis": None, "keepdims": True},
         expected=_over_host("nanquantile")),
    Case("nanquantile", (MATRIX, [[0.4]]), {"axis": 0}, expected=_over_host("nanquantile"), grad=True),
    Case("percentile", (MATRIX, [10, 35.5]), {"axis": 0, "method": "higher"},
         expected=_over_host("percentile")),
    Case("percentile", (INTS, 50), {"axis": 1}, expected=_over_host("percentile")),
    Case("nanpercentile", (WITH_NAN, [10, 35.5]), {"axis": 0}, expected=_over_host("nanpercentile")),
    Case("quantile", (MATRIX, np.array([0.1, 0.6], np.float32), 1), expected=_over_host("quantile"),
         note="q is a tensor"),
    Case("percentile", (MATRIX, np.array(30, np.int32)), expected=_over_host("percentile"),
         note="q is a tensor"),
    Case("nanquantile", (WITH_NAN, np.array([[0.5]], np.float32), 1, "nearest", True),
         expected=_over_host("nanquantile"),
         note="q is a tensor"),
    Case("corrcoef", (MATRIX,), grad=True),
    Case("corrcoef", (VECTOR,)),
    Case("corrcoef", (INTS,)),
    *(Case("correlate", (VECTOR, SHORT, mode), grad=True) for mode in ("valid", "same", "full")),
    *(Case("correlate", (SHORT, VECTOR, mode), note="shorter first") for mode in ("valid", "same", "full")),
    *(Case("correlate", (SHORT, VECTOR[:3], mode), note="even and odd") for mode in ("valid", "same",
         "full")),
    Case("correlate", (VECTOR, VECTOR[:1])),
    Case("correlate", (INTS[0], INTS[1], "full")),
    Case("histogram", (CUBE,)),
    Case("histogram", (CUBE, 3), {"range": (-1, 0.5)}),
    Case("histogram", (INTS, [-4, 0, 0.5, 3, 5])),
    Case("histogram", (np.array([1.0, 2, 2, 3, 4], np.float32), [1, 2, 3]), note="ends"),
    Case("histogram", (np.ones(3, np.float32), 2), note="one value"),
    Case("histogram", (EMPTY, 4)),
    Case("histogram", (WITH_NAN, [-1, 0, np.inf]), note="nan"),
    Case("bincount", (COUNTED,), expected=_bincount, depends_on_values=True, compiled=False),
    Case("bincount", (COUNTED,), {"minlength": 9}, expected=_bincount, depends_on_values=True,
         compiled=False),
    Case("bincount", (COUNTED, np.array([0.5, 1, 2, 3, 4, -1], np.float32)), expected=_bincount,
         depends_on_values=True,
         compiled=False),
    Case("bincount", (COUNTED.astype(np.int64), np.arange(6, dtype=np.int32), 2), expected=_bincount,
         depends_on_values=True, compiled=False),
    Case("bincount", (COUNTED.reshape(2, 3).astype(np.uint8),), expected=_bincount, depends_on_values=True,
         compiled=False),
    Case("bincount", (COUNTED.reshape(2, 3), np.ones((2, 3), np.float32), 3), expected=_bincount,
         depends_on_values=True,
         compiled=False),
    Case("bincount", (COUNTED[:0],), {"minlength": 2}, expected=_bincount, depends_on_values=True,
         compiled=False),
    Case("digitize", (CUBE, np.array([-1, 0, 0.5], np.float32)), expected=_int32(np.digitize)),
    Case("digitize", (INTS, np.array([3, 2, 0], np.int32)), expected=_int32(np.digitize), note="descending"),
    Case("digitize", (INTS, np.array([0.5], np.float32)), expected=_int32(np.digitize)),
    Case("digitize", (WITH_NAN, np.array([-0.5, 0.5], np.float32)), expected=_int32(np.digitize), note="nan"),
    Case("digitize", (WITH_NAN, np.array([0.5, 0.5, -0.5], np.float32)), expected=_int32(np.digitize),
         note="nan"),
    Case("digitize", (ZERO_D, np.array([0, 1], np.float32)), expected=lambda x, bins: np.int32(np.digitize(x,
         bins))),
    *(Case("trapezoid", (CUBE,), {"axis": axis, "dx": 0.5}, grad=True) for axis in (0, -2, 2)),
    Case("trapezoid", (CUBE, np.array([0, 1, 1.5], np.float32)), {"axis": 1}, grad=True),
    Case("trapezoid", (CUBE, np.sort(CUBE, 0)), {"axis": 0}, grad=True),
    Case("trapezoid", (CUBE, CUBE[0]), {"axis": -1}, note="x of lower rank"),
    Case("trapezoid", (INTS,)),
    Case("trapezoid", (np.ones((2, 1), np.float32),), note="one point"),
    Case("argpartition", (CUBE,), {"kth": 2}, expected=None),
    Case("argpartition", (INTS,), {"kth": -2, "axis": 0}, expected=None),
    Case("argpartition", (CUBE,), {"kth": 5, "axis": None}, expected=None),
    *(
        Case("unique", (x,), {"axis": axis, **extra}, expected=_unique, depends_on_values=True,
             compiled=False)
        for x, axes in ((INTS, (None,)), (TIED, (None, 0)), (BOOLS, (None, 0)), (np.zeros((0, 2),
             np.float32), (None, 0)),
                        (np.array([[1, 0], [0, 0], [1, 0]], np.float32), (0,)))
        for axis in axes
        for extra in ({}, {"return_index": True, "return_inverse": True, "return_counts": True})
    ),
    Case("unique", (CUBE.round(),), {"axis": -1, "return_inverse": True}, expected=_unique,
         depends_on_values=True,
         compiled=False),
    Case("unique", (np.array([np.nan, 1, np.nan, -0.0, 0.0], np.float32),), {"return_counts": True},
         expected=_unique,
         depends_on_values=True, compiled=False, note="nan"),
    Case("unique", (ZERO_D,), expected=_unique, depends_on_values=True, compiled=False),
    Case("unique", (TIED,), {"size": 5, "fill_value": 7, "return_counts": True, "return_index": True},
         expected=lambda x, **_: (np.array([1, 2, 3, 7, 7.0]), np.array([0, 4, 1, 0, 0]), np.array([2, 1, 3,
              0, 0])),
         note="filled"),
    Case("unique", (TIED,), {"size": 2, "return_inverse": True},
         expected=lambda x, **_: (np.array([1, 2.0]), np.array([0, 2, 2, 0, 1, 2])), note="cut off"),
    Case("unique", (INTS,), {"size": 3, "axis": 0},
         expected=lambda x, **_: np.array([[0, 5, -4], [3, -1, 2], [0, 5, -4]]), unknown=False),
    *(
        Case("isin", (INTS, pool), {"invert": invert})
        for pool in (np.array([2, 5, 9, -4], np.int32), np.array([[2.5, 3.0]], np.float32), np.zeros(0,
             np.int32),
                     np.array([True]))
        for invert in (False, True)
    ),
    Case("isin", (WITH_NAN, WITH_NAN[0]), note="nan"),
    Case("isin", (BOOLS, BOOLS[1, :2])),
    Case("isin", (ZERO_D, ZERO_D.reshape(1)), {"assume_unique": True}),
    Case("searchsorted", (np.array([0, 1, np.inf, np.nan, np.nan], np.float32), np.array([0.5, np.nan,
         np.inf, 9], np.float32)),
         expected=_int32(np.searchsorted), note="nan"),
    Case("searchsorted", (np.array([0, 1, np.inf, np.nan, np.nan], np.float32), np.array([0.5, np.nan,
         np.inf, 9], np.float32)),
         {"side": "right"}, expected=_int32(np.searchsorted), note="nan"),
    Case("sort", (WITH_NAN,), note="nan"),
    Case("argsort", (np.array([np.nan, np.inf, -0.0, 0.0, -1, np.nan, np.inf], np.float32),),
         expected=lambda x: np.argsort(x, kind="stable").astype(np.int32), note="nan"),
    *(
        Case(name, (length,), expected=lambda x, name=name: getattr(np, name)(x))
        for name in ("bartlett", "blackman", "hamming", "hanning")
        for length in (-1, 0, 1, 2, 7)
    ),
    *(Case("kaiser", (length, beta)) for length in (0, 1, 6) for beta in (0.0, 8.6)),
]  # fmt: skip


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
_FLOATED = {"bool": "float32", "int8": "float32", "uint8": "float32", "int32": "float32",
     "float16": "float16",
            "bfloat16": "bfloat16", "float64": "float64"}  # fmt: skip
_KEPT = {dtype: dtype for dtype in _FLOATED}
DTYPES = {
    "median": (ops.median, _FLOATED),
    "quantile": (lambda x: ops.quantile(x, 0.5), _FLOATED),
    "nanpercentile": (lambda x: ops.nanpercentile(x, [20, 50]), _FLOATED),
    "ptp": (ops.ptp, {dtype: kind for dtype, kind in _KEPT.items() if dtype != "bool"}),
    "corrcoef": (ops.corrcoef, _FLOATED),
    "correlate": (lambda x: ops.correlate(x, x), _FLOATED),
    "histogram": (lambda x: ops.histogram(x)[0], _FLOATED),
    "trapezoid": (ops.trapezoid, _FLOATED),
    "digitize": (lambda x: ops.digitize(x, [0.0, 1.0]), dict.fromkeys(_KEPT, "int32")),
    "argpartition": (lambda x: ops.argpartition(x, 1), dict.fromkeys(_KEPT, "int32")),
    "unique": (lambda x: ops.unique(x, size=1), _KEPT),
    "isin": (lambda x: ops.isin(x, [1, 2]), dict.fromkeys(_KEPT, "bool")),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", DTYPES)
def test_dtype_of_the_result(name, backend):
    function, wanted = DTYPES[name]
    with backend_scope(backend):
        for dtype, result in wanted.items():
            if dtype == "float64" and backend == "jax":
                continue
            assert ops.dtype(function(ops.cast(np.ones((4,), np.float32), dtype))) == result, dtype
            assert function(KerasTensor((4,), dtype)).dtype == result, dtype


@pytest.mark.parametrize("axis", [0, -1, None])
def test_argpartition_partitions(axis, backend):
    x = _random.integers(0, 9, (5, 6)).astype(np.int32)
    for kth in (0, 3, -2):
        (order,) = run("argpartition", backend, x, kth=kth, axis=axis)
        taken = x.reshape(-1)[order] if axis is None else np.take_along_axis(x, order, axis)
        taken = np.moveaxis(taken, axis, 0) if axis is not None else taken
        assert (taken[:kth] <= taken[kth]).all() and (taken[kth:] >= taken[kth]).all()
        whole = np.sort(x, axis) if axis is not None else np.sort(x.reshape(-1))
        np.testing.assert_array_equal(taken[kth], whole[kth] if axis != -1 else whole[:, kth])


def test_results_of_unknown_length_in_a_tf_function():
    tf = pytest.importorskip("tensorflow")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def found(x):
        return (*ops.unique(x, return_inverse=True, return_counts=True), ops.bincount(x))

    for values in ([3, 1, 3], [2], []):
        values = np.array(values, np.int32)
        wanted = (*np.unique(values, return_inverse=True, return_counts=True), np.bincount(values))
        for one, other in zip(found(values), wanted, strict=True):
            np.testing.assert_array_equal(one, other)


def test_lengths_of_windows_in_a_tf_function():
    tf = pytest.importorskip("tensorflow")

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)])
    def windows(n, beta):
        return ops.bartlett(n), ops.blackman(n), ops.hamming(n), ops.hanning(n), ops.kaiser(n, beta)

    for n in (0, 1, 2, 6):
        wanted = np.bartlett(n), np.blackman(n), np.hamming(n), np.hanning(n), np.kaiser(n, 3.0)
        for one, other in zip(windows(n, 3.0), wanted, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize("engine", TRAINING)
def test_kaisers_beta_has_a_gradient(engine):
    pytest.importorskip(engine)
    with backend_scope(engine):
        found = gradients(
            engine, lambda beta: ops.kaiser(5, beta), [np.array(2.0, np.float32)], np.float32(1)
        )
    slope = (np.kaiser(5, 2.001).sum() - np.kaiser(5, 1.999).sum()) / 0.002
    np.testing.assert_allclose(found[0], slope, rtol=2e-3)


@pytest.mark.parametrize(
    "engine", ["torch", "tensorflow"]
)  # JAX cannot trace it: the length depends on values
def test_gradient_of_summed_weights(engine):
    pytest.importorskip(engine)
    check_gradient(Case("bincount", (COUNTED, TIED), expected=_bincount), engine)


def test_windows_follow_floatx(backend):
    keras.config.set_floatx("float16")
    assert ops.dtype(ops.hanning(4)) == "float16"


@pytest.mark.parametrize("engine", TRAINING)
def test_a_q_outside_its_range_that_only_the_engine_knows_gives_nan(engine):
    pytest.importorskip(engine)
    (found,) = run("quantile", engine, VECTOR, np.array([0.5, 1.5], np.float32))
    assert np.isfinite(found[0]) and np.isnan(found[1])


FLOATS, INTEGERS = KerasTensor((3, 4)), KerasTensor((5,), "int32")
WRONG = [
    (lambda x, i: ops.quantile(x, 1.5), r"`q` must lie in \[0, 1\]"),
    (lambda x, i: ops.quantile(x, float("nan")), r"`q` must lie in \[0, 1\]"),
    (lambda x, i: ops.percentile(x, [50, -1]), r"`q` must lie in \[0, 100\]"),
    (lambda x, i: ops.nanquantile(x, 0.5, method="cubic"), "unknown `method`"),
    (lambda x, i: ops.nanpercentile(x, "half"), "number"),
    (lambda x, i: ops.median(x, axis=2), "out of range"),
    (lambda x, i: ops.median(x, axis=(0, -2)), "twice"),
    (lambda x, i: ops.ptp(ops.greater(x, 0)), "booleans have no difference"),
    (lambda x, i: ops.corrcoef(ops.expand_dims(x, 0)), "one row for each variable"),
    (lambda x, i: ops.correlate(x, x), "must be vectors"),
    (lambda x, i: ops.correlate(i, i, "most"), "unknown `mode`"),
    (lambda x, i: ops.histogram(x, 0), "at least one bin"),
    (lambda x, i: ops.histogram(x, [1, 0]), "ascending order"),
    (lambda x, i: ops.histogram(x, 2, (1, 0)), "ascending order"),
    (lambda x, i: ops.histogram(x, 2, (0, float("inf"))), "finite"),
    (lambda x, i: ops.bincount(x), "only integers"),
    (lambda x, i: ops.bincount(ops.reshape(i, (1, 1, 5))), "vector or a matrix"),
    (lambda x, i: ops.bincount(i, x), "shape of `x`"),
    (lambda x, i: ops.bincount(i, minlength=-1), "non-negative"),
    (lambda x, i: ops.digitize(x, x), "must be a vector"),
    (lambda x, i: ops.trapezoid(x, axis=2), "out of range"),
    (lambda x, i: ops.trapezoid(x, i), "broadcast"),
    (lambda x, i: ops.argpartition(x, 4), "place on the axis"),
    (lambda x, i: ops.argpartition(x, 1.0), "place on the axis"),
    (lambda x, i: ops.unique(x, size=-1), "non-negative"),
    (lambda x, i: ops.unique(x, axis=2), "out of range"),
    (lambda x, i: ops.bartlett(2.5), "an integer"),
    (lambda x, i: ops.kaiser("x", 1.0), "an integer"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_wrong_calls_are_explained(call, message, backend):
    with pytest.raises((ValueError, TypeError), match=message):
        call(FLOATS, INTEGERS)
    with backend_scope(backend):
        x, i = ops.convert_to_tensor(MATRIX[:3, :4]), ops.convert_to_tensor(COUNTED[:5])
        with pytest.raises((ValueError, TypeError), match=message):
            call(x, i)


def test_a_negative_number_cannot_be_counted(backend):
    with pytest.raises(ValueError, match="negative"):
        run("bincount", backend, np.array([1, -2], np.int32))
