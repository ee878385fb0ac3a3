"""Linear algebra on torch."""

from __future__ import annotations

import functools

import torch

_HALVES = (torch.float16, torch.bfloat16)


def _in_float32(kernel):
    """`kernel`, which computes half precision in float32 and rounds what is floating in its result."""

    @functools.wraps(kernel)
    def run(x, *args):
        if x.dtype not in _HALVES:
            return kernel(x, *args)
        args = [arg.float() if torch.is_tensor(arg) else arg for arg in args]
        return _narrowed(kernel(x.float(), *args), x.dtype)

    run.for_wide = kernel
    return run


def _narrowed(result, dtype):
    if isinstance(result, tuple):
        return tuple(_narrowed(one, dtype) for one in result)
    return result.to(dtype) if result.dtype is torch.float32 else result


@_in_float32
def cholesky(x, upper=False):
    return torch.linalg.cholesky(x, upper=upper)


@_in_float32
def cholesky_inverse(x, upper=False):
    # Its gradient takes the other triangle for a part of the factor, unless that is 0.
    return torch.cholesky_inverse(x.triu() if upper else x.tril(), upper)


det = _in_float32(torch.linalg.det)
logdet = _in_float32(torch.logdet)
inv = _in_float32(torch.linalg.inv)


@_in_float32
def slogdet(x):
    return tuple(torch.linalg.slogdet(x))


@_in_float32
def eig(x):
    return tuple(torch.linalg.eig(x))


@_in_float32
def eigh(x):
    return tuple(torch.linalg.eigh(x))


@_in_float32
def lu_factor(x):
    # Not `lu_factor`: a singular matrix has these factors too.
    lu, pivots, _ = torch.linalg.lu_factor_ex(x)
    return lu, pivots - 1


@_in_float32
def qr_of(x, mode="reduced"):
    return tuple(torch.linalg.qr(x, mode))


@_in_float32
def svd(x, full_matrices=True, compute_uv=True):
    return tuple(torch.linalg.svd(x, full_matrices)) if compute_uv else torch.linalg.svdvals(x)


def qr(x, mode="reduced"):
    if mode not in ("reduced", "complete"):
        raise ValueError("no such mode")
    return qr_of(x, mode)


@_in_float32
def pinv(x, rcond=None):
    # torch's own cutoff is that of the op: the larger size times the dtype's epsilon.
    return torch.linalg.pinv(x) if rcond is None else torch.linalg.pinv(x, rtol=rcond)


@_in_float32
def matrix_rank(x, tol=None):
    if tol is None:
        return torch.linalg.matrix_rank(x).int()
    return (torch.linalg.svdvals(x) > tol).sum(-1, dtype=torch.int32)


def _is_vector(a, b):
    rank = b.ndim
    return rank == 1 or rank == a.ndim - 1


@_in_float32
def solve(a, b):
    if _is_vector(a, b):
        return torch.linalg.solve(a, b.unsqueeze(-1)).squeeze(-1)
    return torch.linalg.solve(a, b)


@_in_float32
def lstsq(a, b, rcond=None):
    inverse = torch.linalg.pinv(a) if rcond is None else torch.linalg.pinv(a, rtol=rcond)
    if _is_vector(a, b):
        return torch.matmul(inverse, b.unsqueeze(-1)).squeeze(-1)
    return torch.matmul(inverse, b)


@_in_float32
def solve_triangular(a, b, lower=False):
    if _is_vector(a, b):
        return torch.linalg.solve_triangular(a, b.unsqueeze(-1), upper=not lower).squeeze(-1)
    return torch.linalg.solve_triangular(a, b, upper=not lower)
