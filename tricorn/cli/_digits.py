"""The demo's task: 8x8 images of handwritten digits that scikit-learn carries with it, and a small convnet."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import tricorn as keras
from tricorn import layers

TEST_IMAGES = 360


class Digits(NamedTuple):
    """Images are float32 (rows, 8, 8, 1) from 0 to 16, labels int32 (rows,)."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_digits() -> Digits:
    """The 1797 images in a fixed random order, the last 360 of them for the test."""
    from sklearn.datasets import load_digits as load

    found: Any = load()  # a Bunch: its fields are known only when it runs
    order = np.random.default_rng(0).permutation(len(found.target))
    images = found.images.astype("float32")[order, :, :, None]
    labels = found.target.astype("int32")[order]
    return Digits(images[:-TEST_IMAGES], labels[:-TEST_IMAGES], images[-TEST_IMAGES:], labels[-TEST_IMAGES:])


def build_convnet() -> keras.Model:
    """A functional convnet with batch normalisation and dropout, compiled."""
    image = keras.Input((8, 8, 1), name="image")
    x = layers.Rescaling(1 / 16)(image)  # (batch, 8, 8, 1)
    for filters in (32, 64):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.MaxPooling2D()(x)  # (batch, 4, 4, 64)
    x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    digit = layers.Dense(10, activation="softmax", name="digit")(x)
    model = keras.Model(image, digit, name="digits")
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
