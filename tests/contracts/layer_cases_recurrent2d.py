"""Rows of the contract for convolutional LSTMs, spectrograms, batch renormalisation and interpolating upsampling."""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    def case(code, *shapes, **options):
        return LayerCase(code, shapes, **options)

    rows, images, volumes = (2, 3, 6, 2), (2, 3, 5, 4, 2), (2, 3, 4, 3, 4, 2)
    yield case("L.ConvLSTM1D(3, 2)", rows)
    yield case("L.ConvLSTM1D(2, 3, padding='same', return_sequences=True, return_state=True)", rows)
    yield case("L.ConvLSTM1D(2, 2, dilation_rate=2, unit_forget_bias=False, unroll=True)", rows)
    yield case("L.ConvLSTM1D(2, 2, strides=2, data_format='channels_first', go_backwards=True)", (2, 3, 2, 6))
    yield case("L.ConvLSTM2D(3, 2)", images)
    yield case("L.ConvLSTM2D(2, (3, 2), padding='same', return_sequences=True, return_state=True)", images)
    yield case(
        "L.ConvLSTM2D(2, 2, strides=(2, 1), use_bias=False, return_sequences=True, go_backwards=True)", images
    )
    yield case("L.ConvLSTM2D(2, 2, dilation_rate=(1, 2), activation='relu')", images)
    yield case("L.ConvLSTM2D(2, 2, recurrent_activation='hard_sigmoid', return_state=True)", images)
    yield case("L.ConvLSTM2D(2, 2, data_format='channels_first', return_sequences=True)", (2, 3, 2, 5, 4))
    yield case("L.ConvLSTM2D(2, 2, dropout=0.4, recurrent_dropout=0.3, seed=1)", images, draws=True)
    yield case("L.ConvLSTM3D(2, 2)", volumes, tolerance=1e-4)
    yield case("L.ConvLSTM3D(2, 2, padding='same', return_state=True, data_format='channels_first')",
               (2, 3, 2, 4, 3, 4), tolerance=1e-4)  # fmt: skip

    sound = (2, 60, 2)
    for mode in ("log", "magnitude", "psd", "real", "imag", "stft"):
        yield case(f"L.STFTSpectrogram('{mode}', frame_length=16)", sound)
    code = "L.STFTSpectrogram('angle', frame_length=16, frame_step=3, padding='same')"
    yield case(code, (2, 60, 1), tolerance=1e-3)
    yield case("L.STFTSpectrogram('stft', 12, 5, 18, 'hamming', True, 'spectrum', expand_dims=True)", sound)
    yield case("L.STFTSpectrogram('psd', 12, window='tukey', scaling=None, expand_dims=True, padding='same', "
               "data_format='channels_first')", (2, 2, 60))  # fmt: skip
    yield case("L.STFTSpectrogram('log', 16, 4, window=None, data_format='channels_first')", (2, 2, 60))
    small = "fft_length=32, sequence_stride=10, num_mel_bins=5, sampling_rate=100, min_freq=1.0"
    yield case(f"L.MelSpectrogram({small})", (3, 60), tolerance=1e-4)
    yield case(
        f"L.MelSpectrogram({small}, top_db=5.0, ref_power=3.0, min_power=0.5)", (2, 3, 60), tolerance=1e-4
    )
    yield case(
        f"L.MelSpectrogram({small}, power_to_db=False, mag_exp=1.0, max_freq=40)", (3, 60), tolerance=1e-4
    )
    yield case(f"L.MelSpectrogram({small}, power_to_db=False, window='hamming', sequence_length=20)", (3, 60),
               tolerance=1e-4)  # fmt: skip
    yield case(f"L.MelSpectrogram({small}, window=None, mag_exp=3.0)", (3, 60), tolerance=1e-4)

    code = "L.BatchNormalization(renorm=True, momentum=0.7, renorm_momentum=0.8)"
    yield case(code, (3, 4), call="training=True")
    yield case(code, (3, 4))
    yield case(code, (3, 5, 4), call="training=True, mask=m")
    bounds = "{'rmin': 0.9, 'rmax': 1.1, 'dmax': 0.2}"
    code = f"L.BatchNormalization(1, renorm=True, renorm_clipping={bounds}, center=False, epsilon=0.1)"
    yield case(code, (2, 3, 4, 5), call="training=True")
    code = "L.BatchNormalization(renorm=True, renorm_clipping={'rmax': 1.5}, scale=False)"
    yield case(code, (4, 3), call="training=True")

    for kind in ("bilinear", "bicubic", "lanczos3", "lanczos5"):
        yield case(f"L.UpSampling2D((2, 3), interpolation='{kind}')", (2, 3, 4, 2), tolerance=1e-4)
        yield case(
            f"L.UpSampling2D(2, 'channels_first', interpolation='{kind}')", (2, 2, 3, 4), tolerance=1e-4
        )


CASES = list(_cases())
