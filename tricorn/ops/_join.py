"""Joining tensors and taking them apart. Tensors that are joined are cast to their common dtype."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import rank_of, spec
from tricorn.ops._reshape import expand_dims, reshape


def _not_empty(xs, where):
    if not xs:
        raise bad_argument(where, "there is nothing to join.", expected="at least one tensor", given="none")


def _merged(shapes, skip, where):
    """The sizes that all shapes agree on; the axis `skip` may differ."""
    merged = list(shapes[0])
    for shape in shapes[1:]:
        pairs = list(zip(merged, shape, strict=False))
        differ = any(
            axis != skip and None not in pair and pair[0] != pair[1] for axis, pair in enumerate(pairs)
        )
        if differ or len(shape) != len(merged):
            raise bad_argument(where, "the shapes do not fit.",
                               expected="equal shapes" + ("" if skip is None else f", but for axis {skip}"),
                               given=", ".join(map(str, shapes)))  # fmt: skip
        merged = [new if old is None else old for old, new in pairs]
    return merged


def _concatenate_rule(xs, axis=0):
    _not_empty(xs, "ops.concatenate")
    shapes = [x.shape for x in xs]
    if axis is None:
        sizes = [None if None in shape else math.prod(shape) for shape in shapes]
        return spec((None if None in sizes else sum(sizes),), xs[0].dtype)
    axis = rules.canonical_axis(axis, len(shapes[0]), "ops.concatenate")
    merged = _merged(shapes, axis, "ops.concatenate")
    lengths = [shape[axis] for shape in shapes]
    merged[axis] = None if None in lengths else sum(lengths)
    return spec(merged, xs[0].dtype)


@op(rule=_concatenate_rule, dtype=rules.COMMON)
def concatenate(xs: Tensors, axis=0):
    """Tensors one after the other along an axis that they have.

    Args:
        xs: Tensors whose shapes agree but for `axis`. They are cast to their common dtype.
        axis: The axis; None flattens all of them first.

    Returns:
        A tensor of that dtype.

    Raises:
        ValueError: The shapes do not fit, the axis is out of range, or there is no tensor.

    Example:
        >>> ops.concatenate([np.array([[1], [2]], "int32"), np.array([[3], [4]], "int32")], axis=1)
        array([[1, 3],
               [2, 4]], dtype=int32)
    """


def _stack_rule(x, axis=0):
    _not_empty(x, "ops.stack")
    merged = _merged([one.shape for one in x], None, "ops.stack")
    merged.insert(rules.canonical_axis(axis, len(merged) + 1, "ops.stack"), len(x))
    return spec(merged, x[0].dtype)


@op(rule=_stack_rule, dtype=rules.COMMON)
def stack(x: Tensors, axis=0):
    """Tensors of one shape side by side along a new axis.

    Args:
        x: Tensors of one shape. They are cast to their common dtype.
        axis: Where the new axis stands in the result.

    Returns:
        A tensor of that dtype, with one axis more.

    Raises:
        ValueError: The shapes differ, the axis is out of range, or there is no tensor.

    Example:
        >>> ops.stack([np.array([1, 2], "int32"), np.array([3, 4], "int32")], axis=-1)
        array([[1, 3],
               [2, 4]], dtype=int32)
    """


@op(dtype=rules.COMMON)
def hstack(xs: Tensors):
    """Tensors one after the other along the second axis; vectors along their only one.

    Args:
        xs: Tensors whose shapes agree but for that axis; numbers count as vectors. They are cast to their common dtype.

    Returns:
        A tensor of that dtype.

    Raises:
        ValueError: The shapes do not fit, or there is no tensor.

    Example:
        >>> ops.hstack([np.array([1, 2], "int32"), np.array([3], "int32")])
        array([1, 2, 3], dtype=int32)
    """
    _not_empty(xs, "ops.hstack")
    xs = [x if rank_of(x) else reshape(x, (1,)) for x in xs]
    return concatenate(xs, 0 if rank_of(xs[0]) == 1 else 1)


@op(dtype=rules.COMMON)
def vstack(xs: Tensors):
    """Tensors one after the other along the first axis; numbers and vectors count as rows.

    Args:
        xs: Tensors whose shapes agree but for that axis. They are cast to their common dtype.

    Returns:
        A tensor of that dtype.

    Raises:
        ValueError: The shapes do not fit, or there is no tensor.

    Example:
        >>> ops.vstack([np.array([1, 2], "int32"), np.array([3, 4], "int32")])
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return concatenate([_as_rows(x) for x in xs], 0)


