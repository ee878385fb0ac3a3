"""`RandomElasticTransform`: images distorted as if on rubber."""

from __future__ import annotations

import functools

from tricorn import ops
from tricorn.layers.preprocessing.image._base_image import BaseRandomImage
from tricorn.layers.preprocessing.image._factors import a_number, one_of, share_range, value_range_of
from tricorn.layers.preprocessing.image._moves_boxes import MovesBoxes
from tricorn.ops._image_move import replaced
from tricorn.ops._image_transform import FILL_MODES, displaced
from tricorn.random._draw import normal, uniform


class RandomElasticTransform(MovesBoxes, BaseRandomImage):
    """Some images distorted smoothly: every pixel comes from a place that lies a little off.

    The ways in x and in y are white noise of deviation `sigma`, blurred by a Gaussian of deviation `sigma`, times `alpha`,
    with `alpha` a tenth of the longer side and `sigma` a twentieth of the shorter one, both times a factor drawn for each
    image. Labels stay. Masks move along; boxes become the smallest upright boxes around the pixels that came from them.

    Args:
        factor: Range of the probability with which an image is distorted, within [0, 1], drawn for each: a pair, or a
            number f for (0, f).
        scale: Range of the factor of the distortion, the same way.
        interpolation: "nearest" or "bilinear".
        fill_mode: What stands outside the image: "reflect", "wrap", "mirror", "constant" or "nearest", as in
            `ops.image.map_coordinates`.
        fill_value: A number, for "constant".
        value_range: Lowest and highest value of images, to which distorted ones are cut off.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A range or an option is wrong.

    Source: Simard et al., 2003.

    Example:
        >>> RandomElasticTransform(seed=1)(np.full((1, 4, 4, 3), 100.0, "float32")).shape
        (1, 4, 4, 3)
    """

    def __init__(self, factor=1.0, scale=1.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                 value_range=(0, 255), seed=None, data_format=None, **kwargs):  # fmt: skip
        super().__init__(seed, data_format=data_format, **kwargs)
        self.factor = share_range(self, "factor", factor)
        self.scale = share_range(self, "scale", scale)
        self.interpolation = one_of(self, "interpolation", interpolation, ("nearest", "bilinear"))
        self.fill_mode = one_of(self, "fill_mode", fill_mode, FILL_MODES)
        self.fill_value = a_number(self, "fill_value", fill_value)
        self.value_range = value_range_of(self, value_range)

    def get_elastic_transform_params(self, height, width, factor):
        """`alpha` and `sigma`, in pixels, for images of a size; `factor` may be a tensor of several."""
        if isinstance(height, (int, float)) and isinstance(width, (int, float)):
            longer, shorter = max(height, width), min(height, width)
        else:
            longer, shorter = ops.maximum(height, width), ops.minimum(height, width)
        return longer * 0.1 * factor, shorter * 0.05 * factor

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        seed, batch = self._draws(seed), self._batch_size(data)
        height, width = self._size(data)
        share, draw = (
            uniform((batch,), *bounds, "float32", seed=seed) for bounds in (self.factor, (0.0, 1.0))
        )
        factor = uniform((batch,), *self.scale, "float32", seed=seed)
        sizes = (ops.cast(height, "float32"), ops.cast(width, "float32"))
        alpha, sigma = self.get_elastic_transform_params(*sizes, factor)
        # Of no width, a Gaussian would be 0 / 0 in its middle.
        down, right = (_blur(size, ops.maximum(sigma, 1e-3)) for size in (height, width))
        noise = normal((batch, 2, height, width), 0.0, 1.0, "float32", seed=seed)
        strength = ops.reshape(sigma * alpha, (-1, 1, 1, 1))
        ways = ops.matmul(ops.matmul(down, noise), right) * strength
        return {"apply_transform": ops.less(draw, share), "distortion_factor": factor,
                "displacements": ops.transpose(ways, (0, 2, 3, 1))}  # fmt: skip

    def transform_images(self, images, transformation, training=True):
        if not training or transformation is None:
            return images
        moved = ops.clip(self._displaced(images, transformation, self.interpolation), *self.value_range)
        return replaced(images, moved, self._applies(transformation, 4))

    def transform_segmentation_masks(self, segmentation_masks, transformation, training=True):
        if not training or transformation is None:
            return segmentation_masks
        return self._on_masks(segmentation_masks, lambda masks: ops.where(
            self._applies(transformation, 4), self._displaced(masks, transformation, "nearest"), masks))  # fmt: skip

    def _displaced(self, images, transformation, interpolation):
        ways = transformation["displacements"]
        return displaced(images, ways, interpolation, self.fill_mode, self.fill_value, self.data_format)

    def _applies(self, transformation, rank):
        return ops.reshape(transformation["apply_transform"], (-1, *(1,) * (rank - 1)))

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        if not training or transformation is None:
            return bounding_boxes
        ways = transformation["displacements"]
        _, height, width, _ = ops.shape(ways)
        applies = self._applies(transformation, 2)

        def move(corners):
            left, top, right, bottom = (ops.expand_dims(ops.expand_dims(part, -1), -1) for part in corners)
            dtype = left.dtype
            # Where the middle of each pixel comes from, (batch, 1, height, width).
            rows = ops.expand_dims(ops.cast(ops.arange(height), dtype), 1) + (
                ops.cast(ways[..., 0], dtype) + 0.5
            )
            columns = ops.cast(ops.arange(width), dtype) + (ops.cast(ways[..., 1], dtype) + 0.5)
            rows, columns = ops.expand_dims(rows, 1), ops.expand_dims(columns, 1)
            inside = functools.reduce(ops.logical_and, (
                ops.greater_equal(rows, top), ops.less(rows, bottom), ops.greater_equal(columns, left),
                ops.less(columns, right)))  # fmt: skip
            (top, bottom), (left, right) = (
                _span(ops.any(inside, -1), height, dtype),
                _span(ops.any(inside, -2), width, dtype),
            )
            return [
                ops.where(applies, new, old)
                for new, old in zip((left, top, right, bottom), corners, strict=True)
            ]

        return self._moved_boxes(bounding_boxes, move, (height, width), (height, width))

    def get_config(self):
        return {**super().get_config(), "factor": self.factor, "scale": self.scale, "interpolation": self.interpolation,
                "fill_mode": self.fill_mode, "fill_value": self.fill_value, "value_range": self.value_range,
                "seed": self.seed}  # fmt: skip


def _blur(size, sigma):
    """(batch, 1, size, size): rows of a Gaussian for each deviation; what falls outside is lost."""
    places = ops.cast(ops.arange(size), "float32")
    scale = ops.reshape(-0.5 / ops.square(sigma), (-1, 1, 1, 1))
    weights = ops.exp(scale * ops.square(ops.expand_dims(places, 1) - places))
    # The whole Gaussian: both halves, and its middle once.
    total = 2 * ops.sum(ops.exp(scale * ops.square(places)), -1, keepdims=True) - 1
    return weights / total


def _span(inside, size, dtype):
    """From the first to past the last True on the last axis; nothing where there is none."""
    places = ops.cast(ops.arange(size), dtype)
    first = ops.min(ops.where(inside, places, ops.cast(size, dtype)), -1)
    return first, ops.max(ops.where(inside, places + 1, ops.cast(0, dtype)), -1)
