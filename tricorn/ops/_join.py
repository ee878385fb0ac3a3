"""Joining tensors and taking them apart. Tensors that are joined are cast to their common dtype."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, Tensors, op
from tricorn.core.shapes import spec
from tricorn.ops._reshape import reshape


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
        xs: Tensors whose shapes agree but for `axis`.
        axis: The axis; None flattens all of them first.
    """


def _stack_rule(x, axis=0):
    _not_empty(x, "ops.stack")
    merged = _merged([one.shape for one in x], None, "ops.stack")
    merged.insert(rules.canonical_axis(axis, len(merged) + 1, "ops.stack"), len(x))
    return spec(merged, x[0].dtype)


@op(rule=_stack_rule, dtype=rules.COMMON)
def stack(x: Tensors, axis=0):
    """Tensors of one shape side by side along a new axis at `axis`."""


def hstack(xs):
    """Tensors joined along the second axis, vectors along their only one; numbers count as vectors."""
    xs = [x if len(_shape(x)) else reshape(x, (1,)) for x in xs]
    _not_empty(xs, "ops.hstack")
    return concatenate(xs, 0 if len(_shape(xs[0])) == 1 else 1)


def vstack(xs):
    """Tensors joined along the first axis; vectors count as rows."""
    return concatenate([_as_rows(x) for x in xs], 0)


def _as_rows(x):
    return reshape(x, (1, -1)) if len(_shape(x)) < 2 else x


def _shape(x):
    shape = getattr(x, "shape", None)
    return np.shape(x) if shape is None else shape


def append(x1, x2, axis=None):
    """`x2` after `x1` along `axis`; both flattened if it is None."""
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
    """A list of parts along `axis`: so many equal ones, or cut before the given positions."""


@op(rule=lambda x, indices_or_sections, axis=0: _split_rule(x, indices_or_sections, axis, equal=False))
def array_split(x: Tensor, indices_or_sections, axis=0):
    """The same as `split`, but where the axis does not divide, the first parts are longer by one."""


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
    """A list of the slices along `axis`, without that axis; `num` is its size, where it is not known."""


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
        x: Vectors (other tensors are flattened).
        indexing: `"ij"`: axis i of the grid belongs to the i-th vector; `"xy"`: the first two are exchanged.
    """
    if indexing not in ("xy", "ij"):
        raise bad_argument(
            "ops.meshgrid", "unknown `indexing`.", expected="'xy' or 'ij'", given=repr(indexing)
        )
    return grid_of(x, indexing) if x else []
