"""Makes hostile files; each function writes one into a folder and returns its path."""

import io
import json
import os
import struct
import zipfile

import h5py
import numpy as np

import tricorn as keras


def good(folder):
    """An archive and a weights file of a small model, and the same as parts to be spoilt."""
    with keras.backend_scope("numpy"):
        model = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(3, name="first"), keras.layers.Dense(2)]
        )
        model.save(folder / "good.keras")
        model.save_weights(folder / "good.weights.h5")
    with zipfile.ZipFile(folder / "good.keras") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path, members, compression=zipfile.ZIP_STORED, **options):
    with zipfile.ZipFile(path, "w", compression, **options) as archive:
        for name, content in members if isinstance(members, list) else members.items():
            archive.writestr(name, content)
    return path


# --- zip ---------------------------------------------------------------------------------------------
def _named(name):
    def make(folder, parts):
        return zipped(folder / "x.keras", {**parts, name: b"payload"})

    return make


def duplicate(folder, parts):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped(folder / "x.keras", [*parts.items(), ("config.json", parts["config.json"])])


def bomb(folder, parts):
    return zipped(folder / "x.keras", {**parts, "assets/zeros": bytes(2**26)}, zipfile.ZIP_DEFLATED)


def many_members(folder, parts):
    return zipped(folder / "x.keras", {**parts, **{f"assets/{index}": b"" for index in range(20_000)}})


def symlink_member(folder, parts):
    path = zipped(folder / "x.keras", parts)
    info = zipfile.ZipInfo("assets/link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(info, "/etc/hostname")
    return path


def encrypted(folder, parts):
    return _patched(folder, parts, lambda data, entry: data[: entry + 8] + b"\x01" + data[entry + 9 :])


def other_name_inside(folder, parts):
    path = zipped(folder / "x.keras", parts)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"config.json", b"konfig.json", 1))
    return path


def declares_nothing(folder, parts):
    return _patched(
        folder, parts, lambda data, entry: data[: entry + 24] + struct.pack("<I", 0) + data[entry + 28 :]
    )


def declares_more(folder, parts):
    return _patched(
        folder, parts, lambda data, entry: data[: entry + 24] + struct.pack("<I", 2**31) + data[entry + 28 :]
    )


def overlapping(folder, parts):
    """All members' entries point to the first one's bytes."""
    path = zipped(folder / "x.keras", parts)
    data = bytearray(path.read_bytes())
    entry, first = -1, None
    while (entry := data.find(b"PK\x01\x02", entry + 1)) >= 0:
        if first is None:
            first = struct.unpack_from("<I", data, entry + 42)[0]
        struct.pack_into("<I", data, entry + 42, first)
    path.write_bytes(bytes(data))
    return path


def _patched(folder, parts, patch):
    path = zipped(folder / "x.keras", parts)
    data = path.read_bytes()
    entry = data.find(b"PK\x01\x02", data.rfind(b"PK\x03\x04"))
    path.write_bytes(patch(data, entry))
    return path


def wrong_checksum(folder, parts):
    path = zipped(folder / "x.keras", parts)
    data = bytearray(path.read_bytes())
    start = data.find(parts["model.weights.h5"])
    data[start + len(parts["model.weights.h5"]) - 4] ^= 0xFF
    path.write_bytes(bytes(data))
    return path


def truncated_archive(folder, parts):
    path = zipped(folder / "x.keras", parts)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def pickle_archive(folder, parts):
    import pickle

    path = folder / "x.keras"
    path.write_bytes(pickle.dumps({"weights": [1, 2]}))
    return path


def empty_archive(folder, parts):
    path = folder / "x.keras"
    path.write_bytes(b"")
    return path


# --- config ------------------------------------------------------------------------------------------
def _configured(change):
    def make(folder, parts):
        config = json.loads(parts["config.json"])
        config = change(config) or config
        text = config if isinstance(config, (str, bytes)) else json.dumps(config)
        return zipped(folder / "x.keras", {**parts, "config.json": text})

    return make


def _layer(**entry):
    def change(config):
        config["config"]["layers"][1] = {"registered_name": None, "config": {}, **entry}

    return change


def _huge(config):
    config["config"]["layers"][1]["config"]["units"] = 10**10


def _negative(config):
    config["config"]["layers"][1]["config"]["units"] = -3


def _deep(config):
    return '{"class_name": "Sequential", "config": ' + "[" * 200_000 + "]" * 200_000 + "}"


def _activation(config):
    config["config"]["layers"][1]["config"]["activation"] = {
        "module": "os", "class_name": "function", "config": "system", "registered_name": "function"}  # fmt: skip


def _initializer(config):
    config["config"]["layers"][1]["config"]["kernel_initializer"] = {
        "module": "keras.src.utils", "class_name": "get_file", "config": {"origin": "http://127.0.0.1:9/x"},
        "registered_name": None}  # fmt: skip


def _compiled(config):
    config["compile_config"] = {"optimizer": {"module": "subprocess", "class_name": "Popen",
                                              "config": {"args": ["touch", "canary"]},
                                              "registered_name": None}}  # fmt: skip


