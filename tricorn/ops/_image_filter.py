"""Filters of images, and the similarity that rests on one."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument, describe
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._cast import cast
from tricorn.ops._image_layout import image_layout, number, restored, to_float, whole
from tricorn.ops._join import concatenate, split, stack
from tricorn.ops._reduce import mean


def _filtered_rule(images, size, sigma, padding, channels_first):
    sizes = list(images.shape)
    for axis, width in enumerate(size, start=2 if channels_first else 1):
        if padding == "valid" and sizes[axis] is not None:
            sizes[axis] = max(sizes[axis] - width + 1, 0)
    return spec(sizes, images.dtype)


@op(rule=_filtered_rule)
def filtered(images: Tensor, size, sigma, padding, channels_first):
    """A Gaussian filter, for callers that have checked their arguments.

    Args:
        images: (batch, height, width, channels), or (batch, channels, height, width); float32 or float64.
        size: Taps in height and in width.
        sigma: Deviations in height and in width.
        padding: `"same"`, with zeros around the images, or `"valid"`.
        channels_first: Whether the channels stand before the height.
    """


def _pair(value, name, where, one):
    if isinstance(value, (tuple, list)):
        if len(value) != 2:
            raise bad_argument(where, f"`{name}` must have one number for the height and one for the width.",
                               expected="two numbers", given=describe(value))  # fmt: skip
        return one(value[0]), one(value[1])
    return (one(value),) * 2


def _check_blur(images, kernel_size, sigma, data_format):
    where = "ops.image.gaussian_blur"
    layout = image_layout(images, data_format, where)
    size = _pair(kernel_size, "kernel_size", where, lambda one: whole(one, "kernel_size", where, 1))
    return layout, size, _pair(sigma, "sigma", where, lambda one: number(one, "sigma", where, above=0))


def _blur_rule(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    _check_blur(images, kernel_size, sigma, data_format)
    return spec(images.shape, images.dtype)


@op(rule=_blur_rule)
def gaussian_blur(images: Tensor, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Images blurred by a Gaussian; zeros stand around them, so that borders darken.

    Tap `i` of `n` weighs `exp(-(i - (n - 1) / 2)^2 / (2 sigma^2))`, and weights add up to 1.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any real dtype. They are computed in float32 (float64 for float64).
        kernel_size: Taps in height and in width. Of an even number, the odd one stands after the pixel.
        sigma: Deviations in height and in width, in pixels; above 0.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype; integers are rounded, halves to even.

    Raises:
        ValueError: The rank, a size or a deviation is wrong.

    Example:
        >>> x = np.array([[[0.0], [1.0], [0.0], [0.0]]], "float32")
        >>> ops.image.gaussian_blur(x, (1, 3), (1.0, 0.5))[0, :, 0].round(3)
        array([0.107, 0.787, 0.107, 0.   ], dtype=float32)
    """
    layout, size, sigma = _check_blur(images, kernel_size, sigma, data_format)
    x = to_float(images if layout.batched else images[None])
    result = restored(filtered(x, size, sigma, "same", layout.channels_first), layout.dtype, fits=True)
    return result if layout.batched else result[0]


def _sobel_rule(images, data_format=None):
    layout = image_layout(images, data_format, "ops.image.sobel_edges")
    _check_size(images, layout)
    return spec((*images.shape, 2), images.dtype)


def _check_size(images, layout):
    if 0 in (images.shape[layout.height], images.shape[layout.width]):
        raise bad_argument("ops.image.sobel_edges", "an image without pixels has no edges.",
                           expected="a height and a width of at least 1", given=f"shape {tuple(images.shape)}")  # fmt: skip


@op(rule=_sobel_rule, dtype=rules.FLOAT)
def sobel_edges(images: Tensor, data_format=None):
    """How steeply images rise, downwards and to the right, by Sobel's operator.

    A 3 x 3 window: the difference of the neighbours along the axis, weighted 1, 2, 1 across it. Images are mirrored about
    their border pixels, so that no edge appears where they end.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; integers become floatx.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        (shape of images, 2): `[dy, dx]`, in the floating dtype of `images`.

    Raises:
        ValueError: The rank is wrong, or the images have no pixels.

    Source: Sobel and Feldman, 1968.

    Example:
        >>> x = np.arange(9, dtype="float32").reshape(3, 3, 1)
        >>> ops.image.sobel_edges(x)[1, :, 0, 1]
        array([0., 8., 0.], dtype=float32)
    """
    layout = image_layout(images, data_format, "ops.image.sobel_edges")
    _check_size(images, layout)
    return restored(slopes(to_float(images), layout.height, layout.width), layout.dtype)