def _as_rows(x):
    return reshape(x, (1, -1)) if rank_of(x) < 2 else x


@op(dtype=rules.COMMON)
def dstack(xs: Tensors):
    """Tensors one after the other along the third axis; a matrix counts as (n, m, 1), a vector as (1, n, 1).

    Args:
        xs: Tensors whose shapes agree but for that axis. They are cast to their common dtype.

    Returns:
        A tensor of that dtype.

    Raises:
        ValueError: The shapes do not fit, or there is no tensor.

    Example:
        >>> ops.dstack([np.array([1, 2], "int32"), np.array([3, 4], "int32")])
        array([[[1, 3],
                [2, 4]]], dtype=int32)
    """
    return concatenate([_as_layers(x) for x in xs], 2)


def _as_layers(x):
    rank = rank_of(x)
    if rank > 2:
        return x
    return expand_dims(x, -1) if rank == 2 else reshape(x, (1, -1, 1))


@op(dtype=rules.COMMON)
def append(x1: Tensor, x2: Tensor, axis=None):
    """`x2` after `x1`.

    Args:
        x1, x2: Tensors whose shapes agree but for `axis`. They are cast to their common dtype.
        axis: The axis; None flattens both.

    Returns:
        A tensor of that dtype.

    Raises:
        ValueError: The shapes do not fit, or the axis is out of range.

    Example:
        >>> ops.append(np.array([[1, 2]], "int32"), np.array([[3, 4]], "int32"), axis=0)
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return concatenate([x1, x2], axis)


def _parts(size, indices):
    """Sizes between the given cuts; None where they cannot be known."""
    if size is None:
        return [None] * (len(indices) + 1)
    cuts = [range(size)[:index].stop if index >= 0 else max(0, size + index) for index in map(int, indices)]
    return [max(0, stop - start) for start, stop in zip([0, *cuts], [*cuts, size], strict=True)]


def _split_rule(x, indices_or_sections, axis=0, equal=True):
    axis = rules.canonical_axis(axis, len(x.shape), "ops.split")
    size = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        count = int(indices_or_sections)
        if count < 1 or (equal and size is not None and size % count):
            raise bad_argument(
                "ops.split",
                "the axis does not divide into equal parts.",
                expected=f"a divisor of {size}",
                given=count,
                hint="ops.array_split",
            )
        sizes = [None if size is None else size // count + (part < size % count) for part in range(count)]
    else:
        sizes = _parts(size, indices_or_sections)
    return [spec((*x.shape[:axis], part, *x.shape[axis + 1 :]), x.dtype) for part in sizes]


@op(rule=_split_rule)
def split(x: Tensor, indices_or_sections, axis=0):
    """Parts of a tensor along an axis.

    Args:
        x: Tensor of any shape but ().
        indices_or_sections: An integer: so many equal parts; or positions in ascending order, before each of which a cut
            is made (they may count from the end; parts may be empty).
        axis: The axis.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The axis does not divide into equal parts, or is out of range.

    Example:
        >>> ops.split(np.array([1, 2, 3, 4], "int32"), 2)
        [array([1, 2], dtype=int32), array([3, 4], dtype=int32)]
        >>> ops.split(np.array([1, 2, 3, 4], "int32"), [1])
        [array([1], dtype=int32), array([2, 3, 4], dtype=int32)]
    """


@op(rule=lambda x, indices_or_sections, axis=0: _split_rule(x, indices_or_sections, axis, equal=False))
def array_split(x: Tensor, indices_or_sections, axis=0):
    """As `split`, but where the axis does not divide, the first parts are longer by one.

    Args:
        x: Tensor of any shape but ().
        indices_or_sections: A number of parts, or positions to cut before, as for `split`.
        axis: The axis.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The axis is out of range, or there is no part.

    Example:
        >>> ops.array_split(np.array([1, 2, 3], "int32"), 2)
        [array([1, 2], dtype=int32), array([3], dtype=int32)]
    """


def _with_rank(x, least, where):
    if rank_of(x) < least:
        raise bad_argument(where, "the input has too few axes.", expected=f"at least {least}",
                           given=f"shape {tuple(x.shape)}")  # fmt: skip
    return x


@op()
def hsplit(x: Tensor, indices_or_sections):
    """`split` along the second axis; a vector along its only one.

    Args:
        x: Tensor with at least one axis.
        indices_or_sections: A number of equal parts, or positions to cut before.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The axis does not divide into equal parts, or `x` has no axis.

    Example:
        >>> ops.hsplit(np.array([[1, 2], [3, 4]], "int32"), 2)
        [array([[1],
               [3]], dtype=int32), array([[2],
               [4]], dtype=int32)]
    """
    return split(_with_rank(x, 1, "ops.hsplit"), indices_or_sections, 0 if rank_of(x) == 1 else 1)


@op()
def vsplit(x: Tensor, indices_or_sections):
    """`split` along the first axis.

    Args:
        x: Tensor with at least two axes.
        indices_or_sections: A number of equal parts, or positions to cut before.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The axis does not divide into equal parts, or `x` has less than two axes.

    Example:
        >>> ops.vsplit(np.array([[1, 2], [3, 4]], "int32"), 2)
        [array([[1, 2]], dtype=int32), array([[3, 4]], dtype=int32)]
    """
    return split(_with_rank(x, 2, "ops.vsplit"), indices_or_sections, 0)


@op()
def dsplit(x: Tensor, indices_or_sections):
    """`split` along the third axis.

    Args:
        x: Tensor with at least three axes.
        indices_or_sections: A number of equal parts, or positions to cut before.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The axis does not divide into equal parts, or `x` has less than three axes.

    Example:
        >>> ops.dsplit(np.array([[[1, 2]]], "int32"), 2)
        [array([[[1]]], dtype=int32), array([[[2]]], dtype=int32)]
    """
    return split(_with_rank(x, 3, "ops.dsplit"), indices_or_sections, 2)


def _unstack_rule(x, num=None, axis=0):
    axis = rules.canonical_axis(axis, len(x.shape), "ops.unstack")
    size = x.shape[axis]
    count = size if num is None else num
    if count is None or (size is not None and size != count):
        raise bad_argument(
            "ops.unstack",
            "the number of parts is unknown or wrong.",
            expected=f"the size of axis {axis}",
            given=f"num={num}, shape {x.shape}",
            hint="num=..., the size",
        )
    return [spec(x.shape[:axis] + x.shape[axis + 1 :], x.dtype) for _ in range(count)]


@op(rule=_unstack_rule)
def unstack(x: Tensor, num=None, axis=0):
    """The slices along an axis, without that axis.

    Args:
        x: Tensor of any shape but ().
        num: The size of the axis; needed only where it is not known.
        axis: The axis.

    Returns:
        A list of tensors of the dtype of `x`.

    Raises:
        ValueError: The size is unknown or another than `num`, or the axis is out of range.

    Example:
        >>> ops.unstack(np.array([[1, 2], [3, 4]], "int32"))
        [array([1, 2], dtype=int32), array([3, 4], dtype=int32)]
    """


def _grid_rule(xs, indexing="xy"):
    sizes = [None if None in x.shape else math.prod(x.shape) for x in xs]
    if indexing == "xy" and len(sizes) > 1:
        sizes[:2] = sizes[1], sizes[0]
    return [spec(sizes, x.dtype) for x in xs]


@op(rule=_grid_rule, keras_class="Meshgrid")
def grid_of(xs: Tensors, indexing="xy"):
    """`meshgrid`, with the vectors in one list."""


def meshgrid(*x, indexing="xy"):
    """Coordinates of a grid over vectors: for each a tensor of the grid's shape that varies along its own axis only.

    Args:
        x: Vectors (other tensors are flattened). Each keeps its dtype.
        indexing: `"ij"`: axis i of the grid belongs to the i-th vector; `"xy"`: the first two are exchanged.

    Returns:
        A list of tensors, as many as vectors.

    Raises:
        ValueError: An unknown `indexing`.

    Example:
        >>> ops.meshgrid(np.array([1, 2], "int32"), np.array([3, 4], "int32"))
        [array([[1, 2],
               [1, 2]], dtype=int32), array([[3, 3],
               [4, 4]], dtype=int32)]
    """
    if not isinstance(indexing, str) or indexing not in ("xy", "ij"):
        raise bad_argument(
            "ops.meshgrid", "unknown `indexing`.", expected="'xy' or 'ij'", given=repr(indexing)
        )
    return grid_of(x, indexing) if x else []
