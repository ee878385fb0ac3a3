"""Windows cut out of images and volumes, laid side by side as channels."""

from __future__ import annotations

from tricorn.core.errors import bad_argument, describe
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.core.windows import convolution, per_axis, resolve_data_format
from tricorn.ops._arith import maximum
from tricorn.ops._cast import shape
from tricorn.ops._create import arange
from tricorn.ops._image_layout import real_dtype
from tricorn.ops._image_pad import bordered
from tricorn.ops._index import take
from tricorn.ops._reshape import expand_dims, reshape, transpose


def _plan(images, size, strides, dilation_rate, padding, data_format, where, rank, name):
    """(size, strides, rates, channels first, batched, shape of the result)."""
    real_dtype(images, name, where)
    first = resolve_data_format(data_format, where) == "channels_first"
    given = tuple(images.shape)
    if len(given) not in (rank + 1, rank + 2):
        axes = "height, width" if rank == 2 else "depth, height, width"
        raise bad_argument(where, f"`{name}` must have {rank} spatial axes.",
                           expected=f"rank {rank + 1} ({axes}, channels), or {rank + 2} with an axis of batches first",
                           given=f"shape {given}")  # fmt: skip
    size = per_axis(size, rank, "size", where)
    strides = size if strides is None else per_axis(strides, rank, "strides", where)
    rates = per_axis(dilation_rate, rank, "dilation_rate", where)
    batched = len(given) == rank + 2
    inner = given[1:] if batched else given
    channels, spatial = (inner[0], inner[1:]) if first else (inner[-1], inner[:-1])
    window = convolution(
        (None, *spatial, None), (*size, 1, 1), strides, padding, "channels_last", rates, where=where
    )
    elements = 1
    for one in size:
        elements *= one
    features = None if channels is None else channels * elements
    result = (features, *window.spatial) if first else (*window.spatial, features)
    return size, strides, rates, window.same, first, batched, (*given[:1], *result) if batched else result


def _spatial_rank(size, where):
    if isinstance(size, (tuple, list)):
        if len(size) not in (2, 3):
            raise bad_argument(where, "`size` must say how large a window is on two or three axes.",
                               expected="an integer (for two axes), two or three integers", given=describe(size))  # fmt: skip
        return len(size)
    return 2


def _patches_rule(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    where = "ops.image.extract_patches"
    rank = _spatial_rank(size, where)
    plan = _plan(images, size, strides, dilation_rate, padding, data_format, where, rank, "images")
    return spec(plan[-1], images.dtype)


@op(rule=_patches_rule)
def extract_patches(images: Tensor, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Windows of images, or of volumes where `size` has three numbers; each becomes the channels of one place.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), with the depth before the height where
            `size` has three numbers; the channels before the spatial axes under `"channels_first"`. Any real dtype.
        size: `(height, width)` of a window, or an integer for both; or `(depth, height, width)`.
        strides: Distance between windows; an integer, or one for each spatial axis; None: `size`.
        dilation_rate: Distance between the pixels of a window; the same.
        padding: `"valid"`, or `"same"` (zeros around).
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        As `images`, with the number of windows for sizes, and window size * channels channels, in the order (pixels of
        the window row by row, channels) under both data formats.

    Raises:
        ValueError: The rank or an option is wrong, or no window fits.

    Example:
        >>> x = np.arange(8, dtype="float32").reshape(2, 4, 1)
        >>> ops.image.extract_patches(x, 2)
        array([[[0., 1., 4., 5.],
                [2., 3., 6., 7.]]], dtype=float32)
    """
    where = "ops.image.extract_patches"
    rank = _spatial_rank(size, where)
    plan = _plan(images, size, strides, dilation_rate, padding, data_format, where, rank, "images")
    return _extracted(images, rank, plan)


def _volumes_rule(volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    where = "ops.image.extract_patches_3d"
    plan = _plan(volumes, size, strides, dilation_rate, padding, data_format, where, 3, "volumes")
    return spec(plan[-1], volumes.dtype)


@op(rule=_volumes_rule)
def extract_patches_3d(
    volumes: Tensor, size, strides=None, dilation_rate=1, padding="valid", data_format=None
):
    """Windows of volumes; each becomes the channels of one place.

    Args:
        volumes: (depth, height, width, channels) or (batch, depth, height, width, channels), or with the channels before
            the depth under `"channels_first"`; any real dtype.
        size: `(depth, height, width)` of a window, or an integer for all.
        strides: Distance between windows; an integer, or one for each axis; None: `size`.
        dilation_rate: Distance between the elements of a window; the same.
        padding: `"valid"`, or `"same"` (zeros around).
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        As `volumes`, with the number of windows for sizes, and window size * channels channels, in the order (elements
        of the window, channels).

    Raises:
        ValueError: The rank or an option is wrong, or no window fits.

    Example:
        >>> x = np.arange(8, dtype="float32").reshape(2, 2, 2, 1)
        >>> ops.image.extract_patches_3d(x, 2)
        array([[[[0., 1., 2., 3., 4., 5., 6., 7.]]]], dtype=float32)
    """
    where = "ops.image.extract_patches_3d"
    plan = _plan(volumes, size, strides, dilation_rate, padding, data_format, where, 3, "volumes")
    return _extracted(volumes, 3, plan)


def _extracted(images, rank, plan):
    size, strides, rates, same, first, batched, _ = plan
    x = images if batched else expand_dims(images, 0)
    if first:
        x = transpose(x, (0, *range(2, rank + 2), 1))
    if same:
        windows = zip(shape(x)[1:-1], size, strides, rates, strict=True)
        x = bordered(x, {axis: _zeros_around(*one) for axis, one in enumerate(windows, start=1)})
    result = patches(x, size, strides, rates)
    if first:
        result = transpose(result, (0, rank + 1, *range(1, rank + 1)))
    return result if batched else result[0]


def _zeros_around(old, size, stride, rate):
    missing = (-(-old // stride) - 1) * stride + (size - 1) * rate + 1 - old
    missing = max(missing, 0) if type(missing) is int else maximum(missing, 0)
    return missing // 2, missing - missing // 2


def _count(old, size, stride, rate):
    return (old - (size - 1) * rate - 1) // stride + 1


def _inner_rule(x, size, strides, rates):
    sizes, channels = [], x.shape[-1]
    for axis, (width, stride, rate) in enumerate(zip(size, strides, rates, strict=True), start=1):
        sizes.append(None if x.shape[axis] is None else _count(x.shape[axis], width, stride, rate))
        channels = None if channels is None else channels * width
    return spec((x.shape[0], *sizes, channels), x.dtype)


@op(rule=_inner_rule)
def patches(x: Tensor, size, strides, rates):
    """`extract_patches` of batches, channels last, without padding, for callers that have checked their arguments."""
    rank = len(size)
    sizes = shape(x)
    counts = [_count(*one) for one in zip(sizes[1:-1], size, strides, rates, strict=True)]
    channels = sizes[-1]
    for axis in range(rank):
        # What an axis has before it has been split in two already.
        places = expand_dims(arange(counts[axis]) * strides[axis], 1) + arange(size[axis]) * rates[axis]
        x = take(x, places, 2 * axis + 1)
    places = range(1, 2 * rank + 1)
    x = transpose(x, (0, *places[::2], *places[1::2], 2 * rank + 1))
    for width in size:
        channels = channels * width
    return reshape(x, (sizes[0], *counts, channels))
