"""Opening what a path names: the file's own first bytes say what it is, never its suffix."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import stat

from tricorn.core.errors import FileFormatError, NotSupportedError, UnsafeFileError, bad_argument
from tricorn.saving import _hdf5_read, _zip_read

_OPEN_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def local_path(filepath, where):
    """A path of this file system.

    Raises:
        TypeError: `filepath` is neither text nor a path.
        NotSupportedError: It is an address of the network.
    """
    if not isinstance(filepath, (str, os.PathLike)):
        raise bad_argument(
            where, "`filepath` must be a path.", given=type(filepath).__name__, error=TypeError
        )
    text = os.fspath(filepath)
    if "://" in text:
        raise bad_argument(where, "only files of this machine are read and written.", given=text[:200],
                           hint="download the file first, and give its path", error=NotSupportedError)  # fmt: skip
    return pathlib.Path(text).expanduser()


@contextlib.contextmanager
def opened(path, where, follow_links=True):
    """An existing plain file, open for reading.

    Raises:
        FileNotFoundError: There is none.
        FileFormatError: It is a directory, a pipe or a device.
    """
    flags = os.O_RDONLY | _OPEN_FLAGS | (0 if follow_links else getattr(os, "O_NOFOLLOW", 0))
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise bad_argument(
            where, "the file does not exist.", given=str(path), error=FileNotFoundError
        ) from None
    except OSError as error:
        raise bad_argument(where, "the file cannot be opened.", given=f"{path} ({error.strerror})",
                           error=UnsafeFileError if not follow_links else FileFormatError) from error  # fmt: skip
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise bad_argument(where, "is not a plain file.", given=str(path), error=FileFormatError)
        yield file


def kind_of(file):
    """`"zip"`, `"hdf5"`, `"json"` or None, by the first bytes."""
    head = _hdf5_read.read_head(file, 8)
    if head.startswith(_zip_read.MAGIC):
        return "zip"
    if head == _hdf5_read.MAGIC:
        return "hdf5"
    return "json" if head.lstrip()[:1] == b"{" else None


def unknown_format(where, expected):
    """The error for a file whose first bytes are of no known format."""
    return bad_argument(
        where, "is of an unknown format, or damaged.", expected=expected, error=FileFormatError
    )


def legacy_format(where):
    """The error for HDF5 files in the layout of Keras 1 and 2."""
    return bad_argument(
        where, "is a file in the HDF5 layout of Keras 1 and 2, which Tricorn does not read.",
        expected="a .keras archive, or a .weights.h5 file of Keras 3",
        hint='with Keras itself: keras.models.load_model(path).save("model.keras"), then load that',
        error=NotSupportedError,
    )  # fmt: skip


class Folder:
    """A model saved as a directory of files, with the interface of `SafeZip`."""

    def __init__(self, path, where):
        self.where = where
        self._path = path
        self.members = {}
        for folder, _, names in os.walk(path, followlinks=False):
            for name in names:
                found = pathlib.Path(folder) / name
                self.members[found.relative_to(path).as_posix()] = found
                if len(self.members) > _zip_read.MAX_MEMBERS:
                    raise bad_argument(where, "has too many files.", error=UnsafeFileError)
        self.size = sum(self.declared(name) for name in self.members)

    def __contains__(self, name):
        return name in self.members

    def declared(self, name):
        """The bytes of a file."""
        return self.members[name].lstat().st_size

    def read(self, name, limit):
        """The bytes of a file of at most `limit` bytes."""
        with self.open(name, limit) as file:
            return file.read()

    def open(self, name, limit):
        """A file of at most `limit` bytes, open for reading."""
        where = f"{self.where}, {name}"
        if name not in self.members:
            raise bad_argument(
                where, "the file is missing.", given=", ".join(list(self.members)[:20]), error=FileFormatError
            )
        with opened(self.members[name], where, follow_links=False) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise bad_argument(where, "is too large.", expected=f"at most {limit:,} bytes", given=f"{size:,} bytes",
                                   error=UnsafeFileError)  # fmt: skip
            return os.fdopen(os.dup(file.fileno()), "rb")

    def close(self):
        """Nothing is kept open."""


@contextlib.contextmanager
def weights_tree(file, where, kind):
    """The `StoredTree` of an open weights file, or of the weights in an open `.keras` archive."""
    size = file.seek(0, io.SEEK_END)
    if kind == "zip":
        archive = _zip_read.SafeZip(file, where)
        with contextlib.closing(archive), weights_of(archive) as tree:
            yield tree
    elif kind == "hdf5":
        with _hdf5_read.open_tree(file, where, size) as tree:
            if tree.is_legacy:
                raise legacy_format(where)
            yield tree
    else:
        raise unknown_format(
            where, "a .weights.h5 file, a .keras archive, or the .weights.json of a sharded file"
        )


@contextlib.contextmanager
def weights_of(archive):
    """The `StoredTree` of an archive's weights."""
    name = "model.weights.h5"
    limit = archive.declared(name) if name in archive else 0
    with (
        archive.open(name, limit) as file,
        _hdf5_read.open_tree(file, f"{archive.where}, {name}", limit) as tree,
    ):
        yield tree


def json_text(value):
    """Readable JSON, for the small files that people look at."""
    return json.dumps(value, indent=4)
