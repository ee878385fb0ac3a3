"""Products on PyTorch. It has no boolean products: those go through integers."""

from __future__ import annotations

import torch


def _as_numbers(x):
    return x.to(torch.int32) if x.dtype is torch.bool else x


def _with_numbers(product):
    """`product`, also of booleans."""

    def kernel(x1, x2, *args):
        if x1.dtype is torch.bool:
            return product(_as_numbers(x1), _as_numbers(x2), *args).to(torch.bool)
        return product(x1, x2, *args)

    return kernel


def matmul(x1, x2):
    if x1.dtype is torch.bool:
        return torch.matmul(_as_numbers(x1), _as_numbers(x2)).to(torch.bool)
    return torch.matmul(x1, x2)


@_with_numbers
def dot(x1, x2):
    if x1.ndim == 0 or x2.ndim == 0:
        return x1 * x2
    if x2.ndim <= 2:
        return torch.matmul(x1, x2)
    return torch.tensordot(x1, x2, ([-1], [-2]))


@_with_numbers
def tensordot(x1, x2, axes=2):
    if not isinstance(axes, int):
        axes = tuple([one] if isinstance(one, int) else list(one) for one in axes)
    return torch.tensordot(x1, x2, axes)


@_with_numbers
def outer(x1, x2):
    return torch.outer(x1.reshape(-1), x2.reshape(-1))


@_with_numbers
def vdot(x1, x2):
    return torch.vdot(x1.reshape(-1), x2.reshape(-1))


@_with_numbers
def inner(x1, x2):
    return x1 * x2 if x1.ndim == 0 or x2.ndim == 0 else torch.tensordot(x1, x2, ([-1], [-1]))


def einsum_of(subscripts, operands):
    if operands[0].dtype is torch.bool:
        return torch.einsum(subscripts, *map(_as_numbers, operands)).to(torch.bool)
    return torch.einsum(subscripts, *operands)


def trace(x, offset=0, axis1=0, axis2=1):
    diagonal = torch.diagonal(x, offset, axis1, axis2)
    if x.dtype in (torch.uint16, torch.uint32, torch.uint64):  # torch does not add these up
        return diagonal.to(torch.int64).sum(-1).to(x.dtype)
    return diagonal.sum(-1, dtype=x.dtype)


def kron(x1, x2):
    return torch.kron(x1, x2)


def cdist(x, y):
    # By differences, not by products of matrices: these lose the digits of small distances.
    mode = "donot_use_mm_for_euclid_dist"
    if x.dtype.itemsize == 2:
        return torch.cdist(x.float(), y.float(), compute_mode=mode).to(x.dtype)
    return torch.cdist(x, y, compute_mode=mode)
