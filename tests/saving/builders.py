"""Models built by the same code here and in the reference, which runs this file's text: `build(keras, name)`."""

import numpy as np


def mlp(K, L, ops):
    i = K.Input((4,))
    return K.Model(i, L.Dense(2)(L.Dense(3, activation="relu", kernel_regularizer="l2")(i)))


def sequential(K, L, ops):
    return K.Sequential([K.Input((4,)), L.Dense(3, activation="gelu"), L.Dense(3), L.Dense(3, name="out")])


def cnn(K, L, ops):
    return K.Sequential([K.Input((8, 8, 3)), L.Conv2D(4, 3, padding="same"), L.BatchNormalization(),
                         L.Activation("relu"), L.MaxPooling2D(), L.Dropout(0.3), L.Flatten(), L.Dense(2)])  # fmt: skip


def lstm(K, L, ops):
    i = K.Input((5, 4))
    return K.Model(i, L.Dense(2)(L.LSTM(4)(i)))


def recurrent(K, L, ops):
    i = K.Input((5, 4))
    x = L.Bidirectional(L.GRU(4, return_sequences=True))(i)
    return K.Model(i, L.RNN([L.LSTMCell(3), L.GRUCell(2)])(L.TimeDistributed(L.Dense(3))(x)))


def transformer(K, L, ops):
    i = K.Input((5,), dtype="int32")
    e = L.Embedding(10, 8)(i)
    x = L.LayerNormalization()(L.Add()([e, L.MultiHeadAttention(2, 4)(e, e)]))
    x = L.Dense(8)(L.Dense(16, activation="gelu")(x)) + x
    return K.Model(i, L.Dense(3, activation="softmax")(L.GlobalAveragePooling1D()(x)))


def masked(K, L, ops):
    i = K.Input((5,), dtype="int32")
    return K.Model(i, L.LSTM(3)(L.Embedding(10, 8, mask_zero=True)(i)))


def nested(K, L, ops):
    j = K.Input((4,))
    inner = K.Sequential([K.Input((4,)), L.Dense(4), L.Dense(3)], name="inner")
    i = K.Input((4,))
    return K.Model(i, inner(K.Model(j, L.Dense(4)(j))(i)))


def nested_twice(K, L, ops):
    j = K.Input((4,))
    f = K.Model(j, L.Dense(4, activation="tanh")(j))
    i = K.Input((4,))
    return K.Model(i, [f(f(i)), L.Dense(4)(f(i))])


def shared(K, L, ops):
    a, b, d = K.Input((4,), name="a"), K.Input((4,), name="b"), L.Dense(3, name="d")
    return K.Model([a, b], [L.Dense(2, name="o")(ops.add(d(a), d(b))), d(a)])


def dicts(K, L, ops):
    a, b = K.Input((4,), name="a"), K.Input((4,), name="b")
    return K.Model(
        {"a": a, "b": b}, {"z": L.Dense(2, name="p")(a), "m": L.Dense(2, name="q")(b), "a": L.Dense(2)(b)}
    )


def branches(K, L, ops):
    """Many layers of one shape: any other order of them is another model."""
    r = np.random.default_rng(5)
    inputs = [K.Input((4,), name=name) for name in "ab"]
    tensors = list(inputs)
    for k in range(20):
        x, y = (tensors[r.integers(0, len(tensors))] for _ in range(2))
        kind = "dense" if r.integers(0, 3) else "op" if k % 2 else "layer"
        made = {
            "dense": lambda x, y: L.Dense(4, activation="tanh")(x),
            "op": ops.add,
            "layer": lambda x, y: L.Add()([x, y]),
        }
        tensors.append(made[kind](x, y))
    return K.Model(inputs, [tensors[-1], tensors[-4], ops.concatenate(tensors[3:15])])


def graph_ops(K, L, ops):
    i = K.Input((4,))
    x = L.Dense(6)(i)
    z = ops.reshape(ops.concatenate([x, x * 2.0 + 1.0], axis=-1), (-1, 3, 4))
    v = ops.matmul(z, ops.transpose(z, (0, 2, 1)))
    s = ops.softmax(ops.relu(ops.clip(ops.mean(v[:, 1:, :2], axis=1, keepdims=True), -1.0, 1.0)), axis=-1)
    p = ops.expand_dims(ops.sum(ops.stack([s, s], axis=1), axis=(1, 2)), 1)
    largest, _ = ops.top_k(x, 2)
    return K.Model(i, [
        ops.cast(ops.where(p > 0.5, p, -p), "float32"), ops.split(x, 3, axis=1)[1], ops.take(x, [1, 0], axis=1),
        ops.einsum("bij,bj->bi", v, ops.max(z, axis=2)), ops.pad(x, ((0, 0), (1, 1))), 1.0 - ops.sqrt(ops.abs(x)),
        largest, x[0], ops.squeeze(p, 1), ops.logical_and(x > 0, x < 1), ops.one_hot(ops.argmax(x, axis=-1), 6),
    ])  # fmt: skip


def low_precision(K, L, ops):
    i = K.Input((4,))
    return K.Model(
        i, L.Dense(2, dtype="float32")(L.Dense(2, dtype="bfloat16")(L.Dense(3, dtype="mixed_bfloat16")(i)))
    )


BUILDERS = {function.__name__: function for function in (
    mlp, sequential, cnn, lstm, recurrent, transformer, masked, nested, nested_twice, shared, dicts, branches,
    graph_ops, low_precision,
)}  # fmt: skip


def build(K, name, seed=1):
    """The model, with weights that follow from the seed."""
    model = BUILDERS[name](K, K.layers, K.ops)
    r = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(r.uniform(0.5, 1, size=weight.shape) if "variance" in weight.path
                      else r.uniform(-0.6, 0.7, size=weight.shape))  # fmt: skip
    return model


def batch(name, size=6):
    """Inputs for the model."""
    r = np.random.default_rng(0)
    if name in ("transformer", "masked"):
        return r.integers(0, 10, size=(size, 5)).astype("int32")
    shape = {"cnn": (8, 8, 3), "lstm": (5, 4), "recurrent": (5, 4)}.get(name, (4,))
    if name in ("shared", "branches"):
        return [r.normal(size=(size, *shape)).astype("float32") for _ in range(2)]
    if name == "dicts":
        return {key: r.normal(size=(size, *shape)).astype("float32") for key in "ab"}
    return r.normal(size=(size, *shape)).astype("float32")


def outputs(model, name):
    """Predictions as a list of float32 arrays."""
    y = model.predict(batch(name), verbose=0)
    y = [y[key] for key in sorted(y)] if isinstance(y, dict) else y if isinstance(y, (list, tuple)) else [y]
    return [np.asarray(one).astype("float32") for one in y]
