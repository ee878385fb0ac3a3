"""Kernels of the short-time Fourier transform."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.initializers._initializer import Initializer

# Windows that are sums of cosines: a0 - a1 cos(x) + a2 cos(2x) - ...
# Source: Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.
_COSINE_SUMS = {
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}
_OTHERS = ("bartlett", "boxcar", "cosine")


class STFT(Initializer):
    """The real or the imaginary part of a windowed Fourier basis, as the kernel of a convolution over time.

    A kernel of shape `(length, 1, bins)` holds, for bin f of a transform of size `2 (bins - 1)`, the window times
    cos(2 pi f t / size), or -sin.

    Args:
        side: `"real"` or `"imag"`.
        window: Name of a window (hann, hamming, blackman, nuttall, blackmanharris, flattop, bartlett, boxcar, cosine),
            or None for no window.
        scaling: `"density"` divides by the root of the window's summed squares, `"spectrum"` by its sum, None by
            nothing.
        periodic: Whether the window is periodic rather than symmetric.
    """

    def __init__(self, side="real", window="hann", scaling="density", periodic=False):
        if side not in ("real", "imag"):
            raise bad_argument("STFT", "unknown `side`.", expected="'real' or 'imag'", given=repr(side))
        if scaling not in ("density", "spectrum", None):
            raise bad_argument("STFT", "unknown `scaling`.", expected="'density', 'spectrum' or None",
                               given=repr(scaling))  # fmt: skip
        if window is not None and window not in _COSINE_SUMS and window not in _OTHERS:
            raise bad_argument("STFT", "unknown `window`.", expected=", ".join((*_COSINE_SUMS, *_OTHERS)),
                               given=repr(window))  # fmt: skip
        self.side = side
        self.window = window
        self.scaling = scaling
        self.periodic = bool(periodic)

    sliceable = False

    def values(self, place, shape, index, dtype):
        if len(shape) != 3 or shape[1] != 1:
            raise bad_argument("STFT", "is a kernel of one input channel.", expected="shape (length, 1, bins)",
                               given=f"shape={shape}")  # fmt: skip
        length, _, bins = shape
        size = max(1, 2 * (bins - 1))
        # The angle is reduced with integers, so that long kernels stay exact.
        turns = (np.arange(length)[:, None] * np.arange(bins) % size) * (2 * np.pi / size)
        kernel = np.cos(turns) if self.side == "real" else -np.sin(turns)
        if self.window is not None:
            window = window_values(self.window, length, self.periodic)
            if self.scaling is not None:
                window = window / (
                    np.sqrt(np.sum(window**2)) if self.scaling == "density" else np.sum(window)
                )
            kernel = kernel * window[:, None]
        return kernel[:, None, :]

    def get_config(self):
        return {"side": self.side, "window": self.window, "periodic": self.periodic, "scaling": self.scaling}


def window_values(name, length, periodic):
    """A window of `length` values in float64."""
    if length <= 1:
        return np.ones(length)
    period = length if periodic else length - 1
    time = np.arange(length)
    if name in _COSINE_SUMS:
        return sum((-1) ** order * factor * np.cos(2 * np.pi * order * time / period)
                   for order, factor in enumerate(_COSINE_SUMS[name]))  # fmt: skip
    if name == "bartlett":
        return 1 - np.abs(2 * time / period - 1)
    if name == "cosine":
        return np.sin(np.pi * (time + 0.5) / (period + 1))
    return np.ones(length)


STFTInitializer = STFT
stft = STFT
