"""Transforms of JAX that the floors above ask for."""

from __future__ import annotations

import jax

from tricorn.backends.jax import native_dtype
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.shapes import PROBES, probed_shape, shape_behind
from tricorn.core.symbolic import KerasTensor


def trace_spec(function, *args, **kwargs):
    """Shapes and dtypes of `function`'s result, through `jax.eval_shape`."""
    leaves, structure = jax.tree_util.tree_flatten(
        (args, kwargs), is_leaf=lambda x: isinstance(x, KerasTensor)
    )
    symbolic = [index for index, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]
    has_unknown = any(None in leaves[index].shape for index in symbolic)

    def traced(values):
        filled = list(leaves)
        for index, value in zip(symbolic, values, strict=True):
            filled[index] = value
        a, k = jax.tree_util.tree_unflatten(structure, filled)
        return function(*a, **k)

    results = []
    for probe in PROBES if has_unknown else PROBES[:1]:
        values = [
            jax.ShapeDtypeStruct(
                probed_shape(leaves[index].shape, probe),
                native_dtype(leaves[index].dtype),
            )
            for index in symbolic
        ]
        results.append(jax.eval_shape(traced, values))

    def spec(*found):
        shape = shape_behind([one.shape for one in found])
        return KerasTensor(shape, standardize_dtype(found[0].dtype), record_history=False)

    return jax.tree_util.tree_map(spec, *results)
