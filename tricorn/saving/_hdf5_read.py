"""Reading HDF5 files that anyone may have made.

HDF5 can point out of the file: external and soft links, external storage, virtual datasets, and filters that are loaded
as plug-ins. It can declare sizes that it does not hold. All of this is looked at, without following or reading any of
it, before the first value is read: the file is walked link by link, and everything but groups and plain, whole, numeric
datasets is refused.
"""

from __future__ import annotations

import contextlib
import math

import numpy as np

from tricorn.core.arrays import numpy_dtype
from tricorn.core.errors import FileFormatError, UnsafeFileError, bad_argument

MAGIC = b"\x89HDF\r\n\x1a\n"
MAX_OBJECTS = 200_000
MAX_DEPTH = 64
MAX_NAME = 1024
MAX_ATTRIBUTE_BYTES = 64 * 1024
MAX_ATTRIBUTES = 64
DEFLATE_RATIO = 1100  # deflate cannot do better than 1032
_ALLOWED_FILTERS = (1, 2)  # gzip, shuffle
_STORED_AS_BYTES = {"bfloat16": 2, "float8_e4m3fn": 1, "float8_e5m2": 1}


class StoredArray:
    """A dataset that has been checked: shape and dtype are known, values are read on demand."""

    def __init__(self, path, identifier, shape, dtype, where):
        self.path = path
        self.shape = shape
        self.dtype = dtype
        self._identifier = identifier
        self._where = where

    @property
    def nbytes(self):
        return math.prod(self.shape) * (8 if self.dtype == "string" else numpy_dtype(self.dtype).itemsize)

    def read(self):
        """The values, as a host array."""
        import h5py

        with translated(f"{self._where}, {self.path!r}"):
            array = np.asarray(h5py.Dataset(self._identifier)[()])
        if self.dtype in _STORED_AS_BYTES:
            return array.view(numpy_dtype(self.dtype)).reshape(self.shape)
        return array.astype(array.dtype.newbyteorder("="), copy=False)


class StoredTree:
    """The groups and arrays of an open file, by path.

    Attributes:
        arrays: `StoredArray`s by path, without a leading '/'.
        names: The attribute `name` of those groups that have one.
        is_legacy: Whether it is a file of Keras 1 or 2, which has another layout.
    """

    def __init__(self):
        self.arrays = {}
        self.names = {}
        self.is_legacy = False

    def under(self, group):
        """Arrays below a group, by the rest of their path."""
        prefix = f"{group}/"
        return {path[len(prefix) :]: array for path, array in self.arrays.items() if path.startswith(prefix)}