def _graph_op(name, **config):
    def change(_):
        tensor = {"class_name": "__keras_tensor__", "config": {
            "shape": [None, 4], "dtype": "float32", "keras_history": ["i", 0, 0]}}  # fmt: skip
        layers = [
            {"module": "keras.layers", "class_name": "InputLayer", "name": "i", "registered_name": None,
             "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "i"}, "inbound_nodes": []},
            {"module": "keras.src.ops.numpy", "class_name": name, "name": "o", "registered_name": name,
             "config": {"name": "o", **config}, "inbound_nodes": [{"args": [tensor], "kwargs": {}}]},
        ]  # fmt: skip
        return {"module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional",
                "config": {"name": "m", "trainable": True, "layers": layers, "input_layers": [["i", 0, 0]],
                           "output_layers": [["o", 0, 0]]}}  # fmt: skip

    return change


LAMBDA = {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAA", "defaults": None, "closure": None}}

CONFIGS = {
    "os_system": _layer(module="os", class_name="system"),
    "popen": _layer(module="subprocess", class_name="Popen", config={"args": ["touch", "canary"]}),
    "builtin_exec": _layer(module="builtins", class_name="exec", config={"source": "1"}),
    "own_function": _layer(
        module="tricorn.core.config", class_name="set_max_model_bytes", config={"value": 1}
    ),
    "own_private": _layer(module="tricorn.core.serial", class_name="enable_unsafe_deserialization"),
    "own_door": _layer(module="keras.saving", class_name="load_model", config={"filepath": "/etc/hostname"}),
    "dunder": _layer(module="keras.layers", class_name="Dense.__init__.__globals__"),
    "case": _layer(module="keras.layers", class_name="dense"),
    "unregistered": _layer(module="mine", class_name="Mine", registered_name="mine>Mine"),
    "name_confusion": _layer(
        module="keras.layers", class_name="Dense", registered_name="mine>Dense", config={"units": 3}
    ),
    "lambda_layer": _layer(
        module="keras.layers", class_name="Lambda", config={"function": LAMBDA, "name": "l"}
    ),
    "function": _activation,
    "gadget": _initializer,
    "optimizer": _compiled,
    "unknown_op": _graph_op("Popen"),
    "function_op": _graph_op("ApplyFunction", function="os.system"),
    "op_arguments": _graph_op("Relu", code="1"),
    "huge_layer": _huge,
    "negative_layer": _negative,
    "deep": _deep,
    "not_an_object": lambda config: "[1, 2]",
    "not_json": lambda config: b"\xff\xfe{",
    "long_number": lambda config: '{"class_name": "Sequential", "config": ' + "9" * 100_000 + "}",
    "not_a_model": lambda config: {"module": "keras.initializers", "class_name": "Zeros", "config": {}},
    "incomplete": lambda config: {"module": "keras", "class_name": "Functional", "config": {"layers": [{}]}},
}


# --- HDF5 --------------------------------------------------------------------------------------------
def _spoilt(change):
    """A weights file in which `change(h5py file, folder)` replaced something."""

    def make(folder, parts):
        path = folder / "x.weights.h5"
        path.write_bytes(parts["model.weights.h5"])
        with h5py.File(path, "r+") as file:
            change(file, folder)
        return path

    return make


VALUE = "layers/dense/vars/0"


def _replace(make):
    def change(file, folder):
        del file[VALUE]
        make(file, folder)

    return _spoilt(change)


def _secret(folder):
    path = folder / "secret.bin"
    path.write_bytes(bytes(48))
    return str(path)


def _other(folder):
    path = folder / "other.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.zeros((4, 3), "float32")
    return str(path)


def _external_storage(file, folder):
    file["layers/dense/vars"].create_dataset("0", (4, 3), "float32", external=[(_secret(folder), 0, 48)])


def _external_link(place):
    def change(file, folder):
        if place in file:
            del file[place]
        file[place] = h5py.ExternalLink(_other(folder), "x")

    return _spoilt(change)


def _soft_link(file, folder):
    file[VALUE] = h5py.SoftLink("/layers/dense_1/vars/0")


def _virtual(file, folder):
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource(_other(folder), "x", (4, 3))
    file["layers/dense/vars"].create_virtual_dataset("0", layout)


def _virtual_self(file, folder):
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource(".", "layers/dense/vars/1", (4, 3))
    file["layers/dense/vars"].create_virtual_dataset("0", layout)


def _hard_link_twice(file, folder):
    file[VALUE] = file["layers/dense_1/vars/0"]


def _cycle(file, folder):
    file["layers/dense/again"] = file["layers"]


def _fills_nothing(file, folder):
    file["layers/dense/vars"].create_dataset("0", (4, 3), "float32", chunks=(4, 3))


def _petabytes(file, folder):
    del file[VALUE]
    file["layers/dense/vars"].create_dataset(
        "0", (50_000_000, 50_000_000), "float32", chunks=(1000, 1000), compression="gzip"
    )


def _gigabytes(file, folder):
    del file[VALUE]
    file["layers/dense/vars"].create_dataset(
        "0", (30_000, 30_000), "float32", chunks=(30_000, 30_000), compression="gzip"
    )


def _other_filter(file, folder):
    file["layers/dense/vars"].create_dataset(
        "0", data=np.zeros((4, 3), "float32"), chunks=(4, 3), compression="lzf"
    )


def _checksum_filter(file, folder):
    file["layers/dense/vars"].create_dataset(
        "0", data=np.zeros((4, 3), "float32"), chunks=(4, 3), fletcher32=True
    )


def _compound(file, folder):
    file["layers/dense/vars"].create_dataset("0", data=np.zeros((4, 3), [("a", "f4"), ("b", "i8")]))


def _text_of_any_length(file, folder):
    file["layers/dense/vars"].create_dataset("0", data=["x" * 1000] * 4, dtype=h5py.string_dtype())


def _reference(file, folder):
    file["layers/dense/vars"].create_dataset("0", data=[file.ref], dtype=h5py.ref_dtype)


def _opaque(file, folder):
    file["layers/dense/vars"].create_dataset("0", data=np.zeros((4, 3), "V7"))


def _committed_type(file, folder):
    file["layers/dense/vars/t"] = np.dtype("f4")


def _deep_groups(file, folder):
    group = file
    for _ in range(100):
        group = group.create_group("g")


def _odd_name(file, folder):
    file["layers/dense/vars/\x1b[31m"] = np.zeros(2)


def _empty_space(file, folder):
    file["layers/dense/vars"].create_dataset("0", data=h5py.Empty("f4"))


def truncated_weights(folder, parts):
    path = folder / "x.weights.h5"
    path.write_bytes(parts["model.weights.h5"][:-700])
    return path


def user_block(folder, parts):
    path = folder / "x.weights.h5"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["vars/0"] = np.zeros(2)
    return path


def garbage_weights(folder, parts):
    path = folder / "x.weights.h5"
    path.write_bytes(parts["model.weights.h5"][:64] + os.urandom(2000))
    return path


def numpy_pickle(folder, parts):
    path = folder / "x.weights.h5"
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}, []], object), allow_pickle=True)
    path.write_bytes(buffer.getvalue())
    return path


