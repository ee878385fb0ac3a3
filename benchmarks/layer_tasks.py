"""The layers that are measured: how each is made with the Keras API, its inputs at three sizes, and the engine's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

SIZES = ("small", "medium", "large")


@dataclasses.dataclass(frozen=True)
class LayerTask:
    """A layer to measure.

    Attributes:
        name: What the table calls it.
        shapes: One input shape, with the batch, per size.
        make: `(keras, shape) -> layer`.
        integers: Inputs are ids below this number; 0 where they are floats.
        training: What the call gets as `training`, if anything.
        twice: Whether the input is passed twice (query and value).
    """

    name: str
    shapes: tuple
    make: Callable
    integers: int = 0
    training: bool | None = None
    twice: bool = False

    def inputs(self, size):
        shape = self.shapes[SIZES.index(size)]
        draw = np.random.default_rng(0)
        if self.integers:
            return draw.integers(0, self.integers, shape).astype(np.int32)
        return draw.normal(size=shape).astype(np.float32)


SEQUENCES = ((8, 16, 32), (32, 32, 64), (64, 64, 128))
IMAGES = ((4, 16, 16, 8), (16, 28, 28, 32), (32, 32, 32, 64))
ROWS = ((32, 64), (256, 256), (1024, 512))

TASKS = {
    task.name: task
    for task in (
        LayerTask("dense", ROWS, lambda keras, shape: keras.layers.Dense(shape[-1])),
        LayerTask("embedding", ((32, 16), (128, 32), (256, 128)), lambda keras, shape: keras.layers.Embedding(5000, 64),
                  integers=5000),
        LayerTask("conv2d nhwc", IMAGES, lambda keras, shape: keras.layers.Conv2D(
            shape[-1], 3, padding="same", data_format="channels_last")),
        LayerTask("conv2d nchw", tuple((b, c, h, w) for b, h, w, c in IMAGES), lambda keras, shape: keras.layers.Conv2D(
            shape[1], 3, padding="same", data_format="channels_first")),
        LayerTask("batch norm", IMAGES, lambda keras, shape: keras.layers.BatchNormalization(), training=True),
        LayerTask("layer norm", SEQUENCES, lambda keras, shape: keras.layers.LayerNormalization()),
        LayerTask("lstm", SEQUENCES, lambda keras, shape: keras.layers.LSTM(shape[-1], return_sequences=True)),
        LayerTask("gru", SEQUENCES, lambda keras, shape: keras.layers.GRU(shape[-1], return_sequences=True)),
        LayerTask("bidirectional", SEQUENCES, lambda keras, shape: keras.layers.Bidirectional(
            keras.layers.LSTM(shape[-1], return_sequences=True))),
        LayerTask("attention", SEQUENCES, lambda keras, shape: keras.layers.MultiHeadAttention(4, shape[-1] // 4),
                  twice=True),
    )
}  # fmt: skip


def native_torch(task, shape):
    """`(module, function of its input)`: torch's own layer."""
    import torch

    nn, width = torch.nn, shape[-1]
    if task.name == "dense":
        module = nn.Linear(width, width)
    elif task.name == "embedding":
        module = nn.Embedding(5000, 64)
    elif task.name.startswith("conv2d"):
        channels = shape[1] if task.name.endswith("nchw") else width
        module = nn.Conv2d(channels, channels, 3, padding="same")
        if task.name.endswith("nhwc"):
            return module, lambda x: module(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    elif task.name == "batch norm":
        module = nn.BatchNorm2d(width)
        return module, lambda x: module(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    elif task.name == "layer norm":
        module = nn.LayerNorm(width)
    elif task.name in ("lstm", "bidirectional"):
        module = nn.LSTM(width, width, batch_first=True, bidirectional=task.name == "bidirectional")
        return module, lambda x: module(x)[0]
    elif task.name == "gru":
        module = nn.GRU(width, width, batch_first=True)
        return module, lambda x: module(x)[0]
    else:
        module = nn.MultiheadAttention(width, 4, batch_first=True)
        return module, lambda x: module(x, x, x, need_weights=False)[0]
    return module, module


def native_jax(task, shape):
    """`(parameters, function of parameters and input)`, written by hand in jax.numpy."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    draw, width = np.random.default_rng(1), shape[-1]

    def normal(*sizes):
        return jnp.asarray(draw.normal(size=sizes).astype(np.float32) * 0.05)

    if task.name == "dense":
        return [normal(width, width), normal(width)], lambda p, x: x @ p[0] + p[1]
    if task.name == "embedding":
        return [normal(5000, 64)], lambda p, x: p[0][x]
    if task.name.startswith("conv2d"):
        layout = ("NCHW", "HWIO", "NCHW") if task.name.endswith("nchw") else ("NHWC", "HWIO", "NHWC")
        channels = shape[1] if task.name.endswith("nchw") else width
        bias_shape = (channels, 1, 1) if task.name.endswith("nchw") else (channels,)
        return [normal(3, 3, channels, channels), normal(*bias_shape)], lambda p, x: lax.conv_general_dilated(
            x, p[0], (1, 1), "SAME", dimension_numbers=layout) + p[1]  # fmt: skip
    if task.name in ("batch norm", "layer norm"):
        axes = (0, 1, 2) if task.name == "batch norm" else (-1,)

        def norm(p, x):
            mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
            return (x - mean) * lax.rsqrt(variance + 1e-3) * p[0] + p[1]

        return [normal(width), normal(width)], norm
    if task.name in ("lstm", "bidirectional", "gru"):
        gates = 3 if task.name == "gru" else 4
        weights = [normal(width, gates * width), normal(width, gates * width), normal(gates * width)]

        def run(k, r, b, x, cell, states):
            def step(carry, now):
                carry = cell(carry, now, r)
                return carry, carry[0]

            return jnp.swapaxes(lax.scan(step, states, jnp.swapaxes(x @ k + b, 0, 1))[1], 0, 1)

        def lstm_cell(carry, now, r):
            h, c = carry
            i, f, g, o = jnp.split(now + h @ r, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return jax.nn.sigmoid(o) * jnp.tanh(c), c

        def gru_cell(carry, now, r):
            (h,) = carry
            z, q, n = jnp.split(now, 3, -1)
            rz, rq, rn = jnp.split(h @ r, 3, -1)
            z = jax.nn.sigmoid(z + rz)
            return (z * h + (1 - z) * jnp.tanh(n + jax.nn.sigmoid(q + rq) * rn),)

        zeros = jnp.zeros((shape[0], width))
        if task.name == "gru":
            return weights, lambda p, x: run(*p, x, gru_cell, (zeros,))
        if task.name == "lstm":
            return weights, lambda p, x: run(*p, x, lstm_cell, (zeros, zeros))
        more = [normal(*weight.shape) for weight in weights]
        return weights + more, lambda p, x: jnp.concatenate([
            run(*p[:3], x, lstm_cell, (zeros, zeros)),
            jnp.flip(run(*p[3:], jnp.flip(x, 1), lstm_cell, (zeros, zeros)), 1)], -1)  # fmt: skip

    def attention(p, x):
        q, k, v = (jnp.einsum("btd,dhe->bthe", x, p[i]) for i in range(3))
        return jnp.einsum("bthe,hed->btd", jax.nn.dot_product_attention(q, k, v), p[3])

    head = width // 4
    return [
        normal(width, 4, head),
        normal(width, 4, head),
        normal(width, 4, head),
        normal(4, head, width),
    ], attention


def native_tensorflow(task, shape):
    """`(variables, function of the input)` in TensorFlow's own functions; None where it has no fused or obvious form."""
    import tensorflow as tf

    draw, width = np.random.default_rng(1), shape[-1]

    def variable(*sizes):
        return tf.Variable(draw.normal(size=sizes).astype(np.float32) * 0.05)

    if task.name == "dense":
        k, b = variable(width, width), variable(width)
        return [k, b], lambda x: tf.nn.bias_add(tf.matmul(x, k), b)
    if task.name == "embedding":
        table = variable(5000, 64)
        return [table], lambda x: tf.nn.embedding_lookup(table, x)
    if task.name == "conv2d nhwc":
        k, b = variable(3, 3, width, width), variable(width)
        return [k, b], lambda x: tf.nn.bias_add(tf.nn.conv2d(x, k, 1, "SAME"), b)
    if task.name == "batch norm":
        g, b = variable(width), variable(width)
        return [g, b], lambda x: tf.compat.v1.nn.fused_batch_norm(x, g, b, epsilon=1e-3)[0]
    if task.name == "layer norm":
        g, b = variable(width), variable(width)

        def norm(x):
            mean, variance = tf.nn.moments(x, -1, keepdims=True)
            return tf.nn.batch_normalization(x, mean, variance, b, g, 1e-3)

        return [g, b], norm
    return None
