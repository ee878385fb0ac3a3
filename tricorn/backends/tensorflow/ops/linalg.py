"""Linear algebra on TensorFlow."""

from __future__ import annotations

import functools

import numpy as np
import tensorflow as tf

from tricorn.backends.tensorflow.ops.eager import compiled_eagerly, is_plain, is_unrecorded

#: So few are sorted out on the host.
_FEW_ROWS = 2048
_HALVES = (tf.float16, tf.bfloat16)


def _in_float32(kernel):
    """`kernel`, which computes half precision in float32 and rounds what is floating in its result."""

    @functools.wraps(kernel)
    def run(x, *args):
        if x.dtype not in _HALVES:
            return kernel(x, *args)
        args = [tf.cast(arg, tf.float32) if tf.is_tensor(arg) else arg for arg in args]
        return _narrowed(kernel(tf.cast(x, tf.float32), *args), x.dtype)

    return run


def _narrowed(result, dtype):
    if isinstance(result, tuple):
        return tuple(_narrowed(one, dtype) for one in result)
    return tf.cast(result, dtype) if result.dtype == tf.float32 else result


def _eye_like(x):
    return tf.eye(tf.shape(x)[-1], batch_shape=tf.shape(x)[:-2], dtype=x.dtype)


@_in_float32
def cholesky(x, upper=False):
    factor = tf.linalg.cholesky(x)
    return tf.linalg.matrix_transpose(factor) if upper else factor


@_in_float32
def cholesky_inverse(x, upper=False):
    inverse = tf.linalg.triangular_solve(x, _eye_like(x), lower=not upper)
    return tf.matmul(inverse, inverse, transpose_a=not upper, transpose_b=upper)


@_in_float32
def det(x):
    return tf.linalg.det(x)


@_in_float32
def slogdet(x):
    return tuple(tf.linalg.slogdet(x))


@_in_float32
def eig(x):
    return tuple(tf.linalg.eig(x))


@_in_float32
def eigh(x):
    return tuple(tf.linalg.eigh(x))


@_in_float32
def lu_factor(x):
    known = x.shape.as_list()
    rows, columns = known[-2:]
    if rows is not None and rows == columns:
        lu, permutation = tf.raw_ops.Lu(input=x) if is_unrecorded() else _square_lu(x)
        return lu, _pivots(permutation, rows)
    batch = tf.shape(x)[:-2]
    lu, pivots = _eliminated(tf.reshape(x, tf.concat([[tf.reduce_prod(batch)], tf.shape(x)[-2:]], 0)))
    lu = tf.reshape(lu, tf.shape(x))
    pivots = tf.reshape(pivots, tf.concat([batch, tf.shape(pivots)[-1:]], 0))
    lu.set_shape(known)
    pivots.set_shape([*known[:-2], None if None in known[-2:] else min(rows, columns)])
    return lu, pivots


@tf.custom_gradient
def _square_lu(x):
    """TensorFlow's own, which lacks a gradient."""
    lu, permutation = tf.linalg.lu(x)

    def gradient(upstream, _):
        t = tf.linalg.matrix_transpose
        lower = tf.linalg.set_diag(tf.linalg.band_part(lu, -1, 0), tf.ones_like(lu[..., 0]))
        upper = tf.linalg.band_part(lu, 0, -1)
        below = tf.linalg.band_part(tf.matmul(t(lower), _strictly_lower(upstream)), -1, 0)
        above = tf.linalg.band_part(tf.matmul(tf.linalg.band_part(upstream, 0, -1), t(upper)), 0, -1)
        middle = _strictly_lower(below) + above
        # lower^-T middle upper^-T
        left = tf.linalg.triangular_solve(lower, middle, lower=True, adjoint=True)
        both = t(tf.linalg.triangular_solve(upper, t(left), lower=False))
        back = tf.argsort(permutation, axis=-1)
        return tf.gather(both, back, axis=-2, batch_dims=x.shape.rank - 2)

    return (lu, permutation), gradient


def _strictly_lower(x):
    return x - tf.linalg.band_part(x, 0, -1)


def _pivots(permutation, size):
    """The exchanges of rows, one after another, that make a permutation.

    The row that belongs at place i stands at first at p(i). It has been moved since if that is below i: to where the
    exchange p(i) put it, and so on. So the pivot is the first of p(i), p(p(i)), ... that is not below i.
    """
    if not is_plain(permutation) or permutation.shape.num_elements() > _FEW_ROWS:
        return _pivots_by_jumps(permutation, size)
    places = permutation.numpy()  # TensorFlow has nothing for it
    pivots = np.empty_like(places)
    for row, found in zip(
        places.reshape(-1, max(size, 1)).tolist(), pivots.reshape(-1, max(size, 1)), strict=True
    ):
        for number, place in enumerate(row):
            while place < number:
                place = row[place]
            row[number] = place
        found[:] = row
    return tf.constant(pivots)


@compiled_eagerly(1)
def _pivots_by_jumps(permutation, size):
    """By jumps of halved length over places that are all below."""
    batch_dims = permutation.shape.rank - 1
    jumps, highest, levels = permutation, permutation, []
    for _ in range(max(size - 1, 1).bit_length()):
        levels.append((jumps, highest))
        highest = tf.maximum(highest, tf.gather(highest, jumps, batch_dims=batch_dims))
        jumps = tf.gather(jumps, jumps, batch_dims=batch_dims)
    numbers = tf.range(size)
    found = tf.zeros_like(permutation) + numbers
    for jumps, highest in reversed(levels):
        is_below = tf.gather(highest, found, batch_dims=batch_dims) < numbers
        found = tf.where(is_below, tf.gather(jumps, found, batch_dims=batch_dims), found)
    return tf.gather(permutation, found, batch_dims=batch_dims)


