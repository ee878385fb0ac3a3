"""`RandomTranslation`: images moved sideways, up and down."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_warp import BaseWarp, ShiftsBoxes, affine
from tricorn.layers.preprocessing.image._factors import factor_range, in_order


class RandomTranslation(ShiftsBoxes, BaseWarp):
    """Each image moved by a share of its height and of its width, drawn for it.

    Labels stay; boxes and masks move along.

    Args:
        height_factor: Range of the way down, in heights, within [-1, 1]: a pair, or a number f for (-f, f).
        width_factor: Range of the way to the right, in widths.
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
        >>> RandomTranslation((0.5, 0.5), 0.0, "constant")(np.array([[[[7.0]], [[8.0]]]], "float32"))[0, :, 0, 0]
        array([0., 7.], dtype=float32)
    """

    def __init__(self, height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None,
                 fill_value=0.0, data_format=None, **kwargs):  # fmt: skip
        super().__init__(fill_mode, interpolation, fill_value, seed, data_format=data_format, **kwargs)
        self.height_factor, self.width_factor = height_factor, width_factor
        self._down = factor_range(self, "height_factor", in_order(height_factor), -1, 1)
        self._right = factor_range(self, "width_factor", in_order(width_factor), -1, 1)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        seed, batch = self._draws(seed), self._batch_size(data)
        height, width = self._size(data)
        down, right = self._uniform(batch, self._down, seed), self._uniform(batch, self._right, seed)
        ways = [right * ops.cast(width, "float32"), down * ops.cast(height, "float32")]
        return {"translations": ops.stack(ways, 1), "input_shape": self._shape_of(data)}

    def _transforms(self, transformation):
        ways = transformation["translations"]
        right, down = ways[:, 0], ways[:, 1]
        one, zero = ops.ones_like(right), ops.zeros_like(right)
        return affine(one, zero, -right, zero, one, -down)

    def get_config(self):
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
        }
