"""Linear algebra over a NumPy-like namespace `xp`: what NumPy and JAX call by the same names.

Neither knows half precision here: `_in_float32` computes it in float32.
"""

from __future__ import annotations

import functools


def _in_float32(kernel):
    """`kernel`, which computes half precision in float32 and rounds what is floating in its result."""

    @functools.wraps(kernel)
    def run(xp, x, *args):
        if x.dtype.itemsize != 2:
            return kernel(xp, x, *args)
        args = [arg.astype(xp.float32) if getattr(arg, "dtype", None) == x.dtype else arg for arg in args]
        return _narrowed(kernel(xp, x.astype(xp.float32), *args), x.dtype)

    run.for_wide = kernel
    return run


def _narrowed(result, dtype):
    if isinstance(result, tuple):
        return tuple(_narrowed(one, dtype) for one in result)
    return result.astype(dtype) if result.dtype.name == "float32" else result


@_in_float32
def cholesky(xp, x, upper=False):
    return xp.linalg.cholesky(x, upper=upper)


@_in_float32
def det(xp, x):
    return xp.linalg.det(x)


@_in_float32
def slogdet(xp, x):
    return tuple(xp.linalg.slogdet(x))


@_in_float32
def eig(xp, x):
    values, vectors = xp.linalg.eig(x)
    dtype = xp.complex128 if x.dtype.itemsize == 8 else xp.complex64
    return values.astype(dtype), vectors.astype(dtype)


@_in_float32
def eigh(xp, x):
    return tuple(xp.linalg.eigh(x))


@_in_float32
def qr(xp, x, mode="reduced"):
    if mode not in ("reduced", "complete"):  # the others have no two results
        raise ValueError("no such mode")
    return tuple(xp.linalg.qr(x, mode))


qr_of = qr


@_in_float32
def svd(xp, x, full_matrices=True, compute_uv=True):
    found = xp.linalg.svd(x, full_matrices, compute_uv)
    return tuple(found) if compute_uv else found


_EPS = {4: 2.0**-23, 8: 2.0**-52}


def _cutoff(xp, x):
    """Which part of the largest singular value counts as 0."""
    rows, columns = x.shape[-2:]
    kind = x.dtype
    return (rows if rows > columns else columns) * _EPS[kind.itemsize // (1 + (kind.kind == "c"))]


@_in_float32
def pinv(xp, x, rcond=None):
    return xp.linalg.pinv(x, _cutoff(xp, x) if rcond is None else rcond)


@_in_float32
def matrix_rank(xp, x, tol=None):
    values = xp.linalg.svd(x, compute_uv=False)
    if tol is None:
        # The first is the largest; a matrix of size 0 has none.
        tol = values[..., :1] * _cutoff(xp, x)
    return xp.sum(values > tol, axis=-1, dtype=xp.int32)


def _is_vector(a, b):
    """Whether `b` holds vectors rather than matrices: see `ops.solve`."""
    return b.ndim == 1 or b.ndim == a.ndim - 1
