"""The geometry of sliding windows: what convolutions and poolings check and compute from shapes alone.

The rules of the ops and the kernels of all engines ask the same cached functions here, so that a bad argument raises
the same error, before an engine sees it, in a symbolic and in a concrete call.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tricorn.core.config import settings
from tricorn.core.errors import bad_argument


class Convolution(NamedTuple):
    """Everything about one convolution (or one pooling) but its values.

    Attributes:
        rank: Number of spatial axes.
        window: Spatial sizes of the kernel.
        strides, dilation: One integer an axis.
        same: Whether the padding is "same".
        pads: `(before, after)` an axis; None on an axis of unknown size under "same".
        groups: Feature groups: input channels / kernel's input channels.
        channels_first: Whether the channels are axis 1.
        spatial: Sizes of the result's spatial axes, None where unknown.
        channels: Output channels, None where unknown.
        to_first: Permutation that brings the input to channels-first; None if it is already.
        to_last: Permutation that brings a channels-first result to the data format; None if it is there already.
        is_padded: Whether any element is padded.
        is_symmetric: Whether `before == after` on all axes.
    """

    rank: int
    window: tuple
    strides: tuple
    dilation: tuple
    same: bool
    pads: tuple
    groups: int
    channels_first: bool
    spatial: tuple
    channels: int | None
    to_first: tuple | None
    to_last: tuple | None
    is_padded: bool
    is_symmetric: bool

    def output_shape(self, batch):
        """The result's shape in the data format."""
        if self.channels_first:
            return (batch, self.channels, *self.spatial)
        return (batch, *self.spatial, self.channels)


def resolve_data_format(data_format, where="data_format"):
    """`"channels_last"` or `"channels_first"`; None stands for the configured one."""
    if data_format == "channels_last" or data_format == "channels_first":
        return data_format
    if data_format is None:
        return settings.image_data_format
    raise bad_argument(where, "unknown data format.", expected='"channels_last", "channels_first" or None',
                       given=repr(data_format))  # fmt: skip


def per_axis(value, rank, name, where, minimum=1):
    """One integer for each spatial axis, from one integer or a sequence of `rank` integers."""
    if type(value) is int:
        values = (value,) * rank
    else:
        try:
            values = tuple(int(item) for item in value)
        except TypeError:
            try:
                values = (int(value),) * rank
            except (TypeError, ValueError):
                values = ()
        except ValueError:
            values = ()
    if len(values) != rank or min(values) < minimum:
        raise bad_argument(where, f"`{name}` must be one integer, or one for each spatial axis.",
                           expected=f"{rank} integer(s) >= {minimum}", given=repr(value))  # fmt: skip
    return values


def _hashable(value):
    return tuple(value) if type(value) is list else value


def convolution(input_shape, kernel_shape, strides=1, padding="valid", data_format=None, dilation_rate=1,
                depthwise=False, where="ops.conv"):  # fmt: skip
    """The geometry of `conv` and `depthwise_conv`.

    Args:
        input_shape: `(batch, ..., channels)` or `(batch, channels, ...)`.
        kernel_shape: `(..., input channels / groups, output channels)`; depthwise `(..., input channels, multiplier)`.

    Raises:
        ValueError: Ranks, channels, groups or sizes do not fit, or an argument is unknown.
    """
    try:
        return _convolution(tuple(input_shape)[1:], tuple(kernel_shape), _hashable(strides), padding,
                            data_format or resolve_data_format(None), _hashable(dilation_rate), depthwise,
                            where)  # fmt: skip
    except TypeError:
        raise _unhashable(where, strides=strides, padding=padding, dilation_rate=dilation_rate) from None


def _unhashable(where, **given):
    return bad_argument(where, "static arguments must be integers, strings or tuples of integers.",
                        given=", ".join(f"{name}={value!r}" for name, value in given.items()),
                        error=TypeError)  # fmt: skip


