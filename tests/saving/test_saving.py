"""What saving and loading promise beside the format: wholeness, reports, custom classes, places of parts."""

import os
import pathlib
import signal
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest

import tricorn as keras
from tests.saving import builders
from tests.support.fresh_process import ROOT
from tests.support.oracle import oracle
from tricorn import layers
from tricorn.core.errors import FileFormatError, NotSupportedError, UnsafeFileError

# --- a save is whole or it did not happen --------------------------------------------------------------
KILLED = """
import os, signal, sys, zipfile
import tricorn as keras
from tricorn.saving import _hdf5_write
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
whole = _hdf5_write.write_part
def killed(*arguments):
    whole(*arguments)
    if arguments[1]:
        print("killed", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
_hdf5_write.write_part = killed
model.save(sys.argv[1]) if sys.argv[1].endswith(".keras") else model.save_weights(sys.argv[1])
"""


@pytest.mark.parametrize("name", ["model.keras", "model.weights.h5"])
def test_a_killed_save_leaves_the_old_file(name, tmp_path):
    path = tmp_path / name
    with keras.backend_scope("numpy"):
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        model.save(path) if name.endswith(".keras") else model.save_weights(path)
    before = path.read_bytes()
    process = subprocess.run([sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, cwd=ROOT,
                             env={**os.environ, "TRICORN_BACKEND": "numpy"}, check=False)  # fmt: skip
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert process.stdout == "killed\n"
    assert path.read_bytes() == before
    with keras.backend_scope("numpy"):
        model.load_weights(path)


class Stubborn(layers.Dense):
    def save_own_variables(self, store):
        raise OSError("the disk is full")


@pytest.mark.parametrize("zipped", [None, False])
def test_a_failed_save_leaves_nothing_behind(zipped, tmp_path):
    with keras.backend_scope("numpy"):
        keras.Sequential([keras.Input((4,)), layers.Dense(3)]).save(tmp_path / "model.keras", zipped=zipped)
        model = keras.Sequential([keras.Input((4,)), Stubborn(3)])
        with pytest.raises(OSError, match="disk is full"):
            model.save(tmp_path / "model.keras", zipped=zipped)
        assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
        keras.saving.load_model(tmp_path / "model.keras")


def test_a_directory_of_files(backend, tmp_path):
    model = builders.build(keras, "mlp")
    model.save(tmp_path / "model", zipped=False)
    model.save(tmp_path / "model", zipped=False)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json", "metadata.json", "model.weights.h5"]  # fmt: skip
    again = keras.saving.load_model(tmp_path / "model")
    np.testing.assert_allclose(
        builders.outputs(again, "mlp")[0], builders.outputs(model, "mlp")[0], rtol=1e-6
    )


@pytest.mark.engines("numpy")
def test_where_files_go(backend, tmp_path):
    model = builders.build(keras, "mlp")
    path = tmp_path / "model.keras"
    model.save(str(path))
    path.chmod(0o640)
    model.save(path)
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(FileExistsError, match="overwrite=True"):
        model.save(path, overwrite=False)
    with pytest.raises(FileNotFoundError, match="directory"):
        model.save(tmp_path / "none" / "model.keras")
    with pytest.raises(ValueError, match=r"\.keras"):
        model.save(tmp_path / "model.zip")
    with pytest.raises(NotSupportedError, match=r"weights\.h5"):
        model.save(tmp_path / "model.h5")
    with pytest.raises(ValueError, match=r"\.weights\.h5"):
        model.save_weights(tmp_path / "model.h5")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        model.load_weights(tmp_path / "none.weights.h5")
    link = tmp_path / "link.keras"
    link.symlink_to(path)
    model.save(link)
    assert link.is_symlink()
    keras.saving.load_model(link)


def test_new_shards_replace_old_ones(tmp_path):
    with keras.backend_scope("numpy"):
        model = builders.build(keras, "sequential")
        model.save_weights(tmp_path / "m.weights.json", max_shard_size=1e-7)
        first = set(tmp_path.iterdir())
        model.save_weights(tmp_path / "m.weights.json", max_shard_size=1e-7)
        second = set(tmp_path.iterdir())
        assert len(first) == len(second)
        assert first & second == {tmp_path / "m.weights.json"}
        expected = model.get_weights()
        model.set_weights([0 * value for value in expected])
        model.load_weights(tmp_path / "m.weights.json")
        for one, other in zip(model.get_weights(), expected, strict=True):
            np.testing.assert_array_equal(one, other)


# --- what does not fit is told ---------------------------------------------------------------------------
def two_layers(units, names=("a", "b"), bias=True):
    return keras.Sequential([keras.Input((4,)), layers.Dense(3, name=names[0], use_bias=bias),
                             layers.Dense(units, name=names[1])])  # fmt: skip


@pytest.mark.engines("numpy", "torch")
def test_all_misfits_are_listed_and_nothing_changes(backend, tmp_path):
    two_layers(2).save_weights(tmp_path / "m.weights.h5")
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), layers.Dense(5), layers.LayerNormalization()]
    )
    before = model.get_weights()
    with pytest.raises(ValueError, match="does not fit") as caught:
        model.load_weights(tmp_path / "m.weights.h5")
    message = str(caught.value)
    for part in ("missing: 2", "layers/layer_normalization/vars/0", "mismatched: 2",
                 "shape (3, 5) here, (3, 2) in the file", "matched: 2", "skip_mismatch=True"):  # fmt: skip
        assert part in message
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.engines("numpy")
def test_unexpected_values_are_told(backend, tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(3), layers.Dense(2)])
    model.save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(ValueError, match="unexpected: 2"):
        keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(3)]).load_weights(
            tmp_path / "m.weights.h5"
        )


