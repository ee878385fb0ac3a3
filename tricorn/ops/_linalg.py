"""Linear algebra: factorisations of matrices, what follows from them, and systems of equations.

Matrices stand on the last two axes; all axes before are a batch, and any size may be 0. Integers become floatx. Half
precision is computed in float32 and rounded at the end.

A singular matrix, or one that is not positive definite where that is asked for, is an error on NumPy, torch and
TensorFlow. A compiled program cannot raise: JAX (and TensorFlow under XLA) give NaN. None gives a finite number, as far
as the factorisation meets an exact zero; a matrix that is singular but for rounding gives large numbers everywhere.
"""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import rank_of, spec
from tricorn.ops._cast import cast, dtype
from tricorn.ops._compare import less
from tricorn.ops._index import where
from tricorn.ops._matmul import matmul
from tricorn.ops._reshape import expand_dims, squeeze


# --- shapes --------------------------------------------------------------------------------------
def _differ(first, second):
    return first is not None and second is not None and first != second


def _check_matrices(where_, shape, name="x"):
    if len(shape) < 2:
        raise bad_argument(where_, f"`{name}` must hold matrices.", expected="rank 2 or more, (..., M, N)",
                           given=f"{name} {tuple(shape)}")  # fmt: skip


def _check_square(where_, shape, name="x"):
    _check_matrices(where_, shape, name)
    if _differ(shape[-2], shape[-1]):
        raise bad_argument(where_, f"`{name}` must hold square matrices.", expected="(..., M, M)",
                           given=f"{name} {tuple(shape)}")  # fmt: skip


def _smaller(first, second):
    """min of two sizes; 0 is the smaller even of an unknown one."""
    if first is None or second is None:
        return 0 if 0 in (first, second) else None
    return min(first, second)


def _square_like(name):
    """The rule of an op that maps square matrices to matrices of their shape."""

    def rule(x, *_args):
        _check_square(f"ops.{name}", x.shape)
        return spec(x.shape, x.dtype)

    return rule


def _number_of(name, count=1):
    """The rule of an op that maps each square matrix to `count` numbers."""

    def rule(x):
        _check_square(f"ops.{name}", x.shape)
        found = tuple(spec(x.shape[:-2], x.dtype) for _ in range(count))
        return found[0] if count == 1 else found

    return rule


# --- factorisations ------------------------------------------------------------------------------
@op(rule=_square_like("cholesky"), dtype=rules.FLOAT)
def cholesky(x: Tensor, upper=False):
    """The triangular L with x = L L^T of symmetric positive definite matrices; with `upper` U = L^T, x = U^T U.

    Args:
        x: (..., M, M), symmetric; what comes of another matrix depends on the engine.
        upper: Whether to return the upper factor.

    Returns:
        (..., M, M), the other triangle 0; dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square. The engine's own error: a matrix is not positive definite (JAX, TensorFlow: NaN).

    Example:
        >>> ops.cholesky([[4.0, 2.0], [2.0, 5.0]])
        array([[2., 0.],
               [1., 2.]], dtype=float32)
    """


@op(rule=_square_like("cholesky_inverse"), dtype=rules.FLOAT)
def cholesky_inverse(x: Tensor, upper=False):
    """The inverse of A = L L^T, given its factor: `x` is what `cholesky` returns, not A.

    Args:
        x: (..., M, M), of which only the lower triangle counts (the upper one with `upper`).
        upper: Whether `x` is an upper factor U, A = U^T U.

    Returns:
        (..., M, M), the inverse of A; dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square. The engine's own error: 0 on the diagonal (torch, JAX: inf or NaN).

    Example:
        >>> ops.cholesky_inverse([[2.0, 0.0], [0.0, 4.0]])
        array([[0.25  , 0.    ],
               [0.    , 0.0625]], dtype=float32)
    """


def _lu_rule(x):
    _check_matrices("ops.lu_factor", x.shape)
    return spec(x.shape, x.dtype), spec((*x.shape[:-2], _smaller(*x.shape[-2:])), "int32")


