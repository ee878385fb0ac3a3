"""Rows of the contract for adaptive poolings, convolutions that are not plain, low ranks and spectral norms."""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    def case(code, *shapes, **options):
        return LayerCase(code, shapes, **options)

    sequence, image, volume, flat = (3, 5, 4), (2, 6, 7, 4), (2, 5, 4, 6, 2), (3, 4)
    for kind in ("Average", "Max"):
        yield case(f"L.Adaptive{kind}Pooling1D(3)", sequence)
        yield case(f"L.Adaptive{kind}Pooling1D((5,), data_format='channels_first')", sequence)
        yield case(f"L.Adaptive{kind}Pooling2D(3)", image)
        yield case(f"L.Adaptive{kind}Pooling2D([4, 3])", image)
        yield case(f"L.Adaptive{kind}Pooling2D((1, 2), data_format='channels_first')", image)
        yield case(f"L.Adaptive{kind}Pooling3D(2)", volume)
        yield case(f"L.Adaptive{kind}Pooling3D((3, 1, 4), data_format='channels_first')", volume)

    yield case("L.Conv1DTranspose(3, 2)", sequence)
    yield case("L.Conv1DTranspose(3, 2, strides=3, padding='same')", sequence)
    yield case("L.Conv1DTranspose(3, 3, dilation_rate=2, data_format='channels_first')", sequence)
    yield case("L.Conv2DTranspose(3, 2, activation='relu')", image)
    yield case("L.Conv2DTranspose(3, 3, strides=2, output_padding=1)", image)
    yield case("L.Conv2DTranspose(3, 3, strides=2, output_padding=(1, 0), padding='same')", image)
    yield case("L.Conv2DTranspose(3, (3, 2), strides=(2, 1), padding='same', use_bias=False)", image)
    yield case("L.Conv2DTranspose(3, 2, strides=2, data_format='channels_first')", image)
    yield case("L.Conv2DTranspose(3, 3, dilation_rate=(1, 2), activation='tanh')", image)
    yield case("L.Conv3DTranspose(3, 2)", volume, tolerance=1e-4)
    yield case(
        "L.Conv3DTranspose(3, 2, strides=(2, 1, 2), padding='same', output_padding=0)", volume, tolerance=1e-4
    )

    yield case("L.DepthwiseConv1D(2)", sequence)
    yield case("L.DepthwiseConv1D(3, strides=2, padding='same', depth_multiplier=2)", sequence)
    yield case(
        "L.DepthwiseConv1D(2, dilation_rate=2, data_format='channels_first', activation='tanh')", sequence
    )
    yield case("L.DepthwiseConv2D(2)", image)
    yield case(
        "L.DepthwiseConv2D((3, 2), strides=2, padding='same', depth_multiplier=3, activation='relu')", image
    )
    yield case("L.DepthwiseConv2D(2, dilation_rate=2, use_bias=False)", image)
    yield case("L.DepthwiseConv2D(2, strides=(1, 2), data_format='channels_first')", image)
    yield case("L.DepthwiseConv2D(2, strides=2, dilation_rate=2)", image)
    yield case("L.SeparableConv1D(3, 2)", sequence)
    yield case(
        "L.SeparableConv1D(3, 2, padding='same', depth_multiplier=2, dilation_rate=2, use_bias=False)",
        sequence,
    )
    yield case("L.SeparableConv2D(3, 2, activation='relu')", image)
    yield case(
        "L.SeparableConv2D(3, 3, strides=2, padding='same', depth_multiplier=2, activation='gelu')", image
    )
    yield case("L.SeparableConv2D(3, 2, data_format='channels_first')", image)

    yield case("L.ReversibleEmbedding(7, 3)", (3, 5), integers=7)
    yield case("L.ReversibleEmbedding(7, 4)", sequence, call="reverse=True")
    yield case("L.ReversibleEmbedding(7, 4, logit_soft_cap=0.7)", sequence, call="reverse=True")

    yield case("L.SpectralNormalization(L.Dense(3))", flat)
    yield case("L.SpectralNormalization(L.Dense(3))", flat, call="training=True")
    yield case("L.SpectralNormalization(L.Conv2D(3, 2), power_iterations=3)", image, call="training=True")
    yield case(
        "L.SpectralNormalization(L.DepthwiseConv2D(2, depth_multiplier=2))", image, call="training=True"
    )

    yield case("L.Dense(3, lora_rank=2, activation='tanh')", flat)
    yield case("L.Dense(3, lora_rank=2, use_bias=False)", sequence)
    yield case(
        "L.EinsumDense('abc,cde->abde', (None, 2, 3), bias_axes='de', lora_rank=2, lora_alpha=3)", sequence
    )
    yield case("L.EinsumDense('abc,bcd->abd', (5, 3), lora_rank=2)", sequence)
    yield case("L.Embedding(7, 3, lora_rank=2)", (3, 5), integers=7)
    yield case("L.ReversibleEmbedding(7, 4, lora_rank=2)", sequence, call="reverse=True")
    yield case("L.Conv1D(4, 2, groups=2, padding='causal', lora_rank=2)", sequence)
    yield case("L.Conv2D(3, 2, activation='relu', lora_rank=2, lora_alpha=3)", image)
    yield case("L.Conv3D(3, 2, use_bias=False, lora_rank=1)", volume, tolerance=1e-4)


CASES = list(_cases())