@pytest.mark.engines("numpy")
def test_skip_mismatch_takes_what_fits_and_warns(backend, tmp_path):
    source = two_layers(2)
    source.save_weights(tmp_path / "m.weights.h5")
    model = two_layers(5)
    with pytest.warns(UserWarning, match="mismatched: 2"):
        model.load_weights(tmp_path / "m.weights.h5", skip_mismatch=True)
    np.testing.assert_array_equal(model.layers[0].kernel.numpy(), source.layers[0].kernel.numpy())
    other = two_layers(2, bias=False)  # one variable fewer: its numbers would mean others
    with pytest.warns(UserWarning, match="1 variables in Dense"):
        other.load_weights(tmp_path / "m.weights.h5", skip_mismatch=True)


@pytest.mark.engines("numpy")
def test_an_unbuilt_model_says_so(backend, tmp_path):
    two_layers(2).save_weights(tmp_path / "m.weights.h5")
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    with pytest.raises(ValueError, match="not built"):
        model.load_weights(tmp_path / "m.weights.h5")


def test_optimizer_state_must_fit_unless_not_asked_for(training_backend, tmp_path):
    model = two_layers(2)
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 2)), verbose=0)
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = parts["config.json"].replace(b'"Adam"', b'"SGD"').replace(b'"beta_1": 0.9, ', b"")
    for text in (b'"beta_2": 0.999, ', b'"epsilon": 1e-07, '):
        parts["config.json"] = parts["config.json"].replace(text, b"")
    parts["config.json"] = parts["config.json"].replace(b'"amsgrad": false', b'"momentum": 0.0')
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="optimizer's state"):
        keras.saving.load_model(tmp_path / "other.keras")
    again = keras.saving.load_model(tmp_path / "other.keras", compile=False)
    assert not again.compiled
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    model.save(tmp_path / "small.keras", include_optimizer=False)
    assert not keras.saving.load_model(tmp_path / "small.keras").compiled


