"""`Resizing`: images in another size."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_image import BaseImage, keeps_integers
from tricorn.layers.preprocessing.image._base_to_size import ToSize, stretched
from tricorn.layers.preprocessing.image._factors import a_number, one_of
from tricorn.ops._image_resize import METHODS, ratio_border, ratio_window


class Resizing(ToSize, BaseImage):
    """Images brought to a height and a width, as `ops.image.resize` does.

    Integers stay integers, rounded. Masks are taken from the nearest pixel, boxes are stretched along.

    Args:
        height: Rows of the result.
        width: Columns of the result.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        crop_to_aspect_ratio: Whether images are first cut to the largest window in the middle of the wanted aspect ratio.
        pad_to_aspect_ratio: Whether they first get a border that gives them that aspect ratio.
        fill_mode: "constant", of the border.
        fill_value: The border's value, a number.
        antialias: Whether shrinking images are averaged over the pixels that are passed over.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A size or an option is wrong, or both ways to the aspect ratio are asked for.

    Example:
        >>> Resizing(1, 4)(np.array([[[[0.0], [4.0]]]], "float32"))[0, 0, :, 0]
        array([0., 1., 3., 4.], dtype=float32)
    """

    def __init__(self, height, width, interpolation="bilinear", crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
                 fill_mode="constant", fill_value=0.0, antialias=False, data_format=None, **kwargs):  # fmt: skip
        super().__init__(data_format=data_format, **kwargs)
        self._set_size(height, width)
        self.interpolation = one_of(self, "interpolation", interpolation, METHODS)
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise bad_argument(self._where(), "images are cropped or padded to the aspect ratio, not both.",
                               given="crop_to_aspect_ratio=True, pad_to_aspect_ratio=True")  # fmt: skip
        self.crop_to_aspect_ratio, self.pad_to_aspect_ratio = crop_to_aspect_ratio, pad_to_aspect_ratio
        self.fill_mode = one_of(self, "fill_mode", fill_mode, ("constant",))
        self.fill_value = a_number(self, "fill_value", fill_value)
        self.antialias = antialias

    def _image_dtype(self, images):
        return keeps_integers(self, images)

    def get_random_transformation(self, data, training=True, seed=None):
        """The height and width of the images: nothing is drawn."""
        return self._size(data)

    def transform_images(self, images, transformation=None, training=True):
        return self._brought_to_size(images, self.interpolation, self.antialias)

    def transform_segmentation_masks(self, segmentation_masks, transformation=None, training=True):
        return self._on_masks(
            segmentation_masks, lambda masks: self._brought_to_size(masks, "nearest", False)
        )

    def transform_labels(self, labels, transformation=None, training=True):
        return labels

    def _brought_to_size(self, images, interpolation, antialias):
        return ops.image.resize(
            images, (self.height, self.width), interpolation, antialias, self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio, self.fill_mode, self.fill_value, self.data_format,
        )  # fmt: skip

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        height, width = transformation
        after = self.height, self.width
        top = left = 0
        if self.crop_to_aspect_ratio:
            top, left, height, width = ratio_window(height, width, after)
        elif self.pad_to_aspect_ratio:
            rows, columns = ratio_border(height, width, after)
            top, left, height, width = -rows, -columns, height + 2 * rows, width + 2 * columns

        def move(corners):
            return stretched(corners, (top, left), (self.height, height), (self.width, width))

        return self._moved_boxes(bounding_boxes, move, transformation, after)

    def get_config(self):
        return {**super().get_config(), "height": self.height, "width": self.width, "interpolation": self.interpolation,
                "crop_to_aspect_ratio": self.crop_to_aspect_ratio, "pad_to_aspect_ratio": self.pad_to_aspect_ratio,
                "fill_mode": self.fill_mode, "fill_value": self.fill_value, "antialias": self.antialias}  # fmt: skip
