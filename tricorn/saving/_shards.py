"""Weights in several files, with an index: `name.weights.json` tells which part of the model lies in which file.

New files never take the names of those in use, so that a killed save leaves the old set whole: the index is replaced
last, and only then are the old files removed.
"""

from __future__ import annotations

import contextlib
import os
import pathlib

from tricorn.core.errors import FileFormatError, UnsafeFileError, bad_argument
from tricorn.core.json_config import read_json, write_json
from tricorn.saving import _hdf5_read, _hdf5_write
from tricorn.saving._atomic import replacing
from tricorn.saving._sources import opened

MAX_SHARDS = 500
_MAX_INDEX_BYTES = 2**25


def write_shards(entries, index_path, max_bytes):
    """Write parts into files of at most `max_bytes`, and the index. A part is never split.

    Args:
        entries: As `_hdf5_write.collect` yields them.
        index_path: Path of the index, ending in `.weights.json`.
        max_bytes: Largest sum of values in one file; a larger part has a file of its own.
    """
    index_path = pathlib.Path(index_path)
    old = _files_of(index_path)
    stem = _free_stem(index_path)
    weight_map, total, shard, held, count = {}, 0, [], 0, 0

    def close_shard():
        nonlocal shard, held, count
        if count >= MAX_SHARDS:
            raise bad_argument("save_weights", "this would make too many files.", expected=f"at most {MAX_SHARDS}",
                               hint="a larger max_shard_size")  # fmt: skip
        name = f"{stem}_{count:05d}.weights.h5"
        with replacing(index_path.parent / name) as file:
            _hdf5_write.write_tree(shard, file)
        for path, _, store in shard:
            if store:
                weight_map[f"/{_hdf5_write.variables_group(path)}"] = [name]
        shard, held, count = [], 0, count + 1

    for path, name, store in entries:
        size = sum(array.nbytes for array in store.values())
        if held and size and held + size > max_bytes:
            close_shard()
        shard.append((path, name, store))
        held += size
        total += size
    close_shard()
    with replacing(index_path) as file:
        file.write(
            write_json({"metadata": {"total_size": total}, "weight_map": weight_map}, indent=4).encode()
        )
    for path in old:
        path.unlink(missing_ok=True)


def _free_stem(index_path):
    stem = index_path.name.removesuffix(".weights.json")
    generation = 0
    while True:
        candidate = stem if generation == 0 else f"{stem}_{generation}"
        if not (index_path.parent / f"{candidate}_00000.weights.h5").exists():
            return candidate
        generation += 1


def _files_of(index_path):
    """The files of an existing index, as far as they are plainly named and beside it."""
    try:
        index = read_json(index_path.read_bytes())
        names = {name for names in index["weight_map"].values() for name in _as_list(names)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    return [index_path.parent / name for name in names
            if isinstance(name, str) and name.endswith(".weights.h5") and _is_plain(name)]  # fmt: skip


def _is_plain(name):
    return name == pathlib.PurePosixPath(name).name and not set(name) & set("\\:\0") and name.isprintable()


def _as_list(value):
    return value if isinstance(value, list) else [value]


@contextlib.contextmanager
def shards_tree(file, path, where):
    """The `StoredTree` of an open index file and of the files beside it that it names."""
    data = file.read(_MAX_INDEX_BYTES + 1)
    if len(data) > _MAX_INDEX_BYTES:
        raise bad_argument(where, "is too large for an index.", error=UnsafeFileError)
    index = read_json(data, where)
    weight_map = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weight_map, dict):
        raise bad_argument(where, "is not the index of sharded weights.", expected='an object with a "weight_map"',
                           error=FileFormatError)  # fmt: skip
    names = []
    for files in weight_map.values():
        for name in _as_list(files):
            if not isinstance(name, str) or not _is_plain(name) or name in (".", ".."):
                raise bad_argument(
                    where,
                    "names a file that is not beside it.",
                    given=repr(name)[:100],
                    error=UnsafeFileError,
                )
            if name not in names:
                names.append(name)
    if len(names) > MAX_SHARDS:
        raise bad_argument(where, "names too many files.", expected=f"at most {MAX_SHARDS}", given=len(names),
                           error=UnsafeFileError)  # fmt: skip
    whole = _hdf5_read.StoredTree()
    with contextlib.ExitStack() as stack:
        for name in names:
            shard_where = f"{where}, {name}"
            shard = stack.enter_context(
                opened(pathlib.Path(path).parent / name, shard_where, follow_links=False)
            )
            size = shard.seek(0, os.SEEK_END)
            tree = stack.enter_context(_hdf5_read.open_tree(shard, shard_where, size))
            twice = whole.arrays.keys() & tree.arrays.keys()
            if twice:
                raise bad_argument(shard_where, "holds values that another file holds too.", given=sorted(twice)[0],
                                   error=UnsafeFileError)  # fmt: skip
            whole.arrays.update(tree.arrays)
            whole.names.update(tree.names)
        yield whole
