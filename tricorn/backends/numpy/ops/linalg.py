"""Linear algebra on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, linalg as shared

bind(globals(), shared, np)


def _in_float32(kernel):
    in_float32 = shared._in_float32(lambda _, *args: kernel(*args))

    def run(*args):
        return in_float32(np, *args)

    run.for_wide = kernel
    return run


@_in_float32
def inv(x):
    return np.linalg.inv(x)


@_in_float32
def cholesky_inverse(x, upper=False):
    inverse = np.linalg.inv(np.triu(x) if upper else np.tril(x))
    transposed = np.swapaxes(inverse, -1, -2)
    return inverse @ transposed if upper else transposed @ inverse


@_in_float32
def lu_factor(x):
    """NumPy has no LU: elimination column by column, for all matrices of the batch at once."""
    lu = np.array(x)
    rows, columns = lu.shape[-2:]
    steps = min(rows, columns)
    pivots = np.zeros((*lu.shape[:-2], steps), np.int32)
    for step in range(steps):
        pivot = step + np.argmax(np.abs(lu[..., step:, step]), axis=-1)
        pivots[..., step] = pivot
        chosen = np.take_along_axis(lu, pivot[..., None, None], -2)
        np.put_along_axis(lu, pivot[..., None, None], lu[..., step : step + 1, :], -2)
        lu[..., step : step + 1, :] = chosen
        head = lu[..., step, step][..., None]
        # Below a pivot of 0 all are 0: there is nothing to eliminate.
        lu[..., step + 1 :, step] /= np.where(head == 0, 1, head)
        lu[..., step + 1 :, step + 1 :] -= lu[..., step + 1 :, step, None] * lu[..., step, None, step + 1 :]
    return lu, pivots


@_in_float32
def solve(a, b):
    return np.linalg.solve(a, b[..., None])[..., 0] if shared._is_vector(a, b) else np.linalg.solve(a, b)


@_in_float32
def qr(x, mode="reduced"):
    if mode != "reduced" and mode != "complete":  # NumPy knows more of them
        raise ValueError("no such mode")
    return tuple(np.linalg.qr(x, mode))


@_in_float32
def pinv(x, rcond=None):
    if not x.size or (rcond is not None and type(rcond) is not float):
        return np.linalg.pinv(x, shared._cutoff(np, x) if rcond is None else rcond)
    # In two thirds of the time of numpy.linalg.pinv.
    left, values, right = np.linalg.svd(x, False)
    least = values[..., :1] * (shared._cutoff(np, x) if rcond is None else rcond)
    inverse = np.divide(1, values, out=np.zeros_like(values), where=values > least)
    return np.matmul((right.conj() * inverse[..., None]).swapaxes(-1, -2), left.conj().swapaxes(-1, -2))


@_in_float32
def lstsq(a, b, rcond=None):
    if a.ndim == 2 and b.ndim <= 2 and a.size and b.size:
        return np.linalg.lstsq(a, b, shared._cutoff(np, a) if rcond is None else rcond)[0]
    inverse = pinv.for_wide(a, rcond)
    return np.matmul(inverse, b[..., None])[..., 0] if shared._is_vector(a, b) else np.matmul(inverse, b)


@_in_float32
def solve_triangular(a, b, lower=False):
    # NumPy has no substitution; elimination finds nothing to do in a triangle.
    return solve(np.tril(a) if lower else np.triu(a), b)
