"""CategoryEncoding, Hashing, HashedCrossing and Discretization: values of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.preprocessing import Case, check, plain, reference_answers
from tricorn import Input, layers, ops
from tricorn.core.backend import backend_scope, get_backend
from tricorn.layers.preprocessing._quantile_summary import QuantileSummary

WORDS = "np.array(['a', 'bcd', 'é', 'a much longer string that has more than thirty-two bytes', 'x' * 70, '', 'y' * 300])"
NUMBERS = "np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])"


def _cases():
    for mode in ("one_hot", "multi_hot", "count"):
        for data in ("[3, 2, 0, 1]", "[[0, 1], [0, 0], [1, 2]]", "[[1], [2]]"):
            yield Case(f"L.CategoryEncoding(4, output_mode='{mode}')", f"np.array({data})")
        yield Case(f"L.Hashing(4, output_mode='{mode}')", "np.array([['a'], ['b']])")
        yield Case(f"L.Hashing(4, output_mode='{mode}', mask_value=0)", "np.array([[1, 0], [2, 2]])")
        yield Case(f"L.Discretization([0.0, 1.0, 2.0], output_mode='{mode}')", NUMBERS)
    for salt in (None, 133, [133, -137]):
        yield Case(f"L.Hashing(1000, salt={salt})", WORDS)
        yield Case(f"L.Hashing(1000, salt={salt})", "np.array([[1, 2], [-3, 10**10]])")
        yield Case(f"L.Hashing(3, mask_value='', salt={salt})", WORDS)
        yield Case(f"L.Hashing(3, mask_value=0, salt={salt})", "np.array([1, 0, 2, 4])")
    yield Case("L.Hashing(1000)", "np.array([[1, 2], [-3, 7]], 'int8')")
    yield Case("L.Hashing(1000)", "np.array([True, False])")
    strings, other, integers = (
        "np.array(['A', 'B', 'A', 'B'])",
        "np.array(['C', 'D', '', 'é'])",
        "np.array([101, -7, 0, 10**12])",
    )
    yield Case("L.HashedCrossing(10000)", f"({strings}, {integers})")
    yield Case("L.HashedCrossing(10000)", f"({strings}, {other})")
    yield Case("L.HashedCrossing(10000)", f"({strings}, {other}, {integers})")
    yield Case("L.HashedCrossing(10000)", f"({strings}[:, None], {integers}[:, None])")
    yield Case("L.HashedCrossing(4, output_mode='one_hot')", f"({strings}, {integers})")
    yield Case("L.Discretization([0.0, 1.0, 2.0])", NUMBERS)
    yield Case("L.Discretization([0.0, 1.0, 2.0])", "np.array([1, 2, -1])")
    yield Case("L.Discretization([0.0, 1.0])", "np.array([np.nan, np.inf, -np.inf])")
    yield Case("L.Discretization(num_bins=4)", "np.arange(20.0)", "np.arange(20.0).reshape(4, 5)")
    yield Case("L.Discretization(num_bins=4)", "np.arange(5.0)", "np.array([1.0, 2.0, 3.0, 4.0])")
    yield Case("L.Discretization(num_bins=3)", "np.arange(5.0)", "np.ones(10)")
    yield Case("L.Discretization(num_bins=3)", "np.arange(5.0)", "np.array([1.0, 4.0, 2.0, 3.0])")
    yield Case("L.Discretization(num_bins=1)", "np.arange(5.0)", "np.arange(10.0)")


CASES = list(_cases())


@pytest.fixture(scope="module")
def answers():
    return reference_answers(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_as_the_reference(case, backend, answers):
    layer, found, answer = check(case, answers)
    assert get_backend(backend).is_tensor_type(type(found))
    if "boundaries" in answer:
        np.testing.assert_allclose(layer.bin_boundaries, answer["boundaries"], rtol=1e-5)


def test_weights_of_counts(backend):
    ids = np.array([[0, 1], [0, 0], [1, 2], [3, 1]])
    weights = np.array([[0.1, 0.2], [0.1, 0.1], [0.2, 0.3], [0.4, 0.2]], "float32")
    expected = [[0.1, 0.2, 0, 0], [0.2, 0, 0, 0], [0, 0.2, 0.3, 0], [0, 0.2, 0, 0.4]]
    layer = layers.CategoryEncoding(4, output_mode="count")
    np.testing.assert_allclose(plain(layer(ids, count_weights=weights)), expected, rtol=1e-6)
    np.testing.assert_allclose(
        plain(layer(ops.convert_to_tensor(ids), ops.convert_to_tensor(weights))), expected, rtol=1e-6
    )
    symbolic = layer(Input((2,), dtype="int32"), count_weights=Input((2,)))
    assert symbolic.shape == (None, 4) and symbolic.dtype == "float32"


def test_more_axes(backend):
    """As in the reference's symbolic call; its real result has another shape."""
    ids = np.array([[[1, 3], [2, 2]]])
    expected = {"multi_hot": [[[0, 1, 0, 1], [0, 0, 1, 0]]], "count": [[[0, 1, 0, 1], [0, 0, 2, 0]]]}
    for mode, wanted in expected.items():
        np.testing.assert_array_equal(plain(layers.CategoryEncoding(4, output_mode=mode)(ids)), wanted)


