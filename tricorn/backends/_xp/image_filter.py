"""Gaussian filters over a NumPy-like namespace `xp`, one axis after the other: shifted copies, added up."""

from __future__ import annotations

from tricorn.core.gaussian import gaussian_matrix, gaussian_taps, zeros_around

# Above so many taps a matrix makes one product of it.
_MANY_TAPS = {"numpy": 9, "jax.numpy": 64}


def filtered(xp, images, size, sigma, padding, channels_first):
    for axis, width, deviation in zip((2, 3) if channels_first else (1, 2), size, sigma, strict=True):
        images = _along(xp, images, axis, width, deviation, padding)
    return images


def _along(xp, x, axis, size, sigma, padding):
    before, after = zeros_around(size, padding)
    old = x.shape[axis]
    new = old + before + after - size + 1
    if size > _MANY_TAPS[xp.__name__]:
        matrix = gaussian_matrix(old, size, sigma, before, new, x.dtype.name)
        rest = x.shape[axis + 1 :]
        product = xp.matmul(matrix, x.reshape(*x.shape[:axis], old, -1))
        return product.reshape(*x.shape[:axis], new, *rest)
    if before or after:
        pads = [(0, 0)] * x.ndim
        pads[axis] = (before, after)
        x = xp.pad(x, pads)
    left = (slice(None),) * axis
    result = None
    for tap, weight in enumerate(gaussian_taps(size, sigma).tolist()):
        part = x[(*left, slice(tap, tap + new))] * weight
        result = part if result is None else result + part
    return result
