"""Fourier transforms. A complex tensor is a pair `(real, imaginary)` of floating tensors, going in and coming out.

Integers become floatx; half precision is computed in float32 and rounded at the end.
"""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import rank_of, spec
from tricorn.core.signal_windows import window_values
from tricorn.ops._arith import divide, multiply
from tricorn.ops._cast import cast, convert_to_tensor, dtype, shape as size_of
from tricorn.ops._compare import greater
from tricorn.ops._index import where
from tricorn.ops._reshape import broadcast_to, pad


# --- what arguments must be ----------------------------------------------------------------------
def _pair(where_, x, rank):
    """The shape of both parts."""
    shapes = [tuple(part.shape) for part in x]
    if (
        len(shapes) != 2
        or len(shapes[0]) != len(shapes[1])
        or any(a != b and None not in (a, b) for a, b in zip(*shapes, strict=True))
    ):
        raise bad_argument(where_, "`x` must be a pair of the real and the imaginary part.",
                           expected="two floating tensors of one shape", given=" and ".join(map(str, shapes)))  # fmt: skip
    _check_rank(where_, shapes[0], rank)
    return tuple(a if b is None else b for a, b in zip(*shapes, strict=True))


def _check_rank(where_, shape, rank):
    if len(shape) < rank or 0 in shape[len(shape) - rank :]:
        raise bad_argument(where_, "there is nothing to transform.",
                           expected=f"at least {rank} axes, the last of size 1 or more", given=f"x {tuple(shape)}",
                           )  # fmt: skip


def _check_size(where_, name, value):
    if not isinstance(value, (int, np.integer)) or value < 1:
        raise bad_argument(where_, f"`{name}` must be a positive integer.", given=repr(value))


def _like_pair(name, rank):
    def rule(x):
        shape = _pair(f"ops.{name}", x, rank)
        return spec(shape, x[0].dtype), spec(shape, x[0].dtype)

    return rule


# --- plain transforms ----------------------------------------------------------------------------
@op(rule=_like_pair("fft", 1), dtype=rules.COMMON_FLOAT, keras_class="FFT")
def fft(x: Tensors):
    """X[k] = sum over n of x[n] exp(-2 pi i k n / N), along the last axis.

    Args:
        x: `(real, imaginary)`, each (..., N).

    Returns:
        `(real, imaginary)`, each (..., N); the common dtype, floating.

    Raises:
        ValueError: `x` is not a pair of tensors of one shape, or N is 0.

    Example:
        >>> real, imaginary = ops.fft(([1.0, 2.0], [0.0, 1.0]))
        >>> real, imaginary
        (array([ 3., -1.], dtype=float32), array([ 1., -1.], dtype=float32))

    Source: Cooley and Tukey, 1965.
    """


@op(rule=_like_pair("fft2", 2), dtype=rules.COMMON_FLOAT, keras_class="FFT2")
def fft2(x: Tensors):
    """`fft` along each of the last two axes.

    Args:
        x: `(real, imaginary)`, each (..., M, N).

    Returns:
        `(real, imaginary)`, each (..., M, N); the common dtype, floating.

    Raises:
        ValueError: `x` is not a pair of tensors of one shape, or M or N is 0.

    Example:
        >>> real, imaginary = ops.fft2((np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")))
        >>> real
        array([[4., 0.],
               [0., 0.]], dtype=float32)
    """


@op(rule=_like_pair("ifft2", 2), dtype=rules.COMMON_FLOAT, keras_class="IFFT2")
def ifft2(x: Tensors):
    """The inverse of `fft2`: exp(+2 pi i ...), divided by M N.

    Args:
        x: `(real, imaginary)`, each (..., M, N).

    Returns:
        `(real, imaginary)`, each (..., M, N); the common dtype, floating.

    Raises:
        ValueError: `x` is not a pair of tensors of one shape, or M or N is 0.

    Example:
        >>> real, imaginary = ops.ifft2((np.ones((2, 2), "float32"), np.zeros((2, 2), "float32")))
        >>> real
        array([[1., 0.],
               [0., 0.]], dtype=float32)
    """


