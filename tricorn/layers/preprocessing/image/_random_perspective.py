"""`RandomPerspective`: images as if seen from the side."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_warp import BaseWarp
from tricorn.layers.preprocessing.image._factors import factor_range, share_range
from tricorn.ops._image_transform import perspective_matrix
from tricorn.random._draw import uniform


class RandomPerspective(BaseWarp):
    """Some images in another perspective: corners move by up to half of `scale`, as a share of their place.

    A corner (x, y) goes to `(x (1 + u), y (1 + v))` with `u` and `v` from [-scale / 2, scale / 2), drawn for each corner of
    each image. Labels stay; boxes and masks move along.

    Args:
        factor: Range of the probability with which an image is changed, within [0, 1], drawn for each: a pair, or a
            number f for (0, f).
        scale: How far corners move, a number in [0, 1].
        interpolation: "nearest" or "bilinear".
        fill_value: A number, for what comes from outside the image.
        seed: Seed of the draws.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: `factor` or `scale` is out of range, or an option is unknown.

    Source: Heckbert, 1989.

    Example:
        >>> RandomPerspective(scale=0.2, seed=1)(np.full((1, 4, 4, 3), 100.0, "float32")).shape
        (1, 4, 4, 3)
    """

    def __init__(self, factor=1.0, scale=1.0, interpolation="bilinear", fill_value=0.0, seed=None, data_format=None,
                 **kwargs):  # fmt: skip
        super().__init__("constant", interpolation, fill_value, seed, data_format=data_format, **kwargs)
        self.factor = share_range(self, "factor", factor)
        self.scale = factor_range(self, "scale", (0, scale), 0, 1)[1]

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        seed, batch = self._draws(seed), self._batch_size(data)
        share = self._uniform(batch, self.factor, seed)
        apply = ops.less(self._uniform(batch, (0.0, 1.0), seed), share)
        right, down = (ops.cast(size, "float32") - 1 for size in reversed(self._size(data)))
        zero = ops.zeros_like(right)
        corners = ops.reshape(ops.stack([zero, zero, right, zero, zero, down, right, down]), (1, 4, 2))
        half = self.scale / 2
        moves = uniform((batch, 4, 2), 1 - half, 1 + half, "float32", seed=seed)
        return {"apply_perspective": apply, "start_points": corners + ops.zeros_like(moves),
                "end_points": corners * moves, "input_shape": self._shape_of(data)}  # fmt: skip

    def _transforms(self, transformation):
        found = perspective_matrix(transformation["start_points"], transformation["end_points"])
        same = ops.convert_to_tensor([[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]], "float32")
        return ops.where(ops.expand_dims(transformation["apply_perspective"], 1), found, same)

    def _warped(self, images, transformation, interpolation):
        # What is not moved is the same to the last bit, which interpolation does not promise.
        apply = ops.reshape(transformation["apply_perspective"], (-1, 1, 1, 1))
        return ops.where(apply, super()._warped(images, transformation, interpolation), images)

    def get_config(self):
        config = {**super().get_config(), "factor": self.factor, "scale": self.scale}
        del config["fill_mode"]
        return config
