"""Fourier transforms on NumPy."""

from __future__ import annotations

import math

import numpy as np


def _wide(x):
    return x.astype(np.float32) if x.dtype == np.float16 else x


def _parts(z, dtype):
    return z.real.astype(dtype, copy=False), z.imag.astype(dtype, copy=False)


def _complex(x):
    """One array of a pair. Not real + 1j * imaginary, which makes NaN of inf."""
    real, imaginary = x
    if real.shape != imaginary.shape:
        raise ValueError("the parts have different shapes")
    z = np.empty(real.shape, np.complex128 if real.dtype == np.float64 else np.complex64)
    z.real, z.imag = real, imaginary
    return z


def fft(x):
    return _parts(np.fft.fft(_complex(x)), x[0].dtype)


def fft2(x):
    return _parts(np.fft.fft2(_complex(x)), x[0].dtype)


def ifft2(x):
    return _parts(np.fft.ifft2(_complex(x)), x[0].dtype)


def rfft(x, fft_length=None):
    return _parts(np.fft.rfft(_wide(x), fft_length), x.dtype)


def irfft(x, fft_length=None):
    return np.fft.irfft(_complex(x), fft_length).astype(x[0].dtype, copy=False)


def extract_sequences(x, sequence_length, sequence_stride):
    if sequence_length < 1 or sequence_stride < 1:
        raise ValueError("sequences must have a length and a stride")
    if x.shape[-1] < sequence_length:
        return np.zeros((*x.shape[:-1], 0, sequence_length), x.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(x, sequence_length, -1)
    return np.ascontiguousarray(windows[..., ::sequence_stride, :])


def overlap_add(x, stride):
    *batch, count, length = x.shape
    parts = math.ceil(length / stride)
    x = np.pad(x, (*((0, 0),) * (x.ndim - 1), (0, parts * stride - length)))
    total = np.zeros((*batch, count + parts - 1 if count else 0, stride), x.dtype)
    for part in range(parts if count else 0):
        # The part-th stretch of each piece falls on the stretch of the piece that begins there.
        total[..., part : part + count, :] += x[..., part * stride : (part + 1) * stride]
    size = (count - 1) * stride + length if count else 0
    return total.reshape(*batch, total.shape[-2] * stride)[..., :size]
