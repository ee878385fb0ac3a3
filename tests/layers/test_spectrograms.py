"""Spectrograms against Fourier transforms and formulas in NumPy's float64; silence; every engine's tensors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import Input, Model, layers, ops
from tricorn.core.backend import backend_scope, get_backend
from tricorn.core.signal_windows import NAMES, window_values

SOUND = np.random.default_rng(0).normal(size=(2, 50, 2)).astype("float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x), "float64")


def frames(signal, length, step):
    return np.lib.stride_tricks.sliding_window_view(signal.astype("float64"), length, axis=1)[:, ::step]


@pytest.mark.parametrize("name", [*NAMES, None])
def test_spectrum_is_numpys(name, backend):
    import scipy.signal

    for periodic in (False, True):
        shape = np.ones(8) if name is None else scipy.signal.get_window(name, 8, fftbins=periodic)
        scale = 1.0 if name is None else 1 / np.sqrt(np.sum(shape**2))
        expected = np.fft.rfft(frames(SOUND[..., 0], 8, 3) * shape * scale, 12)
        layer = layers.STFTSpectrogram("stft", 8, 3, 12, window=name, periodic=periodic)
        found = array(layer(SOUND[..., :1]))
        np.testing.assert_allclose(found[..., :7] + 1j * found[..., 7:], expected, atol=2e-5)


def test_windows_of_one_sample():
    assert all(window_values(name, 1, periodic) == [1.0] for name in NAMES for periodic in (False, True))


@pytest.mark.engines("numpy")
def test_given_window_and_scalings(backend):
    shape = np.linspace(0.5, 2, 8)
    for scaling, scale in ((None, 1.0), ("density", (shape**2).sum() ** -0.5), ("spectrum", 1 / shape.sum())):
        layer = layers.STFTSpectrogram("real", 8, window=shape, scaling=scaling)
        expected = np.fft.rfft(frames(SOUND[..., 0], 8, 4) * shape * scale).real
        np.testing.assert_allclose(array(layer(SOUND[..., :1])), expected, atol=1e-5)
        again = layers.STFTSpectrogram.from_config(layer.get_config())
        np.testing.assert_allclose(array(again(SOUND[..., :1])), expected, atol=1e-5)


@pytest.mark.parametrize("mode", ["log", "magnitude", "psd", "angle", "stft"])
def test_silence_is_finite_and_so_are_its_gradients(mode, training_backend):
    silence = ops.zeros((1, 40, 1))
    layer = layers.STFTSpectrogram(mode, 16)
    assert np.isfinite(array(layer(silence))).all()
    if training_backend == "torch":
        import torch

        silence.requires_grad_()
        gradient = torch.autograd.grad(layer(silence).sum(), silence)[0].numpy()
    elif training_backend == "jax":
        import jax

        gradient = np.asarray(jax.grad(lambda x: ops.sum(layer(x)))(silence))
    else:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(silence)
            total = tf.reduce_sum(layer(silence))
        gradient = tape.gradient(total, silence).numpy()
    assert np.isfinite(gradient).all()


def test_kernels_are_trained_unless_frozen(backend):
    assert len(layers.STFTSpectrogram("stft").trainable_weights) == 0
    for trainable, count in ((True, 2), (False, 0)):
        layer = layers.STFTSpectrogram(frame_length=16, trainable=trainable)
        layer(SOUND)
        assert len(layer.trainable_weights) == count and len(layer.weights) == 2


@pytest.mark.parametrize("expand_dims", [False, True])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_unknown_lengths(data_format, expand_dims, backend):
    last = data_format == "channels_last"
    inputs = Input((None, 2) if last else (2, None))
    layer = layers.STFTSpectrogram(frame_length=16, expand_dims=expand_dims, data_format=data_format)
    outputs = layer(inputs)
    model = Model(inputs, outputs)
    for samples in (50, 30):
        x = SOUND[:, :samples] if last else SOUND[:, :samples].swapaxes(1, 2).copy()
        found = model.predict(x, verbose=0)
        assert len(outputs.shape) == found.ndim
        assert all(size in (None, real) for size, real in zip(outputs.shape, found.shape, strict=True))
        np.testing.assert_allclose(found, array(layer(x)), atol=1e-5)


# --- mel -----------------------------------------------------------------------------------------------------
def test_mel_weights_are_the_references(backend):
    arguments = [{}, {"num_mel_bins": 5, "num_spectrogram_bins": 33, "sampling_rate": 1000, "lower_edge_hertz": 0.0,
                      "upper_edge_hertz": 480.0}]  # fmt: skip
    for options in arguments:
        code = "result = keras.layers.MelSpectrogram().linear_to_mel_weight_matrix(**options)"
        expected = oracle("jax").run(code, options=options)
        found = layers.MelSpectrogram.linear_to_mel_weight_matrix(**options)
        assert ops.dtype(found) == "float32"
        np.testing.assert_allclose(array(found), expected, atol=1e-5)


def test_a_tone_lies_in_its_band(backend):
    """A sine of 1000 hertz is loudest in the band around the mel of 1000 hertz."""
    tone = np.sin(2 * np.pi * 1000 * np.arange(4096) / 8000).astype("float32")
    layer = layers.MelSpectrogram(512, 256, sampling_rate=8000, num_mel_bins=20, min_freq=0.0)
    found = array(layer(tone))
    assert found.shape == (20, 17)
    middles = np.linspace(0, 1127 * np.log1p(4000 / 700), 22)[1:-1]
    wanted = np.argmin(np.abs(middles - 1127 * np.log1p(1000 / 700)))
    assert (found[:, 2:-2].argmax(0) == wanted).all()
    assert found.max() - found.min() <= 80.0 + 1e-4


def test_mel_follows_its_input():
    layer = layers.MelSpectrogram(32, 10, sampling_rate=100, num_mel_bins=5, min_freq=1.0)
    expected = array(layer(SOUND[..., 0]))
    for name in ("numpy", "jax", "torch", "tensorflow"):
        engine = get_backend(name)
        with backend_scope(name):
            sound = engine.convert_to_tensor(SOUND[..., 0])
        found = layer(sound)
        assert engine.is_tensor_type(type(found))
        np.testing.assert_allclose(engine.to_numpy(found), expected, atol=1e-3)


def test_mel_in_a_tf_data_map():
    import tensorflow as tf

    with backend_scope("torch"):
        layer = layers.MelSpectrogram(32, 10, sampling_rate=100, num_mel_bins=5, min_freq=1.0)
    expected = array(layer(SOUND[..., 0]))
    dataset = tf.data.Dataset.from_tensor_slices(SOUND[..., 0]).batch(2).map(layer)
    np.testing.assert_allclose(next(iter(dataset)).numpy(), expected, atol=1e-3)


def test_silence_in_decibels(backend):
    assert np.isfinite(array(layers.MelSpectrogram(mag_exp=1.0)(np.zeros((2, 3000), "float32")))).all()


WRONG = {
    "L.STFTSpectrogram('power')": "mode", "L.STFTSpectrogram(frame_length=0)": "frame_length",
    "L.STFTSpectrogram(frame_step=300)": "frame_step", "L.STFTSpectrogram(fft_length=100)": "fft_length",
    "L.STFTSpectrogram(window='gauss')": "window", "L.STFTSpectrogram(window=[1.0, 2.0])": "window",
    "L.STFTSpectrogram(window=abs)": "window", "L.STFTSpectrogram(scaling='power')": "scaling",
    "L.STFTSpectrogram(padding='causal')": "padding", "L.STFTSpectrogram(data_format='ntc')": "data format",
    "L.STFTSpectrogram()(Input((500,)))": "STFT", "L.STFTSpectrogram()(Input((100, 1)))": "STFT",
    "L.STFTSpectrogram()(Input((500, None)))": "known size", "L.STFTSpectrogram()(Input((500, 1), dtype='bool'))": "dtype",
    "L.MelSpectrogram(fft_length=0)": "fft_length", "L.MelSpectrogram(sequence_stride=0)": "sequence_stride",
    "L.MelSpectrogram(sequence_length=3000)": "fft_length", "L.MelSpectrogram(window='tukey')": "window",
    "L.MelSpectrogram(window=[1.0])": "window", "L.MelSpectrogram(num_mel_bins=0)": "num_mel_bins",
    "L.MelSpectrogram(min_freq=-1.0)": "min_freq", "L.MelSpectrogram(max_freq=10)": "min_freq",
    "L.MelSpectrogram(min_power=0)": "min_power", "L.MelSpectrogram(top_db=-1)": "top_db",
    "L.MelSpectrogram()(Input((1000,)))": "too short",
}  # fmt: skip


@pytest.mark.engines("numpy")
@pytest.mark.parametrize("code", WRONG)
def test_wrong_arguments(code, backend):
    with pytest.raises(ValueError, match=WRONG[code]) as info:
        eval(code, {"L": layers, "Input": Input})
    assert "Spectrogram" in str(info.value)
