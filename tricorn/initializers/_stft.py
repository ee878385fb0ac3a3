"""Kernels of the short-time Fourier transform."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.signal_windows import scaled, waves, window_values
from tricorn.initializers._initializer import Initializer

_WINDOWS = (
    "hann", "hamming", "blackman", "nuttall", "blackmanharris", "flattop", "bartlett", "boxcar", "cosine"
)  # fmt: skip


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
        if window is not None and window not in _WINDOWS:
            raise bad_argument("STFT", "unknown `window`.", expected=", ".join(_WINDOWS), given=repr(window))
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
        window = None
        if self.window is not None:
            window = scaled(window_values(self.window, length, self.periodic), self.scaling)
        return waves(self.side, length, bins, max(1, 2 * (bins - 1)), window)

    def get_config(self):
        return {"side": self.side, "window": self.window, "periodic": self.periodic, "scaling": self.scaling}


STFTInitializer = STFT
stft = STFT