@pytest.mark.engines("numpy", "jax")
def test_half_precision_counts_are_added_up_in_more(backend):
    dtype = "float16" if backend == "numpy" else "bfloat16"
    layer = layers.CategoryEncoding(2, output_mode="count", dtype=dtype)
    found = layer(np.zeros((1, 4096), "int32"))
    assert ops.dtype(found) == dtype
    assert plain(ops.cast(found, "float32"))[0, 0] == 4096


def test_sparse_vectors(backend):
    layer = layers.CategoryEncoding(4, output_mode="count", sparse=True)
    if "sparse" not in get_backend(backend).capabilities:
        with pytest.raises(NotImplementedError, match="sparse"):
            layer(np.array([[1, 1]]))
        return
    found = layer(np.array([[1, 1], [0, 3]]))
    assert get_backend(backend).is_sparse_type(type(found))
    np.testing.assert_array_equal(plain(found), [[0, 2, 0, 0], [1, 0, 0, 1]])
    assert layer(Input((2,), dtype="int32")).sparse
    assert layers.CategoryEncoding.from_config(layer.get_config()).sparse


def test_inside_compiled_functions(training_backend):
    """Hashes are computed on the host then, the rest by the engine."""
    data = np.array([[1, 7], [3, 4]], "int32")
    stack = [layers.Hashing(5), layers.IntegerLookup(vocabulary=[0, 3], num_oov_indices=4, oov_method="farmhash"),
             layers.IntegerLookup(vocabulary=[0, 3], output_mode="multi_hot"), layers.CategoryEncoding(8),
             layers.Discretization([2, 5]), layers.Hashing(5, output_mode="count", salt=3)]  # fmt: skip
    expected = [plain(layer(data)) for layer in stack]
    if training_backend == "jax":
        import jax

        run = jax.jit(lambda x: [layer(x) for layer in stack])
    elif training_backend == "tensorflow":
        import tensorflow as tf

        run = tf.function(lambda x: [layer(x) for layer in stack])
    else:
        run = lambda x: [layer(x) for layer in stack]  # noqa: E731
    for found, wanted in zip(run(ops.convert_to_tensor(data)), expected, strict=True):
        np.testing.assert_allclose(plain(found), wanted)


def test_an_error_out_of_a_compiled_function():
    jax = pytest.importorskip("jax")
    with backend_scope("jax"):
        layer = layers.IntegerLookup(vocabulary=[1], num_oov_indices=0)
    with pytest.raises(Exception, match="unknown tokens have no id"):
        jax.block_until_ready(jax.jit(layer)(np.array([1, 2])))


# --- quantiles -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("epsilon", (0.1, 0.01))
@pytest.mark.parametrize("kind", ("normal", "sorted", "few values", "descending"))
def test_quantiles_of_a_stream(epsilon, kind):
    rng = np.random.default_rng(0)
    values = {"normal": rng.normal(size=300_000), "sorted": np.arange(300_000.0), "few values": rng.integers(0, 5, 300_000),
              "descending": -np.arange(300_000.0)}[kind].astype("float32")  # fmt: skip
    summary = QuantileSummary(epsilon)
    for start in range(0, len(values), 1777):
        summary.add(values[start : start + 1777])
    shares = np.arange(1, 10) / 10
    found = summary.quantiles(shares)
    ordered = np.sort(values)
    lower, upper = (np.searchsorted(ordered, found, side) / len(values) for side in ("left", "right"))
    assert np.all(lower <= shares + epsilon) and np.all(upper >= shares - epsilon)
    assert sum(len(part) for level in summary._levels for part in level) < 40 * 64 / epsilon
    # Much closer than promised
    assert np.all(lower <= shares + epsilon / 4) and np.all(upper >= shares - epsilon / 4)


