"""The four models as a person would write them in TensorFlow: one tf.function step, the fused Adam kernel."""

from __future__ import annotations

import itertools

import numpy as np
import tensorflow as tf

from benchmarks import tasks


class _Weights:
    """Makes variables and keeps them in a list."""

    def __init__(self):
        self.all = []

    def make(self, *shape, fan=None):
        limit = (6 / (fan or sum(shape))) ** 0.5
        self.all.append(tf.Variable(tf.random.uniform(shape, -limit, limit)))
        return self.all[-1]

    def constant(self, size, value=0.0):
        self.all.append(tf.Variable(tf.fill([size], value)))
        return self.all[-1]

    def dense(self, inputs, outputs):
        w, b = self.make(inputs, outputs), self.constant(outputs)
        # matmul of rank 3 by rank 2 is several times slower than tensordot
        return lambda x: tf.nn.bias_add(tf.tensordot(x, w, 1), b)


def _mlp(weights):
    sizes = (64, 128, 128, 128, tasks.CLASSES)
    layers = [weights.dense(a, b) for a, b in itertools.pairwise(sizes)]

    def forward(x):
        for layer in layers[:-1]:
            x = tf.nn.relu(layer(x))
        return layers[-1](x)

    return forward


def _cnn(weights):
    kernels = [
        (weights.make(3, 3, inputs, outputs, fan=9 * (inputs + outputs)), weights.constant(outputs))
        for inputs, outputs in ((1, 32), (32, 64))
    ]
    head = weights.dense(64 * 5 * 5, tasks.CLASSES)

    def forward(x):
        for w, b in kernels:
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, w, 1, "VALID"), b))
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return head(tf.reshape(x, (-1, 64 * 5 * 5)))

    return forward


def _lstm(weights):
    cells = [
        (weights.dense(inputs, 4 * tasks.UNITS), weights.make(tasks.UNITS, 4 * tasks.UNITS))
        for inputs in (16, tasks.UNITS)
    ]
    head = weights.dense(tasks.UNITS, tasks.CLASSES)

    def run(drive, recurrent, rows):  # drive: (time, batch, 4 units)
        steps = tf.shape(drive)[0]
        # Read from an array: the gradient of drive[t] would be quadratic in time.
        inputs = tf.TensorArray("float32", steps).unstack(drive)

        def body(t, h, c, outputs):
            i, f, g, o = tf.split(inputs.read(t) + h @ recurrent, 4, axis=-1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
            return t + 1, h, c, outputs.write(t, h)

        zeros = tf.zeros((rows, tasks.UNITS))
        outputs = tf.TensorArray("float32", steps)
        return tf.while_loop(lambda t, *_: t < steps, body, (0, zeros, zeros, outputs))[3].stack()

    def forward(x):
        rows = tf.shape(x)[0]
        x = tf.transpose(x, (1, 0, 2))
        for drive, recurrent in cells:
            x = run(drive(x), recurrent, rows)
        return head(x[-1])

    return forward


def _transformer(weights):
    width, heads = tasks.WIDTH, tasks.HEADS
    table = weights.make(tasks.VOCABULARY, width)
    blocks = [
        {
            "qkv": weights.dense(width, 3 * width), "out": weights.dense(width, width),
            "inner": weights.dense(width, tasks.FEED_FORWARD), "outer": weights.dense(tasks.FEED_FORWARD, width),
            "norm1": (weights.constant(width, 1.0), weights.constant(width)),
            "norm2": (weights.constant(width, 1.0), weights.constant(width)),
        }
        for _ in range(tasks.BLOCKS)
    ]  # fmt: skip
    head = weights.dense(width, tasks.CLASSES)

    def norm(parameters, x):
        x = x - tf.reduce_mean(x, -1, keepdims=True)
        scale = tf.math.rsqrt(tf.reduce_mean(x * x, -1, keepdims=True) + 1e-3)
        return x * scale * parameters[0] + parameters[1]

    def attend(block, x):
        split = tf.reshape(block["qkv"](x), (-1, tasks.TOKENS, 3, heads, width // heads))
        q, k, v = tf.unstack(tf.transpose(split, (2, 0, 3, 1, 4)))  # (batch, heads, tokens, width / heads)
        weight = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * (width // heads) ** -0.5)
        return block["out"](tf.reshape(tf.transpose(weight @ v, (0, 2, 1, 3)), (-1, tasks.TOKENS, width)))

    def forward(x):
        x = tf.gather(table, x)
        for block in blocks:
            x = norm(block["norm1"], x + attend(block, x))
            x = norm(block["norm2"], x + block["outer"](tf.nn.relu(block["inner"](x))))
        return head(tf.reduce_mean(x, 1))

    return forward


_MODELS = {"mlp": _mlp, "cnn": _cnn, "lstm": _lstm, "transformer": _transformer}


class Native:
    """A model with its training loop."""

    def __init__(self, task):
        self.task = task
        weights = _Weights()
        forward = _MODELS[task.name](weights)
        variables = weights.all
        moments = [(tf.Variable(tf.zeros_like(v)), tf.Variable(tf.zeros_like(v))) for v in variables]
        powers = tf.Variable(0.9), tf.Variable(0.999)
        self.sums = tf.Variable(0.0), tf.Variable(0.0)
        total, right = self.sums

        @tf.function
        def step(x, y):
            with tf.GradientTape() as tape:
                logits = forward(x)
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
            for v, (m, s), g in zip(variables, moments, tape.gradient(loss, variables), strict=True):
                tf.raw_ops.ResourceApplyAdam(
                    var=v.handle, m=m.handle, v=s.handle, beta1_power=powers[0], beta2_power=powers[1],
                    lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7, grad=tf.convert_to_tensor(g),
                )  # fmt: skip
            powers[0].assign(powers[0] * 0.9)
            powers[1].assign(powers[1] * 0.999)
            total.assign_add(loss)
            right.assign_add(tf.reduce_sum(tf.cast(tf.equal(tf.argmax(logits, -1, "int32"), y), "float32")))

        signature = tf.TensorSpec((None, *task.shape), "int32" if task.name == "transformer" else "float32")
        self.step, self.forward = step, tf.function(forward, input_signature=[signature])
        self.keep = variables, moments, powers

    def fit(self, x, y):
        """One epoch, shuffled; the mean loss and accuracy."""
        batch, step = self.task.batch, self.step
        for each in self.sums:
            each.assign(0.0)
        order = np.random.permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            step(tf.convert_to_tensor(x[rows]), tf.convert_to_tensor(y[rows]))
        return float(self.sums[0].numpy()) * batch / len(x), float(self.sums[1].numpy()) / len(x)

    def predict(self, x):
        batch = self.task.batch
        outputs = [self.forward(tf.convert_to_tensor(x[i : i + batch])) for i in range(0, len(x), batch)]
        return np.concatenate([each.numpy() for each in outputs])

    def caller(self, x):
        """A function that calls the traced forward pass on one batch, already a tensor."""
        x = tf.convert_to_tensor(x)
        return lambda: self.forward(x)


def forget():
    """Traced functions belong to their model: nothing to drop."""
