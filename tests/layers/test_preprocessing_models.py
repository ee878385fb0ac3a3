"""Preprocessing inside models, in data pipelines and in files: without TensorFlow, and with it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tricorn as keras
from tests.support.oracle import oracle
from tests.support.preprocessing import plain
from tricorn import Input, Model, Sequential, layers, ops
from tricorn.core.backend import backend_scope, get_backend

TEXTS = np.array(["good film", "bad film", "very good", "very bad"] * 8)
CATEGORIES = np.array(["a", "b", "c", "a"] * 8, object)
NUMBERS = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
INTEGERS = np.array([5, 6, 7, 5] * 8)
LABELS = np.array([1, 0, 1, 0] * 8, "float32")
DATA = {"text": TEXTS, "category": CATEGORIES, "number": NUMBERS, "integer": INTEGERS}


def build(encode=False):
    """A model of all of them, from strings and numbers to a logit (or to the encoded features)."""
    text, category = Input((1,), dtype="string", name="text"), Input((1,), dtype="string", name="category")
    number, integer = Input((2,), name="number"), Input((1,), dtype="int64", name="integer")
    vectorize, lookup = (
        layers.TextVectorization(output_sequence_length=4),
        layers.StringLookup(output_mode="tf_idf"),
    )
    normalize, integers = layers.Normalization(), layers.IntegerLookup(output_mode="multi_hot")
    discretize = layers.Discretization(num_bins=3, output_mode="one_hot")
    (
        vectorize.adapt(TEXTS),
        lookup.adapt(CATEGORIES[:, None]),
        normalize.adapt(NUMBERS),
        integers.adapt(INTEGERS),
    )
    discretize.adapt(NUMBERS[:, :1])
    ids = vectorize(text)
    if encode:
        words = layers.Rescaling(1.0)(ids)
    else:
        words = layers.Flatten()(layers.Embedding(vectorize.vocabulary_size(), 3)(ids))
    encoded = [words, lookup(category), normalize(number), integers(integer), discretize(number[:, :1]),
               layers.HashedCrossing(5, output_mode="one_hot")([category, integer]),
               layers.Hashing(4, output_mode="one_hot")(integer)]  # fmt: skip
    inputs = {"text": text, "category": category, "number": number, "integer": integer}
    joined = layers.Concatenate()(encoded)
    return Model(inputs, joined if encode else layers.Dense(1, activation="sigmoid")(joined))


def test_a_model_of_strings_predicts_alike_in_every_way(backend):
    model = build()
    expected = model.predict(DATA, verbose=0)
    assert expected.shape == (32, 1) and len(np.unique(expected.round(5))) > 3
    np.testing.assert_allclose(plain(model(DATA)), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict(DATA, batch_size=5, verbose=0), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict_on_batch(DATA), expected, rtol=1e-5)
    columns = {name: value.reshape(32, -1) for name, value in DATA.items()}
    np.testing.assert_allclose(plain(model(columns)), expected, rtol=1e-5)


def test_the_encoded_features_are_equal_on_all_engines():
    found = {}
    for name in ("numpy", "jax", "torch", "tensorflow"):
        with backend_scope(name):
            found[name] = build(encode=True).predict(DATA, verbose=0)
    for name, value in found.items():
        np.testing.assert_allclose(value, found["numpy"], rtol=1e-5, atol=1e-6, err_msg=name)


def test_a_model_of_strings_trains(training_backend):
    model = build()
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    before = [v.numpy().copy() for v in model.trainable_variables]
    losses = model.fit(DATA, LABELS, epochs=20, verbose=0, batch_size=8).history["loss"]
    assert losses[-1] < losses[0]
    assert all(np.any(v.numpy() != old) for v, old in zip(model.trainable_variables, before, strict=True))
    assert np.isfinite(model.evaluate(DATA, LABELS, verbose=0)).all()
    model.train_on_batch(DATA, LABELS)
    model.test_on_batch(DATA, LABELS)


def test_a_sequential_model_of_strings(backend):
    vectorize = layers.TextVectorization(vocabulary=["good", "bad"], output_mode="count")
    model = Sequential([Input((1,), dtype="string"), vectorize, layers.Dense(1)])
    expected = model.predict(TEXTS, verbose=0)
    np.testing.assert_allclose(plain(model(TEXTS[:, None])), expected, rtol=1e-5)


def test_masks_pass_from_strings_to_recurrent_layers(backend):
    text = Input((1,), dtype="string")
    ids = layers.TextVectorization(vocabulary=["a", "b"])(text)
    model = Model(text, layers.LSTM(2)(layers.Embedding(4, 3, mask_zero=True)(ids)))
    both, alone = model(np.array(["a b a", "b"])), model(np.array(["b"]))
    np.testing.assert_allclose(plain(both)[1], plain(alone)[0], rtol=1e-5)


def test_a_preprocessing_model_inside_a_model(backend):
    text = Input((1,), dtype="string")
    inner = Model(text, layers.TextVectorization(vocabulary=["good", "bad"], output_mode="multi_hot")(text))
    outer_text = Input((1,), dtype="string")
    model = Model(outer_text, layers.Dense(2)(inner(outer_text)))
    expected = plain(inner(TEXTS)) @ plain(model.layers[-1].kernel)
    np.testing.assert_allclose(plain(model(TEXTS)), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.engines("numpy", "jax", "torch")
def test_strings_where_an_engine_has_none(backend):
    text = Input((1,), dtype="string")
    ids = layers.StringLookup(vocabulary=["a"])(text)
    trained = Sequential(
        [Input((1,), dtype="string"), layers.StringLookup(vocabulary=["a"]), layers.Embedding(3, 2)]
    )
    nested = Model(text, trained(text))
    with pytest.raises(NotImplementedError, match="weights to train"):
        nested(np.array(["a"]))
    with pytest.raises(NotImplementedError, match="strings cannot leave"):
        Model(text, [ids, text])(np.array(["a"]))
    with pytest.raises(TypeError, match="takes strings"):
        Model(text, ids)(np.array([1.0]))
    with pytest.raises(ValueError, match="wrong shape"):
        Model(text, ids)(np.array([["a", "b"]]))


def test_strings_out_of_a_model(backend):
    ids = Input((2,), dtype="int64")
    model = Model(ids, layers.StringLookup(vocabulary=["a", "b"], invert=True)(ids))
    if backend == "jax":  # compiled
        with pytest.raises(NotImplementedError, match="no strings"):
            model.predict(np.array([[1, 2]]), verbose=0)
        return
    assert plain(model(np.array([[1, 2], [0, 1]]))).tolist() == [["a", "b"], ["[UNK]", "a"]]


# --- data pipelines --------------------------------------------------------------------------------------------
def _layers_on_rows():
    letters = np.array([["a", "z"], ["b", "a"]])
    return [
        (layers.StringLookup(vocabulary=["a", "b"]), letters),
        (layers.StringLookup(vocabulary=["a", "b"], output_mode="count", num_oov_indices=3), letters),
        (layers.TextVectorization(vocabulary=["good", "bad"]), TEXTS[:4]),
        (layers.TextVectorization(vocabulary=["good", "bad"], output_mode="tf_idf", idf_weights=[1, 2]), TEXTS[:4]),
        (layers.Hashing(7, salt=3), np.array([["a"], ["b"]])),
        (layers.Hashing(7, output_mode="one_hot"), np.array([[3], [5]])),
        (layers.IntegerLookup(vocabulary=[3, 5], num_oov_indices=0, output_mode="one_hot"), np.array([[3], [5]])),
        (layers.IntegerLookup(vocabulary=[3, 5]), np.array([[3], [6]])),
        (layers.CategoryEncoding(6), np.array([[3, 4], [5, 5]])),
        (layers.Discretization([1.0, 2.0], output_mode="count"), np.array([[0.0, 1.5], [3.0, 4.0]])),
        (layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 9.0]), np.array([[0.0, 1.5], [3.0, 4.0]])),
    ]  # fmt: skip


def test_in_a_tf_data_map(backend):
    """Layers of every engine run in TensorFlow's pipeline."""
    tf = pytest.importorskip("tensorflow")
    for layer, data in _layers_on_rows():
        expected = plain(layer(data))
        dataset = tf.data.Dataset.from_tensor_slices(data).batch(2).map(layer)
        found = np.concatenate([np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, expected.shape[-1] - x.shape[-1])])
                                for x in dataset.as_numpy_iterator()])  # fmt: skip
        np.testing.assert_allclose(found, expected, rtol=1e-6, err_msg=layer.name)
        rank, last = dataset.element_spec.shape.rank, dataset.element_spec.shape[-1]
        assert rank == expected.ndim and last in (None, expected.shape[-1])