def _exchanged(places, step, place):
    """0, 1, 2, ... with `step` and `place` exchanged."""
    return tf.where(places == step, place, tf.where(places == place, step, places))


@tf.function(reduce_retracing=True)
def _eliminated(x):
    """LU of matrices that are not square, which TensorFlow lacks: elimination column by column."""
    rows, columns = tf.range(tf.shape(x)[-2]), tf.range(tf.shape(x)[-1])
    steps = tf.minimum(tf.size(rows), tf.size(columns))
    numbers = tf.range(steps)
    pivots = tf.zeros([tf.shape(x)[0], steps], tf.int32)
    for step in numbers:
        tf.autograph.experimental.set_loop_options(maximum_iterations=steps)
        sizes = tf.where(rows >= step, tf.abs(tf.gather(x, step, axis=-1)), -1.0)
        pivot = tf.argmax(sizes, -1, tf.int32)[..., None]
        pivots = tf.where(numbers == step, pivot, pivots)
        x = tf.gather(x, _exchanged(rows, step, pivot), axis=1, batch_dims=1)
        row, column = tf.gather(x, step, axis=-2), tf.gather(x, step, axis=-1)
        head = tf.gather(row, step, axis=-1)[..., None]
        # Below a pivot of 0 all are 0: there is nothing to eliminate.
        factors = tf.where(rows > step, column / tf.where(head == 0, tf.ones_like(head), head), column)
        x = tf.where(columns == step, factors[..., None], x)
        rest = (rows > step)[:, None] & (columns > step)
        x -= tf.where(rest, factors[..., None] * row[..., None, :], tf.zeros_like(x))
    return x, pivots


@_in_float32
def qr_of(x, mode="reduced"):
    return tuple(tf.linalg.qr(x, full_matrices=mode == "complete"))


@_in_float32
def svd(x, full_matrices=True, compute_uv=True):
    if not compute_uv:
        return tf.linalg.svd(x, compute_uv=False)
    values, left, right = tf.linalg.svd(x, full_matrices)
    return left, values, tf.linalg.matrix_transpose(right)


def _cutoff(x):
    """Which part of the largest singular value counts as 0."""
    sizes = tf.shape(x)[-2:] if None in x.shape[-2:] else x.shape[-2:]
    return tf.cast(tf.reduce_max(sizes), x.dtype) * tf.experimental.numpy.finfo(x.dtype.as_numpy_dtype).eps


@_in_float32
def pinv(x, rcond=None):
    return _pinv(x, _cutoff(x) if rcond is None else tf.cast(rcond, x.dtype))


@tf.custom_gradient
def _pinv(x, rcond):
    values, left, right = tf.linalg.svd(x)
    limit = rcond * tf.reduce_max(values, -1, keepdims=True)
    inverted = tf.where(values > limit, 1 / tf.where(values > limit, values, 1), 0)
    inverse = tf.matmul(right * inverted[..., None, :], left, transpose_b=True)

    def gradient(upstream):
        # That of the singular vectors is infinite where two values are equal; this one is not.
        y, g = inverse, upstream
        t = tf.linalg.matrix_transpose
        yt, gt = t(y), t(g)
        first = -tf.matmul(yt, tf.matmul(g, yt))
        second = tf.matmul(gt - tf.matmul(tf.matmul(x, y), gt), tf.matmul(y, yt))
        third = tf.matmul(tf.matmul(yt, y), gt - tf.matmul(gt, tf.matmul(y, x)))
        return first + second + third, None

    return inverse, gradient


@_in_float32
def matrix_rank(x, tol=None):
    values = tf.linalg.svd(x, compute_uv=False)
    if tol is None:
        tol = values[..., :1] * _cutoff(x)
    return tf.reduce_sum(tf.cast(values > tol, tf.int32), -1)


@_in_float32
def inv(x):
    return tf.linalg.inv(x)


def _in_one_batch(a, b):
    first, second = a.shape[:-2], b.shape[:-2]
    if first.rank == second.rank and first.is_fully_defined() and first == second:
        return a, b
    batch = tf.broadcast_dynamic_shape(tf.shape(a)[:-2], tf.shape(b)[:-2])
    static = tf.broadcast_static_shape(first, second)
    return tuple(_broadcast(one, batch, static) for one in (a, b))


def _broadcast(x, batch, static):
    y = tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0))
    y.set_shape(static.concatenate(x.shape[-2:]))
    return y


def _with_vectors(solver):
    """`solver` of matrices, also for vectors: see `ops.solve`."""

    @functools.wraps(solver)
    def run(a, b, *args):
        if b.shape.rank == 1 or b.shape.rank == a.shape.rank - 1:
            return tf.squeeze(solver(*_in_one_batch(a, b[..., None]), *args), -1)
        return solver(*_in_one_batch(a, b), *args)

    return run


@_in_float32
@_with_vectors
def solve(a, b):
    return tf.linalg.solve(a, b)


@_in_float32
@_with_vectors
def solve_triangular(a, b, lower=False):
    return tf.linalg.triangular_solve(a, b, lower=lower)
