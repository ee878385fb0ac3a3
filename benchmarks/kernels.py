"""What fused kernels gain, in one process, arms interleaved: `python -m benchmarks.kernels [engine ...]`.

For each kernel the least wall milliseconds of forward and backward together, and two ratios: fused / composite (the same
written in small ops of Tricorn) and fused / native (what a user of the engine alone would write). A kernel that has no
gain over the composite has no reason to be there.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.ops._linear import embedding_lookup, linear
from tricorn.ops._norm import group_normalization
from tricorn.ops._rnn import gru, lstm, rnn

_random = np.random.default_rng(0)


def normal(*shape, scale=0.1):
    return (_random.normal(size=shape) * scale).astype(np.float32)


IMAGE, FILTER = normal(32, 26, 26, 32, scale=1), normal(3, 3, 32, 64)
SEQUENCE, STATE = normal(32, 32, 64, scale=1), np.zeros((32, 64), np.float32)
LSTM_WEIGHTS = (normal(64, 256), normal(64, 256), normal(256))
GRU_WEIGHTS = (normal(64, 192), normal(64, 192), normal(2, 192))
QUERY = normal(16, 64, 4, 16, scale=1)
ROWS, GAMMA, BETA = normal(1024, 64, scale=1), normal(64), normal(64)
CHANNELS_LAST, CHANNELS_FIRST = normal(16, 16, 16, 32, scale=1), normal(16, 32, 16, 16, scale=1)
LABELS = np.arange(1024, dtype=np.int64) % 64
TABLE, IDS = normal(1000, 64), (np.arange(2048, dtype=np.int32) * 37 % 1000).reshape(32, 64)

INPUTS = {
    "softmax": (ROWS,),
    "log_softmax": (ROWS,),
    "layer_norm": (ROWS, GAMMA, BETA),
    "group_norm": (CHANNELS_LAST, GAMMA[:32], BETA[:32]),
    "group_norm first": (CHANNELS_FIRST, GAMMA[:32], BETA[:32]),
    "attention": (QUERY,),
    "embedding": (TABLE,),
    "conv 3x3": (IMAGE, FILTER),
    "max_pool 3x3/2": (IMAGE,),
    "linear": (ROWS, LSTM_WEIGHTS[0], LSTM_WEIGHTS[2]),
    "cross-entropy": (ROWS,),
    "lstm 32x64": (SEQUENCE, *LSTM_WEIGHTS),
    "gru 32x64": (SEQUENCE, *GRU_WEIGHTS),
}

FUSED = {
    "softmax": lambda x: ops.square(ops.softmax(x)),
    "log_softmax": lambda x: ops.square(ops.log_softmax(x)),
    "layer_norm": lambda x, g, b: ops.square(ops.layer_normalization(x, g, b, epsilon=1e-3)),
    "group_norm": lambda x, g, b: ops.square(group_normalization(x, g, b, 8, 3, 1e-3)),
    "group_norm first": lambda x, g, b: ops.square(group_normalization(x, g, b, 8, 1, 1e-3)),
    "attention": lambda q: ops.dot_product_attention(q, q, q),
    "embedding": lambda table: ops.square(embedding_lookup(table, ops.convert_to_tensor(IDS))),
    "conv 3x3": lambda x, w: ops.conv(x, w),
    "max_pool 3x3/2": lambda x: ops.max_pool(x, 3, 2, "same"),
    "linear": lambda x, k, b: linear(x, k, b),
    "cross-entropy": lambda x: ops.sparse_categorical_crossentropy(ops.convert_to_tensor(LABELS), x, True),
    "lstm 32x64": lambda x, k, r, b: lstm(x, _state(), _state(), k, r, b)[0],
    "gru 32x64": lambda x, k, r, b: gru(x, _state(), k, r, b)[0],
}


def _state():
    return ops.convert_to_tensor(STATE)


# --- the same in small ops -------------------------------------------------------------------------
def small_softmax(x):
    powers = ops.exp(x - ops.max(x, -1, True))
    return powers / ops.sum(powers, -1, True)


def small_log_softmax(x):
    shifted = x - ops.max(x, -1, True)
    return shifted - ops.log(ops.sum(ops.exp(shifted), -1, True))


def small_layer_norm(x, gamma, beta):
    centred = x - ops.mean(x, -1, True)
    return centred * ops.rsqrt(ops.mean(ops.square(centred), -1, True) + 1e-3) * gamma + beta


def small_group_norm(x, gamma, beta):
    batch, height, width, channels = x.shape
    groups = ops.reshape(x, (batch, height * width, 8, channels // 8))
    centred = groups - ops.mean(groups, (1, 3), True)
    y = centred * ops.rsqrt(ops.mean(ops.square(centred), (1, 3), True) + 1e-3)
    return ops.reshape(y, x.shape) * gamma + beta


def small_group_norm_first(x, gamma, beta):
    batch, channels = x.shape[:2]
    groups = ops.reshape(x, (batch, 8, -1))
    centred = groups - ops.mean(groups, -1, True)
    y = ops.reshape(centred * ops.rsqrt(ops.mean(ops.square(centred), -1, True) + 1e-3), x.shape)
    return y * ops.reshape(gamma, (channels, 1, 1)) + ops.reshape(beta, (channels, 1, 1))


def small_attention(q):
    heads = ops.transpose(q, (0, 2, 1, 3))
    weights = small_softmax(ops.matmul(heads, ops.swapaxes(heads, 2, 3)) * 0.25)
    return ops.transpose(ops.matmul(weights, heads), (0, 2, 1, 3))


def small_conv(x, w):
    size = x.shape[1] - 2
    places = [(i, j) for i in range(3) for j in range(3)]
    return sum(ops.matmul(x[:, i : i + size, j : j + size], w[i, j]) for i, j in places)


def small_max_pool(x):
    x = ops.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0)), constant_values=-np.inf)
    result = None
    for i in range(3):
        for j in range(3):
            part = x[:, i : i + 25 : 2, j : j + 25 : 2]
            result = part if result is None else ops.maximum(result, part)
    return result


def small_cross_entropy(x):
    logs = small_log_softmax(x)
    return -ops.take_along_axis(logs, ops.convert_to_tensor(LABELS)[:, None], 1)[:, 0]


def small_lstm(x, k, r, b):
    def step(now, states):
        h, c = states
        i, f, g, o = ops.split(ops.matmul(now, k) + ops.matmul(h, r) + b, 4, -1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

    return rnn(step, x, [_state(), _state()])[1]


def small_gru(x, k, r, b):
    def step(now, states):
        (h,) = states
        xz, xr, xn = ops.split(ops.matmul(now, k) + b[0], 3, -1)
        hz, hr, hn = ops.split(ops.matmul(h, r) + b[1], 3, -1)
        z = ops.sigmoid(xz + hz)
        h = z * h + (1 - z) * ops.tanh(xn + ops.sigmoid(xr + hr) * hn)
        return h, [h]

    return rnn(step, x, [_state()])[1]


COMPOSITE = {
    "softmax": lambda x: ops.square(small_softmax(x)),
    "log_softmax": lambda x: ops.square(small_log_softmax(x)),
    "layer_norm": lambda x, g, b: ops.square(small_layer_norm(x, g, b)),
    "group_norm": lambda x, g, b: ops.square(small_group_norm(x, g, b)),
    "group_norm first": lambda x, g, b: ops.square(small_group_norm_first(x, g, b)),
    "attention": small_attention,
    "embedding": lambda table: ops.square(ops.take(table, ops.convert_to_tensor(IDS), 0)),
    "conv 3x3": small_conv,
    "max_pool 3x3/2": small_max_pool,
    "linear": lambda x, k, b: ops.matmul(x, k) + b,
    "cross-entropy": small_cross_entropy,
    "lstm 32x64": small_lstm,
    "gru 32x64": small_gru,
}


# --- what a user of the engine alone would write ---------------------------------------------------
def native_jax():
    import jax
    import jax.numpy as jnp
    from jax import lax

    def layer_norm(x, g, b):
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) * lax.rsqrt(variance + 1e-3) * g + b

    def group_norm(x, g, b):
        groups = x.reshape(*x.shape[:3], 8, -1)
        mean, variance = groups.mean((1, 2, 4), keepdims=True), groups.var((1, 2, 4), keepdims=True)
        return ((groups - mean) * lax.rsqrt(variance + 1e-3)).reshape(x.shape) * g + b

    def group_norm_first(x, g, b):
        groups = x.reshape(x.shape[0], 8, -1)
        mean, variance = groups.mean(-1, keepdims=True), groups.var(-1, keepdims=True)
        y = ((groups - mean) * lax.rsqrt(variance + 1e-3)).reshape(x.shape)
        return y * g[:, None, None] + b[:, None, None]

    def run_lstm(x, k, r, b):
        def step(state, now):
            h, c = state
            i, f, g, o = jnp.split(now @ k + h @ r + b, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        return lax.scan(step, (STATE, STATE), jnp.swapaxes(x, 0, 1))[1]

    def run_gru(x, k, r, b):
        def step(h, now):
            xz, xr, xn = jnp.split(now @ k + b[0], 3, -1)
            hz, hr, hn = jnp.split(h @ r + b[1], 3, -1)
            z = jax.nn.sigmoid(xz + hz)
            h = z * h + (1 - z) * jnp.tanh(xn + jax.nn.sigmoid(xr + hr) * hn)
            return h, h

        return lax.scan(step, STATE, jnp.swapaxes(x, 0, 1))[1]

    numbers = ("NHWC", "HWIO", "NHWC")
    return {
        "softmax": lambda x: jax.nn.softmax(x) ** 2,
        "log_softmax": lambda x: jax.nn.log_softmax(x) ** 2,
        "layer_norm": lambda x, g, b: layer_norm(x, g, b) ** 2,
        "group_norm": lambda x, g, b: group_norm(x, g, b) ** 2,
        "group_norm first": lambda x, g, b: group_norm_first(x, g, b) ** 2,
        "attention": lambda q: jax.nn.dot_product_attention(q, q, q),
        "embedding": lambda table: jnp.take(table, IDS, 0) ** 2,
        "conv 3x3": lambda x, w: lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=numbers),
        "max_pool 3x3/2": lambda x: lax.reduce_window(
            x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "SAME"
        ),
        "linear": lambda x, k, b: x @ k + b,
        "cross-entropy": lambda x: -jnp.take_along_axis(jax.nn.log_softmax(x), LABELS[:, None], 1),
        "lstm 32x64": run_lstm,
        "gru 32x64": run_gru,
    }


def native_torch():
    import torch
    import torch.nn.functional as F

    recurrent = {name: getattr(torch.nn, name)(64, 64, batch_first=True) for name in ("LSTM", "GRU")}
    ids, labels = torch.from_numpy(IDS), torch.from_numpy(LABELS)

    def attention(q):
        heads = q.transpose(1, 2)
        return F.scaled_dot_product_attention(heads, heads, heads).transpose(1, 2)

    def of_module(name):
        """Gradients of the inputs and of the module's own weights, as many as the others have."""

        def run(x, *_weights):
            return recurrent[name](x)[0]

        return run

    return {
        "softmax": lambda x: F.softmax(x, -1) ** 2,
        "log_softmax": lambda x: F.log_softmax(x, -1) ** 2,
        "layer_norm": lambda x, g, b: F.layer_norm(x, (64,), g, b, 1e-3) ** 2,
        "group_norm": lambda x, g, b: F.group_norm(x.permute(0, 3, 1, 2), 8, g, b, 1e-3) ** 2,
        "group_norm first": lambda x, g, b: F.group_norm(x, 8, g, b, 1e-3) ** 2,
        "attention": attention,
        "embedding": lambda table: F.embedding(ids, table) ** 2,
        "conv 3x3": lambda x, w: F.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1)),
        "max_pool 3x3/2": lambda x: F.max_pool2d(x.permute(0, 3, 1, 2), 3, 2, 1),
        "linear": lambda x, k, b: torch.addmm(b, x, k),
        "cross-entropy": lambda x: F.cross_entropy(x, labels, reduction="none"),
        "lstm 32x64": of_module("LSTM"),
        "gru 32x64": of_module("GRU"),
    }


