"""Windows by name: weights for the samples of a frame, for short-time Fourier transforms."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument

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

NAMES = (*_COSINE_SUMS, *_SHAPES)


def window(name, length, periodic, where):
    """A window of `length` samples, NumPy's float64.

    Args:
        name: One of `NAMES`.
        length: Number of samples.
        periodic: Whether the window is one period of a function of period `length`, as for frames that overlap; else it is
            symmetric, and ends as it begins.
        where: The layer, for errors.

    Raises:
        ValueError: The name is unknown.

    Source: Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.
    """
    if name not in NAMES:
        raise bad_argument(where, "unknown `window`.", expected=", ".join(NAMES), given=repr(name),
                           hint="give its samples as an array")  # fmt: skip
    if length == 1:
        return np.ones(1)
    position = np.arange(length) / (length if periodic else length - 1)
    if name in _COSINE_SUMS:
        return _cosine_sum(_COSINE_SUMS[name], position) * np.ones(length)
    return _SHAPES[name](position)
