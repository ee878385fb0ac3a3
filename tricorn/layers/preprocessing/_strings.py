"""Strings on the host: arrays of any kind of text as Python strings, and as the bytes that are hashed."""

from __future__ import annotations

import numpy as np

from tricorn.core.errors import bad_argument, describe


def texts_of(array, encoding, where):
    """The strings of an array, flat, as a list of `str`.

    Bytes that are not valid in the encoding keep their value (as surrogates), so that they can be hashed.

    Raises:
        TypeError: It holds something else.
    """
    array = np.asarray(array)
    if array.dtype.kind == "U":
        return array.ravel().tolist()
    if array.dtype.kind in "SO":
        items = array.ravel().tolist()
        try:
            return [item if type(item) is str else _decoded(item, encoding) for item in items]
        except TypeError:
            pass
    raise bad_argument(where, "takes strings.", expected="an array or list of str or bytes", given=describe(array),
                       error=TypeError)  # fmt: skip


def _decoded(item, encoding):
    if isinstance(item, bytes):
        return item.decode(encoding, "surrogateescape")
    if isinstance(item, str):
        return str(item)
    raise TypeError(item)


def bytes_of(array, encoding, where):
    """The strings of an array, flat, as a list of `bytes`."""
    return [text.encode(encoding, "surrogateescape") for text in texts_of(array, encoding, where)]


def decimals_of(array):
    """Integers, flat, as they are written: a list of `bytes`. Booleans are written as words."""
    if array.dtype.kind == "b":
        return [b"true" if value else b"false" for value in array.ravel().tolist()]
    return [b"%d" % value for value in np.asarray(array).ravel().tolist()]


def check_encoding(where, encoding):
    """The name of an encoding.

    Raises:
        ValueError: Python knows none of this name.
    """
    try:
        "".encode(encoding)
    except (LookupError, TypeError):
        raise bad_argument(
            where, "unknown `encoding`.", expected='such as "utf-8"', given=f"encoding={encoding!r}"
        ) from None
    return encoding


def check_salt(where, salt):
    """`salt` as a list of two integers, or None.

    Raises:
        ValueError: It is something else.
    """
    if salt is None:
        return None
    if isinstance(salt, (tuple, list)) and len(salt) == 2 and all(isinstance(part, int) for part in salt):
        return list(salt)
    if isinstance(salt, int) and not isinstance(salt, bool):
        return [salt, salt]
    raise bad_argument(where, "`salt` is an integer or two.", given=f"salt={salt!r}")
