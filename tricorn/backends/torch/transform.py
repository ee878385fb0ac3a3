"""Transforms of torch that the floors above ask for."""

from __future__ import annotations

import torch

from tricorn.backends.torch import backend, native_dtype
from tricorn.core.shapes import PROBES, probed_shape, shape_behind
from tricorn.core.symbolic import KerasTensor


def trace_spec(function, *args, **kwargs):
    """Shapes and dtypes of `function`'s result, by running it on zeros."""
    from torch.utils import _pytree

    leaves, structure = _pytree.tree_flatten((args, kwargs))
    symbolic = [index for index, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]
    has_unknown = any(None in leaves[index].shape for index in symbolic)
    results = []
    for probe in PROBES if has_unknown else PROBES[:1]:
        filled = list(leaves)
        for index in symbolic:
            shape = probed_shape(leaves[index].shape, probe)
            filled[index] = torch.zeros(shape, dtype=native_dtype(leaves[index].dtype), device="cpu")
        a, k = _pytree.tree_unflatten(filled, structure)
        with torch.no_grad():
            results.append(_pytree.tree_flatten(function(*a, **k)))
    found, structure = results[0][0], results[0][1]
    others = [result[0] for result in results[1:]]

    specs = []
    for index, tensor in enumerate(found):
        shapes = [tuple(tensor.shape), *(tuple(other[index].shape) for other in others)]
        specs.append(KerasTensor(shape_behind(shapes), backend.dtype_of(tensor), record_history=False))
    return _pytree.tree_unflatten(specs, structure)
