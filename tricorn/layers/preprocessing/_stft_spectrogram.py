"""`STFTSpectrogram`: spectra of a signal as it changes, by a convolution that can be trained."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.config import epsilon
from tricorn.core.errors import bad_argument
from tricorn.core.signal_windows import NAMES, scaled, waves, window_values
from tricorn.core.symbolic import KerasTensor
from tricorn.core.windows import convolution, resolve_data_format
from tricorn.initializers import Initializer
from tricorn.layers._arguments import known_size, positive_integer
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.ops._conv import conv

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


class STFTSpectrogram(Layer):
    """Short-time Fourier transforms of each channel: windowed cosines and sines, as the kernels of a convolution.

    For frame t and bin k, with window w and a scale s,
    `real = s * sum(w[n] * x[t * frame_step + n] * cos(2 pi k n / fft_length))`, and `imag` the same with -sin. The
    kernels are weights, trained unless the layer is frozen (`trainable=False`). The magnitude is at least
    `sqrt(epsilon())`, so that its logarithm is finite; the bins of "psd" stand for both signs of the frequency, and count
    twice but for the first and the last.

    Args:
        mode: "log" (of the magnitude), "magnitude", "psd" (power), "real", "imag", "angle" (radians, in (-pi, pi]), or
            "stft": real and imaginary parts one after the other along the axis of the bins.
        frame_length: Samples of a frame.
        frame_step: Samples from the start of one frame to the next, at most `frame_length`; half of it by default.
        fft_length: Samples that frames are filled up to with zeros; by default the smallest power of two that is not less
            than `frame_length`. There are `fft_length // 2 + 1` bins.
        window: Name of a window ("hann", "hamming", "blackman", "bartlett", "tukey", ...), its samples
            `(frame_length,)`, or None.
        periodic: Whether a named window is one period long, rather than symmetric.
        scaling: What the power of a windowed frame is divided by: "density" `sum(w ** 2)`, "spectrum" `sum(w) ** 2`, None
            for nothing. Without a window nothing is scaled.
        padding: "valid", or "same": zeros around, so that there are `ceil(samples / frame_step)` frames.
        expand_dims: Whether bins and channels keep axes of their own.
        data_format: "channels_last" or "channels_first"; None for the configured one.
        **kwargs: Of `Layer`.

    Input shape:
        `(batch, samples, channels)`, or `(batch, channels, samples)` with "channels_first".

    Output shape:
        `(batch, frames, channels * bins)`, with `expand_dims` `(batch, frames, bins, channels)`; with "channels_first"
        `(batch, channels * bins, frames)` and `(batch, channels, frames, bins)`.

    Raises:
        ValueError: A mode, scaling, padding or window is unknown, lengths do not fit one another, or a "valid" input is
            shorter than a frame.

    Source: Allen & Rabiner, 1977; Cheuk et al., "nnAudio", 2020, for the kernels.

    Examples:
        >>> STFTSpectrogram(frame_length=256)(Input((16000, 1))).shape
        (None, 124, 129)
    """

    real_kernel = imag_kernel = None

    def __init__(self, mode="log", frame_length=256, frame_step=None, fft_length=None, window="hann", periodic=False,
                 scaling="density", padding="valid", expand_dims=False, data_format=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.mode = self._one_of("mode", mode, _MODES)
        self.scaling = self._one_of("scaling", scaling, ("density", "spectrum", None))
        self.padding = self._one_of("padding", padding, ("valid", "same"))
        self.frame_length = positive_integer(self, "frame_length", frame_length)
        self.frame_step = frame_step
        self.fft_length = fft_length
        self._step = max(1, self.frame_length // 2)
        if frame_step is not None:
            self._step = positive_integer(self, "frame_step", frame_step)
        if self._step > self.frame_length:
            raise bad_argument(self._where(), "`frame_step` must not exceed `frame_length`.",
                               expected=f"1 to {self.frame_length}", given=f"frame_step={frame_step}")  # fmt: skip
        self._fft_length = 1 << (self.frame_length - 1).bit_length()
        if fft_length is not None:
            self._fft_length = positive_integer(self, "fft_length", fft_length)
        if self._fft_length < self.frame_length:
            raise bad_argument(self._where(), "`fft_length` must not be less than `frame_length`.",
                               expected=f"{self.frame_length} or more", given=f"fft_length={fft_length}")  # fmt: skip
        self.window = window
        self.periodic = bool(periodic)
        self.expand_dims = bool(expand_dims)
        self.data_format = resolve_data_format(data_format, self._where())
        self._window = self._samples_of(window)  # a window that is unknown or does not fit is found here
        self._is_first = self.data_format == "channels_first"
        self._channel_axis = 1 if self._is_first else 2
        self._bins = self._fft_length // 2 + 1
        self.input_spec = InputSpec(ndim=3)

    def _one_of(self, name, value, allowed):
        if value not in allowed:
            expected = ", ".join(map(repr, allowed))
            raise bad_argument(
                self._where(), f"unknown `{name}`.", expected=expected, given=f"{name}={value!r}"
            )
        return value

    def _samples_of(self, window):
        """The window, scaled, as a float64 array; None for none."""
        if window is None:
            return None
        if isinstance(window, str):
            if window not in NAMES:
                raise bad_argument(self._where(), "unknown `window`.", expected=", ".join(NAMES), given=repr(window),
                                   hint="give its samples as an array")  # fmt: skip
            samples = window_values(window, self.frame_length, self.periodic)
        else:
            try:
                samples = np.asarray(ops.convert_to_numpy(window), "float64")
            except (TypeError, ValueError):
                samples = None
            if samples is None or samples.shape != (self.frame_length,):
                raise bad_argument(self._where(), "`window` does not fit `frame_length`.",
                                   expected=f"a name, or an array ({self.frame_length},)",
                                   given=repr(window)[:80] if samples is None else f"shape {samples.shape}")  # fmt: skip
        return scaled(samples, self.scaling)

    def build(self, input_shape):
        channels = known_size(self, input_shape, self._channel_axis)
        self.compute_output_shape(input_shape)  # a signal shorter than a frame is found here
        shape = (self.frame_length, 1, self._bins)
        for name, other in (("real", "imag"), ("imag", "real")):
            if self.mode != other:
                wave = _Waves(name, self._window, self._fft_length)
                setattr(
                    self,
                    f"{name}_kernel",
                    self.add_weight(shape=shape, initializer=wave, name=f"{name}_kernel"),
                )
        self.input_spec = InputSpec(ndim=3, axes={self._channel_axis: channels})

    def call(self, inputs):
        dtype, channels = self.compute_dtype, inputs.shape[self._channel_axis]
        inputs = ops.cast(inputs, dtype)
        if not self._is_first and channels > 1:
            inputs = ops.swapaxes(inputs, 1, 2)
        samples = inputs.shape[1 if channels == 1 and not self._is_first else 2]
        if samples is None:
            samples = -1
        size = inputs.shape[0]
        if size is None:
            size = ops.shape(inputs)[0]
        # (batch, channels, frames, bins), each channel a row of its own.
        outputs = self._spectrum(ops.reshape(inputs, (size * channels, samples, 1)))
        frames, bins = outputs.shape[1:]
        if frames is None:
            frames = ops.shape(outputs)[1]
        outputs = ops.reshape(outputs, (size, channels, frames, bins))
        if self.expand_dims:
            return outputs if self._is_first else ops.transpose(outputs, (0, 2, 3, 1))
        order = (0, 1, 3, 2) if self._is_first else (0, 2, 1, 3)
        shape = (size, channels * bins, frames) if self._is_first else (size, frames, channels * bins)
        return ops.reshape(ops.transpose(outputs, order), shape)

    def _spectrum(self, rows):
        """What the mode wants of rows `(batch, samples, 1)`: `(batch, frames, bins)`."""
        mode = self.mode
        if mode == "real" or mode == "imag":
            return self._convolved(rows, self.real_kernel if mode == "real" else self.imag_kernel)
        both = self._convolved(rows, ops.concatenate([self.real_kernel, self.imag_kernel], axis=-1))
        if mode == "stft":
            return both
        real, imag = ops.split(both, 2, axis=-1)
        power = real * real + imag * imag
        if mode == "psd":
            twice = np.full(self._bins, 2.0, "float32")
            twice[[0, -1]] = 1.0
            return power * ops.convert_to_tensor(twice, self.compute_dtype)
        if mode == "angle":
            # Where both are 0 the angle is 0, and so is its derivative rather than 0 / 0.
            return ops.arctan2(imag, ops.where(power == 0, ops.ones_like(real), real))
        power = ops.maximum(power, epsilon())
        return 0.5 * ops.log(power) if mode == "log" else ops.sqrt(power)

    def _convolved(self, rows, kernel):
        return conv(rows, kernel, self._step, self.padding, "channels_last")

    def compute_output_shape(self, input_shape):
        batch, channels = input_shape[0], input_shape[self._channel_axis]
        samples = input_shape[3 - self._channel_axis]
        plan = convolution((batch, samples, 1), (self.frame_length, 1, self._bins), self._step, self.padding,
                           "channels_last", 1, where=self._where())  # fmt: skip
        _, frames, bins = plan.output_shape(batch)
        bins = 2 * bins if self.mode == "stft" else bins
        if self.expand_dims:
            return (batch, channels, frames, bins) if self._is_first else (batch, frames, bins, channels)
        bins = None if channels is None else channels * bins
        return (batch, bins, frames) if self._is_first else (batch, frames, bins)

    def compute_output_spec(self, inputs):
        if inputs.dtype in ("bool", "string") or "complex" in inputs.dtype:
            raise bad_argument(self._where(), "the input must hold samples of a signal.", expected="floats",
                               given=f"dtype {inputs.dtype}")  # fmt: skip
        return KerasTensor(self.compute_output_shape(inputs.shape), self.compute_dtype, record_history=False)

    def get_config(self):
        window = self.window
        if not (window is None or isinstance(window, str)):
            window = np.asarray(ops.convert_to_numpy(window), "float64").tolist()
        return {
            **super().get_config(),
            "mode": self.mode,
            "frame_length": self.frame_length,
            "frame_step": self.frame_step,
            "fft_length": self.fft_length,
            "window": window,
            "periodic": self.periodic,
            "scaling": self.scaling,
            "padding": self.padding,
            "data_format": self.data_format,
            "expand_dims": self.expand_dims,
        }


class _Waves(Initializer):
    """Windowed cosines ("real") or negative sines ("imag"), one a bin."""

    sliceable = False

    def __init__(self, part, window, fft_length):
        self.part = part
        self.window = window
        self.fft_length = fft_length

    def values(self, place, shape, index, dtype):
        length, _, bins = shape
        return waves(self.part, length, bins, self.fft_length, self.window).astype(dtype)
