"""Categories as vectors: how ids become one-hot, multi-hot, counts or weighted counts."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.layers.preprocessing._base_preprocessing import spec_of
from tricorn.ops._sparse import to_sparse

MODES = ("int", "one_hot", "multi_hot", "count")


def check_mode(layer, mode, allowed, sparse=False):
    """`mode`, if it is one of those allowed.

    Raises:
        ValueError: It is not, or `sparse` is asked for of ids.
    """
    if mode not in allowed:
        raise bad_argument(layer._where(), "unknown `output_mode`.", expected=", ".join(map(repr, allowed)),
                           given=f"output_mode={mode!r}")  # fmt: skip
    if sparse and mode == "int":
        raise bad_argument(layer._where(), "ids cannot be sparse.", expected="output_mode 'one_hot', 'multi_hot' or 'count'",
                           given="sparse=True, output_mode='int'")  # fmt: skip
    return mode


def encoded_shape(shape, mode, depth):
    """The shape of what `encode` gives for ids of the shape `shape`."""
    shape = tuple(shape)
    if mode == "int":
        return shape
    if mode == "one_hot":
        return (*shape[:-1], depth) if shape and shape[-1] == 1 else (*shape, depth)
    return (*shape[:-1], depth)


def encoded_spec(shape, mode, depth, dtype, sparse=False):
    return spec_of(encoded_shape(shape, mode, depth), dtype, sparse=sparse)


def encode(ids, mode, depth, dtype, weights=None, sparse=False):
    """Vectors of `depth` numbers from ids.

    Args:
        ids: Integers (..., n). An id outside [0, depth) counts nowhere.
        mode: "one_hot" (..., n, depth), without the axis of n if that is 1; "multi_hot" (..., depth), 1 for each id that
            occurs; "count" (..., depth), how often it does, or the sum of the weights that stand with it.
        depth: Number of categories.
        dtype: Of the result.
        weights: For "count": numbers of the shape of `ids`.
        sparse: Whether the result is a sparse tensor of the engine.

    Raises:
        NotSupportedError: The engine has no sparse tensors.
    """
    if sparse:
        return to_sparse(encode(ids, mode, depth, dtype, weights))
    shape = tuple(ids.shape)
    if mode == "one_hot":
        if shape and shape[-1] == 1:
            ids = ops.squeeze(ids, -1)
        return ops.one_hot(ids, depth, dtype=dtype)
    counts = _counted(ids, shape, depth, dtype, weights)
    return ops.cast(counts > 0, dtype) if mode == "multi_hot" else counts


def _counted(ids, shape, depth, dtype, weights):
    """Counts by scattering, which takes no more memory than the result."""
    wide = "float32" if dtype in ("float16", "bfloat16") else dtype
    valid = ops.logical_and(ids >= 0, ids < depth)
    kept = ops.cast(valid, wide)
    if weights is not None:
        kept = kept * ops.cast(weights, wide)
    ids = ops.cast(ops.where(valid, ids, ops.zeros_like(ids)), "int32")
    sizes = ops.shape(ids)
    if len(shape) != 2:  # as rows
        last = sizes[-1] if shape else 1
        ids, kept = (ops.reshape(x, (-1, last) if len(shape) > 1 else (1, -1)) for x in (ids, kept))
    # Zeros for each row, also where their number is known only later, and where a row is empty.
    counts = ops.add(ops.sum(kept * 0, axis=-1, keepdims=True), np.zeros((1, depth), wide))
    rows = ops.reshape(ops.arange(ops.shape(ids)[0], dtype="int32"), (-1, 1)) + ops.zeros_like(ids)
    places = ops.reshape(ops.stack([rows, ids], axis=-1), (-1, 2))
    counts = ops.scatter_update(counts, places, ops.reshape(kept, (-1,)), "add")
    if len(shape) != 2:
        counts = ops.reshape(counts, (*sizes[:-1], depth))
    return ops.cast(counts, dtype)


def check_ids(layer, ids, depth):
    """Raise for ids outside [0, depth), where their values can be seen."""
    engine = backends.active_backend()
    if engine.is_tracer(ids):
        return
    values = np.asarray(engine.to_numpy(ids))
    if not values.size:
        return
    if values.dtype.kind == "f" and np.any(values != np.floor(values)):
        raise bad_argument(
            layer._where(), "categories are integers.", given=f"{values[values != np.floor(values)][0]}"
        )
    lowest, highest = values.min(), values.max()
    if lowest < 0 or highest >= depth:
        raise bad_argument(layer._where(), "a category is out of range.", expected=f"integers in [0, {depth})",
                           given=f"values from {lowest} to {highest}", hint=f"num_tokens={int(highest) + 1}"
                           if lowest >= 0 else "IntegerLookup gives ids to any integers")  # fmt: skip
