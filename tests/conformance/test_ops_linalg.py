"""Linear algebra on every engine: values against NumPy and SciPy in float64, rules, compiled calls, gradients, errors."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.linalg

from tests.conformance.gradients import numeric_gradients
from tests.conformance.harness import Case, check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.errors import NotSupportedError
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


def _transposed(x):
    return np.swapaxes(x, -1, -2)


def _positive(*shape):
    x = normal(*shape)
    return (x @ _transposed(x) + 2 * np.eye(shape[-1])).astype(np.float32)


# What has no sign of its own is compared after the sign is taken away; what needs a symmetric matrix gets one, so that
# the gradient is that of a symmetric change.
def _symmetric(x):
    return (x + ops.swapaxes(x, -1, -2)) / 2


WRAPPED = {
    "cholesky_of_symmetric": lambda x, upper=False: ops.cholesky(_symmetric(x), upper),
    "eigh_values": lambda x: ops.eigh(_symmetric(x))[0],
    "eigh_product": lambda x: _product_of_parts(*ops.eigh(_symmetric(x))),
    "qr_upper": lambda x: ops.absolute(ops.qr(x)[1]),
    "qr_product": lambda x, mode="reduced": ops.matmul(*ops.qr(x, mode)),
    "svd_product": lambda x, full: ops.matmul(*_scaled(*ops.svd(x, full))),
    "svd_projector": lambda x: _projector(ops.svd(x, False)[0]),
    "slogdet_log": lambda x: ops.slogdet(x)[1],
}


def _product_of_parts(values, vectors):
    return ops.matmul(vectors * ops.exp(values)[..., None, :], ops.swapaxes(vectors, -1, -2))


def _scaled(u, s, vh):
    count = s.shape[-1]
    return u[..., :count] * s[..., None, :], vh[..., :count, :]


def _projector(u):
    """u weighs[..., i] u^T: does not depend on signs."""
    weights = ops.arange(1, u.shape[-1] + 1, dtype="float32")
    return ops.matmul(u * weights, ops.swapaxes(u, -1, -2))


def _numpy_projector(x):
    u = np.linalg.svd(x, full_matrices=False)[0]
    return u * np.arange(1, u.shape[-1] + 1) @ _transposed(u)


def _numpy_symmetric(function):
    return lambda x, **options: function((x + _transposed(x)) / 2, **options)


def _exponential(x):
    values, vectors = np.linalg.eigh(x)
    return vectors * np.exp(values)[..., None, :] @ _transposed(vectors)


@dataclasses.dataclass
class LinalgCase(Case):
    """A case whose op may be one of the functions above."""

    @property
    def function(self):
        return WRAPPED.get(self.op) or getattr(ops, self.op)


def _lu(x):
    if not x.size:
        return np.zeros(x.shape), np.zeros((*x.shape[:-2], min(x.shape[-2:])), np.int32)
    if x.ndim == 2:
        lu, pivots = scipy.linalg.lu_factor(x)
        return lu, pivots.astype(np.int32)
    parts = [_lu(one) for one in x]
    return tuple(np.stack(part) for part in zip(*parts, strict=True))


def _solve(a, b):
    is_vector = b.ndim in (1, a.ndim - 1)
    return np.linalg.solve(a, b[..., None])[..., 0] if is_vector else np.linalg.solve(a, b)


def _solve_triangular(a, b, lower=False):
    return _solve(np.tril(a) if lower else np.triu(a), b)


def _lstsq(a, b, rcond=None):
    is_vector = b.ndim in (1, a.ndim - 1)
    inverse = np.linalg.pinv(a, 1e-6 if rcond is None else rcond)
    return (inverse @ b[..., None])[..., 0] if is_vector else inverse @ b


def _factor_inverse(x, upper=False):
    factor = np.triu(x) if upper else np.tril(x)
    return np.linalg.inv(_transposed(factor) @ factor if upper else factor @ _transposed(factor))


def _factorisation_cases():
    square, batch = normal(3, 3) + 2 * np.eye(3, dtype=np.float32), normal(2, 2, 3, 3)
    cholesky = _numpy_symmetric(lambda x, upper=False: np.linalg.cholesky(x, upper=upper))
    for upper in (False, True):
        yield LinalgCase(
            "cholesky_of_symmetric", (_positive(3, 3),), {"upper": upper}, expected=cholesky, grad=True
        )
        yield LinalgCase("cholesky", (_positive(2, 2, 3, 3),), {"upper": upper}, expected=cholesky)
        yield LinalgCase("cholesky_inverse", (square + 3 * np.eye(3, dtype=np.float32),), {"upper": upper}, grad=True,
                         expected=_factor_inverse)  # fmt: skip
    yield LinalgCase("cholesky_inverse", (batch + 4 * np.eye(3, dtype=np.float32),), expected=_factor_inverse)
    for x in (square, batch, normal(2, 4, 3), normal(3, 5), np.zeros((0, 2, 2), np.float32)):
        yield LinalgCase("lu_factor", (x,), expected=_lu, grad=x.ndim == 2, tolerance=1e-4)
    for x in (normal(4, 3), normal(2, 3, 3), normal(3, 4)):
        yield LinalgCase(
            "qr_upper", (x,), expected=lambda x: np.abs(np.linalg.qr(x)[1]), grad=x.shape != (3, 4)
        )
        yield LinalgCase("qr_product", (x,), {"mode": "complete"}, expected=lambda x, mode: x)
        yield LinalgCase("svd", (x,), {"compute_uv": False}, expected=np.linalg.svd, grad=True)
        for full in (False, True):
            yield LinalgCase("svd_product", (x,), {"full": full}, expected=lambda x, full: x, unknown=False)
        yield LinalgCase("qr", (x,), expected=None)
        yield LinalgCase("qr", (x,), {"mode": "complete"}, expected=None)
        yield LinalgCase("svd", (x,), expected=None)
        yield LinalgCase("svd", (x,), {"full_matrices": False}, expected=None)
    yield LinalgCase("svd_projector", (normal(4, 3),), expected=_numpy_projector, grad=True, unknown=False)
    yield LinalgCase(
        "eigh_values", (batch,), expected=_numpy_symmetric(lambda x: np.linalg.eigh(x)[0]), grad=True
    )
    yield LinalgCase(
        "eigh_product", (square,), expected=_numpy_symmetric(_exponential), grad=True, tolerance=1e-4
    )
    yield LinalgCase("eigh", (_positive(3, 3),), expected=None)
    yield LinalgCase("eig", (batch,), expected=None)
    for name in ("eigh", "eig", "qr", "svd"):
        yield LinalgCase(name, (np.zeros((2, 0, 0), np.float32),), expected=None)
    yield LinalgCase("qr", (np.zeros((0, 3), np.float32),), expected=None)


def _number_cases():
    square, batch = normal(3, 3) * 2, normal(2, 1, 4, 4)
    for x in (square, batch, np.zeros((0, 3, 3), np.float32), np.zeros((0, 0), np.float32)):
        yield LinalgCase("det", (x,), expected=np.linalg.det, grad=x.size > 0, tolerance=1e-4)
        yield LinalgCase("slogdet", (x,), expected=lambda x: tuple(np.linalg.slogdet(x)), tolerance=1e-4)
    yield LinalgCase(
        "slogdet_log", (square,), expected=lambda x: np.linalg.slogdet(x)[1], grad=True, tolerance=1e-4
    )
    yield LinalgCase("det", (np.array([[1, 2], [3, 5]], np.int32),), expected=np.linalg.det)
    yield LinalgCase("logdet", (_positive(2, 3, 3),), expected=lambda x: np.linalg.slogdet(x)[1], grad=True)
    special = np.array([[[0, 1], [1, 0]], [[1, 1], [1, 1]], [[2, 0], [0, 1]]], np.float32)
    yield LinalgCase(
        "logdet", (special,), expected=lambda x: np.array([np.nan, -np.inf, np.log(2)]), note="special"
    )
    deficient = normal(2, 4, 2) @ normal(2, 2, 3)
    for x in (square, deficient, np.zeros((3, 2), np.float32), np.ones((2, 0, 3), np.float32)):
        yield LinalgCase(
            "matrix_rank", (x,), expected=lambda x: np.linalg.matrix_rank(x, 1e-5).astype(np.int32)
        )
    yield LinalgCase("matrix_rank", (np.diag([3, 1, 0.5]).astype(np.float32),), {"tol": 0.7},
                     expected=lambda x, tol: np.array(2, np.int32))  # fmt: skip


def _system_cases():
    square, batch = (
        normal(3, 3) + 2 * np.eye(3, dtype=np.float32),
        normal(2, 3, 3) + 2 * np.eye(3, dtype=np.float32),
    )
    yield LinalgCase("inv", (square,), grad=True, expected=np.linalg.inv)
    yield LinalgCase("inv", (batch,), expected=np.linalg.inv, tolerance=1e-4)
    yield LinalgCase("inv", (np.zeros((2, 0, 0), np.float32),), expected=np.linalg.inv)
    yield LinalgCase("inv", (np.array([[1, 2], [3, 5]], np.int64),), expected=np.linalg.inv, tolerance=1e-4)
    pairs = [
        (square, normal(3)), (square, normal(3, 2)), (batch, normal(2, 3)), (batch, normal(2, 3, 2)),
        (batch, normal(3)), (batch, normal(1, 3, 2)), (square, normal(2, 4, 3, 2)), (batch[:1], normal(2, 3, 4)),
        (square, normal(3, 0)), (np.zeros((0, 3, 3), np.float32), normal(3)),
    ]  # fmt: skip
    for a, b in pairs:
        known = {"tolerance": 1e-4, "unknown": True}
        has_gradient = a.ndim == 3 and a.size * b.size > 0 and len(a) == 2
        yield LinalgCase("solve", (a, b), expected=_solve, grad=has_gradient, **known)
        yield LinalgCase("solve_triangular", (a, b), {"lower": b.ndim == 2}, expected=_solve_triangular,
                         grad=has_gradient, **known)  # fmt: skip
    for x in (normal(4, 3), normal(2, 3, 4), normal(3, 2) @ normal(2, 3), np.zeros((2, 3), np.float32),
              np.zeros((0, 3), np.float32), np.ones((2, 3, 0), np.float32)):  # fmt: skip
        yield LinalgCase("pinv", (x,), expected=lambda x: np.linalg.pinv(x, 1e-6), tolerance=1e-4)
    yield LinalgCase(
        "pinv", (np.diag([3, 1, 0.5]).astype(np.float32),), {"rcond": 0.2}, expected=np.linalg.pinv
    )
    for x in (normal(4, 3), normal(2, 3, 4), np.eye(3, dtype=np.float32) * 2):
        yield LinalgCase("pinv", (x,), expected=np.linalg.pinv, grad=True, tolerance=1e-4)
    for a, b in ((normal(4, 3), normal(4)), (normal(3, 4), normal(3, 2)), (normal(2, 4, 3), normal(2, 4)),
                 (normal(2, 4, 3), normal(1, 4, 2)), (normal(2, 4, 3), normal(4))):  # fmt: skip
        yield LinalgCase("lstsq", (a, b), expected=_lstsq, grad=a.ndim == 2, tolerance=1e-4)
    yield LinalgCase("lstsq", (normal(3, 2) @ normal(2, 3), normal(3)), expected=_lstsq, tolerance=1e-3)
    yield LinalgCase(
        "lstsq", (np.diag([3, 1, 0.5]).astype(np.float32), normal(3)), {"rcond": 0.2}, expected=_lstsq
    )
    yield LinalgCase("lstsq", (np.zeros((0, 3), np.float32), np.zeros(0, np.float32)),
                     expected=lambda a, b: np.zeros(3))  # fmt: skip


def _norm_cases():
    x = normal(2, 3, 4)
    for ord, axis, keepdims in zip(
        (None, 0, 1, -1, 2, -2, np.inf, -np.inf, 3, 0.5, -1.5),
        (1, -1, 0) * 4,
        (True, False) * 6,
        strict=False,
    ):
        yield LinalgCase("norm", (x,), {"ord": ord, "axis": axis, "keepdims": keepdims}, expected=np.linalg.norm,
                         grad=ord not in (0, -1, -2), tolerance=1e-4)  # fmt: skip
    for ord in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
        for axis, keepdims in (((0, 2), False), ((-1, 0), True)):
            yield LinalgCase("norm", (x,), {"ord": ord, "axis": axis, "keepdims": keepdims}, expected=np.linalg.norm,
                             grad=not keepdims and ord not in (-1, -2, "fro"), tolerance=1e-4)  # fmt: skip
    yield LinalgCase("norm", (x[0],), {"ord": 2}, expected=np.linalg.norm)
    for value in (x, x[0, 0], np.float32(-3), normal(2, 1, 2, 2, 3), np.zeros((0, 3), np.float32)):
        yield LinalgCase("norm", (np.asarray(value),), expected=np.linalg.norm)
        yield LinalgCase("norm", (np.asarray(value),), {"keepdims": True}, expected=np.linalg.norm)
    yield LinalgCase(
        "norm", (np.arange(6, dtype=np.int32).reshape(2, 3),), {"axis": 0}, expected=np.linalg.norm
    )
    yield LinalgCase("norm", (np.array([True, True, False]),), expected=lambda x: np.sqrt(2.0))
    special = np.array([[1, np.nan, 2], [1, np.inf, -2], [0, 0, 0], [0, 3, 4]], np.float32)
    for ord in (None, 1, np.inf, 0, 3, -1):
        yield LinalgCase("norm", (special,), {"ord": ord, "axis": 1}, expected=np.linalg.norm, note="special")
    for ord, axis in (
        (3, 1),
        (np.inf, 1),
        (1, None),
        (np.inf, None),
        (-np.inf, None),
        (2, None),
        ("nuc", None),
    ):
        yield LinalgCase("norm", (np.zeros((2, 0), np.float32),), {"ord": ord, "axis": axis},
                         expected=lambda x, ord, axis: np.zeros(2 if axis == 1 else ()))  # fmt: skip


CASES = [*_factorisation_cases(), *_number_cases(), *_system_cases(), *_norm_cases()]


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_rule(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend, 5e-3)


# --- what has signs or an order of its own ---------------------------------------------------------
def test_parts_are_what_they_should_be(backend):
    x = normal(2, 4, 3)
    for mode, inner in (("reduced", 3), ("complete", 4)):
        q, r = run("qr", backend, x, mode=mode)
        np.testing.assert_allclose(
            _transposed(q) @ q, np.broadcast_to(np.eye(inner), (2, inner, inner)), atol=1e-5
        )
        np.testing.assert_array_equal(np.tril(r, -1), np.zeros_like(r))
    u, s, vh = run("svd", backend, x)
    for vectors in (u, _transposed(vh)):
        eye = np.broadcast_to(np.eye(vectors.shape[-1]), vectors.shape)
        np.testing.assert_allclose(_transposed(vectors) @ vectors, eye, atol=1e-5)
    assert (np.diff(s) < 0).all()
    symmetric = _positive(2, 3, 3)
    w, v = run("eigh", backend, symmetric)
    np.testing.assert_allclose(symmetric @ v, v * w[..., None, :], atol=1e-4)
    assert (np.diff(w) > 0).all()
    square = normal(2, 3, 3)
    w, v = run("eig", backend, square)
    np.testing.assert_allclose(square @ v, v * w[..., None, :], atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(v, axis=-2), np.ones((2, 3)), atol=1e-5)


def test_real_eigenvalues_are_complex_too(backend):
    w, v = run("eig", backend, np.diag([2.0, 1.0]).astype(np.float32))
    assert w.dtype == v.dtype == np.complex64
    np.testing.assert_allclose(sorted(w.real), [1, 2], atol=1e-6)


# --- half precision ------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_computed_in_float32(dtype, backend):
    with backend_scope(backend):
        x = ops.cast(ops.convert_to_tensor(_positive(3, 3)), dtype)
        exact = ops.convert_to_numpy(ops.cast(x, "float32")).astype(np.float64)
        for name in ("cholesky", "cholesky_inverse", "det", "slogdet", "logdet", "eigh", "inv", "lu_factor", "norm", "pinv",
                     "qr", "svd", "eig", "matrix_rank"):  # fmt: skip
            found = getattr(ops, name)(x)
            spec = getattr(ops, name)(KerasTensor((3, 3), dtype))
            for one, wanted in zip(
                *(v if isinstance(v, tuple) else (v,) for v in (found, spec)), strict=True
            ):
                assert ops.dtype(one) == wanted.dtype, name
        for name in ("solve", "solve_triangular", "lstsq"):
            assert ops.dtype(getattr(ops, name)(x, x)) == dtype, name
        inverse = ops.convert_to_numpy(ops.cast(ops.inv(x), "float32"))
        np.testing.assert_allclose(inverse, np.linalg.inv(exact), rtol=1e-2, atol=1e-3)
        solved = ops.convert_to_numpy(ops.cast(ops.lstsq(x, x[0]), "float32"))
        np.testing.assert_allclose(solved, np.linalg.solve(exact, exact[0]), rtol=2e-2, atol=4e-3)


# --- no solution ---------------------------------------------------------------------------------
SINGULAR = np.array([[1, 2], [2, 4]], np.float32)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("inv", (SINGULAR,)),
        ("inv", (np.diag([1, 0]).astype(np.float32),)),
        ("inv", (np.stack([SINGULAR, np.eye(2, dtype=np.float32)]),)),
        ("solve", (SINGULAR, np.array([1, 2], np.float32))),
        ("solve", (np.diag([1, 0]).astype(np.float32), np.array([1, 0], np.float32))),
        ("cholesky", (np.diag([1, -1]).astype(np.float32),)),
    ],
    ids=str,
)
def test_without_a_solution_there_is_an_error_or_nan(name, arguments, backend):
    # Compiled programs cannot raise, and TensorFlow's Cholesky does not.
    if backend != "jax" and (backend, name) != ("tensorflow", "cholesky"):
        with pytest.raises(Exception, match=r"(?i)singular|invertible|positive"):
            run(name, backend, *arguments)
        return
    (found,) = run(name, backend, *arguments)
    assert np.isnan(found[0] if found.ndim == 3 else found).any()
    if name != "cholesky":
        assert np.isnan(found[0] if found.ndim == 3 else found).all()
    if found.ndim == 3:
        np.testing.assert_array_equal(found[1], np.eye(2))


def test_a_zero_on_the_diagonal_gives_no_finite_solution(backend):
    try:
        (found,) = run(
            "solve_triangular", backend, np.diag([1, 0]).astype(np.float32), np.ones(2, np.float32)
        )
    except Exception as error:
        assert "singular" in str(error).lower()
    else:
        assert not np.isfinite(found).all()


# --- gradients at edges --------------------------------------------------------------------------
@pytest.mark.parametrize("ord", [None, 1, 2, 3, 0.5, -1, np.inf, "fro", "nuc", 2.0])
def test_the_gradient_of_a_norm_of_zero_is_finite(ord, training_backend):
    from tests.conformance.gradients import gradients

    x = np.zeros((2, 2) if isinstance(ord, str) else 3, np.float32)
    with backend_scope(training_backend):
        (found,) = gradients(training_backend, lambda x: ops.norm(x, ord), [x], np.ones((), np.float32))
    assert np.isfinite(found).all()
    if ord in (None, 2, 3, 0.5, -1, "fro"):
        np.testing.assert_array_equal(found, np.zeros_like(x))


# --- forward mode --------------------------------------------------------------------------------
def test_jvp(training_backend):
    x, y, dx, dy = normal(3), normal(3), normal(3), normal(3)
    with backend_scope(training_backend):
        value, slope = ops.jvp(lambda a, b: ops.sin(a) * b, [x, y], [dx, dy])
        np.testing.assert_allclose(ops.convert_to_numpy(value), np.sin(x) * y, atol=1e-6)
        np.testing.assert_allclose(
            ops.convert_to_numpy(slope), np.cos(x) * dx * y + np.sin(x) * dy, atol=1e-6
        )


def test_jvp_of_structures_and_with_something_beside(training_backend):
    x, dx = normal(3), normal(3)
    with backend_scope(training_backend):
        same = ops.convert_to_tensor(x)

        def function(inputs, factor):
            product = inputs["a"] * inputs["b"][0] * factor
            return {"product": product, "constant": ops.ones(2)}, {"shifted": product + 1}

        primals = ({"a": same, "b": [same]}, 2.0)
        tangents = ({"a": dx, "b": [dx]}, 0.0)
        value, slope, beside = ops.jvp(function, primals, tangents, has_aux=True)
        np.testing.assert_allclose(ops.convert_to_numpy(value["product"]), 2 * x * x, rtol=1e-6)
        np.testing.assert_allclose(ops.convert_to_numpy(slope["product"]), 4 * x * dx, rtol=1e-5)
        np.testing.assert_array_equal(ops.convert_to_numpy(slope["constant"]), np.zeros(2))
        np.testing.assert_allclose(ops.convert_to_numpy(beside["shifted"]), 2 * x * x + 1, rtol=1e-6)


def test_jvp_agrees_with_finite_differences_of_an_inverse(training_backend):
    x, dx = normal(3, 3) + 2 * np.eye(3, dtype=np.float32), normal(3, 3)
    with backend_scope(training_backend):
        _, slope = ops.jvp(ops.inv, (x,), (dx,))
    weights = np.ones((3, 3))
    (gradient,) = numeric_gradients(np.linalg.inv, [x], weights)
    np.testing.assert_allclose(ops.convert_to_numpy(slope).sum(), (gradient * dx).sum(), rtol=1e-3)


def test_jvp_in_a_graph():
    x = KerasTensor((None, 3))
    value, slope = ops.jvp(lambda a: {"k": ops.sum(a, -1)}, (x,), (x,))
    assert value["k"].shape == slope["k"].shape == (None,)


def test_jvp_is_a_gap_of_numpy():
    with backend_scope("numpy"), pytest.raises(NotSupportedError, match="NumPy computes no derivatives"):
        ops.jvp(ops.sin, (1.0,), (1.0,))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, (1.0,), (1.0,)), "must be a function"),
        ((ops.sin, 1.0, (1.0,)), "`primals` must be a tuple"),
        ((ops.sin, (1.0,), 1.0), "`tangents` must be a tuple"),
        ((ops.sin, (np.ones(2),), (np.ones(3),)), "structure and shapes"),
        ((ops.sin, (np.ones(2),), ()), "structure and shapes"),
    ],
)
def test_jvp_refuses(arguments, message):
    with backend_scope("torch"), pytest.raises((ValueError, TypeError), match=message):
        ops.jvp(*arguments)


# --- bad input -----------------------------------------------------------------------------------
REFUSED = [
    ("cholesky", ((3,),), {}, "must hold matrices"),
    ("cholesky", ((3, 4),), {}, "must hold square matrices"),
    ("cholesky_inverse", ((3, 4),), {}, "must hold square matrices"),
    ("det", ((2, 3, 4),), {}, "must hold square matrices"),
    ("slogdet", ((4,),), {}, "must hold matrices"),
    ("logdet", ((3, 4),), {}, "must hold square matrices"),
    ("inv", ((3, 4),), {}, "must hold square matrices"),
    ("eig", ((3, 4),), {}, "must hold square matrices"),
    ("eigh", ((),), {}, "must hold matrices"),
    ("lu_factor", ((3,),), {}, "must hold matrices"),
    ("matrix_rank", ((3,),), {}, "must hold matrices"),
    ("pinv", ((3,),), {}, "must hold matrices"),
    ("svd", ((3,),), {}, "must hold matrices"),
    ("qr", ((3,),), {}, "must hold matrices"),
    ("qr", ((3, 3),), {"mode": "raw"}, "unknown `mode`"),
    ("solve", ((3, 4), (3,)), {}, "must hold square matrices"),
    ("solve", ((3, 3), (4,)), {}, "does not fit `a`"),
    ("solve", ((2, 3, 3), (3, 2)), {}, "does not fit `a`"),
    ("solve", ((2, 3, 3), (5, 3, 2)), {}, "cannot be broadcast"),
    ("solve", ((3, 3), ()), {}, "a vector or a matrix"),
    ("solve_triangular", ((3, 3), (4, 2)), {}, "does not fit `a`"),
    ("lstsq", ((3, 2), (2,)), {}, "does not fit `a`"),
    ("norm", ((2, 3, 4),), {"ord": 2}, "name the axes"),
    ("norm", ((2, 3, 4),), {"axis": (0, 1, 2)}, "one axis or two"),
    ("norm", ((2, 3),), {"axis": 2}, "out of range"),
    ("norm", ((2, 3),), {"axis": (1, -1)}, "named twice"),
    ("norm", ((3,),), {"ord": "fro"}, "vectors have no such norm"),
    ("norm", ((3,),), {"ord": "inf"}, "vectors have no such norm"),
    ("norm", ((2, 3),), {"ord": 3}, "matrices have no such norm"),
    ("norm", ((2, 3),), {"ord": 0}, "matrices have no such norm"),
    ("norm", ((2, 3),), {"ord": "nucc"}, "matrices have no such norm"),
    ("norm", ((0,),), {"ord": -np.inf}, "no elements"),
    ("norm", ((3, 0),), {"ord": -1}, "no elements"),
    ("norm", ((3, 0),), {"ord": -2}, "no elements"),
]


@pytest.mark.parametrize(("name", "shapes", "options", "message"), REFUSED, ids=str)
def test_bad_input_is_refused(name, shapes, options, message, backend):
    function = getattr(ops, name)
    with pytest.raises(ValueError, match=message):
        function(*map(KerasTensor, shapes), **options)
    with backend_scope(backend), pytest.raises((ValueError, TypeError), match=message):
        function(*(ops.ones(shape) for shape in shapes), **options)
