"""Making sparse tensors, on the engines that have them (JAX, TensorFlow); `core/sparse.py` tells what takes them."""

from __future__ import annotations

from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor


def _sparse_like(x):
    return KerasTensor(x.shape, x.dtype, sparse=True, record_history=False)


@op(rule=_sparse_like)
def to_sparse(x: Tensor):
    """`x` as a sparse tensor that stores what is not 0. Internal: the engines' own functions are the public way."""


@op(rule=lambda x: KerasTensor(x.shape, x.dtype, record_history=False))
def to_dense(x: Tensor):
    """`x` as a dense tensor; a dense one as it is."""
    return x
