"""Choosing among tensors by conditions, and places by their number."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core import rules
from tricorn.core.dtypes import result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensors, op
from tricorn.core.shapes import spec
from tricorn.core.symbolic import any_symbolic
from tricorn.ops._arith import add, floor_divide, mod
from tricorn.ops._cast import dtype as dtype_of
from tricorn.ops._compare import less
from tricorn.ops._index import where


def _select_rule(condlist, choicelist, default=0):
    if len(condlist) != len(choicelist) or not condlist:
        raise bad_argument("ops.select", "give one choice for each condition, and at least one.",
                           given=f"{len(condlist)} conditions, {len(choicelist)} choices")  # fmt: skip
    shapes = [one.shape for one in (*condlist, *choicelist)]
    if hasattr(default, "shape"):
        shapes.append(tuple(default.shape))
    dtypes = [one.dtype for one in choicelist]
    last = type(default) if type(default) in (bool, int, float) else dtype_of(default)
    return spec(rules.broadcast_shapes(*shapes), result_type(*dtypes, last))


@op(rule=_select_rule, keras_class="Select")
def select_of(condlist: Tensors, choicelist: Tensors, default=0):
    """`select` for a graph."""
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = where(condition, choice, result)
    return result


def select(condlist, choicelist, default=0):
    """For each place the first choice whose condition is true there.

    Args:
        condlist: Conditions: bool tensors.
        choicelist: As many choices: tensors or numbers, cast to their common dtype.
        default: What stands where no condition is true. All of them broadcast.

    Returns:
        A tensor of the common dtype and shape.

    Raises:
        ValueError: Not as many choices as conditions, none of them, or shapes that do not broadcast.

    Example:
        >>> x = np.array([1, 2, 3, 4], "int32")
        >>> ops.select([x < 2, x > 3], [x, 10 * x], default=-1)
        array([ 1, -1, -1, 40], dtype=int32)
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        _select_rule(condlist, choicelist)
    if any_symbolic((condlist, choicelist, default)):
        return select_of(condlist, choicelist, default)
    return select_of.op.body(condlist, choicelist, default)


def _unravel_rule(indices, shape):
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    if any(isinstance(size, (int, np.integer)) and size < 0 for size in sizes):
        raise bad_argument("ops.unravel_index", "a size cannot be negative.", given=f"shape={shape}")
    if "int" not in indices.dtype:
        raise bad_argument("ops.unravel_index", "`indices` must be integers.", given=f"dtype {indices.dtype}",
                           error=TypeError)  # fmt: skip
    return tuple(spec(indices.shape, indices.dtype) for _ in sizes)


@op(rule=_unravel_rule)
def unravel_index(indices: Index, shape):
    """The coordinates, in a tensor of the given shape, of places in that tensor flattened.

    Args:
        indices: Integers of any shape; they may count from the end. One beyond the end has its first coordinate beyond
            the first axis (NumPy refuses it).
        shape: The sizes.

    Returns:
        A tuple of tensors like `indices`, one for each size.

    Raises:
        TypeError: `indices` are no integers.
        ValueError: A negative size.

    Example:
        >>> ops.unravel_index(np.array([5, -1], "int32"), (2, 3))
        (array([1, 1], dtype=int32), array([2, 2], dtype=int32))
    """
    sizes = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    _unravel_rule(spec(indices.shape, dtype_of(indices)), sizes)
    rest = where(less(indices, 0), add(indices, math.prod(sizes)), indices)
    places = []
    for size in reversed(sizes[1:]):
        places.append(mod(rest, size))
        rest = floor_divide(rest, size)
    return (rest, *reversed(places)) if sizes else ()
