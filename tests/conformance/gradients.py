"""Gradients of one function, by each training engine's own means."""

from __future__ import annotations

import numpy as np


def gradients(backend, function, arrays, weights):
    """d sum(weights * function(*arrays)) / d arrays, as NumPy arrays.

    Args:
        backend: "jax", "torch" or "tensorflow".
        function: Of tensors, to one tensor.
        arrays: float32 NumPy arrays.
        weights: NumPy array that broadcasts to the function's result.
    """
    return {"jax": _jax, "torch": _torch, "tensorflow": _tensorflow}[backend](function, arrays, weights)


def _jax(function, arrays, weights):
    import jax
    import jax.numpy as jnp

    def loss(*tensors):
        return jnp.sum(function(*tensors) * jnp.asarray(weights))

    differentiated = jax.jit(jax.grad(loss, argnums=tuple(range(len(arrays)))))
    return [np.asarray(g) for g in differentiated(*map(jnp.asarray, arrays))]


def _torch(function, arrays, weights):
    import torch

    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    loss = torch.sum(function(*tensors) * torch.tensor(weights))
    found = torch.autograd.grad(loss, tensors, allow_unused=True)
    return [np.zeros_like(a) if g is None else g.numpy() for a, g in zip(arrays, found, strict=True)]


def _tensorflow(function, arrays, weights):
    import tensorflow as tf

    tensors = [tf.constant(array) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        loss = tf.reduce_sum(function(*tensors) * tf.constant(weights))
    found = tape.gradient(loss, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [np.asarray(tf.convert_to_tensor(g)) for g in found]


def numeric_gradients(function, arrays, weights, step=1e-6):
    """The same by central differences, in float64; `function` is of and to NumPy arrays."""
    arrays = [np.array(array, np.float64) for array in arrays]

    def loss():
        return float(np.sum(np.asarray(function(*arrays), np.float64) * weights))

    found = []
    for array in arrays:
        gradient = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            value = array[place]
            array[place] = value + step
            above = loss()
            array[place] = value - step
            gradient[place] = (above - loss()) / (2 * step)
            array[place] = value
        found.append(gradient)
    return found
