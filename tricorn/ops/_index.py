"""Indexing, writing at indices, sorting and searching. Indices may count from the end; those returned are int32."""

from __future__ import annotations

import builtins
import math

import numpy as np

from tricorn.core import rules
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Index, Tensor, op
from tricorn.core.shapes import slice_sizes, spec
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._arith import NUMBER
from tricorn.ops._index_shape import indexed_shape
from tricorn.ops._reduce import max
from tricorn.ops._reshape import ravel
from tricorn.ops._sparse import to_sparse

#: Compared in the common dtype; the result is int32.
_POSITION = rules.DTypeRule("POSITION", NUMBER.compute, rules.INT32.result)


def _check_integers(where, indices):
    if "float" in indices.dtype or "complex" in indices.dtype:
        raise bad_argument(
            where, "`indices` must be integers.", given=f"dtype {indices.dtype}", error=TypeError
        )


def _take_rule(x, indices, axis=None):
    _check_integers("ops.take", indices)
    if axis is None:
        return spec(indices.shape, x.dtype)
    axis = rules.canonical_axis(axis, len(x.shape), "ops.take")
    return spec(x.shape[:axis] + indices.shape + x.shape[axis + 1 :], x.dtype)


@op(rule=_take_rule)
def take(x: Tensor, indices: Index, axis=None):
    """The elements, or the slices along an axis, at given positions.

    Args:
        x: Tensor of any shape.
        indices: Integers of any shape; they may count from the end. Those outside the axis give NaN on JAX, and an error
            where the engine checks.
        axis: The axis; None for the flattened `x`.

    Returns:
        A tensor of the shape of `x` with the shape of `indices` in place of `axis`.

    Raises:
        TypeError: `indices` are no integers.
        ValueError: The axis is out of range.

    Example:
        >>> ops.take(np.array([[1, 2], [3, 4]], "int32"), [1, 0, -1], axis=0)
        array([[3, 4],
               [1, 2],
               [3, 4]], dtype=int32)
    """


