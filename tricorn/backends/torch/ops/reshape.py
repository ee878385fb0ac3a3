"""Shapes and layouts on PyTorch: views wherever torch gives one."""

from __future__ import annotations

from functools import lru_cache

import torch

from tricorn.core.errors import bad_argument
from tricorn.core.op import refuses_itself
from tricorn.core.rules import canonical_axes
from tricorn.core.shapes import pad_pairs


def reshape(x, newshape):
    return torch.reshape(x, (newshape,) if isinstance(newshape, int) else tuple(newshape))


def transpose(x, axes=None):
    if axes is None:
        return x.t() if x.ndim == 2 else x.permute(tuple(range(x.ndim - 1, -1, -1)))
    return x.permute(axes if type(axes) is tuple else tuple(axes))


def squeeze(x, axis=None):
    if axis is None:
        return torch.squeeze(x)
    if type(axis) is int and x.shape[axis] == 1:
        return torch.squeeze(x, axis)
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    if any(x.shape[one] != 1 for one in axes):  # torch would leave such an axis silently
        raise bad_argument("ops.squeeze", "only an axis of size 1 can be removed.",
                           given=f"axis={axis}, shape {tuple(x.shape)}")  # fmt: skip
    return torch.squeeze(x, axes)


def expand_dims(x, axis):
    if isinstance(axis, int):
        return torch.unsqueeze(x, axis)
    for one in sorted(canonical_axes(tuple(axis), x.ndim + len(axis))):
        x = torch.unsqueeze(x, one)
    return x


def ravel(x):
    return torch.reshape(x, (-1,))


def flip(x, axis=None):
    if axis is None:
        return torch.flip(x, tuple(range(x.ndim)))
    return torch.flip(x, (axis,) if isinstance(axis, int) else tuple(axis))


def moveaxis(x, source, destination):
    return torch.movedim(x, source, destination)


def swapaxes(x, axis1, axis2):
    return torch.transpose(x, axis1, axis2)


def broadcast_to(x, shape):
    return torch.broadcast_to(x, (shape,) if isinstance(shape, int) else tuple(shape))


@refuses_itself
def tile(x, repeats):
    repeats = (repeats,) if type(repeats) is int else repeats
    if type(repeats) not in (tuple, list):
        raise TypeError("one number of copies for each axis is expected")
    for copies in repeats:
        if copies < 0:  # of no element torch would make no copies
            raise ValueError("copies are counted from 0 up")
    return torch.tile(x, tuple(repeats))


def repeat(x, repeats, axis=None):
    if axis is None:
        x, axis = torch.reshape(x, (-1,)), 0
    if not isinstance(repeats, int):
        repeats = torch.as_tensor(repeats, device=x.device).reshape(-1)
        repeats = int(repeats[0]) if repeats.numel() == 1 else repeats
    return torch.repeat_interleave(x, repeats, axis)


def roll(x, shift, axis=None):
    if isinstance(axis, (tuple, list)) and isinstance(shift, int):
        shift = (shift,) * len(axis)
    elif isinstance(axis, int) and not isinstance(shift, int):
        axis = (axis,) * len(shift)
    return torch.roll(x, shift, axis if axis is None or isinstance(axis, int) else tuple(axis))


def pad(x, pad_width, mode="constant", constant_values=None):
    pairs = pad_pairs(pad_width, x.ndim)
    if mode == "constant":
        flat = _flat(pairs)
        value = 0 if constant_values is None else constant_values
        return torch.constant_pad_nd(x, flat, float(value) if x.dtype.is_floating_point else int(value))
    if constant_values is not None:
        raise ValueError("a value that has no use")
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            x = x.index_select(axis, _border(mode, before, after, x.shape[axis], x.device))
    return x


@lru_cache(maxsize=1024)
def _flat(pairs):
    """The widths as torch wants them: from the last axis on."""
    return tuple(width for pair in reversed(pairs) for width in pair)


def _border(mode, before, after, size, device):
    """Where each element of a padded axis comes from."""
    positions = torch.arange(-before, size + after, device=device)
    if mode == "edge":
        return positions.clamp(0, size - 1)
    if mode == "wrap":
        return positions % size
    if mode == "symmetric":
        positions = positions % (2 * size)
        return torch.where(positions < size, positions, 2 * size - 1 - positions)
    if mode == "reflect":
        period = max(2 * (size - 1), 1)
        positions = positions % period
        return torch.where(positions < size, positions, period - positions)
    raise bad_argument(
        "ops.pad", "unknown mode.", expected="constant, reflect, symmetric, edge or wrap", given=repr(mode)
    )


def rot90(array, k=1, axes=(0, 1)):
    return torch.rot90(array, k, tuple(axes))
