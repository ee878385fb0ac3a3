"""Indexing, writing at indices, sorting and searching. Indices may count from the end; those returned are int32."""

from __future__ import annotations

import builtins
import math

import numpy as np

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import slice_sizes, spec
from tricorn.ops._arith import NUMBER
from tricorn.ops._index_shape import indexed_shape
from tricorn.ops._reduce import max

#: Compared in the common dtype; the result is int32.
_POSITION = rules.DTypeRule("POSITION", NUMBER.compute, rules.INT32.result)


def _take_rule(x, indices, axis=None):
    if axis is None:
        return spec(indices.shape, x.dtype)
    axis = rules.canonical_axis(axis, len(x.shape), "ops.take")
    return spec(x.shape[:axis] + indices.shape + x.shape[axis + 1 :], x.dtype)


@op(rule=_take_rule)
def take(x: Tensor, indices: Index, axis=None):
    """The slices at `indices` along `axis`.

    Args:
        x: Tensor of any shape.
        indices: Integers of any shape. Those outside the axis give NaN on JAX, and an error where the engine checks.
        axis: The axis; None for the flattened `x`.

    Returns:
        A tensor of the shape of `x` with the shape of `indices` in place of `axis`.
    """


def _take_along_axis_rule(x, indices, axis=None):
    if axis is None:
        return spec((None if None in indices.shape else math.prod(indices.shape),), x.dtype)
    axis = rules.canonical_axis(axis, len(x.shape), "ops.take_along_axis")
    if len(x.shape) != len(indices.shape):
        raise bad_argument("ops.take_along_axis", "`x` and `indices` must have equally many axes.",
                           given=f"{x.shape} and {indices.shape}")  # fmt: skip
    shape = rules.broadcast_shapes(_with_size(x.shape, axis, 1), _with_size(indices.shape, axis, 1))
    return spec(_with_size(shape, axis, indices.shape[axis]), x.dtype)


def _with_size(shape, axis, size):
    return (*shape[:axis], size, *shape[axis + 1 :])


@op(rule=_take_along_axis_rule)
def take_along_axis(x: Tensor, indices: Index, axis=None):
    """For each place in `indices` the element of `x` there, but at that index along `axis`: what `argsort` is for.

    The other axes broadcast. With `axis=None` both are flattened.
    """


def _select_rule(condition, x1, x2):
    return spec(rules.broadcast_shapes(condition.shape, x1.shape, x2.shape), x1.dtype)


@op(rule=_select_rule, dtype=rules.COMMON, keras_class="Where")
def select(condition: Index, x1: Tensor, x2: Tensor):
    """`where` with all three arguments."""


def where(condition, x1=None, x2=None):
    """`x1` where `condition` is true, `x2` elsewhere; all three broadcast, and the values take their common dtype.

    Without `x1` and `x2`: the positions of true elements, as `nonzero` gives them.
    """
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise bad_argument(
            "ops.where", "give both `x1` and `x2`, or neither.", given=f"x1={x1!r}, x2={x2!r}"[:200]
        )
    return select(condition, x1, x2)


def _known_starts(start_indices, rank):
    if isinstance(start_indices, (list, tuple, np.ndarray)):
        return list(start_indices)
    return [None] * rank  # a tensor, known when the graph runs


def _slice_rule(inputs, start_indices, shape):
    starts = _known_starts(start_indices, len(inputs.shape))
    return spec(slice_sizes(inputs.shape, starts, tuple(shape)), inputs.dtype)


@op(rule=_slice_rule)
def slice(inputs: Tensor, start_indices, shape):
    """The block of the given shape that begins at `start_indices`.

    Args:
        inputs: Tensor of rank n.
        start_indices: n integers; they may be tensors.
        shape: n sizes; -1 for all that there is from the start on.
    """


def _slice_update_rule(inputs, start_indices, updates):
    slice_sizes(inputs.shape, _known_starts(start_indices, len(inputs.shape)), updates.shape)
    return spec(inputs.shape, inputs.dtype)


