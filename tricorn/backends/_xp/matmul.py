"""Products over a NumPy-like namespace `xp`. NumPy widens products of bfloat16, hence the casts back."""

from __future__ import annotations


def matmul(xp, x1, x2):
    return xp.matmul(x1, x2).astype(x1.dtype)


def dot(xp, x1, x2):
    return xp.dot(x1, x2).astype(x1.dtype)


def einsum_of(xp, subscripts, operands):
    return xp.einsum(subscripts, *operands, optimize=True).astype(operands[0].dtype)


def tensordot(xp, x1, x2, axes=2):
    return xp.tensordot(x1, x2, axes=axes).astype(x1.dtype)


def outer(xp, x1, x2):
    return xp.outer(x1, x2).astype(x1.dtype)


def vdot(xp, x1, x2):
    return xp.vdot(x1, x2).astype(x1.dtype)


def inner(xp, x1, x2):
    return xp.inner(x1, x2).astype(x1.dtype)


def trace(xp, x, offset=0, axis1=0, axis2=1):
    return xp.trace(x, offset, axis1, axis2, dtype=x.dtype)


def kron(xp, x1, x2):
    if x1.dtype == bool:
        return xp.kron(x1.astype("int8"), x2.astype("int8")).astype(bool)
    return xp.kron(x1, x2).astype(x1.dtype)
