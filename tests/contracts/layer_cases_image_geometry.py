"""Layers that move what images show.

Random ones draw unless they are told otherwise: outputs are compared without training.
"""

from __future__ import annotations

from tests.contracts.layer_case import LayerCase


def _cases():
    image, first = (2, 6, 7, 3), (2, 3, 6, 7)

    def drawing(code, shape=image):
        return LayerCase(code, (shape,), call="training=False", draws=True)

    for mode in ("horizontal", "vertical", "horizontal_and_vertical"):
        yield drawing(f"L.RandomFlip({mode!r}, seed=4)", (5, 6, 7, 3))
    yield drawing("L.RandomFlip(data_format='channels_first', bounding_box_format='xywh')", (5, 3, 6, 7))
    yield drawing("L.RandomRotation(0.3)")
    yield drawing("L.RandomRotation((-2.0, 3.0), 'wrap', 'nearest', 3, data_format='channels_first')", first)
    yield drawing("L.RandomTranslation(0.3, 0.2)")
    yield drawing("L.RandomTranslation((-0.5, 0.6), (0.1, 0.2), 'constant', seed=3, fill_value=2.0)")
    yield drawing("L.RandomZoom(0.3)")
    yield drawing(
        "L.RandomZoom((-0.3, -0.1), (0.2, 0.5), 'nearest', 'nearest', data_format='channels_first')", first
    )
    yield drawing("L.RandomShear(0.3)")
    yield drawing("L.RandomShear((0.1, 0.4), (0.2, 0.3), 'nearest', 'wrap', 1.5, seed=3)")
    yield drawing("L.RandomPerspective()")
    yield drawing("L.RandomPerspective((0.4, 0.9), 0.5, 'nearest', 1.0, 3, 'channels_first')", first)
    yield drawing("L.RandomElasticTransform()", (4, 6, 7, 3))
    yield drawing(
        "L.RandomElasticTransform((0.6, 0.9), (0.5, 1.0), 'bilinear', 'constant', 1.0, (-4, 4), 3)",
        (4, 6, 7, 3),
    )

    # A window of the whole image: the same wherever it starts. The reference keeps the size of larger images in inference.
    yield LayerCase("L.RandomCrop(6, 7, seed=3)", (image,))
    yield LayerCase("L.CenterCrop(3, 4)", (image,))
    yield LayerCase("L.CenterCrop(9, 5, data_format='channels_first')", (first,))
    yield LayerCase("L.Resizing(3, 9)", (image,))
    for options in (
        "crop_to_aspect_ratio=True",
        "pad_to_aspect_ratio=True, fill_value=2.0",
        "antialias=True",
    ):
        yield LayerCase(f"L.Resizing(4, 3, {options})", (image,))
    yield LayerCase("L.Resizing(4, 9, 'bicubic', data_format='channels_first')", (first,), tolerance=1e-4)
    yield LayerCase("L.Resizing(4, 9, 'nearest')", (image,))
    yield LayerCase("L.MaxNumBoundingBoxes(4, bounding_box_format='xyxy')", (image,))


CASES = list(_cases())
