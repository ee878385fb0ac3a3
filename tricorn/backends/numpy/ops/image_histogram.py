"""Histograms on NumPy."""

from __future__ import annotations

import numpy as np


def histograms(x, bins):
    counts = np.empty((len(x), bins), np.int32)
    for row, values in enumerate(x):  # without a second array of the size of all pixels
        counts[row] = np.bincount(values, minlength=bins)
    return counts


def looked_up(table, positions):
    return np.take_along_axis(table, positions, 1)