@pytest.mark.engines("numpy")
def test_discretization_of_streams(backend):
    layer = layers.Discretization(num_bins=4)
    layer.adapt(np.arange(start, start + 10.0) for start in range(0, 100, 10))
    assert layer.bin_boundaries == [24.0, 49.0, 74.0]
    again = layers.Discretization.from_config(layer.get_config())
    assert again.bin_boundaries == [24.0, 49.0, 74.0] and again.num_bins == 4
    again.adapt(np.array([1.0, 2.0, 3.0, 4.0]))
    assert again.bin_boundaries == [1.0, 2.0, 3.0]
    again.reset_state()
    with pytest.raises(ValueError, match="no boundaries"):
        again(np.ones(3))


BAD = {
    "L.CategoryEncoding()": ValueError,
    "L.CategoryEncoding(0)": ValueError,
    "L.CategoryEncoding(2.5)": ValueError,
    "L.CategoryEncoding(4, output_mode='int')": ValueError,
    "L.CategoryEncoding(4)(np.array([[4]]))": ValueError,
    "L.CategoryEncoding(4)(np.array([[-1, 1]]))": ValueError,
    "L.CategoryEncoding(4)(np.array([[1.5]]))": ValueError,
    "L.CategoryEncoding(4)(np.array(['a']))": TypeError,
    "L.CategoryEncoding(4)(np.array([[1]]), count_weights=np.array([[1.0]]))": ValueError,
    "L.Hashing(0)": ValueError,
    "L.Hashing(None)": ValueError,
    "L.Hashing(3.5)": ValueError,
    "L.Hashing(1, mask_value='')": ValueError,
    "L.Hashing(3, salt='a')": ValueError,
    "L.Hashing(3, salt=[1, 2, 3])": ValueError,
    "L.Hashing(3, output_mode='tf_idf')": ValueError,
    "L.Hashing(3, dtype='float32')": ValueError,
    "L.Hashing(3, sparse=True)": ValueError,
    "L.Hashing(3)(np.array([1.0]))": TypeError,
    "L.Hashing(3)(Input((1,)))": TypeError,
    "L.HashedCrossing(0)": ValueError,
    "L.HashedCrossing(4, output_mode='multi_hot')": ValueError,
    "L.HashedCrossing(4, dtype='float32')": ValueError,
    "L.HashedCrossing(4)(np.array([1, 2]))": ValueError,
    "L.HashedCrossing(4)((np.array([1]),))": ValueError,
    "L.HashedCrossing(4)((np.array([[1, 2]]), np.array([[1, 2]])))": ValueError,
    "L.HashedCrossing(4)((np.array([1, 2, 3]), np.array([1, 2])))": ValueError,
    "L.HashedCrossing(4)((np.array([1.0]), np.array([1.0])))": TypeError,
    "L.HashedCrossing(4)((Input((1,)), Input((1,))))": TypeError,
    "L.HashedCrossing(4)((Input((1,), dtype='int32'), Input((2,), dtype='int32')))": ValueError,
    "L.Discretization()": ValueError,
    "L.Discretization([1.0], num_bins=3)": ValueError,
    "L.Discretization(num_bins=0)": ValueError,
    "L.Discretization(num_bins=2.5)": ValueError,
    "L.Discretization(num_bins=3, epsilon=0)": ValueError,
    "L.Discretization([2.0, 1.0])": ValueError,
    "L.Discretization([[1.0]])": ValueError,
    "L.Discretization(['a'])": ValueError,
    "L.Discretization([np.nan])": ValueError,
    "L.Discretization(num_bins=3)(np.ones(3))": ValueError,
    "L.Discretization([0.0]).adapt([1.0])": ValueError,
    "L.Discretization(num_bins=3, output_mode='x')": ValueError,
    "L.Discretization(num_bins=3, sparse=True)": ValueError,
    "L.Discretization([0.0])(np.array(['a']))": TypeError,
    "L.Discretization([0.0])(Input((1,), dtype='string'))": TypeError,
    "L.Discretization(num_bins=3).adapt(np.array(['a']))": TypeError,
    "L.Discretization(num_bins=3).adapt(np.array([np.nan]))": ValueError,
}


@pytest.mark.parametrize("code", BAD)
def test_bad_input(code, backend):
    with pytest.raises(BAD[code]) as caught:
        eval(code, {"L": layers, "np": np, "Input": Input})
    assert type(caught.value) is BAD[code]
    assert code.partition("(")[0].removeprefix("L.") in str(caught.value)