@op(rule=_lu_rule, dtype=rules.FLOAT)
def lu_factor(x: Tensor):
    """P x = L U with partial pivoting, packed as LAPACK and SciPy do.

    Args:
        x: (..., M, N).

    Returns:
        `(lu, pivots)`: (..., M, N) with U on and above the diagonal and L, whose diagonal is 1, below; and
        (..., min(M, N)) int32: row i was exchanged with row pivots[i], for i = 0, 1, ... in turn.

    Raises:
        ValueError: `x` has fewer than two axes. On TensorFlow its own error: a square matrix is singular.

    Example:
        >>> lu, pivots = ops.lu_factor([[1.0, 2.0], [4.0, 4.0]])
        >>> lu
        array([[4.  , 4.  ],
               [0.25, 1.  ]], dtype=float32)
        >>> pivots
        array([1, 1], dtype=int32)
    """


def _check_mode(mode):
    if mode not in ("reduced", "complete"):
        raise bad_argument("ops.qr", "unknown `mode`.", expected="'reduced' or 'complete'", given=repr(mode))


def _qr_rule(x, mode="reduced"):
    _check_mode(mode)
    _check_matrices("ops.qr", x.shape)
    batch, rows, columns = x.shape[:-2], *x.shape[-2:]
    inner = rows if mode == "complete" else _smaller(rows, columns)
    return spec((*batch, rows, inner), x.dtype), spec((*batch, inner, columns), x.dtype)


@op(rule=_qr_rule, dtype=rules.FLOAT)
def qr_of(x: Tensor, mode="reduced"):
    """`qr` of a checked mode."""


@op(rule=_qr_rule, dtype=rules.FLOAT)
def qr(x: Tensor, mode="reduced"):
    """x = Q R, with orthonormal columns in Q and an upper triangular R. Signs of columns of Q are the engine's choice.

    Engines differentiate it for "reduced", where M >= N.

    Args:
        x: (..., M, N).
        mode: "reduced" (K = min(M, N)) or "complete" (K = M).

    Returns:
        `(q, r)`: (..., M, K) and (..., K, N); dtype of `x`, floating.

    Raises:
        ValueError: An unknown mode, or `x` has fewer than two axes.

    Example:
        >>> q, r = ops.qr([[3.0, 1.0], [4.0, 2.0]])
        >>> np.allclose(q @ r, [[3, 1], [4, 2]], atol=1e-5), np.allclose(q.T @ q, np.eye(2), atol=1e-5)
        (True, True)
    """
    _check_mode(mode)
    return qr_of(x, mode)


def _svd_rule(x, full_matrices=True, compute_uv=True):
    _check_matrices("ops.svd", x.shape)
    batch, rows, columns = x.shape[:-2], *x.shape[-2:]
    inner = _smaller(rows, columns)
    values = spec((*batch, inner), x.dtype)
    if not compute_uv:
        return values
    left = spec((*batch, rows, rows if full_matrices else inner), x.dtype)
    return left, values, spec((*batch, columns if full_matrices else inner, columns), x.dtype)


@op(rule=_svd_rule, dtype=rules.FLOAT, keras_class="SVD")
def svd(x: Tensor, full_matrices=True, compute_uv=True):
    """x = U diag(s) V^T, with orthonormal U and V, and s >= 0 falling.

    The gradient of `s` exists everywhere; that of U and V only where all of `s` differ and, on most engines, only for
    `full_matrices=False`. Signs of the vectors are the engine's choice.

    Args:
        x: (..., M, N); K = min(M, N).
        full_matrices: Whether U and V are square, or have K vectors each.
        compute_uv: Whether to compute U and V at all.

    Returns:
        `(u, s, vh)`: (..., M, M or K), (..., K) and V^T, (..., N or K, N); with `compute_uv=False` only `s`. Dtype of
        `x`, floating.

    Raises:
        ValueError: `x` has fewer than two axes.

    Example:
        >>> ops.svd([[0.0, 2.0], [3.0, 0.0]], compute_uv=False)
        array([3., 2.], dtype=float32)
    """


def _eig_rule(x):
    _check_square("ops.eig", x.shape)
    complex_dtype = "complex128" if x.dtype == "float64" else "complex64"
    return spec(x.shape[:-1], complex_dtype), spec(x.shape, complex_dtype)


@op(rule=_eig_rule, dtype=rules.FLOAT)
def eig(x: Tensor):
    """Eigenvalues and right eigenvectors of any square matrix: x v = w v. On JAX for CPUs only.

    Args:
        x: (..., M, M).

    Returns:
        `(w, v)`: (..., M) and (..., M, M), whose columns are unit vectors; complex64, or complex128 of float64, also
        where all are real. In no order.

    Raises:
        ValueError: `x` is not square.

    Example:
        >>> w, v = ops.eig([[0.0, -1.0], [1.0, 0.0]])
        >>> w
        array([0.+1.j, 0.-1.j], dtype=complex64)
    """


