"""Indexing and sorting on PyTorch."""

from __future__ import annotations

import builtins
import math

import numpy as np
import torch

from tricorn.backends.torch import native_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import NotSupportedError
from tricorn.core.op import accepts_scalars, refuses_itself
from tricorn.core.shapes import method_for, plain_window, slice_sizes


def _integers(indices):
    """Indices as torch wants them: int32 or int64 (it would take uint8 for a mask)."""
    if indices.dtype in (torch.int32, torch.int64):
        return indices
    if indices.dtype.is_floating_point:
        raise TypeError("indices must be integers")
    return indices.long()


def _positions(indices, size):
    """The same, counted from the start."""
    indices = _integers(indices)
    return torch.where(indices < 0, indices + size, indices)


def take(x, indices, axis=None):
    if axis is None:
        x, axis = x.reshape(-1), 0
    if axis != 0:
        axis %= x.ndim
    indices = indices if indices.dtype is torch.int64 else _integers(indices)
    if axis or x.ndim != 2 or not indices.ndim:
        if indices.ndim == 1 and indices.is_cpu and not torch.compiler.is_compiling():
            try:
                return torch.index_select(x, axis, indices)
            except (IndexError, RuntimeError):
                pass  # one is negative, or outside
        return x[(builtins.slice(None),) * axis + (indices,)]
    # Rows of a matrix: the gradient of `embedding` is the quickest, but it knows no indices from the end.
    if indices.is_cpu and not torch.compiler.is_compiling():
        try:
            return torch.nn.functional.embedding(indices, x)
        except IndexError:
            pass  # one is negative, or outside
    return torch.nn.functional.embedding(_positions(indices, x.shape[0]), x)


def take_along_axis(x, indices, axis=None):
    if axis is None:
        x, indices, axis = x.reshape(-1), indices.reshape(-1), 0
    if indices.is_cpu and not torch.compiler.is_compiling():
        try:
            indices = _integers(indices).long()
            if x.shape == indices.shape:
                return torch.gather(x, axis, indices)
            return torch.take_along_dim(x, indices, axis)
        except (IndexError, RuntimeError):
            pass  # one is negative, or outside
    return torch.take_along_dim(x, _positions(indices, x.shape[axis]).long(), axis)


@accepts_scalars
def where_of(condition, x1, x2):
    return torch.where(condition if condition.dtype is torch.bool else condition.bool(), x1, x2)


def get_item(x, key):
    parts = key if type(key) is tuple else (key,)
    for part in parts:
        if type(part) is int or part is None or part is Ellipsis:
            continue
        if type(part) is not builtins.slice or not (part.step is None or part.step > 0):
            return _get_item(x, parts)
    return x[key]


def _get_item(x, parts):
    if any(type(part) is builtins.slice and type(part.step) is int and part.step < 0 for part in parts):
        x, parts = _flip_reversed(x, parts)
    parts = [
        torch.as_tensor(part, device=x.device) if isinstance(part, (list, np.ndarray)) else part
        for part in parts
    ]
    if any(isinstance(part, torch.Tensor) and part.ndim for part in parts):
        # NumPy counts an int beside arrays as one of them, which matters where a slice stands in between.
        parts = [_as_array(part, x.device) for part in parts]
    return x[tuple(parts)]


def _as_array(part, device):
    if isinstance(part, torch.Tensor):
        return part if part.ndim or part.dtype is torch.bool else part.reshape(1)
    if part is None or part is Ellipsis or isinstance(part, (bool, builtins.slice)):
        return part
    return torch.tensor([part], device=device)


def _flip_reversed(x, parts):
    """torch has no negative steps: flip those axes, and count along them from the other end."""
    parts = list(parts)
    used = sum(_axes_used(part) for part in parts)
    axis, flipped = 0, []
    for position, part in enumerate(parts):
        if part is Ellipsis:
            axis += x.ndim - used
            continue
        if type(part) is builtins.slice and type(part.step) is int and part.step < 0:
            size = x.shape[axis]
            start, stop, step = part.indices(size)
            parts[position] = builtins.slice(size - 1 - start, size - 1 - stop, -step)
            flipped.append(axis)
        axis += _axes_used(part)
    return torch.flip(x, flipped), tuple(parts)


def _axes_used(part):
    if part is None or part is Ellipsis:
        return 0
    is_mask = getattr(part, "dtype", None) in (torch.bool, np.bool_)
    return part.ndim if is_mask else 1


def slice(inputs, start_indices, shape):
    window = plain_window(inputs.shape, start_indices, shape)
    if window is not None:
        return inputs[window]
    if torch.compiler.is_compiling() or inputs.device.type != "cpu":
        return _slice_unseen(inputs, start_indices, shape)
    starts = [int(start) for start in start_indices]
    return inputs[_window(starts, slice_sizes(inputs.shape, starts, shape))]


def _slice_unseen(inputs, starts, sizes):
    """A block whose starts may be tensors that a trace cannot read, or that an accelerator would be waited for."""
    starts = [start if isinstance(start, torch.Tensor) else int(start) for start in starts]
    sizes = slice_sizes(inputs.shape, starts, sizes)
    for axis, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        if size is None:
            size = inputs.shape[axis] - int(start)
        if isinstance(start, torch.Tensor):
            places = torch.arange(size, device=inputs.device) + start.to(inputs.device)
            inputs = inputs.index_select(axis, places)
        else:
            inputs = inputs.narrow(axis, start, size)
    return inputs