def _take_along_axis_rule(x, indices, axis=None):
    _check_integers("ops.take_along_axis", indices)
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

    Args:
        x: Tensor.
        indices: Integers, with as many axes as `x`; all but `axis` broadcast. They may count from the end.
        axis: The axis; None flattens both.

    Returns:
        A tensor of the dtype of `x` and the size of `indices` on `axis`.

    Raises:
        TypeError: `indices` are no integers.
        ValueError: The numbers of axes differ, shapes do not broadcast, or the axis is out of range.

    Example:
        >>> ops.take_along_axis(np.array([[1, 2], [3, 4]], "int32"), [[1], [0]], axis=1)
        array([[2],
               [3]], dtype=int32)
    """


def _where_rule(condition, x1, x2):
    return spec(rules.broadcast_shapes(condition.shape, x1.shape, x2.shape), x1.dtype)


@op(rule=_where_rule, dtype=rules.COMMON, keras_class="Where")
def where_of(condition: Index, x1: Tensor, x2: Tensor):
    """`where` with all three arguments."""


def where(condition, x1=None, x2=None):
    """`x1` where `condition` is true, `x2` elsewhere.

    Args:
        condition: bool tensor; numbers are true if they are not 0.
        x1: Tensor or number.
        x2: Tensor or number; both are cast to their common dtype. Without `x1` and `x2` the result is that of `nonzero`.

    Returns:
        A tensor of the shape to which all three broadcast.

    Raises:
        ValueError: Only one of `x1` and `x2` is given, or shapes do not broadcast.

    Example:
        >>> ops.where(np.array([True, False]), np.array([1, 2], "int32"), 0)
        array([1, 0], dtype=int32)
    """
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise bad_argument(
            "ops.where", "give both `x1` and `x2`, or neither.", given=f"x1={x1!r}, x2={x2!r}"[:200]
        )
    return where_of(condition, x1, x2)


def _known_starts(start_indices, rank):
    if isinstance(start_indices, (list, tuple, np.ndarray)):
        return list(start_indices)
    return [None] * rank  # a tensor, known when the graph runs


def _slice_rule(inputs, start_indices, shape):
    starts = _known_starts(start_indices, len(inputs.shape))
    return spec(slice_sizes(inputs.shape, starts, tuple(shape)), inputs.dtype)


@op(rule=_slice_rule)
def slice(inputs: Tensor, start_indices, shape):
    """A block of a tensor.

    Args:
        inputs: Tensor of n axes.
        start_indices: Where it begins: n integers; they may be tensors.
        shape: Its n sizes; -1 for all that there is from the start on.

    Returns:
        A tensor of that shape and the dtype of `inputs`.

    Raises:
        ValueError: Not n starts and sizes, or the block leaves the tensor.

    Example:
        >>> ops.slice(np.array([[1, 2, 3], [4, 5, 6]], "int32"), (0, 1), (2, -1))
        array([[2, 3],
               [5, 6]], dtype=int32)
    """


def _slice_update_rule(inputs, start_indices, updates):
    slice_sizes(inputs.shape, _known_starts(start_indices, len(inputs.shape)), updates.shape)
    return spec(inputs.shape, inputs.dtype)


@op(rule=_slice_update_rule)
def slice_update(inputs: Tensor, start_indices, updates: Tensor):
    """A tensor with one block replaced.

    Args:
        inputs: Tensor of n axes.
        start_indices: Where the block begins: n integers; they may be tensors.
        updates: Its new values, cast to the dtype of `inputs`.

    Returns:
        A tensor like `inputs`.

    Raises:
        ValueError: Not n starts, or the block leaves the tensor.

    Example:
        >>> ops.slice_update(np.array([1, 2, 3], "int32"), (1,), np.array([8, 9], "int32"))
        array([1, 8, 9], dtype=int32)
    """


@op(rule=lambda indices, values, shape: spec(shape, values.dtype), checked=True)
def scatter(indices: Index, values: Tensor, shape):
    """A tensor of zeros with values added at given positions.

    Args:
        indices: Integers (..., k), each row a position in the first k axes of the result.
        values: (..., *shape[k:]). Values at the same position add up.
        shape: Of the result.

    Returns:
        A tensor of that shape and the dtype of `values`.

    Raises:
        ValueError: A position is out of range (where the engine checks).

    Example:
        >>> ops.scatter(np.array([[0], [2], [0]]), np.array([1, 2, 3], "int32"), (4,))
        array([4, 0, 2, 0], dtype=int32)
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
    """A tensor with values written, or combined, at given positions.

    Args:
        inputs: Tensor of rank n.
        indices: Integers (..., k), k <= n, each row a position in the first k axes.
        updates: (..., *inputs.shape[k:]), cast to the dtype of `inputs`.
        reduction: None overwrites (where positions repeat, which one wins is not defined); `"add"`, `"max"`, `"min"`
            and `"mul"` combine with what is there.

    Returns:
        A tensor like `inputs`.

    Raises:
        ValueError: Positions of more than n numbers, or an unknown `reduction`.

    Example:
        >>> ops.scatter_update(np.array([1, 2, 3], "int32"), np.array([[0], [2]]), np.array([5, 6], "int32"), "add")
        array([6, 2, 9], dtype=int32)
    """


@op(rule=lambda x, key: spec(indexed_shape(x.shape, key), x.dtype))
def get_item(x: Tensor, key):
    """`x[key]`, with NumPy's rules.

    Args:
        x: Tensor of any shape.
        key: Integers, slices (also with negative steps), None, Ellipsis, integer and boolean arrays or tensors, lists of
            numbers, or a tuple of these. A mask gives a size that depends on its values.

    Returns:
        A tensor of the dtype of `x`. Axes of index arrays stand where these are if they are neighbours, else first.

    Raises:
        IndexError: Too many indices, one out of range (where it is known), or one of a kind that cannot index.

    Example:
        >>> ops.get_item(np.array([[1, 2, 3], [4, 5, 6]], "int32"), (slice(None, None, -1), [0, 2]))
        array([[4, 6],
               [1, 3]], dtype=int32)
    """


def _one_hot_rule(x, num_classes, axis=-1, dtype=None, sparse=False):
    if isinstance(num_classes, int) and num_classes < 0:
        raise bad_argument("ops.one_hot", "`num_classes` cannot be negative.", given=num_classes)
    axis = rules.canonical_axis(axis, len(x.shape) + 1, "ops.one_hot")
    shape = (*x.shape[:axis], num_classes, *x.shape[axis:])
    return KerasTensor(shape, standardize_dtype(dtype), sparse=bool(sparse), record_history=False)


