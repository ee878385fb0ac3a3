"""`RandomGaussianBlur`: some images lose their sharpness."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing.image._base_values import RandomValues
from tricorn.layers.preprocessing.image._factors import factor_range
from tricorn.layers.preprocessing.image._neighbours import slid
from tricorn.layers.preprocessing.image._photometric import finished, happens
from tricorn.ops._image_layout import to_float
from tricorn.ops._image_slices import in_slices
from tricorn.random._draw import uniform


class RandomGaussianBlur(RandomValues):
    """Some images under a Gaussian filter, the others as they are.

    Whether an image is blurred is drawn with a probability that is itself drawn from `factor`. Tap `i` of `n` weighs
    `exp(-(i - (n - 1) / 2)^2 / (2 s^2))`, weights adding up to 1; the deviation `s` is drawn for each image, in width and
    in height. Zeros stand around images. Labels, boxes and masks stay.

    Args:
        factor: Range of the probability, within [0, 1]: a pair (lower, upper), or a number f for (0, f).
        kernel_size: Taps, an odd int, or one for the width and one for the height.
        sigma: Range of the deviations in pixels: a pair (lower, upper), or a number s for (0, s).
        value_range: Lowest and highest value of images.
        data_format: "channels_last" or "channels_first"; by default as in the configuration.
        seed: Seed of the draws.
        **kwargs: Of `BaseImage`.

    Raises:
        ValueError: An argument is out of range.

    Example:
        >>> RandomGaussianBlur(kernel_size=3, sigma=(0.5, 1.0), seed=1)(np.ones((1, 4, 4, 3), "float32")).shape
        (1, 4, 4, 3)
    """

    def __init__(self, factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None,
                 **kwargs):  # fmt: skip
        super().__init__(factor, value_range, seed, data_format=data_format, **kwargs)
        size = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
        size = tuple(size) if isinstance(size, (tuple, list)) else ()
        if len(size) != 2 or not all(type(taps) is int and taps > 0 and taps % 2 for taps in size):
            raise bad_argument(self._where(), "`kernel_size` must be an odd int, or two.", expected="1, 3, 5 ...",
                               given=f"kernel_size={kernel_size!r}")  # fmt: skip
        self.kernel_size = size
        self.sigma = factor_range(self, "sigma", sigma, 0, float("inf"))

    def get_random_transformation(self, data, training=True, seed=None):
        if not training:
            return None
        count, source = self._batch_size(data), self._draws(seed)
        lower, upper = (max(bound, 1e-6) for bound in self.sigma)
        return {
            "should_apply_blur": happens(self.factor, count, source),
            "blur_factor": uniform((count, 2), lower, upper, seed=source),
        }

    def transform_images(self, images, transformation=None, training=True):
        if not training or transformation is None:
            return images
        # One pair for all images, or one for each: in width and in height.
        deviations = ops.reshape(transformation["blur_factor"], (-1, 2))
        blurs = ops.reshape(transformation["should_apply_blur"], (-1, 1))
        return in_slices(images, [blurs, deviations], self._blurred)

    def _blurred(self, images, blurs, deviations):
        x = to_float(images)
        deviations = ops.cast(deviations, x.dtype)
        scale, sides = 1, {}
        for place, (taps, axis) in enumerate(
            zip(self.kernel_size, (self.width_axis, self.height_axis), strict=True)
        ):
            distance = ops.arange(1, taps // 2 + 1, dtype=x.dtype)
            weights = ops.exp(-ops.square(distance) / (2 * ops.square(deviations[:, place : place + 1])))
            weights = ops.where(blurs, weights, ops.cast(0, x.dtype))
            scale = scale / (1 + 2 * ops.sum(weights, -1))
            sides[axis] = [ops.reshape(weights[:, tap], (-1, 1, 1, 1)) for tap in range(taps // 2)]
        result = slid(x, sides) * ops.reshape(scale, (-1, 1, 1, 1))
        return finished(result, images)

    def get_config(self):
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "sigma": self.sigma,
        }
