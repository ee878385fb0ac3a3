"""In-memory data: conversion, batches, order, steps."""

import collections
import warnings

import numpy as np
import pytest

from tricorn.data import adapt, pack_x_y_sample_weight, split_validation, unpack_x_y_sample_weight

X = np.arange(20.0).reshape(10, 2)
Y = np.arange(10)


def epoch(source, index=0):
    return list(source.epoch(index))


@pytest.mark.parametrize("shuffle", [False, True, "batch"])
@pytest.mark.parametrize("batch_size", [1, 3, 5, 10, 64, None])
def test_every_row_comes_once_with_its_target(batch_size, shuffle):
    source = adapt(X, Y, np.arange(10) / 10, batch_size=batch_size, shuffle=shuffle, seed=7)
    batches = epoch(source)
    size = batch_size or 32
    assert [len(y) for _, y, _ in batches] == [min(size, 10 - first) for first in range(0, 10, size)]
    assert len(batches) == source.num_batches and source.num_rows == 10
    x, y, weight = (np.concatenate(parts) for parts in zip(*batches))
    assert sorted(y) == list(range(10))
    np.testing.assert_array_equal(x, X[y].astype("float32"))
    np.testing.assert_allclose(weight, y / 10, rtol=1e-6)


def test_unshuffled_batches_are_views():
    x = X.astype("float32")
    first, _, _ = epoch(adapt(x, Y, batch_size=4))[1]
    assert np.shares_memory(first, x)


def test_order_follows_from_seed_and_epoch_alone():
    def order(seed, index):
        return adapt(X, Y, batch_size=3, shuffle=True, seed=seed).permutation(index).tolist()

    assert order(1, 5) == order(1, 5)
    assert order(1, 5) != order(1, 6)
    assert order(1, 5) != order(2, 5)


def test_a_seed_is_drawn_from_numpy_so_that_seeding_it_is_enough():
    orders = []
    for _ in range(2):
        np.random.seed(3)
        orders.append(adapt(X, Y, shuffle=True).permutation(0).tolist())
    assert orders[0] == orders[1]


def test_permutation_and_arrays_give_the_batches_of_the_epoch():
    source = adapt({"a": X}, Y, batch_size=4, shuffle=True, steps=2, seed=1)
    for index in range(3):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batches = epoch(source, index)
        order = source.permutation(index)
        start, stop = source.row_range(index)
        assert len(order) == stop - start
        np.testing.assert_array_equal(np.concatenate([y for _, y, _ in batches]), source.arrays[1][order])


def test_batch_shuffle_stays_within_chunks():
    order = adapt(np.arange(40), batch_size=8, shuffle="batch", seed=0).permutation(0)
    assert order.tolist() != list(range(40))
    for first in range(0, 40, 8):
        assert sorted(order[first : first + 8]) == list(range(first, first + 8))


Point = collections.namedtuple("Point", "a b")


@pytest.mark.parametrize(
    "structure",
    [X, [X, X + 1], (X, X + 1), {"b": X, "a": X + 1}, Point(X, X + 1), {"a": [X, (X + 1,)], "b": X}, [X]],
    ids=lambda structure: type(structure).__name__,
)
def test_structures_keep_their_form(structure):
    def cut(item, rows):
        if isinstance(item, dict):
            return {key: cut(value, rows) for key, value in item.items()}
        if isinstance(item, tuple) and hasattr(item, "_fields"):
            return type(item)(*[cut(value, rows) for value in item])
        if isinstance(item, (list, tuple)):
            return type(item)([cut(value, rows) for value in item])
        return item[rows]

    def same(left, right):
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
            return
        assert type(left) is type(right) and len(left) == len(right)
        if isinstance(left, dict):
            assert list(left) == list(right)
            left, right = left.values(), right.values()
        for one, other in zip(left, right):
            same(one, other)

    for shuffle in (False, True):
        source = adapt(structure, Y, batch_size=4, shuffle=shuffle, seed=1)
        order = source.permutation(0) if shuffle else np.arange(10)
        for number, (x, y, weight) in enumerate(epoch(source)):
            rows = order[number * 4 : number * 4 + 4]
            same(x, cut(structure, rows))
            assert y.tolist() == rows.tolist() and weight is None
    same(source.peek()[0], cut(structure, slice(0, 4)))


