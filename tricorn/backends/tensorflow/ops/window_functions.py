"""Functions that windows are made of, on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def bessel_i0(x):
    return tf.math.bessel_i0(x)