@op(rule=_slice_update_rule)
def slice_update(inputs: Tensor, start_indices, updates: Tensor):
    """`inputs` with the block that begins at `start_indices` replaced by `updates` (cast to the dtype of `inputs`)."""


@op(rule=lambda indices, values, shape: spec(shape, values.dtype))
def scatter(indices: Index, values: Tensor, shape):
    """A tensor of zeros of the given shape, with `values` added at `indices`.

    Args:
        indices: Integers (..., k), each row a position in the first k axes.
        values: (..., *shape[k:]). Values at the same position add up.
        shape: Of the result.
    """


def _scatter_update_rule(inputs, indices, updates, reduction=None):
    if not indices.shape or (indices.shape[-1] or 0) > len(inputs.shape):
        raise bad_argument(
            "ops.scatter_update",
            "the last axis of `indices` holds one position.",
            expected=f"at most {len(inputs.shape)} indices",
            given=f"indices of shape {indices.shape}",
        )
    if reduction not in (None, "add", "max", "min", "mul"):
        raise bad_argument("ops.scatter_update", "unknown `reduction`.", expected="None, 'add', 'max', 'min' or 'mul'",
                           given=repr(reduction))  # fmt: skip
    return spec(inputs.shape, inputs.dtype)


@op(rule=_scatter_update_rule)
def scatter_update(inputs: Tensor, indices: Index, updates: Tensor, reduction=None):
    """`inputs` with `updates` written, or combined, at `indices`.

    Args:
        inputs: Tensor of rank n.
        indices: Integers (..., k), k <= n, each row a position in the first k axes.
        updates: (..., *inputs.shape[k:]), cast to the dtype of `inputs`.
        reduction: None overwrites (where positions repeat, which one wins is not defined); `"add"`, `"max"`, `"min"`
            and `"mul"` combine with what is there.
    """


@op(rule=lambda x, key: spec(indexed_shape(x.shape, key), x.dtype))
def get_item(x: Tensor, key):
    """`x[key]`, as in NumPy: ints, slices, None, Ellipsis, integer and boolean arrays, and tuples of these."""


def _no_sparse(sparse, where):
    if sparse:
        raise NotSupportedError(f"ops.{where}(sparse=True) is not supported: the result is dense.")


def _one_hot_rule(x, num_classes, axis=-1, dtype=None, sparse=False):
    _no_sparse(sparse, "one_hot")
    axis = rules.canonical_axis(axis, len(x.shape) + 1, "ops.one_hot")
    return spec((*x.shape[:axis], num_classes, *x.shape[axis:]), standardize_dtype(dtype))


@op(rule=_one_hot_rule)
def one_hot(x: Tensor, num_classes, axis=-1, dtype=None, sparse=False):
    """1 at the index, 0 elsewhere, along a new axis; all 0 where the index is outside [0, num_classes).

    Args:
        x: Integers of any shape.
        num_classes: Size of the new axis.
        axis: Where it stands in the result.
        dtype: floatx by default.
        sparse: Must be False.
    """


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """1 for each class that occurs among the indices of a row, 0 for the others.

    Args:
        inputs: Integers (batch, n), or (n,) for one row.
        num_classes: Number of classes.
        axis: Where the classes stand in the result.
        dtype: floatx by default.
        sparse: Must be False.
    """
    num_classes = kwargs.pop("num_tokens", num_classes)  # its former name
    if kwargs:
        raise bad_argument("ops.multi_hot", "unknown arguments.", given=", ".join(kwargs), error=TypeError)
    if num_classes is None:
        raise bad_argument("ops.multi_hot", "`num_classes` is missing.", expected="an integer")
    _no_sparse(sparse, "multi_hot")
    shape = getattr(inputs, "shape", None)
    rank = len(np.shape(inputs) if shape is None else shape)
    return max(one_hot(inputs, num_classes, axis, dtype), 1 if rank > 1 else 0)