def _index(weight_map):
    def make(folder, parts):
        path = folder / "x.weights.json"
        (folder / "real.weights.h5").write_bytes(parts["model.weights.h5"])
        if not (folder / "link.weights.h5").exists():
            (folder / "link.weights.h5").symlink_to(folder / "real.weights.h5")
            os.mkfifo(folder / "pipe.weights.h5")
            (folder / "copy.weights.h5").write_bytes(parts["model.weights.h5"])
        path.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
        return path

    return make


ARCHIVES = {
    **{f"name {name!r}": _named(name) for name in (
        "../x", "/abs/x", "assets/../../x", "a\\..\\x", "C:x", "assets//x", "assets/./x", "assets/x.", "assets/x ",
        "assets/\x1b[31m", "CONFIG.JSON", "a" * 600)},
    **{function.__name__: function for function in (
        duplicate, bomb, many_members, symlink_member, encrypted, other_name_inside, declares_nothing, declares_more,
        overlapping)},
    **{name: _configured(change) for name, change in CONFIGS.items()},
}  # fmt: skip
DAMAGED_ARCHIVES = {function.__name__: function for function in (
    wrong_checksum, truncated_archive, pickle_archive, empty_archive)}  # fmt: skip
WEIGHTS = {
    "external_storage": _replace(_external_storage),
    **{f"external link at {place!r}": _external_link(place) for place in
       ("x", "layers", "layers/dense", "layers/dense/vars", VALUE)},
    "soft_link": _replace(_soft_link), "virtual": _replace(_virtual), "virtual_self": _replace(_virtual_self),
    "hard_link_twice": _replace(_hard_link_twice), "cycle": _spoilt(_cycle), "fills_nothing": _replace(_fills_nothing),
    "petabytes": _spoilt(_petabytes), "gigabytes": _spoilt(_gigabytes), "other_filter": _replace(_other_filter),
    "checksum_filter": _replace(_checksum_filter), "compound": _replace(_compound),
    "text_of_any_length": _replace(_text_of_any_length), "reference": _replace(_reference), "opaque": _replace(_opaque),
    "committed_type": _spoilt(_committed_type), "deep_groups": _spoilt(_deep_groups), "odd_name": _spoilt(_odd_name),
    "empty_space": _replace(_empty_space),
    "index up": _index({"/vars": ["../real.weights.h5"]}), "index absolute": _index({"/vars": ["/etc/hostname"]}),
    "index link": _index({"/vars": ["link.weights.h5"]}), "index twice": _index({
        "/a": ["real.weights.h5"], "/b": ["copy.weights.h5"]}),
}  # fmt: skip
DAMAGED_WEIGHTS = {
    **{
        function.__name__: function
        for function in (truncated_weights, user_block, garbage_weights, numpy_pickle)
    },
    "index pipe": _index({"/vars": ["pipe.weights.h5"]}),
    "index without map": _index(None),
}
