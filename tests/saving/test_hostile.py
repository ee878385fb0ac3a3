"""Files made to do harm are refused: nothing is run, nothing else is read or written, little memory is taken.

The files are made here and loaded in one fresh process that watches itself: which files it opens, which modules it
imports, whether it reaches for processes or the network, and how much memory it takes.
"""

import json
import pathlib
import sys

import pytest

import tricorn as keras
from tests.saving import hostile
from tests.support.fresh_process import run_python
from tricorn.core.errors import FileFormatError, NotSupportedError, UnsafeFileError

WATCH = """
import json, os, pathlib, resource, sys, time
import numpy as np, h5py, zipfile, tempfile, ml_dtypes
import tricorn as keras
from tricorn.core import config
events = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        events.append(("open", os.fsdecode(arguments[0])))
    elif event.startswith(("subprocess", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "pickle",
                           "marshal", "ctypes")):
        events.append((event, ""))
    elif event == "import" and arguments[0] not in sys.modules:
        events.append(("import", arguments[0]))
def build():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="first"), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    return model
warm = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT)
keras.saving.load_model(warm / "good.keras"); build().load_weights(warm / "good.weights.h5")
resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
sys.addaudithook(watch)
answers = {}
for name, path, kind in json.loads((warm / "list.json").read_text()):
    model = build()
    before = [v.numpy().copy() for v in model.variables]
    events.clear()
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    try:
        keras.saving.load_model(path) if kind == "model" else model.load_weights(path)
        error = None
    except BaseException as caught:
        error = caught
    answers[name] = {
        "classes": [cls.__name__ for cls in type(error).__mro__], "message": str(error),
        "seconds": time.perf_counter() - start,
        "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory,
        "events": [event for event in events],
        "changed": any((a != v.numpy()).any() for a, v in zip(before, model.variables)),
    }
print(json.dumps(answers))
"""

KINDS = {
    "model": {**hostile.ARCHIVES, **hostile.DAMAGED_ARCHIVES},
    "weights": {**hostile.WEIGHTS, **hostile.DAMAGED_WEIGHTS},
    "archived": hostile.WEIGHTS,  # the same, as the weights of an archive
}
CASES = [(kind, name) for kind, table in KINDS.items() for name in table
         if not (kind == "archived" and name.startswith("index"))]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    parts = hostile.good(root)
    listed = []
    for index, (kind, name) in enumerate(CASES):
        folder = root / str(index)
        folder.mkdir()
        path = KINDS[kind][name](folder, parts)
        if kind == "archived":
            content = path.read_bytes()
            path.unlink()
            path = hostile.zipped(folder / "x.keras", {**parts, "model.weights.h5": content})
        listed.append((f"{kind} {name}", str(path), "weights" if kind == "weights" else "model"))
    (root / "list.json").write_text(json.dumps(listed))
    before = sorted(root.rglob("*"))
    process = run_python(f"ROOT = {str(root)!r}\n{WATCH}", TRICORN_BACKEND="numpy")
    assert process.returncode == 0, process.stderr[-3000:]
    assert sorted(root.rglob("*")) == before, "something was written"
    found = json.loads(process.stdout.splitlines()[-1])
    for (kind, name), (_, path, _) in zip(CASES, listed, strict=True):
        found[f"{kind} {name}"]["path"] = path
    return found


