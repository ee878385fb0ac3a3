"""The four models that are measured: their data, and their definition in the Keras API.

The same definition serves Tricorn and the reference: it takes the package as an argument.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

CLASSES = 10
WIDTH = 64  # of the transformer
HEADS = 4
TOKENS = 64
VOCABULARY = 1000
BLOCKS = 2
FEED_FORWARD = 256
UNITS = 64  # of the LSTM


@dataclass(frozen=True)
class Task:
    """One model with its data.

    Attributes:
        name: `"mlp"`, `"cnn"`, `"lstm"` or `"transformer"`.
        shape: Of one input, without the batch.
        batch: Rows in a batch.
        steps: Steps in one measured epoch.
        define: From the package (`keras` or `tricorn`) to a functional model that returns logits.
    """

    name: str
    shape: tuple[int, ...]
    batch: int
    steps: int
    define: Callable

    def data(self, steps=None):
        """Random inputs and labels for `steps` whole batches."""
        rng = np.random.default_rng(7)
        rows = self.batch * (steps or self.steps)
        if self.name == "transformer":
            x = rng.integers(0, VOCABULARY, (rows, *self.shape), dtype="int32")
        else:
            x = rng.standard_normal((rows, *self.shape), dtype="float32")
        return x, rng.integers(0, CLASSES, rows, dtype="int32")


def _mlp(keras):
    x = inputs = keras.Input((64,))
    for _ in range(3):
        x = keras.layers.Dense(128, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(CLASSES)(x))


def _cnn(keras):
    x = inputs = keras.Input((28, 28, 1))
    for filters in (32, 64):
        x = keras.layers.Conv2D(filters, 3, activation="relu")(x)
        x = keras.layers.MaxPooling2D(2)(x)
    return keras.Model(inputs, keras.layers.Dense(CLASSES)(keras.layers.Flatten()(x)))


def _lstm(keras):
    inputs = keras.Input((32, 16))
    x = keras.layers.LSTM(UNITS, return_sequences=True)(inputs)
    return keras.Model(inputs, keras.layers.Dense(CLASSES)(keras.layers.LSTM(UNITS)(x)))


def _transformer(keras):
    layers = keras.layers
    inputs = keras.Input((TOKENS,), dtype="int32")
    x = layers.Embedding(VOCABULARY, WIDTH)(inputs)
    for _ in range(BLOCKS):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(x, x))
        inner = layers.Dense(FEED_FORWARD, activation="relu")(x)
        x = layers.LayerNormalization()(x + layers.Dense(WIDTH)(inner))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling1D()(x)))


TASKS = {
    task.name: task
    for task in (
        Task("mlp", (64,), 64, 200, _mlp),
        Task("cnn", (28, 28, 1), 64, 20, _cnn),
        Task("lstm", (32, 16), 32, 40, _lstm),
        Task("transformer", (TOKENS,), 16, 40, _transformer),
    )
}
