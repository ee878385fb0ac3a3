"""What layers share that look at images through a projective transform."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._boxes import hull, vertices
from tricorn.layers.preprocessing.image._factors import a_number, one_of
from tricorn.layers.preprocessing.image._moves_boxes import MovesBoxes
from tricorn.random._draw import uniform

_INTERPOLATIONS = ("nearest", "bilinear")
_FILL_MODES = ("reflect", "wrap", "constant", "nearest")


class BaseWarp(MovesBoxes, BaseRandomImage):
    """Images, masks and boxes moved by a transform that is drawn for each image.

    Masks are taken from the nearest pixel. Boxes become the smallest upright boxes around their moved corners, cut off at
    the border of the image; one that leaves the image becomes padding (-1).

    A subclass defines `get_random_transformation` and `_transforms`.

    Args:
        fill_mode: What stands outside the image: "reflect" (d c b a | a b c d | d c b a), "wrap" (a b c d | a b c d | a b
            c d), "nearest" (a a a a | a b c d | d d d d), or "constant" (`fill_value`).
        interpolation: "nearest" or "bilinear".
        fill_value: A number.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.
    """

    def __init__(self, fill_mode="reflect", interpolation="bilinear", fill_value=0.0, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        self.fill_mode = one_of(self, "fill_mode", fill_mode, _FILL_MODES)
        self.interpolation = one_of(self, "interpolation", interpolation, _INTERPOLATIONS)
        self.fill_value = a_number(self, "fill_value", fill_value)

    def _transforms(self, transformation):
        """(batch, 8): for each image the transform that leads from pixels of the result to those of the image.

        The pixel `(x, y)` shows what stands at `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)`, `k = c0 x + c1 y + 1`.
        """
        raise NotImplementedError(f"{self._where()} must define `_transforms`.")

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        return self._warped(images, transformation, self.interpolation)

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._on_masks(
            segmentation_masks, lambda masks: self._warped(masks, transformation, "nearest")
        )

    def _warped(self, images, transformation, interpolation):
        return ops.image.affine_transform(images, self._transforms(transformation), interpolation, self.fill_mode,
                                          self.fill_value, self.data_format)  # fmt: skip

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        size = self._size_in(transformation)
        back = inverse_at_corners(self._transforms(transformation))

        def move(corners):
            return hull([projected(x, y, back) for x, y in vertices(corners)])

        return self._moved_boxes(bounding_boxes, move, size, size)

    def _size_in(self, transformation):
        shape = transformation["input_shape"]
        return shape[self.height_axis], shape[self.width_axis]

    def _shape_of(self, data):
        """The shape of a batch of images, as part of a transformation."""
        images = data["images"] if isinstance(data, dict) else data
        shape = tuple(ops.shape(images))
        return shape if len(shape) == 4 else (1, *shape)

    def _uniform(self, batch, bounds, seed):
        """(batch,) numbers of float32: places in an image are too fine for less."""
        return uniform((batch,), bounds[0], bounds[1], "float32", seed=seed)

    def get_transformed_x_y(self, x, y, transform):
        """Where points go to that a transform leads from.

        Args:
            x, y: (..., n), columns and rows.
            transform: (..., 8), as for `ops.image.affine_transform`.

        Returns:
            `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)`, each (..., n).
        """
        transform = ops.convert_to_tensor(transform)
        return projected(x, y, [transform[..., k : k + 1] for k in range(8)] + [1])

    def get_config(self):
        return {**super().get_config(), "fill_mode": self.fill_mode, "interpolation": self.interpolation,
                "fill_value": self.fill_value, "seed": self.seed}  # fmt: skip


class ShiftsBoxes:
    """Mixin for layers whose reference offers boxes moved by a number of pixels."""

    def get_shifted_bbox(self, bounding_boxes, w_shift_factor, h_shift_factor):
        """Boxes moved to the left and up.

        Args:
            bounding_boxes: A dict with "boxes" (..., 4) as (left, top, right, bottom).
            w_shift_factor: How far to the left: a number, or what broadcasts to (...).
            h_shift_factor: How far up.
        """
        left, top, right, bottom = (bounding_boxes["boxes"][..., k] for k in range(4))
        moved = left - w_shift_factor, top - h_shift_factor, right - w_shift_factor, bottom - h_shift_factor
        return {**bounding_boxes, "boxes": ops.stack(moved, -1)}


def projected(x, y, matrix):
    """Points seen through a matrix of nine entries, row by row."""
    a0, a1, a2, b0, b1, b2, c0, c1, c2 = matrix
    depth = c0 * x + c1 * y + c2
    return (a0 * x + a1 * y + a2) / depth, (b0 * x + b1 * y + b2) / depth


def inverse_at_corners(transforms):
    """The inverse of transforms (batch, 8), for places that are counted from the corner of the image.

    Transforms count from the centre of the first pixel, boxes from its corner, which lies half a pixel before it.

    Returns:
        Nine entries (batch, 1).
    """
    a0, a1, a2, b0, b1, b2, c0, c1 = (transforms[:, k : k + 1] for k in range(8))
    # T M T^-1 with T the step of half a pixel: first the columns, then the rows.
    a2, b2, c2 = (last - 0.5 * (one + two) for one, two, last in ((a0, a1, a2), (b0, b1, b2), (c0, c1, 1)))
    a0, a1, a2, b0, b1, b2 = (entry + 0.5 * last for entry, last in zip((a0, a1, a2, b0, b1, b2), (c0, c1, c2) * 2,
                                                                        strict=True))  # fmt: skip
    # The adjugate: points have one depth more than they need.
    return (b1 * c2 - b2 * c1, a2 * c1 - a1 * c2, a1 * b2 - a2 * b1,
            b2 * c0 - b0 * c2, a0 * c2 - a2 * c0, a2 * b0 - a0 * b2,
            b0 * c1 - b1 * c0, a1 * c0 - a0 * c1, a0 * b1 - a1 * b0)  # fmt: skip


def affine(a0, a1, a2, b0, b1, b2):
    """(batch, 8) of six entries (batch,)."""
    zero = ops.zeros_like(a2)
    return ops.stack([a0, a1, a2, b0, b1, b2, zero, zero], 1)