class Rows:
    def __init__(self, layer, data):
        self.layer, self.data = layer, data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        found = self.layer(self.data[index : index + 1])
        if type(found) is not np.ndarray:  # would have started an engine in the worker
            raise TypeError(type(found))
        return found[0]


@pytest.mark.parametrize("method", ("fork", "spawn"))
def test_in_a_data_loaders_worker(method, backend):
    torch_data = pytest.importorskip("torch.utils.data")
    if method == "spawn" and backend != "torch":
        pytest.skip("one engine's start is enough")
    for layer, data in _layers_on_rows()[:: 1 if method == "fork" else 6]:
        expected = plain(layer(data))
        loader = torch_data.DataLoader(
            Rows(layer, data), num_workers=1, batch_size=1, multiprocessing_context=method
        )
        for row, (found, wanted) in enumerate(zip(loader, expected, strict=True)):
            width = found.shape[-1] if found.ndim > 1 else 0
            np.testing.assert_allclose(found[0].numpy(), wanted[:width] if found.ndim == 2 else wanted, rtol=1e-6,
                                       err_msg=f"{layer.name}, row {row}")  # fmt: skip


@pytest.mark.engines("numpy", "torch")
def test_pickles_and_copies(backend):
    import copy

    for layer, data in _layers_on_rows():
        for again in (pickle.loads(pickle.dumps(layer)), copy.deepcopy(layer)):
            np.testing.assert_allclose(plain(again(data)), plain(layer(data)))


