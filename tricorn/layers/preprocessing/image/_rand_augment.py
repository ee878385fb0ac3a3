"""`RandAugment`: a few random changes, all of one strength."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_choice import MOVING, BaseChoice
from tricorn.random._draw import randint


class RandAugment(BaseChoice):
    """`num_ops` layers, drawn for a whole batch, one after the other; how much they do is drawn for each image.

    Drawn from, each equally likely at each place: RandomShear, RandomTranslation, RandomRotation, RandomBrightness,
    RandomColorDegeneration, RandomContrast, RandomSharpness, RandomPosterization, Solarization, AutoContrast, Equalization.
    Boxes and masks move with the images; labels stay. Images are gray or RGB.

    Args:
        value_range: Lowest and highest value of images.
        num_ops: How many layers are applied.
        factor: Their strength, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        interpolation: "nearest" or "bilinear", of those that move pixels.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: An argument is out of range.

    Source: Cubuk et al., RandAugment, 2019.

    Example:
        >>> RandAugment(num_ops=2, factor=0.3, seed=1)(np.ones((2, 8, 8, 3), "float32")).shape
        (2, 8, 8, 3)
    """

    _moves_boxes = True

    def __init__(self, value_range=(0, 255), num_ops=2, factor=0.5, interpolation="bilinear", seed=None,
                 data_format=None, **kwargs):  # fmt: skip
        super().__init__(value_range, factor, interpolation, seed, data_format, **kwargs)
        self.num_ops = self._count("num_ops", num_ops)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        source = self._draws(seed)
        places = randint((self.num_ops,), 0, len(self._choices), seed=source)
        return {"transforms": self._drawn(data, source), "layer_idxes": places}

    def transform_images(self, images, transformation, training=True):
        return self._through(images, "images", transformation, training, list(self._choices))

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        """Boxes, moved as the images are."""
        return self._through(
            bounding_boxes, "bounding_boxes", transformation, training, list(self._choices)[:MOVING]
        )

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        """Masks, moved as the images are."""
        return self._through(
            segmentation_masks, "segmentation_masks", transformation, training, list(self._choices)[:MOVING]
        )

    def _through(self, part, what, transformation, training, names):
        if not training or transformation is None:
            return part
        # Layers that leave this part of the data count as one.
        places = ops.minimum(ops.convert_to_tensor(transformation["layer_idxes"]), len(names))
        return self._one_after_the_other(what, part, places, transformation["transforms"], names)

    def get_config(self):
        return {**super().get_config(), "num_ops": self.num_ops}
