"""`Engine`: the few verbs by which the one training loop drives an engine.

The base class runs a model eagerly and cannot train; that is all of NumPy's. `backends/<name>/engine.py` subclasses it.
State lives in the model's Variables between calls of any verb, so callbacks may read and write it at any time.
"""

from __future__ import annotations

import contextlib

import numpy as np

from tricorn.core.backend import backend_scope
from tricorn.core.errors import NotSupportedError


class Engine:
    """Steps of training, evaluation and prediction for one model.

    Args:
        model: A compiled model (for `predict`, any model). The engine uses what its program offers:
            `program = model._program()`, see `trainers/_program.py`.
    """

    def __init__(self, model):
        self.model = model
        self.backend = model._backend
        self.program = model._program()

    # --- verbs ---------------------------------------------------------------------------------------
    def train(self, batches):
        """Run a training step on each of `batches` (`(x, y, sample_weight)` of host arrays or tensors).

        Returns:
            A handle for `read`: the logs after the last of them, on the device.
        """
        raise NotSupportedError(
            f"The {self.backend.name} backend cannot train: it has no gradients. "
            "Make the model under `with tricorn.backend_scope('jax')` (or torch, tensorflow), or use model.to_backend(...)."
        )

    def test(self, batches):
        """Run an evaluation step on each of `batches`; returns a handle for `read`."""
        for x, y, sample_weight in batches:
            x, y, sample_weight = self.to_tensors((x, y, sample_weight))
            self.program.test_step(x, y, sample_weight)
        return

    def predict(self, x):
        """Outputs for one batch, as tensors of the engine."""
        return self.program.predict_step(self.to_tensors(x))

    def read(self, handle):
        """The logs of a handle, as a dict of Python floats (or nested arrays where a metric returns such)."""
        return self.to_numbers(self.program.results() if handle is None else handle)

    #: How many outputs of `predict` may wait on the device before the first is read: reading waits for the device.
    batches_in_flight = 1

    def predicting(self):
        """Context around a run of `predict`."""
        return contextlib.nullcontext()

    #: How many batches `train` likes to be given at once where nothing needs to happen between them.
    preferred_batches = 1

    def note_time(self, batches, seconds):
        """Told how long `train` took for so many batches, to adapt `preferred_batches`."""

    def reduce_gradients(self, gradients):
        """Where gradients of several devices are summed, between differentiation and the optimizer: the one place in a
        step that knows of them. One device: as they are."""
        return gradients

    # --- for subclasses --------------------------------------------------------------------------------
    def to_tensors(self, tree):
        """Host arrays in a structure as tensors of the engine."""
        if tree is None:
            return None
        if isinstance(tree, (list, tuple)):
            return type(tree)(self.to_tensors(item) for item in tree)
        if isinstance(tree, dict):
            return {key: self.to_tensors(item) for key, item in tree.items()}
        if getattr(tree, "dtype", None) is not None and getattr(tree.dtype, "kind", "") in "US":
            return tree
        return self.backend.convert_to_tensor(tree)

    def to_numbers(self, tree):
        if isinstance(tree, dict):
            return {key: self.to_numbers(item) for key, item in tree.items()}
        if isinstance(tree, (list, tuple)):
            return type(tree)(self.to_numbers(item) for item in tree)
        if isinstance(tree, (int, float)):
            return float(tree)
        array = np.asarray(self.backend.to_numpy(tree))
        return float(array) if array.ndim == 0 else array

    def scope(self):
        """Context for a whole run: the engine is the active one."""
        return backend_scope(self.backend)


def pack(x, y, sample_weight):
    """A batch as a user's `train_step` gets it: without the parts that are absent."""
    if sample_weight is not None:
        return x, y, sample_weight
    return (x,) if y is None else (x, y)


def unpack(data):
    """`(x, y, sample_weight)` from what `pack` makes."""
    data = tuple(data) if isinstance(data, (list, tuple)) else (data,)
    return data + (None,) * (3 - len(data))
