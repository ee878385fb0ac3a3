"""`RandomRotation`: images turned about their middle."""

from __future__ import annotations

import math

from tricorn import ops
from tricorn.layers.preprocessing.image._base_warp import BaseWarp, affine
from tricorn.layers.preprocessing.image._factors import factor_range, in_order


class RandomRotation(BaseWarp):
    """Each image turned about its middle by an angle drawn for it, against the clock for positive factors.

    Labels stay; boxes and masks move along.

    Args:
        factor: Range of the angle, in full turns: a pair, or a number f within [-1, 1] for (-f, f).
        fill_mode: What stands outside the image, as in `ops.image.affine_transform`: "reflect", "wrap", "constant" or
            "nearest".
        interpolation: "nearest" or "bilinear".
        seed: Seed of the draws.
        fill_value: A number, for "constant".
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: `factor` is no range or an option is unknown.

    Example:
        >>> x = np.arange(4, dtype="float32").reshape(1, 2, 2, 1)
        >>> RandomRotation((0.25, 0.25), interpolation="nearest")(x)[0, :, :, 0]
        array([[1., 3.],
               [0., 2.]], dtype=float32)
    """

    def __init__(self, factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, data_format=None,
                 **kwargs):  # fmt: skip
        super().__init__(fill_mode, interpolation, fill_value, seed, data_format=data_format, **kwargs)
        most = math.inf if isinstance(factor, (tuple, list)) else 1
        self.factor = factor_range(self, "factor", in_order(factor), -most, most)

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        batch = self._batch_size(data)
        height, width = self._size(data)
        angle = self._uniform(batch, tuple(bound * 360.0 for bound in self.factor), self._draws(seed))
        turn = angle * (math.pi / 180)
        cosine, sine = ops.cos(turn), ops.sin(turn)
        right, down = ops.cast(width, "float32") - 1, ops.cast(height, "float32") - 1
        to_right = (right - (cosine * right - sine * down)) * 0.5
        to_bottom = (down - (sine * right + cosine * down)) * 0.5
        return {"angle": angle, "rotation_matrix": affine(cosine, -sine, to_right, sine, cosine, to_bottom),
                "image_height": height, "image_width": width, "batch_size": batch}  # fmt: skip

    def _transforms(self, transformation):
        return transformation["rotation_matrix"]

    def _size_in(self, transformation):
        return transformation["image_height"], transformation["image_width"]

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}
