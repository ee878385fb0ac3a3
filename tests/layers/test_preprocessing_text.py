"""TextVectorization: tokens, vocabularies, ids and vectors of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.preprocessing import Case, check, plain, reference_answers
from tricorn import Input, layers, ops
from tricorn.core.backend import get_backend

TEXTS = r"np.array(['Earth, wind!  and; <b>fire</b> fire', 'a\tb\nwind'])"
VOCABULARY = (
    "['earth', 'wind', 'and', 'fire', 'a', 'b', ' ', 'Earth,', 'Earth', 'earth,', 'bfireb', '<b>fire</b>']"
)


def _cases():
    def given(arguments="", data=TEXTS):
        return Case(f"L.TextVectorization(vocabulary={VOCABULARY}, {arguments})", data)

    for data in (TEXTS, f"{TEXTS}[:, None]", f"{TEXTS}[0]", "np.array(['', 'wind'])", "np.array(['', ''])"):
        yield given(data=data)
        yield given("output_sequence_length=3", data)
        yield given("split='character', output_sequence_length=9", data)
    yield given("output_sequence_length=20")
    for standard in ("lower", "strip_punctuation", "lower_and_strip_punctuation", None):
        yield given(f"standardize={standard!r}")
    yield given("split=None", "np.array([['wind', 'And'], ['fire', 'x']])")
    yield given("split=None", "np.array(['wind', 'and'])")
    yield given("split=None, output_sequence_length=3", "np.array([['wind', 'and'], ['x', 'fire']])")
    yield given("split=None, output_mode='count'", "np.array([['wind', 'and'], ['wind', 'wind']])")
    for mode in ("multi_hot", "count"):
        yield given(f"output_mode={mode!r}")
        yield given(f"output_mode={mode!r}, max_tokens=20, pad_to_max_tokens=True")
        yield Case(f"L.TextVectorization(output_mode={mode!r}, ngrams=2)", TEXTS, TEXTS)
    yield Case(
        "L.TextVectorization(vocabulary=['a', 'wind'], output_mode='tf_idf', idf_weights=[1.0, 2.0])", TEXTS
    )
    for arguments in ("", "max_tokens=4", "ngrams=2", "ngrams=(2,)", "ngrams=(1, 3)", "output_mode='tf_idf'",
                      "output_mode='tf_idf', max_tokens=5, pad_to_max_tokens=True", "split='character'",
                      "standardize=None, ngrams=3"):  # fmt: skip
        yield Case(f"L.TextVectorization({arguments})", TEXTS, TEXTS)
    # Beyond ASCII nothing is lowered, stripped or split.
    yield Case(
        "L.TextVectorization(vocabulary=['é', 'É', 'ß', 'a»b'])", "np.array(['É é ẞ İ ß', 'a»b A»B «a»'])"
    )
    yield Case("L.TextVectorization(vocabulary=['a', 'b'], standardize=None)",
               r"np.array(['a\u00a0b a\u3000b a\x0bb a\x0cb a\u2003b a\x1cb \x85 a'])")  # fmt: skip
    yield Case(
        "L.TextVectorization(vocabulary=['ab', 'ba'])",
        "np.array(['a%sb b%sa' % (c, c) for c in __import__('string').punctuation])",
    )
    yield Case(
        "L.TextVectorization(vocabulary=['é', 'à', '👍'], split='character')", "np.array(['éà', '👍🏽é'])"
    )


CASES = list(_cases())


@pytest.fixture(scope="module")
def answers():
    return reference_answers(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_the_reference(case, backend, answers):
    layer, found, _ = check(case, answers)
    assert get_backend(backend).is_tensor_type(type(found))
    data = eval(case.data, {"np": np})
    spec = layer(Input(batch_shape=data.shape, dtype="string"))
    assert len(spec.shape) == found.ndim
    assert all(size in (None, real) for size, real in zip(spec.shape, found.shape, strict=True))
    kind = ops.dtype(ops.convert_to_tensor(np.zeros((), spec.dtype)))
    assert ops.dtype(found) == kind


def test_specs(backend):
    layer = layers.TextVectorization(vocabulary=["a", "b"])
    assert layer(Input((1,), dtype="string")).shape == (None, None)
    assert layer(Input((), dtype="string")).shape == (None, None)
    layer = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=5)
    assert layer(Input((1,), dtype="string")).shape == (None, 5)
    layer = layers.TextVectorization(vocabulary=["a", "b"], output_mode="count")
    assert layer(Input((1,), dtype="string")).shape == layer(Input((), dtype="string")).shape == (None, 3)


def _lower(x):
    """What works on what each engine gives: a tensor on TensorFlow, an array elsewhere."""
    if isinstance(x, np.ndarray):
        return np.char.lower(x)
    import tensorflow as tf

    return tf.strings.lower(x)


def _by_comma(x):
    if isinstance(x, np.ndarray):
        return [text.split(",") for text in x.tolist()]
    import tensorflow as tf

    return tf.strings.split(x, ",")


def test_functions_of_the_user(backend):
    layer = layers.TextVectorization(standardize=_lower, split=_by_comma)
    layer.adapt(np.array(["A,b c", "a"]))
    assert layer.get_vocabulary() == ["", "[UNK]", "a", "b c"]
    np.testing.assert_array_equal(plain(layer(np.array([["B C,A"], ["x"]]))), [[3, 2], [1, 0]])
    if backend == "tensorflow":
        import tensorflow as tf

        found = next(iter(tf.data.Dataset.from_tensor_slices(["B C,A"]).batch(1).map(layer)))
        np.testing.assert_array_equal(found.numpy(), [[3, 2]])


def test_functions_that_give_something_else(backend):
    for layer in (layers.TextVectorization(standardize=lambda x: x[:1], vocabulary=["a"]),
                  layers.TextVectorization(split=lambda x: x, vocabulary=["a"]),
                  layers.TextVectorization(split=lambda x: _by_comma(x[:1]), vocabulary=["a"])):  # fmt: skip
        with pytest.raises(ValueError, match="must give"):
            layer(np.array(["a", "b"]))


def test_ragged(backend):
    layer = layers.TextVectorization(vocabulary=["a", "b"], ragged=True)
    if backend != "tensorflow":
        with pytest.raises(NotImplementedError, match="ragged"):
            layer(["a b a", "b"])
        return
    assert layer(["a b a", "b", ""]).to_list() == [[2, 3, 2], [3], []]
    cut = layers.TextVectorization(vocabulary=["a", "b"], ragged=True, output_sequence_length=2)
    assert cut(["a b a", "b", ""]).to_list() == [[2, 3], [3], []]


def test_adapts_to_streams(backend):
    tf = pytest.importorskip("tensorflow")
    texts = ["b a", "c a", "a b"]
    for data in ((np.array([text]) for text in texts), tf.data.Dataset.from_tensor_slices(texts),
                 tf.data.Dataset.from_tensor_slices(texts).batch(2), np.array(texts)[:, None]):  # fmt: skip
        layer = layers.TextVectorization()
        layer.adapt(data)
        assert layer.get_vocabulary() == ["", "[UNK]", "a", "b", "c"]


BAD = {
    "T(standardize='x')": ValueError,
    "T(split='x')": ValueError,
    "T(ngrams=0)": ValueError,
    "T(ngrams=(1, -1))": ValueError,
    "T(ngrams='a')": ValueError,
    "T(output_sequence_length=0)": ValueError,
    "T(output_mode='count', output_sequence_length=3)": ValueError,
    "T(output_mode='count', ragged=True)": ValueError,
    "T(output_mode='x')": ValueError,
    "T(sparse=True)": ValueError,
    "T(max_tokens=1)": ValueError,
    "T(pad_to_max_tokens=True)": ValueError,
    "T(encoding='klingon')": ValueError,
    "T(vocabulary=[])": ValueError,
    "T(vocabulary=['a', 'a'])": ValueError,
    "T(vocabulary=['a', 'b'], max_tokens=2)": ValueError,
    "T(vocabulary=['a'], output_mode='tf_idf')": ValueError,
    "T(vocabulary=['a']).adapt(['a'])": ValueError,
    "T()(['a'])": ValueError,
    "T(vocabulary=['a'])([1, 2])": TypeError,
    "T(vocabulary=['a'])(np.array([['a', 'b']]))": ValueError,
    "T(vocabulary=['a'])(Input((2,), dtype='string'))": ValueError,
    "T(vocabulary=['a'])(Input((1,)))": TypeError,
    "T(output_mode='count')(Input((1,), dtype='string'))": ValueError,
    "T().adapt(np.array([1, 2]))": TypeError,
    "T().adapt([['a', 'b']])": ValueError,
    "T(foo=1)": TypeError,
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input(code, backend):
    with pytest.raises(BAD[code]) as caught:
        eval(code, {"T": layers.TextVectorization, "np": np, "Input": Input})
    assert type(caught.value) is BAD[code]
    assert "TextVectorization" in str(caught.value) or "StringLookup" in str(caught.value)
