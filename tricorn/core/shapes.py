"""Arithmetic of arguments that speak of shapes, shared by rules and kernels."""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core.dtypes import result_type, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor


def range_dtype(*limits):
    """The dtype of `arange` over these limits (Python or NumPy numbers, tensors, or None)."""
    kinds = [
        type(limit) if type(limit) in (int, float) else _dtype(limit) for limit in limits if limit is not None
    ]
    return result_type(*kinds)


def _dtype(limit):
    return standardize_dtype(getattr(limit, "dtype", int))


def pad_pairs(pad_width, rank):
    """One `(before, after)` per axis, from an int, one pair, or a sequence of pairs.

    Raises:
        ValueError: A width is negative, or there are neither one nor `rank` pairs.
    """
    if type(pad_width) in (int, tuple):
        try:
            return _known_pairs(pad_width, rank)
        except TypeError:  # lists inside
            pass
    return _pairs(pad_width, rank)


def _pairs(pad_width, rank):
    try:
        pairs = np.broadcast_to(np.asarray(pad_width), (rank, 2))
    except ValueError:
        pairs = None
    if pairs is None or (pairs.size and (pairs.dtype.kind not in "iu" or pairs.min() < 0)):
        raise bad_argument(
            "ops.pad",
            "`pad_width` does not fit the input.",
            expected=f"an int, a pair, or {rank} pairs of non-negative ints",
            given=repr(pad_width),
        )
    return tuple((int(before), int(after)) for before, after in pairs)


_known_pairs = functools.lru_cache(maxsize=1024)(_pairs)


def plain_window(shape, start_indices, sizes):
    """The key of a block within a shape, where all starts and sizes are plain integers that fit; else None."""
    if (
        len(sizes) != len(shape)
        or type(start_indices) not in (tuple, list)
        or len(start_indices) != len(shape)
    ):
        return None
    key = []
    for length, start, size in zip(shape, start_indices, sizes):
        if type(start) is not int or type(size) is not int or start < 0 or size < 0 or start + size > length:
            return None
        key.append(slice(start, start + size))
    return tuple(key)


def slice_sizes(shape, start_indices, sizes):
    """The sizes of a slice, with -1 (as much as there is) resolved where `shape` and the start are known.

    Args:
        shape: Of the sliced tensor; None where unknown.
        start_indices: One per axis; ints are checked, tensors (known only when the graph runs) are not.
        sizes: One per axis.

    Raises:
        ValueError: The counts differ, or the slice leaves the tensor.
    """
    if len(sizes) != len(shape) or len(start_indices) != len(shape):
        raise bad_argument("ops.slice", "give one start and one size per axis.", expected=f"{len(shape)} of each",
                           given=f"start_indices={start_indices}, shape={sizes}")  # fmt: skip
    resolved = []
    for axis, (length, start, size) in enumerate(zip(shape, start_indices, sizes, strict=True)):
        known = isinstance(start, (int, np.integer)) and isinstance(length, int)
        if isinstance(size, (int, np.integer)) and size == -1:
            size = length - int(start) if known else None
        if (
            known
            and size is not None
            and isinstance(size, (int, np.integer))
            and not 0 <= start <= start + size <= length
        ):
            raise bad_argument(
                "ops.slice",
                "the slice leaves the tensor.",
                expected=f"within [0, {length}] on axis {axis}",
                given=f"[{start}, {start + size})",
            )
        resolved.append(size)
    return tuple(resolved)


def spec(shape, dtype):
    """A symbolic result without history: what rules return."""
    return KerasTensor(tuple(shape), dtype, record_history=False)


def rank_of(x):
    """The number of axes of a tensor of any engine."""
    return len(x.shape)


def method_for(reduction, methods):
    """The entry of `methods` for a scatter's `reduction`.

    Raises:
        ValueError: There is none.
    """
    try:
        return methods[reduction]
    except (KeyError, TypeError):
        raise bad_argument("ops.scatter_update", "unknown `reduction`.", expected="None, 'add', 'max', 'min' or 'mul'",
                           given=repr(reduction)) from None  # fmt: skip


#: Two sizes that stand for an unknown one while an engine is traced.
PROBES = (83, 89)


def probed_shape(shape, probe):
    """`shape` with `probe` for its unknown sizes."""
    return tuple(probe if size is None else size for size in shape)


def shape_behind(shapes):
    """The shape of a result from those found under each of `PROBES`: a size that differs between them is unknown."""
    return tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*shapes, strict=True))
