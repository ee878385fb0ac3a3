"""Patches on torch: a strided view, copied once."""

from __future__ import annotations

import math


def patches(x, size, strides, rates):
    rank = len(size)
    view = x
    for axis, (width, stride, rate) in enumerate(zip(size, strides, rates, strict=True), start=1):
        view = view.unfold(axis, (width - 1) * rate + 1, stride)
        view = view if rate == 1 else view[..., ::rate]
    # (batch, places..., channels, window...) to (batch, places..., window..., channels).
    view = view.permute(*range(rank + 1), *range(rank + 2, 2 * rank + 2), rank + 1)
    return view.reshape(*view.shape[: rank + 1], math.prod(size) * x.shape[-1])