def _check_padding(padding, where):
    lowered = padding.lower() if isinstance(padding, str) else padding
    if lowered not in ("same", "valid"):
        hint = "pad on the left with ops.pad and use 'valid'" if lowered == "causal" else None
        raise bad_argument(
            where, "unknown padding.", expected='"valid" or "same"', given=repr(padding), hint=hint
        )
    return lowered == "same"


def _spatial_rank(shape, where, what="inputs"):
    rank = len(shape) - 1
    if not 1 <= rank <= 3:
        raise bad_argument(where, f"`{what}` must have one to three spatial axes.",
                           expected="a tensor of rank 3, 4 or 5 (batch, spatial axes, channels)",
                           given=f"shape {_shown(shape)}")  # fmt: skip
    return rank


def _shown(shape):
    return str((None, *shape))


def _split(shape, channels_first):
    return (shape[1:], shape[0]) if channels_first else (shape[:-1], shape[-1])


def _permutations(rank, channels_first):
    if channels_first:
        return None, None
    return (0, rank + 1, *range(1, rank + 1)), (0, *range(2, rank + 2), 1)


@lru_cache(maxsize=4096)
def _convolution(input_shape, kernel_shape, strides, padding, data_format, dilation_rate, depthwise, where):
    rank = _spatial_rank(input_shape, where)
    channels_first = resolve_data_format(data_format, where) == "channels_first"
    same = _check_padding(padding, where)
    if len(kernel_shape) != rank + 2:
        raise bad_argument(where, "the kernel's rank does not fit the inputs'.",
                           expected=f"a kernel of rank {rank + 2} ({rank} spatial sizes, input and output channels)",
                           given=f"kernel {kernel_shape}, inputs {_shown(input_shape)}")  # fmt: skip
    strides = per_axis(strides, rank, "strides", where)
    dilation = per_axis(dilation_rate, rank, "dilation_rate", where)
    spatial, channels = _split(input_shape, channels_first)
    window, kernel_in, kernel_out = kernel_shape[:rank], kernel_shape[-2], kernel_shape[-1]
    groups = 1
    if depthwise:
        if channels is not None and channels != kernel_in:
            raise bad_argument(where, "the kernel's input channels differ from the inputs'.",
                               expected=f"{channels} input channels, of inputs {_shown(input_shape)}",
                               given=f"kernel {kernel_shape}")  # fmt: skip
        groups, kernel_out = kernel_in, kernel_in * kernel_out
    elif channels is not None:
        if kernel_in == 0 or channels % kernel_in:
            raise bad_argument(where, "the kernel's input channels must divide the inputs' channels.",
                               expected=f"a divisor of {channels}",
                               given=f"{kernel_in}, kernel {kernel_shape}, inputs {_shown(input_shape)}")  # fmt: skip
        groups = channels // kernel_in
        if kernel_out % groups:
            raise bad_argument(where, "the groups must divide the output channels.",
                               expected=f"a multiple of {groups} = {channels} input channels / {kernel_in}",
                               given=f"{kernel_out} output channels, kernel {kernel_shape}")  # fmt: skip
    return _finish(rank, spatial, window, strides, dilation, same, groups, channels_first, kernel_out, where,
                   input_shape)  # fmt: skip


def pooling(input_shape, pool_size, strides=None, padding="valid", data_format=None, where="ops.pool"):
    """The geometry of `max_pool` and `average_pool`; `strides=None` means the pool size."""
    try:
        return _pooling(tuple(input_shape)[1:], _hashable(pool_size), _hashable(strides), padding,
                        data_format or resolve_data_format(None), where)  # fmt: skip
    except TypeError:
        raise _unhashable(where, pool_size=pool_size, strides=strides, padding=padding) from None


@lru_cache(maxsize=4096)
def _pooling(input_shape, pool_size, strides, padding, data_format, where):
    rank = _spatial_rank(input_shape, where)
    channels_first = resolve_data_format(data_format, where) == "channels_first"
    same = _check_padding(padding, where)
    window = per_axis(pool_size, rank, "pool_size", where)
    strides = window if strides is None else per_axis(strides, rank, "strides", where)
    spatial, channels = _split(input_shape, channels_first)
    return _finish(
        rank, spatial, window, strides, (1,) * rank, same, 1, channels_first, channels, where, input_shape
    )


