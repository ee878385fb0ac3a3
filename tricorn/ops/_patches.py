"""Images taken apart into patches and put together again, and how much two images differ."""

from __future__ import annotations

import itertools
import math

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.core.windows import patch_grid, per_axis, resolve_data_format
from tricorn.ops._arith import add, multiply, square, subtract
from tricorn.ops._cast import shape
from tricorn.ops._explog import log10
from tricorn.ops._join import stack
from tricorn.ops._reduce import mean
from tricorn.ops._reshape import pad, reshape, transpose


def _times(*sizes):
    return None if None in sizes else math.prod(sizes)


def _unfold_rule(x, kernel_size, dilation=1, padding=0, stride=1):
    _check_rank("ops.unfold", x, 4, "(batch, channels, height, width)")
    kernel, *_, counts = patch_grid(x.shape[2:], kernel_size, dilation, padding, stride, "ops.unfold")
    return spec((x.shape[0], _times(x.shape[1], *kernel), _times(*counts)), x.dtype)


def _check_rank(where, x, rank, expected):
    if len(x.shape) != rank:
        raise bad_argument(
            where, f"`x` must be of rank {rank}.", expected=expected, given=f"shape {tuple(x.shape)}"
        )


@op(rule=_unfold_rule)
def unfold(x: Tensor, kernel_size, dilation=1, padding=0, stride=1):
    """The patches of an image, each as a column: "im2col".

    Args:
        x: (batch, channels, height, width).
        kernel_size: Height and width of a patch: an integer, or two.
        dilation: Distance between a patch's elements: an integer, or two.
        padding: Zeros on both sides: an integer, or two.
        stride: Distance between patches: an integer, or two.

    Returns:
        (batch, channels * kernel height * kernel width, number of patches), of the dtype of `x`; patches row by row.

    Raises:
        ValueError: `x` is not of rank 4, an argument is out of range, or no patch fits.

    Example:
        >>> x = np.arange(9, dtype="float32").reshape(1, 1, 3, 3)
        >>> ops.unfold(x, 2)[0]
        array([[0., 1., 3., 4.],
               [1., 2., 4., 5.],
               [3., 4., 6., 7.],
               [4., 5., 7., 8.]], dtype=float32)
    """
    _check_rank("ops.unfold", x, 4, "(batch, channels, height, width)")
    kernel, dilation, padding, stride, _ = patch_grid(
        x.shape[2:], kernel_size, dilation, padding, stride, "ops.unfold"
    )
    if any(padding):
        x = pad(x, ((0, 0), (0, 0), *((more, more) for more in padding)))
    down, across = (_lines(*one) for one in zip(kernel, dilation, stride, strict=True))
    pieces = stack([x[:, :, rows, columns] for rows, columns in itertools.product(down, across)], 2)
    batch, channels, area, height, width = shape(pieces)
    return reshape(pieces, (batch, channels * area, height * width))


def _lines(width, rate, step):
    """For each element of a patch the slice of the image where it stands in the patches."""
    last = (width - 1) * rate
    return [slice(i * rate, i * rate - last or None, step) for i in range(width)]


