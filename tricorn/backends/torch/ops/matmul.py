"""Products on PyTorch. It has no boolean products: those go through integers."""

from __future__ import annotations

import torch

from tricorn.core.op import refuses_itself
from tricorn.core.rules import canonical_axes


def _as_numbers(x):
    return x.int() if x.dtype is torch.bool else x


def _with_numbers(product):
    """`product`, also of booleans."""

    def kernel(x1, x2, *args):
        if x1.dtype is torch.bool:
            return product(_as_numbers(x1), _as_numbers(x2), *args).bool()
        return product(x1, x2, *args)

    kernel.for_wide = product
    return kernel


@_with_numbers
def matmul(x1, x2):
    return torch.matmul(x1, x2)


@refuses_itself
@_with_numbers
def dot(x1, x2):
    if x1.ndim == 0 or x2.ndim == 0:
        return x1 * x2
    if x2.ndim <= 2:
        return torch.matmul(x1, x2)
    if x1.shape[-1] != x2.shape[-2]:  # where one is 1, torch would broadcast
        raise ValueError("the sizes to be multiplied differ")
    return torch.tensordot(x1, x2, ([-1], [-2]))


@refuses_itself
@_with_numbers
def tensordot(x1, x2, axes=2):
    # Where one of two sizes is 1, torch would broadcast.
    if axes == 1 and type(axes) is int and x1.ndim == x2.ndim == 2:
        return torch.mm(x1, x2)
    if type(axes) is int:
        fits = 0 <= axes <= min(x1.ndim, x2.ndim) and x1.shape[x1.ndim - axes :] == x2.shape[:axes]
    else:
        first, second = axes
        axes = first, second = list(canonical_axes(first, x1.ndim)), list(canonical_axes(second, x2.ndim))
        fits = [x1.shape[one] for one in first] == [x2.shape[one] for one in second]
    if not fits:
        raise ValueError("the axes, or their sizes, do not fit")
    return torch.tensordot(x1, x2, axes)


@_with_numbers
def outer(x1, x2):
    return torch.outer(x1 if x1.ndim == 1 else x1.reshape(-1), x2 if x2.ndim == 1 else x2.reshape(-1))


@_with_numbers
def vdot(x1, x2):
    return torch.vdot(x1 if x1.ndim == 1 else x1.reshape(-1), x2 if x2.ndim == 1 else x2.reshape(-1))


@_with_numbers
def inner(x1, x2):
    return torch.inner(x1, x2)


def einsum_of(subscripts, operands):
    if operands[0].dtype is torch.bool:
        return torch.einsum(subscripts, *map(_as_numbers, operands)).bool()
    if len(operands) <= 2 and not torch.compiler.is_compiling():  # there is no order to choose
        return torch._VF.einsum(subscripts, operands)
    return torch.einsum(subscripts, *operands)


def trace(x, offset=0, axis1=0, axis2=1):
    if x.ndim == 2 and offset == 0 and axis1 == 0 and axis2 == 1 and x.dtype.is_floating_point:
        return torch.trace(x)
    diagonal = torch.diagonal(x, offset, axis1, axis2)
    if x.dtype in (torch.uint16, torch.uint32, torch.uint64):  # torch does not add these up
        return diagonal.long().sum(-1).to(x.dtype)
    return diagonal.sum(-1, dtype=x.dtype)


def kron(x1, x2):
    return torch.kron(x1, x2)


def cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if x1.dtype is torch.bool:
        raise TypeError("booleans have no difference")
    if axis is not None:
        axisa = axisb = axisc = axis
    size1, size2 = x1.shape[axisa], x2.shape[axisb]
    if size1 == size2 == 3 and axisa == axisb == axisc == -1 and x1.ndim == x2.ndim:
        return torch.linalg.cross(x1, x2)
    if size1 not in (2, 3) or size2 not in (2, 3):
        raise ValueError("vectors of 2 or 3 components are expected")
    if size1 == size2 == 3:
        if not axisa == axisb == axisc == -1:
            x1, x2 = x1.movedim(axisa, -1), x2.movedim(axisb, -1)
        found = torch.linalg.cross(*torch.broadcast_tensors(x1, x2) if x1.ndim != x2.ndim else (x1, x2))
        return found if axisc == -1 else found.movedim(-1, axisc)
    a, b = torch.unbind(x1, axisa), torch.unbind(x2, axisb)
    last = a[0] * b[1] - a[1] * b[0]
    if size1 == size2:
        return last
    if size1 == 2:
        return torch.stack(torch.broadcast_tensors(a[1] * b[2], -(a[0] * b[2]), last), axisc)
    return torch.stack(torch.broadcast_tensors(-(a[2] * b[1]), a[2] * b[0], last), axisc)


def cdist(x, y):
    # By differences, not by products of matrices: these lose the digits of small distances.
    mode = "donot_use_mm_for_euclid_dist"
    if x.dtype.itemsize == 2:
        return torch.cdist(x.float(), y.float(), compute_mode=mode).to(x.dtype)
    return torch.cdist(x, y, compute_mode=mode)
