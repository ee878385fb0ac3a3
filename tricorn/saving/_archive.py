"""`.keras` archives: what the model is (`config.json`), what it has learnt (`model.weights.h5`), who wrote it
(`metadata.json`), and what layers keep in files of their own (`assets/`)."""

from __future__ import annotations

import datetime
import io
import pathlib
import tempfile
import zipfile

from tricorn import _version
from tricorn.core import config as settings
from tricorn.core.budget import variable_budget
from tricorn.core.errors import FileFormatError, TricornError, UnsafeFileError, bad_argument
from tricorn.core.json_config import MAX_BYTES, read_json, write_json
from tricorn.core.serial import (
    ObjectSharingScope,
    deserialize_keras_object,
    safe_mode_scope,
    serialize_keras_object,
)
from tricorn.optimizers._optimizer import Optimizer
from tricorn.saving import _hdf5_write
from tricorn.saving._match import Plan
from tricorn.saving._sources import weights_of
from tricorn.saving._tree import parts_of

CONFIG, WEIGHTS, METADATA, ASSETS = "config.json", "model.weights.h5", "metadata.json", "assets"

# The version whose layout of files this is; readers of the reference look at it.
FORMAT_VERSION = "3.15.1"
_SLACK = 2**25
_IN_MEMORY = 2**28


# --- writing ---------------------------------------------------------------------------------------
def members_of(model, include_optimizer=True):
    """The small members of a model's archive: `{name: bytes}`. Nothing is written yet.

    Raises:
        TypeError: Something in the model has no configuration.
    """
    with ObjectSharingScope():
        config = serialize_keras_object(model)
    if not include_optimizer:
        config.pop("compile_config", None)
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    metadata = {"keras_version": FORMAT_VERSION, "date_saved": now, "tricorn_version": _version.__version__}
    members = {METADATA: write_json(metadata).encode(), CONFIG: write_json(config).encode()}
    members.update(_assets_of(model))
    return members


def write_weights(model, file, include_optimizer=True):
    """Write the weights member into an open binary file."""
    entries = _hdf5_write.collect(model, skip=() if include_optimizer else (Optimizer,))
    _hdf5_write.write_tree(entries, file)


def write_zip(model, file, directory, include_optimizer=True):
    """Write the archive into an open binary file.

    Args:
        model: The model.
        file: The file.
        directory: Where a large model's weights are gathered before they go into the archive.
        include_optimizer: Whether it can be trained on from there.
    """
    members = members_of(model, include_optimizer)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            if not name.startswith(f"{ASSETS}/"):
                archive.writestr(name, content)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, dir=directory) as weights:
            write_weights(model, weights, include_optimizer)
            size = weights.seek(0, io.SEEK_END)
            weights.seek(0)
            info = zipfile.ZipInfo(WEIGHTS, date_time=datetime.datetime.now().timetuple()[:6])
            info.file_size = size
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=size > 2**31 - 1) as target:
                while chunk := weights.read(2**22):
                    target.write(chunk)
        for name, content in members.items():
            if name.startswith(f"{ASSETS}/"):
                archive.writestr(name, content)


def _assets_of(model):
    """Files that layers with a method `save_assets(directory)` write: `{member: bytes}`."""
    members = {}
    for path, part in parts_of(model):
        save = getattr(part, "save_assets", None)
        if save is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            save(folder)
            for file in sorted(pathlib.Path(folder).rglob("*")):
                if file.is_file() and not file.is_symlink():
                    inner = file.relative_to(folder).as_posix()
                    members["/".join(piece for piece in (ASSETS, path, inner) if piece)] = file.read_bytes()
    return members


# --- reading ---------------------------------------------------------------------------------------
def read_archive(archive, custom_objects, compile, safe_mode):
    """The model in a `SafeZip` or `Folder`.

    Raises:
        UnsafeFileError: It asks for something that safe loading refuses.
        FileFormatError: It is damaged, or not a model's.
        ValueError: The weights do not fit the configuration.
    """
    where = archive.where
    if METADATA in archive:
        metadata = read_json(archive.read(METADATA, 2**20), f"{where}, {METADATA}")
        if not isinstance(metadata, dict):
            raise bad_argument(f"{where}, {METADATA}", "is not a JSON object.", error=FileFormatError)
    config = read_json(archive.read(CONFIG, MAX_BYTES), f"{where}, {CONFIG}")
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise bad_argument(f"{where}, {CONFIG}", "does not describe a model.", expected="an object with a class_name",
                           given=type(config).__name__, error=FileFormatError)  # fmt: skip
    if WEIGHTS not in archive:
        raise bad_argument(where, f"has no member {WEIGHTS!r}.", given=", ".join(list(archive.members)[:20]),
                           error=FileFormatError)  # fmt: skip
    if not compile:
        config.pop("compile_config", None)
    limit = settings.max_model_bytes() or 4 * archive.declared(WEIGHTS) + _SLACK
    with variable_budget(limit, where), safe_mode_scope(safe_mode):
        model = _model_of(config, custom_objects, f"{where}, {CONFIG}", safe_mode)
        with weights_of(archive) as tree:
            plan = Plan(model, tree, optimizer="strict" if compile else "ignore", by_name=True)
            plan.apply(where)
    _load_assets(model, archive)
    return model


def _model_of(config, custom_objects, where, safe_mode):
    from tricorn.layers._layer import Layer

    try:
        with ObjectSharingScope():
            model = deserialize_keras_object(config, custom_objects=custom_objects, safe_mode=safe_mode)
    except TricornError:
        raise
    except (KeyError, IndexError, AttributeError, RecursionError, OverflowError, MemoryError) as error:
        raise bad_argument(where, "cannot be made into a model: it is incomplete or contradicts itself.",
                           given=f"{type(error).__name__}: {error}"[:300],
                           error=FileFormatError) from error  # fmt: skip
    if not isinstance(model, Layer):
        raise bad_argument(
            where, "does not describe a model.", given=type(model).__name__, error=FileFormatError
        )
    return model


def _load_assets(model, archive):
    """Give layers with a method `load_assets(directory)` what lies in the archive for them."""
    for path, part in parts_of(model):
        load = getattr(part, "load_assets", None)
        if load is None:
            continue
        prefix = "/".join(piece for piece in (ASSETS, path) if piece) + "/"
        names = [name for name in archive.members if name.startswith(prefix) and not name.endswith("/")]
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                inner = pathlib.PurePosixPath(name.removeprefix(prefix))
                target = pathlib.Path(folder).joinpath(*inner.parts)
                if ".." in inner.parts or inner.is_absolute():
                    raise bad_argument(archive.where, "an asset leads out of its directory.", given=name,
                                       error=UnsafeFileError)  # fmt: skip
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name, archive.declared(name)))
            load(folder)