def _fold_rule(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    _check_rank("ops.fold", x, 3, "(batch, channels * kernel area, number of patches)")
    size, (kernel, *_) = _fold_grid(x, output_size, kernel_size, dilation, padding, stride)
    channels = None if x.shape[1] is None else x.shape[1] // math.prod(kernel)
    return spec((x.shape[0], channels, *size), x.dtype)


def _fold_grid(x, output_size, kernel_size, dilation, padding, stride):
    size = per_axis(output_size, 2, "output_size", "ops.fold")
    grid = patch_grid(size, kernel_size, dilation, padding, stride, "ops.fold")
    area, count = math.prod(grid[0]), math.prod(grid[-1])
    if (x.shape[1] is not None and x.shape[1] % area) or x.shape[2] not in (None, count):
        raise bad_argument("ops.fold", "the patches do not make up that image.",
                           expected=f"(batch, a multiple of {area}, {count}), of an image {size}",
                           given=f"shape {tuple(x.shape)}")  # fmt: skip
    return size, grid


@op(rule=_fold_rule)
def fold(x: Tensor, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """The image of which `x` holds the patches; where patches overlap, they add up: the transpose of `unfold`.

    Args:
        x: (batch, channels * kernel height * kernel width, number of patches).
        output_size: Height and width of the image: an integer, or two.
        kernel_size, dilation, padding, stride: As in `unfold`.

    Returns:
        (batch, channels, height, width), of the dtype of `x`.

    Raises:
        ValueError: `x` is not of rank 3, or its sizes are not those of the patches of such an image.

    Example:
        >>> x = np.ones((1, 4, 4), "float32")
        >>> ops.fold(x, output_size=3, kernel_size=2)[0, 0]
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]], dtype=float32)
    """
    _check_rank("ops.fold", x, 3, "(batch, channels * kernel area, number of patches)")
    size, grid = _fold_grid(x, output_size, kernel_size, dilation, padding, stride)
    kernel, dilation, padding, stride, counts = grid
    batch, rows, _ = shape(x)
    channels = rows // math.prod(kernel)
    x = reshape(x, (batch, channels, *kernel, *counts))
    total = None
    for place in itertools.product(*map(range, kernel)):
        piece = x[:, :, place[0], place[1]]
        pads = []
        for axis in range(2):
            piece = _spread(piece, axis + 2, counts[axis], stride[axis])
            before = place[axis] * dilation[axis]
            spread = (counts[axis] - 1) * stride[axis] + 1
            pads.append((before, size[axis] + 2 * padding[axis] - before - spread))
        piece = pad(piece, ((0, 0), (0, 0), *pads)) if any(map(any, pads)) else piece
        total = piece if total is None else add(total, piece)
    if any(padding):
        total = total[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return total


def _spread(x, axis, count, step):
    """`step - 1` zeros between neighbours along `axis`, of which there are `count`."""
    if step == 1 or count == 1:
        return x
    sizes = shape(x)
    wide = reshape(x, (*sizes[: axis + 1], 1, *sizes[axis + 1 :]))
    wide = pad(wide, [(0, step - 1) if one == axis + 1 else (0, 0) for one in range(len(sizes) + 1)])
    wide = reshape(wide, (*sizes[:axis], count * step, *sizes[axis + 1 :]))
    return wide[(slice(None),) * axis + (slice(0, (count - 1) * step + 1),)]


def _blocks(x, block_size, data_format, where, shrinks):
    """Whether the channels are axis 1.

    Raises:
        ValueError: The rank, `block_size` or a size do not fit.
    """
    channels_first = resolve_data_format(data_format, where) == "channels_first"
    _check_rank(where, x, 4, "(batch, height, width, channels), or with the channels as axis 1")
    if isinstance(block_size, bool) or not isinstance(block_size, int) or block_size < 2:
        raise bad_argument(where, "`block_size` must be an integer of 2 or more.", given=repr(block_size))
    channels, size = (x.shape[1], x.shape[2:]) if channels_first else (x.shape[3], x.shape[1:3])
    if shrinks and any(n is not None and n % block_size for n in size):
        raise bad_argument(where, "`block_size` must divide height and width.", expected=f"multiples of {block_size}",
                           given=f"{tuple(size)}, shape {tuple(x.shape)}")  # fmt: skip
    if not shrinks and channels is not None and channels % block_size**2:
        raise bad_argument(where, "the square of `block_size` must divide the channels.",
                           expected=f"a multiple of {block_size**2}",
                           given=f"{channels}, shape {tuple(x.shape)}")  # fmt: skip
    return channels_first


def _block_rule(where, shrinks):
    def rule(x, block_size, data_format="channels_last"):
        first = _blocks(x, block_size, data_format, where, shrinks)
        batch, *rest = x.shape
        channels, height, width = rest if first else (rest[2], *rest[:2])
        if shrinks:
            height, width = (n if n is None else n // block_size for n in (height, width))
            channels = channels if channels is None else channels * block_size**2
        else:
            height, width = (n if n is None else n * block_size for n in (height, width))
            channels = channels if channels is None else channels // block_size**2
        return spec((batch, channels, height, width) if first else (batch, height, width, channels), x.dtype)

    return rule


@op(rule=_block_rule("ops.depth_to_space", False))
def depth_to_space(x: Tensor, block_size, data_format="channels_last"):
    """Channels laid out as blocks of `block_size` x `block_size` pixels; also called pixel shuffle.

    Under `"channels_last"` the channels of a pixel are, in order, block row, block column, channel; under
    `"channels_first"` they are channel, block row, block column, as in torch's `pixel_shuffle`.

    Args:
        x: (batch, height, width, channels), or (batch, channels, height, width).
        block_size: An integer of 2 or more, whose square divides the channels.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        (batch, height * block_size, width * block_size, channels / block_size^2), or with the channels as axis 1.

    Raises:
        ValueError: `x` is not of rank 4, or `block_size` does not fit.

    Source: Shi et al., 2016.

    Example:
        >>> x = np.arange(4, dtype="float32").reshape(1, 1, 1, 4)
        >>> ops.depth_to_space(x, 2)[0, :, :, 0]
        array([[0., 1.],
               [2., 3.]], dtype=float32)
    """
    first = _blocks(x, block_size, data_format, "ops.depth_to_space", False)
    batch, *rest = shape(x)
    b = block_size
    if first:
        channels, height, width = rest
        x = transpose(reshape(x, (batch, channels // b**2, b, b, height, width)), (0, 1, 4, 2, 5, 3))
        return reshape(x, (batch, channels // b**2, height * b, width * b))
    height, width, channels = rest
    x = transpose(reshape(x, (batch, height, width, b, b, channels // b**2)), (0, 1, 3, 2, 4, 5))
    return reshape(x, (batch, height * b, width * b, channels // b**2))


@op(rule=_block_rule("ops.space_to_depth", True))
def space_to_depth(x: Tensor, block_size, data_format="channels_last"):
    """Blocks of `block_size` x `block_size` pixels laid out as channels: the inverse of `depth_to_space`.

    Args:
        x: (batch, height, width, channels), or (batch, channels, height, width).
        block_size: An integer of 2 or more that divides height and width.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        (batch, height / block_size, width / block_size, channels * block_size^2), or with the channels as axis 1.

    Raises:
        ValueError: `x` is not of rank 4, or `block_size` does not fit.

    Example:
        >>> x = np.arange(4, dtype="float32").reshape(1, 2, 2, 1)
        >>> ops.space_to_depth(x, 2)
        array([[[[0., 1., 2., 3.]]]], dtype=float32)
    """
    first = _blocks(x, block_size, data_format, "ops.space_to_depth", True)
    batch, *rest = shape(x)
    b = block_size
    if first:
        channels, height, width = rest
        x = transpose(reshape(x, (batch, channels, height // b, b, width // b, b)), (0, 1, 3, 5, 2, 4))
        return reshape(x, (batch, channels * b**2, height // b, width // b))
    height, width, channels = rest
    x = transpose(reshape(x, (batch, height // b, b, width // b, b, channels)), (0, 1, 3, 2, 4, 5))
    return reshape(x, (batch, height // b, width // b, channels * b**2))


def _psnr_rule(x1, x2, max_val):
    _check_psnr(x1.shape, x2.shape, max_val)
    return spec((), x1.dtype)


def _check_psnr(first, second, max_val):
    if len(first) != len(second) or any(
        a != b for a, b in zip(first, second, strict=True) if None not in (a, b)
    ):
        raise bad_argument("ops.psnr", "the images must have the same shape.",
                           given=f"{tuple(first)} and {tuple(second)}")  # fmt: skip
    if isinstance(max_val, (int, float)) and not max_val > 0:
        raise bad_argument("ops.psnr", "`max_val` must be positive.", given=max_val)


@op(rule=_psnr_rule, dtype=rules.COMMON_FLOAT, keras_class="PSNR")
def psnr(x1: Tensor, x2: Tensor, max_val):
    """Peak signal-to-noise ratio of two images in decibels: 20 log10(max_val) - 10 log10(mean((x1 - x2)^2)).

    It is inf where the images are equal.

    Args:
        x1, x2: Images of one shape (batches give one number for all).
        max_val: The largest value that a pixel can have, such as 1.0 or 255.

    Returns:
        A float scalar.

    Raises:
        ValueError: The shapes differ, or `max_val` is not positive.

    Example:
        >>> ops.psnr(np.zeros((4, 4), "float32"), np.full((4, 4), 0.1, "float32"), 1.0).round(3)
        np.float32(20.0)
    """
    _check_psnr(x1.shape, x2.shape, max_val)
    noise = multiply(log10(mean(square(subtract(x1, x2)))), -10.0)
    return add(
        noise, 20.0 * math.log10(max_val) if isinstance(max_val, (int, float)) else 20.0 * log10(max_val)
    )
