"""Activations on NumPy."""

from __future__ import annotations

import math

import numpy as np

from tricorn.backends._xp import activation as shared, bind

bind(globals(), shared, np)

_erf = np.frompyfunc(math.erf, 1, 1)


def sigmoid(x):
    # exp of a non-positive number only: no overflow on either side.
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small)).astype(x.dtype, copy=False)


def log_sigmoid(x):
    return -np.logaddexp(-x, np.zeros_like(x))


def silu(x):
    return x * sigmoid(x)


def mish(x):
    return x * np.tanh(np.logaddexp(x, np.zeros_like(x)))


def gelu(x, approximate=True):
    if approximate:
        return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + np.asarray(_erf(x / math.sqrt(2)), dtype=x.dtype))


def glu(x, axis=-1):
    value, gate = np.split(x, 2, axis=axis)
    return value * sigmoid(gate)


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def softmax(x, axis=-1):
    axis = _axes(axis)
    exponentials = np.exp(x - x.max(axis=axis, keepdims=True))
    return exponentials / exponentials.sum(axis=axis, keepdims=True)


def log_softmax(x, axis=-1):
    axis = _axes(axis)
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
