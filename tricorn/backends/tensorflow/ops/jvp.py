"""Forward mode on TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def jvp(function, primals, tangents):
    # Copies: TensorFlow takes no tensor for two of the primals.
    primals = [tf.identity(one) for one in primals]
    with tf.autodiff.ForwardAccumulator(primals, list(tangents)) as accumulator:
        outputs, aux = function(*primals)
    zero = tf.UnconnectedGradients.ZERO
    return outputs, [accumulator.jvp(one, unconnected_gradients=zero) for one in outputs], aux