def test_weights_file_carries_the_optimizer(training_backend, tmp_path):
    x, y = np.ones((4, 4)), np.ones((4, 2))
    model = two_layers(2)
    model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    model.save_weights(tmp_path / "m.weights.h5")
    again = two_layers(2)
    again.load_weights(tmp_path / "m.weights.h5")  # not compiled: the state is not asked for
    again.compile("adam", "mse")
    again.load_weights(tmp_path / "m.weights.h5")
    assert int(again.optimizer.iterations) == 1
    again.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="optimizer's state was not loaded"):
        again.load_weights(tmp_path / "m.weights.h5")


# --- dtypes ---------------------------------------------------------------------------------------------
class Holds(layers.Layer):
    DTYPES = ("bool", "int8", "uint8", "int32", "float16", "bfloat16", "float32")

    def build(self, input_shape):
        for dtype in self.DTYPES:
            self.add_weight((2, 3), dtype=dtype, trainable=False, initializer="ones", name=dtype)
        self.add_weight((), trainable=False, initializer="ones", name="scalar")

    def call(self, x):
        return x


def test_dtypes_go_both_ways(backend, tmp_path):
    model = keras.Sequential([keras.Input((2,)), Holds()])
    for index, variable in enumerate(model.weights):
        variable.assign(np.full(variable.shape, index % 2).astype("float32"))
    model.save_weights(tmp_path / "ours.weights.h5")
    code = """
class Holds(keras.layers.Layer):
    def build(self, input_shape):
        for dtype in dtypes:
            self.add_weight((2, 3), dtype=dtype, trainable=False, initializer="ones", name=dtype)
        self.add_weight((), trainable=False, initializer="ones", name="scalar")
    def call(self, x):
        return x
model = keras.Sequential([keras.Input((2,)), Holds()])
model.load_weights(folder + "/ours.weights.h5")
result = [np.asarray(keras.ops.cast(v, "float32")) for v in model.weights]
for v in model.weights:
    v.assign(1 - keras.ops.cast(v, "float32"))
model.save_weights(folder + "/theirs.weights.h5")
"""
    seen = oracle("jax").run(code, folder=str(tmp_path), dtypes=Holds.DTYPES)
    for index, value in enumerate(seen):
        np.testing.assert_array_equal(value, np.full(value.shape, index % 2))
    model.load_weights(tmp_path / "theirs.weights.h5")
    for index, variable in enumerate(model.weights):
        np.testing.assert_array_equal(
            variable.numpy().astype("float32"), np.full(variable.shape, 1 - index % 2)
        )


@pytest.mark.engines("numpy")
def test_a_dtype_of_another_kind_is_refused(backend, tmp_path):
    model = two_layers(2)
    model.save_weights(tmp_path / "m.weights.h5")
    with h5py.File(tmp_path / "m.weights.h5", "r+") as file:
        del file["layers/dense/vars/1"]
        file["layers/dense/vars/1"] = np.zeros(3, "int32")
    with pytest.raises(ValueError, match="float32 here, int32 in the file"):
        model.load_weights(tmp_path / "m.weights.h5")
    half = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, dtype="float16"), layers.Dense(2, dtype="float16")]
    )
    two_layers(2).save_weights(tmp_path / "n.weights.h5")
    half.load_weights(tmp_path / "n.weights.h5")