def native_tensorflow():
    import tensorflow as tf

    def layer_norm(x, g, b):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, b, g, 1e-3)

    def group_norm(x, g, b):
        groups = tf.reshape(x, (*x.shape[:3], 8, -1))
        mean, variance = tf.nn.moments(groups, [1, 2, 4], keepdims=True)
        return tf.reshape((groups - mean) * tf.math.rsqrt(variance + 1e-3), x.shape) * g + b

    def group_norm_first(x, g, b):
        groups = tf.reshape(x, (x.shape[0], 8, -1))
        mean, variance = tf.nn.moments(groups, [2], keepdims=True)
        y = tf.reshape((groups - mean) * tf.math.rsqrt(variance + 1e-3), x.shape)
        return y * g[:, None, None] + b[:, None, None]

    def attention(q):
        heads = tf.transpose(q, (0, 2, 1, 3))
        weights = tf.nn.softmax(tf.matmul(heads, heads, transpose_b=True) * 0.25)
        return tf.transpose(tf.matmul(weights, heads), (0, 2, 1, 3))

    def run_lstm(x, k, r, b):
        h = c = tf.constant(STATE)
        outputs = []
        for now in tf.unstack(x, axis=1):
            i, f, g, o = tf.split(tf.matmul(now, k) + tf.matmul(h, r) + b, 4, -1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
            outputs.append(h)
        return tf.stack(outputs, 1)

    def run_gru(x, k, r, b):
        h = tf.constant(STATE)
        outputs = []
        for now in tf.unstack(x, axis=1):
            xz, xr, xn = tf.split(tf.matmul(now, k) + b[0], 3, -1)
            hz, hr, hn = tf.split(tf.matmul(h, r) + b[1], 3, -1)
            z = tf.sigmoid(xz + hz)
            h = z * h + (1 - z) * tf.tanh(xn + tf.sigmoid(xr + hr) * hn)
            outputs.append(h)
        return tf.stack(outputs, 1)

    return {
        "softmax": lambda x: tf.nn.softmax(x) ** 2,
        "log_softmax": lambda x: tf.nn.log_softmax(x) ** 2,
        "layer_norm": lambda x, g, b: layer_norm(x, g, b) ** 2,
        "group_norm": lambda x, g, b: group_norm(x, g, b) ** 2,
        "group_norm first": lambda x, g, b: group_norm_first(x, g, b) ** 2,
        "attention": attention,
        "embedding": lambda table: tf.nn.embedding_lookup(table, IDS) ** 2,
        "conv 3x3": lambda x, w: tf.nn.conv2d(x, w, 1, "VALID"),
        "max_pool 3x3/2": lambda x: tf.nn.max_pool2d(x, 3, 2, "SAME"),
        "linear": lambda x, k, b: tf.nn.bias_add(tf.matmul(x, k), b),
        "cross-entropy": lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(LABELS, x),
        "lstm 32x64": run_lstm,
        "gru 32x64": run_gru,
    }


# --- measuring -----------------------------------------------------------------------------------
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

        def run():
            for tensor in tensors:
                tensor.grad = None
            function(*tensors).sum().backward()

        return run
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
    heads = ("fused ms", "composite", "native", "f/comp", "f/native")
    print(f"{'engine':<11}{'kernel':<16}" + "".join(f"{head:>10}" for head in heads))
    for engine in engines:
        with backend_scope(engine):
            native = globals()[f"native_{engine}"]()
            for name, arrays in INPUTS.items():
                arms = (FUSED[name], COMPOSITE[name], native[name])
                a, b, c = measure([differentiated(engine, function, arrays) for function in arms])
                print(
                    f"{engine:<11}{name:<16}{a:10.3f}{b:10.3f}{c:10.3f}{a / b:10.2f}{a / c:10.2f}", flush=True
                )


if __name__ == "__main__":
    main(sys.argv[1:] or ("jax", "torch", "tensorflow"))
