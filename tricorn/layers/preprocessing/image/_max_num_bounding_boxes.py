"""`MaxNumBoundingBoxes`: the same number of boxes for every image."""

from __future__ import annotations

import operator

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.layers.preprocessing.image._base_image import BaseImage, keeps_integers
from tricorn.layers.preprocessing.image._boxes import PADDING
from tricorn.layers.preprocessing.image._factors import a_number


class MaxNumBoundingBoxes(BaseImage):
    """The first `max_number` boxes of each image; where there are fewer, padding follows. Images and masks stay.

    Args:
        max_number: How many boxes come out, at least 1.
        fill_value: Of padding, in boxes and in labels; the other layers know -1 as padding.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: `max_number` is no positive integer, or `fill_value` is no number.

    Example:
        >>> layer = MaxNumBoundingBoxes(2, bounding_box_format="xyxy")
        >>> boxes = {"boxes": np.array([[[0.0, 0.0, 2.0, 2.0]]]), "labels": np.array([[3]])}
        >>> layer({"images": np.zeros((1, 4, 4, 3)), "bounding_boxes": boxes})["bounding_boxes"]["labels"].tolist()
        [[3, -1]]
    """

    def __init__(self, max_number, fill_value=PADDING, **kwargs):
        super().__init__(**kwargs)
        try:
            self.max_number = operator.index(max_number)
        except TypeError:
            self.max_number = 0
        if self.max_number < 1 or isinstance(max_number, bool):
            raise bad_argument(self._where(), "`max_number` must be a number of boxes.", expected="an integer of at least 1",
                               given=f"max_number={max_number!r}")  # fmt: skip
        self.fill_value = a_number(self, "fill_value", fill_value)

    def _image_dtype(self, images):
        return keeps_integers(self, images)

    def transform_images(self, images, transformation=None, training=True):
        return images

    def transform_labels(self, labels, transformation=None, training=True):
        return labels

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return segmentation_masks

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        return {**bounding_boxes, "boxes": self._counted(bounding_boxes["boxes"]),
                "labels": self._counted(bounding_boxes["labels"])}  # fmt: skip

    def _counted(self, x):
        x = x[:, : self.max_number]
        sizes = list(ops.shape(x))
        sizes[1] = self.max_number - sizes[1]
        if isinstance(sizes[1], int) and sizes[1] == 0:
            return x
        out = ops.concatenate([x, ops.full(sizes, self.fill_value, dtype=ops.dtype(x))], 1)
        return ops.reshape(out, (-1, self.max_number, *x.shape[2:]))

    def _boxes_spec(self, boxes):
        corners, labels = boxes["boxes"], boxes["labels"]
        many = (*corners.shape[:-2], self.max_number, 4), (*labels.shape[:-1], self.max_number)
        return {**boxes, "boxes": KerasTensor(many[0], corners.dtype, record_history=False),
                "labels": KerasTensor(many[1], labels.dtype, record_history=False)}  # fmt: skip

    def get_config(self):
        config = {**super().get_config(), "max_number": self.max_number}
        if self.fill_value != PADDING:
            config["fill_value"] = self.fill_value
        return config