def adaptive_pooling(input_shape, output_size, data_format=None, where="ops.adaptive_pool"):
    """(spatial axes of the inputs, sizes of the result there) of the adaptive poolings.

    Args:
        output_size: An integer, or one for each spatial axis; None keeps the size of an axis.

    Raises:
        ValueError: Ranks do not fit, or a size is not positive.
    """
    rank = _spatial_rank(input_shape[1:], where)
    first = 2 if resolve_data_format(data_format, where) == "channels_first" else 1
    sizes = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * rank
    if len(sizes) != rank or not all(size is None or (type(size) is int and size > 0) for size in sizes):
        raise bad_argument(where, "`output_size` must be one integer, or one for each spatial axis.",
                           expected=f"{rank} positive integer(s), or None to keep a size",
                           given=repr(output_size))  # fmt: skip
    axes = tuple(range(first, first + rank))
    if any(input_shape[axis] == 0 for axis in axes):
        raise bad_argument(where, "there is nothing to pool.", given=f"inputs {tuple(input_shape)}")
    return axes, tuple(
        input_shape[axis] if size is None else size for axis, size in zip(axes, sizes, strict=True)
    )


def patch_grid(size, kernel_size, dilation, padding, stride, where):
    """How the patches of `unfold` and `fold` lie on an image.

    Args:
        size: Height and width; None where unknown.
        kernel_size, dilation, padding, stride: An integer, or two.

    Returns:
        (kernel, dilation, padding, stride, number of patches down and across), each a pair.

    Raises:
        ValueError: An argument is out of range, or no patch fits.
    """
    kernel = per_axis(kernel_size, 2, "kernel_size", where)
    dilation = per_axis(dilation, 2, "dilation", where)
    padding = per_axis(padding, 2, "padding", where, minimum=0)
    stride = per_axis(stride, 2, "stride", where)
    counts = tuple(
        None if n is None else (n + 2 * more - (width - 1) * rate - 1) // step + 1
        for n, width, rate, more, step in zip(size, kernel, dilation, padding, stride, strict=True)
    )
    if any(count is not None and count <= 0 for count in counts):
        raise bad_argument(where, "no patch fits into the image.",
                           expected="a kernel, with its dilation, no larger than the padded image",
                           given=f"kernel {kernel}, dilation {dilation}, padding {padding}, image {size}")  # fmt: skip
    return kernel, dilation, padding, stride, counts


