"""What is wrong is found when the layer is made or built, and named."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, layers
from tricorn.core.symbolic import KerasTensor

ARGUMENTS = [
    "L.Dense(0)", "L.Dense(2.5)", "L.Dense(3, units_of=3)", "L.Dense(3, activation='nope')", "L.Dense(3, name='a/b')",
    "L.Embedding(0, 3)", "L.Embedding(3, -1)", "L.Embedding(3, 2, lora_rank=0)", "L.Embedding(3, 2, weights=[[1.0]])",
    "L.Conv2D(0, 3)", "L.Conv2D(3, 0)", "L.Conv2D(3, (3, 3, 3))", "L.Conv2D(3, 3, padding='causal')",
    "L.Conv2D(3, 3, strides=2, dilation_rate=2)", "L.Conv2D(3, 3, groups=2)", "L.Conv2D(3, 3, data_format='nchw')",
    "L.MaxPooling2D((2, 2, 2))", "L.MaxPooling2D(2, padding='full')", "L.AveragePooling1D(2, strides=0)",
    "L.Dropout(-0.1)", "L.Dropout(1.5)", "L.Dropout('half')", "L.Dropout(0.5, seed=0.5)",
    "L.Dropout(0.5, noise_shape=3)",
    "L.GaussianNoise(-1)", "L.GaussianDropout(1)", "L.BatchNormalization(axis='last')",
    "L.BatchNormalization(momentum=2)", "L.BatchNormalization(renorm_momentum=2)",
    "L.BatchNormalization(renorm=True, renorm_clipping={'rmin': 3.0, 'rmax': 1.0})",
    "L.BatchNormalization(renorm=True, renorm_clipping={'min': 3.0})",
    "L.BatchNormalization(renorm=True, renorm_clipping={'dmax': -1.0})",
    "L.LayerNormalization(axis='last')", "L.GroupNormalization(0)", "L.ReLU(max_value=-1)",
    "L.ReLU(negative_slope=None)",
    "L.LeakyReLU(-1)", "L.PReLU(shared_axes=[0])", "L.Permute((0, 1))", "L.Permute((1, 3))", "L.Reshape((-1, -1))",
    "L.Reshape((2.5,))", "L.RepeatVector(0)", "L.ZeroPadding2D(-1)", "L.ZeroPadding2D((1, 2, 3))", "L.Cropping2D('a')",
    "L.UpSampling2D(0)", "L.UpSampling2D(2, interpolation='nope')", "L.UpSampling2D(2, interpolation='area')",
    "L.Concatenate(axis=None)", "L.Dot(axes=(1, 2, 3))", "L.LSTM(0)", "L.LSTM(3, dropout=2)",
    "L.LSTM(3, use_cudnn=True, recurrent_dropout=0.5)", "L.LSTM(3, use_cudnn='yes')", "L.RNN(L.Dense(3))", "L.RNN([])",
    "L.Bidirectional(L.Dense(3))", "L.Bidirectional(L.LSTM(3), merge_mode='max')", "L.TimeDistributed(3)",
    "L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(3))",
    "L.Bidirectional(L.LSTM(3), backward_layer=L.LSTM(3, go_backwards=True, return_state=True))",
    "L.MultiHeadAttention(0, 3)", "L.MultiHeadAttention(2, 3, dropout=2)", "L.MultiHeadAttention(2, 3, output_shape=0)",
    "L.MultiHeadAttention(2, 3, flash_attention=True, dropout=0.1)", "L.MultiHeadAttention(2, 3, sliding_window=0)",
    "L.Lambda(3)", "L.Lambda(abs, arguments=3)", "L.EinsumDense('ab,bc', 3)", "L.Conv1D(3, 3, no_such=1)",
]  # fmt: skip

ARGUMENTS += [
    "L.AdaptiveMaxPooling2D(0)", "L.AdaptiveMaxPooling2D((2, 2, 2))", "L.AdaptiveAveragePooling1D(2.5)",
    "L.AdaptiveAveragePooling1D(2, data_format='nwc')", "L.Conv2DTranspose(0, 2)",
    "L.Conv2DTranspose(3, 2, padding='causal')", "L.Conv2DTranspose(3, 2, strides=2, dilation_rate=2)",
    "L.Conv2DTranspose(3, 2, strides=2, output_padding=2)", "L.Conv1DTranspose(3, 2, output_padding=-1)",
    "L.DepthwiseConv2D(2, depth_multiplier=0)", "L.DepthwiseConv1D(2, padding='causal')", "L.SeparableConv2D(3, (2,))",
    "L.SeparableConv1D(0, 2)", "L.ReversibleEmbedding(7, 3, logit_soft_cap=0)",
    "L.ReversibleEmbedding(7, 3, reverse_dtype='int32')", "L.SpectralNormalization(3)",
    "L.SpectralNormalization(L.Dense(3), power_iterations=0)", "L.Dense(3, lora_rank=0)", "L.Conv2D(3, 2, lora_rank=1.5)",
]  # fmt: skip

SHAPES = [
    ("L.Dense(3)", [(None, None)]), ("L.Dense(3)", [(4,)]), ("L.Conv2D(3, 2)", [(None, 8, 8)]),
    ("L.Conv2D(3, 2)", [(None, 8, 8, None)]), ("L.Conv2D(4, 2, groups=4)", [(None, 8, 8, 30)]),
    ("L.Conv2D(3, 5)", [(None, 4, 8, 3)]), ("L.MaxPooling2D(5)", [(None, 4, 8, 3)]),
    ("L.MaxPooling2D(2)", [(None, 4, 8)]),
    ("L.GlobalAveragePooling2D()", [(None, 4)]), ("L.BatchNormalization()", [(None, None)]),
    ("L.BatchNormalization(axis=3)", [(None, 4)]), ("L.LayerNormalization()", [(None, None)]),
    ("L.LayerNormalization(axis=(1, -1))", [(None, 4)]), ("L.GroupNormalization(3)", [(None, 4)]),
    ("L.GroupNormalization(2, axis=0)", [(2, 4)]), ("L.PReLU()", [(None, None)]),
    ("L.PReLU(shared_axes=[3])", [(None, 3)]),
    ("L.Reshape((5,))", [(None, 4)]), ("L.Reshape((-1, 3))", [(None, 4)]), ("L.Permute((2, 1))", [(None, 4)]),
    ("L.RepeatVector(2)", [(None, 4, 4)]), ("L.Cropping1D(2)", [(None, 4, 4)]), ("L.ZeroPadding2D()", [(None, 4, 4)]),
    ("L.LSTM(3)", [(None, 4)]), ("L.LSTM(3)", [(None, 4, None)]), ("L.LSTM(3, unroll=True)", [(None, None, 4)]),
    ("L.LSTM(3, stateful=True)", [(None, 5, 4)]), ("L.TimeDistributed(L.Dense(3))", [(None, 4)]),
    ("L.Dropout(0.5, noise_shape=(3, 1))", [(None, 4, 4)]), ("L.SpatialDropout2D(0.5)", [(None, 4)]),
    ("L.MultiHeadAttention(2, 3)", [(None, 5, 4), (None, 4)]),
    ("L.MultiHeadAttention(2, 3)", [(None, 5, None), (None, 5, 4)]),
    ("L.MultiHeadAttention(2, 3, attention_axes=2)", [(None, 5, 4), (None, 5, 4)]),
    ("L.EinsumDense('abc,cd->abd', output_shape=(None, 3))", [(None, 4)]),
    ("L.EinsumDense('abc,cd->abd', output_shape=(None, None))", [(None, 4, 4)]),
    ("L.EinsumDense('abc,cd->abd', output_shape=(None, 3), bias_axes='c')", [(None, 4, 4)]),
]  # fmt: skip

SHAPES += [
    ("L.AdaptiveMaxPooling2D(2)", [(None, 4, 8)]), ("L.AdaptiveMaxPooling1D(2)", [(None, 0, 8)]),
    ("L.Conv2DTranspose(3, 2)", [(None, 8, 8)]), ("L.Conv2DTranspose(3, 2)", [(None, 8, 8, None)]),
    ("L.Conv1DTranspose(3, 2, padding='same', output_padding=0)", [(None, 1, 8)]),
    ("L.DepthwiseConv2D(2)", [(None, 8, 8, None)]), ("L.DepthwiseConv2D(5)", [(None, 4, 8, 3)]),
    ("L.SeparableConv1D(3, 2)", [(None, 8)]), ("L.SeparableConv2D(3, 5)", [(None, 4, 8, 3)]),
    ("L.SpectralNormalization(L.Flatten())", [(None, 8)]),
    ("L.Dense(3, lora_rank=2, kernel_constraint='non_neg')", [(None, 8)]),
]  # fmt: skip

MERGES = [
    ("L.Add()", [(None, 4), (None, 5)]),
    ("L.Add()", [(2, 4), (3, 4)]),
    ("L.Subtract()", [(None, 4)] * 3),
    ("L.Concatenate()", [(None, 4), (None, 4, 4)]),
    ("L.Concatenate()", [(None, 3, 4), (None, 5, 4)]),
    ("L.Concatenate(axis=4)", [(None, 4), (None, 4)]),
    ("L.Dot(axes=1)", [(None, 4), (None, 5)]),
    ("L.Dot(axes=0)", [(None, 4), (None, 4)]),
    ("L.Dot(axes=1)", [(None, 4)] * 3),
]


@pytest.mark.parametrize("code", ARGUMENTS)
def test_arguments(code):
    with pytest.raises((ValueError, TypeError, NotImplementedError)) as caught:
        eval(code, {"L": layers})
    assert (len(str(caught.value)) > 20 and str(caught.value)[0].isupper()) or "activations" in str(
        caught.value
    )


@pytest.mark.parametrize("code, shapes", SHAPES, ids=[f"{code} {shapes}" for code, shapes in SHAPES])
def test_shapes_are_checked_in_a_symbolic_call(code, shapes):
    layer = eval(code, {"L": layers})
    with pytest.raises(ValueError) as caught:
        layer(*(KerasTensor(shape) for shape in shapes))
    assert '"' in str(caught.value) or "ops." in str(caught.value)


@pytest.mark.parametrize("code, shapes", MERGES, ids=[f"{code} {shapes}" for code, shapes in MERGES])
def test_merges_check_their_lists(code, shapes):
    with pytest.raises(ValueError, match=r'"\w+"'):
        eval(code, {"L": layers})([KerasTensor(shape) for shape in shapes])


def test_merges_take_lists():
    with pytest.raises(ValueError, match="takes a list"):
        layers.Add()(KerasTensor((None, 4)))


def test_another_input_than_it_was_built_for(backend):
    for layer, good, bad in (
        (layers.Dense(3), (2, 4), (2, 5)),
        (layers.Conv2D(3, 2), (2, 5, 5, 3), (2, 5, 5, 4)),
        (layers.BatchNormalization(), (2, 4), (2, 5)),
        (layers.LSTM(3), (2, 5, 4), (2, 4)),
    ):
        layer(np.zeros(good, "float32"))
        with pytest.raises(ValueError, match=layer.name):
            layer(np.zeros(bad, "float32"))


def test_embeddings_take_integers():
    with pytest.raises(ValueError, match="integers"):
        layers.Embedding(3, 2)(Input((4,), dtype="bool"))


def test_states_are_checked(backend):
    layer = layers.LSTM(3)
    x = np.zeros((2, 5, 4), "float32")
    for state in (
        [np.zeros((2, 3), "float32")],
        [np.zeros((2, 4), "float32")] * 2,
        [np.zeros((3, 3), "float32")] * 2,
    ):
        with pytest.raises(ValueError, match="initial_state"):
            layer(x, initial_state=state)
