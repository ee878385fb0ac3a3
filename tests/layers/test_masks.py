"""Masks: made, carried, merged and respected."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import Input, Model, layers, ops
from tricorn.core.masks import get_mask

IDS = np.array([[1, 2, 0, 0], [3, 0, 4, 0], [1, 1, 1, 1]], "int32")
X = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def test_embedding_makes_a_mask(backend):
    layer = layers.Embedding(5, 2, mask_zero=True)
    np.testing.assert_array_equal(array(get_mask(layer(IDS))), IDS != 0)
    assert layer.compute_mask(ops.convert_to_tensor(IDS)) is not None
    assert layers.Embedding(5, 2).compute_mask(IDS) is None


def test_masking_makes_a_mask_and_zeros(backend):
    x = X.copy()
    x[0, 1] = x[2, 3] = -1.5
    x[1, 1, 0] = -1.5
    y = layers.Masking(-1.5)(x)
    expected = (x != -1.5).any(-1)
    np.testing.assert_array_equal(array(get_mask(y)), expected)
    np.testing.assert_allclose(array(y), x * expected[..., None])


def test_masks_travel_through_layers_that_support_them(backend):
    embedded = layers.Embedding(5, 2, mask_zero=True)(IDS)
    for layer in (layers.Dropout(0.1), layers.Activation("relu"), layers.LayerNormalization(), layers.Dense(2),
                  layers.Identity(), layers.BatchNormalization()):  # fmt: skip
        np.testing.assert_array_equal(array(get_mask(layer(embedded))), IDS != 0)
    assert get_mask(layers.LSTM(2)(embedded)) is None
    assert get_mask(layers.GlobalAveragePooling1D()(embedded)) is None
    np.testing.assert_array_equal(array(get_mask(layers.LSTM(2, return_sequences=True)(embedded))), IDS != 0)


def test_a_layer_that_does_not_support_masks_says_so(backend):
    embedded = layers.Embedding(5, 2, mask_zero=True)(IDS)
    with pytest.warns(UserWarning, match="does not support masking"):
        assert get_mask(layers.Flatten()(embedded)) is None


@pytest.mark.parametrize("make", [lambda: layers.LSTM(3), lambda: layers.GRU(3), lambda: layers.SimpleRNN(3),
                                  lambda: layers.RNN(layers.LSTMCell(3)), lambda: layers.LSTM(3, use_cudnn=False),
                                  lambda: layers.Bidirectional(layers.LSTM(3))])  # fmt: skip
def test_recurrence_over_a_padded_batch_is_that_over_each_sequence(make, backend):
    """The independent formula: each sequence alone, without its padding."""
    layer = make()
    mask = np.arange(4)[None] < np.array([[2], [1], [4]])
    whole = array(layer(X, mask=ops.convert_to_tensor(mask)))
    for row, length in enumerate((2, 1, 4)):
        np.testing.assert_allclose(
            whole[row], array(layer(X[row : row + 1, :length]))[0], rtol=1e-5, atol=1e-6
        )


def test_masks_with_holes_skip_steps(backend):
    layer = layers.LSTM(3)
    mask = np.array([[True, False, True, False]] * 3)
    np.testing.assert_allclose(array(layer(X, mask=ops.convert_to_tensor(mask))), array(layer(X[:, [0, 2]])),
                               rtol=1e-5, atol=1e-6)  # fmt: skip


def test_merged_masks_are_the_references(backend):
    masks = [np.array([[1, 1, 0, 0]] * 3, bool), np.array([[1, 0, 1, 0]] * 3, bool), None]
    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Concatenate(axis=1)"):
        made = name if "(" in name else f"{name}()"
        for first, second in ((0, 1), (0, 2), (2, 2)):
            pair = [masks[first], masks[second]]
            layer = eval(f"layers.{made}", {"layers": layers})
            ours = layer.compute_mask([ops.convert_to_tensor(X)] * 2,
                                      [None if m is None else ops.convert_to_tensor(m) for m in pair])  # fmt: skip
            theirs = oracle("jax").run(
                f"layer = keras.layers.{made}; tensor = keras.ops.convert_to_tensor; a = tensor(x); layer([a, a]);"
                "result = layer.compute_mask([a, a], [None if m is None else tensor(m) for m in p])",
                x=X, p=pair,
            )  # fmt: skip
            if theirs is None:
                assert ours is None, (name, first, second)
            else:
                np.testing.assert_array_equal(array(ours), theirs.reshape(array(ours).shape), err_msg=name)


def test_pooling_averages_what_the_mask_leaves(backend):
    mask = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]], bool)
    found = array(layers.GlobalAveragePooling1D()(X, mask=ops.convert_to_tensor(mask)))
    np.testing.assert_allclose(found, [X[0, :2].mean(0), [0, 0], X[2].mean(0)], rtol=1e-5, atol=1e-6)


def test_masks_inside_a_functional_model(backend):
    inputs = Input((4,), dtype="int32")
    embedding, lstm = layers.Embedding(5, 2, mask_zero=True), layers.LSTM(3)
    model = Model(inputs, lstm(layers.Dropout(0.1)(embedding(inputs))))
    embedded = embedding(IDS)
    np.testing.assert_allclose(array(model(IDS)), array(lstm(embedded)), rtol=1e-5, atol=1e-6)
    plain = array(lstm(ops.convert_to_tensor(array(embedded).copy())))
    assert not np.allclose(array(model(IDS)), plain)


def test_softmax_leaves_masked_positions_out(backend):
    logits = np.array([[1.0, 2.0, 3.0], [5.0, 1.0, 0.0]], "float32")
    mask = np.array([[True, True, False], [False, False, False]])
    found = array(layers.Softmax()(logits, mask=ops.convert_to_tensor(mask)))
    e = np.exp([1.0, 2.0])
    np.testing.assert_allclose(found, [[*(e / e.sum()), 0], [1 / 3] * 3], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("scores", [False, True])
def test_attention_sees_nothing_that_is_masked(scores, backend):
    """Values at masked positions may be anything; causal: what comes later may be anything."""
    layer = layers.MultiHeadAttention(2, 3)
    mask = np.array([[True, True, False, True]] * 3)
    other = X.copy()
    other[:, 2] = 100.0

    def run(values, **kwargs):
        found = layer(X, values, return_attention_scores=scores, **kwargs)
        return array(found[0] if scores else found)

    tensor = ops.convert_to_tensor(mask)
    np.testing.assert_allclose(run(X, value_mask=tensor), run(other, value_mask=tensor), rtol=1e-4, atol=1e-5)
    assert not np.allclose(run(X), run(other))
    full = ops.convert_to_tensor(np.broadcast_to(mask[:, None], (3, 4, 4)))
    np.testing.assert_allclose(run(X, attention_mask=full), run(X, value_mask=tensor), rtol=1e-4, atol=1e-5)
    later = X.copy()
    later[:, 3] = 100.0
    causal, changed = run(X, use_causal_mask=True), run(later, use_causal_mask=True)
    np.testing.assert_allclose(causal[:, :3], changed[:, :3], rtol=1e-4, atol=1e-5)
    assert not np.allclose(causal[:, 3], changed[:, 3])


def test_attention_takes_the_masks_that_travel_with_its_inputs(backend):
    embedded = layers.Embedding(5, 2, mask_zero=True)(IDS)
    layer = layers.MultiHeadAttention(2, 3)
    output = layer(embedded, embedded)
    plain = ops.convert_to_tensor(array(embedded).copy())
    np.testing.assert_allclose(array(output), array(layer(plain, plain, value_mask=ops.convert_to_tensor(IDS != 0))),
                               rtol=1e-5, atol=1e-6)  # fmt: skip
    np.testing.assert_array_equal(array(get_mask(output)), IDS != 0)


def test_one_op_and_step_by_step_attention_agree(backend):
    layer = layers.MultiHeadAttention(2, 3, value_dim=5, sliding_window=3)
    one = layer(X, X[:, :3], X[:, 1:], use_causal_mask=True)
    two, scores = layer(X, X[:, :3], X[:, 1:], use_causal_mask=True, return_attention_scores=True)
    np.testing.assert_allclose(array(one), array(two), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(array(scores).sum(-1), np.ones((3, 2, 4)), rtol=1e-5)


class Recurrent(layers.Layer):
    """Calls a layer that looks for a mask, and takes none itself."""

    def __init__(self, several=False, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.inner = layers.LSTM(3)
        self.several = several

    def call(self, x):
        return self.inner(x[0]) + self.inner(x[1]) if self.several else self.inner(x)


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_masks_reach_layers_inside_a_layer_that_takes_none(several, backend):
    inputs = Input((4,), dtype="int32")
    embed, outer = layers.Embedding(5, 2, mask_zero=True), Recurrent(several)

    def through(ids):
        embedded = embed(ids)
        return outer([embedded, embedded] if several else embedded)

    model = Model(inputs, through(inputs))
    embedded = embed(ops.convert_to_tensor(IDS))
    expected = array(outer.inner(embedded, mask=ops.convert_to_tensor(IDS != 0))) * (2 if several else 1)
    for outputs in (through(ops.convert_to_tensor(IDS)), model(IDS), model.predict(IDS, verbose=0)):
        np.testing.assert_allclose(array(outputs), expected, rtol=1e-5, atol=1e-6)
    assert not any("mask" in node["kwargs"] for layer in model.get_config()["layers"] if layer["name"] == outer.name
                   for node in layer["inbound_nodes"])  # fmt: skip


class Embedded(layers.Layer):
    """A layer whose inner layer leaves a mask on what it returns; nothing outside knows of it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = layers.Embedding(5, 2, mask_zero=True)

    def build(self, shape):
        self.inner.build(shape)

    def call(self, ids):
        return self.inner(ids)


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "in a model of its own"])
def test_a_mask_that_a_layer_inside_makes_is_seen_behind_it(nested, backend):
    embedded, between, last = Embedded(), layers.Dropout(0.1), layers.GlobalAveragePooling1D()
    embed = embedded
    if nested:
        ids = Input((4,), dtype="int32")
        embed = Model(ids, embedded(ids))
    ids = Input((4,), dtype="int32")
    model = Model(ids, last(between(embed(ids))))
    table = array(embedded.inner.embeddings)
    expected = [table[[token for token in row if token]].mean(0) for row in IDS.tolist()]
    np.testing.assert_allclose(array(model(IDS)), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(IDS, verbose=0), expected, rtol=1e-5)
