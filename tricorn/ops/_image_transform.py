"""Images looked at from elsewhere: interpolation at given places, and the transforms made of it.

Fill modes, for places outside `(a b c d)`:

    constant  (k k k k | a b c d | k k k k)
    nearest   (a a a a | a b c d | d d d d)
    wrap      (a b c d | a b c d | a b c d)
    reflect   (d c b a | a b c d | d c b a)
    mirror    (c d c b | a b c d | c b a b)

They extend the image first; then is interpolated. So a place just outside a constant border fades into it.
"""

from __future__ import annotations

from tricorn.core.dtypes import int_range, is_float
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._cast import cast, shape
from tricorn.ops._compare import equal
from tricorn.ops._create import arange
from tricorn.ops._image_filter import filtered
from tricorn.ops._image_layout import (
    compute_dtype,
    image_layout,
    number,
    option,
    real_dtype,
    restored,
    to_float,
)
from tricorn.ops._index import where as choose
from tricorn.ops._join import stack
from tricorn.ops._reshape import expand_dims, transpose
from tricorn.random._draw import normal

FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


# --- interpolation -------------------------------------------------------------------------------
def _sample_rule(inputs, coordinates, order, fill_mode, fill_value):
    return spec((inputs.shape[0], *coordinates.shape[2:], inputs.shape[-1]), inputs.dtype)


@op(rule=_sample_rule)
def sample(inputs: Tensor, coordinates: Tensor, order, fill_mode, fill_value):
    """Values between the elements of grids, for callers that have checked their arguments.

    Args:
        inputs: (batch, sizes..., channels): k axes of sizes. float32 or float64; any dtype for order 0.
        coordinates: (k, batch or 1, ...) of the dtype that `inputs` are computed in.
        order: 0: the nearest element (that at the greater index of two); 1: linear.
        fill_mode: See the module.
        fill_value: A number that the dtype of `inputs` can hold.

    Returns:
        (batch, ..., channels).
    """


def _sampled(images, coordinates, order, fill_mode, fill_value, dtype):
    """`sample` of images of any dtype."""
    if order == 0:
        return sample(images, coordinates, 0, fill_mode, _held(fill_value, dtype))
    return restored(sample(to_float(images), coordinates, 1, fill_mode, float(fill_value)), dtype)


def _held(value, dtype):
    """A number as the dtype can hold it."""
    if is_float(dtype):
        return float(value)
    if dtype == "bool":
        return bool(value)
    low, high = int_range(dtype)
    return min(max(round(value), low), high)


def _check_coordinates(inputs, coordinates, order, fill_mode, fill_value):
    where = "ops.image.map_coordinates"
    option(order, (0, 1), "order", where)
    option(fill_mode, FILL_MODES, "fill_mode", where)
    number(fill_value, "fill_value", where)
    real_dtype(coordinates, "coordinates", where)
    rank = len(inputs.shape)
    if not rank or len(coordinates.shape) < 2 or coordinates.shape[0] not in (None, rank):
        raise bad_argument(where, "`coordinates` must have a row for each axis of `inputs`.",
                           expected=f"shape ({rank}, ...) with at least two axes",
                           given=f"coordinates {tuple(coordinates.shape)}, inputs {tuple(inputs.shape)}")  # fmt: skip
    _not_empty(inputs.shape, where)
    return real_dtype(inputs, "inputs", where)


def _not_empty(sizes, where):
    if 0 in sizes:
        raise bad_argument(
            where, "there is nothing to interpolate.", expected="no size of 0", given=tuple(sizes)
        )


