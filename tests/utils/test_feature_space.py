"""FeatureSpace: values and files of the reference."""

from __future__ import annotations

import numpy as np
import pytest

import tricorn as keras
from tests.support.oracle import oracle
from tests.support.preprocessing import plain
from tricorn import layers, ops
from tricorn.core.backend import backend_scope
from tricorn.utils import FeatureSpace

DATA = {
    "s": np.array(["a", "b", "a", "c"]), "i": np.array([1, 2, 1, 3]), "f": np.array([1.0, 2.0, 3.0, 4.0]),
    "sh": np.array(["x", "y", "z", "x"]), "ih": np.array([10, 20, 30, 10]), "fd": np.array([1.0, 2.0, 3.0, 4.0]),
    "fr": np.array([1.0, 2.0, 3.0, 4.0]), "fl": np.array([5, 6, 7, 8]),
}  # fmt: skip

MAKE = """
def make(FeatureSpace, output_mode):
    return FeatureSpace(
        features={"s": "string_categorical", "i": FeatureSpace.integer_categorical(num_oov_indices=2),
                  "f": "float_normalized", "sh": FeatureSpace.string_hashed(num_bins=5), "ih": "integer_hashed",
                  "fd": FeatureSpace.float_discretized(num_bins=3), "fr": FeatureSpace.float_rescaled(scale=0.5, offset=1.0),
                  "fl": "float"},
        crosses=[("s", "i"), FeatureSpace.cross(("fd", "s"), crossing_dim=4)], crossing_dim=6, hashing_dim=7,
        output_mode=output_mode)
"""
exec(MAKE)
make = globals()["make"]

REFERENCE = """
exec(code)
space = make(keras.utils.FeatureSpace, mode)
space.adapt(data)
space.save(path)
result = {"y": space(data), "one": space({k: v[0] for k, v in data.items()}), "config": space.get_config(),
          "inputs": space.get_inputs(), "encoded": space.get_encoded_features()}
"""


def adapted(mode="concat"):
    space = make(FeatureSpace, mode)
    space.adapt(DATA)
    return space


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    modes = ("concat", "dict")
    pieces = [
        (REFERENCE, {"code": MAKE, "mode": mode, "data": DATA, "path": str(folder / f"{mode}.keras")})
        for mode in modes
    ]
    found = dict(zip(modes, oracle("tensorflow").run_many(pieces), strict=True))
    return {**found, "folder": folder}


def same(found, expected):
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for name, value in expected.items():
            np.testing.assert_allclose(plain(found[name]), value, rtol=1e-5, err_msg=name)
    else:
        np.testing.assert_allclose(plain(found), expected, rtol=1e-5)


@pytest.mark.parametrize("mode", ("concat", "dict"))
def test_as_the_reference(mode, backend, answers):
    answer = answers[mode]
    space = adapted(mode)
    same(space(DATA), answer["y"])
    same(space({name: value[0] for name, value in DATA.items()}), answer["one"])
    same(space({name: value[:, None] for name, value in DATA.items()}), answer["y"])
    same(space({name: value.tolist() for name, value in DATA.items()}), answer["y"])
    inputs, encoded = space.get_inputs(), space.get_encoded_features()
    assert {k: (x.shape, x.dtype) for k, x in inputs.items()} == {
        k: (tuple(x["shape"]), x["dtype"]) for k, x in answer["inputs"].items()}  # fmt: skip
    if mode == "concat":
        assert encoded.shape == tuple(answer["encoded"]["shape"])
    else:
        assert {k: x.shape for k, x in encoded.items()} == {
            k: tuple(x["shape"]) for k, x in answer["encoded"].items()
        }


@pytest.mark.parametrize("mode", ("concat", "dict"))
def test_files_of_the_reference(mode, backend, answers, tmp_path):
    space = keras.models.load_model(answers["folder"] / f"{mode}.keras")
    assert type(space)._public_class() is FeatureSpace
    same(space(DATA), answers[mode]["y"])
    space.save(tmp_path / "ours.keras")
    code = "result = keras.models.load_model(path)(data)"
    expected = answers[mode]["y"]
    same(oracle("tensorflow").run(code, path=str(tmp_path / "ours.keras"), data=DATA), expected)
    same(keras.models.load_model(tmp_path / "ours.keras")(DATA), expected)


def _unnamed(config):
    if isinstance(config, dict):
        return {
            k: _unnamed(v)
            for k, v in config.items()
            if k not in ("name", "shared_object_id", "registered_name")
        }
    return [_unnamed(item) for item in config] if isinstance(config, (list, tuple)) else config


@pytest.mark.engines("numpy")
def test_config_is_the_references(backend, answers):
    ours, theirs = _unnamed(adapted().get_config()), _unnamed(answers["concat"]["config"])
    for config in (ours, theirs):
        boundaries = config["features"]["fd"]["config"]["preprocessor"]["config"].pop("bin_boundaries")
        np.testing.assert_allclose(boundaries, [4 / 3, 8 / 3], rtol=1e-6)
    assert ours == theirs


