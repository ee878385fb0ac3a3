"""Rescaling follows its input's engine."""

from __future__ import annotations

import numpy as np

from tricorn import layers, ops
from tricorn.core.backend import backend_of, backend_scope, get_backend

X = np.array([[0, 255]], "uint8")


def test_runs_on_the_engine_of_its_input(backend):
    with backend_scope("jax"):
        layer = layers.Rescaling(1 / 255, offset=-0.5)
    engine = get_backend(backend)
    y = layer(engine.convert_to_tensor(X))
    assert backend == "numpy" or backend_of(y) is engine
    assert engine.dtype_of(engine.convert_to_tensor(y)) == "float32"
    np.testing.assert_allclose(ops.convert_to_numpy(y), [[-0.5, 0.5]], rtol=1e-6)


def test_inside_a_tf_data_map():
    import tensorflow as tf

    with backend_scope("torch"):
        layer = layers.Rescaling(2.0)
    found = next(iter(tf.data.Dataset.from_tensor_slices(X).map(layer)))
    np.testing.assert_allclose(found.numpy(), 2.0 * X[0])
