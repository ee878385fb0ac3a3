"""Windows by name, and the windowed waves that are the kernels of a short-time Fourier transform; NumPy's float64."""

from __future__ import annotations

import numpy as np

#: Sums of cosines: coefficient k counts cos(2 pi k n / period), with alternating signs.
_COSINE_SUMS = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.50, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}


def _cosine_sum(coefficients, position):
    signs = (-1.0) ** np.arange(len(coefficients))
    terms = [
        sign * a * np.cos(2 * np.pi * k * position)
        for k, (sign, a) in enumerate(zip(signs, coefficients, strict=True))
    ]
    return np.sum(terms, axis=0)


def _bartlett(position):
    return 1 - np.abs(2 * position - 1)


def _bohman(position):
    distance = np.abs(2 * position - 1)
    inside = (1 - distance) * np.cos(np.pi * distance) + np.sin(np.pi * distance) / np.pi
    return np.where(distance >= 1, 0.0, inside)


def _tukey(position):
    edge = np.minimum(position, 1 - position)  # a cosine over the outer quarters, 1 in between
    return np.where(edge < 0.25, 0.5 - 0.5 * np.cos(4 * np.pi * edge), 1.0)


_SHAPES = {
    "bartlett": _bartlett,
    "barthann": lambda x: 0.62 - 0.48 * np.abs(x - 0.5) + 0.38 * np.cos(2 * np.pi * np.abs(x - 0.5)),
    "bohman": _bohman,
    "lanczos": lambda x: np.sinc(2 * x - 1),
    "tukey": _tukey,
}

#: Windows that are named here, but for "cosine", which has a period of its own.
NAMES = (*_COSINE_SUMS, *_SHAPES)


def window_values(name, length, periodic):
    """A window of `length` samples.

    Args:
        name: One of `NAMES`, or "cosine".
        length: Number of samples.
        periodic: Whether the window is one period of a function of period `length`, as for frames that overlap; else it is
            symmetric, and ends as it begins.

    Source: Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.
    """
    if length <= 1:
        return np.ones(length)
    period = length if periodic else length - 1
    if name == "cosine":
        return np.sin(np.pi * (np.arange(length) + 0.5) / (period + 1))
    position = np.arange(length) / period
    if name in _COSINE_SUMS:
        return _cosine_sum(_COSINE_SUMS[name], position) * np.ones(length)
    return _SHAPES[name](position)


def scaled(window, scaling):
    """A window divided by the root of its summed squares ("density"), by its sum ("spectrum"), or by nothing (None)."""
    if scaling == "density":
        return window / np.sqrt(np.sum(window**2))
    return window / np.sum(window) if scaling == "spectrum" else window


def waves(part, length, bins, size, window=None):
    """The kernel (length, 1, bins) of a Fourier transform of `size` samples: windowed cosines, or negative sines.

    Args:
        part: "real" or "imag".
        length: Samples that are given; the others are zero.
        bins: How many frequencies, from 0.
        window: (length,), or None.
    """
    # Whole periods are left out as integers, so that late samples of high bins lose no digits.
    turns = np.outer(np.arange(length), np.arange(bins)) % size
    phase = turns * (2 * np.pi / size)
    kernel = np.cos(phase) if part == "real" else -np.sin(phase)
    if window is not None:
        kernel = kernel * window[:, None]
    return kernel[:, None, :]
