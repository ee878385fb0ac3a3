"""`RandomGrayscale`: some images lose their colours."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage, keeps_integers
from tricorn.layers.preprocessing.image._photometric import check_colours, is_gray
from tricorn.ops._image_move import replaced
from tricorn.ops._image_slices import in_slices


class RandomGrayscale(BaseRandomImage):
    """Each image, with the probability `factor`, with its luma in all three channels.

    Labels, boxes and masks stay, and so do gray images. Integers stay integers.

    Args:
        factor: Probability, in [0, 1].
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: `factor` is no probability, or images have neither one nor three channels.

    Example:
        >>> RandomGrayscale(1.0)(np.array([[[[200.0, 100.0, 0.0]]]], "float32"))[0, 0, 0].round(2)
        array([118.48, 118.48, 118.48], dtype=float32)
    """

    def __init__(self, factor=0.5, data_format=None, seed=None, **kwargs):
        super().__init__(seed, data_format=data_format, **kwargs)
        if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0 <= factor <= 1:
            raise bad_argument(
                self._where(),
                "`factor` must be a probability.",
                expected="in [0, 1]",
                given=f"factor={factor!r}",
            )
        self.factor = factor

    def _check(self, parts):
        super()._check(parts)
        check_colours(self, parts)

    def _image_dtype(self, images):
        return keeps_integers(self, images)

    def get_random_transformation(self, images, training=True, seed=None):
        if not training:
            return None
        return self._flips(self.factor, (self._batch_size(images), 1, 1, 1), self._draws(seed))

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None or is_gray(self, images):
            return images
        return in_slices(images, [ops.reshape(transformation, (-1, 1, 1, 1))], self._grayed, is_light=True)

    def _grayed(self, images, chosen):
        return replaced(images, ops.image.rgb_to_grayscale(images, self.data_format), chosen)

    def transform_labels(self, labels, transformations=None, **kwargs):
        return labels

    def transform_bounding_boxes(self, bounding_boxes, **kwargs):
        return bounding_boxes

    def transform_segmentation_masks(self, segmentation_masks, transformations=None, **kwargs):
        return segmentation_masks

    def compute_output_spec(self, inputs, **kwargs):
        return super().compute_output_spec(inputs, **kwargs)

    def get_config(self):
        config = {**super().get_config(), "factor": self.factor}
        return config if self.seed is None else {**config, "seed": self.seed}