@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda value: value.replace("\x1b", "ESC")[:40])
def test_refused(kind, name, answers):
    answer = answers[f"{kind} {name}"]
    damaged = name in hostile.DAMAGED_ARCHIVES or name in hostile.DAMAGED_WEIGHTS
    harmless = ("negative_layer", "not_an_object", "not_json", "not_a_model", "incomplete")
    wanted = FileFormatError if damaged else ValueError if name in harmless else UnsafeFileError
    assert wanted.__name__ in answer["classes"], answer["message"]
    assert len(answer["message"]) < 3000
    assert "\x1b" not in answer["message"]
    size = pathlib.Path(answer["path"]).stat().st_size
    assert answer["kilobytes"] * 1024 < 64 * 2**20 + 4 * size
    assert not answer["changed"]
    directory = str(pathlib.Path(answer["path"]).parent)
    for event, detail in answer["events"]:
        if event == "open":
            ours = str(pathlib.Path(keras.__file__).parent)
            inside = detail.startswith((directory, ours, sys.prefix, sys.base_prefix))
            assert inside or detail.endswith((".py", ".pyc")), f"opened {detail}"
            assert "secret" not in detail and "other.h5" not in detail
        elif event == "import":
            assert detail.partition(".")[0] in ("tricorn", "unicodedata", "encodings", "h5py"), (
                f"imported {detail}"
            )
        elif event.startswith(("subprocess", "os.", "socket", "pickle")):
            raise AssertionError(event)


def test_good_files_load(tmp_path):
    hostile.good(tmp_path)
    with keras.backend_scope("numpy"):
        model = keras.saving.load_model(tmp_path / "good.keras")
        model.load_weights(tmp_path / "good.weights.h5")
        model.load_weights(tmp_path / "good.keras")
    assert model.layers[0].name == "first"


def test_suffix_decides_nothing(tmp_path):
    hostile.good(tmp_path)
    (tmp_path / "good.keras").rename(tmp_path / "a.weights.h5")
    (tmp_path / "good.weights.h5").rename(tmp_path / "b.keras")
    with keras.backend_scope("numpy"):
        model = keras.saving.load_model(tmp_path / "a.weights.h5")
        model.load_weights(tmp_path / "b.keras")
        with pytest.raises(FileFormatError, match="holds weights only"):
            keras.saving.load_model(tmp_path / "b.keras")


def test_gzip_and_shuffle_are_read(tmp_path):
    import h5py

    hostile.good(tmp_path)
    with h5py.File(tmp_path / "good.weights.h5", "r+") as file:
        value = file[hostile.VALUE][...]
        del file[hostile.VALUE]
        file["layers/dense/vars"].create_dataset(
            "0", data=value, chunks=(2, 3), compression="gzip", shuffle=True
        )
    with keras.backend_scope("numpy"):
        model = keras.saving.load_model(tmp_path / "good.keras")
        model.layers[0].kernel.assign(value * 0)
        model.load_weights(tmp_path / "good.weights.h5")
    assert (model.layers[0].kernel.numpy() == value).all()


def test_legacy_files_say_what_to_do(tmp_path):
    import h5py

    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = "{}"
    with pytest.raises(NotSupportedError, match=r'save\("model.keras"\)'):
        keras.saving.load_model(path)


@pytest.mark.parametrize(
    "path", ["hf://someone/model", "http://127.0.0.1:9/model.keras", "gs://bucket/model.keras"]
)
def test_addresses_are_not_fetched(path):
    with pytest.raises(NotSupportedError, match="files of this machine"):
        keras.saving.load_model(path)


def test_an_unknown_class_says_how_to_register_it(tmp_path):
    path = hostile.ARCHIVES["unregistered"](tmp_path, hostile.good(tmp_path))
    with pytest.raises(UnsafeFileError, match="register_keras_serializable"), keras.backend_scope("numpy"):
        keras.saving.load_model(path)


def test_the_bound_on_memory_can_be_raised(tmp_path):
    path = hostile._configured(lambda config: config["config"]["layers"][1]["config"].update(units=10**7))(
        tmp_path, hostile.good(tmp_path))  # fmt: skip
    with keras.backend_scope("numpy"):
        with pytest.raises(UnsafeFileError, match="set_max_model_bytes"):
            keras.saving.load_model(path)
        keras.config.set_max_model_bytes(2**40)
        with pytest.raises(ValueError, match="wrong size"):
            keras.saving.load_model(path)
