"""Quantiles of a stream of numbers, in bounded memory."""

from __future__ import annotations

import math

import numpy as np


class QuantileSummary:
    """Keeps some numbers of a stream, each for a power of two of its neighbours.

    Numbers are collected on levels. A level that is full is sorted, and every other of its numbers goes up one level, where
    each stands for twice as many; whether it is the odd or the even ones alternates, so that errors cancel. With k numbers
    on a level, each level adds at most 1 / 2k to the error of a rank, so k = 16 / epsilon keeps it within epsilon for up to
    2**32 * k numbers. The first 2k numbers are all kept.

    Args:
        epsilon: Largest error of a rank, as a fraction of the data.

    Source: Manku, Rajagopalan and Lindsay, "Approximate medians and other quantiles in one pass and with limited memory",
        1998.
    """

    def __init__(self, epsilon):
        self._capacity = 2 * max(128, math.ceil(16 / epsilon))
        self._levels = [[np.empty(0, "float32")]]
        self._odd = [0]

    def add(self, values):
        """Take in numbers; NaN is left out."""
        values = np.asarray(values, "float32")
        self._levels[0].append(values[~np.isnan(values)])
        level = 0
        while level < len(self._levels):
            if sum(map(len, self._levels[level])) > self._capacity:
                self._compact(level)
            level += 1

    def _compact(self, level):
        values = np.sort(np.concatenate(self._levels[level]))
        kept = values[len(values) // 2 * 2 :]  # one, if their number is odd
        if level + 1 == len(self._levels):
            self._levels.append([])
            self._odd.append(0)
        self._levels[level + 1].append(values[: len(values) // 2 * 2][self._odd[level] :: 2])
        self._odd[level] ^= 1
        self._levels[level] = [kept]

    def quantiles(self, shares):
        """For each share, the number that so many of all are not above; between two of them, by linear interpolation.

        Args:
            shares: Numbers in (0, 1].

        Raises:
            ValueError: No number was seen.
        """
        levels = [np.concatenate(parts) if parts else np.empty(0, "float32") for parts in self._levels]
        values = np.concatenate(levels).astype("float64")
        if not len(values):
            raise ValueError("There are no numbers to take quantiles of.")
        weights = np.concatenate([np.full(len(part), 2.0**level) for level, part in enumerate(levels)])
        order = np.argsort(values, kind="stable")
        ranks = np.cumsum(weights[order])
        return np.interp(np.asarray(shares) * ranks[-1], ranks, values[order])