@op(rule=_one_hot_rule)
def one_hot(x: Tensor, num_classes, axis=-1, dtype=None, sparse=False):
    """1 at the index, 0 elsewhere, along a new axis; all 0 where the index is outside [0, num_classes).

    Args:
        x: Integers of any shape.
        num_classes: Size of the new axis.
        axis: Where it stands in the result.
        dtype: floatx by default.
        sparse: Whether the result is a sparse tensor (JAX and TensorFlow).

    Returns:
        A tensor with one axis more.

    Raises:
        ValueError: A negative `num_classes`, or the axis is out of range.
        NotSupportedError: `sparse` is true on an engine without sparse tensors.

    Example:
        >>> ops.one_hot(np.array([0, 2, -1], "int32"), 3)
        array([[1., 0., 0.],
               [0., 0., 1.],
               [0., 0., 0.]], dtype=float32)
    """


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """1 for each class that occurs among the indices of a row, 0 for the others.

    Args:
        inputs: Integers (batch, n), or (n,) for one row.
        num_classes: Number of classes.
        axis: Where the classes stand in the result.
        dtype: floatx by default.
        sparse: Whether the result is a sparse tensor (JAX and TensorFlow).
        kwargs: `num_tokens`, the former name of `num_classes`.

    Returns:
        (batch, num_classes), or (num_classes,).

    Raises:
        ValueError: No `num_classes`, a negative one, or the axis is out of range.
        NotSupportedError: `sparse` is true on an engine without sparse tensors.

    Example:
        >>> ops.multi_hot(np.array([[0, 2, 2], [1, 1, 1]], "int32"), 3)
        array([[1., 0., 1.],
               [0., 1., 0.]], dtype=float32)
    """
    num_classes = kwargs.pop("num_tokens", num_classes)  # its former name
    if kwargs:
        raise bad_argument("ops.multi_hot", "unknown arguments.", given=", ".join(kwargs), error=TypeError)
    if num_classes is None:
        raise bad_argument("ops.multi_hot", "`num_classes` is missing.", expected="an integer")
    shape = getattr(inputs, "shape", None)
    rank = len(np.shape(inputs) if shape is None else shape)
    hot = max(one_hot(inputs, num_classes, axis, dtype), 1 if rank > 1 else 0)
    return to_sparse(hot) if sparse else hot


def _top_k_rule(x, k, sorted=True):
    if not x.shape or (x.shape[-1] is not None and isinstance(k, int) and not 0 <= k <= x.shape[-1]):
        raise bad_argument(
            "ops.top_k", "`k` exceeds the last axis.", expected=f"in [0, {x.shape[-1:]}]", given=f"k={k}"
        )
    shape = (*x.shape[:-1], k)
    return spec(shape, x.dtype), spec(shape, "int32")


@op(rule=_top_k_rule, keras_class="TopK")
def top_k(x: Tensor, k, sorted=True):
    """The largest elements along the last axis, and their positions.

    Args:
        x: (..., n).
        k: How many, at most n.
        sorted: Whether the largest come first; else in any order.

    Returns:
        `(values, indices)`, both (..., k): of the dtype of `x`, and int32.

    Raises:
        ValueError: `k` is negative or exceeds the last axis.

    Example:
        >>> ops.top_k(np.array([3, 1, 4], "int32"), 2)
        (array([4, 3], dtype=int32), array([2, 0], dtype=int32))
    """


def _flat_or_same(x, axis, dtype):
    if axis is None:
        return spec((None if None in x.shape else math.prod(x.shape),), dtype)
    rules.canonical_axis(axis, len(x.shape))
    return spec(x.shape, dtype)


@op(rule=lambda x, axis=-1: _flat_or_same(x, axis, x.dtype))
def sort(x: Tensor, axis=-1):
    """In ascending order along an axis; NaNs come last.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x` first.

    Returns:
        A tensor like `x`, or flat.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.sort(np.array([3, 1, 2], "int32"))
        array([1, 2, 3], dtype=int32)
    """


