"""Data of every kind trains a model on every engine, to the same numbers."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, ops

RANDOM = np.random.RandomState(1)
X = RANDOM.rand(12, 4).astype("float32")
Y = RANDOM.rand(12, 1).astype("float32")


@pytest.fixture(scope="module")
def models():
    """One compiled model per engine, of rate zero: every fit sees the same numbers."""
    made = {}

    def get(engine):
        if engine not in made:
            with keras.backend_scope(engine):
                model = keras.Sequential([keras.Input((4,)), layers.Dense(1, kernel_initializer="ones")])
                model.compile(keras.optimizers.SGD(0.0), "mse")
                made[engine] = model
        return made[engine]

    return get


def pandas_data():
    pandas = pytest.importorskip("pandas")
    return {"x": pandas.DataFrame(X, columns=list("abcd")), "y": pandas.Series(Y[:, 0])}


def tf_data():
    tf = pytest.importorskip("tensorflow")
    return {"x": tf.data.Dataset.from_tensor_slices((X, Y)).batch(4)}


def loader():
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    return {"x": torch.utils.data.DataLoader(dataset, batch_size=4)}


def generator():
    def batches():
        while True:
            for start in range(0, 12, 4):
                yield X[start : start + 4], Y[start : start + 4]

    return {"x": batches(), "steps_per_epoch": 3}


def tensors(engine):
    def make():
        with keras.backend_scope(engine):
            return {"x": ops.convert_to_tensor(X), "y": ops.convert_to_tensor(Y)}

    return make


def pydataset():
    class Data(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return X[index * 4 : index * 4 + 4], Y[index * 4 : index * 4 + 4]

    return {"x": Data()}


KINDS = {
    "arrays": lambda: {"x": X, "y": Y},
    "float64": lambda: {"x": X.astype("float64"), "y": Y.astype("float64")},
    "flat targets": lambda: {"x": X, "y": Y[:, 0]},
    "strided": lambda: {"x": np.repeat(X, 2, 0)[::2], "y": np.asfortranarray(Y)},
    "read-only": lambda: {"x": np.frombuffer(X.tobytes(), "float32").reshape(12, 4), "y": Y},
    "pandas": pandas_data,
    "tf.data": tf_data,
    "DataLoader": loader,
    "generator": generator,
    "PyDataset": pydataset,
    "jax": tensors("jax"),
    "torch": tensors("torch"),
    "tensorflow": tensors("tensorflow"),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_data_of_every_kind(training_backend, models, kind):
    model = models(training_backend)
    predicted = X.sum(1, keepdims=True)
    expected = ((predicted - Y) ** 2).mean()
    given = KINDS[kind]()
    arguments = {"verbose": 0, **given}
    if "y" in given:
        arguments["batch_size"] = 4
    assert model.fit(**arguments).history["loss"][0] == pytest.approx(expected, rel=1e-4)
    arguments = {"verbose": 0, **KINDS[kind]()}
    if "steps_per_epoch" in arguments:
        arguments["steps"] = arguments.pop("steps_per_epoch")
    assert model.evaluate(**arguments) == pytest.approx(expected, rel=1e-4)
    arguments.pop("y", None)
    arguments["x"] = KINDS[kind]()["x"]
    np.testing.assert_allclose(model.predict(**arguments), predicted, rtol=1e-4)


def test_lists_dicts_and_names(training_backend):
    a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    model = keras.Model([a, b], layers.Dense(1, kernel_initializer="ones")(layers.Concatenate()([a, b])))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    xa, xb = X[:, :2], np.concatenate([X[:, 2:], X[:, :1]], 1)
    expected = xa.sum(1, keepdims=True) + xb.sum(1, keepdims=True)
    for inputs in ([xa, xb], (xa, xb), {"a": xa, "b": xb}, {"b": xb, "a": xa}):
        np.testing.assert_allclose(model.predict(inputs, verbose=0), expected, rtol=1e-5)
        loss = model.fit(inputs, Y, verbose=0).history["loss"][0]
        assert loss == pytest.approx(((expected - Y) ** 2).mean(), rel=1e-4)
    np.testing.assert_allclose(ops.convert_to_numpy(model([xa, xb])), expected, rtol=1e-5)
    for wrong in ([xa], [xb, xa], {"a": xa}, {"a": xa, "c": xb}, xa, [xa, xb, xb]):
        with pytest.raises((ValueError, KeyError, TypeError)):
            model.predict(wrong, verbose=0)
    with pytest.raises(ValueError):
        model.fit([xa, xb[:5]], Y, verbose=0)


def test_integers_reach_an_embedding(training_backend):
    model = keras.Sequential(
        [keras.Input((3,), dtype="int32"), layers.Embedding(5, 2), layers.Flatten(), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    ids = RANDOM.randint(0, 5, (12, 3))
    for value in (ids, ids.astype("int32"), ids.astype("uint8")):
        assert np.isfinite(model.fit(value, Y, verbose=0).history["loss"][0])


def test_a_generator_that_ends_warns_and_an_empty_one_is_refused(training_backend, models):
    model = models(training_backend)

    def batches(count):
        for _ in range(count):
            yield X[:4], Y[:4]

    with pytest.warns(UserWarning):
        model.fit(batches(3), steps_per_epoch=2, epochs=3, verbose=0)
    with pytest.raises(ValueError, match=r"no batch|empty|yield"):
        model.fit(batches(0), verbose=0)
    with pytest.raises(ValueError, match="y"):
        model.fit(batches(3), Y, verbose=0)


def test_the_last_batch_may_be_smaller_and_batches_may_differ(training_backend, models):
    model = models(training_backend)
    sizes = [(0, 5), (5, 6), (6, 12)]
    batches = [(X[a:b], Y[a:b]) for a, b in sizes]
    expected = ((X.sum(1, keepdims=True) - Y) ** 2).mean()
    assert model.fit(iter(batches), verbose=0).history["loss"][0] == pytest.approx(expected, rel=1e-4)
    assert model.predict(iter([(x,) for x, _ in batches]), verbose=0).shape == (12, 1)
