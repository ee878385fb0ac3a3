"""Fourier transforms on every engine: values against NumPy and SciPy in float64, round trips, gradients, errors."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.signal

from tests.conformance.harness import Case, check, check_gradient, run
from tests.support.oracle import oracle
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._fft import overlap_add

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


@dataclasses.dataclass
class FFTCase(Case):
    """A case whose op may be an internal one."""

    @property
    def function(self):
        return overlap_add if self.op == "overlap_add" else getattr(ops, self.op)


def _parts(function):
    def reference(x, *args, **options):
        z = function(x[0] + 1j * x[1] if isinstance(x, list) else x, *args, **options)
        return z.real, z.imag

    return reference


def _inverse_real(x, fft_length=None):
    return np.fft.irfft(x[0] + 1j * x[1], fft_length)


def _sequences(x, length, stride):
    count = max(0, 1 + (x.shape[-1] - length) // stride)
    pieces = [x[..., i * stride : i * stride + length] for i in range(count)]
    return np.stack(pieces, -2) if pieces else np.zeros((*x.shape[:-1], 0, length), x.dtype)


def _overlapped(x, stride):
    count, length = x.shape[-2:]
    total = np.zeros((*x.shape[:-2], (count - 1) * stride + length if count else 0))
    for i in range(count):
        total[..., i * stride : i * stride + length] += x[..., i, :]
    return total


def _window(window, length, size):
    if window is None:
        return np.ones(size)
    if isinstance(window, str):
        window = scipy.signal.get_window(window, length, fftbins=True)
    before = (size - length) // 2
    return np.pad(window, (before, size - length - before))


def _stft(x, length, stride, size, window="hann", center=True):
    if center:
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(size // 2, size // 2)], mode="reflect")
    z = np.fft.rfft(_sequences(x, size, stride) * _window(window, length, size))
    return z.real, z.imag


def _istft(x, sequence_length, stride, size, length=None, window="hann", center=True):
    w = _window(window, sequence_length, size)
    pieces = np.fft.irfft(x[0] + 1j * x[1], size) * w
    weight = _overlapped(np.broadcast_to(w * w, pieces.shape[-2:]), stride)
    signal = np.where(weight > 1e-10, _overlapped(pieces, stride) / np.maximum(weight, 1e-10), 0)
    start = size // 2 if center else 0
    if length is None:
        return signal[..., start : signal.shape[-1] - start]
    return np.pad(signal, [(0, 0)] * (signal.ndim - 1) + [(0, length + start)])[..., start : start + length]


STFTS = [
    (6, 3, 8, "hann", True), (5, 2, 5, "hann", True), (6, 3, 9, "hamming", False),
    (4, 2, 8, np.linspace(0.2, 1, 4).astype(np.float32), True), (4, 4, 4, None, False), (1, 1, 1, "hann", True),
]  # fmt: skip


def _cases():
    for shape in ((7,), (2, 3, 4), (0, 5), (1, 1)):
        yield FFTCase(
            "fft", ([normal(*shape), normal(*shape)],), expected=_parts(np.fft.fft), grad=shape == (7,)
        )
    for shape in ((3, 4), (2, 2, 3), (1, 1)):
        for name in ("fft2", "ifft2"):
            yield FFTCase(name, ([normal(*shape), normal(*shape)],), expected=_parts(getattr(np.fft, name)),
                          grad=shape == (3, 4))  # fmt: skip
    for shape in ((6,), (2, 5), (1,), (0, 4)):
        yield FFTCase("rfft", (normal(*shape),), expected=_parts(np.fft.rfft), grad=shape == (2, 5))
    for length in (4, 5, 6, 9, 1):
        yield FFTCase("rfft", (normal(2, 6), length), grad=length in (4, 9),
                      expected=_parts(lambda x, fft_length: np.fft.rfft(x, fft_length)))  # fmt: skip
        yield FFTCase(
            "irfft", ([normal(2, 4), normal(2, 4)], length), expected=_inverse_real, grad=length > 1
        )
    yield FFTCase("irfft", ([normal(2, 3, 4), normal(2, 3, 4)],), expected=_inverse_real, grad=True)
    yield FFTCase("rfft", (np.arange(6, dtype=np.int32),), expected=_parts(np.fft.rfft))
    yield FFTCase("rfft", (np.array([True, False]),), expected=_parts(np.fft.rfft))
    yield FFTCase("fft", ([np.arange(4, dtype=np.int32), np.ones(4, np.int32)],), expected=_parts(np.fft.fft))
    for x in (normal(2, 3, 8), np.arange(7, dtype=np.int32), normal(2, 2), np.zeros((0, 6), np.float32)):
        for length, stride in ((3, 2), (4, 5)):
            yield FFTCase("extract_sequences", (x, length, stride), expected=_sequences,
                          grad=x.shape == (2, 3, 8) and length != 1)  # fmt: skip
    for shape in ((4, 5), (2, 3, 4), (2, 1, 3), (0, 3, 4)):
        for stride in (2, 5):
            yield FFTCase("overlap_add", (normal(*shape), stride), expected=_overlapped, grad=shape == (4, 5))
    yield FFTCase(
        "overlap_add", (normal(3, 40), 1), expected=_overlapped, note="many additions", tolerance=1e-4
    )
    for length, stride, size, window, center in STFTS:
        options = {"window": window, "center": center}
        yield FFTCase("stft", (normal(2, 16), length, stride, size), options, expected=_stft,
                      grad=stride == 3)  # fmt: skip
        spectrum = [normal(2, 5, size // 2 + 1), normal(2, 5, size // 2 + 1)]
        for wanted in (None, 6 if stride == 3 else 40):
            yield FFTCase("istft", (spectrum, length, stride, size, wanted), options, expected=_istft,
                          grad=wanted == 6 and stride == 3, tolerance=1e-4)  # fmt: skip
    yield FFTCase("stft", (normal(16), 6, 3, 8), expected=_stft)
    yield FFTCase("stft", (normal(2, 1, 5), 4, 2, 8), {"center": False}, expected=_stft, note="no piece")
    yield FFTCase("istft", ([normal(5, 5), normal(5, 5)], 6, 3, 8), expected=_istft, tolerance=1e-4)


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_rule(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


@pytest.mark.parametrize("settings", STFTS, ids=str)
def test_the_signal_comes_back(settings, backend):
    length, stride, size, window, center = settings
    x = normal(2, 16)
    with backend_scope(backend):
        parts = ops.stft(x, length, stride, size, window, center)
        back = ops.convert_to_numpy(ops.istft(parts, length, stride, size, 16, window, center))
    # What no window of more than 0 covers is lost.
    lost = 0 if center else size
    np.testing.assert_allclose(back[:, lost : 16 - lost], x[:, lost : 16 - lost], atol=1e-5)


def test_numbers_of_the_reference(backend):
    """Where the engines of the reference agree with one another: windows by name, `center`."""
    x = normal(2, 16)
    calls = [("ops.stft", (x, *settings), {}) for settings in STFTS if isinstance(settings[3], str)]
    calls += [("ops.rfft", (x, n), {}) for n in (None, 5, 20)] + [("ops.extract_sequences", (x, 5, 3), {})]
    for (name, arguments, _), answer in zip(calls, oracle("jax").call_many(calls), strict=True):
        found = run(name.removeprefix("ops."), backend, *arguments)
        for one, wanted in zip(found, answer if isinstance(answer, tuple) else [answer], strict=True):
            np.testing.assert_allclose(one, wanted, atol=1e-4)
    spectrum = calls[0], oracle("jax").call(calls[0][0], *calls[0][1])
    settings = spectrum[0][1][1:4]
    wanted = oracle("jax").call("ops.istft", spectrum[1], *settings)
    np.testing.assert_allclose(run("istft", backend, list(spectrum[1]), *settings)[0], wanted, atol=1e-4)


def test_infinity_stays_apart_from_zero(backend):
    """inf + 0i is no NaN before it is transformed."""
    x = np.array([[np.inf], [1.0]], np.float32)
    real, imaginary = run("fft", backend, [x, np.zeros_like(x)])
    np.testing.assert_array_equal(real, x)
    np.testing.assert_array_equal(imaginary, np.zeros_like(x))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_computed_in_float32(dtype, backend):
    x = normal(8)
    with backend_scope(backend):
        half = ops.cast(ops.convert_to_tensor(x), dtype)
        results = [*ops.fft((half, half)), *ops.rfft(half), ops.irfft((half, half)), *ops.stft(half, 4, 2, 4),
                   ops.istft(ops.stft(half, 4, 2, 4), 4, 2, 4), *ops.fft2((half[None], half[None]))]  # fmt: skip
        assert {ops.dtype(one) for one in results} == {dtype}
        real = ops.convert_to_numpy(ops.cast(results[2], "float32"))
    np.testing.assert_allclose(real, np.fft.rfft(x).real, rtol=2e-2, atol=4e-2)


def test_symbolic_sizes():
    x = KerasTensor((None, None))
    assert [one.shape for one in ops.stft(x, 6, 3, 8)] == [(None, None, 5)] * 2
    assert ops.istft(ops.stft(x, 6, 3, 8), 6, 3, 8).shape == (None, None)
    assert ops.istft(ops.stft(x, 6, 3, 8), 6, 3, 8, 30).shape == (None, 30)
    assert ops.irfft(ops.rfft(KerasTensor((None, 7)))).shape == (None, 6)


PAIR, SPECTRUM = (KerasTensor((2, 4)),) * 2, (KerasTensor((3, 5)),) * 2
REFUSED = [
    ("fft", ((KerasTensor((4,)), KerasTensor((3,))),), "a pair of the real"),
    ("fft", ((KerasTensor((4,)),),), "a pair of the real"),
    ("fft", ((KerasTensor(()), KerasTensor(())),), "nothing to transform"),
    ("fft", ((KerasTensor((2, 0)), KerasTensor((2, 0))),), "nothing to transform"),
    ("fft2", ((KerasTensor((4,)), KerasTensor((4,))),), "nothing to transform"),
    ("rfft", (KerasTensor((4,)), 0), "`fft_length` must be a positive"),
    ("rfft", (KerasTensor((4,)), 2.5), "`fft_length` must be a positive"),
    ("rfft", (KerasTensor(()),), "nothing to transform"),
    ("irfft", ((KerasTensor((2, 1)),) * 2,), "length of the signal is unknown"),
    ("irfft", (PAIR, -1), "`fft_length` must be a positive"),
    ("extract_sequences", (KerasTensor((4,)), 0, 1), "`sequence_length` must be a positive"),
    ("extract_sequences", (KerasTensor((4,)), 2, 0), "`sequence_stride` must be a positive"),
    ("extract_sequences", (KerasTensor(()), 2, 1), "has no axis"),
    ("stft", (KerasTensor((16,)), 9, 3, 8), "must not exceed `fft_length`"),
    ("stft", (KerasTensor((16,)), 6, 3, 8, "blackman"), "unknown `window`"),
    ("stft", (KerasTensor((16,)), 6, 3, 8, np.ones(5)), "does not fit `sequence_length`"),
    ("stft", (KerasTensor((16,)), 6, 0, 8), "`sequence_stride` must be a positive"),
    ("stft", (KerasTensor((4,)), 6, 3, 8), "too short to be mirrored"),
    ("istft", (PAIR, 6, 3, 8), "no spectrum of pieces"),
    ("istft", (SPECTRUM, 6, 3, 8, -2), "`length` must not be negative"),
    ("istft", (SPECTRUM, 6, 3, 8, None, "x"), "unknown `window`"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), REFUSED, ids=str)
def test_bad_input_is_refused(name, arguments, message, backend):
    with pytest.raises(ValueError, match=message):
        getattr(ops, name)(*arguments)

    def concrete(value):
        if isinstance(value, tuple):
            return tuple(map(concrete, value))
        return ops.ones(value.shape) if isinstance(value, KerasTensor) else value

    with backend_scope(backend), pytest.raises((ValueError, TypeError), match=message):
        getattr(ops, name)(*map(concrete, arguments))
