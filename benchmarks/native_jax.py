"""The four models as a person would write them in JAX: a jitted step with donated state, optax.adam."""

from __future__ import annotations

import itertools
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from benchmarks import tasks


def _dense(rng, inputs, outputs):
    limit = (6 / (inputs + outputs)) ** 0.5
    w = rng.uniform(-limit, limit, (inputs, outputs))
    return {"w": jnp.asarray(w, "float32"), "b": jnp.zeros(outputs)}


def _apply(p, x):
    return x @ p["w"] + p["b"]


def _mlp_init(rng):
    sizes = (64, 128, 128, 128, tasks.CLASSES)
    return [_dense(rng, a, b) for a, b in itertools.pairwise(sizes)]


def _mlp(params, x):
    for p in params[:-1]:
        x = jax.nn.relu(_apply(p, x))
    return _apply(params[-1], x)


def _cnn_init(rng):
    def kernel(inputs, outputs):
        limit = (6 / (9 * (inputs + outputs))) ** 0.5
        w = rng.uniform(-limit, limit, (3, 3, inputs, outputs))
        return {"w": jnp.asarray(w, "float32"), "b": jnp.zeros(outputs)}

    return [kernel(1, 32), kernel(32, 64), _dense(rng, 64 * 5 * 5, tasks.CLASSES)]


def _cnn(params, x):
    for p in params[:-1]:
        x = lax.conv_general_dilated(x, p["w"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = jax.nn.relu(x + p["b"])
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    return _apply(params[-1], x.reshape(x.shape[0], -1))


def _lstm_init(rng):
    def cell(inputs):
        return {
            "x": _dense(rng, inputs, 4 * tasks.UNITS),
            "h": _dense(rng, tasks.UNITS, 4 * tasks.UNITS)["w"],
        }

    return {"cells": [cell(16), cell(tasks.UNITS)], "head": _dense(rng, tasks.UNITS, tasks.CLASSES)}


def _lstm(params, x):
    x = x.swapaxes(0, 1)  # (time, batch, features)
    for p in params["cells"]:

        def step(carry, drive, p=p):
            h, c = carry
            i, f, g, o = jnp.split(drive + h @ p["h"], 4, axis=-1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        zeros = jnp.zeros((x.shape[1], tasks.UNITS))
        _, x = lax.scan(step, (zeros, zeros), _apply(p["x"], x))
    return _apply(params["head"], x[-1])


def _transformer_init(rng):
    width = tasks.WIDTH

    def block():
        return {
            "qkv": _dense(rng, width, 3 * width), "out": _dense(rng, width, width),
            "inner": _dense(rng, width, tasks.FEED_FORWARD), "outer": _dense(rng, tasks.FEED_FORWARD, width),
            "norm1": {"w": jnp.ones(width), "b": jnp.zeros(width)},
            "norm2": {"w": jnp.ones(width), "b": jnp.zeros(width)},
        }  # fmt: skip

    table = jnp.asarray(rng.uniform(-0.05, 0.05, (tasks.VOCABULARY, width)), "float32")
    return {
        "table": table,
        "blocks": [block() for _ in range(tasks.BLOCKS)],
        "head": _dense(rng, width, tasks.CLASSES),
    }


def _norm(p, x):
    x = x - x.mean(-1, keepdims=True)
    return x * lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-3) * p["w"] + p["b"]


def _transformer(params, x):
    x = params["table"][x]
    for p in params["blocks"]:
        q, k, v = jnp.split(_apply(p["qkv"], x).reshape(*x.shape[:2], 3 * tasks.HEADS, -1), 3, axis=2)
        mixed = jax.nn.dot_product_attention(q, k, v).reshape(x.shape)
        x = _norm(p["norm1"], x + _apply(p["out"], mixed))
        x = _norm(p["norm2"], x + _apply(p["outer"], jax.nn.relu(_apply(p["inner"], x))))
    return _apply(params["head"], x.mean(axis=1))


_MODELS = {
    "mlp": (_mlp_init, _mlp), "cnn": (_cnn_init, _cnn),
    "lstm": (_lstm_init, _lstm), "transformer": (_transformer_init, _transformer),
}  # fmt: skip


class Native:
    """A model with its training loop."""

    def __init__(self, task):
        self.task = task
        init, forward = _MODELS[task.name]
        self.params = init(np.random.default_rng(0))
        optimizer = optax.adam(1e-3)
        self.state = optimizer.init(self.params)
        self.forward = jax.jit(forward)

        def loss_of(params, x, y):
            logits = forward(params, x)
            return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean(), logits

        @partial(jax.jit, donate_argnums=(0, 1, 2))
        def step(params, state, sums, x, y):
            (loss, logits), gradients = jax.value_and_grad(loss_of, has_aux=True)(params, x, y)
            updates, state = optimizer.update(gradients, state)
            sums = (sums[0] + loss, sums[1] + (logits.argmax(-1) == y).sum())
            return optax.apply_updates(params, updates), state, sums

        self.step = step

    def fit(self, x, y):
        """One epoch, shuffled; the mean loss and accuracy."""
        batch, step, params, state = self.task.batch, self.step, self.params, self.state
        order = np.random.permutation(len(x))
        sums = (jnp.zeros(()), jnp.zeros((), "int32"))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            params, state, sums = step(params, state, sums, x[rows], y[rows])
        self.params, self.state = params, state
        return float(sums[0]) * batch / len(x), int(sums[1]) / len(x)

    def predict(self, x):
        batch, params = self.task.batch, self.params
        outputs = [self.forward(params, x[start : start + batch]) for start in range(0, len(x), batch)]
        return np.concatenate([np.asarray(each) for each in outputs])

    def caller(self, x):
        """A function that calls the compiled forward pass on one batch, already on the device.

        It reads the parameters late: `fit` donates those that it was given.
        """
        forward, x = self.forward, jnp.asarray(x)
        return lambda: forward(self.params, x).block_until_ready()


def forget():
    """Drop everything compiled, so that the next model compiles as the first one did."""
    jax.clear_caches()