def _eigh_rule(x):
    _check_square("ops.eigh", x.shape)
    return spec(x.shape[:-1], x.dtype), spec(x.shape, x.dtype)


@op(rule=_eigh_rule, dtype=rules.FLOAT)
def eigh(x: Tensor):
    """Eigenvalues and eigenvectors of symmetric matrices: x v = w v.

    The gradient of `v` exists only where all eigenvalues differ. Signs of the vectors are the engine's choice.

    Args:
        x: (..., M, M), symmetric; what comes of another matrix depends on the engine.

    Returns:
        `(w, v)`: (..., M), rising, and (..., M, M), whose columns are orthonormal; dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square.

    Example:
        >>> w, v = ops.eigh([[2.0, 0.0], [0.0, 1.0]])
        >>> w
        array([1., 2.], dtype=float32)
    """


# --- numbers -------------------------------------------------------------------------------------
@op(rule=_number_of("det"), dtype=rules.FLOAT)
def det(x: Tensor):
    """The determinant; 1 of a matrix of size 0.

    Args:
        x: (..., M, M).

    Returns:
        (...); dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square.

    Example:
        >>> print(ops.det([[2.0, 1.0], [0.0, 4.0]]))
        8.0
    """


@op(rule=_number_of("slogdet", 2), dtype=rules.FLOAT)
def slogdet(x: Tensor):
    """Sign and logarithm of the size of the determinant, which itself may overflow: det = sign * exp(log).

    Args:
        x: (..., M, M).

    Returns:
        `(sign, log)`, each (...): sign is -1, 0 or 1, and log is -inf where sign is 0. Dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square.

    Example:
        >>> sign, log = ops.slogdet([[0.0, 1.0], [1.0, 0.0]])
        >>> print(sign, log)
        -1.0 0.0
    """


@op(rule=_number_of("logdet"), dtype=rules.FLOAT)
def logdet(x: Tensor):
    """log(det(x)), without overflow: -inf where the determinant is 0, NaN where it is negative.

    Args:
        x: (..., M, M).

    Returns:
        (...); dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square.

    Example:
        >>> print(ops.logdet([[1.0, 0.0], [0.0, 1.0]]))
        0.0
    """
    sign, log = slogdet(x)
    return where(less(sign, 0), float("nan"), log)


def _rank_rule(x, tol=None):
    _check_matrices("ops.matrix_rank", x.shape)
    return spec(x.shape[:-2], "int32")


@op(rule=_rank_rule, dtype=rules.FLOAT)
def matrix_rank(x: Tensor, tol=None):
    """How many singular values exceed `tol`.

    Args:
        x: (..., M, N).
        tol: A number; None: the largest singular value times max(M, N) times the machine epsilon, that of float32 for
            half precision.

    Returns:
        (...), int32.

    Raises:
        ValueError: `x` has fewer than two axes.

    Example:
        >>> print(ops.matrix_rank([[1.0, 2.0], [2.0, 4.0]]))
        1
    """


# --- systems of equations ------------------------------------------------------------------------
@op(rule=_square_like("inv"), dtype=rules.FLOAT)
def inv(x: Tensor):
    """The inverse. `solve(x, b)` is faster and more exact than `inv(x) @ b`.

    Args:
        x: (..., M, M).

    Returns:
        (..., M, M); dtype of `x`, floating.

    Raises:
        ValueError: `x` is not square. The engine's own error: a matrix is singular (JAX: NaN).

    Example:
        >>> ops.inv([[2.0, 0.0], [0.0, 4.0]])
        array([[0.5 , 0.  ],
               [0.  , 0.25]], dtype=float32)
    """


def _pinv_rule(x, rcond=None):
    _check_matrices("ops.pinv", x.shape)
    return spec((*x.shape[:-2], x.shape[-1], x.shape[-2]), x.dtype)


@op(rule=_pinv_rule, dtype=rules.FLOAT)
def pinv(x: Tensor, rcond=None):
    """The Moore-Penrose pseudoinverse, by singular values.

    The gradient is that of a matrix whose rank does not change.

    Args:
        x: (..., M, N).
        rcond: Singular values up to `rcond` times the largest count as 0. None: max(M, N) times the machine epsilon,
            that of float32 for half precision.

    Returns:
        (..., N, M); dtype of `x`, floating.

    Raises:
        ValueError: `x` has fewer than two axes.

    Example:
        >>> ops.pinv([[2.0, 0.0], [0.0, 0.0]])
        array([[0.5, 0. ],
               [0. , 0. ]], dtype=float32)

    Source: Penrose, 1955; the gradient: Golub and Pereyra, 1973.
    """


