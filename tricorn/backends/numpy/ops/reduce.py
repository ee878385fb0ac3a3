"""Reductions on NumPy."""

from __future__ import annotations

import numpy as np

from tricorn.backends._xp import bind, reduce as shared

bind(globals(), shared, np)


def logsumexp(x, axis=None, keepdims=False):
    axis = tuple(axis) if isinstance(axis, list) else axis
    peak = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    peak = np.where(np.isfinite(peak), peak, np.zeros((), x.dtype))  # all -inf stays -inf, and inf stays inf
    with np.errstate(divide="ignore"):
        total = np.log(np.sum(np.exp(x - peak), axis=axis, keepdims=True)) + peak
    return (total if keepdims else np.squeeze(total, axis)).astype(x.dtype)
