"""Layers that change the values of pixels, and those that mix images.

Random layers draw unless they are told otherwise: outputs are compared without training.
"""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    image, first = (2, 6, 7, 3), (2, 3, 6, 7)

    def drawing(code, shape=image):
        return LayerCase(code, (shape,), call="training=False", draws=True)

    values = "value_range=(-4, 4)"
    yield drawing("L.RandomBrightness(0.4)")
    yield drawing(f"L.RandomBrightness((-0.2, 0.3), {values}, seed=3)")
    yield drawing(f"L.RandomContrast(0.4, {values})")
    yield drawing(f"L.RandomContrast((0.1, 0.9), seed=3, {values}, data_format='channels_first')", first)
    for name, factors in {
        "RandomHue": ("0.4", "(0.1, 0.9)"), "RandomSaturation": ("0.4", "(0.1, 0.9)"),
        "RandomColorDegeneration": ("0.4", "(-0.9, 0.9)"), "RandomSharpness": ("0.4", "(0.1, 0.9)"),
        "RandomPosterization": ("3", "(2, 8)"), "RandomInvert": ("0.9", "(0.4, 0.6)"),
        "RandomErasing": ("0.9", "(0.4, 0.6)"), "RandomGaussianBlur": ("0.9", "(0.4, 0.6)"),
    }.items():  # fmt: skip
        yield drawing(f"L.{name}({factors[0]}, {values})")
        yield drawing(f"L.{name}(factor={factors[1]}, {values}, seed=3, data_format='channels_first')", first)
    yield drawing("L.RandomErasing(scale=(0.5, 0.6), fill_value=2.0)", (2, 6, 7, 1))
    yield drawing("L.RandomGaussianBlur(kernel_size=(3, 5), sigma=(0.4, 2.0))", (2, 6, 7, 4))
    yield drawing("L.RandomGrayscale()")
    yield drawing("L.RandomGrayscale(0.6, data_format='channels_first')", first)
    yield drawing(f"L.RandomColorJitter({values}, brightness_factor=0.2, contrast_factor=(0.1, 0.5), hue_factor=0.1, "
                  "saturation_factor=0.3, seed=3)")  # fmt: skip
    yield drawing("L.RandomColorJitter(brightness_factor=0.2)")
    yield drawing(f"L.Solarization(0.4, (0.1, 0.9), {values})")
    yield drawing(f"L.Solarization(threshold_factor=0.5, {values}, seed=3)")
    yield drawing("L.CutMix(seed=3)", (5, 6, 7, 3))
    yield drawing("L.CutMix((0.3, 0.9), data_format='channels_first')", (5, 3, 6, 7))
    yield drawing("L.MixUp(seed=3)", (5, 6, 7, 3))
    yield drawing("L.MixUp(0.9, data_format='channels_first')", (5, 3, 6, 7))

    yield drawing(f"L.RandAugment({values}, seed=3)")
    yield drawing(
        "L.RandAugment(num_ops=1, factor=(0.2, 0.4), interpolation='nearest', data_format='channels_first')",
        first,
    )
    yield drawing(f"L.AugMix({values}, num_chains=2, chain_depth=2, seed=3)")
    yield drawing(
        "L.AugMix(factor=(0.2, 0.4), alpha=0.5, all_ops=False, data_format='channels_first')", first
    )

    yield LayerCase(f"L.AutoContrast({values})", (image,))
    yield LayerCase("L.AutoContrast(value_range=[0, 1])", (image,))
    # The reference counts the values of all images of a batch together.
    yield LayerCase(f"L.Equalization({values})", ((1, 6, 7, 3),))
    yield LayerCase("L.Equalization((0, 2), bins=12, data_format='channels_first')", ((1, 3, 6, 7),))
    name = "L.ContrastLimitedAdaptiveHistogramEqualization"
    yield LayerCase(f"{name}({values}, tile_grid_size=(3, 2))", (image,))
    yield LayerCase(f"{name}({values}, clip_limit=1.5, data_format='channels_first')", (first,))
    yield LayerCase(f"L.Pipeline([L.AutoContrast({values}), L.Rescaling(0.5), L.RandomInvert(seed=2, {values})])", (image,),
                    call="training=False")  # fmt: skip


CASES = list(_cases())
