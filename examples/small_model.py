"""The model and data of the loop examples: defined once, trained on any engine."""

import numpy as np

import tricorn as keras


def make_data(rows=512):
    """Points in four dimensions, labelled by the quadrant of the first two."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 4)).astype("float32")
    return x, ((x[:, 0] > 0) * 2 + (x[:, 1] > 0)).astype("int32")


def make_model():
    inputs = keras.Input((4,))
    x = keras.layers.Dense(32, activation="relu")(inputs)
    x = keras.layers.BatchNormalization()(x)
    return keras.Model(inputs, keras.layers.Dense(4)(x))