@contextlib.contextmanager
def translated(where):
    """Errors of the HDF5 library as errors about the file."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, EOFError, TypeError, OverflowError) as error:
        raise bad_argument(where, "the HDF5 data cannot be read: it is truncated or damaged.", given=str(error)[:200],
                           error=FileFormatError) from error  # fmt: skip


@contextlib.contextmanager
def open_tree(file, where, size):
    """The checked contents of an open binary file.

    Args:
        file: A seekable binary file that begins with the HDF5 signature.
        where: The file's name, for messages.
        size: Its bytes.

    Raises:
        UnsafeFileError: It points out of itself, or declares what it does not hold.
        FileFormatError: It is not HDF5, truncated or damaged.
    """
    import h5py

    if read_head(file, len(MAGIC)) != MAGIC:
        raise bad_argument(where, "is not an HDF5 file.", error=FileFormatError)
    with translated(where):
        opened = h5py.File(file, "r")
    try:
        with translated(where):
            tree = _Walker(where, size).walk(opened)
        yield tree
    finally:
        opened.close()


def read_head(file, count):
    """The first bytes of a file; its position is left at the start."""
    file.seek(0)
    head = file.read(count)
    file.seek(0)
    return head


class _Walker:
    def __init__(self, where, size):
        self.where = where
        self.size = size
        self.seen = set()
        self.tree = StoredTree()

    def unsafe(self, path, problem, **details):
        return bad_argument(f"{self.where}, {path or '/'!r}", problem, error=UnsafeFileError, **details)

    def walk(self, opened):
        import h5py

        root = opened["/"].id
        self.tree.is_legacy = any(h5py.h5a.exists(root, mark) for mark in (b"model_config", b"layer_names"))
        pending = [(root, "", 0)]
        while pending:
            group, path, depth = pending.pop()
            if depth > MAX_DEPTH:
                raise self.unsafe(path, f"groups are nested more than {MAX_DEPTH} deep.")
            self._first_visit(group, path)
            name = self._text_attribute(group, "name", path)
            if name is not None:
                self.tree.names[path] = name
            pending.extend(self._children(group, path, depth))
        return self.tree

    def _first_visit(self, identifier, path):
        import h5py

        info = h5py.h5o.get_info(identifier)
        key = (info.fileno, info.addr)
        if key in self.seen:
            raise self.unsafe(path, "the same object stands at two places.")
        self.seen.add(key)
        if len(self.seen) > MAX_OBJECTS:
            raise self.unsafe(path, f"there are more than {MAX_OBJECTS:,} objects.")

    def _children(self, group, path, depth):
        import h5py

        count = len(group)
        if count + len(self.seen) > MAX_OBJECTS:
            raise self.unsafe(path, f"there are more than {MAX_OBJECTS:,} objects.")
        for raw in list(group):
            child = self._child_path(raw, path)
            kind = group.links.get_info(raw).type
            if kind != h5py.h5l.TYPE_HARD:
                raise self.unsafe(
                    child, "is a link to elsewhere (external, soft or user-defined), never followed."
                )
            kind = h5py.h5o.get_info(group, raw).type
            if kind == h5py.h5o.TYPE_GROUP:
                yield h5py.h5g.open(group, raw), child, depth + 1
            elif kind == h5py.h5o.TYPE_DATASET:
                dataset = h5py.h5d.open(group, raw)
                self._first_visit(dataset, child)
                self.tree.arrays[child] = self._checked(dataset, child)
            else:
                raise self.unsafe(child, "is neither a group nor a dataset.")

    def _child_path(self, raw, path):
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise self.unsafe(path, "has a name that is not UTF-8.") from None
        if len(name) > MAX_NAME or name in ("", ".", "..") or "/" in name or not name.isprintable():
            raise self.unsafe(path, "has an impossible name inside.", given=repr(name)[:80])
        return f"{path}/{name}" if path else name

    # --- datasets ----------------------------------------------------------------------------------
    def _checked(self, dataset, path):
        import h5py

        layout = dataset.get_create_plist()
        kind = layout.get_layout()
        if layout.get_external_count():
            raise self.unsafe(path, "keeps its values in another file.")
        if kind == h5py.h5d.VIRTUAL:
            raise self.unsafe(path, "is a virtual dataset, made of parts of other files.")
        for index in range(layout.get_nfilters()):
            code = layout.get_filter(index)[0]
            if code not in _ALLOWED_FILTERS:
                raise self.unsafe(path, "is packed by a filter that is not allowed.", expected="none, gzip or shuffle",
                                  given=f"filter {code}")  # fmt: skip
        space = dataset.get_space()
        if space.get_simple_extent_type() == h5py.h5s.NULL:
            raise self.unsafe(path, "has no values.")
        shape = tuple(int(extent) for extent in space.get_simple_extent_dims())
        dtype, item = self._dtype(dataset, path)
        self._check_storage(dataset, layout, kind, path, shape, item)
        return StoredArray(path, dataset, shape, dtype, self.where)

    def _check_storage(self, dataset, layout, kind, path, shape, item):
        """The file must hold what the dataset declares."""
        import h5py

        declared, stored = math.prod(shape) * item, dataset.get_storage_size()
        if stored > self.size:
            raise self.unsafe(
                path, "declares more bytes than the file has.", given=f"{stored:,} of {self.size:,} bytes"
            )
        possible = stored
        if kind == h5py.h5d.CHUNKED:
            chunk = layout.get_chunk()
            chunks = math.prod(-(-extent // size) for extent, size in zip(shape, chunk, strict=True))
            padded = chunks * math.prod(chunk) * item
            if padded > 2 ** len(shape) * declared + 2**20:
                raise self.unsafe(
                    path, "is stored in chunks far larger than itself.", given=f"chunks of {chunk}"
                )
            possible = stored * DEFLATE_RATIO if layout.get_nfilters() else stored
        if declared > possible:
            raise self.unsafe(path, "declares more values than the file holds.", expected=f"{declared:,} bytes",
                              given=f"{stored:,} bytes stored")  # fmt: skip

    def _dtype(self, dataset, path):
        """The dtype's name, and the bytes of one element."""
        import h5py

        kind = dataset.get_type()
        item = kind.get_size()
        if isinstance(kind, h5py.h5t.TypeOpaqueID):
            name = self._text_attribute(dataset, "dtype", path)
            if _STORED_AS_BYTES.get(name) != item:
                raise self.unsafe(path, "holds bytes of an unknown dtype.", expected=", ".join(_STORED_AS_BYTES),
                                  given=f"{name!r:.40}, {item} bytes")  # fmt: skip
            return name, item
        if isinstance(kind, h5py.h5t.TypeStringID) and not kind.is_variable_str():
            return "string", item
        plain = (h5py.h5t.TypeIntegerID, h5py.h5t.TypeFloatID, h5py.h5t.TypeEnumID)
        name = kind.dtype.name if isinstance(kind, plain) or _is_complex(kind) else None
        if name not in _PLAIN_DTYPES or numpy_dtype(name).itemsize != item:
            raise self.unsafe(path, "holds something other than plain numbers.", given=type(kind).__name__)
        return name, item

    def _text_attribute(self, identifier, name, path):
        import h5py

        count = h5py.h5a.get_num_attrs(identifier)
        if count > MAX_ATTRIBUTES:
            raise self.unsafe(path, "has too many attributes.", given=count)
        raw = name.encode()
        if not h5py.h5a.exists(identifier, raw):
            return None
        attribute = h5py.h5a.open(identifier, raw)
        kind = attribute.get_type()
        count = math.prod(attribute.get_space().get_simple_extent_dims())
        text = isinstance(kind, h5py.h5t.TypeStringID) and count == 1
        if not text or attribute.get_storage_size() > MAX_ATTRIBUTE_BYTES:
            raise self.unsafe(path, f"the attribute {name!r} is not a short text.")
        value = h5py.AttributeManager(_Holder(identifier))[name]
        if isinstance(value, np.ndarray):
            value = value.reshape(-1)[0]
        value = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        return value[:MAX_NAME]


_PLAIN_DTYPES = frozenset(("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                           "float32", "float64", "complex64", "complex128"))  # fmt: skip


def _is_complex(kind):
    import h5py

    return isinstance(kind, h5py.h5t.TypeCompoundID) and kind.dtype.kind == "c"


class _Holder:
    """What `AttributeManager` asks of its parent."""

    def __init__(self, identifier):
        self.id = identifier