def _finish(
    rank, spatial, window, strides, dilation, same, groups, channels_first, channels, where, input_shape
):
    sizes, pads = [], []
    for size, width, stride, rate in zip(spatial, window, strides, dilation, strict=True):
        extent = (width - 1) * rate + 1
        if same:
            # As TensorFlow pads: what is odd goes after.
            result = None if size is None else -(-size // stride)
            total = None if size is None else max((result - 1) * stride + extent - size, 0)
            pads.append(None if total is None else (total // 2, total - total // 2))
        else:
            result = None if size is None else (size - extent) // stride + 1
            pads.append((0, 0))
        if result is not None and result <= 0:
            raise bad_argument(where, "the window does not fit the inputs: the result would be empty.",
                               expected=f"at least {extent} elements on each spatial axis",
                               given=f"window {window}, dilation {dilation}, inputs {_shown(input_shape)}",
                               hint='padding="same", or larger inputs')  # fmt: skip
        sizes.append(result)
    known = [pad for pad in pads if pad is not None]
    to_first, to_last = _permutations(rank, channels_first)
    return Convolution(
        rank, tuple(window), strides, dilation, same, tuple(pads), groups, channels_first, tuple(sizes), channels,
        to_first, to_last, len(known) < len(pads) or any(sum(pad) for pad in known),
        len(known) == len(pads) and all(before == after for before, after in known),
    )  # fmt: skip


def transposed_convolution(input_shape, kernel_shape, strides=1, padding="valid", output_padding=None,
                           data_format=None, dilation_rate=1, where="ops.conv_transpose"):  # fmt: skip
    """The geometry of `conv_transpose`.

    The full result has `(n - 1) * stride + extent` elements on an axis; `pads` says how many of them are cut
    `(before, after)`, where a negative number means zeros added. `spatial` holds the sizes after that.

    Args:
        kernel_shape: `(..., output channels, input channels)`.
    """
    try:
        return _transposed(tuple(input_shape)[1:], tuple(kernel_shape), _hashable(strides), padding,
                           _hashable(output_padding), data_format or resolve_data_format(None),
                           _hashable(dilation_rate), where)  # fmt: skip
    except TypeError:
        raise _unhashable(where, strides=strides, padding=padding, output_padding=output_padding,
                          dilation_rate=dilation_rate) from None  # fmt: skip


@lru_cache(maxsize=4096)
def _transposed(
    input_shape, kernel_shape, strides, padding, output_padding, data_format, dilation_rate, where
):
    rank = _spatial_rank(input_shape, where)
    channels_first = resolve_data_format(data_format, where) == "channels_first"
    same = _check_padding(padding, where)
    if len(kernel_shape) != rank + 2:
        raise bad_argument(where, "the kernel's rank does not fit the inputs'.",
                           expected=f"a kernel of rank {rank + 2} ({rank} spatial sizes, output and input channels)",
                           given=f"kernel {kernel_shape}, inputs {_shown(input_shape)}")  # fmt: skip
    strides = per_axis(strides, rank, "strides", where)
    dilation = per_axis(dilation_rate, rank, "dilation_rate", where)
    spatial, channels = _split(input_shape, channels_first)
    window, out_channels, kernel_in = kernel_shape[:rank], kernel_shape[-2], kernel_shape[-1]
    if channels is not None and channels != kernel_in:
        raise bad_argument(where, "the kernel's last axis must be the inputs' channels.",
                           expected=f"{channels}, of inputs {_shown(input_shape)}",
                           given=f"kernel {kernel_shape}")  # fmt: skip
    extra = (None,) * rank
    if output_padding is not None:
        extra = per_axis(output_padding, rank, "output_padding", where, minimum=0)
        for more, stride in zip(extra, strides, strict=True):
            if more >= stride:
                raise bad_argument(where, "`output_padding` must be smaller than the stride.",
                                   expected=f"integers below {strides}", given=repr(output_padding))  # fmt: skip
    sizes, cuts = [], []
    for size, width, stride, rate, more in zip(spatial, window, strides, dilation, extra, strict=True):
        extent = (width - 1) * rate + 1
        probe = 2 if size is None else size  # what is cut does not depend on the size
        cut = (probe - 1) * stride + extent - _transposed_size(probe, extent, stride, same, more)
        # The odd one is cut after; zeros are only ever added after.
        cuts.append((cut // 2, cut - cut // 2) if cut > 0 else (0, cut))
        result = None if size is None else (size - 1) * stride + extent - cut
        if result is not None and result <= 0:
            raise bad_argument(where, "the result would be empty.", expected="larger inputs",
                               given=f"inputs {_shown(input_shape)}, kernel {kernel_shape}")  # fmt: skip
        sizes.append(result)
    to_first, to_last = _permutations(rank, channels_first)
    return Convolution(
        rank, tuple(window), strides, dilation, same, tuple(cuts), 1, channels_first, tuple(sizes), out_channels,
        to_first, to_last, any(cut != (0, 0) for cut in cuts), all(before == after for before, after in cuts),
    )  # fmt: skip


def _transposed_size(size, extent, stride, same, output_padding):
    if output_padding is None:
        return size * stride if same else size * stride + max(extent - stride, 0)
    if same:
        return (size - 1) * stride + extent - 2 * (extent // 2) + output_padding
    return (size - 1) * stride + extent + output_padding
