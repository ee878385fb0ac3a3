"""Transforms of torch that the floors above ask for."""

from __future__ import annotations

import torch

from tricorn.backends.torch import backend, native_dtype
from tricorn.core.symbolic import KerasTensor

# Two sets of sizes stand for the unknown ones; sizes of the result that differ between them are unknown.
_PROBES = (83, 89)


def trace_spec(function, *args, **kwargs):
    """Shapes and dtypes of `function`'s result, by running it on meta tensors (on empty ones where an op has none)."""
    from torch.utils import _pytree

    leaves, structure = _pytree.tree_flatten((args, kwargs))
    symbolic = [index for index, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]
    has_unknown = any(None in leaves[index].shape for index in symbolic)
    results = []
    for probe in _PROBES if has_unknown else _PROBES[:1]:
        filled = list(leaves)
        for index in symbolic:
            shape = tuple(probe if size is None else size for size in leaves[index].shape)
            filled[index] = torch.zeros(shape, dtype=native_dtype(leaves[index].dtype), device="cpu")
        a, k = _pytree.tree_unflatten(filled, structure)
        with torch.no_grad():
            results.append(_pytree.tree_flatten(function(*a, **k)))
    found, structure = results[0][0], results[0][1]
    others = [result[0] for result in results[1:]]

    specs = []
    for index, tensor in enumerate(found):
        shapes = [tuple(tensor.shape), *(tuple(other[index].shape) for other in others)]
        shape = tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*shapes, strict=True))
        specs.append(KerasTensor(shape, backend.dtype_of(tensor), record_history=False))
    return _pytree.tree_unflatten(specs, structure)
