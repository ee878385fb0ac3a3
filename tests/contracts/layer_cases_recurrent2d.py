"""Rows of the contract for convolutional LSTMs and spectrograms."""

from __future__ import annotations

from tests.contracts.layer_cases import LayerCase


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
    yield case("L.ConvLSTM2D(2, 2, strides=(2, 1), use_bias=False, return_sequences=True, go_backwards=True)", images)
    yield case("L.ConvLSTM2D(2, 2, dilation_rate=(1, 2), activation='relu')", images)
    yield case("L.ConvLSTM2D(2, 2, recurrent_activation='hard_sigmoid', return_state=True)", images)
    yield case("L.ConvLSTM2D(2, 2, data_format='channels_first', return_sequences=True)", (2, 3, 2, 5, 4))
    yield case("L.ConvLSTM2D(2, 2, dropout=0.4, recurrent_dropout=0.3, seed=1)", images, draws=True)
    yield case("L.ConvLSTM3D(2, 2)", volumes, tolerance=1e-4)
    yield case("L.ConvLSTM3D(2, 2, padding='same', return_state=True, data_format='channels_first')",
               (2, 3, 2, 4, 3, 4), tolerance=1e-4)  # fmt: skip


CASES = list(_cases())