@op(rule=lambda x, height, width: spec((*x.shape, 2), x.dtype))
def slopes(x: Tensor, height, width):
    """`sobel_edges` of floats for callers that have checked their arguments; `height` and `width` are axes."""
    before, after = _neighbours(x, height)
    left, right = _neighbours(after - before, width)
    down = left + 2 * (after - before) + right
    before, after = _neighbours(before + 2 * x + after, width)
    return stack([down, after - before], -1)


def _neighbours(x, axis):
    """`x` moved by one pixel along an axis, both ways; mirrored at the ends (an axis of size 1 is its own neighbour)."""
    left = (slice(None),) * axis
    first, last = x[(*left, slice(None, 2))], x[(*left, slice(-2, None))]
    before = concatenate([first[(*left, slice(-1, None))], x[(*left, slice(None, -1))]], axis)
    after = concatenate([x[(*left, slice(1, None))], last[(*left, slice(None, 1))]], axis)
    return before, after


def _check_ssim(image1, image2, max_val, filter_size, filter_sigma, k1, k2, data_format):
    where = "ops.image.ssim"
    layout = image_layout(image1, data_format, where, "image1")
    number(max_val, "max_val", where, above=0)
    whole(filter_size, "filter_size", where, 1)
    number(filter_sigma, "filter_sigma", where, above=0)
    number(k1, "k1", where)
    number(k2, "k2", where)
    first, second = tuple(image1.shape), tuple(image2.shape)
    differ = len(first) != len(second) or any(
        a != b and None not in (a, b) for a, b in zip(first, second, strict=True)
    )
    if differ:
        raise bad_argument(
            where, "the images must have the same shape.", expected=str(first), given=str(second)
        )
    for axis in (layout.height, layout.width):
        if first[axis] is not None and first[axis] < filter_size:
            raise bad_argument(where, "the filter is larger than the images.",
                               expected=f"`filter_size` of at most {first[axis]}",
                               given=f"{filter_size}, images {first}")  # fmt: skip
    return layout


def _ssim_rule(
    image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None
):
    layout = _check_ssim(image1, image2, max_val, filter_size, filter_sigma, k1, k2, data_format)
    batch = image1.shape[0] if image1.shape[0] is not None else image2.shape[0]
    return spec((batch,) if layout.batched else (), image1.dtype)


@op(rule=_ssim_rule, dtype=rules.COMMON_FLOAT, keras_class="SSIM")
def ssim(image1: Tensor, image2: Tensor, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03,
         data_format=None):  # fmt: skip
    """Structural similarity of two images, in [-1, 1]; 1 for equal ones.

    With the means m, variances v and covariance c under a Gaussian window that moves over the images (inside them only):
    `(2 m1 m2 + C1) (2 c + C2) / ((m1^2 + m2^2 + C1) (v1 + v2 + C2))`, `C = (k max_val)^2`, averaged over all places and
    channels.

    Args:
        image1, image2: (height, width, channels) or (batch, height, width, channels), or with the channels before the
            height under `"channels_first"`; of one shape. Integers become floatx.
        max_val: The largest value of a pixel, such as 255.
        filter_size: Taps of the window in height and in width.
        filter_sigma: Its deviation in pixels.
        k1, k2: Small numbers that keep the quotient stable.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        (batch,), or () for single images, of the common floating dtype.

    Raises:
        ValueError: Shapes differ, a rank or a number is wrong, or the window is larger than the images.

    Source: Wang et al., 2004.

    Example:
        >>> x = np.linspace(0, 1, 256, dtype="float32").reshape(16, 16, 1)
        >>> float(ops.image.ssim(x, x)), round(float(ops.image.ssim(x, 1 - x)), 2)
        (1.0, -0.83)
    """
    layout = _check_ssim(image1, image2, max_val, filter_size, filter_sigma, k1, k2, data_format)
    x, y = to_float(image1), to_float(image2)
    if not layout.batched:
        x, y = x[None], y[None]
    size, sigma = (whole(filter_size, "filter_size", "ops.image.ssim"),) * 2, (float(filter_sigma),) * 2
    # All four at once: they are images like any others.
    maps = concatenate([x, y, x * x + y * y, x * y], 0)
    m1, m2, squares, products = split(filtered(maps, size, sigma, "valid", layout.channels_first), 4, 0)
    c1, c2 = (float(k1) * float(max_val)) ** 2, (float(k2) * float(max_val)) ** 2
    both, each = m1 * m2, m1 * m1 + m2 * m2
    quality = (2 * both + c1) * (2 * (products - both) + c2) / ((each + c1) * (squares - each + c2))
    result = cast(mean(quality, (1, 2, 3)), layout.dtype)
    return result if layout.batched else result[0]
