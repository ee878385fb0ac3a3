"""`MixUp`: images laid over one another."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing.image._base_mix import BaseMix, _leading
from tricorn.layers.preprocessing.image._concentrations import symmetric_beta
from tricorn.layers.preprocessing.image._factors import positive_number
from tricorn.layers.preprocessing.image._photometric import finished
from tricorn.ops._image_layout import to_float


class MixUp(BaseMix):
    """`w * image + (1 - w) * other`, with another image of the batch; labels and masks likewise, boxes those of both.

    `w` is drawn for each image from the beta distribution B(alpha, alpha).

    Args:
        alpha: Concentration, above 0: small ones leave images nearly alone, 1 mixes in all proportions.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Call arguments:
        data: As of `BaseImage`; labels one-hot, or floats. Masks that hold classes should be one-hot too: they become floats.
            Bounding boxes (batch, n, 4) become (batch, 2 n, 4), and their labels (batch, 2 n).

    Raises:
        ValueError: `alpha` is no positive number, or labels are classes given as integers.

    Source: Zhang et al., mixup, 2017; for boxes Zhang et al., Bag of Freebies for Training Object Detection, 2019.

    Example:
        >>> data = {"images": np.ones((4, 8, 8, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> MixUp(seed=1)(data)["images"].sum()
        768.0
    """

    def __init__(self, alpha=0.2, data_format=None, seed=None, **kwargs):
        super().__init__(seed, data_format=data_format, **kwargs)
        self.alpha = positive_number(self, "alpha", alpha)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, source = self._batch_size(data), self._draws(seed)
        return {
            "mix_weight": symmetric_beta((count,), self.alpha, source),
            "permutation_order": self._partners(count, source),
        }

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        return finished(self._overlaid(to_float(images), transformation), images)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        """`w * mask + (1 - w) * mask of the other image`, as floats."""
        masks = ops.cast(ops.convert_to_tensor(segmentation_masks), self._float_dtype())
        if not training or transformation is None:
            return masks
        return self._overlaid(masks, transformation)

    def _overlaid(self, x, transformation):
        return self._mixed(x, transformation["permutation_order"], _leading(transformation["mix_weight"], x))

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        """The boxes of both images, one's own first."""
        if not training or transformation is None:
            return bounding_boxes
        partners = transformation["permutation_order"]
        both = {}
        for key in ("boxes", "labels"):
            own = ops.convert_to_tensor(bounding_boxes[key])
            both[key] = ops.concatenate([own, ops.take(own, partners, 0)], 1)
        return {**bounding_boxes, **both}

    def _masks_spec(self, masks, before, after):
        return KerasTensor(masks.shape, self._float_dtype(), record_history=False)

    def _boxes_spec(self, boxes):
        # Twice as many in training, as many as there were without.
        many = {key: KerasTensor((part.shape[0], None, *part.shape[2:]), part.dtype, record_history=False)
                for key, part in boxes.items() if key in ("boxes", "labels")}  # fmt: skip
        return {**boxes, **many}

    def get_config(self):
        return {**super().get_config(), "alpha": self.alpha, "seed": self.seed}