@op(rule=lambda x, axis=-1: _flat_or_same(x, axis, "int32"))
def argsort(x: Tensor, axis=-1):
    """The positions that sort a tensor along an axis; equal elements keep their order, NaNs come last.

    Args:
        x: Tensor of any shape.
        axis: The axis; None flattens `x` first.

    Returns:
        int32 of the shape of `x`, or flat.

    Raises:
        ValueError: The axis is out of range.

    Example:
        >>> ops.argsort(np.array([3, 1, 2], "int32"))
        array([1, 2, 0], dtype=int32)
    """


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


@op(rule=_searchsorted_rule, dtype=_POSITION, keras_class="SearchSorted", checked=True)
def searchsorted(sorted_sequence: Tensor, values: Tensor, side="left"):
    """Where each value would have to be inserted to keep a sorted vector sorted. NaNs stand behind all numbers.

    Args:
        sorted_sequence: Vector (n,) in ascending order.
        values: Tensor of any shape.
        side: Before (`"left"`) or after (`"right"`) equal elements.

    Returns:
        int32 of the shape of `values`, in [0, n].

    Raises:
        ValueError: `sorted_sequence` is no vector, or an unknown `side`.

    Example:
        >>> ops.searchsorted(np.array([1, 3, 3, 5], "int32"), np.array([3, 9], "int32"), side="right")
        array([3, 4], dtype=int32)
    """


@op(rule=lambda x: tuple(spec((None,), "int32") for _ in x.shape))
def nonzero(x: Tensor):
    """The positions of elements that are not 0, in row-major order.

    Their number depends on the values, so JAX cannot compile it.

    Args:
        x: Tensor of any shape.

    Returns:
        A tuple of int32 vectors, one for each axis.

    Example:
        >>> ops.nonzero(np.array([[0, 7], [8, 0]], "int32"))
        (array([0, 1], dtype=int32), array([1, 0], dtype=int32))
    """


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
    """The diagonals of the matrices over two axes.

    Args:
        x: Tensor of at least two axes.
        offset: Which diagonal, counted upwards from the main one.
        axis1, axis2: The axes of the matrices: rows and columns.

    Returns:
        A tensor of the dtype of `x` without the two axes, and with the diagonal as the last.

    Raises:
        ValueError: An axis is out of range, or both are the same.

    Example:
        >>> ops.diagonal(np.array([[1, 2], [3, 4]], "int32"))
        array([1, 4], dtype=int32)
    """


def _diag_rule(x, k=0):
    if len(x.shape) == 1:
        size = None if x.shape[0] is None else x.shape[0] + abs(k)
        return spec((size, size), x.dtype)
    if len(x.shape) == 2:
        return _diagonal_rule(x, k)
    raise bad_argument("ops.diag", "the input must be a vector or a matrix.", given=f"shape {x.shape}")


@op(rule=_diag_rule)
def diag(x: Tensor, k=0):
    """Of a vector the matrix with it on a diagonal; of a matrix its diagonal.

    Args:
        x: (n,) or (n, m).
        k: Which diagonal, counted upwards from the main one.

    Returns:
        (n + |k|, n + |k|), or the diagonal, of the dtype of `x`.

    Raises:
        ValueError: `x` is neither a vector nor a matrix.

    Example:
        >>> ops.diag(np.array([1, 2], "int32"))
        array([[1, 0],
               [0, 2]], dtype=int32)
    """


@op()
def diagflat(x: Tensor, k=0):
    """A matrix of zeros with the elements of `x`, flattened, on a diagonal.

    Args:
        x: Tensor of any shape.
        k: Which diagonal, counted upwards from the main one.

    Returns:
        (n, n), n the number of elements + |k|, of the dtype of `x`.

    Example:
        >>> ops.diagflat(np.array([[1, 2]], "int32"), k=-1)
        array([[0, 0, 0],
               [1, 0, 0],
               [0, 2, 0]], dtype=int32)
    """
    return diag(ravel(x), k)


@op(rule=lambda targets, predictions, k: spec(targets.shape, "bool"))
def in_top_k(targets: Index, predictions: Tensor, k):
    """Whether the target class is among the best predicted; ties with the k-th count as in.

    Args:
        targets: Class indices (batch,).
        predictions: Scores (batch, classes). A target whose score is not finite is not in.
        k: How many are the best.

    Returns:
        bool (batch,).

    Example:
        >>> scores = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3]], "float32")
        >>> ops.in_top_k(np.array([2, 1], "int32"), scores, 2)
        array([ True, False])
    """
