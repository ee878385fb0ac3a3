"""StringLookup and IntegerLookup: ids, vectors and vocabularies of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.preprocessing import Case, check, make, plain, reference_answers
from tricorn import layers, ops
from tricorn.core.backend import backend_of, backend_scope, get_backend

ROWS = "np.array([['a', 'z'], ['c', 'b']])"
LONG = "np.array(['a', 'q', 'r', 'foo', 'é', '', 'a token of more than sixty-four bytes, which are hashed another way'])"
NUMBERS = "np.array([[10, 7], [20, 10], [-3, 0]])"
BIG = "np.array([1, 7, 2**40, -2**40, 8])"


def _cases():
    for mode in ("int", "one_hot", "multi_hot", "count"):
        yield Case(f"L.StringLookup(vocabulary=['a', 'b', 'c'], output_mode='{mode}')", ROWS)
        yield Case(
            f"L.StringLookup(vocabulary=['a', 'b', 'c'], output_mode='{mode}')", "np.array(['a', 'z'])"
        )
        yield Case(
            f"L.StringLookup(vocabulary=['a', 'b', 'c'], output_mode='{mode}')", "np.array([['a'], ['z']])"
        )
        yield Case(f"L.StringLookup(vocabulary=['a', 'b', 'c'], output_mode='{mode}', max_tokens=7, pad_to_max_tokens=True)",
                   ROWS)  # fmt: skip
        yield Case(
            f"L.StringLookup(vocabulary=['a', 'b'], mask_token='z', num_oov_indices=2, output_mode='{mode}')",
            ROWS,
        )
        yield Case(
            f"L.IntegerLookup(vocabulary=[10, 20], mask_token=0, num_oov_indices=3, output_mode='{mode}')",
            NUMBERS,
        )
        yield Case(f"L.IntegerLookup(output_mode='{mode}')", NUMBERS, NUMBERS)
    yield Case(
        "L.StringLookup(vocabulary=['a', 'b', 'c'], output_mode='tf_idf', idf_weights=[.5, .25, .125])", ROWS
    )
    yield Case("L.StringLookup(output_mode='tf_idf')", "np.array([['a', 'b', 'q']])",
               "np.array([['a', 'a', 'b'], ['a', 'c', 'd'], ['b', 'b', 'b']])")  # fmt: skip
    yield Case("L.StringLookup(output_mode='tf_idf', mask_token='', num_oov_indices=2)", "np.array([['a', 'b', 'q']])",
               "np.array(['a', 'a', 'b'])")  # fmt: skip
    yield Case("L.IntegerLookup(output_mode='tf_idf', max_tokens=3)", NUMBERS, NUMBERS)
    for salt in (None, 1, [1, 2], 133137):
        yield Case(f"L.StringLookup(vocabulary=['a', 'b'], num_oov_indices=50, salt={salt})", LONG)
        yield Case(
            f"L.IntegerLookup(vocabulary=[1, 2], num_oov_indices=50, oov_method='farmhash', salt={salt})", BIG
        )
    yield Case("L.IntegerLookup(vocabulary=[1, 2**40], num_oov_indices=5)", BIG)
    yield Case("L.StringLookup(vocabulary=['a', 'b'], invert=True)", "np.array([[0, 1], [2, 3], [-1, 1]])")
    yield Case(
        "L.StringLookup(vocabulary=['a', 'b'], invert=True, mask_token='')", "np.array([0, 1, 2, 3, 7])"
    )
    yield Case("L.IntegerLookup(vocabulary=[10, 20], invert=True)", "np.array([0, 1, 2, 3, -1])")
    yield Case(
        "L.IntegerLookup(vocabulary=[10, 20], invert=True, mask_token=0)", "np.array([0, 1, 2, 3, -1])"
    )
    yield Case("L.StringLookup(vocabulary=['', '[UNK]', 'a'], mask_token='')", ROWS)
    yield Case("L.StringLookup(vocabulary=np.array(['b', 'a']))", ROWS)
    words = "np.array(['b', 'a', 'c', 'a', 'é', 'z', 'Z', '10', '9', '[UNK]'])"
    yield Case("L.StringLookup()", ROWS, words)
    yield Case("L.StringLookup(max_tokens=4)", ROWS, words)
    yield Case("L.StringLookup(mask_token='a', num_oov_indices=2, max_tokens=5)", ROWS, words)
    yield Case("L.IntegerLookup(mask_token=0)", NUMBERS, "np.array([10, 0, 9, -1, -5, 100, 9, 7, 20])")


CASES = list(_cases())


@pytest.fixture(scope="module")
def answers():
    return reference_answers(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_the_reference(case, backend, answers):
    layer, found, _ = check(case, answers)
    engine = get_backend(backend)
    if not (layer.invert and "String" in case.code):
        assert engine.is_tensor_type(type(found))
        vector = layer.output_mode != "int"
        assert ops.dtype(found) == ("float32" if vector else ops.dtype(ops.convert_to_tensor(0, "int64")))


@pytest.mark.parametrize("case", [case for case in CASES if "Integer" in case.code], ids=str)
def test_tensors_give_what_arrays_give(case, backend, answers):
    layer = make(case)
    data = eval(case.data, {"np": np})
    if data.max() > 2**31 and ops.dtype(ops.convert_to_tensor(0, "int64")) == "int32":
        return
    np.testing.assert_allclose(plain(layer(ops.convert_to_tensor(data))), plain(layer(data)))


def test_integers_that_a_narrow_tensor_cannot_hold_match_nothing(backend):
    layer = layers.IntegerLookup(vocabulary=[2**40, 5, -(2**40)])
    np.testing.assert_array_equal(plain(layer(ops.convert_to_tensor(np.array([5, 0], "int8")))), [2, 0])
    np.testing.assert_array_equal(plain(layer(np.array([2**40, 5, -(2**40), 1]))), [1, 2, 3, 0])


@pytest.mark.parametrize("data", (["a", "z"], np.array(["a", "z"]), np.array([b"a", b"z"]), np.array(["a", b"z"], object),
                                  ("a", "z")), ids=repr)  # fmt: skip
def test_kinds_of_strings(data, backend):
    np.testing.assert_array_equal(plain(layers.StringLookup(vocabulary=["a", "b"])(data)), [1, 0])


def test_a_string_alone(backend):
    assert plain(layers.StringLookup(vocabulary=["a", "b"])("b")) == 2
    assert plain(layers.IntegerLookup(vocabulary=[4, 5])(5)) == 2


def test_follows_the_engine_of_its_input(backend):
    with backend_scope("jax"):
        layer = layers.IntegerLookup(vocabulary=[5, 6], output_mode="multi_hot")
    found = layer(get_backend(backend).convert_to_tensor(np.array([[5, 6], [6, 6]])))
    assert backend == "numpy" or backend_of(found) is get_backend(backend)
    np.testing.assert_array_equal(plain(found), [[0, 1, 1], [0, 0, 1]])


def test_other_encodings(backend):
    layer = layers.StringLookup(vocabulary=["é", "b"], encoding="latin-1")
    np.testing.assert_array_equal(plain(layer(np.array([b"\xe9", b"b", b"x"]))), [1, 2, 0])


def test_bytes_that_are_no_text_are_hashed_as_they_are(backend):
    # FarmHash of b"\xff\xfe", as TensorFlow computes it
    tf = pytest.importorskip("tensorflow")
    words = np.array([b"\xff\xfe", b"\x80"])
    expected = tf.strings.to_hash_bucket_fast(words, 97).numpy()
    np.testing.assert_array_equal(
        plain(layers.StringLookup(vocabulary=["a"], num_oov_indices=97)(words)), expected
    )


def _streams():
    rows = [["b", "a"], ["c", "a"], ["a", "b"]]

    class Data:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            return np.array(rows[index])

    def tf_dataset():
        tf = pytest.importorskip("tensorflow")
        return tf.data.Dataset.from_tensor_slices(rows).batch(2)

    def loader():
        torch_data = pytest.importorskip("torch.utils.data")
        return torch_data.DataLoader(rows, batch_size=2, collate_fn=np.array)

    def column():
        return pytest.importorskip("pandas").Series([word for row in rows for word in row])

    return {"list": lambda: rows, "array": lambda: np.array(rows), "generator": lambda: (np.array(row) for row in rows),
            "PyDataset": Data, "tf.data": tf_dataset, "DataLoader": loader, "pandas": column}  # fmt: skip


@pytest.mark.engines("numpy")
@pytest.mark.parametrize("kind", _streams())
def test_adapts_to_any_data(kind, backend):
    layer = layers.StringLookup()
    layer.adapt(_streams()[kind]())
    assert layer.get_vocabulary() == ["[UNK]", "a", "b", "c"]


@pytest.mark.engines("numpy")
def test_adapting_in_steps(backend):
    layer = layers.StringLookup()
    layer.adapt((np.array([word]) for word in "aabbbcccc"), steps=5)
    assert layer.get_vocabulary(include_special_tokens=False) == ["b", "a"]
    assert layer.vocabulary_size() == 3
    layer.adapt(["x"])
    assert layer.get_vocabulary() == ["[UNK]", "x"]
    layer.update_state(["y", "y"])
    layer.update_state(["y", "z"])
    layer.finalize_state()
    assert layer.get_vocabulary() == ["[UNK]", "y", "z"]
    layer.reset_state()
    assert layer.get_vocabulary() == ["[UNK]"]


@pytest.mark.engines("numpy")
def test_a_file_as_vocabulary(tmp_path, backend):
    path = tmp_path / "words.txt"
    path.write_text("a\nb\nc")
    for given in (path, str(path)):
        layer = layers.StringLookup(vocabulary=given)
        assert layer.get_vocabulary() == ["[UNK]", "a", "b", "c"]
        assert layer.get_config()["vocabulary"] is None
    path.write_text("7\n5\n")
    assert layers.IntegerLookup(vocabulary=str(path)).get_vocabulary() == [-1, 7, 5]


BAD = {
    "L.StringLookup(max_tokens=0)": ValueError,
    "L.StringLookup(max_tokens=1)": ValueError,
    "L.StringLookup(num_oov_indices=-1)": ValueError,
    "L.StringLookup(num_oov_indices=1.5)": ValueError,
    "L.StringLookup(output_mode='binary')": ValueError,
    "L.StringLookup(pad_to_max_tokens=True, output_mode='count')": ValueError,
    "L.StringLookup(sparse=True)": ValueError,
    "L.StringLookup(invert=True, output_mode='count')": ValueError,
    "L.StringLookup(salt='x')": ValueError,
    "L.StringLookup(salt=[1, 2, 3])": ValueError,
    "L.StringLookup(encoding='klingon')": ValueError,
    "L.StringLookup(mask_token=0)": TypeError,
    "L.StringLookup(vocabulary=[])": ValueError,
    "L.StringLookup(vocabulary=['a', 'b', 'a'])": ValueError,
    "L.StringLookup(vocabulary=['a', ''], mask_token='')": ValueError,
    "L.StringLookup(vocabulary=['a', '[UNK]'], invert=True)": ValueError,
    "L.StringLookup(vocabulary=['a', 'b'], max_tokens=2)": ValueError,
    "L.StringLookup(vocabulary=[1, 2])": TypeError,
    "L.StringLookup(vocabulary=[['a'], ['b']])": ValueError,
    "L.StringLookup(vocabulary='/no/such/file')": ValueError,
    "L.StringLookup(vocabulary=['a'], output_mode='tf_idf')": ValueError,
    "L.StringLookup(vocabulary=['a'], idf_weights=[1.0])": ValueError,
    "L.StringLookup(vocabulary=['a'], idf_weights=[1.0, 2.0], output_mode='tf_idf')": ValueError,
    "L.StringLookup(idf_weights=[1.0], output_mode='tf_idf')": ValueError,
    "L.StringLookup(vocabulary=['a']).adapt(['b'])": ValueError,
    "L.StringLookup().adapt([])": ValueError,
    "L.StringLookup().adapt(np.array([1, 2]))": TypeError,
    "L.StringLookup().adapt(3)": TypeError,
    "L.StringLookup().adapt(object())": TypeError,
    "L.StringLookup().adapt(['a'], steps=0)": ValueError,
    "L.StringLookup().adapt(iter([(np.array(['a']), np.array([1]))]))": TypeError,
    "L.StringLookup()(['a'])": ValueError,
    "L.StringLookup(output_mode='count')(Input((1,), dtype='string'))": ValueError,
    "L.StringLookup(vocabulary=['a'])([1, 2])": TypeError,
    "L.StringLookup(vocabulary=['a'])(np.array([None, 'a']))": TypeError,
    "L.StringLookup(vocabulary=['a'])(Input((1,), dtype='int64'))": TypeError,
    "L.StringLookup(vocabulary=['a'], num_oov_indices=0)(['a', 'b'])": ValueError,
    "L.StringLookup(vocabulary=['a'], invert=True)(['a'])": TypeError,
    "L.StringLookup(vocabulary=['a'], invert=True)([0.5])": TypeError,
    "L.StringLookup(vocabulary=['a'])([['a'], ['b', 'c']])": TypeError,
    "L.IntegerLookup(vocabulary=['a'])": TypeError,
    "L.IntegerLookup(vocabulary=[1.5])": TypeError,
    "L.IntegerLookup(vocabulary=[1, 1])": ValueError,
    "L.IntegerLookup(vocabulary_dtype='int32')": ValueError,
    "L.IntegerLookup(mask_token=1.5)": TypeError,
    "L.IntegerLookup(oov_method='hash')": ValueError,
    "L.IntegerLookup(salt=3)": ValueError,
    "L.IntegerLookup(vocabulary=[1])(['a'])": TypeError,
    "L.IntegerLookup(vocabulary=[1])([1.5])": TypeError,
    "L.IntegerLookup(vocabulary=[1])(Input((1,)))": TypeError,
    "L.IntegerLookup(vocabulary=[1], num_oov_indices=0)([1, 9])": ValueError,
    "L.IntegerLookup()([1])": ValueError,
    "L.IntegerLookup(vocabulary=[1], unknown=3)": TypeError,
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input(code, backend):
    from tricorn import Input

    with pytest.raises(BAD[code]) as caught:
        eval(code, {"L": layers, "np": np, "Input": Input})
    assert type(caught.value) is BAD[code]
    assert "Lookup" in str(caught.value) and "\n" in str(caught.value)


def test_sparse_vectors(backend):
    layer = layers.StringLookup(vocabulary=["a", "b"], output_mode="count", sparse=True)
    data = np.array([["a", "a"], ["z", "b"]])
    if "sparse" not in get_backend(backend).capabilities:
        with pytest.raises(NotImplementedError, match="sparse"):
            layer(data)
        return
    found = layer(data)
    assert get_backend(backend).is_sparse_type(type(found))
    np.testing.assert_array_equal(plain(found), [[0, 2, 0], [1, 0, 1]])
