"""Every layer, as code that makes it (in our names and the reference's), with the inputs it is called on."""

from __future__ import annotations

from tests.contracts import (
    layer_cases_attention,
    layer_cases_image_geometry,
    layer_cases_image_values,
    layer_cases_preprocessing,
    layer_cases_recurrent2d,
    layer_cases_windows,
)
from tests.contracts.layer_case import LayerCase


def _cases():
    def case(code, *shapes, **options):
        return LayerCase(code, shapes, **options)

    image, sequence, flat, volume = (2, 6, 7, 4), (3, 5, 4), (3, 4), (2, 5, 4, 6, 2)
    pair = (sequence, sequence)
    yield case("L.Dense(3)", flat)
    yield case("L.Dense(3, activation='relu', use_bias=False)", sequence)
    yield case("L.EinsumDense('abc,cd->abd', output_shape=(None, 3), bias_axes='d')", sequence)
    yield case(
        "L.EinsumDense('abc,cde->abde', output_shape=(None, 2, 3), bias_axes='de', activation='tanh')",
        sequence,
    )
    yield case("L.EinsumDense('abc,cde->abde', output_shape=(None, 2, 3), bias_axes='d')", sequence)
    yield case("L.EinsumDense('abc,bcd->abd', output_shape=(5, 3), bias_axes='bd')", sequence)
    yield case("L.EinsumDense('abcd,cde->abe', output_shape=(None, 3), bias_axes='e')", image)
    yield case("L.EinsumDense('...x,xy->...y', output_shape=3, bias_axes='y')", image)
    yield case("L.EinsumDense('ab...,bc->ac...', output_shape=3)", sequence)
    yield case("L.Embedding(7, 3)", (3, 5), integers=7)
    yield case("L.Embedding(7, 3, mask_zero=True)", (3, 5), integers=7)
    yield case("L.Identity()", sequence)
    yield case("L.Masking(0.5)", sequence)

    yield case("L.Activation('gelu')", flat)
    yield case("L.Activation('softmax')", flat)
    yield case("L.ReLU()", flat)
    yield case("L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)", flat)
    yield case("L.LeakyReLU()", flat)
    yield case("L.ELU(0.7)", flat)
    yield case("L.PReLU()", sequence)
    yield case("L.PReLU(shared_axes=[1])", sequence)
    yield case("L.Softmax()", sequence)
    yield case("L.Softmax(axis=1)", sequence)
    yield case("L.Softmax(axis=(1, 2))", sequence)

    for padding in ("valid", "same", "causal"):
        yield case(f"L.Conv1D(3, 2, padding={padding!r}, dilation_rate=2)", sequence)
    yield case("L.Conv1D(3, 2, strides=2, padding='causal')", sequence)
    yield case("L.Conv2D(3, 2)", image)
    yield case("L.Conv2D(4, (3, 2), strides=(2, 1), padding='same', groups=2, activation='relu')", image)
    yield case("L.Conv2D(3, 3, padding='same', dilation_rate=2, use_bias=False)", image)
    yield case("L.Conv2D(3, 2, data_format='channels_first', padding='same')", (2, 4, 6, 7))
    yield case("L.Conv3D(3, 2, padding='same', strides=2)", volume, tolerance=1e-4)

    for kind in ("Max", "Average"):
        yield case(f"L.{kind}Pooling1D(2)", sequence)
        yield case(f"L.{kind}Pooling1D(3, strides=2, padding='same')", sequence)
        yield case(f"L.{kind}Pooling2D(2)", image)
        yield case(f"L.{kind}Pooling2D((2, 3), strides=(1, 2), padding='same')", image)
        yield case(f"L.{kind}Pooling2D(2, data_format='channels_first')", image)
        yield case(f"L.{kind}Pooling3D(2, padding='same')", volume)
        for rank, shape in ((1, sequence), (2, image), (3, volume)):
            yield case(f"L.Global{kind}Pooling{rank}D()", shape)
            yield case(f"L.Global{kind}Pooling{rank}D(keepdims=True, data_format='channels_first')", shape)
    yield case("L.GlobalAveragePooling1D()", sequence, call="mask=m")

    yield case("L.BatchNormalization()", image)
    yield case("L.BatchNormalization()", image, call="training=True")
    yield case("L.BatchNormalization(momentum=0.7)", flat, call="training=True")
    yield case("L.BatchNormalization(axis=1, epsilon=0.1, center=False)", image, call="training=True")
    yield case("L.BatchNormalization(axis=1, scale=False)", image)
    yield case("L.BatchNormalization()", sequence, call="training=True, mask=m")
    yield case("L.LayerNormalization()", sequence)
    yield case("L.LayerNormalization(axis=(1, 2), epsilon=0.1)", sequence)
    yield case("L.LayerNormalization(axis=1, center=False)", sequence)
    yield case("L.LayerNormalization(scale=False)", image)
    yield case("L.LayerNormalization(rms_scaling=True)", sequence)
    yield case("L.RMSNormalization()", sequence)
    yield case("L.RMSNormalization(axis=(1, 2))", sequence)
    yield case("L.UnitNormalization()", sequence)
    yield case("L.UnitNormalization(axis=(1, 2))", sequence)
    yield case("L.GroupNormalization(2)", image)
    yield case("L.GroupNormalization(-1, axis=1, scale=False)", image)

    yield case("L.Dropout(0.4, seed=1)", flat, draws=True)
    yield case("L.Dropout(0.4, noise_shape=(None, 1, None))", sequence, draws=True)
    yield case("L.SpatialDropout1D(0.4)", sequence, draws=True)
    yield case("L.SpatialDropout2D(0.4, data_format='channels_first')", image, draws=True)
    yield case("L.SpatialDropout3D(0.4)", volume, draws=True)
    yield case("L.GaussianNoise(0.4)", flat, draws=True)
    yield case("L.GaussianDropout(0.4)", flat, draws=True)
    yield case("L.AlphaDropout(0.4)", flat, draws=True)
    yield case("L.ActivityRegularization(l1=0.1, l2=0.2)", flat)

    yield case("L.Flatten()", image)
    yield case("L.Flatten(data_format='channels_first')", image)
    yield case("L.Flatten()", (3,))
    yield case("L.Reshape((-1, 2))", sequence)
    yield case("L.Reshape((20,))", sequence)
    yield case("L.Permute((2, 1))", sequence)
    yield case("L.RepeatVector(3)", flat)
    yield case("L.ZeroPadding1D((1, 2))", sequence)
    yield case("L.ZeroPadding2D(((1, 2), (0, 3)))", image)
    yield case("L.ZeroPadding2D((1, 2), data_format='channels_first')", image)
    yield case("L.ZeroPadding3D(1)", volume)
    yield case("L.Cropping1D((1, 2))", sequence)
    yield case("L.Cropping2D(((1, 2), (0, 3)))", image)
    yield case("L.Cropping2D((1, 1), data_format='channels_first')", image)
    yield case("L.Cropping3D(((1, 1), (1, 0), (2, 1)))", volume)
    yield case("L.UpSampling1D(3)", sequence)
    yield case("L.UpSampling2D((2, 3))", image)
    yield case("L.UpSampling3D(2, data_format='channels_first')", volume)

    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        yield case(f"L.{name}()", sequence, sequence, sequence, listed=True)
    yield case("L.Subtract()", *pair, listed=True)
    yield case("L.Add()", (3, 1, 4), (3, 5, 1), listed=True)
    yield case("L.Concatenate(axis=1)", (3, 2, 4), sequence, listed=True)
    yield case("L.Dot(axes=1)", flat, flat, listed=True)
    yield case("L.Dot(axes=(2, 1))", sequence, (3, 4, 2), listed=True)
    yield case("L.Dot(axes=-1, normalize=True)", sequence, flat, listed=True)

    for name in ("SimpleRNN", "LSTM", "GRU"):
        yield case(f"L.{name}(3)", sequence)
        yield case(f"L.{name}(3, return_sequences=True, return_state=True)", sequence, call="mask=m")
        yield case(f"L.{name}(3, go_backwards=True, return_sequences=True, use_bias=False)", sequence)
        yield case(f"L.{name}(3, return_sequences=True, zero_output_for_mask=True)", sequence, call="mask=m")
        yield case(f"L.{name}(3, activation='relu', unroll=True)", sequence)
        yield case(f"L.{name}(3, dropout=0.4, recurrent_dropout=0.3)", sequence, draws=True)
    yield case("L.LSTM(3, unit_forget_bias=False, use_cudnn=False)", sequence)
    yield case("L.GRU(3, reset_after=False, return_sequences=True)", sequence)
    yield case("L.GRU(3, use_cudnn=False, go_backwards=True)", sequence, call="mask=m")
    yield case("L.RNN(L.LSTMCell(3), return_state=True)", sequence)
    yield case("L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True, return_state=True)", sequence)
    yield case("L.RNN(L.StackedRNNCells([L.LSTMCell(3), L.LSTMCell(2)]), return_state=True)", sequence)
    yield case("L.RNN(L.SimpleRNNCell(3), return_sequences=True)", sequence)
    yield case("L.RNN([L.SimpleRNNCell(3), L.GRUCell(2, reset_after=False)])", sequence, call="mask=m")
    for mode in ("concat", "sum", "mul", "ave", None):
        yield case(f"L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode={mode!r})", sequence)
        yield case(
            f"L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode={mode!r})", sequence, call="mask=m"
        )
    yield case("L.Bidirectional(L.GRU(3, return_state=True))", sequence, call="mask=m")
    yield case("L.TimeDistributed(L.Dense(3))", sequence)
    yield case("L.TimeDistributed(L.Conv2D(3, 2))", (2, 3, 4, 5, 2))

    query, value = (2, 5, 4), (2, 3, 4)
    yield case("L.MultiHeadAttention(2, 3)", query, value)
    yield case(
        "L.MultiHeadAttention(2, 3, value_dim=2, output_shape=5, use_bias=False)",
        query,
        value,
        value,
        call="return_attention_scores=True",
    )
    yield case("L.MultiHeadAttention(2, 3, use_gate=True)", query, value, call="return_attention_scores=True")
    yield case("L.MultiHeadAttention(2, 3)", query, query, call="use_causal_mask=True")
    yield case(
        "L.MultiHeadAttention(2, 3)", query, query, call="query_mask=m, value_mask=m, use_causal_mask=True"
    )
    yield case("L.MultiHeadAttention(2, 3)", query, query, call="value_mask=m, return_attention_scores=True")
    yield case(
        "L.MultiHeadAttention(2, 3)", query, query, call="attention_mask=m[:, None, :] & m[:, :, None]"
    )
    yield case("L.MultiHeadAttention(2, 3, attention_axes=(1,))", (2, 4, 3, 4), (2, 5, 3, 4))
    yield case("L.MultiHeadAttention(2, 3)", (2, 2, 3, 4), (2, 3, 2, 4), call="return_attention_scores=True")
    yield case("L.MultiHeadAttention(2, 3, output_shape=(2, 3))", query, value)
    yield case("L.MultiHeadAttention(2, 3, sliding_window=2)", query, query)
    yield case("L.MultiHeadAttention(2, 3, dropout=0.4)", query, value, draws=True)

    yield case("L.Rescaling(0.5, offset=-1.0)", image)
    yield case("L.Rescaling([0.5, 1.0, 2.0, 3.0], offset=[0.0, 1.0, 2.0, 3.0])", image)


CASES = [
    *_cases(),
    *layer_cases_preprocessing.CASES,
    *layer_cases_windows.CASES,
    *layer_cases_attention.CASES,
    *layer_cases_recurrent2d.CASES,
    *layer_cases_image_values.CASES,
    *layer_cases_image_geometry.CASES,
]