# --- files -------------------------------------------------------------------------------------------------------
def test_files_round_trip(backend, tmp_path):
    model = build()
    expected = model.predict(DATA, verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(DATA, verbose=0), expected, rtol=1e-5)
    fresh = build()
    fresh.layers[-1].kernel.assign(fresh.layers[-1].kernel * 2)
    model.save_weights(tmp_path / "model.weights.h5")
    fresh.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_allclose(fresh.predict(DATA, verbose=0), expected, rtol=1e-5)


REFERENCE = """
import tensorflow as tf
L, Input = keras.layers, keras.Input
text, category = Input((1,), dtype="string", name="text"), Input((1,), dtype="string", name="category")
number, integer = Input((2,), name="number"), Input((1,), dtype="int64", name="integer")
made = [L.TextVectorization(output_sequence_length=4), L.TextVectorization(output_mode="tf_idf", ngrams=2),
        L.TextVectorization(vocabulary=["good", "bad"]), L.StringLookup(output_mode="tf_idf"), L.StringLookup(mask_token="a"),
        L.StringLookup(vocabulary=["a", "b"], num_oov_indices=3), L.IntegerLookup(output_mode="multi_hot"), L.Normalization(),
        L.Discretization(num_bins=3), L.Hashing(5, salt=3)]
inputs = [text] * 3 + [category] * 3 + [integer, number, number, category]
data = {k: np.array(v.tolist()) if v.dtype.kind == "O" else v for k, v in data.items()}
for layer, x in zip(made, inputs):
    if hasattr(layer, "adapt") and "vocabulary=" not in str(layer.get_config().get("vocabulary")):
        try:
            layer.adapt(data[x.name])
        except ValueError:
            pass
model = keras.Model({x.name: x for x in (text, category, number, integer)}, [layer(x) for layer, x in zip(made, inputs)])
model.save(path)
tensors = {k: tf.constant(v if v.ndim > 1 else v[:, None]) for k, v in data.items()}
result = [np.asarray(y) for y in model(tensors)]
"""

READ = """
import tensorflow as tf
model = keras.models.load_model(path)
data = {k: np.array(v.tolist()) if v.dtype.kind == "O" else v for k, v in data.items()}
tensors = {k: tf.constant(v if v.ndim > 1 else v[:, None]) for k, v in data.items()}
result = [np.asarray(y) for y in model(tensors)]
"""


def test_files_of_the_reference(backend, tmp_path):
    """What it saved is read here, and what is saved here is read there."""
    path = str(tmp_path / "reference.keras")
    expected = oracle("tensorflow").run(REFERENCE, path=path, data=DATA)
    model = keras.models.load_model(path)
    found = model(
        {name: value if name != "number" else ops.convert_to_tensor(value) for name, value in DATA.items()}
    )
    for ours, theirs, layer in zip(found, expected, model.layers[4:], strict=True):
        np.testing.assert_allclose(plain(ours), theirs, rtol=1e-5, err_msg=layer.name)
    back = str(tmp_path / "ours.keras")
    model.save(back)
    for ours, theirs in zip(expected, oracle("tensorflow").run(READ, path=back, data=DATA), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-5)


@pytest.mark.engines("numpy")
def test_an_asset_that_does_not_fit(backend, tmp_path):
    layer = layers.StringLookup(max_tokens=3)
    (tmp_path / "vocabulary.txt").write_text("[UNK]\na\nb\nc")
    with pytest.raises(ValueError, match="max_tokens"):
        layer.load_assets(tmp_path)
    (tmp_path / "vocabulary.txt").write_text("[UNK]\na\na")
    with pytest.raises(ValueError, match="more than once"):
        layer.load_assets(tmp_path)
    assert get_backend(backend).name == "numpy"
