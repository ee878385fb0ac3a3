"""Writing a file so that its place holds the old one or the new one, whole, at every moment."""

from __future__ import annotations

import contextlib
import os
import pathlib
import stat
import tempfile


@contextlib.contextmanager
def replacing(path):
    """A binary file that takes the place of `path` when the block ends without an error, else is removed.

    It is written beside `path` under a random name, flushed to the disk, and renamed. A symbolic link is followed: what
    it points to is replaced.

    Args:
        path: Where the file goes; its directory must exist.
    """
    target = pathlib.Path(os.path.realpath(path))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".partial", dir=target.parent)
    temporary = pathlib.Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(target.parent)


def _mode(target):
    """The permissions of the file that is replaced, else those of any new file."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_directory(directory):
    """Make the renaming itself last. Not every system lets a directory be opened."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
