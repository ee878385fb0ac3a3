"""Colour spaces."""

from __future__ import annotations

from tricorn.core.dtypes import is_float
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._arith import absolute, clip, maximum, minimum
from tricorn.ops._cast import cast
from tricorn.ops._compare import equal, greater, less
from tricorn.ops._image_layout import image_layout, restored, to_float, with_sizes
from tricorn.ops._index import where as choose
from tricorn.ops._join import concatenate
from tricorn.ops._round import floor

_LUMA = (0.2989, 0.5870, 0.1140)


def _layout(images, data_format, where, needs_float=False):
    layout = image_layout(images, data_format, where)
    if images.shape[layout.channels] not in (None, 3):
        raise bad_argument(where, "`images` must have three channels.", expected="3", hint="check `data_format`",
                           given=f"shape {tuple(images.shape)}")  # fmt: skip
    if needs_float and not is_float(layout.dtype):
        raise bad_argument(where, "`images` must be floats in [0, 1].", expected="a floating dtype",
                           given=layout.dtype, hint="divide integers by 255 first")  # fmt: skip
    return layout


def _channels(x, layout):
    left = (slice(None),) * layout.channels
    return tuple(x[(*left, slice(k, k + 1))] for k in range(3))


def _gray_rule(images, data_format=None):
    layout = _layout(images, data_format, "ops.image.rgb_to_grayscale")
    return spec(with_sizes(images, layout, channels=1), images.dtype)


@op(rule=_gray_rule, keras_class="RGBToGrayscale")
def rgb_to_grayscale(images: Tensor, data_format=None):
    """The luma of RGB images: `0.2989 R + 0.5870 G + 0.1140 B`.

    Args:
        images: (height, width, 3) or (batch, height, width, 3), or with the channels before the height under
            `"channels_first"`; any real dtype.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images with one channel, in the same dtype; integers are rounded, halves to even.

    Raises:
        ValueError: The rank is wrong, or there are not three channels.

    Source: ITU-R BT.601, 1982.

    Example:
        >>> ops.image.rgb_to_grayscale(np.array([[[255, 0, 0], [0, 255, 0]]], "uint8"))[0, :, 0]
        array([ 76, 150], dtype=uint8)
    """
    layout = _layout(images, data_format, "ops.image.rgb_to_grayscale")
    return restored(luma(to_float(images), layout.channels), layout.dtype, fits=True)


@op(rule=lambda x, axis: spec((*x.shape[:axis], 1, *x.shape[axis + 1 :]), x.dtype))
def luma(x: Tensor, axis):
    """`rgb_to_grayscale` of floats for callers that have checked their arguments; the channels are on `axis`."""
    left = (slice(None),) * axis
    red, green, blue = (x[(*left, slice(k, k + 1))] for k in range(3))
    return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]


def _like_rule(where):
    def rule(images, data_format=None):
        _layout(images, data_format, where, needs_float=True)
        return spec(images.shape, images.dtype)

    return rule


@op(rule=_like_rule("ops.image.rgb_to_hsv"), keras_class="RGBToHSV")
def rgb_to_hsv(images: Tensor, data_format=None):
    """RGB images as hue, saturation and value.

    Value is the largest channel, saturation the span of the channels divided by it, and hue the place on the circle of
    colours: 0 is red, 1/3 green, 2/3 blue. Grays have hue 0, black has saturation 0; gradients there are finite.

    Args:
        images: (height, width, 3) or (batch, height, width, 3), or with the channels before the height under
            `"channels_first"`; floats in [0, 1].
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype; all three in [0, 1].

    Raises:
        ValueError: The images are not floats, the rank is wrong, or there are not three channels.

    Source: Smith, 1978.

    Example:
        >>> ops.image.rgb_to_hsv(np.array([[[0.0, 0.5, 0.0]]], "float32")).round(3)
        array([[[0.333, 1.   , 0.5  ]]], dtype=float32)
    """
    layout = _layout(images, data_format, "ops.image.rgb_to_hsv", needs_float=True)
    return restored(to_hsv(to_float(images), layout.channels), layout.dtype)


