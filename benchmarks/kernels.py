"""Fused kernels against what they stand for, in one process, arms interleaved: `python benchmarks/kernels.py [engine]`.

Prints the least wall milliseconds of forward and backward together, and the ratio ours / plain.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.ops._linear import linear
from tricorn.ops._rnn import lstm

_random = np.random.default_rng(0)


def normal(*shape, scale=0.1):
    return (_random.normal(size=shape) * scale).astype(np.float32)


IMAGE, FILTER = normal(64, 26, 26, 32, scale=1), normal(3, 3, 32, 64)
SEQUENCE, STATE = normal(32, 32, 64, scale=1), np.zeros((32, 64), np.float32)
WEIGHTS = (normal(64, 256), normal(64, 256), normal(256))
QUERY = normal(16, 64, 4, 16, scale=1)
ROWS, GAMMA, BETA = normal(1024, 64, scale=1), normal(64), normal(64)
LABELS = np.arange(1024, dtype=np.int64) % 64


def arms_jax():
    import jax
    import jax.numpy as jnp
    from jax import lax

    def native_pool(x):
        return lax.reduce_window(x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "SAME")

    def native_lstm(x, k, r, b):
        def step(state, now):
            h, c = state
            i, f, g, o = jnp.split(now @ k + h @ r + b, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        return jnp.swapaxes(lax.scan(step, (STATE, STATE), jnp.swapaxes(x, 0, 1))[1], 0, 1)

    yield "max_pool 3x3/2", lambda x: ops.max_pool(x, 3, 2, "same"), native_pool, (IMAGE,)
    yield (
        "lstm 32x64",
        lambda x, k, r, b: lstm(x, STATE, STATE, k, r, b)[0],
        native_lstm,
        (SEQUENCE, *WEIGHTS),
    )
    yield "attention", lambda q: ops.dot_product_attention(q, q, q), lambda q: jax.nn.dot_product_attention(q, q, q), (
        QUERY,)  # fmt: skip


def arms_torch():
    import torch
    import torch.nn.functional as F

    module = torch.nn.LSTM(64, 64, batch_first=True)
    kernel = torch.tensor(np.ascontiguousarray(FILTER.transpose(3, 0, 1, 2)))  # OHWI, as the backend keeps it

    def contiguous_conv(x, w):
        return F.conv2d(x.permute(0, 3, 1, 2).contiguous(), w.permute(0, 3, 1, 2).contiguous()).permute(
            0, 2, 3, 1
        )

    def contiguous_pool(x):
        return F.max_pool2d(x.permute(0, 3, 1, 2).contiguous(), 3, 2, 1).permute(0, 2, 3, 1)

    def plain_norm(x, g, b):
        return (x - x.mean(-1, keepdim=True)) * torch.rsqrt(
            x.var(-1, keepdim=True, correction=0) + 1e-3
        ) * g + b

    yield (
        "conv 3x3",
        lambda x, w: ops.conv(x, w.permute(1, 2, 3, 0)),
        contiguous_conv,
        (IMAGE, kernel.numpy()),
    )
    yield "max_pool 3x3/2", lambda x: ops.max_pool(x, 3, 2, "same"), contiguous_pool, (IMAGE,)
    yield "lstm 32x64", lambda x, k, r, b: lstm(x, torch.zeros(32, 64), torch.zeros(32, 64), k, r, b)[0], (
        lambda x, *_: module(x)[0]), (SEQUENCE, *WEIGHTS)  # fmt: skip
    yield (
        "layer_norm",
        lambda x, g, b: ops.layer_normalization(x, g, b, epsilon=1e-3),
        plain_norm,
        (ROWS, GAMMA, BETA),
    )
    yield "linear", linear, lambda x, k, b: x @ k + b, (ROWS, *(WEIGHTS[0], WEIGHTS[2]))
    yield "cross-entropy", lambda x: ops.sparse_categorical_crossentropy(torch.from_numpy(LABELS), x, True), (
        lambda x: -torch.log_softmax(x, -1).gather(1, torch.from_numpy(LABELS)[:, None])[:, 0]), (ROWS,)  # fmt: skip


def arms_tensorflow():
    import tensorflow as tf

    def unrolled(x, k, r, b):
        h = c = tf.constant(STATE)
        outputs = []
        for now in tf.unstack(x, axis=1):
            i, f, g, o = tf.split(tf.matmul(now, k) + tf.matmul(h, r) + b, 4, -1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
            outputs.append(h)
        return tf.stack(outputs, 1)

    yield "lstm 32x64", lambda x, k, r, b: lstm(x, STATE, STATE, k, r, b)[0], unrolled, (SEQUENCE, *WEIGHTS)
    yield "cross-entropy", lambda x: ops.sparse_categorical_crossentropy(LABELS, x, True), (
        lambda x: -tf.gather(tf.nn.log_softmax(x), LABELS, axis=1, batch_dims=1)), (ROWS,)  # fmt: skip


def differentiated(engine, function, arrays):
    """A call that computes the value and all gradients, compiled where the engine compiles."""
    if engine == "jax":
        import jax

        call = jax.jit(jax.value_and_grad(lambda *a: function(*a).sum(), tuple(range(len(arrays)))))
        tensors = [jax.numpy.asarray(array) for array in arrays]
        return lambda: jax.block_until_ready(call(*tensors))
    if engine == "torch":
        import torch

        tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
        return lambda: torch.autograd.grad(function(*tensors).sum(), tensors, allow_unused=True)
    import tensorflow as tf

    tensors = [tf.constant(array) for array in arrays]

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            loss = tf.reduce_sum(function(*tensors))
        return loss, tape.gradient(loss, tensors)

    return step


def measure(calls, rounds=12, repeats=3):
    best = [float("inf")] * len(calls)
    for call in calls:
        call()
    for _ in range(rounds):
        for index, call in enumerate(calls):
            start = time.perf_counter()
            for _ in range(repeats):
                call()
            best[index] = min(best[index], (time.perf_counter() - start) / repeats * 1e3)
    return best


def main(engines):
    print(f"{'engine':<11}{'kernel':<18}{'ours ms':>9}{'plain ms':>9}{'ratio':>7}")
    for engine in engines:
        with backend_scope(engine):
            for name, ours, plain, arrays in globals()[f"arms_{engine}"]():
                a, b = measure([differentiated(engine, function, arrays) for function in (ours, plain)])
                print(f"{engine:<11}{name:<18}{a:9.3f}{b:9.3f}{a / b:7.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ("jax", "torch", "tensorflow"))