# --- classes of the user's ------------------------------------------------------------------------------
PLACES = """
class Block(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._private, self.public, self.Upper = D(2), D(2), D(2)
        self.table = {"b": D(2), "a": D(2), "c": [D(2)], "d": {"e": D(2)}}
        self.lists = [[D(2)], [], [D(2)]]
        self.pair = (D(2), (D(2),))
        self.mixed = [1, D(2), "x", None]
        self.mean, self.loss = keras.metrics.Mean(), keras.losses.MeanSquaredError()
        self.seed = keras.random.SeedGenerator(1)
        self._behind = D(2)
    @property
    def shown(self):
        return self._behind
    @property
    def broken(self):
        raise AttributeError("not now")
    def build(self, shape):
        self.late = self.add_weight((1,), name="late")
        self.still = self.add_weight((1,), trainable=False, name="still")
        self.later = self.add_weight((2,), name="later")
        self.again = self._private
    def call(self, x):
        return x
class Sub(keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [D(2), D(2)]
        self.table, self.tail = {"x": D(2), "y": [D(2)]}, (D(2),)
        self.again, self._hidden = self.blocks[0], D(2)
        self.inner = keras.Sequential([D(2)])
        self.own = self.add_weight((2,), name="own")
    def call(self, x):
        for layer in (*self.blocks, self.table["x"], self.table["y"][0], self.tail[0], self._hidden, self.inner):
            x = layer(x)
        return x
class Graph(keras.Model):
    def __init__(self):
        i, first = keras.Input((2,)), D(2)
        super().__init__(i, first(i))
        self.extra, self.alias, self.mean = D(5), first, keras.metrics.Mean()
        self.own = self.add_weight((3,))
class Stack(keras.Sequential):
    def __init__(self):
        super().__init__([keras.Input((2,)), D(2)])
        self.extra, self._more = D(3), [D(2)]
def places(folder):
    found = []
    i = keras.Input((2,))
    models = [keras.Model(i, Block()(i)), Sub(), Graph(), Stack()]
    models[1](np.zeros((3, 2), "float32"))
    for model in models:
        model.save_weights(folder + "/places.weights.h5")
        with h5py.File(folder + "/places.weights.h5") as file:
            names = []
            file.visititems(lambda name, item: names.append((name, getattr(item, "shape", None))))
        found.append(sorted(names))
    return found
"""


def test_parts_stand_where_the_reference_has_them(backend, tmp_path):
    code = f"import h5py\nD = keras.layers.Dense\n{PLACES}\nresult = places(folder)"
    expected = oracle("jax").run(code, folder=str(tmp_path))
    names = {"keras": keras, "np": np, "h5py": h5py, "D": layers.Dense}
    exec(PLACES, names)
    for ours, theirs in zip(names["places"](str(tmp_path)), expected, strict=True):
        assert ours == theirs


@keras.saving.register_keras_serializable("tests_saving")
class Scaled(layers.Layer):
    """Keeps its state and a file of its own under names of its own."""

    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor, self.extra, self.words = factor, np.zeros(3), []

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}

    def save_own_variables(self, store):
        store["extra"] = self.extra
        store["deep/er"] = np.ones(2)

    def load_own_variables(self, store):
        self.extra = store["extra"]
        assert sorted(store.keys()) == ["deep", "extra"]
        assert "deep/er" in store

    def save_assets(self, directory):
        (pathlib.Path(directory) / "words.txt").write_text("\n".join(self.words))

    def load_assets(self, directory):
        self.words = (pathlib.Path(directory) / "words.txt").read_text().split("\n")


def test_custom_stores_and_assets(backend, tmp_path):
    model = keras.Sequential([keras.Input((2,)), Scaled(3.0)])
    model.layers[0].extra, model.layers[0].words = np.arange(3.0), ["b", "a"]
    for zipped in (None, False):
        path = tmp_path / f"{zipped}.keras"
        model.save(path, zipped=zipped)
        again = keras.saving.load_model(path).layers[0]
        assert (again.factor, again.words, again.extra.tolist()) == (3.0, ["b", "a"], [0.0, 1.0, 2.0])


