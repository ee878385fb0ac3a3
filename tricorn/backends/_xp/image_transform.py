"""Interpolation over a NumPy-like namespace `xp`."""

from __future__ import annotations

import itertools
import math

import numpy as np

_FAR = 2.0**30


def sample(xp, inputs, coordinates, order, fill_mode, fill_value):
    batch, *sizes, channels = inputs.shape
    count, elements = len(sizes), math.prod(sizes)
    points = coordinates.ndim - 2
    first = (np.arange(batch, dtype=np.int32) * elements).reshape(-1, *(1,) * points)
    flat = inputs.reshape(-1, channels)
    strides = [math.prod(sizes[axis + 1 :]) for axis in range(count)]
    # For each axis the one or two elements beside the place: (index in `flat`, weight, is it inside).
    sides = [
        [
            (index * stride, weight, inside)
            for index, weight, inside in _beside(xp, coordinates[axis], sizes[axis], order, fill_mode)
        ]
        for axis, stride in enumerate(strides)
    ]
    result, missing = None, None
    for corner in itertools.product(*sides):
        index, weight, inside = first, None, None
        for one, factor, within in corner:
            index = index + one
            weight = factor if weight is None else weight if factor is None else weight * factor
            inside = within if inside is None else inside if within is None else inside & within
        if order == 0:
            values = xp.take(flat, index, 0, mode="clip")
            return (
                values
                if inside is None
                else xp.where(inside[..., None], values, _constant(xp, fill_value, flat))
            )
        if inside is not None:
            if fill_value:
                part = xp.where(inside, 0, weight)
                missing = part if missing is None else missing + part
            weight = xp.where(inside, weight, 0)
        part = xp.take(flat, index, 0, mode="clip") * weight[..., None]
        result = part if result is None else result + part
    if missing is not None:
        result = result + xp.where(missing > 0, missing * flat.dtype.type(fill_value), 0)[..., None]
    return result


def _constant(xp, value, like):
    return xp.asarray(value).astype(like.dtype)


def _beside(xp, place, size, order, fill_mode):
    """[(index, weight, is it inside)], with None for a weight of 1 and for what is always inside."""
    below = xp.floor(place + 0.5) if order == 0 else xp.floor(place)
    # fmin and fmax: NaN becomes a number.
    index = xp.fmax(xp.fmin(below, _FAR), -_FAR).astype(np.int32)
    if order == 0:
        return [(_extended(xp, index, size, fill_mode), None, _inside(index, size, fill_mode))]
    share = place - below
    return [
        (_extended(xp, one, size, fill_mode), weight, _inside(one, size, fill_mode))
        for one, weight in ((index, 1 - share), (index + 1, share))
    ]


def _inside(index, size, fill_mode):
    return (index >= 0) & (index < size) if fill_mode == "constant" else None


def _extended(xp, index, size, fill_mode):
    """Where the element stands that the extended row has at `index`."""
    if fill_mode in ("constant", "nearest"):
        return xp.clip(index, 0, size - 1)
    if fill_mode == "wrap":
        return index % size
    period = 2 * size if fill_mode == "reflect" else max(2 * size - 2, 1)
    index = index % period
    return xp.where(index < size, index, (period - 1 if fill_mode == "reflect" else period) - index)
