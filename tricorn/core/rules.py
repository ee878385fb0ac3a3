"""Shape-and-dtype rules: what an op's result looks like, from what its inputs look like.

A *dtype rule* names the dtype that tensor inputs are cast to before a kernel sees them (`compute`) and the dtype of the
result (`result`). A *rule* is called with KerasTensor specs, already cast by the dtype rule, in place of the tensors,
and returns specs. Two thirds of all ops use a combinator: `like_input`, `broadcast`, `reduced`.
"""

from __future__ import annotations

import operator

from tricorn.core.dtypes import result_type
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor


class DTypeRule:
    """How an op promotes.

    Attributes:
        compute: `(list of dtypes) -> dtype | None`; None means that inputs keep their own.
        result: `(compute dtype or the first input's) -> dtype`.
        name: For messages.
    """

    __slots__ = ("compute", "name", "promotes", "result")

    def __init__(self, name, compute=None, result=None):
        self.name = name
        self.promotes = compute is not None
        self.compute = compute
        self.result = result or (lambda dtype: dtype)

    def __repr__(self):
        return self.name


def _always(dtype):
    return lambda _: dtype


#: No cast; the result has the first input's dtype.
SAME = DTypeRule("SAME")
#: Integers and booleans become floatx; floats stay.
FLOAT = DTypeRule("FLOAT", lambda dtypes: result_type(*dtypes, float))
#: All inputs are cast to the type that the lattice gives for all of them.
COMMON = DTypeRule("COMMON", lambda dtypes: result_type(*dtypes))
#: The same, and floating.
COMMON_FLOAT = DTypeRule("COMMON_FLOAT", lambda dtypes: result_type(*dtypes, float))
#: Inputs are cast to their common type; the result is boolean (comparisons).
COMMON_BOOL = DTypeRule("COMMON_BOOL", lambda dtypes: result_type(*dtypes), _always("bool"))
#: No cast; the result is boolean.
BOOL = DTypeRule("BOOL", None, _always("bool"))
#: No cast; the result is int32 (positions and counts).
INT32 = DTypeRule("INT32", None, _always("int32"))
#: Inputs are cast to bool; the result is boolean (logic).
LOGICAL = DTypeRule("LOGICAL", _always("bool"), _always("bool"))


def like_input(dtype=SAME):
    """The result has the first tensor's shape."""

    def rule(x, *_args, **_kwargs):
        return KerasTensor(x.shape, dtype.result(x.dtype), sparse=x.sparse, record_history=False)

    rule.dtype = dtype
    return rule


def broadcast(dtype=COMMON):
    """The result has the shape to which the two (first) tensors broadcast."""

    def rule(x1, x2, *_args, **_kwargs):
        return KerasTensor(broadcast_shapes(x1.shape, x2.shape), dtype.result(x1.dtype), record_history=False)

    rule.dtype = dtype
    return rule


def reduced(dtype=SAME):
    """The result lacks the axes `axis` (second argument, or keyword), or keeps them with size 1 under `keepdims`."""

    def rule(x, axis=None, keepdims=False, *_args, **_kwargs):
        return KerasTensor(reduce_shape(x.shape, axis, keepdims), dtype.result(x.dtype), record_history=False)

    rule.dtype = dtype
    return rule


def broadcast_shapes(*shapes):
    """The shape to which all broadcast; None against 1 is None, None against n is n.

    Raises:
        ValueError: Two sizes differ and neither is 1 or unknown.
    """
    first = shapes[0]
    if all(shape == first for shape in shapes[1:]) and None not in first:
        return tuple(first)
    rank = max(len(shape) for shape in shapes)
    sizes = [1] * rank
    for shape in shapes:
        for axis, size in enumerate(shape, start=rank - len(shape)):
            current = sizes[axis]
            if current == 1 or size == current:
                sizes[axis] = size
            elif size is None:
                continue  # an unknown size must turn out to be `current` or 1
            elif current is None:
                sizes[axis] = size if size != 1 else None
            elif size != 1:
                raise bad_argument(
                    "shapes", "cannot be broadcast together.", expected="equal sizes, or 1, on each axis from the right",
                    given=" and ".join(str(tuple(shape)) for shape in shapes),
                )  # fmt: skip
    return tuple(sizes)


def canonical_axis(axis, rank, where="axis"):
    """A non-negative axis from one that may count from the end.

    Raises:
        ValueError: It is outside [-rank, rank).
        TypeError: It is not an integer.
    """
    try:
        value = operator.index(axis)
    except TypeError:
        raise bad_argument(where, "an axis must be an integer.", given=repr(axis), error=TypeError) from None
    if not -rank <= value < rank:
        raise bad_argument(where, "the axis is out of range.", expected=f"in [{-rank}, {rank})", given=value)
    return value + rank if value < 0 else value


def canonical_axes(axis, rank, where="axis"):
    """A tuple of distinct non-negative axes; None means all of them."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    values = tuple(canonical_axis(one, rank, where) for one in axes)
    if len(set(values)) != len(values):
        raise bad_argument(where, "an axis is named twice.", given=axis)
    return values


def reduce_shape(shape, axis=None, keepdims=False):
    """`shape` without the axes `axis`, or with size 1 there."""
    axes = canonical_axes(axis, len(shape))
    if keepdims:
        return tuple(1 if index in axes else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in axes)