def _rfft_rule(x, fft_length=None):
    if fft_length is None:
        _check_rank("ops.rfft", x.shape, 1)
    else:
        _check_size("ops.rfft", "fft_length", fft_length)
        _check_rank("ops.rfft", x.shape and (1,), 1)  # zeros fill up what there is, be it nothing
    length = x.shape[-1] if fft_length is None else fft_length
    shape = (*x.shape[:-1], None if length is None else length // 2 + 1)
    return spec(shape, x.dtype), spec(shape, x.dtype)


@op(rule=_rfft_rule, dtype=rules.FLOAT, keras_class="RFFT")
def rfft(x: Tensor, fft_length=None):
    """`fft` of a real signal along the last axis: the first half, of which the other is the mirrored conjugate.

    Args:
        x: (..., N).
        fft_length: The signal is cut or filled with zeros to this length, L; None: L = N.

    Returns:
        `(real, imaginary)`, each (..., L // 2 + 1); dtype of `x`, floating.

    Raises:
        ValueError: `fft_length` is not a positive integer, or N is 0.

    Example:
        >>> real, imaginary = ops.rfft([1.0, 0.0, -1.0, 0.0])
        >>> real
        array([0., 2., 0.], dtype=float32)
    """


def _irfft_rule(x, fft_length=None):
    if fft_length is not None:
        _check_size("ops.irfft", "fft_length", fft_length)
    shape = _pair("ops.irfft", x, 1)
    length = fft_length
    if fft_length is None and shape[-1] is not None:
        length = 2 * (shape[-1] - 1)
        if length < 1:
            raise bad_argument("ops.irfft", "the length of the signal is unknown.",
                               expected="`fft_length`, or K of 2 or more", given=f"x {shape}")  # fmt: skip
    return spec((*shape[:-1], length), x[0].dtype)


@op(rule=_irfft_rule, dtype=rules.COMMON_FLOAT, keras_class="IRFFT")
def irfft(x: Tensors, fft_length=None):
    """The real signal whose `rfft` is `x`. Imaginary parts that such a transform cannot have (of frequency 0) are ignored.

    Args:
        x: `(real, imaginary)`, each (..., K), cut or filled with zeros to L // 2 + 1.
        fft_length: Length L of the signal; None: 2 (K - 1). An odd length must be given.

    Returns:
        (..., L); the common dtype, floating.

    Raises:
        ValueError: `x` is not a pair of tensors of one shape; `fft_length` is not a positive integer, or K is 1
            without it.

    Example:
        >>> ops.irfft(([0.0, 2.0, 0.0], [0.0, 0.0, 0.0]))
        array([ 1.,  0., -1.,  0.], dtype=float32)
    """


# --- sequences -----------------------------------------------------------------------------------
def _frames(length, sequence_length, sequence_stride):
    return None if length is None else max(0, 1 + (length - sequence_length) // sequence_stride)


def _sequences_rule(x, sequence_length, sequence_stride):
    for name, value in (("sequence_length", sequence_length), ("sequence_stride", sequence_stride)):
        _check_size("ops.extract_sequences", name, value)
    if not x.shape:
        raise bad_argument(
            "ops.extract_sequences", "`x` has no axis.", expected="rank 1 or more", given=x.shape
        )
    count = _frames(x.shape[-1], sequence_length, sequence_stride)
    return spec((*x.shape[:-1], count, sequence_length), x.dtype)


@op(rule=_sequences_rule)
def extract_sequences(x: Tensor, sequence_length, sequence_stride):
    """Pieces of the last axis: out[..., i, :] = x[..., i * stride : i * stride + length]. What is left over is dropped.

    Args:
        x: (..., N).
        sequence_length: Size of a piece.
        sequence_stride: From the start of one to the start of the next.

    Returns:
        (..., max(0, 1 + (N - length) // stride), length); dtype of `x`.

    Raises:
        ValueError: Length or stride are not positive integers, or `x` has no axis.

    Example:
        >>> ops.extract_sequences([1, 2, 3, 4, 5, 6], 3, 2)
        array([[1, 2, 3],
               [3, 4, 5]], dtype=int32)
    """


def _overlap_rule(x, stride):
    count, length = x.shape[-2:]
    total = None if None in (count, length) else (count - 1) * stride + length if count else 0
    return spec((*x.shape[:-2], total), x.dtype)


@op(rule=_overlap_rule)
def overlap_add(x: Tensor, stride):
    """The inverse movement of `extract_sequences`: pieces (..., n, length), added up where they overlap."""


@functools.lru_cache(maxsize=64)
def _named_window(name, length, size):
    """A window of `length` samples in the middle of `size`, as NumPy's float64; None: all ones.

    Raised cosines, periodic (N samples of a period of N), as overlapping windows must be.
    """
    if name is None:
        return np.ones(size)
    before = (size - length) // 2
    return np.pad(window_values(name, length, periodic=True), (before, size - length - before))


def _check_frames(where_, sequence_length, sequence_stride, fft_length, window):
    for name, value in (
        ("sequence_length", sequence_length), ("sequence_stride", sequence_stride), ("fft_length", fft_length),
    ):  # fmt: skip
        _check_size(where_, name, value)
    if sequence_length > fft_length:
        raise bad_argument(where_, "`sequence_length` must not exceed `fft_length`.", expected=f"at most {fft_length}",
                           given=sequence_length)  # fmt: skip
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise bad_argument(where_, "unknown `window`.", expected="'hann', 'hamming', a tensor or None",
                               given=repr(window))  # fmt: skip
    elif window is not None:
        shape = tuple(np.shape(window)) if isinstance(window, (list, tuple)) else tuple(window.shape)
        if shape != (sequence_length,):
            raise bad_argument(where_, "the window does not fit `sequence_length`.", expected=f"({sequence_length},)",
                               given=shape)  # fmt: skip


def _window(window, length, size, name):
    """The window as a tensor of `size` samples and dtype `name`."""
    if window is None or isinstance(window, str):
        return convert_to_tensor(_named_window(window, length, size).astype(name))
    before = (size - length) // 2
    return pad(cast(convert_to_tensor(window), name), ((before, size - length - before),))


def _stft_rule(x, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    _check_frames("ops.stft", sequence_length, sequence_stride, fft_length, window)
    _check_signal(x.shape, fft_length, center)
    length = x.shape[-1]
    if length is not None and center:
        length += 2 * (fft_length // 2)
    shape = (*x.shape[:-1], _frames(length, fft_length, sequence_stride), fft_length // 2 + 1)
    return spec(shape, x.dtype), spec(shape, x.dtype)


def _check_signal(shape, fft_length, center):
    if not shape:
        raise bad_argument("ops.stft", "`x` has no axis.", expected="rank 1 or more", given=tuple(shape))
    if center and shape[-1] is not None and shape[-1] <= fft_length // 2:
        raise bad_argument("ops.stft", "the signal is too short to be mirrored at its ends.",
                           expected=f"more than fft_length // 2 = {fft_length // 2} samples",
                           given=f"x {tuple(shape)}", hint="center=False")  # fmt: skip


@op(rule=_stft_rule, dtype=rules.FLOAT, keras_class="STFT")
def stft(x: Tensor, sequence_length, sequence_stride, fft_length, window="hann", center=True):
    """The spectrum of a signal as it changes: `rfft` of overlapping, windowed pieces.

    Pieces have `fft_length` samples. A window of `sequence_length` stands in their middle, with zeros around it.

    Args:
        x: (..., N).
        sequence_length: Length of the window, at most `fft_length`.
        sequence_stride: From the start of one piece to the start of the next.
        fft_length: Length L of a piece.
        window: "hann" or "hamming" (periodic), a tensor (sequence_length,), or None: pieces are taken as they are.
        center: Whether piece t has its middle at sample t * stride: the signal is continued at its ends by L // 2
            mirrored samples. Else it begins there.

    Returns:
        `(real, imaginary)`, each (..., pieces, L // 2 + 1) with pieces = 1 + (N' - L) // stride, where N' is N, or
        N + 2 (L // 2) with `center`; dtype of `x`, floating.

    Raises:
        ValueError: A length or the stride is not a positive integer, the window is unknown or does not fit, or the
            signal is too short for `center`.

    Example:
        >>> real, imaginary = ops.stft([0.0, 1.0, 2.0, 3.0, 4.0], 3, 2, 3)
        >>> real
        array([[ 0.75 , -0.375],
               [ 3.75 , -1.875],
               [ 5.25 , -2.625]], dtype=float32)

    Source: Allen and Rabiner, 1977.
    """
    _check_frames("ops.stft", sequence_length, sequence_stride, fft_length, window)
    _check_signal(x.shape, fft_length, center)
    name = dtype(x)
    if name in ("float16", "bfloat16"):
        found = stft(cast(x, "float32"), sequence_length, sequence_stride, fft_length, window, center)
        return tuple(cast(part, name) for part in found)
    if center:
        half = fft_length // 2
        x = pad(x, (*((0, 0),) * (rank_of(x) - 1), (half, half)), mode="reflect")
    pieces = extract_sequences(x, fft_length, sequence_stride)
    if window is not None:
        pieces = multiply(pieces, _window(window, sequence_length, fft_length, name))
    return rfft(pieces)


def _istft_rule(x, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    _check_frames("ops.istft", sequence_length, sequence_stride, fft_length, window)
    shape = _check_spectrum(x, fft_length, length)
    pieces = shape[-2]
    if length is None and pieces is not None:
        length = (pieces - 1) * sequence_stride + fft_length if pieces else 0
        length = max(0, length - 2 * (fft_length // 2) * bool(center))
    return spec((*shape[:-2], length), x[0].dtype)


def _check_spectrum(x, fft_length, length):
    shape = _pair("ops.istft", x, 1)
    if len(shape) < 2 or shape[-1] not in (None, fft_length // 2 + 1):
        raise bad_argument("ops.istft", "`x` is no spectrum of pieces of this length.",
                           expected=f"(..., pieces, fft_length // 2 + 1 = {fft_length // 2 + 1})", given=f"x {shape}",
                           )  # fmt: skip
    if length is not None and (isinstance(length, bool) or (isinstance(length, int) and length < 0)):
        raise bad_argument("ops.istft", "`length` must not be negative.", given=repr(length))
    return shape


@op(rule=_istft_rule, dtype=rules.COMMON_FLOAT, keras_class="ISTFT")
def istft(x: Tensors, sequence_length, sequence_stride, fft_length, length=None, window="hann", center=True):
    """The signal whose `stft`, of the same settings, is nearest to `x`; the very signal, if there is one.

    Pieces are windowed again, added up, and divided by the sum of the squared windows. A sample over which all windows
    are 0 is lost, and comes back as 0: with `center=False` the first one under "hann".

    Args:
        x: `(real, imaginary)`, each (..., pieces, fft_length // 2 + 1).
        sequence_length, sequence_stride, fft_length, window, center: As given to `stft`.
        length: The signal is cut, or filled with zeros, to this length; None: as long as the pieces reach, without the
            mirrored ends of `center`.

    Returns:
        (..., length); the common dtype, floating.

    Raises:
        ValueError: As `stft`; or `x` is not a pair of such spectra, or `length` is negative.

    Example:
        >>> x = np.arange(5, dtype="float32")
        >>> np.allclose(ops.istft(ops.stft(x, 4, 2, 4), 4, 2, 4, length=5), x, atol=1e-6)
        True

    Source: Griffin and Lim, 1984.
    """
    _check_frames("ops.istft", sequence_length, sequence_stride, fft_length, window)
    _check_spectrum(x, fft_length, length)
    name = dtype(x[0])
    if name in ("float16", "bfloat16"):
        wide = [cast(part, "float32") for part in x]
        return cast(istft(wide, sequence_length, sequence_stride, fft_length, length, window, center), name)
    pieces = irfft(x, fft_length)
    window = _window(window, sequence_length, fft_length, name)
    total = overlap_add(multiply(pieces, window), sequence_stride)
    squares = broadcast_to(multiply(window, window), (size_of(pieces)[-2], fft_length))
    weight = overlap_add(squares, sequence_stride)
    is_covered = greater(weight, 1e-10)
    signal = where(is_covered, divide(total, where(is_covered, weight, 1.0)), 0.0)
    half = fft_length // 2 if center else 0
    if length is None:
        return signal[..., half : -half or None]
    size = signal.shape[-1]
    if size is None or size < half + length:
        signal = pad(signal, (*((0, 0),) * (rank_of(signal) - 1), (0, half + length)))
    return signal[..., half : half + length]
