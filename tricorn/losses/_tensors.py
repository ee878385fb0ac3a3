"""What losses and metrics do before they compute: one engine, one dtype, matching shapes."""

from __future__ import annotations

import importlib
import math

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.config import settings
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument, describe
from tricorn.core.symbolic import KerasTensor

_PLAIN = (bool, int, float, complex, str, bytes)


def compute_dtype(dtype):
    """The dtype to compute in, from a dtype, a dtype policy, its name or config; None is floatx."""
    if dtype is None:
        return settings.floatx
    policy_dtype = getattr(dtype, "compute_dtype", None)
    if policy_dtype is not None:
        return policy_dtype
    if isinstance(dtype, dict) or (isinstance(dtype, str) and dtype.startswith("mixed_")):
        return importlib.import_module("tricorn.dtype_policies").get(dtype).compute_dtype
    return standardize_dtype(dtype)


def owner_of(*values):
    """The engine of the first engine tensor among the values and what they contain; None if they are symbolic, and the
    active engine if all are neutral."""
    owner = backends.backend_of_type(type(values[0]))
    if owner is not None:
        return owner  # the usual case
    symbolic = False
    for leaf in _leaves(values):
        if isinstance(leaf, KerasTensor):
            symbolic = True
            continue
        owner = backends.backend_of(leaf)
        if owner is not None:
            return owner
    return None if symbolic else backends.active_backend()


def _leaves(values):
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _leaves(value)
        elif isinstance(value, dict):
            yield from _leaves(value.values())
        elif value is not None and type(value) not in _PLAIN:
            yield value


def to_tensor(x, backend, dtype=None):
    """`x` as a tensor of `backend` (None: symbolic), in `dtype` if given.

    Dicts, and lists of tensors, keep their form.
    """
    cls = type(x)
    owner = backends.backend_of_type(cls)
    if owner is backend and owner is not None:
        return x if dtype is None else backend.cast(x, dtype)  # the usual case
    if cls is dict:
        return {key: to_tensor(value, backend, dtype) for key, value in x.items()}
    if cls in (list, tuple) and any(hasattr(leaf, "shape") and len(leaf.shape) for leaf in _leaves(x)):
        return cls(to_tensor(item, backend, dtype) for item in x)
    if x is None:
        return None
    if backend is None:
        if isinstance(x, KerasTensor):
            return x if dtype is None or x.dtype == dtype else ops.cast(x, dtype)
        return np.asarray(x, dtype=dtype)
    owner = backends.backend_of(x)
    if owner is not None and owner is not backend:
        raise backends.two_engines(backend, owner, "loss")
    return backend.convert_to_tensor(x, dtype)


def dtype_of(x):
    """The standard dtype of a tensor or array."""
    owner = backends.backend_of_type(type(x))
    return standardize_dtype(x.dtype) if owner is None else owner.dtype_of(x)


def shape_of(x):
    """The static shape, a tuple with None where a size is unknown."""
    shape = x.shape
    if type(shape) is tuple:
        return shape
    owner = backends.backend_of_type(type(x))
    return tuple(shape) if owner is None else owner.shape_of(x)


def rank_of(x):
    return len(x.shape)


def count_of(shape):
    """The number of elements as a Python int; None if a size is unknown."""
    return None if None in shape else math.prod(shape)


def compatible(first, second):
    """True unless two known sizes differ."""
    return len(first) == len(second) and all(a == b or a is None or b is None for a, b in zip(first, second))


def float_pair(where, y_true, y_pred):
    """Both as tensors of one floating dtype (that of `y_pred`, floatx for integers) and one shape.

    Ranks that differ by a last axis of size 1 are brought together.

    Raises:
        ValueError: The shapes differ otherwise.
    """
    owner = backends.backend_of_type(type(y_pred))
    if (
        owner is not None
        and type(y_true) is type(y_pred)
        and y_true.dtype == y_pred.dtype
        and y_true.shape == y_pred.shape
        and y_pred.dtype in owner.float_dtypes
    ):
        return y_true, y_pred  # the usual case: nothing to do
    owner = owner_of(y_pred, y_true)
    y_pred = to_tensor(y_pred, owner)
    dtype = dtype_of(y_pred)
    if not is_float(dtype):
        dtype = settings.floatx
        y_pred = to_tensor(y_pred, owner, dtype)
    y_true, y_pred = same_rank(to_tensor(y_true, owner, dtype), y_pred)
    if not compatible(shape_of(y_true), shape_of(y_pred)):
        raise mismatch(where, y_true, y_pred)
    return y_true, y_pred


def same_rank(y_true, y_pred):
    """Both of one rank, where they differ by one and the last axis of the larger has size 1.

    A vector beside `(n, 1)` becomes `(n, 1)`; otherwise the axis of size 1 is dropped.
    """
    difference = rank_of(y_true) - rank_of(y_pred)
    if difference == 1 and shape_of(y_true)[-1] == 1:
        if rank_of(y_pred) == 1:
            return y_true, ops.expand_dims(y_pred, -1)
        return ops.squeeze(y_true, -1), y_pred
    if difference == -1 and shape_of(y_pred)[-1] == 1:
        if rank_of(y_true) == 1:
            return ops.expand_dims(y_true, -1), y_pred
        return y_true, ops.squeeze(y_pred, -1)
    return y_true, y_pred


def mismatch(where, y_true, y_pred, expected="equal shapes, or one more axis of size 1 at the end"):
    """The error for targets and predictions that do not belong together."""
    return bad_argument(
        where, "targets and predictions do not match.", expected=expected,
        given=f"y_true of shape {shape_of(y_true)}, y_pred of shape {shape_of(y_pred)}",
    )  # fmt: skip


def align_weights(weights, values, where, name="sample_weight"):
    """`weights` shaped so that they broadcast against `values`: their axes are the first ones of `values`.

    Raises:
        ValueError: They do not fit.
    """
    rank, given = rank_of(values), rank_of(weights)
    if given == 0 or given == rank == 0:
        return weights
    shape, sizes = shape_of(values), shape_of(weights)
    if given == rank + 1 and sizes[-1] == 1:
        weights, sizes, given = ops.squeeze(weights, -1), sizes[:-1], rank
    if given > rank or any(w not in (size, 1, None) and size is not None for w, size in zip(sizes, shape)):
        raise bad_argument(
            where, f"`{name}` does not fit.", expected=f"one number per sample, or the first axes of {shape}",
            given=f"{name} of shape {sizes}",
        )  # fmt: skip
    for _ in range(rank - given):
        weights = ops.expand_dims(weights, -1)
    return weights


def check_axis(where, axis, allow_none=False):
    """`axis`, if it is an integer (or None, or several where None is allowed)."""
    several = allow_none and isinstance(axis, (list, tuple))
    fine = (
        axis is None
        if allow_none and axis is None
        else all(isinstance(one, int) and not isinstance(one, bool) for one in (axis if several else [axis]))
    )
    if not fine:
        raise bad_argument(where, "`axis` must be an integer.", given=describe(axis))
    return axis
