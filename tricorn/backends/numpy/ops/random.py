"""Random draws on NumPy. A seed is a pair (seed, counter) of Python ints: the key of a Philox stream."""

from __future__ import annotations

import numpy as np

from tricorn.core.arrays import numpy_dtype


def _stream(seed):
    return np.random.Generator(np.random.Philox(key=np.array(seed, np.uint64)))


def _draw_dtype(dtype):
    """Generators draw float32 and float64 only."""
    return np.float64 if dtype == "float64" else np.float32


#: So many steps between 0 and 1 the half precisions have at least.
_STEPS = {"float16": 2**11, "bfloat16": 2**8}


def normal(shape, mean, stddev, dtype, seed):
    values = _stream(seed).standard_normal(shape, _draw_dtype(dtype))
    return np.asarray(values * stddev + mean).astype(numpy_dtype(dtype), copy=False)


def truncated_normal(shape, mean, stddev, dtype, seed):
    stream = _stream(seed)
    values = np.asarray(stream.standard_normal(shape, _draw_dtype(dtype)))
    outside = np.abs(values) > 2
    while outside.any():  # one draw in 22 is outside
        values[outside] = stream.standard_normal(int(outside.sum()), values.dtype)
        outside = np.abs(values) > 2
    return np.asarray(values * stddev + mean).astype(numpy_dtype(dtype), copy=False)


def uniform(shape, minval, maxval, dtype, seed):
    values = _stream(seed).random(shape, _draw_dtype(dtype))
    if dtype in _STEPS:  # else the largest would be rounded to 1
        values = np.floor(values * _STEPS[dtype]) / np.float32(_STEPS[dtype])
    return np.asarray(values * (maxval - minval) + minval).astype(numpy_dtype(dtype), copy=False)


def randint(shape, minval, maxval, dtype, seed):
    return np.asarray(_stream(seed).integers(minval, maxval, shape)).astype(numpy_dtype(dtype))


def categorical(logits, num_samples, dtype, seed):
    uniform = _stream(seed).random((logits.shape[0], num_samples, 1))
    odds = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    # The class is the number of steps of the cumulative distribution that lie below the draw.
    steps = np.cumsum(odds, -1)[:, None, :]
    below = (uniform * steps[..., -1:] >= steps).sum(-1)
    return np.minimum(below, logits.shape[-1] - 1).astype(numpy_dtype(dtype))


def binomial(shape, counts, probabilities, dtype, seed):
    counts = np.asarray(counts, np.float64).astype(np.int64)
    return np.asarray(_stream(seed).binomial(counts, probabilities, shape)).astype(numpy_dtype(dtype))


def beta(shape, alpha, beta, dtype, seed):
    return np.asarray(_stream(seed).beta(alpha, beta, shape)).astype(numpy_dtype(dtype))


def gamma(shape, alpha, dtype, seed):
    return np.asarray(_stream(seed).gamma(alpha, 1.0, shape)).astype(numpy_dtype(dtype))


def dropout(inputs, rate, noise_shape, seed):
    keep = 1 - rate
    shape = inputs.shape if noise_shape is None else noise_shape
    mask = _stream(seed).random(shape, np.float32) < keep
    return np.where(mask, inputs / inputs.dtype.type(keep), inputs.dtype.type(0))


def shuffle(x, axis, seed):
    return _stream(seed).permutation(x, axis=axis)
