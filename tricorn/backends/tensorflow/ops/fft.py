"""Fourier transforms on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def _wide(x):
    return tf.cast(x, tf.float32) if x.dtype.size == 2 else x


def _parts(z, dtype):
    return tf.cast(tf.math.real(z), dtype), tf.cast(tf.math.imag(z), dtype)


def _complex(x, rank=1):
    real, imaginary = x
    if not real.shape.is_compatible_with(imaginary.shape):
        raise ValueError("the parts have different shapes")
    if 0 in real.shape[-rank:].as_list():
        raise ValueError("there is nothing to transform")
    return tf.complex(_wide(real), _wide(imaginary))


def fft(x):
    return _parts(tf.signal.fft(_complex(x)), x[0].dtype)


def fft2(x):
    return _parts(tf.signal.fft2d(_complex(x, 2)), x[0].dtype)


def ifft2(x):
    return _parts(tf.signal.ifft2d(_complex(x, 2)), x[0].dtype)


def _check_length(length):
    if length is not None and length < 1:
        raise ValueError("there is no signal of this length")  # TensorFlow would end the process


def rfft(x, fft_length=None):
    _check_length(x.shape[-1] if fft_length is None else fft_length)
    wide = _wide(x)
    if fft_length is None:
        return _parts(tf.signal.rfft(wide), x.dtype)
    # Cut here: the transform's gradient does not know that it cut.
    return _parts(tf.signal.rfft(wide[..., :fft_length], [fft_length]), x.dtype)


def irfft(x, fft_length=None):
    z = _complex(x)
    _check_length(z.shape[-1] and 2 * (z.shape[-1] - 1) if fft_length is None else fft_length)
    if fft_length is None:
        return tf.cast(tf.signal.irfft(z), x[0].dtype)
    return tf.cast(tf.signal.irfft(z[..., : fft_length // 2 + 1], [fft_length]), x[0].dtype)


def extract_sequences(x, sequence_length, sequence_stride):
    if sequence_length < 1 or sequence_stride < 1:
        raise ValueError("sequences must have a length and a stride")
    return tf.signal.frame(x, sequence_length, sequence_stride)


def overlap_add(x, stride):
    if x.shape[-2] == 0:
        return tf.zeros(tf.concat([tf.shape(x)[:-2], [0]], 0), x.dtype)
    return tf.signal.overlap_and_add(x, stride)
