"""Fourier transforms on torch."""

from __future__ import annotations

import torch
import torch.nn.functional as F

_HALVES = (torch.float16, torch.bfloat16)


def _wide(x):
    return x.float() if x.dtype in _HALVES else x


def _parts(z, dtype):
    real, imaginary = z.real, z.imag
    return (real, imaginary) if real.dtype is dtype else (real.to(dtype), imaginary.to(dtype))


def _complex(x):
    real, imaginary = x
    if real.shape != imaginary.shape:
        raise ValueError("the parts have different shapes")
    return torch.complex(_wide(real), _wide(imaginary))


def _is_empty_batch(x, rank):
    """Whether there are signals, but none of them: torch refuses that."""
    return x.numel() == 0 and 0 not in x.shape[-rank:]


def _of_pairs(function, rank):
    def kernel(x):
        real, imaginary = x
        if _is_empty_batch(real, rank) and real.shape == imaginary.shape:
            return real, imaginary
        return _parts(function(_complex(x)), real.dtype)

    return kernel


fft = _of_pairs(torch.fft.fft, 1)
fft2 = _of_pairs(torch.fft.fft2, 2)
ifft2 = _of_pairs(torch.fft.ifft2, 2)


def rfft(x, fft_length=None):
    if _is_empty_batch(x, 1) or (x.numel() == 0 and fft_length is not None and fft_length > 0):
        size = (x.shape[-1] if fft_length is None else fft_length) // 2 + 1
        return x.new_zeros((*x.shape[:-1], size)), x.new_zeros((*x.shape[:-1], size))
    return _parts(torch.fft.rfft(_wide(x), fft_length), x.dtype)


def irfft(x, fft_length=None):
    real, imaginary = x
    if _is_empty_batch(real, 1) and real.shape == imaginary.shape:
        size = 2 * (real.shape[-1] - 1) if fft_length is None else fft_length
        return real.new_zeros((*real.shape[:-1], size))
    return torch.fft.irfft(_complex(x), fft_length).to(real.dtype)


def extract_sequences(x, sequence_length, sequence_stride):
    if sequence_length < 1 or sequence_stride < 1:
        raise ValueError("sequences must have a length and a stride")
    if x.shape[-1] < sequence_length:
        return x.new_zeros((*x.shape[:-1], 0, sequence_length))
    return x.unfold(-1, sequence_length, sequence_stride)


def overlap_add(x, stride):
    *batch, count, length = x.shape
    if not count:
        return x.new_zeros((*batch, 0))
    size = (count - 1) * stride + length
    if x.numel() == 0:
        return x.new_zeros((*batch, size))
    columns = x.reshape(-1, count, length).transpose(1, 2)
    return F.fold(columns, (1, size), (1, length), stride=(1, stride)).reshape(*batch, size)
