"""`RandomShear`: images made slanted."""

from __future__ import annotations

from tricorn import ops
from tricorn.layers.preprocessing.image._base_warp import BaseWarp, ShiftsBoxes, affine
from tricorn.layers.preprocessing.image._factors import factor_range


class RandomShear(ShiftsBoxes, BaseWarp):
    """Each image sheared: the pixel (x, y) shows what stands at `(x + s_x y, y + s_y x)`, both drawn for it.

    Labels stay; boxes and masks move along.

    Args:
        x_factor: Range of `s_x`: a pair within [-1, 1], or a number f within [0, 1] for (-f, f).
        y_factor: Range of `s_y`.
        interpolation: "nearest" or "bilinear".
        fill_mode: What stands outside the image, as in `ops.image.affine_transform`: "reflect", "wrap", "constant" or
            "nearest".
        fill_value: A number, for "constant".
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `Layer`, and `bounding_box_format`.

    Raises:
        ValueError: A factor is no range or an option is unknown.

    Example:
        >>> x = np.arange(4, dtype="float32").reshape(1, 2, 2, 1)
        >>> RandomShear((1.0, 1.0))(x)[0, :, :, 0]  # the second row one to the left
        array([[0., 1.],
               [3., 3.]], dtype=float32)
    """

    def __init__(self, x_factor=0.0, y_factor=0.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                 data_format=None, seed=None, **kwargs):  # fmt: skip
        super().__init__(fill_mode, interpolation, fill_value, seed, data_format=data_format, **kwargs)
        self.x_factor = self._range("x_factor", x_factor)
        self.y_factor = self._range("y_factor", y_factor)

    def _range(self, name, factor):
        if isinstance(factor, (tuple, list)):
            return factor_range(self, name, factor, -1, 1)
        most = factor_range(self, name, (0, factor), 0, 1)[1]
        return -most, most

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        seed, batch = self._draws(seed), self._batch_size(data)
        factors = [self._uniform(batch, bounds, seed) for bounds in (self.x_factor, self.y_factor)]
        return {"shear_factor": ops.stack(factors, 1), "input_shape": self._shape_of(data)}

    def _transforms(self, transformation):
        factors = transformation["shear_factor"]
        along_x, along_y = factors[:, 0], factors[:, 1]
        one, zero = ops.ones_like(along_x), ops.zeros_like(along_x)
        return affine(one, along_x, zero, along_y, one, zero)

    def get_config(self):
        return {**super().get_config(), "x_factor": self.x_factor, "y_factor": self.y_factor}
