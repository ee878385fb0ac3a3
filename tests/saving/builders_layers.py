"""Models with layers that keep more than plain weights, by the same code here and in the reference."""

import numpy as np


def attention(K, L, ops):
    q, v = K.Input((5, 4), name="a"), K.Input((3, 4), name="b")
    x = L.Attention(use_scale=True, score_mode="concat")([q, v])
    x = L.AdditiveAttention()([x, v])
    return K.Model([q, v], L.GroupQueryAttention(4, 4, 2)(x, v, v))


def reversible_embedding(K, L, ops):
    i = K.Input((5,), dtype="int32")
    tied, untied = (
        L.ReversibleEmbedding(10, 4),
        L.ReversibleEmbedding(10, 4, tie_weights=False, logit_soft_cap=2.0),
    )
    return K.Model(i, [tied(tied(i), reverse=True), untied(untied(i), reverse=True)])


def spectral_normalization(K, L, ops):
    i = K.Input((5, 6, 2))
    x = L.SpectralNormalization(L.Conv2D(3, 2), power_iterations=2)(i)
    return K.Model(i, L.SpectralNormalization(L.Dense(2))(L.GlobalAveragePooling2D()(x)))


def conv_lstm(K, L, ops):
    i = K.Input((3, 5, 6, 2))
    x = L.ConvLSTM2D(3, 2, return_sequences=True, dropout=0.2, recurrent_dropout=0.1)(i)
    return K.Model(i, L.ConvLSTM2D(2, 2, strides=2, padding="same", recurrent_activation="hard_sigmoid")(x))


def spectrograms(K, L, ops):
    i = K.Input((600,))
    x = L.MelSpectrogram(256, 64, num_mel_bins=8)(i)
    y = L.STFTSpectrogram("magnitude", 64, trainable=False)(L.Reshape((600, 1))(i))
    return K.Model(i, [x, y])


def normalization(K, L, ops):
    adapted = L.Normalization()
    adapted.adapt(np.random.default_rng(2).normal(3.0, 2.0, size=(20, 4)).astype("float32"))
    i = K.Input((4,))
    x = L.Dense(3)(adapted(i))
    return K.Model(
        i,
        L.BatchNormalization(renorm=True)(L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 1.0, 2.0])(x)),
    )


def discretization(K, L, ops):
    adapted = L.Discretization(num_bins=4)
    adapted.adapt(np.random.default_rng(2).normal(size=(200, 1)).astype("float32"))
    i = K.Input((4,))
    return K.Model(i, L.Flatten()(L.Embedding(4, 3)(adapted(i))))


def integer_lookup(K, L, ops):
    i = K.Input((5,), dtype="int64")
    x = L.IntegerLookup(vocabulary=[3, 1, 7], num_oov_indices=2)(i)
    return K.Model(i, [L.Embedding(5, 3)(x), L.IntegerLookup(vocabulary=[1, 2], output_mode="count")(i)])


def string_lookup(K, L, ops):
    i = K.Input((3,), dtype="string")
    adapted = L.StringLookup(mask_token="")
    adapted.adapt(np.array([["red"], ["blue"], ["red"], ["grün"]]))
    given = L.StringLookup(vocabulary=["red", "blue"], output_mode="multi_hot")
    return K.Model(i, [L.Embedding(6, 3)(adapted(i)), given(i)])


def text_vectorization(K, L, ops):
    i = K.Input((1,), dtype="string")
    adapted = L.TextVectorization(max_tokens=8, output_sequence_length=5)
    adapted.adapt(np.array(["red and blue", "Blue, and green!", "and so on"]))
    weighted = L.TextVectorization(output_mode="tf_idf", ngrams=2)
    weighted.adapt(np.array(["red and blue", "blue and green"]))
    return K.Model(i, [L.Embedding(8, 3)(adapted(i)), weighted(i)])


BUILDERS = {function.__name__: function for function in (
    attention, reversible_embedding, spectral_normalization, conv_lstm, spectrograms, normalization, discretization,
    integer_lookup, string_lookup, text_vectorization,
)}  # fmt: skip
#: Those for which the reference needs TensorFlow.
OF_STRINGS = ("string_lookup", "text_vectorization")


def build(K, name, seed=1):
    """The model; trained weights follow from the seed."""
    model = BUILDERS[name](K, K.layers, K.ops)
    r = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(r.uniform(-0.6, 0.7, size=weight.shape))
    return model


def batch(name):
    """Inputs for the model."""
    r = np.random.default_rng(0)
    if name == "string_lookup":
        return np.array([["red", "blue", "grün"], ["pink", "", "red"]])
    if name == "text_vectorization":
        return np.array([["red and green"], ["so blue, so BLUE"]])
    if name in ("reversible_embedding", "integer_lookup"):
        return r.integers(0, 8, size=(6, 5)).astype("int64" if name == "integer_lookup" else "int32")
    if name == "attention":
        return [r.normal(size=(6, steps, 4)).astype("float32") for steps in (5, 3)]
    shape = {"spectral_normalization": (5, 6, 2), "conv_lstm": (3, 5, 6, 2), "spectrograms": (600,)}.get(
        name, (4,)
    )
    return r.normal(size=(6, *shape)).astype("float32")


def outputs(model, name, wrap=lambda x: x):
    """Predictions as a list of float32 arrays; `wrap` makes of strings what the model takes."""
    y = model.predict(wrap(batch(name)), verbose=0)
    y = y if isinstance(y, (list, tuple)) else [y]
    return [np.asarray(one).astype("float32") for one in y]
