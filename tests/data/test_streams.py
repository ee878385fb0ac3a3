"""Generators, iterables, tf.data and torch's DataLoader: the same batches, whichever way they come."""

import warnings

import numpy as np
import pytest

from tricorn.data import adapt

BATCHES = [(np.full((2, 3), number, "float64"), np.full(2, number)) for number in range(5)]


def numbers(source, index=0):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = [int(x[0, 0]) for x, _, _ in source.epoch(index)]
    return found, sum("ran out of data" in str(warning.message) for warning in caught)


class Anew:
    """An iterable that begins anew each time."""

    def __iter__(self):
        return iter(BATCHES)


def tf_dataset():
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices(tuple(np.concatenate(part) for part in zip(*BATCHES))).batch(2)


def data_loader():
    data = pytest.importorskip("torch.utils.data")
    import torch

    rows = data.TensorDataset(*(torch.tensor(np.concatenate(part)) for part in zip(*BATCHES)))
    return data.DataLoader(rows, batch_size=2)


RENEWABLE = {"iterable": Anew, "tf.data": tf_dataset, "DataLoader": data_loader}
ALL = {"generator": lambda: iter(BATCHES), **RENEWABLE}


@pytest.mark.parametrize("kind", ALL)
def test_batches(kind):
    source = adapt(ALL[kind]())
    x, y, weight = source.peek()
    assert x.dtype == "float32" and y.dtype == "int64" and weight is None
    assert numbers(source) == ([0, 1, 2, 3, 4], 0)  # nothing was lost by the look
    assert source.num_batches == 5


@pytest.mark.parametrize("kind", RENEWABLE)
def test_a_new_pass_every_epoch(kind):
    source = adapt(RENEWABLE[kind]())
    for index in range(3):
        assert numbers(source, index) == ([0, 1, 2, 3, 4], 0)


@pytest.mark.parametrize("kind", RENEWABLE)
def test_steps_go_on_where_the_epoch_before_stopped(kind):
    source = adapt(RENEWABLE[kind](), steps=2)
    assert source.num_batches == 2
    found = [numbers(source, index) for index in range(4)]
    assert found == [([0, 1], 0), ([2, 3], 0), ([4], 1), ([0, 1], 0)]
    source = adapt(RENEWABLE[kind](), steps=5)
    assert [numbers(source, index) for index in range(2)] == [([0, 1, 2, 3, 4], 0)] * 2


@pytest.mark.parametrize("kind", RENEWABLE)
def test_every_validation_sees_the_same_batches(kind):
    source = adapt(RENEWABLE[kind](), steps=2)
    source.peek()
    assert [numbers(source, 0) for _ in range(3)] == [([0, 1], 0)] * 3


def test_a_generator_without_steps_is_exhausted_after_its_only_epoch():
    source = adapt(iter(BATCHES))
    source.peek()
    assert not source.exhausted
    assert numbers(source) == ([0, 1, 2, 3, 4], 0)
    assert source.exhausted
    assert numbers(source, 1) == ([], 1)


def test_a_generator_ends():
    source = adapt(iter(BATCHES), steps=3)
    found = [numbers(source, index) for index in range(3)]
    assert found == [([0, 1, 2], 0), ([3, 4], 1), ([], 1)]
    assert source.exhausted


def test_an_endless_generator():
    def endless():
        while True:
            yield from BATCHES

    source = adapt(endless(), steps=3)
    assert [numbers(source, index) for index in range(3)] == [([0, 1, 2], 0), ([3, 4, 0], 0), ([1, 2, 3], 0)]


def test_what_a_loader_may_collate():
    data, torch = pytest.importorskip("torch.utils.data"), pytest.importorskip("torch")

    def first(rows, **options):
        return next(adapt(data.DataLoader(rows, batch_size=2, **options)).epoch(0))

    rows = [{"a": np.ones(3), "b": 2}] * 4
    x, y, _ = first(rows)
    assert sorted(x) == ["a", "b"] and x["a"].shape == (2, 3) and x["b"].tolist() == [2, 2] and y is None
    x, y, _ = first(data.TensorDataset(torch.ones(4, 3)))
    assert x.shape == (2, 3) and y is None
    x, y, _ = first([({"a": np.ones(3)}, (1, 2))] * 4)
    assert x["a"].shape == (2, 3) and [part.tolist() for part in y] == [[1, 1], [2, 2]]
    x, y, _ = first([np.ones(3)] * 4)
    assert x.shape == (2, 3) and y is None
    x, y, weight = first([(np.ones(3), 1, 0.5)] * 4)
    assert x.shape == (2, 3) and y.tolist() == [1, 1] and weight.tolist() == [0.5, 0.5]
    assert first([np.ones(3)] * 4, collate_fn=np.stack)[0].shape == (2, 3)


def test_a_loader_without_a_length():
    data = pytest.importorskip("torch.utils.data")

    class Rows(data.IterableDataset):
        def __iter__(self):
            return iter([(np.full(3, number), number) for number in range(4)])

    source = adapt(data.DataLoader(Rows(), batch_size=2))
    assert source.num_batches is None
    assert numbers(source) == ([0, 2], 0)
    assert source.num_batches == 2


def test_a_tf_dataset_of_unknown_size():
    dataset = tf_dataset().filter(lambda x, y: True)
    source = adapt(dataset)
    assert source.num_batches is None
    assert numbers(source) == ([0, 1, 2, 3, 4], 0)
    assert adapt(dataset.repeat(), steps=7).num_batches == 7


def failing():
    yield BATCHES[0]
    raise KeyError("in the generator")


BAD = {
    "y": (lambda: adapt(iter(BATCHES), np.ones(3)), ValueError, "brings its own `y`"),
    "weights": (
        lambda: adapt(iter(BATCHES), sample_weight=np.ones(3)),
        ValueError,
        "brings its own `sample_weight`",
    ),
    "batch size": (lambda: adapt(tf_dataset(), batch_size=2), ValueError, "decides on the size"),
    "empty": (lambda: list(adapt(iter([])).epoch(0)), ValueError, "no data"),
    "empty look": (lambda: adapt(iter([])).peek(), ValueError, "no data"),
    "empty loader": (lambda: adapt(tf_dataset().take(0)), ValueError, "no data"),
    "not batched": (lambda: adapt(tf_dataset().unbatch()), ValueError, "not batched"),
    "scalars": (lambda: list(adapt(iter([(1.0, 2.0)])).epoch(0)), ValueError, "not batched"),
    "endless": (lambda: adapt(tf_dataset().repeat()), ValueError, "never ends"),
    "rows": (
        lambda: list(adapt(iter([(np.ones((2, 1)), np.ones(3))])).epoch(0)),
        ValueError,
        "numbers of rows",
    ),
    "four parts": (lambda: list(adapt(iter([(1, 2, 3, 4)])).epoch(0)), ValueError, "one, two or three"),
    "dataset": (lambda: adapt(data_loader().dataset), TypeError, "DataLoader"),
    "its own error": (lambda: list(adapt(failing()).epoch(0)), KeyError, "in the generator"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    make, error, words = BAD[name]
    with pytest.raises(error, match=words):
        make()
