"""Images in another size."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.errors import bad_argument, describe
from tricorn.core.op import Tensor, op
from tricorn.core.resampling import RADIUS
from tricorn.core.shapes import spec
from tricorn.ops._arith import absolute, add, divide_no_nan, maximum, minimum, multiply, subtract
from tricorn.ops._cast import cast, shape
from tricorn.ops._compare import less, less_equal, logical_and
from tricorn.ops._create import arange
from tricorn.ops._image_layout import (
    compute_dtype,
    image_layout,
    number,
    option,
    real_dtype,
    restored,
    to_float,
    whole,
    with_sizes,
)
from tricorn.ops._image_pad import bordered, cut
from tricorn.ops._index import where as choose
from tricorn.ops._matmul import tensordot
from tricorn.ops._reduce import sum
from tricorn.ops._reshape import expand_dims, moveaxis
from tricorn.ops._trig import sin

METHODS = ("nearest", *RADIUS)


def _plan(images, size, interpolation, crop, pad, fill_mode, fill_value, data_format):
    where = "ops.image.resize"
    layout = image_layout(images, data_format, where)
    option(interpolation, METHODS, "interpolation", where)
    if crop and pad:
        raise bad_argument(where, "an image is cropped or padded to the aspect ratio, not both.",
                           expected="one of crop_to_aspect_ratio and pad_to_aspect_ratio", given="both true")  # fmt: skip
    option(fill_mode, ("constant",), "fill_mode", where)
    number(fill_value, "fill_value", where)
    if not isinstance(size, (tuple, list)) or len(size) != 2:
        raise bad_argument(
            where, "`size` must be (height, width).", expected="two integers", given=describe(size)
        )
    sizes = tuple(
        one if one is None or hasattr(one, "dtype") else whole(one, "size", where, 1) for one in size
    )
    if 0 in (images.shape[layout.height], images.shape[layout.width]):
        raise bad_argument(
            where, "an image without pixels cannot be resized.", given=f"shape {tuple(images.shape)}"
        )
    return layout, sizes


def _resize_rule(images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False,
                 pad_to_aspect_ratio=False, fill_mode="constant", fill_value=0.0, data_format=None):  # fmt: skip
    layout, (height, width) = _plan(images, size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode,
                                    fill_value, data_format)  # fmt: skip
    sizes = list(images.shape)
    sizes[layout.height], sizes[layout.width] = height, width
    return spec(sizes, images.dtype)


@op(rule=_resize_rule)
def resize(images: Tensor, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False,
           pad_to_aspect_ratio=False, fill_mode="constant", fill_value=0.0, data_format=None):  # fmt: skip
    """Images in another size.

    Pixels are cells: row `i` of the result looks at `(i + 1/2) * old / new - 1/2`, and weights the rows around it by the
    filter. What falls outside the image has no weight, and weights add up to 1. `"nearest"` takes the pixel in which the
    place lies, the right (lower) one of two. All engines give the same numbers.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any real dtype. They are computed in float32 (float64 for float64).
        size: `(height, width)` of the result.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"` (Keys' cubic, a = -1/2), `"lanczos3"` or `"lanczos5"`.
        antialias: Whether a shrinking image is averaged over the pixels that it passes over. Nothing else changes.
        crop_to_aspect_ratio: Whether the images are first cut to the largest window in the middle that has the aspect
            ratio of `size`.
        pad_to_aspect_ratio: Whether they first get a border, as wide on one side as on the other, that brings them to
            that aspect ratio (but for one row or column).
        fill_mode: `"constant"`, of the border.
        fill_value: A number, the border's.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the new size in the dtype of `images`; integers are rounded, halves to even, and kept within their
        range, which `"bicubic"` and `"lanczos"` leave.

    Raises:
        ValueError: The rank, the size or an option is wrong, or both ways to the aspect ratio are asked for.

    Source: Keys, 1981 (bicubic); Duchon, 1979 (Lanczos).

    Example:
        >>> ops.image.resize(np.array([[[0.0], [4.0]]], "float32"), (1, 4))[0, :, 0]
        array([0., 1., 3., 4.], dtype=float32)
    """
    layout, size = _plan(images, size, interpolation, crop_to_aspect_ratio, pad_to_aspect_ratio, fill_mode, fill_value,
                         data_format)  # fmt: skip
    is_nearest = interpolation == "nearest"
    x = images if is_nearest else to_float(images)
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        to_ratio = _cropped if crop_to_aspect_ratio else _padded
        x = to_ratio(x, layout, size, fill_value)
    result = resample(x, size, interpolation, bool(antialias), layout.channels_first)
    if is_nearest:
        return result
    return restored(result, layout.dtype, fits=interpolation == "bilinear" and not pad_to_aspect_ratio)


def _cropped(x, layout, size, _fill_value):
    sizes = shape(x)
    top, left, height, width = ratio_window(sizes[layout.height], sizes[layout.width], size)
    return cut(x, {layout.height: (top, height), layout.width: (left, width)})


def ratio_window(height, width, size):
    """The largest window in the middle of an image that has the aspect ratio of `size`: (top, left, height, width)."""
    new_height = _between(1, width * size[0] // size[1], height)
    new_width = _between(1, height * size[1] // size[0], width)
    return (height - new_height) // 2, (width - new_width) // 2, new_height, new_width


def _padded(x, layout, size, fill_value):
    sizes = shape(x)
    rows, columns = ratio_border(sizes[layout.height], sizes[layout.width], size)
    return bordered(x, {layout.height: (rows, rows), layout.width: (columns, columns)}, fill_value)


def ratio_border(height, width, size):
    """Rows and columns that an image gets on both sides to have the aspect ratio of `size`; an odd one is left out."""
    rows = (_between(height, width * size[0] // size[1]) - height) // 2
    return rows, (_between(width, height * size[1] // size[0]) - width) // 2


def _between(low, size, high=None):
    """`size`, an int or a scalar tensor, moved into a range."""
    if all(type(one) is int for one in (low, size, high) if one is not None):
        return max(low, size if high is None else min(size, high))
    return maximum(low, size if high is None else minimum(size, high))


def _resample_rule(images, size, interpolation, antialias, channels_first):
    return spec(
        with_sizes(images, image_layout(images, _FORMATS[channels_first], "resample"), *size), images.dtype
    )


_FORMATS = ("channels_last", "channels_first")


@op(rule=_resample_rule)
def resample(images: Tensor, size, interpolation, antialias, channels_first):
    """`resize` for callers that have checked their arguments; float32 or float64 but for `"nearest"`."""


# --- scale_and_translate ---------------------------------------------------------------------------
_SAME_METHOD = {"linear": "bilinear", "trilinear": "bilinear", "triangle": "bilinear", "cubic": "bicubic",
                "tricubic": "bicubic"} | {name: name for name in RADIUS}  # fmt: skip


def _check_scaling(images, output_shape, scale, translation, spatial_dims, method):
    where = "ops.image.scale_and_translate"
    real_dtype(images, "images", where)
    option(method, tuple(_SAME_METHOD), "method", where)
    rank = len(images.shape)
    if not isinstance(output_shape, (tuple, list)) or len(output_shape) != rank:
        raise bad_argument(where, "`output_shape` must have one size for each axis of `images`.",
                           expected=f"{rank} integers", given=describe(output_shape))  # fmt: skip
    if not isinstance(spatial_dims, (tuple, list)):
        raise bad_argument(where, "`spatial_dims` must be a tuple of axes.", given=describe(spatial_dims))
    axes = rules.canonical_axes(tuple(spatial_dims), rank, f"{where}, `spatial_dims`")
    sizes = []
    for axis, (old, new) in enumerate(zip(images.shape, output_shape, strict=True)):
        sizes.append(whole(new, "output_shape", where) if new is not None or axis in axes else old)
        if axis not in axes and None not in (old, new) and old != new:
            raise bad_argument(where, "`output_shape` changes an axis that is not in `spatial_dims`.",
                               expected=f"{old} on axis {axis}", given=new)  # fmt: skip
    for name, value in (("scale", scale), ("translation", translation)):
        real_dtype(value, name, where)
        if len(value.shape) != 1 or value.shape[0] not in (None, len(axes)):
            raise bad_argument(where, f"`{name}` must have one number for each of `spatial_dims`.",
                               expected=f"shape ({len(axes)},)", given=f"shape {tuple(value.shape)}")  # fmt: skip
    return axes, sizes


def _scale_rule(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    _, sizes = _check_scaling(images, output_shape, scale, translation, spatial_dims, method)
    return spec(sizes, images.dtype)


@op(rule=_scale_rule)
def scale_and_translate(
    images: Tensor, output_shape, scale: Tensor, translation: Tensor, spatial_dims, method, antialias=True
):
    """Axes stretched and moved, onto a grid of a given size.

    What stands at `x` goes to `x * scale + translation`, where the pixel of index `i` has its centre at `i + 1/2`. A
    pixel of the result whose centre comes from outside the images is 0. The filter is that of `resize`. Differentiable
    in images, scale and translation.

    Args:
        images: Any shape, any real dtype; computed in float32 (float64 for float64).
        output_shape: A size for each axis of `images`; those not in `spatial_dims` stay.
        scale: (axes,) one factor for each of `spatial_dims`; positive numbers.
        translation: (axes,) one distance for each, in pixels of the result.
        spatial_dims: A tuple of axes.
        method: `"linear"` (also `"bilinear"`, `"trilinear"`, `"triangle"`), `"cubic"` (`"bicubic"`, `"tricubic"`),
            `"lanczos3"` or `"lanczos5"`.
        antialias: Whether the filter is stretched where an axis shrinks.

    Returns:
        (output_shape) in the dtype of `images`; integers are rounded and kept within their range.

    Raises:
        ValueError: Shapes, axes or the method do not fit.

    Example:
        >>> x = np.array([0.0, 1.0, 2.0], "float32")
        >>> ops.image.scale_and_translate(x, (5,), np.array([2.0]), np.array([-0.5]), (0,), "linear")
        array([0. , 0.5, 1. , 1.5, 2. ], dtype=float32)
    """
    axes, sizes = _check_scaling(images, output_shape, scale, translation, spatial_dims, method)
    dtype = real_dtype(images, "images", "ops.image.scale_and_translate")
    x = to_float(images)
    computed = compute_dtype(dtype)
    scale, translation = cast(scale, computed), cast(translation, computed)
    for place, axis in enumerate(axes):
        weights = _weights(shape(x)[axis], sizes[axis], scale[place], translation[place], _SAME_METHOD[method],
                           antialias, computed)  # fmt: skip
        x = moveaxis(tensordot(x, weights, ([axis], [0])), -1, axis)
    return restored(x, dtype)


def _weights(old, new, scale, translation, method, antialias, dtype):
    """(old, new): what each new pixel takes from the old ones."""
    step = 1 / scale
    stretch = maximum(step, 1) if antialias else 1
    centre = subtract(multiply(subtract(add(arange(new, dtype=dtype), 0.5), translation), step), 0.5)
    places = expand_dims(cast(arange(old), dtype), 1)
    weights = _filter(method, absolute(centre - places) / stretch)
    weights = divide_no_nan(weights, sum(weights, 0, keepdims=True))
    inside = logical_and(less_equal(-0.5, centre), less_equal(centre, cast(old, dtype) - 0.5))
    return choose(inside, weights, cast(0, dtype))


def _filter(method, x):
    if method == "bilinear":
        return maximum(1 - x, 0)
    if method == "bicubic":
        near, far = ((1.5 * x - 2.5) * x) * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2
        return choose(less(x, 1), near, choose(less(x, 2), far, cast(0, x.dtype)))
    radius = RADIUS[method]
    return choose(less(x, radius), _sinc(x) * _sinc(x / radius), cast(0, x.dtype))


def _sinc(x):
    """sin(pi x) / (pi x), 1 with gradient 0 at 0."""
    angle = 3.141592653589793 * x
    is_zero = less(angle, 1e-6)
    safe = choose(is_zero, cast(1, x.dtype), angle)
    return choose(is_zero, cast(1, x.dtype), sin(safe) / safe)
