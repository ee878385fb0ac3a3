"""One leaf of the user's data as a host array: tensors of any engine, data frames, sparse matrices, NumPy
arrays.

Floating point becomes floatx; integers and booleans stay as they are.
"""

from __future__ import annotations

import sys

import numpy as np

from tricorn.core import config
from tricorn.core.errors import bad_argument, describe
from tricorn.data._packing import unpack_x_y_sample_weight
from tricorn.data._pandas import is_pandas, pandas_to_numpy
from tricorn.data._structure import map_leaves


def host_float():
    """The NumPy dtype of floating-point data: floatx, or float32 where NumPy has no such type."""
    name = config.floatx()
    return np.dtype("float32" if name == "bfloat16" else name)


def host_batch(raw):
    """What user code made, as `(x, y, sample_weight)` of host arrays."""
    parts = unpack_x_y_sample_weight(raw)
    return tuple([to_host(part) if type(part) is np.ndarray else map_leaves(to_host, part) for part in parts])


class LazyRows:
    """Rows that are read and cast batch by batch, since as a whole they would be too big: sparse, or a
    file's.

    Args:
        rows: What is indexed: a CSR matrix or a `numpy.memmap`.
        dtype: The dtype of a batch.
    """

    def __init__(self, rows, dtype):
        self.rows, self.dtype, self.shape = rows, dtype, rows.shape

    def __getitem__(self, selection):
        part = self.rows[selection]
        part = part.toarray() if hasattr(part, "toarray") else part
        return np.asarray(part).astype(self.dtype, copy=False)

    def take(self, indices, axis=0):
        return self[indices]

    def slice(self, start, stop):
        return LazyRows(self.rows[start:stop], self.dtype)


def rows_of(value, place, where):
    """A leaf of in-memory data: an array with a first axis of rows, or `LazyRows`."""
    if isinstance(value, LazyRows):
        return value
    if is_sparse(value):
        return LazyRows(value.tocsr(), _target(value.dtype))
    if isinstance(value, np.memmap) and _target(value.dtype) != value.dtype:
        return LazyRows(value, _target(value.dtype))
    array = to_host(value, place, where)
    if array.ndim == 0:
        # Most often a list of numbers, which reads as a list of inputs.
        raise bad_argument(
            where,
            f"`{place}` has no axis of rows.",
            expected="an array of rank 1 or more",
            given=describe(value),
            hint="np.array(...) of the list" if "[" in place else f"np.array([{value!r}])",
        )
    return array


def to_host(value, place="x", where="fit"):
    """`value` as a NumPy array whose dtype an engine can take.

    Raises:
        TypeError: It is no array, or an array of objects or of text where numbers are needed.
    """
    if type(value) is not np.ndarray:
        value = _to_numpy(value, place, where)
    dtype = value.dtype
    if dtype.kind == "f" or dtype.kind == "V":
        target = _target(dtype)
        return value if dtype == target else value.astype(target)
    if dtype.kind == "O":
        return _from_objects(value, place, where)
    return value


def _target(dtype):
    is_float = dtype.kind == "f" or dtype.name.startswith(("bfloat16", "float8"))
    return host_float() if is_float else dtype


def is_sparse(value):
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(value)


def _to_numpy(value, place, where):
    if is_pandas(value):
        return pandas_to_numpy(value, place, where)
    if is_sparse(value):
        return value.toarray()
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach()
        if value.is_floating_point() and value.element_size() < 4:
            value = value.float()  # NumPy has no bfloat16, and it becomes floatx anyway
        return value.cpu().numpy()
    if isinstance(value, (str, bytes)):
        raise _not_an_array(value, place, where, "text must come as an array: np.array([...])")
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return np.asarray(value)
    if not hasattr(value, "__array__"):
        raise _not_an_array(value, place, where, None)
    try:
        return np.asarray(value)
    except Exception as error:  # a symbolic tensor, a ragged one: its own words say more than ours
        raise _not_an_array(value, place, where, None) from error


def _not_an_array(value, place, where, hint):
    return bad_argument(
        where, f"`{place}` is not an array.", error=TypeError,
        expected="a NumPy array, a tensor of an engine, a data frame, or tuples, lists and dicts of them",
        given=f"{type(value).__name__}: {describe(value)}", hint=hint or "np.asarray(...) of your data",
    )  # fmt: skip


def _from_objects(array, place, where):
    """Arrays of objects: text stays (text layers take it), anything else hides a mistake."""
    if array.size and all(isinstance(item, (str, bytes)) for item in array.flat):
        return array
    first = describe(array.flat[0]) if array.size else "nothing"
    raise bad_argument(
        where,
        f"`{place}` is an array of Python objects.",
        expected="an array of numbers, all rows of one shape",
        given=f"dtype object, shape {array.shape}, first element {first}",
        error=TypeError,
        hint="np.stack(rows) if the rows are arrays, or pad them to one length (utils.pad_sequences)",
    )