def test_absent_targets_of_one_output():
    _, y, weight = epoch(adapt(X, {"a": Y, "b": None}, {"a": None, "b": np.ones(10)}, batch_size=10))[0]
    assert y["a"].tolist() == Y.tolist() and y["b"] is None
    assert weight["a"] is None and weight["b"].shape == (10,)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("float64", "float32"), ("float16", "float32"), ("float32", "float32"), ("int64", "int64"), ("int8", "int8"),
     ("uint8", "uint8"), ("bool", "bool")],
)  # fmt: skip
def test_floats_become_floatx_and_the_rest_stays(given, kept):
    x, _, _ = epoch(adapt(np.ones((4, 1), given)))[0]
    assert x.dtype == kept


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2, 3], "b": [1, 2, 3], "c": [True, False, True]})
    x, y, _ = epoch(adapt(frame, frame["b"]))[0]
    np.testing.assert_array_equal(x, np.array([[1, 1, 1], [2, 2, 0], [3, 3, 1]], "float32"))
    assert x.dtype == "float32" and y.shape == (3, 1) and y.dtype == "int64"
    nullable = pandas.DataFrame({"a": pandas.array([1, None, 3], "Int64")})
    np.testing.assert_array_equal(epoch(adapt(nullable))[0][0][:, 0], [1, np.nan, 3])
    whole = pandas.DataFrame({"a": pandas.array([1, 2, 3], "Int64"), "b": pandas.array([1, 0, 1], "boolean")})
    assert epoch(adapt(whole))[0][0].tolist() == [[1, 1], [2, 0], [3, 1]]
    with pytest.raises(TypeError, match=r"name \(.*\)"):
        adapt(pandas.DataFrame({"name": ["x", "y"], "n": [1, 2]}))


def test_sparse_rows_become_dense_batch_by_batch():
    sparse = pytest.importorskip("scipy.sparse")
    dense = np.eye(10)
    source = adapt(sparse.csr_matrix(dense), Y, batch_size=4, shuffle=True, seed=2)
    assert source.arrays is None
    batches = epoch(source)
    y = np.concatenate([y for _, y, _ in batches])
    np.testing.assert_array_equal(np.concatenate([x for x, _, _ in batches]), dense[y])
    assert batches[0][0].dtype == "float32"


def test_a_memory_mapped_file_is_cast_batch_by_batch(tmp_path):
    np.save(tmp_path / "x.npy", X)
    source = adapt(np.load(tmp_path / "x.npy", mmap_mode="r"), Y, batch_size=4)
    assert source.arrays is None
    x = np.concatenate([x for x, _, _ in epoch(source)])
    assert x.dtype == "float32" and x.tolist() == X.tolist()
    (left, _, _), (right, _, _) = split_validation(np.load(tmp_path / "x.npy", mmap_mode="r"), Y, None, 0.3)
    assert left.shape == (7, 2) and right[:].tolist() == X[7:].tolist()


def test_tensors_of_every_engine():
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax.numpy")
    for x in (
        torch.tensor(X),
        torch.tensor(X).bfloat16().requires_grad_(),
        jax.asarray(X),
        jax.asarray(X, "bfloat16"),
    ):
        value, _, _ = epoch(adapt(x, Y))[0]
        assert type(value) is np.ndarray and value.dtype == "float32" and value.tolist() == X.tolist()
    assert epoch(adapt(torch.arange(3)))[0][0].dtype == "int64"


STEPS = {
    2: [[0, 1], [2, 3], [4], [0, 1]],  # a short epoch at the end of a pass, as the reference has it
    5: [[0, 1, 2, 3, 4]] * 4,
    9: [[0, 1, 2, 3, 4]] * 4,
}


