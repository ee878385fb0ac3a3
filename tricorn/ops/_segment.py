"""Reductions over segments: elements of the leading axes, gathered by the ids they carry."""

from __future__ import annotations

from tricorn.core import rules
from tricorn.core.dtypes import is_int, result_type
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import spec


def _count(dtypes):
    dtype = result_type(dtypes[0])
    return "int32" if dtype == "bool" else dtype


#: Booleans are counted; other dtypes stay.
COUNT = rules.DTypeRule("COUNT", _count)


def _segment_rule(name):
    def rule(data, segment_ids, num_segments=None, sorted=False):
        where = f"ops.{name}"
        if not is_int(segment_ids.dtype):
            raise bad_argument(
                where, "`segment_ids` must be integers.", given=segment_ids.dtype, error=TypeError
            )
        ids, shape = tuple(segment_ids.shape), tuple(data.shape)
        fits = 0 < len(ids) <= len(shape) and all(
            a == b or None in (a, b) for a, b in zip(ids, shape, strict=False)
        )
        if not fits:
            raise bad_argument(where, "`segment_ids` must have the leading axes of `data`.",
                               expected=f"shape {shape[:1]}" if shape else "data of rank 1 or more",
                               given=f"segment_ids {ids}, data {shape}")  # fmt: skip
        if isinstance(num_segments, int) and num_segments < 0:
            raise bad_argument(where, "`num_segments` must not be negative.", given=repr(num_segments))
        return spec((num_segments, *shape[len(ids) :]), data.dtype)

    return rule


@op(rule=_segment_rule("segment_sum"), dtype=COUNT)
def segment_sum(data: Tensor, segment_ids: Index, num_segments=None, sorted=False):
    """out[k] = the sum of the data[i] with segment_ids[i] = k; 0 of none.

    An id outside [0, num_segments), so also a negative one, belongs to no segment: its element is left out, on every
    engine. Half precision is added up in float32.

    Args:
        data: (N, ...). Booleans are counted in int32.
        segment_ids: (N,) integers. More axes, the leading ones of `data`, work too.
        num_segments: How many there are; None: one more than the largest id, which JAX cannot know while it compiles.
        sorted: Whether the ids are known to rise; lets JAX work faster, and gives wrong sums if they do not.

    Returns:
        (num_segments, ...); dtype of `data`.

    Raises:
        ValueError: The ids do not have the leading axes of `data`, or `num_segments` is negative.
        TypeError: The ids are not integers.

    Example:
        >>> ops.segment_sum([1, 2, 10, 20], [0, 0, 2, 2], num_segments=4)
        array([ 3,  0, 30,  0], dtype=int32)
    """


@op(rule=_segment_rule("segment_prod"), dtype=COUNT)
def segment_prod(data: Tensor, segment_ids: Index, num_segments=None, sorted=False):
    """out[k] = the product of the data[i] with segment_ids[i] = k; 1 of none. Else as `segment_sum`.

    Args:
        data: (N, ...). Booleans become int32.
        segment_ids: (N,) integers, or more leading axes of `data`; ids out of range are left out.
        num_segments: How many there are; None: one more than the largest id.
        sorted: Whether the ids are known to rise.

    Returns:
        (num_segments, ...); dtype of `data`.

    Raises:
        ValueError, TypeError: As `segment_sum`.

    Example:
        >>> ops.segment_prod([1, 2, 10, 20], [0, 0, 2, 2], num_segments=4)
        array([  2,   1, 200,   1], dtype=int32)
    """


@op(rule=_segment_rule("segment_max"))
def segment_max(data: Tensor, segment_ids: Index, num_segments=None, sorted=False):
    """out[k] = the largest of the data[i] with segment_ids[i] = k; NaN if one is.

    An empty segment has the lowest number there is: -inf, the least integer, or False. Equal ones share the gradient.

    Args:
        data: (N, ...).
        segment_ids: (N,) integers, or more leading axes of `data`; ids out of range are left out.
        num_segments: How many there are; None: one more than the largest id.
        sorted: Whether the ids are known to rise.

    Returns:
        (num_segments, ...); dtype of `data`.

    Raises:
        ValueError, TypeError: As `segment_sum`.

    Example:
        >>> ops.segment_max([1.0, 2.0, 10.0], [0, 0, 2], num_segments=3)
        array([  2., -inf,  10.], dtype=float32)
    """


@op(rule=_segment_rule("segment_min"))
def segment_min(data: Tensor, segment_ids: Index, num_segments=None, sorted=False):
    """out[k] = the smallest of the data[i] with segment_ids[i] = k; NaN if one is.

    An empty segment has the highest number there is: inf, the greatest integer, or True. Equal ones share the gradient.

    Args:
        data: (N, ...).
        segment_ids: (N,) integers, or more leading axes of `data`; ids out of range are left out.
        num_segments: How many there are; None: one more than the largest id.
        sorted: Whether the ids are known to rise.

    Returns:
        (num_segments, ...); dtype of `data`.

    Raises:
        ValueError, TypeError: As `segment_sum`.

    Example:
        >>> ops.segment_min([1.0, 2.0, 10.0], [0, 0, 2], num_segments=3)
        array([ 1., inf, 10.], dtype=float32)
    """
