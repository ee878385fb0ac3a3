"""Orthogonal matrices."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.initializers._random import RandomInitializer, _finite
from tricorn.initializers._streams import random_values


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal rows or columns, whichever are fewer, times `gain`.

    Q of the QR factorisation of a normal matrix, with the signs of R's diagonal, which makes it uniform over all
    orthogonal matrices. All axes but the last together are the rows.

    Args:
        gain: Factor.
        seed: None, an integer, or a `SeedGenerator` (see `RandomInitializer`).

    Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2014;
    Mezzadri, "How to generate random matrices from the classical compact groups", 2007.
    """

    sliceable = False

    def __init__(self, gain=1.0, seed=None):
        self.gain = _finite(type(self).__name__, "gain", gain)
        super().__init__(seed)

    def values(self, place, shape, index, dtype):
        if len(shape) < 2:
            raise bad_argument("Orthogonal", "needs two axes or more.", given=f"shape={shape}")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        normal = random_values("normal", self.key(place), (max(rows, columns), min(rows, columns)))
        if normal.size == 0:
            return np.zeros(shape, np.float32)
        orthogonal, triangular = np.linalg.qr(normal)
        signs = np.where(np.diagonal(triangular) < 0, np.float32(-1), np.float32(1))
        orthogonal = orthogonal * (signs * np.float32(self.gain))
        return (orthogonal.T if rows < columns else orthogonal).reshape(shape)

    def get_config(self):
        return {**super().get_config(), "gain": self.gain}


OrthogonalInitializer = Orthogonal
orthogonal = Orthogonal
