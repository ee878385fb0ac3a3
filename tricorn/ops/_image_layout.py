"""What all image ops ask of their images: which axis is which, and the dtype to compute in."""

from __future__ import annotations

import operator
from typing import NamedTuple

from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument, describe
from tricorn.core.windows import resolve_data_format
from tricorn.ops._cast import cast, saturate_cast
from tricorn.ops._compare import greater
from tricorn.ops._round import round

_COMPUTED = frozenset(("float32", "float64"))
_SMALL = frozenset(("int8", "uint8", "int16", "uint16"))


class Layout(NamedTuple):
    """Which axis is which, counted from the front; `batched` where there is an axis of images before them; the dtype."""

    dtype: str
    channels_first: bool
    batched: bool
    height: int
    width: int
    channels: int


def image_layout(images, data_format, where, name="images"):
    """The axes of one image (rank 3) or a batch (rank 4).

    Raises:
        ValueError: The rank is another one, or the data format is unknown.
        TypeError: The images are complex.
    """
    first = resolve_data_format(data_format, where) == "channels_first"
    rank = len(images.shape)
    if rank not in (3, 4):
        raise bad_argument(where, f"`{name}` must be one image or a batch of images.",
                           expected="rank 3 (height, width, channels) or rank 4 (batch, height, width, channels)",
                           given=f"shape {tuple(images.shape)}")  # fmt: skip
    batch = rank - 3
    return Layout(
        real_dtype(images, name, where),
        first,
        bool(batch),
        batch + first,
        batch + 1 + first,
        batch if first else batch + 2,
    )


def real_dtype(x, name, where):
    """The name of the dtype of `x`, which must not be complex."""
    dtype = standardize_dtype(x.dtype)
    if dtype.startswith("complex"):
        raise bad_argument(where, f"`{name}` must be real numbers.", given=dtype, error=TypeError)
    return dtype


def with_sizes(images, layout, height=None, width=None, channels=None):
    """The shape of `images` with other sizes on some axes."""
    shape = list(images.shape)
    for axis, size in ((layout.height, height), (layout.width, width), (layout.channels, channels)):
        if size is not None:
            shape[axis] = size
    return tuple(shape)


def option(value, allowed, name, where):
    """`value`, which must be one of `allowed`."""
    if not isinstance(value, (str, int)) or value not in allowed:
        raise bad_argument(
            where, f"unknown `{name}`.", expected=" or ".join(map(repr, allowed)), given=repr(value)
        )
    return value


def number(value, name, where, above=None):
    """`value`, which must be a number (greater than `above`)."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise bad_argument(where, f"`{name}` must be a number.", given=describe(value)) from None
    if above is not None and not result > above:
        raise bad_argument(where, f"`{name}` must be greater than {above}.", given=value)
    return result


def whole(value, name, where, minimum=0):
    """`value` as an int of at least `minimum`."""
    try:
        result = operator.index(value)
    except TypeError:
        raise bad_argument(where, f"`{name}` must be an integer.", given=describe(value)) from None
    if result < minimum:
        raise bad_argument(where, f"`{name}` is too small.", expected=f"at least {minimum}", given=result)
    return result


def compute_dtype(dtype):
    """The dtype in which images of a dtype are computed: float64 for itself, float32 for all others."""
    return dtype if dtype in _COMPUTED else "float32"


def to_float(images):
    """`images` in the dtype that they are computed in."""
    return images if standardize_dtype(images.dtype) in _COMPUTED else cast(images, "float32")


def restored(result, dtype, fits=False):
    """A computed result in the images' dtype (a name): rounded, halves to even, and kept within the range of integers.

    Args:
        fits: Whether results cannot leave the range that `images` are in, as means cannot.
    """
    if dtype in _COMPUTED:
        return result
    if is_float(dtype):
        return cast(result, dtype)
    if dtype == "bool":
        return greater(result, 0.5)
    # Large numbers round up to what 32 bits do not hold.
    return cast(round(result), dtype) if fits and dtype in _SMALL else saturate_cast(round(result), dtype)