@pytest.mark.parametrize("steps", STEPS)
def test_steps(steps):
    source = adapt(np.arange(10), batch_size=2, steps=steps)
    for index, expected in enumerate(STEPS[steps]):
        is_short = len(expected) < steps
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            batches = epoch(source, index)
        assert [x[0] // 2 for x, _, _ in batches] == expected
        assert ["ran out of data" in str(warning.message) for warning in caught] == [True] * is_short
    assert source.num_batches == steps


BAD = {
    "lengths": (lambda: adapt(X, Y[:3]), ValueError, ["`y` and `x` differ", "x: 10 rows, y: 3 rows"]),
    "lengths inside": (lambda: adapt({"a": X, "b": X[:2]}, Y), ValueError, ['x["b"]', 'x["a"]']),
    "weights": (lambda: adapt(X, Y, np.ones(9)), ValueError, ["`sample_weight`", "9 rows"]),
    "empty": (lambda: adapt(X[:0], Y[:0]), ValueError, ["no data"]),
    "empty list": (lambda: adapt([]), ValueError, ["no data"]),
    "list of numbers": (lambda: adapt([1, 2], [1, 2]), ValueError, ["`x[0]`", "np.array"]),
    "text": (lambda: adapt("data.csv"), TypeError, ["no data", "str"]),
    "text in a list": (lambda: adapt([X, "abc"]), TypeError, ["`x[1]`", "not an array"]),
    "nothing": (lambda: adapt(None), TypeError, ["NoneType"]),
    "objects": (lambda: adapt(np.array([[1], 2], object)), TypeError, ["`x`", "Python objects", "np.stack"]),
    "labels": (lambda: adapt(X, np.array(list("abcdefghij"))), TypeError, ["`y`", "np.unique"]),
    "shuffle": (lambda: adapt(X, shuffle="rows"), ValueError, ["`shuffle`", "'rows'"]),
    "batch size 0": (lambda: adapt(X, batch_size=0), ValueError, ["`batch_size`"]),
    "batch size 2.5": (lambda: adapt(X, batch_size=2.5), ValueError, ["`batch_size`"]),
    "steps": (lambda: adapt(X, steps=0), ValueError, ["steps"]),
    "a function": (lambda: adapt(print), TypeError, ["no data"]),
    "split": (lambda: split_validation(X, Y, None, 1.2), ValueError, ["validation_split", "1.2"]),
    "split zero": (lambda: split_validation(X, Y, None, 0.0), ValueError, ["validation_split"]),
    "split of one": (lambda: split_validation(X[:1], Y[:1], None, 0.2), ValueError, ["nothing to train on"]),
    "split generator": (lambda: split_validation(iter([]), None, None, 0.2), ValueError, ["in memory"]),
    "parts": (lambda: unpack_x_y_sample_weight((1, 2, 3, 4)), ValueError, ["one, two or three"]),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    make, error, words = BAD[name]
    with pytest.raises(error) as caught:
        make()
    for word in words:
        assert word in str(caught.value)


def test_validation_split_takes_the_last_rows_as_views():
    x = X.astype("float32")
    train, held = split_validation({"a": x}, Y, np.ones(10), 0.25)
    assert train[1].tolist() == list(range(7)) and held[1].tolist() == [7, 8, 9]
    assert np.shares_memory(train[0]["a"], x) and held[2].shape == (3,)
    assert adapt(*train).num_rows == 7


@pytest.mark.parametrize("parts", [(1,), (1, 2), (1, 2, 3), ({"a": 1},)])
def test_packing(parts):
    whole = parts + (None,) * (3 - len(parts))
    assert unpack_x_y_sample_weight(pack_x_y_sample_weight(*parts)) == whole
    assert unpack_x_y_sample_weight(list(parts)) == whole


def test_packing_a_list_keeps_it_apart_from_targets():
    assert unpack_x_y_sample_weight(pack_x_y_sample_weight([1, 2])) == ([1, 2], None, None)
