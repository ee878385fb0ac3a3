"""Batches of images on NumPy, a few images at a time."""

from __future__ import annotations

import numpy as np

# Elements of a slice: of float32 a megabyte.
_SLICE = 2**18


def in_slices(images, factors, function):
    count = len(images)
    step = max(_SLICE * count // max(images.size, 1), 1)
    if step >= count:
        return function(images, *factors)
    result = np.empty_like(images)
    for start in range(0, count, step):
        part = slice(start, start + step)
        result[part] = function(images[part], *(x if len(x) == 1 else x[part] for x in factors))
    return result