def slice_update(inputs, start_indices, updates):
    window = plain_window(inputs.shape, start_indices, updates.shape)
    if window is None:
        starts = [int(start) for start in start_indices]
        window = _window(starts, slice_sizes(inputs.shape, starts, updates.shape))
    result = inputs.clone()
    result[window] = updates.to(inputs.dtype)
    return result


def _window(starts, sizes):
    return tuple(builtins.slice(start, start + size) for start, size in zip(starts, sizes, strict=True))


@refuses_itself
def scatter(indices, values, shape):
    zeros = values.new_zeros(tuple(shape))
    return zeros.index_put(_columns(indices), values, accumulate=True)


def _columns(indices):
    indices = indices if indices.dtype is torch.int64 else indices.long()
    return torch.unbind(indices, -1)


def scatter_update(inputs, indices, updates, reduction=None):
    updates = updates if updates.dtype is inputs.dtype else updates.to(inputs.dtype)
    if reduction in (None, "add"):
        return inputs.index_put(_columns(indices), updates, accumulate=reduction == "add")
    depth = indices.shape[-1]
    leading, rest = inputs.shape[:depth], inputs.shape[depth:]
    flat = torch.zeros((), dtype=torch.int64, device=inputs.device)
    for column, size in zip(_columns(indices), leading, strict=True):
        flat = flat * size + _positions(column, size)
    updates = updates.expand(indices.shape[:-1] + rest).reshape(-1, math.prod(rest))
    target = inputs.reshape(-1, math.prod(rest))
    method = method_for(reduction, {"max": "amax", "min": "amin", "mul": "prod"})
    rows = flat.reshape(-1, 1).expand(updates.shape)
    return target.scatter_reduce(0, rows, updates, method).reshape(inputs.shape)


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    if sparse:
        raise NotSupportedError("ops.one_hot(sparse=True) does not run on torch: use jax or tensorflow.")
    if axis == -1:
        hot = x.unsqueeze(-1) == torch.arange(num_classes, device=x.device)
        dtype = standardize_dtype(dtype)
        return hot.float() if dtype == "float32" else hot.to(native_dtype(dtype))
    axis = axis + x.ndim + 1 if axis < 0 else axis
    classes = torch.arange(num_classes, device=x.device).reshape((-1,) + (1,) * (x.ndim - axis))
    return (x.unsqueeze(axis) == classes).to(native_dtype(standardize_dtype(dtype)))


def top_k(x, k, sorted=True):
    if x.dtype is torch.bool:
        values, indices = torch.topk(x.to(torch.uint8), k, sorted=sorted)
        return values.bool(), indices.int()
    values, indices = torch.topk(x, k, sorted=sorted)
    return values, indices.int()


def sort(x, axis=-1):
    return torch.sort(x.reshape(-1))[0] if axis is None else torch.sort(x, axis)[0]


def argsort(x, axis=-1):
    if axis is None:
        x, axis = x.reshape(-1), 0
    return torch.argsort(x, dim=axis, stable=True).int()


@refuses_itself
def searchsorted(sorted_sequence, values, side="left"):
    if sorted_sequence.ndim != 1 or side not in ("left", "right"):
        raise ValueError("a vector, and a side of it, are expected")
    # NaNs stand last; to look for one there is cheap on the host only.
    size = sorted_sequence.shape[0] if sorted_sequence.dtype.is_floating_point else 0
    if size:
        if not sorted_sequence.is_cpu or torch.compiler.is_compiling():
            return _searchsorted_with_nan(sorted_sequence, torch.isnan(sorted_sequence), values, side)
        _, last = ends(sorted_sequence, size)
        if last != last:
            return _searchsorted_with_nan(sorted_sequence, torch.isnan(sorted_sequence), values, side)
    return torch.searchsorted(
        sorted_sequence.contiguous(), values.contiguous(), right=side == "right", out_int32=True
    )


def ends(vector, size):
    """The first and the last of `size` numbers on the host. A short list of all takes less than a single element."""
    if size <= 64:
        numbers = vector.tolist()
        return numbers[0], numbers[-1]
    return vector[0].item(), vector[-1].item()


def _searchsorted_with_nan(sorted_sequence, is_nan, values, side):
    """NaNs stand behind all numbers, as `sort` puts them; torch takes them for small ones."""
    numbers = torch.sum(~is_nan, dtype=torch.int32)
    found = torch.searchsorted(
        torch.where(is_nan, torch.inf, sorted_sequence), values.contiguous(), side=side, out_int32=True
    )
    behind = numbers if side == "left" else sorted_sequence.shape[0]
    return torch.where(torch.isnan(values), behind, torch.minimum(found, numbers)).int()


def nonzero(x):
    return tuple(index.int() for index in torch.nonzero(x, as_tuple=True))


def diagonal(x, offset=0, axis1=0, axis2=1):
    return torch.diagonal(x, offset, axis1, axis2)


def diag(x, k=0):
    return torch.diag(x, k)


def in_top_k(targets, predictions, k):
    classes = predictions.shape[-1]
    safe = targets.long().clamp(0, classes - 1)
    scores = torch.gather(predictions, -1, safe[:, None])
    better = torch.sum(predictions > scores, -1)
    return (better < k) & torch.isfinite(scores[:, 0]) & (targets >= 0) & (targets < classes)