def _right_side(where_, a, b, square=True):
    """(is `b` one vector a matrix, shape of the batch): see `solve`."""
    if square:
        _check_square(where_, a, "a")
    else:
        _check_matrices(where_, a, "a")
    if not b:
        raise bad_argument(where_, "`b` must be a vector or a matrix.", given=f"b {tuple(b)}")
    is_vector = len(b) == 1 or len(b) == len(a) - 1
    if _differ(b[-1] if is_vector else b[-2], a[-2]):
        raise bad_argument(where_, "`b` does not fit `a`.",
                           expected=f"{a[-2]} rows in b: (..., {a[-2]}) with one axis fewer than a, or (..., {a[-2]}, N)",
                           given=f"a {tuple(a)}, b {tuple(b)}")  # fmt: skip
    return is_vector, rules.broadcast_shapes(tuple(a[:-2]), tuple(b[:-1] if is_vector else b[:-2]))


def _solve_rule(name):
    def rule(a, b, *_args):
        is_vector, batch = _right_side(f"ops.{name}", a.shape, b.shape)
        return spec((*batch, *b.shape[-1 if is_vector else -2 :]), a.dtype)

    return rule


@op(rule=_solve_rule("solve"), dtype=rules.COMMON_FLOAT)
def solve(a: Tensor, b: Tensor):
    """The x with a x = b.

    Args:
        a: (..., M, M).
        b: (..., M, N); or a vector for each matrix: (M,), or (..., M) with one axis fewer than `a`. Batches broadcast.

    Returns:
        (..., M, N), or (..., M) for vectors; the common dtype, floating.

    Raises:
        ValueError: `a` is not square, or `b` does not fit it. The engine's own error: a matrix is singular (JAX: NaN).

    Example:
        >>> ops.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])
        array([1. , 0.5], dtype=float32)
    """


@op(rule=_solve_rule("solve_triangular"), dtype=rules.COMMON_FLOAT)
def solve_triangular(a: Tensor, b: Tensor, lower=False):
    """The x with a x = b, by substitution: only one triangle of `a` is read.

    Args:
        a: (..., M, M), triangular.
        b: As in `solve`.
        lower: Whether to read the lower triangle of `a`; else the upper one.

    Returns:
        As `solve`.

    Raises:
        ValueError: As `solve`. A 0 on the diagonal is NumPy's error, and gives inf or NaN on the others.

    Example:
        >>> ops.solve_triangular([[2.0, 1.0], [9.0, 4.0]], [4.0, 8.0])
        array([1., 2.], dtype=float32)
    """


def _lstsq_rule(a, b, rcond=None):
    is_vector, batch = _right_side("ops.lstsq", a.shape, b.shape, square=False)
    return spec((*batch, a.shape[-1]) if is_vector else (*batch, a.shape[-1], b.shape[-1]), a.dtype)


@op(rule=_lstsq_rule, dtype=rules.COMMON_FLOAT)
def lstsq(a: Tensor, b: Tensor, rcond=None):
    """The x for which |a x - b| is least and, of several, the one with the least |x|: `pinv(a, rcond) b`.

    Args:
        a: (..., M, N), of any rank.
        b: (..., M, K); or a vector for each matrix: (M,), or (..., M) with one axis fewer than `a`. Batches broadcast.
        rcond: Singular values of `a` up to `rcond` times the largest count as 0; None: as in `pinv`.

    Returns:
        (..., N, K), or (..., N) for vectors; the common dtype, floating. No residuals.

    Raises:
        ValueError: `b` does not fit `a`.

    Example:
        >>> ops.lstsq([[2.0, 0.0], [0.0, 0.0]], [4.0, 3.0])
        array([2., 0.], dtype=float32)
    """
    name = dtype(a)
    if is_float(name) and name not in ("float32", "float64"):
        return cast(lstsq(cast(a, "float32"), cast(b, "float32"), rcond), name)
    if rank_of(b) == 1 or rank_of(b) == rank_of(a) - 1:
        return squeeze(matmul(pinv(a, rcond), expand_dims(b, -1)), -1)
    return matmul(pinv(a, rcond), b)
