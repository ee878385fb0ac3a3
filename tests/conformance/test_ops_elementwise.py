"""Elementwise ops on every engine: bits, special and complex functions, NaN-free reductions, and edges of the others."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.elementwise_cases import CASES, INTS, S
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


def test_gradients_at_the_edges():
    """Where a function has a kink, a hole that was left out, or 0 under a root: finite, or infinite if the limit is."""
    zero, one = np.zeros(2, np.float32), np.ones(2, np.float32)
    holes = np.full(2, np.nan, np.float32)
    for engine in TRAINING:
        pytest.importorskip(engine)
        with backend_scope(engine):

            def of(function, *arrays, engine=engine):
                return [g.tolist() for g in gradients(engine, function, list(arrays), np.float32(1))]

            assert of(ops.hypot, zero, zero) == [[0, 0], [0, 0]], engine
            assert of(ops.sinc, zero) == [[0, 0]], engine
            assert of(ops.cbrt, zero) == [[np.inf, np.inf]], engine
            assert of(ops.absolute, zero) in ([[0, 0]], [[1, 1]]), engine
            at_zero = of(lambda x: ops.absolute(ops.view_as_complex(x)), np.zeros((1, 2), np.float32))
            assert np.isfinite(at_zero).all(), engine
            assert of(ops.nanstd, one) == [[0, 0]], engine
            assert of(ops.angle, zero) == [[0, 0]], engine
            assert of(ops.heaviside, zero, one) == [[0, 0], [1, 1]], engine
            for function in (
                ops.nansum,
                ops.nanmean,
                ops.nanvar,
                ops.nanstd,
                ops.nanprod,
                ops.nan_to_num,
                ops.nancumsum,
            ):
                assert of(function, holes) == [[0, 0]], (engine, function.__name__)
            np.testing.assert_allclose(of(ops.hypot, one, one), np.full((2, 2), 0.5**0.5), rtol=1e-6)
            np.testing.assert_allclose(of(ops.logaddexp2, one, one), np.full((2, 2), 0.5), rtol=1e-6)


@pytest.mark.parametrize("engine", TRAINING)
def test_gradients_through_complex_numbers(engine):
    """With respect to real tensors: |z|^2 by its parts, by its magnitude and by its conjugate; angles; products."""
    pytest.importorskip(engine)
    re, im = S, S[::-1].copy() + 2

    def composed(re, im):
        return ops.view_as_complex(ops.stack([re, im], -1))

    def by_parts(re, im):
        z = composed(re, im)
        return ops.square(ops.real(z)) + ops.square(ops.imag(z))

    def by_magnitude(re, im):
        return ops.square(ops.absolute(composed(re, im)))

    def by_conjugate(re, im):
        z = composed(re, im)
        return ops.real(ops.multiply(z, ops.conj(z)))

    def by_pairs(re, im):
        return ops.sum(ops.square(ops.view_as_real(composed(re, im))), -1)

    with backend_scope(engine):
        for function in (by_parts, by_magnitude, by_conjugate, by_pairs):
            found = gradients(engine, function, [re, im], np.float32(1))
            np.testing.assert_allclose(found, [2 * re, 2 * im], rtol=1e-5, err_msg=function.__name__)
        found = gradients(engine, lambda a, b: ops.angle(composed(a, b)), [re, im], np.float32(1))
        np.testing.assert_allclose(found, [-im / (re**2 + im**2), re / (re**2 + im**2)], rtol=1e-5)
        found = gradients(engine, lambda r, t: ops.real(ops.polar(r, t)), [re, im], np.float32(1))
        np.testing.assert_allclose(found, [np.cos(im), -re * np.sin(im)], rtol=1e-5, atol=1e-6)
        found = gradients(engine, lambda a, b: ops.real(ops.exp(composed(a, b))), [re, im], np.float32(1))
        np.testing.assert_allclose(
            found, [np.exp(re) * np.cos(im), -np.exp(re) * np.sin(im)], rtol=1e-4, atol=1e-6
        )


# Result dtypes: those of the reference (3.15.1) on JAX, but for the parts of complex numbers, which it describes as complex.
_FLOATED = {
    "bool": "float32",
    "int8": "float32",
    "uint32": "float32",
    "float16": "float16",
    "bfloat16": "bfloat16",
}
_COUNTED = {
    "bool": "int32",
    "int8": "int32",
    "uint8": "uint32",
    "float16": "float16",
    "complex64": "complex64",
}
_KEPT = {"bool": "bool", "int8": "int8", "uint32": "uint32", "bfloat16": "bfloat16"}
_PARTS = {**_KEPT, "complex64": "float32"}
_BY_DTYPES = [
    ("nansum nanprod", _COUNTED),
    ("nanmax nanmin nan_to_num conj", _KEPT),
    ("nanmean", {**_FLOATED, "complex64": "complex64"}),
    ("nanvar nanstd angle", {**_FLOATED, "complex64": "float32"}),
    ("cbrt erfc erfinv i0 sinc deg2rad rad2deg fabs", _FLOATED),
    ("real imag absolute", _PARTS),
    ("isposinf isneginf signbit isreal", dict.fromkeys(_KEPT, "bool")),
    ("nanargmax nanargmin", dict.fromkeys(("bool", "int8", "float16"), "int32")),
    ("nancumsum", {"bool": "int32", "int8": "int8", "float16": "float16", "complex64": "complex64"}),
    ("bitwise_not", {"bool": "bool", "int8": "int8", "uint32": "uint32"}),
    ("view_as_real", {"complex64": "float32", "float16": "float32"}),
]
DTYPES = {op: dtypes for names, dtypes in _BY_DTYPES for op in names.split()}
MIXED = [
    ("bitwise_and", ("int8", "uint8"), "int16"), ("bitwise_or", ("bool", "int8"), "int8"),
    ("bitwise_xor", ("uint8", 3), "uint8"), ("bitwise_and", ("bool", "bool"), "bool"),
    ("left_shift", ("bool", "bool"), "int32"), ("left_shift", ("int8", 1), "int8"), ("gcd", ("int32", "uint8"), "int32"),
    ("lcm", ("bool", "int8"), "int8"), ("hypot", ("int8", "int32"), "float32"), ("hypot", ("float16", 1), "float16"),
    ("heaviside", ("bool", "bool"), "float32"), ("logaddexp2", ("int32", 2), "float32"),
    ("nextafter", ("int32", 2.5), "float32"), ("nextafter", ("float16", 2.5), "float16"),
    ("fmax", ("bool", "bool"), "bool"), ("fmax", ("int8", 2.5), "float32"), ("fmin", ("float16", "int32"), "float16"),
    ("fmod", ("bool", "bool"), "int32"), ("fmod", ("uint32", "uint32"), "uint32"), ("ldexp", ("float16", "int32"), "float16"),
    ("ldexp", ("int8", "int8"), "float32"), ("ldexp", ("bfloat16", 2), "bfloat16"),
    ("polar", ("float32", "float32"), "complex64"), ("polar", ("float16", "int8"), "complex64"),
    ("add", ("complex64", "float16"), "complex64"), ("multiply", ("complex64", 2), "complex64"),
]  # fmt: skip


@pytest.mark.parametrize("op", DTYPES)
def test_dtype_of_the_result(op, backend):
    for dtype, wanted in DTYPES[op].items():
        x = ops.cast(np.ones((2, 2), np.float32), dtype)
        assert ops.dtype(getattr(ops, op)(x)) == wanted, dtype
        assert getattr(ops, op)(KerasTensor((2, 2), dtype)).dtype == wanted, dtype


def test_mixed_dtypes(backend):
    for op, arguments, wanted in MIXED:
        concrete = [ops.cast(np.ones((2, 2), np.float32), a) if isinstance(a, str) else a for a in arguments]
        symbolic = [KerasTensor((2, 2), a) if isinstance(a, str) else a for a in arguments]
        assert ops.dtype(getattr(ops, op)(*concrete)) == wanted, (op, arguments)
        assert getattr(ops, op)(*symbolic).dtype == wanted, (op, arguments)


def test_double_precision_stays(backend):
    if backend == "jax":
        pytest.skip("JAX narrows 64 bits unless told not to.")
    x = np.array([0.3, 0.7])
    for op in ("cbrt", "erfc", "erfinv", "i0", "sinc", "sqrt", "nanmean", "nanstd", "log2", "erf", "arctan"):
        found = run(op, backend, x)[0]
        assert found.dtype == np.float64, op
    for op, wanted in (("cbrt", np.cbrt(x)), ("ldexp", np.ldexp(x, -1000)), ("hypot", np.hypot(x, 2.0))):
        arguments = {"cbrt": (), "ldexp": (np.int32(-1000),), "hypot": (2.0,)}[op]
        np.testing.assert_allclose(run(op, backend, x, *arguments)[0], wanted, rtol=1e-15)
    z = np.array([1 + 2j, -3j])
    assert run("view_as_real", backend, z)[0].dtype == np.float64
    assert run("absolute", backend, z)[0].dtype == np.float64
    large = np.array([2**62 + 1, -(2**62)], np.int64)
    np.testing.assert_array_equal(
        run("bitwise_right_shift", backend, large, np.array([1, 61]))[0], large >> np.array([1, 61])
    )
    np.testing.assert_array_equal(
        run("bitwise_and", backend, large, np.array([3, -1]))[0], large & np.array([3, -1])
    )


def test_half_precision_neighbours(backend):
    """Read through float32 the neighbour would be nearer than half precision can tell."""
    for dtype, gap in (("float16", 2**-10), ("bfloat16", 2**-7)):
        one = ops.cast(np.ones(2, np.float32), dtype)
        above = ops.nextafter(one, ops.cast(np.array([2, 0], np.float32), dtype))
        assert ops.convert_to_numpy(ops.cast(above, "float32")).tolist() == [1 + gap, 1 - gap / 2]
        assert ops.convert_to_numpy(ops.view(one, "int16")).dtype == np.int16
    largest = ops.nan_to_num(ops.cast(np.array([np.inf], np.float32), "bfloat16"))
    assert np.isfinite(ops.convert_to_numpy(ops.cast(largest, "float32"))).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: ops.bitwise_and(x, 1), TypeError, "bits are those of integers"),
        (lambda x: ops.gcd(x, x), TypeError, "bits are those of integers"),
        (lambda x: ops.left_shift(1, x), TypeError, "bits are those of integers"),
        (lambda x: ops.bitwise_not(x), TypeError, "bits are those of integers"),
        (lambda x: ops.ldexp(x, x), TypeError, "exponents are integers"),
        (lambda x: ops.nanmax(x, 2), ValueError, "out of range"),
        (lambda x: ops.nanargmax(x, (0, 1)), TypeError, "must be an integer"),
        (lambda x: ops.nanmax(x[:0]), ValueError, "no element"),
        (lambda x: ops.nanargmin(x[:0], 0), ValueError, "no element"),
        (lambda x: ops.view(x, "complex128"), ValueError, "cannot be divided"),
        (lambda x: ops.view(x[0, 0], "int8"), ValueError, "same width"),
        (lambda x: ops.view(x, "float33"), ValueError, "unknown dtype"),
        (lambda x: ops.view_as_complex(x), ValueError, "imaginary part"),
        (lambda x: ops.hypot(x, x[:, :2]), ValueError, "broadcast"),
        (lambda x: ops.nancumsum(x, 3), ValueError, "out of range"),
        (lambda x: ops.subtract(ops.isnan(x), ops.isnan(x)), TypeError, "no difference"),
        (lambda x: ops.negative(ops.isnan(x)), TypeError, "no difference"),
    ],
)  # fmt: skip
def test_wrong_calls(call, error, message, backend):
    """Refused alike while a graph is described and by every engine."""
    with pytest.raises(error, match=message):
        call(KerasTensor((2, 3)))
    if backend == "jax" and message == "cannot be divided":
        message, error = "64 bits", NotImplementedError
    with pytest.raises(error, match=message):
        call(ops.convert_to_tensor(S))


REAL_ONLY = [
    "maximum", "minimum", "floor_divide", "mod", "logaddexp", "arctan2", "less", "greater_equal",
    "hypot", "fmax", "fmod", "heaviside", "nextafter", "logaddexp2", "nanmax", "nanargmin", "cbrt",
    "erf", "erfc", "exp2", "i0", "floor", "round", "trunc", "signbit", "isposinf", "deg2rad",
    "fabs",
]  # fmt: skip


@pytest.mark.parametrize("op", REAL_ONLY)
def test_functions_of_real_numbers_refuse_complex_ones(op):
    z = np.ones(2, np.complex64)
    arguments = (z,) * (2 if op in REAL_ONLY[: REAL_ONLY.index("nanmax")] else 1)
    for given in (arguments, [KerasTensor((2,), "complex64")] * len(arguments)):
        with backend_scope("numpy"), pytest.raises(TypeError, match="complex"):
            getattr(ops, op)(*given)


def test_negative_powers_of_integers_are_refused(backend):
    with pytest.raises(ValueError, match="negative"):
        ops.power(ops.convert_to_tensor(INTS), -1)


def test_numbers_beside_small_integers(backend):
    x = ops.convert_to_tensor(np.array([5, -7, 0], np.int8))
    assert ops.convert_to_numpy(ops.mod(x, 3)).tolist() == [2, 2, 0]
    assert ops.convert_to_numpy(ops.fmod(7, x)).tolist() == [2, 0, 0]
    assert ops.convert_to_numpy(ops.floor_divide(7, x)).tolist() == [1, -1, 0]


def test_edges_inside_compiled_functions():
    """Integers divided by 0, shifts beyond the width and slices of NaN do not depend on compilation."""
    jax, tf = pytest.importorskip("jax"), pytest.importorskip("tensorflow")

    def everything(x, n):
        return [
            ops.floor_divide(x, n), ops.mod(x, n), ops.fmod(x, n), ops.left_shift(x, n * 40), ops.gcd(x, n), ops.lcm(x, n),
            ops.nanargmax(ops.cast(x, "float32") / 0 * 0), ops.nanmean(ops.cast(x, "float32") * float("nan")),
            ops.view(ops.view(x, "float32"), "int8"), ops.ldexp(ops.cast(x, "float32"), n),
        ]  # fmt: skip

    x, n = np.array([7, -7, 12, 0], np.int32), np.array([2, 0, -3, 0], np.int32)
    with backend_scope("numpy"), np.errstate(all="ignore"):
        wanted = everything(x, n)
    for compiled in (jax.jit(everything), tf.function(everything, jit_compile=True)):
        for one, other in zip(compiled(x, n), wanted, strict=True):
            np.testing.assert_array_equal(np.asarray(one), other)
