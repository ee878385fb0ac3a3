"""`CutMix`: a rectangle of each image taken from another one."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_mix import BaseMix
from tricorn.layers.preprocessing.image._concentrations import symmetric_beta
from tricorn.layers.preprocessing.image._factors import factor_range
from tricorn.layers.preprocessing.image._rectangles import like_images, rectangles
from tricorn.random._draw import uniform


class CutMix(BaseMix):
    """A rectangle of each image replaced by the same one of another image of the batch, and labels mixed by its area.

    The share of pixels that stay is drawn from the beta distribution B(a, a) with an `a` for each image from `factor`;
    the rectangle has the image's proportions and lies wholly inside. Labels become `w * label + (1 - w) * other`, where w
    is the share of pixels that did stay. Masks are cut as images are.

    Args:
        factor: Range of `a`, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `BaseImage`.

    Call arguments:
        data: As of `BaseImage`; labels one-hot, or floats. Bounding boxes are refused: one cannot tell what a cut box holds.

    Raises:
        ValueError: `factor` is no range, or labels are classes given as integers.

    Source: Yun et al., CutMix, 2019.

    Example:
        >>> data = {"images": np.ones((4, 8, 8, 3), "float32"), "labels": np.eye(4, dtype="float32")}
        >>> CutMix(seed=1)(data)["labels"].sum()
        4.0
    """

    def __init__(self, factor=1.0, seed=None, data_format=None, **kwargs):
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor = factor_range(self, "factor", factor, 0, 1)

    def _check(self, parts):
        super()._check(parts)
        if "bounding_boxes" in parts:
            raise self._no_boxes()

    def _no_boxes(self):
        return bad_argument(
            self._where(), "takes no bounding boxes.", expected="images, labels, segmentation masks",
            given="the key 'bounding_boxes'", hint="MixUp keeps the boxes of both images", error=NotImplementedError,
        )  # fmt: skip

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        images = data["images"] if isinstance(data, dict) else data
        count, source = self._batch_size(data), self._draws(seed)
        partners = self._partners(count, source)
        lower, upper = (max(bound, 1e-3) for bound in self.factor)
        concentration = lower if lower == upper else uniform((count,), lower, upper, seed=source)
        stays = symmetric_beta((count,), concentration, source)
        share = ops.sqrt(1 - stays)
        mask, area = rectangles(self._size(images), (share, share), count, source)
        return {
            "permutation_order": partners,
            "batch_masks": like_images(mask, images, self.channels_axis),
            "mix_weight": ops.reshape(1 - area, (-1, 1, 1, 1)),
        }

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        return ops.where(
            transformation["batch_masks"], ops.take(images, transformation["permutation_order"], 0), images
        )

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        raise self._no_boxes()

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        """Masks, cut as the images are."""
        if not training or transformation is None:
            return segmentation_masks
        masks, axis = ops.convert_to_tensor(segmentation_masks), self.channels_axis
        cut = transformation["batch_masks"][:, :1] if axis == -3 else transformation["batch_masks"][..., :1]
        if len(masks.shape) == 3:
            cut = ops.squeeze(cut, axis)
        return ops.where(cut, ops.take(masks, transformation["permutation_order"], 0), masks)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor, "seed": self.seed}