@op(rule=lambda x, axis: spec(x.shape, x.dtype))
def to_hsv(x: Tensor, axis):
    """`rgb_to_hsv` of floats for callers that have checked their arguments; the channels are on `axis`."""
    left = (slice(None),) * axis
    red, green, blue = (x[(*left, slice(k, k + 1))] for k in range(3))
    value = maximum(maximum(red, green), blue)
    span = value - minimum(minimum(red, green), blue)
    one = cast(1, x.dtype)
    part = 1 / (6 * choose(equal(span, 0), one, span))
    hue = choose(
        equal(value, red),
        (green - blue) * part,
        choose(equal(value, green), (blue - red) * part + 1 / 3, (red - green) * part + 2 / 3),
    )
    hue = choose(less(hue, 0), hue + 1, hue)
    lit = greater(value, 0)
    saturation = choose(lit, span, 0 * one) / choose(lit, value, one)
    return concatenate([hue, saturation, value], axis)


@op(rule=_like_rule("ops.image.hsv_to_rgb"), keras_class="HSVToRGB")
def hsv_to_rgb(images: Tensor, data_format=None):
    """Images of hue, saturation and value as RGB: the inverse of `rgb_to_hsv`.

    Args:
        images: (height, width, 3) or (batch, height, width, 3), or with the channels before the height under
            `"channels_first"`; floats, saturation and value in [0, 1]. Hues repeat with period 1.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype.

    Raises:
        ValueError: The images are not floats, the rank is wrong, or there are not three channels.

    Source: Smith, 1978.

    Example:
        >>> ops.image.hsv_to_rgb(np.array([[[0.5, 1.0, 0.5]]], "float32"))
        array([[[0. , 0.5, 0.5]]], dtype=float32)
    """
    layout = _layout(images, data_format, "ops.image.hsv_to_rgb", needs_float=True)
    return restored(from_hsv(to_float(images), layout.channels), layout.dtype)


@op(rule=lambda x, axis: spec(x.shape, x.dtype))
def from_hsv(x: Tensor, axis):
    """`hsv_to_rgb` of floats for callers that have checked their arguments; the channels are on `axis`."""
    left = (slice(None),) * axis
    hue, saturation, value = (x[(*left, slice(k, k + 1))] for k in range(3))
    sixth = 6 * (hue - floor(hue))
    # How much of the colour each channel lacks.
    lacks = (2 - absolute(sixth - 3), absolute(sixth - 2) - 1, absolute(sixth - 4) - 1)
    chroma = value * saturation
    return concatenate([value - chroma * clip(lack, 0, 1) for lack in lacks], axis)


@op(rule=lambda x, turns, axis: spec(x.shape, x.dtype))
def turned(x: Tensor, turns: Tensor, axis):
    """RGB floats with their hues moved, for callers that have checked their arguments; the channels are on `axis`.

    Value and chroma stay, so that neither the range of values nor saturation matters.

    Args:
        x: Images.
        turns: By how many turns of the circle of colours, what broadcasts to `x` without channels.
        axis: Axis of the channels, not negative.
    """
    left = (slice(None),) * axis
    red, green, blue = (x[(*left, slice(k, k + 1))] for k in range(3))
    value = maximum(maximum(red, green), blue)
    span = value - minimum(minimum(red, green), blue)
    part = 1 / choose(equal(span, 0), cast(1, x.dtype), span)
    # A sixth of a turn is 1.
    hue = choose(
        equal(value, red),
        (green - blue) * part,
        choose(equal(value, green), (blue - red) * part + 2, (red - green) * part + 4),
    )
    turn = hue * (1 / 6) + turns
    sixth = 6 * (turn - floor(turn))
    lacks = (2 - absolute(sixth - 3), absolute(sixth - 2) - 1, absolute(sixth - 4) - 1)
    return concatenate([value - span * clip(lack, 0, 1) for lack in lacks], axis)