def test_in_a_model(training_backend):
    space = adapted()
    output = layers.Dense(1)(space.get_encoded_features())
    model = keras.Model(space.get_inputs(), output)
    encoder = keras.Model(space.get_inputs(), space.get_encoded_features())
    np.testing.assert_allclose(encoder.predict(DATA, verbose=0), plain(space(DATA)), rtol=1e-5)
    model.compile("sgd", "mse")
    losses = model.fit(DATA, np.array([1.0, 2.0, 3.0, 4.0]), epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_adapts_to_streams_in_one_pass(backend):
    rows = ({name: value[start : start + 2] for name, value in DATA.items()} for start in (0, 2))
    space = make(FeatureSpace, "concat")
    space.adapt(rows)
    np.testing.assert_allclose(plain(space(DATA)), plain(adapted()(DATA)), rtol=1e-5)


def test_in_a_tf_data_map(backend):
    tf = pytest.importorskip("tensorflow")
    space = make(FeatureSpace, "concat")
    space.adapt(tf.data.Dataset.from_tensor_slices(DATA))
    expected = plain(space(DATA))
    for dataset in (
        tf.data.Dataset.from_tensor_slices(DATA).map(space),
        tf.data.Dataset.from_tensor_slices(DATA).batch(4).map(space).unbatch(),
    ):
        np.testing.assert_allclose(np.stack(list(dataset.as_numpy_iterator())), expected, rtol=1e-5)


def test_layers_of_the_user(backend):
    space = FeatureSpace({"text": FeatureSpace.feature("string", layers.TextVectorization(output_mode="count"), "float"),
                          "age": FeatureSpace.float_discretized(num_bins=None, bin_boundaries=[10, 20])})  # fmt: skip
    data = {"text": np.array(["a b", "b b"]), "age": np.array([5.0, 25.0])}
    space.adapt(data)
    np.testing.assert_allclose(plain(space(data)), [[1, 0, 0, 0, 1, 1], [0, 0, 1, 0, 2, 0]])


def test_categories_as_integers(backend):
    features = {"s": FeatureSpace.string_categorical(output_mode="int"),
                "i": FeatureSpace.integer_hashed(5, output_mode="int")}  # fmt: skip
    crosses = [FeatureSpace.cross(("s", "i"), 7, output_mode="int")]
    space = FeatureSpace(features, crosses=crosses, output_mode="dict")
    space.adapt(DATA)
    found = space(DATA)
    assert all("int" in ops.dtype(value) for value in found.values())
    np.testing.assert_array_equal(plain(found["s"]), [[1], [3], [1], [2]])
    assert set(found) == {"s", "i", "s_X_i"}


def test_without_anything_to_learn(backend):
    space = FeatureSpace({"a": "float", "b": FeatureSpace.string_hashed(2)})
    assert space({"a": [1.0], "b": ["x"]}).shape == (1, 3)


@pytest.mark.engines("numpy")
def test_on_another_engine(backend):
    with backend_scope("torch"):
        space = adapted()
    found = space({name: ops.convert_to_tensor(value) for name, value in DATA.items()})
    assert plain(found).shape == (4, plain(adapted()(DATA)).shape[1])


BAD = {
    "FS({})": ValueError,
    "FS(['a'])": ValueError,
    "FS({'a': 'foo'})": ValueError,
    "FS({'a': 3})": ValueError,
    "FS({'a': 'float'}, output_mode='x')": ValueError,
    "FS({'a': 'float'}, crosses=[('a', 'b')])": ValueError,
    "FS({'a': 'float'}, crosses=['ab'])": ValueError,
    "FS({'a': 'float', 'b': 'float'}, crosses=[('a', 'b')])": ValueError,
    "FS.cross(('a',), 3)": ValueError,
    "FS.cross(('a', 'b'), 3, output_mode='float')": ValueError,
    "FS.string_categorical(output_mode='x')": ValueError,
    "FS.feature('string', None, 'float')": TypeError,
    "FS({'a': 'float_normalized'})({'a': np.ones(3)})": ValueError,
    "FS({'a': 'float_normalized'}).get_encoded_features()": ValueError,
    "FS({'a': 'float'})({'b': np.ones(3)})": KeyError,
    "FS({'a': 'float'})(np.ones(3))": TypeError,
    "FS({'a': 'float'}).adapt(np.ones(3))": ValueError,
    "FS({'a': 'float_normalized'}).adapt({'b': np.ones(3)})": KeyError,
    "FS({'a': 'float_normalized'}).adapt(iter([np.ones(3)]))": ValueError,
    "FS({'a': 'float_normalized'}).adapt(iter([]))": ValueError,
    "FS({'a': FS.string_hashed(3, output_mode='int')}).get_encoded_features()": ValueError,
    "FS({'a': FS.feature('float32', layers.Rescaling(2.0), 'one_hot')}).get_encoded_features()": ValueError,
}


@pytest.mark.engines("numpy", "jax")
@pytest.mark.parametrize("code", BAD)
def test_bad_input(code, backend):
    with pytest.raises(BAD[code]) as caught:
        eval(code, {"FS": FeatureSpace, "np": np, "layers": layers})
    assert type(caught.value) is BAD[code]
    assert any(name in str(caught.value) for name in ("FeatureSpace", "Feature", "Cross"))
