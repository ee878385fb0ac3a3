"""Fourier transforms on JAX."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import lax

#: More overlapping pieces than these are added by a scatter, fewer by as many additions, which fuse.
_MOST_ADDITIONS = 16


def _wide(x):
    return x.astype(jnp.float32) if x.dtype.itemsize == 2 else x


def _parts(z, dtype):
    return z.real.astype(dtype), z.imag.astype(dtype)


def _complex(x, rank=1):
    real, imaginary = x
    if real.shape != imaginary.shape:
        raise ValueError("the parts have different shapes")
    if 0 in real.shape[-rank:]:
        raise ValueError("there is nothing to transform")
    return lax.complex(_wide(real), _wide(imaginary))


def fft(x):
    return _parts(jnp.fft.fft(_complex(x)), x[0].dtype)


def fft2(x):
    return _parts(jnp.fft.fft2(_complex(x, 2)), x[0].dtype)


def ifft2(x):
    return _parts(jnp.fft.ifft2(_complex(x, 2)), x[0].dtype)


def rfft(x, fft_length=None):
    return _parts(jnp.fft.rfft(_wide(x), fft_length), x.dtype)


def irfft(x, fft_length=None):
    if fft_length is None and x[0].shape[-1] < 2:
        raise ValueError("the length of the signal is unknown")
    return jnp.fft.irfft(_complex(x), fft_length).astype(x[0].dtype)


def extract_sequences(x, sequence_length, sequence_stride):
    if sequence_length < 1 or sequence_stride < 1:
        raise ValueError("sequences must have a length and a stride")
    count = max(0, 1 + (x.shape[-1] - sequence_length) // sequence_stride)
    starts = jnp.arange(count, dtype=jnp.int32) * sequence_stride
    return x[..., starts[:, None] + jnp.arange(sequence_length, dtype=jnp.int32)]


def overlap_add(x, stride):
    *batch, count, length = x.shape
    if not count:
        return jnp.zeros((*batch, 0), x.dtype)
    size = (count - 1) * stride + length
    parts = math.ceil(length / stride)
    if parts > _MOST_ADDITIONS:
        places = jnp.arange(count)[:, None] * stride + jnp.arange(length)
        return jnp.zeros((*batch, size), x.dtype).at[..., places].add(x)
    same = ((0, 0),) * len(batch)
    x = jnp.pad(x, (*same, (0, 0), (0, parts * stride - length)))
    # The part-th stretch of each piece falls on the stretch of the piece that begins there.
    total = sum(
        jnp.pad(x[..., part * stride : (part + 1) * stride], (*same, (part, parts - 1 - part), (0, 0)))
        for part in range(parts)
    )
    return total.reshape(*batch, (count + parts - 1) * stride)[..., :size]
