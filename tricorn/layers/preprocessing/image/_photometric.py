"""Arithmetic on the values of pixels that several layers for images share."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.ops._image_layout import to_float
from tricorn.random._draw import uniform


def per_image(values, images):
    """One number for each image as (batch, 1, 1, 1), in the dtype of `images`, or in that which is named."""
    return ops.cast(ops.reshape(values, (-1, 1, 1, 1)), images if isinstance(images, str) else images.dtype)


def finished(result, images, value_range=None):
    """A result that was computed in floats, within the range of values and in the dtype of `images`."""
    if value_range is not None:
        result = ops.clip(result, *value_range)
    return ops.cast(result, images.dtype)


def to_255(images, value_range):
    """Floats on the scale of 0 to 255, unclipped."""
    lowest, highest = value_range
    x = to_float(images)
    if (lowest, highest) == (0, 255):
        return x
    # A little more than 255: k / 255 has been rounded, and must not fall below k again.
    scale = 255 / (highest - lowest) * (1 + 1e-6)
    return (x - lowest if lowest else x) * scale


def from_255(x, value_range):
    """The opposite of `to_255`."""
    lowest, highest = value_range
    if (lowest, highest) == (0, 255):
        return x
    x = x * ((highest - lowest) / 255)
    return x + lowest if lowest else x


def channel(x, axis, position):
    """One channel, its axis kept."""
    return x[(*(slice(None),) * (axis % len(x.shape)), slice(position, position + 1))]


def happens(factor, count, source):
    """For each of `count` images whether something happens to it, with a probability drawn from the range `factor`."""
    lower, upper = factor
    share = lower if lower == upper else uniform((count,), lower, upper, seed=source)
    return ops.less(uniform((count,), seed=source), share)


def check_colours(layer, parts):
    """Colours can be worked on in RGB images; a gray image has none to change.

    Raises:
        ValueError: There are neither one nor three channels.
    """
    shape = tuple(parts["images"].shape)
    if shape[layer.channels_axis] not in (None, 1, 3):
        raise bad_argument(layer._where(), "images must be gray or RGB.", expected="1 or 3 channels",
                           given=f"shape {shape}", hint="check `data_format`; split other channels off")  # fmt: skip


def is_gray(layer, images):
    """Whether images have one channel only."""
    return images.shape[layer.channels_axis] == 1
