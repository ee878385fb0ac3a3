"""Patches on NumPy: a strided view, copied once."""

from __future__ import annotations

import math

from numpy.lib.stride_tricks import sliding_window_view


def patches(x, size, strides, rates):
    rank = len(size)
    extents = tuple((width - 1) * rate + 1 for width, rate in zip(size, rates, strict=True))
    view = sliding_window_view(x, extents, tuple(range(1, rank + 1)))
    steps = [slice(None, None, stride) for stride in strides]
    view = view[(slice(None), *steps, slice(None), *(slice(None, None, rate) for rate in rates))]
    # (batch, places..., channels, window...) to (batch, places..., window..., channels).
    view = view.transpose(*range(rank + 1), *range(rank + 2, 2 * rank + 2), rank + 1)
    return view.reshape(*view.shape[: rank + 1], math.prod(size) * x.shape[-1])
