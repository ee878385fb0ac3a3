"""Images with borders cut off or added."""

from __future__ import annotations

from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.shapes import spec
from tricorn.ops._cast import shape
from tricorn.ops._create import full
from tricorn.ops._image_layout import image_layout, whole
from tricorn.ops._index import slice as block
from tricorn.ops._join import concatenate
from tricorn.ops._reshape import pad


def cut(x, windows):
    """A part of `x`: `{axis: (start, size)}`; ints or scalar tensors."""
    starts, sizes = [0] * len(x.shape), [-1] * len(x.shape)
    for axis, (start, size) in windows.items():
        starts[axis], sizes[axis] = start, size
    return block(x, starts, sizes)


def bordered(x, borders, value=0):
    """`x` with `value` added around.

    Args:
        borders: `{axis: (before, after)}`; ints or scalar tensors.
        value: A number; rounded where `x` holds integers.
    """
    dtype = standardize_dtype(x.dtype)
    if not is_float(dtype):
        value = bool(value) if dtype == "bool" else round(value)
    if all(type(size) is int for pair in borders.values() for size in pair):
        if not any(map(any, borders.values())):
            return x
        return pad(x, [borders.get(axis, (0, 0)) for axis in range(len(x.shape))], "constant", value)
    for axis, (before, after) in borders.items():
        sizes = list(shape(x))
        parts = [full((*sizes[:axis], size, *sizes[axis + 1 :]), value, dtype) for size in (before, after)]
        x = concatenate([parts[0], x, parts[1]], axis)
    return x


def _amounts(where, kind, axis_name, size, before, after, target, sign):
    """(before, after, the new size) of an axis, where two of three are given; None where that hangs on an unknown size.

    Args:
        sign: 1 where elements are added, -1 where they are cut off.
    """
    first, last, name = axis_name
    names = (f"{first}_{kind}", f"{last}_{kind}", f"target_{name}")
    if sum(value is None for value in (before, after, target)) != 1:
        given = ", ".join(
            f"{name}={value}" for name, value in zip(names, (before, after, target), strict=True)
        )
        raise bad_argument(where, f"say exactly two of {names[0]}, {names[1]} and {names[2]}.", expected="two numbers",
                           given=given)  # fmt: skip
    before, after, target = (
        None if value is None else whole(value, name, where)
        for name, value in zip(names, (before, after, target), strict=True)
    )
    if size is None:
        return before, after, target
    if target is None:
        target = size + sign * (before + after)
    elif after is None:
        after = sign * (target - size) - before
    else:
        before = sign * (target - size) - after
    if min(before, after, target) < 0:
        raise bad_argument(where, f"the {name} does not allow that.", expected="no negative number",
                           given=f"{name} {size}, {names[0]}={before}, {names[1]}={after}, {names[2]}={target}")  # fmt: skip
    return before, after, target


def _plan(images, kind, sign, rows, columns, data_format):
    where = f"ops.image.{'pad' if sign > 0 else 'crop'}_images"
    layout = image_layout(images, data_format, where)
    parts = (
        (layout.height, ("top", "bottom", "height"), rows),
        (layout.width, ("left", "right", "width"), columns),
    )
    return layout, [
        (axis, *_amounts(where, kind, names, images.shape[axis], *given, sign))
        for axis, names, given in parts
    ]


def _shaped(images, plan):
    sizes = list(images.shape)
    for axis, _, _, target in plan:
        sizes[axis] = target
    return spec(sizes, images.dtype)


def _filled(x, axis, before, after, target, sign):
    """The amounts, computed from a size that is known only now."""
    if None not in (before, after, target):
        return before, after, target
    size = shape(x)[axis]
    if target is None:
        return before, after, size + sign * (before + after)
    if after is None:
        return before, sign * (target - size) - before, target
    return sign * (target - size) - after, after, target


def _crop_rule(images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None,
               target_height=None, target_width=None, data_format=None):  # fmt: skip
    return _shaped(images, _plan(images, "cropping", -1, (top_cropping, bottom_cropping, target_height),
                                 (left_cropping, right_cropping, target_width), data_format)[1])  # fmt: skip


@op(rule=_crop_rule)
def crop_images(images: Tensor, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None,
                target_height=None, target_width=None, data_format=None):  # fmt: skip
    """Images with rows and columns cut off: two numbers say what happens to the height, two to the width.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any dtype.
        top_cropping, bottom_cropping: Rows cut off.
        left_cropping, right_cropping: Columns cut off.
        target_height, target_width: Rows and columns that remain.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        A part of `images`, in their dtype.

    Raises:
        ValueError: Not exactly two numbers are given for the height (the width), or more is cut off than there is.

    Example:
        >>> x = np.arange(9, dtype="float32").reshape(3, 3, 1)
        >>> ops.image.crop_images(x, top_cropping=1, bottom_cropping=0, left_cropping=0, target_width=2)[:, :, 0]
        array([[3., 4.],
               [6., 7.]], dtype=float32)
    """
    _, plan = _plan(images, "cropping", -1, (top_cropping, bottom_cropping, target_height),
                    (left_cropping, right_cropping, target_width), data_format)  # fmt: skip
    return cut(images, {axis: _filled(images, axis, *amounts, -1)[::2] for axis, *amounts in plan})


def _pad_rule(images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None,
              target_height=None, target_width=None, data_format=None):  # fmt: skip
    return _shaped(images, _plan(images, "padding", 1, (top_padding, bottom_padding, target_height),
                                 (left_padding, right_padding, target_width), data_format)[1])  # fmt: skip


@op(rule=_pad_rule)
def pad_images(images: Tensor, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None,
               target_height=None, target_width=None, data_format=None):  # fmt: skip
    """Images with rows and columns of zeros added: two numbers say what happens to the height, two to the width.

    Args:
        images: (height, width, channels) or (batch, height, width, channels), or with the channels before the height
            under `"channels_first"`; any dtype.
        top_padding, bottom_padding: Rows added.
        left_padding, right_padding: Columns added.
        target_height, target_width: Rows and columns of the result.
        data_format: `"channels_last"` or `"channels_first"`; None: the configured one.

    Returns:
        Larger images, in the dtype of `images`.

    Raises:
        ValueError: Not exactly two numbers are given for the height (the width), or the target is too small.

    Example:
        >>> ops.image.pad_images(np.ones((1, 1, 1), "float32"), 1, 0, 0, 2)[:, :, 0]
        array([[0., 0., 0.],
               [1., 0., 0.]], dtype=float32)
    """
    _, plan = _plan(images, "padding", 1, (top_padding, bottom_padding, target_height),
                    (left_padding, right_padding, target_width), data_format)  # fmt: skip
    return bordered(images, {axis: _filled(images, axis, *amounts, 1)[:2] for axis, *amounts in plan})