def _top_k_rule(x, k, sorted=True):
    if not x.shape or (x.shape[-1] is not None and isinstance(k, int) and not 0 <= k <= x.shape[-1]):
        raise bad_argument(
            "ops.top_k", "`k` exceeds the last axis.", expected=f"in [0, {x.shape[-1:]}]", given=f"k={k}"
        )
    shape = (*x.shape[:-1], k)
    return spec(shape, x.dtype), spec(shape, "int32")


@op(rule=_top_k_rule, keras_class="TopK")
def top_k(x: Tensor, k, sorted=True):
    """The `k` largest elements along the last axis, and their positions: `(values, indices)`.

    Args:
        x: (..., n).
        k: At most n.
        sorted: Whether the largest come first; else in any order.
    """


def _flat_or_same(x, axis, dtype):
    if axis is None:
        return spec((None if None in x.shape else math.prod(x.shape),), dtype)
    rules.canonical_axis(axis, len(x.shape))
    return spec(x.shape, dtype)


@op(rule=lambda x, axis=-1: _flat_or_same(x, axis, x.dtype))
def sort(x: Tensor, axis=-1):
    """In ascending order along `axis`; `None` flattens first."""


@op(rule=lambda x, axis=-1: _flat_or_same(x, axis, "int32"))
def argsort(x: Tensor, axis=-1):
    """The positions that sort `x` along `axis`, equal elements in their order; `None` flattens first."""


def _searchsorted_rule(sorted_sequence, values, side="left"):
    if len(sorted_sequence.shape) != 1:
        raise bad_argument(
            "ops.searchsorted", "`sorted_sequence` must be a vector.", given=f"shape {sorted_sequence.shape}"
        )
    if side not in ("left", "right"):
        raise bad_argument(
            "ops.searchsorted", "unknown `side`.", expected="'left' or 'right'", given=repr(side)
        )
    return spec(values.shape, "int32")


@op(rule=_searchsorted_rule, dtype=_POSITION, keras_class="SearchSorted")
def searchsorted(sorted_sequence: Tensor, values: Tensor, side="left"):
    """Where each value would have to be inserted to keep a sorted vector sorted.

    Args:
        sorted_sequence: Vector in ascending order.
        values: Tensor of any shape.
        side: Before (`"left"`) or after (`"right"`) equal elements.
    """


@op(rule=lambda x: tuple(spec((None,), "int32") for _ in x.shape))
def nonzero(x: Tensor):
    """The positions of elements that are not 0: one int32 vector per axis. Their number is known only at run time, so
    JAX cannot compile it."""


def _diagonal_length(rows, columns, offset):
    if rows is None or columns is None:
        return None
    return builtins.max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))


def _diagonal_rule(x, offset=0, axis1=0, axis2=1):
    axes = rules.canonical_axes((axis1, axis2), len(x.shape), "ops.diagonal")
    length = _diagonal_length(x.shape[axes[0]], x.shape[axes[1]], offset)
    return spec((*(size for axis, size in enumerate(x.shape) if axis not in axes), length), x.dtype)


@op(rule=_diagonal_rule)
def diagonal(x: Tensor, offset=0, axis1=0, axis2=1):
    """The diagonals of the matrices over two axes, as the last axis; `offset` counts upwards from the main one."""


def _diag_rule(x, k=0):
    if len(x.shape) == 1:
        size = None if x.shape[0] is None else x.shape[0] + abs(k)
        return spec((size, size), x.dtype)
    if len(x.shape) == 2:
        return _diagonal_rule(x, k)
    raise bad_argument("ops.diag", "the input must be a vector or a matrix.", given=f"shape {x.shape}")


@op(rule=_diag_rule)
def diag(x: Tensor, k=0):
    """Of a vector the matrix with it on diagonal `k`; of a matrix its diagonal `k`."""


@op(rule=lambda targets, predictions, k: spec(targets.shape, "bool"))
def in_top_k(targets: Index, predictions: Tensor, k):
    """Whether the target class is among the `k` best predicted; ties with the k-th count as in.

    Args:
        targets: Class indices (batch,).
        predictions: Scores (batch, classes). A target whose score is not finite is not in.
        k: How many.
    """
