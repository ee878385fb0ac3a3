"""Batches of images on NumPy, a few images at a time."""

from __future__ import annotations

import numpy as np

from tricorn.core import arrays


def in_slices(images, factors, function, is_light=False):
    return arrays.in_slices(function, images, images.size, factors, lambda: np.empty_like(images))