class Sub(keras.Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.blocks = [layers.Dense(units, activation="tanh") for _ in range(2)]
        self.head = layers.Dense(1)

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def test_a_model_written_as_a_class(backend, tmp_path):
    model = Sub(4)
    x = np.ones((2, 5), "float32")
    expected = np.asarray(model.predict(x, verbose=0))
    model.save(tmp_path / "m.keras")
    with pytest.raises(UnsafeFileError, match="register_keras_serializable"):
        keras.saving.load_model(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras", custom_objects={"Sub": Sub})
    assert again.units == 4
    np.testing.assert_allclose(again.predict(x, verbose=0), expected, rtol=1e-6)
    with keras.saving.custom_object_scope({"Sub": Sub}):
        keras.saving.load_model(tmp_path / "m.keras")


def test_a_lambda_cannot_be_saved(tmp_path):
    with keras.backend_scope("numpy"):
        model = keras.Sequential([keras.Input((2,)), layers.Dense(2, activation=lambda x: x)])
        with pytest.raises(TypeError, match="lambda"):
            model.save(tmp_path / "m.keras")
    assert not list(tmp_path.iterdir())


def test_hidden_attributes_are_all_known(backend):
    """No attribute of our base classes is taken for a part of the user's."""
    from tricorn.saving._tree import parts_of

    i = keras.Input((2,))
    inner = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    model = keras.Model(i, layers.Dense(2)(inner(i)))
    if backend != "numpy":
        model.compile("adam", "mse")
        model.fit(np.ones((2, 2)), np.ones((2, 2)), verbose=0)
    model.predict(np.ones((2, 2)), verbose=0)
    paths = [path for path, _ in parts_of(model)]
    optimizer = [] if backend == "numpy" else ["optimizer"]
    assert paths == ["", "layers/input_layer", "layers/sequential", "layers/sequential/layers/dense", "layers/dense",
                     *optimizer]  # fmt: skip


def test_layers_inside_a_module_of_torch(tmp_path):
    torch = pytest.importorskip("torch")
    with keras.backend_scope("torch"):

        class Mixed(layers.Layer):
            def __init__(self):
                super().__init__()
                self.body = torch.nn.Sequential(torch.nn.Linear(2, 3), layers.Dense(2))

            def call(self, x):
                return self.body(x)

        model = Mixed()
        x = np.ones((1, 2), "float32")
        y = model(x).detach().numpy()
        keras.saving.save_weights(model, tmp_path / "m.weights.h5")
        other = Mixed()
        other(x)
        keras.saving.load_weights(other, tmp_path / "m.weights.h5")
        np.testing.assert_array_equal(other(x).detach().numpy(), y)


def test_ops_in_files_agree_with_the_reference():
    """Every op that the reference has a class for: the same settings, the same arguments of the call."""
    from tricorn.ops import _find

    code = """
import importlib, inspect
result = {}
for name in ("numpy", "core", "math", "nn", "linalg", "image", "einops"):
    module = importlib.import_module("keras.src.ops." + name)
    for cls in vars(module).values():
        if isinstance(cls, type) and issubclass(cls, keras.Operation) and cls.__module__ == module.__name__:
            result[cls.__name__] = (name, list(inspect.signature(cls.__init__).parameters)[1:],
                                    list(inspect.signature(cls.call).parameters)[1:])
"""
    theirs = oracle("jax").run(code)
    different = {}
    for name, op in _find._table().items():
        if name not in theirs or not (op.tensors or op.sequences):
            continue
        module, settings, arguments = theirs[name]
        call = _find.call_arguments(op)
        own = [parameter for parameter in op.signature.parameters if parameter not in call]
        ignored = {"name", *_find._SETTINGS_WITHOUT_EFFECT.get(name, ())}
        spread = _find.is_spread(op)
        if (_find.module_of(op) != f"keras.src.ops.{module}" or sorted(own) != sorted(set(settings) - ignored)
                or (len(call) != len(arguments) and not spread)):  # fmt: skip
            different[op.name] = (call, own, theirs[name])
    assert not different


def test_a_truncated_file_says_so(tmp_path):
    with keras.backend_scope("numpy"):
        model = builders.build(keras, "mlp")
        model.save(tmp_path / "m.keras")
        data = (tmp_path / "m.keras").read_bytes()
        for size in (0, 3, 100, len(data) // 2, len(data) - 1):
            (tmp_path / "cut.keras").write_bytes(data[:size])
            with pytest.raises(FileFormatError, match="damaged"):
                keras.saving.load_model(tmp_path / "cut.keras")