def _map_rule(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    _check_coordinates(inputs, coordinates, order, fill_mode, fill_value)
    return spec(coordinates.shape[1:], inputs.dtype)


@op(rule=_map_rule)
def map_coordinates(inputs: Tensor, coordinates: Tensor, order, fill_mode="constant", fill_value=0):
    """Values of `inputs` at any places, between its elements too.

    Differentiable in inputs and, for order 1, coordinates. As `scipy.ndimage.map_coordinates`, whose modes
    `"grid-constant"` and `"grid-wrap"` are `"constant"` and `"wrap"` here.

    Args:
        inputs: Any shape of rank 1 or more, any real dtype; computed in float32 (float64 for float64).
        coordinates: (rank of inputs, ...): row k holds the places on axis k, in elements from 0.
        order: 0: the nearest element, that at the greater index of two; 1: linear interpolation.
        fill_mode: What stands outside: `"constant"` (`fill_value`), `"nearest"` (the border element), `"wrap"` (the
            other end), `"reflect"` (mirrored, with the border element) or `"mirror"` (without it).
        fill_value: A number.

    Returns:
        (...) in the dtype of `inputs`; integers are rounded, halves to even.

    Raises:
        ValueError: Shapes do not fit, or an option is unknown.

    Example:
        >>> x = np.array([0.0, 10.0, 20.0], "float32")
        >>> ops.image.map_coordinates(x, np.array([[0.5, 2.0, 2.5]]), order=1)
        array([ 5., 20., 10.], dtype=float32)
    """
    dtype = _check_coordinates(inputs, coordinates, order, fill_mode, fill_value)
    places = expand_dims(cast(coordinates, compute_dtype(dtype)), 1)
    inputs = expand_dims(expand_dims(inputs, 0), -1)
    return _sampled(inputs, places, order, fill_mode, fill_value, dtype)[0, ..., 0]


# --- transforms ----------------------------------------------------------------------------------
def _check_images(images, interpolation, fill_mode, fill_value, data_format, where):
    layout = image_layout(images, data_format, where)
    option(interpolation, tuple(_ORDERS), "interpolation", where)
    option(fill_mode, FILL_MODES, "fill_mode", where)
    number(fill_value, "fill_value", where)
    _not_empty((images.shape[layout.height], images.shape[layout.width]), where)
    return layout


def _check_each(value, name, images, layout, shape, where):
    """`value` must have the shape, or that for each image."""
    real_dtype(value, name, where)
    given, rank = tuple(value.shape), len(shape)
    batch = images.shape[0] if layout.batched else 1
    fits = all(size in (None, wanted) for size, wanted in zip(given[-rank:], shape, strict=False))
    if len(given) == rank + 1:
        fits = fits and (given[0] in (None, 1) or batch in (None, given[0]))
    if not fits or len(given) not in (rank, rank + 1):
        raise bad_argument(where, f"`{name}` must be given once, or once for each image.",
                           expected=f"shape {shape} or {(batch, *shape)}", given=f"shape {given}")  # fmt: skip


def _to_batch(images, layout):
    """(batch, height, width, channels)."""
    images = images if layout.batched else expand_dims(images, 0)
    return transpose(images, (0, 2, 3, 1)) if layout.channels_first else images


def _from_batch(images, layout):
    images = transpose(images, (0, 3, 1, 2)) if layout.channels_first else images
    return images if layout.batched else images[0]


def _warp_rule(images, transforms, order, fill_mode, fill_value):
    return spec(images.shape, images.dtype)


@op(rule=_warp_rule)
def warp(images: Tensor, transforms: Tensor, order, fill_mode, fill_value):
    """`affine_transform` for callers that have checked their arguments.

    Args:
        images: (batch, height, width, channels); float32 or float64, any dtype for order 0.
        transforms: (batch or 1, 8) of the dtype that they are computed in.
        order: 0 or 1.
        fill_mode, fill_value: As for `sample`.
    """
    sizes = shape(images)
    dtype = transforms.dtype
    x = arange(sizes[2], dtype="int32")
    y = arange(sizes[1], dtype="int32")
    x, y = cast(x, dtype), expand_dims(cast(y, dtype), 1)
    a0, a1, a2, b0, b1, b2, c0, c1 = (transforms[:, k, None, None] for k in range(8))
    divisor = c0 * x + (c1 * y + 1)
    # At infinity: somewhere far, but finite.
    divisor = choose(equal(divisor, 0), cast(1e-20, dtype), divisor)
    rows = (b0 * x + (b1 * y + b2)) / divisor
    columns = (a0 * x + (a1 * y + a2)) / divisor
    return sample(images, stack([rows, columns]), order, fill_mode, fill_value)


def _warped(images, transforms, layout, interpolation, fill_mode, fill_value):
    order = _ORDERS[interpolation]
    x = _to_batch(images, layout)
    if order == 0:
        result = warp(x, transforms, 0, fill_mode, _held(fill_value, layout.dtype))
    else:
        result = restored(warp(to_float(x), transforms, 1, fill_mode, float(fill_value)), layout.dtype)
    return _from_batch(result, layout)


def _affine_rule(
    images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None
):
    where = "ops.image.affine_transform"
    layout = _check_images(images, interpolation, fill_mode, fill_value, data_format, where)
    _check_each(transform, "transform", images, layout, (8,), where)
    return spec(images.shape, images.dtype)


@op(rule=_affine_rule)
def affine_transform(images: Tensor, transform: Tensor, interpolation="bilinear", fill_mode="constant", fill_value=0,
                     data_format=None):  # fmt: skip
    """Images seen through a projective transform.

    The pixel `(x, y)` (column, row) of the result shows what stands at
    `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)` with `k = c0 x + c1 y + 1`: the transform leads from the result to
    the images. Differentiable in images and, with `"bilinear"`, transform.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any real dtype. They are computed in float32 (float64 for float64).
        transform: (8,), or (batch, 8) with one for each image: `[a0, a1, a2, b0, b1, b2, c0, c1]`.
        interpolation: `"nearest"` (the right, lower one of two pixels) or `"bilinear"`.
        fill_mode: What stands outside: `"constant"` (`fill_value`), `"nearest"`, `"wrap"`, `"reflect"` or `"mirror"`, as
            in `map_coordinates`.
        fill_value: A number.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype; integers are rounded, halves to even.

    Raises:
        ValueError: Shapes do not fit, or an option is unknown.

    Example:
        >>> x = np.array([[[1.0], [2.0], [3.0]]], "float32")
        >>> ops.image.affine_transform(x, np.array([1.0, 0, 1.0, 0, 1, 0, 0, 0]))[0, :, 0]  # one to the left
        array([2., 3., 0.], dtype=float32)
    """
    where = "ops.image.affine_transform"
    layout = _check_images(images, interpolation, fill_mode, fill_value, data_format, where)
    _check_each(transform, "transform", images, layout, (8,), where)
    transform = cast(transform, compute_dtype(layout.dtype))
    transform = transform if len(transform.shape) == 2 else expand_dims(transform, 0)
    return _warped(images, transform, layout, interpolation, fill_mode, fill_value)


def _perspective_rule(
    images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None
):
    where = "ops.image.perspective_transform"
    layout = _check_images(images, interpolation, "constant", fill_value, data_format, where)
    _check_each(start_points, "start_points", images, layout, (4, 2), where)
    _check_each(end_points, "end_points", images, layout, (4, 2), where)
    return spec(images.shape, images.dtype)


@op(rule=_perspective_rule)
def perspective_transform(
    images: Tensor,
    start_points: Tensor,
    end_points: Tensor,
    interpolation="bilinear",
    fill_value=0,
    data_format=None,
):
    """Images in another perspective: what stands at four points goes to four others.

    Differentiable in images and, with `"bilinear"`, the points.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any real dtype. They are computed in float32 (float64 for float64).
        start_points: (4, 2), or (batch, 4, 2): points `(x, y)` (column, row) of the images, no three on one line.
        end_points: The same: where they go to, in the same order.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_value: A number, for what comes from outside the images.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype; integers are rounded, halves to even.

    Raises:
        ValueError: Shapes do not fit, or an option is unknown.

    Source: Heckbert, 1989.

    Example:
        >>> corners = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]], "float32")
        >>> x = np.arange(9, dtype="float32").reshape(3, 3, 1)
        >>> ops.image.perspective_transform(x, corners, corners[[1, 2, 3, 0]])[..., 0]  # a quarter turn
        array([[6., 3., 0.],
               [7., 4., 1.],
               [8., 5., 2.]], dtype=float32)
    """
    where = "ops.image.perspective_transform"
    layout = _check_images(images, interpolation, "constant", fill_value, data_format, where)
    _check_each(start_points, "start_points", images, layout, (4, 2), where)
    _check_each(end_points, "end_points", images, layout, (4, 2), where)
    dtype = compute_dtype(layout.dtype)
    matrices = perspective_matrix(cast(start_points, dtype), cast(end_points, dtype))
    return _warped(images, matrices, layout, interpolation, "constant", fill_value)


def perspective_matrix(start_points, end_points):
    """(batch or 1, 8): the transform for `affine_transform` that brings what stands at four points to four others."""
    return _followed(_from_square(start_points), _from_square(end_points))


def _from_square(points):
    """The projective matrix that takes (0, 0), (1, 0), (1, 1), (0, 1) to four points; rows of entries (batch or 1,)."""
    points = points if len(points.shape) == 3 else expand_dims(points, 0)
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((points[:, k, 0], points[:, k, 1]) for k in range(4))
    dx1, dx2, dx3 = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, dy3 = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1
    g, h = (dx3 * dy2 - dx2 * dy3) / area, (dx1 * dy3 - dx3 * dy1) / area
    return (x1 - x0 + g * x1, x3 - x0 + h * x3, x0), (y1 - y0 + g * y1, y3 - y0 + h * y3, y0), (g, h, 1)


def _followed(start, end):
    """(batch or 1, 8): back from the end to the square (by the adjugate), and on to the start."""
    (a, b, c), (d, e, f), (g, h, _) = end
    back = ((e - f * h, c * h - b, b * f - c * e), (f * g - d, a - c * g, c * d - a * f), (d * h - e * g, b * g - a * h,
            a * e - b * d))  # fmt: skip
    rows = [[sum(row[k] * back[k][column] for k in range(3)) for column in range(3)] for row in start]
    return stack([entry / rows[2][2] for entry in (*rows[0], *rows[1], *rows[2][:2])], 1)


# --- elastic deformation -------------------------------------------------------------------------
def _elastic_rule(images, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0,
                  seed=None, data_format=None):  # fmt: skip
    _check_elastic(images, alpha, sigma, interpolation, fill_mode, fill_value, data_format)
    return spec(images.shape, images.dtype)


def _check_elastic(images, alpha, sigma, interpolation, fill_mode, fill_value, data_format):
    where = "ops.image.elastic_transform"
    number(alpha, "alpha", where)
    number(sigma, "sigma", where, above=0)
    return _check_images(images, interpolation, fill_mode, fill_value, data_format, where)


@op(rule=_elastic_rule, draws=True)
def elastic_transform(images: Tensor, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect",
                      fill_value=0.0, seed=None, data_format=None):  # fmt: skip
    """Images distorted at random, smoothly: every pixel comes from a place that lies a little off.

    The displacements in x and in y are drawn apart from each other, for each image: white noise of deviation `sigma`,
    blurred by a Gaussian of deviation `sigma`, times `alpha`. So their deviation is about 0.28 `alpha` pixels inside, and
    less at the border.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any real dtype. They are computed in float32 (float64 for float64).
        alpha: Strength of the distortion.
        sigma: How far its waves reach, in pixels; above 0.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_mode: What stands outside: `"constant"` (`fill_value`), `"nearest"`, `"wrap"`, `"reflect"` or `"mirror"`, as
            in `map_coordinates`.
        fill_value: A number.
        seed: An int (the same distortion each time), a `SeedGenerator`, or None.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Images of the same shape and dtype; integers are rounded, halves to even.

    Raises:
        ValueError: The rank or an option is wrong.

    Source: Simard et al., 2003.

    Example:
        >>> ops.image.elastic_transform(np.full((4, 4, 1), 7.0, "float32"), seed=1)[0, :, 0]
        array([7., 7., 7., 7.], dtype=float32)
    """
    layout = _check_elastic(images, alpha, sigma, interpolation, fill_mode, fill_value, data_format)
    x = _to_batch(images, layout)
    batch, height, width, _ = shape(x)
    dtype = compute_dtype(layout.dtype)
    noise = normal((batch, height, width, 2), 0.0, float(sigma), dtype, seed)
    size = int(6 * sigma) | 1
    moved = filtered(noise, (size, size), (float(sigma), float(sigma)), "same", False) * float(alpha)
    return _displaced(x, moved, layout, interpolation, fill_mode, fill_value)


def displaced(images, moves, interpolation, fill_mode, fill_value, data_format):
    """Images whose pixels come from places that lie `moves` (batch, height, width, 2) off, in rows and in columns."""
    layout = _check_images(images, interpolation, fill_mode, fill_value, data_format, "ops.image.displaced")
    return _displaced(_to_batch(images, layout), moves, layout, interpolation, fill_mode, fill_value)


def _displaced(x, moves, layout, interpolation, fill_mode, fill_value):
    dtype = compute_dtype(layout.dtype)
    _, height, width, _ = shape(x)
    rows = expand_dims(cast(arange(height), dtype), 1) + cast(moves[..., 0], dtype)
    columns = cast(arange(width), dtype) + cast(moves[..., 1], dtype)
    result = _sampled(x, stack([rows, columns]), _ORDERS[interpolation], fill_mode, fill_value, layout.dtype)
    return _from_batch(result, layout)
