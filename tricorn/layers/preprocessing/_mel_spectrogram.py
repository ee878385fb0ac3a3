"""`MelSpectrogram`: loudness of a signal as it changes, in bands as wide as they are heard."""

from __future__ import annotations

import functools
import math

import numpy as np

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._arguments import positive_integer
from tricorn.layers.preprocessing._base_preprocessing import BasePreprocessing


class MelSpectrogram(BasePreprocessing):
    """`mel(|stft(x)| ** mag_exp)`, in decibels if wanted.

    Frames are centred: the signal is continued at its ends by mirrored samples. The spectrum's bins are summed with
    triangular weights over bands that are equally wide on the mel scale. In decibels, `10 log10(max(x, min_power) /
    ref_power)`, nothing is more than `top_db` below the loudest of the whole input. Halves are computed in float32.

    Args:
        fft_length: Samples of a frame.
        sequence_stride: Samples from one frame to the next.
        sequence_length: Samples of the window, which stands in the middle of the frame; `fft_length` by default.
        window: "hann", "hamming", samples `(sequence_length,)`, or None.
        sampling_rate: Samples a second, in hertz.
        num_mel_bins: Number of bands.
        min_freq: Where the lowest band begins, in hertz.
        max_freq: Where the highest band ends, in hertz; half the sampling rate by default.
        power_to_db: Whether to give decibels.
        top_db: Range of the decibels; None for all.
        mag_exp: Exponent of the magnitude: 1 for amplitude, 2 for power.
        min_power: What lies below counts as this much, in decibels.
        ref_power: What is 0 decibels; its sign does not matter.
        **kwargs: Of `Layer`.

    Input shape: `(..., samples)`.

    Output shape: `(..., num_mel_bins, frames)`, with `frames = samples // sequence_stride + 1` for an even `fft_length`.

    Raises:
        ValueError: A length, a rate or a power is not positive, the window is longer than the frame or unknown,
            `min_freq` is not below `max_freq`, or the signal is too short to be mirrored.

    Source: Stevens, Volkmann & Newman, 1937, for the scale; Davis & Mermelstein, 1980, for the bands.

    Examples:
        >>> MelSpectrogram(num_mel_bins=40)(Input((16000,))).shape
        (None, 40, 32)
    """

    def __init__(self, fft_length=2048, sequence_stride=512, sequence_length=None, window="hann", sampling_rate=16000,
                 num_mel_bins=128, min_freq=20.0, max_freq=None, power_to_db=True, top_db=80.0, mag_exp=2.0,
                 min_power=1e-10, ref_power=1.0, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        where = self._where()
        self.fft_length = positive_integer(self, "fft_length", fft_length)
        self.sequence_stride = positive_integer(self, "sequence_stride", sequence_stride)
        self.sequence_length = self.fft_length
        if sequence_length is not None:
            self.sequence_length = positive_integer(self, "sequence_length", sequence_length)
        self.sampling_rate = positive_integer(self, "sampling_rate", sampling_rate)
        self.num_mel_bins = positive_integer(self, "num_mel_bins", num_mel_bins)
        self.window = window
        self.min_freq = min_freq
        self.max_freq = max_freq or int(self.sampling_rate / 2)
        if not 0 <= self.min_freq < self.max_freq:
            raise bad_argument(where, "`min_freq` must be below `max_freq`.", expected="0 <= min_freq < max_freq",
                               given=f"min_freq={min_freq}, max_freq={self.max_freq}")  # fmt: skip
        self.power_to_db = bool(power_to_db)
        self.mag_exp = mag_exp
        self.top_db, self.min_power, self.ref_power = top_db, min_power, ref_power
        if not min_power > 0 or (top_db is not None and not top_db >= 0):
            raise bad_argument(where, "decibels need a `min_power` above 0, and a `top_db` of at least 0 or None.",
                               given=f"min_power={min_power}, top_db={top_db}")  # fmt: skip
        self._check_window()
        self._is_half = self.compute_dtype in ("float16", "bfloat16")

    def _check_window(self):
        if self.sequence_length > self.fft_length:
            raise bad_argument(self._where(), "`sequence_length` must not exceed `fft_length`.",
                               expected=f"1 to {self.fft_length}",
                               given=f"sequence_length={self.sequence_length}")  # fmt: skip
        window = self._samples()
        if isinstance(window, str):
            fits = window in ("hann", "hamming")
        else:
            fits = window is None or window.shape == (self.sequence_length,)
        if not fits:
            raise bad_argument(self._where(), "`window` is unknown, or does not fit `sequence_length`.",
                               expected=f'"hann", "hamming", an array ({self.sequence_length},) or None',
                               given=f"window={self.window!r}"[:80])  # fmt: skip

    def _samples(self):
        return self.window if self.window is None or isinstance(self.window, str) else np.asarray(self.window)

    def call(self, inputs):
        dtype = "float32" if self._is_half else self.compute_dtype
        real, imag = ops.stft(ops.cast(inputs, dtype), self.sequence_length, self.sequence_stride, self.fft_length,
                              self._samples())  # fmt: skip
        power = self._raised(real * real + imag * imag)
        weights = self.linear_to_mel_weight_matrix(
            self.num_mel_bins,
            self.fft_length // 2 + 1,
            self.sampling_rate,
            self.min_freq,
            self.max_freq,
            dtype,
        )
        bands = ops.swapaxes(ops.matmul(power, weights), -1, -2)
        bands = self._decibels(bands) if self.power_to_db else bands
        return ops.cast(bands, self.compute_dtype) if self._is_half else bands

    def _raised(self, power):
        """`magnitude ** mag_exp`, of the square of the magnitude."""
        if self.mag_exp == 2:
            return power
        # A root has no derivative at 0: silence is left out, and gives 0.
        silent = power == 0
        raised = ops.power(ops.where(silent, ops.ones_like(power), power), self.mag_exp / 2)
        return ops.where(silent, ops.zeros_like(power), raised) if self.mag_exp > 0 else raised

    def _decibels(self, x):
        reference = max(abs(self.ref_power), self.min_power)
        x = 10 * ops.log10(ops.maximum(x, self.min_power)) - 10 * math.log10(reference)
        return x if self.top_db is None else ops.maximum(x, ops.max(x) - self.top_db)

    @staticmethod
    def linear_to_mel_weight_matrix(num_mel_bins=20, num_spectrogram_bins=129, sampling_rate=8000,
                                    lower_edge_hertz=125.0, upper_edge_hertz=3800.0, dtype="float32"):  # fmt: skip
        """Weights by which bins of a spectrum are summed up to bands of the mel scale, `1127 ln(1 + hertz / 700)`.

        Each band is a triangle on that scale, from the middle of the band before to the middle of the next. Bin 0 counts
        nowhere.

        Args:
            num_mel_bins: Number of bands.
            num_spectrogram_bins: Number of bins, from 0 to half the sampling rate.
            sampling_rate: Samples a second.
            lower_edge_hertz: Where the lowest band begins.
            upper_edge_hertz: Where the highest band ends.
            dtype: Dtype of the weights.

        Returns:
            A tensor `(num_spectrogram_bins, num_mel_bins)`: `spectrum @ weights` are the bands.
        """
        weights = _mel_weights(
            num_mel_bins, num_spectrogram_bins, sampling_rate, lower_edge_hertz, upper_edge_hertz
        )
        return ops.convert_to_tensor(weights, dtype)

    def compute_output_shape(self, input_shape):
        *rest, samples = input_shape
        if samples is None:
            return (*rest, self.num_mel_bins, None)
        half = self.fft_length // 2
        if samples <= half:
            raise bad_argument(self._where(), "the signal is too short to be mirrored at its ends.",
                               expected=f"more than fft_length // 2 = {half} samples",
                               given=f"input shape {tuple(input_shape)}", hint="a smaller fft_length")  # fmt: skip
        frames = (samples + 2 * half - self.fft_length) // self.sequence_stride + 1
        return (*rest, self.num_mel_bins, frames)

    def compute_output_spec(self, inputs):
        return KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype, record_history=False)

    def get_config(self):
        window = self.window
        return {
            **super().get_config(),
            "fft_length": self.fft_length,
            "sequence_stride": self.sequence_stride,
            "sequence_length": self.sequence_length,
            "window": window if window is None or isinstance(window, str) else np.asarray(window).tolist(),
            "sampling_rate": self.sampling_rate,
            "num_mel_bins": self.num_mel_bins,
            "min_freq": self.min_freq,
            "max_freq": self.max_freq,
            "power_to_db": self.power_to_db,
            "top_db": self.top_db,
            "mag_exp": self.mag_exp,
            "min_power": self.min_power,
            "ref_power": self.ref_power,
        }


@functools.lru_cache(maxsize=32)
def _mel_weights(bands, bins, sampling_rate, low, high):
    """The weights in float64, computed once for each set of arguments."""
    edges = np.linspace(_mel(low), _mel(high), bands + 2)
    below, middle, above = edges[:-2], edges[1:-1], edges[2:]
    mel = _mel(np.linspace(0.0, sampling_rate / 2, bins))[1:, None]
    rising, falling = (mel - below) / (middle - below), (above - mel) / (above - middle)
    return np.pad(np.maximum(0.0, np.minimum(rising, falling)), ((1, 0), (0, 0)))


def _mel(hertz):
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)
