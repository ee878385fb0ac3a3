"""The taps of Gaussian filters."""

from __future__ import annotations

import functools

import numpy as np


@functools.lru_cache(maxsize=256)
def gaussian_taps(size, sigma):
    """`size` weights around the middle, in float64, that add up to 1."""
    places = np.arange(size) - (size - 1) / 2
    weights = np.exp(-0.5 * (places / sigma) ** 2)
    if not weights.sum():  # a very narrow one, of an even number of taps
        weights = (np.abs(places) == np.abs(places).min()).astype(float)
    weights /= weights.sum()
    weights.flags.writeable = False
    return weights


@functools.lru_cache(maxsize=64)
def gaussian_matrix(old, size, sigma, before, new, dtype="float32"):
    """(new, old): the filter along an axis of `old` elements with `before` zeros in front, as a matrix."""
    taps = gaussian_taps(size, sigma)
    place = np.arange(new)[:, None] - before + np.arange(size)
    inside = (place >= 0) & (place < old)
    dense = np.zeros((new, old), dtype)
    rows = np.broadcast_to(np.arange(new)[:, None], place.shape)
    dense[rows[inside], place[inside]] = np.broadcast_to(taps, place.shape)[inside]
    dense.flags.writeable = False
    return dense


def zeros_around(size, padding):
    """(before, after) an axis."""
    return ((size - 1) // 2, size // 2) if padding == "same" else (0, 0)
