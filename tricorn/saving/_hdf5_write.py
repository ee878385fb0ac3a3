"""Weights into HDF5, in the reference's layout: `<part>/vars/0`, `<part>/vars/1`, ..."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument
from tricorn.saving._tree import parts_of

_NATIVE = frozenset(("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                     "float32", "float64", "complex64", "complex128"))  # fmt: skip


class WriteStore(dict):
    """What a part's `save_own_variables` writes into: names to host arrays."""

    def __init__(self, where):
        super().__init__()
        self._where = where

    def __setitem__(self, key, value):
        key = str(key)
        if not key or any(piece in ("", ".", "..") for piece in key.split("/")) or "\0" in key:
            raise bad_argument(f"save_own_variables of {self._where}", "this cannot be the name of an entry.",
                               given=repr(key)[:80])  # fmt: skip
        super().__setitem__(key, _host_array(value, f"{self._where}, entry {key!r}"))


def _host_array(value, where):
    if hasattr(value, "numpy") and callable(value.numpy):
        value = value.numpy()
    array = np.asarray(value)
    if array.dtype == object or array.dtype.kind in "mM":
        raise bad_argument(
            where, "only numbers and text go into a weights file.", given=str(array.dtype), error=TypeError
        )
    if array.dtype.kind == "U":
        array = np.char.encode(array, "utf-8")
    return array


def collect(model, skip=()):
    """What a model's file holds: `(path of the part, its name, {entry: array})` for each part, in order.

    Args:
        model: The model.
        skip: Classes of parts that are left out.
    """
    for path, part in parts_of(model):
        if isinstance(part, skip):
            continue
        store = WriteStore(getattr(part, "name", None) or type(part).__name__)
        part.save_own_variables(store)
        yield path, getattr(part, "name", None), store


def variables_group(path):
    """The group of a part's own values."""
    return f"{path}/vars" if path else "vars"


def write_tree(entries, file):
    """Write what `collect` yields into an open binary file."""
    import h5py

    with h5py.File(file, "w") as target:
        for path, name, store in entries:
            write_part(target, path, name, store)


def write_part(target, path, name, store):
    """Write one part into an open h5py file."""
    group = target.require_group(variables_group(path))
    if name is not None:
        group.attrs["name"] = name
    for key, array in store.items():
        _write_array(group, key, array)


def _write_array(group, key, array):
    dtype = array.dtype.name
    if dtype in _NATIVE or array.dtype.kind == "S":
        group.create_dataset(key, data=array)
        return
    # HDF5 has no such numbers (bfloat16, float8): plain bytes, with the dtype's name beside them.
    raw = np.ascontiguousarray(array).view(f"V{array.dtype.itemsize}").reshape(array.shape)
    group.create_dataset(key, data=raw).attrs["dtype"] = dtype
