"""`RandomZoom`: images seen from nearer or farther."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_warp import BaseWarp, affine
from tricorn.layers.preprocessing.image._factors import factor_range, in_order


class RandomZoom(BaseWarp):
    """Each image scaled about its middle by `1 / (1 + factor)`, drawn for it.

    Labels stay; boxes and masks move along.

    Args:
        height_factor: Range of the factor for the height, within (-1, 1]: a pair, or a number f for (-f, f). Above 0 the
            image shrinks, below it grows.
        width_factor: That for the width; None: as the height, so that the aspect ratio stays.
        fill_mode: What stands outside the image, as in `ops.image.affine_transform`: "reflect", "wrap", "constant" or
            "nearest".
        interpolation: "nearest" or "bilinear".
        seed: Seed of the draws.
        fill_value: A number, for "constant".
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A factor is no range or an option is unknown.

    Example:
        >>> x = np.arange(5, dtype="float32").reshape(1, 1, 5, 1)
        >>> RandomZoom((-0.5, -0.5))(x)[0, 0, :, 0]  # twice as large
        array([1. , 1.5, 2. , 2.5, 3. ], dtype=float32)
    """

    def __init__(self, height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None,
                 fill_value=0.0, data_format=None, **kwargs):  # fmt: skip
        super().__init__(fill_mode, interpolation, fill_value, seed, data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._height_range = self._range("height_factor", height_factor)
        self._width_range = None if width_factor is None else self._range("width_factor", width_factor)

    def _range(self, name, factor):
        low, high = factor_range(self, name, in_order(factor), -1, 1)
        if isinstance(factor, (tuple, list)) and low == -1:
            raise bad_argument(self._where(), f"`{name}` is out of range: nothing is left of an image at -1.",
                               expected="in (-1, 1]", given=f"{name}={factor!r}")  # fmt: skip
        return 1 + low, 1 + high

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        seed, batch = self._draws(seed), self._batch_size(data)
        height = ops.expand_dims(self._uniform(batch, self._height_range, seed), 1)
        width = height
        if self._width_range is not None:
            width = ops.expand_dims(self._uniform(batch, self._width_range, seed), 1)
        return {"height_zoom": height, "width_zoom": width, "input_shape": self._shape_of(data)}

    def _transforms(self, transformation):
        down, right = transformation["height_zoom"][:, 0], transformation["width_zoom"][:, 0]
        height, width = (ops.cast(size, down.dtype) for size in self._size_in(transformation))
        zero = ops.zeros_like(down)
        return affine(
            right, zero, (width - 1) * 0.5 * (1 - right), zero, down, (height - 1) * 0.5 * (1 - down)
        )

    def get_clipped_bbox(self, bounding_boxes, h_end, h_start, w_end, w_start):
        """Boxes as they lie in a window, cut off at its border.

        Args:
            bounding_boxes: A dict with "boxes" (..., 4) as (left, top, right, bottom).
            h_end, h_start: Rows of the window.
            w_end, w_start: Its columns.
        """
        left, top, right, bottom = (bounding_boxes["boxes"][..., k] for k in range(4))
        width, height = w_end - w_start, h_end - h_start
        xs = (ops.clip(x - w_start, 0, width) for x in (left, right))
        ys = (ops.clip(y - h_start, 0, height) for y in (top, bottom))
        (left, right), (top, bottom) = xs, ys
        return {**bounding_boxes, "boxes": ops.stack([left, top, right, bottom], -1)}

    def get_config(self):
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }
