"""Sequences of powers on NumPy."""

from __future__ import annotations

import numpy as np


def vander(x, N=None, increasing=False):
    found = np.vander(x, N, increasing)
    return found if found.dtype == x.dtype else found.astype(x.dtype)
