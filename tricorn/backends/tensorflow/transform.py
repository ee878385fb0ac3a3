"""Transforms of TensorFlow that the floors above ask for."""

from __future__ import annotations

import tensorflow as tf

from tricorn.core.dtypes import standardize_dtype
from tricorn.core.symbolic import KerasTensor


def trace_spec(function, *args, **kwargs):
    """Shapes and dtypes of `function`'s result, by tracing it into a `tf.function` graph."""
    leaves = tf.nest.flatten((args, kwargs))
    symbolic = [index for index, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]

    def traced(values):
        filled = list(leaves)
        for index, value in zip(symbolic, values, strict=True):
            filled[index] = value
        a, k = tf.nest.pack_sequence_as((args, kwargs), filled)
        return function(*a, **k)

    specs = [tf.TensorSpec(leaves[index].shape, leaves[index].dtype) for index in symbolic]
    concrete = tf.function(traced, autograph=False).get_concrete_function(specs)

    def spec(found):
        shape = tuple(found.shape.as_list()) if found.shape.rank is not None else (None,)
        return KerasTensor(shape, standardize_dtype(found.dtype.name), record_history=False)

    return tf.nest.map_structure(spec, concrete.structured_outputs)
