"""Products over a NumPy-like namespace `xp`."""

from __future__ import annotations

DIRECT = ("matmul", "dot", "outer", "vdot", "inner")


def einsum_of(xp, subscripts, operands):
    # Two operands have one order only, and to look for a better one takes longer than small products.
    return xp.einsum(subscripts, *operands, optimize=len(operands) > 2)


def tensordot(xp, x1, x2, axes=2):
    return xp.tensordot(x1, x2, axes=axes)


def trace(xp, x, offset=0, axis1=0, axis2=1):
    return xp.trace(x, offset, axis1, axis2, dtype=x.dtype)


def kron(xp, x1, x2):
    if x1.dtype == bool:
        return xp.kron(x1.astype("int8"), x2.astype("int8")).astype(bool)
    return xp.kron(x1, x2)
