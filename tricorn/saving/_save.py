"""Saving and loading: what `Model.save`, `Model.save_weights`, `Model.load_weights` and `load_model` do."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import tempfile
import warnings

from tricorn.core.errors import FileFormatError, NotSupportedError, bad_argument
from tricorn.saving import _archive, _hdf5_write, _shards, _sources
from tricorn.saving._atomic import replacing
from tricorn.saving._match import Plan
from tricorn.saving._tree import parts_of
from tricorn.saving._zip_read import SafeZip


def save_model(model, filepath, overwrite=True, zipped=None, **kwargs):
    """Write a model to a `.keras` archive: its configuration, its weights, the state of its optimizer.

    Reading it back needs no code of the archive's: classes of the user's are named in it, and must be registered where
    it is loaded. The file takes its place when it is complete; until then an older one stays whole.

    Args:
        model: The model.
        filepath: Path ending in `.keras`.
        overwrite: Whether an existing file is replaced; if False it is an error.
        zipped: False writes a directory of files instead of one archive.
        **kwargs: `include_optimizer` (True): whether the model can be trained on from there.

    Raises:
        ValueError: The path has another ending.
        FileExistsError: The file exists and `overwrite` is False.
        TypeError: Something in the model has no configuration.
    """
    where = "save_model"
    path = _sources.local_path(filepath, where)
    include_optimizer = kwargs.pop("include_optimizer", True)
    kwargs.pop("save_format", None)
    if kwargs:
        raise bad_argument(where, "unknown arguments.", given=", ".join(sorted(kwargs)))
    if path.suffix in (".h5", ".hdf5"):
        raise bad_argument(where, "the legacy HDF5 format of whole models is not written.", given=str(path),
                           hint=f'"{path.stem}.keras" for the whole model, "{path.stem}.weights.h5" for the weights',
                           error=NotSupportedError)  # fmt: skip
    if path.suffix != ".keras" and zipped is not False:
        raise bad_argument(where, "the path of a model must end in .keras.", given=str(path),
                           hint=f'"{path.name}.keras"; model.export(...) writes other formats')  # fmt: skip
    _check_place(path, overwrite, where)
    _warn_if_unbuilt(model, where)
    if zipped is False:
        _save_folder(model, path, include_optimizer)
        return
    with replacing(path) as file:
        _archive.write_zip(model, file, path.parent, include_optimizer)


def _save_folder(model, path, include_optimizer):
    members = _archive.members_of(model, include_optimizer)
    temporary = pathlib.Path(
        tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".partial", dir=path.parent)
    )
    try:
        for name, content in members.items():
            target = temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        with (temporary / _archive.WEIGHTS).open("w+b") as file:
            _archive.write_weights(model, file, include_optimizer)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o755)
        if path.exists():
            old = pathlib.Path(
                tempfile.mkdtemp(prefix=f".{path.name[:100]}.", suffix=".old", dir=path.parent)
            )
            path.rename(old / "model")
            temporary.rename(path)
            shutil.rmtree(old)
        else:
            temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """A model from a `.keras` archive, on the active engine.

    Loading is safe by default: nothing but the file is read, no code in it is run, and no more memory is taken than the
    file can account for. The model is complete or there is an error: all weights match, or none are taken.

    Args:
        filepath: Path of the archive, or of the directory written with `zipped=False`.
        custom_objects: Dict of classes and functions which the file may name, beside the registered ones.
        compile: Whether to compile the model as it was, with the state of its optimizer.
        safe_mode: False lets the file bring Python code along. Only for sources that you trust.

    Returns:
        The model.

    Raises:
        UnsafeFileError: The file asks for something that safe loading refuses, or names an unknown class.
        FileFormatError: It is truncated, damaged or of another format.
        NotSupportedError: It is a whole model in the HDF5 format of Keras 1 and 2.
        ValueError: Its weights do not fit its own configuration.
    """
    where = f"load_model, {str(filepath)[:200]!r}"
    path = _sources.local_path(filepath, "load_model")
    if path.is_dir():
        return _archive.read_archive(_sources.Folder(path, where), custom_objects, compile, safe_mode)
    with _sources.opened(path, where) as file:
        kind = _sources.kind_of(file)
        if kind == "hdf5":
            with _sources.weights_tree(file, where, kind):
                raise bad_argument(
                    where, "holds weights only, no model.", expected="a .keras archive",
                    hint="build the model, then model.load_weights(path)", error=FileFormatError,
                )  # fmt: skip
        if kind != "zip":
            raise _sources.unknown_format(where, "a .keras archive")
        with contextlib.closing(SafeZip(file, where)) as archive:
            return _archive.read_archive(archive, custom_objects, compile, safe_mode)


def save_weights(model, filepath, overwrite=True, max_shard_size=None, **kwargs):
    """Write the weights of a model, and the state of its optimizer if it is compiled.

    Args:
        model: The model, or any layer.
        filepath: Path ending in `.weights.h5`; or in `.weights.json`, with `max_shard_size`.
        overwrite: Whether an existing file is replaced; if False it is an error.
        max_shard_size: Largest size of one file, in GB (10**9 bytes); the weights go into several files then, and
            `filepath` is the index of them.
        **kwargs: None.

    Raises:
        ValueError: The path has another ending.
        FileExistsError: The file exists and `overwrite` is False.
    """
    where = "save_weights"
    path = _sources.local_path(filepath, where)
    if kwargs:
        raise bad_argument(where, "unknown arguments.", given=", ".join(sorted(kwargs)), error=TypeError)
    ending = ".weights.h5" if max_shard_size is None else ".weights.json"
    if not path.name.endswith(ending):
        raise bad_argument(where, f"the path must end in {ending}.", given=str(path),
                           hint=f'"{path.name.partition(".")[0]}{ending}"')  # fmt: skip
    if max_shard_size is not None and not max_shard_size > 0:
        raise bad_argument(where, "`max_shard_size` must be positive.", given=max_shard_size)
    _check_place(path, overwrite, where)
    _warn_if_unbuilt(model, where)
    entries = _hdf5_write.collect(model)
    if max_shard_size is not None:
        _shards.write_shards(entries, path, int(max_shard_size * 10**9))
        return
    with replacing(path) as file:
        _hdf5_write.write_tree(entries, file)


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """Set the weights of a model from a file.

    Shapes and kinds of dtypes must be the model's. All weights must be there, and no others: what does not fit is
    listed in one error, and no Variable has changed then. The state of the optimizer is taken too if the model is
    compiled and the file has it; if it does not fit, it is left alone, with a warning.

    Args:
        model: The model, or any layer; it must be built.
        filepath: A `.weights.h5` file, the `.weights.json` index of several, or a `.keras` archive.
        skip_mismatch: Whether to take what fits and warn of the rest.
        **kwargs: None.

    Raises:
        ValueError: Something does not fit.
        UnsafeFileError: The file points out of itself, or declares what it does not hold.
        FileFormatError: It is truncated, damaged or of another format.
        NotSupportedError: It is in the HDF5 layout of Keras 1 and 2, or `by_name` is asked for.
    """
    where = f"load_weights, {str(filepath)[:200]!r}"
    path = _sources.local_path(filepath, "load_weights")
    if kwargs.pop("by_name", None):
        raise bad_argument(where, "loading by layer names belongs to the legacy HDF5 format.", given="by_name=True",
                           hint="skip_mismatch=True takes what fits", error=NotSupportedError)  # fmt: skip
    if kwargs:
        raise bad_argument(where, "unknown arguments.", given=", ".join(sorted(kwargs)), error=TypeError)
    with _sources.opened(path, where) as file:
        kind = _sources.kind_of(file)
        opening = (
            _shards.shards_tree(file, path, where)
            if kind == "json"
            else _sources.weights_tree(file, where, kind)
        )
        with opening as tree:
            Plan(model, tree).apply(where, skip_mismatch, "skip_mismatch=True takes what fits")


def _check_place(path, overwrite, where):
    if path.exists() and not overwrite:
        raise bad_argument(
            where, "the file exists.", given=str(path), hint="overwrite=True", error=FileExistsError
        )
    if not path.parent.is_dir():
        raise bad_argument(
            where, "the directory does not exist.", given=str(path.parent), error=FileNotFoundError
        )


def _warn_if_unbuilt(model, where):
    unbuilt = [
        part.name for _, part in parts_of(model) if not getattr(part, "built", True) and hasattr(part, "call")
    ]
    if getattr(model, "built", True) is False and unbuilt:
        warnings.warn(
            f"{where}: the model {model.name!r} is not built, so it has no weights to save yet. Call it on data first.",
            stacklevel=3,
        )
