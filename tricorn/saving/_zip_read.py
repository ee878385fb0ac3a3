"""Reading zip archives that anyone may have made.

The whole list of members is checked before any member is read: an archive with one impossible member is hostile as a
whole. Members are read through a counter, never further than they declare, and never further than the caller allows.
"""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import zipfile
import zlib

from tricorn.core.errors import FileFormatError, UnsafeFileError, bad_argument

MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 5_000
MAX_NAME = 512
MAX_RATIO = 200  # declared bytes per stored byte, above a small size
SMALL = 2**20
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CHUNK = 2**20


class SafeZip:
    """The checked members of an open zip file.

    Args:
        file: A seekable binary file.
        where: The file's name, for messages.

    Raises:
        UnsafeFileError: A member has an impossible name, size or kind.
        FileFormatError: It is no zip file, truncated or damaged.
    """

    def __init__(self, file, where):
        self.where = where
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        file.seek(0)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise self._damaged(error) from error
        self.members = self._checked(self._zip.infolist())

    def _damaged(self, error):
        return bad_argument(self.where, "is not a whole zip archive: truncated, damaged, or another format.",
                            given=str(error)[:200], error=FileFormatError)  # fmt: skip

    def _unsafe(self, name, problem, **details):
        return bad_argument(f"{self.where}, member {name[:100]!r}", problem, error=UnsafeFileError, **details)

    # --- what is checked before anything is read -----------------------------------------------------
    def _checked(self, infos):
        if len(infos) > MAX_MEMBERS:
            raise bad_argument(self.where, "has too many members.", expected=f"at most {MAX_MEMBERS:,}",
                               given=f"{len(infos):,}", error=UnsafeFileError)  # fmt: skip
        members, folded = {}, set()
        for info in infos:
            name = info.filename
            if info.orig_filename != name:
                raise self._unsafe(info.orig_filename, "has an impossible name.")
            self._check_name(name)
            if name.casefold().rstrip("/") in folded:
                raise self._unsafe(name, "stands in the archive twice.")
            folded.add(name.casefold().rstrip("/"))
            self._check_kind(info)
            self._check_sizes(info)
            members[name] = info
        self._check_overlaps(infos)
        return members

    def _check_name(self, name):
        parts = name.removesuffix("/").split("/")
        bad = (
            not name or len(name) > MAX_NAME or "\\" in name or ":" in name or not name.isprintable()
            or any(part in ("", ".", "..") or part[-1] in ". " for part in parts)
        )  # fmt: skip
        if bad:
            raise self._unsafe(
                name, "has a name that leads out of the archive, or that some system reads otherwise."
            )

    def _check_kind(self, info):
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise self._unsafe(info.filename, "is a link or a device.")
        if info.flag_bits & 0x2041:
            raise self._unsafe(info.filename, "is encrypted.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._unsafe(info.filename, "is packed by a method that is not allowed.",
                               expected="stored or deflated", given=info.compress_type)  # fmt: skip

    def _check_sizes(self, info):
        declared, stored = info.file_size, info.compress_size
        if info.header_offset + stored > self.size:
            raise self._unsafe(info.filename, "declares more bytes than the file has.",
                               given=f"{stored:,} of {self.size:,}")  # fmt: skip
        if info.compress_type == zipfile.ZIP_STORED and declared != stored:
            raise self._unsafe(info.filename, "is stored plainly, in another size than it declares.",
                               expected=f"{declared:,} bytes", given=f"{stored:,} bytes")  # fmt: skip
        if declared == 0 and stored > 16:
            raise self._unsafe(
                info.filename, "declares no bytes, but holds some.", given=f"{stored:,} bytes stored"
            )
        if declared > SMALL and declared > MAX_RATIO * stored:
            raise self._unsafe(info.filename, "unpacks to far more than it holds.",
                               expected=f"at most {MAX_RATIO} fold",
                               given=f"{declared:,} bytes from {stored:,}")  # fmt: skip

    def _check_overlaps(self, infos):
        end, last = 0, ""
        for info in sorted(infos, key=lambda one: one.header_offset):
            if info.header_offset < end:
                raise self._unsafe(info.filename, f"lies over the member {last[:100]!r}.")
            end, last = self._data_offset(info) + info.compress_size, info.filename

    def _data_offset(self, info):
        """Where a member's bytes begin. Its local header must agree with the list."""
        self._file.seek(info.header_offset)
        header = self._file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or header[:4] != MAGIC:
            raise self._damaged(f"no header at the place of {info.filename!r}")
        fields = _LOCAL_HEADER.unpack(header)
        name_length, extra_length = fields[9], fields[10]
        raw = self._file.read(name_length)
        if raw.decode("utf-8" if fields[2] & 0x800 else "cp437", "replace") != info.filename:
            raise self._unsafe(info.filename, "has another name in its own header.")
        if fields[3] != info.compress_type:
            raise self._unsafe(info.filename, "has another packing method in its own header.")
        return info.header_offset + _LOCAL_HEADER.size + name_length + extra_length

    # --- reading -----------------------------------------------------------------------------------------
    def __contains__(self, name):
        return name in self.members

    def declared(self, name):
        """The bytes that a member unpacks to."""
        return self.members[name].file_size

    def _info(self, name, limit):
        if name not in self.members:
            raise bad_argument(self.where, f"has no member {name!r}.", given=", ".join(list(self.members)[:20]),
                               error=FileFormatError)  # fmt: skip
        info = self.members[name]
        if info.file_size > limit:
            raise self._unsafe(
                name, "is too large.", expected=f"at most {limit:,} bytes", given=f"{info.file_size:,} bytes"
            )
        return info

    def read(self, name, limit):
        """The bytes of a member of at most `limit` bytes."""
        target = io.BytesIO()
        self._copy(self._info(name, limit), target)
        return target.getvalue()

    def open(self, name, limit):
        """A seekable file over a member: a window if it is stored plainly, else an unpacked temporary file."""
        info = self._info(name, limit)
        if info.compress_type == zipfile.ZIP_STORED:
            window = Window(self._file, self._data_offset(info), info.file_size)
            self._check_sum(window, info)
            return window
        target = tempfile.SpooledTemporaryFile(max_size=2**26)  # noqa: SIM115  (the caller closes it)
        self._copy(info, target)
        target.seek(0)
        return target

    def _copy(self, info, target):
        total = 0
        try:
            with self._zip.open(info) as source:
                while chunk := source.read(_CHUNK):
                    total += len(chunk)
                    if total > info.file_size:
                        raise self._unsafe(info.filename, "holds more than it declares.")
                    target.write(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise self._damaged(error) from error
        if total != info.file_size:
            raise self._damaged(f"{info.filename!r} holds {total:,} of {info.file_size:,} bytes")

    def _check_sum(self, window, info):
        checksum = 0
        while chunk := window.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
        if checksum != info.CRC:
            raise self._damaged(f"the checksum of {info.filename!r} is wrong")
        window.seek(0)

    def close(self):
        self._zip.close()


class Window(io.RawIOBase):
    """A part of a file as a file of its own, without a copy. Read-only."""

    def __init__(self, file, start, length):
        self._file, self._start, self._length, self._position = file, start, length, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=io.SEEK_SET):
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def tell(self):
        return self._position

    def readinto(self, buffer):
        count = max(min(len(buffer), self._length - self._position), 0)
        if not count:
            return 0
        self._file.seek(self._start + self._position)
        read = self._file.readinto(memoryview(buffer)[:count])
        self._position += read
        return read
