"""Configurations as JSON text, within bounds: nothing in a file can exhaust memory, time or the stack."""

from __future__ import annotations

import json
import math

from tricorn.core.errors import UnsafeFileError, bad_argument

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 200
MAX_NODES = 5_000_000
MAX_KEYS = 100_000
MAX_STRING = 2**20
MAX_INTEGER = 2**64


def check_config(config, where="config"):
    """Raise unless a configuration (nested dicts, lists and values) is within the bounds. Iterative and linear.

    Raises:
        UnsafeFileError: It is too deep or too large, or holds itself.
    """
    nodes = 0
    level = [config]
    for _ in range(MAX_DEPTH + 1):
        below = []
        for node in level:
            kind = type(node)
            if kind is dict:
                if len(node) > MAX_KEYS:
                    raise _refused(where, f"at most {MAX_KEYS} keys in an object", f"{len(node)} keys")
                if any(isinstance(key, str) and len(key) > MAX_STRING for key in node):
                    raise _refused(where, f"keys of at most {MAX_STRING} characters", "a longer key")
                below.extend(node.values())
            elif kind is list or kind is tuple:
                below.extend(node)
            elif kind is str:
                if len(node) > MAX_STRING:
                    raise _refused(
                        where, f"strings of at most {MAX_STRING} characters", f"{len(node)} characters"
                    )
            elif kind is int and not -MAX_INTEGER < node < MAX_INTEGER:
                raise _refused(
                    where, "integers of at most 64 bits", f"an integer of {node.bit_length()} bits"
                )
            if len(below) > MAX_NODES:
                break
        nodes += len(below)
        if nodes > MAX_NODES:
            raise _refused(where, f"at most {MAX_NODES} values", "more")
        if not below:
            return
        level = below
    raise _refused(where, f"nested at most {MAX_DEPTH} deep", "deeper")


def _refused(where, expected, given):
    return bad_argument(where, "is beyond the bounds of a configuration.", expected=expected, given=given,
                        error=UnsafeFileError)  # fmt: skip


def read_json(data, where="config"):
    """Parse JSON text from a file.

    Args:
        data: Bytes or a string.
        where: The name of the file or member, for messages.

    Raises:
        UnsafeFileError: It is beyond the bounds or has a key twice in one object.
        ValueError: It is not JSON.
    """
    if len(data) > MAX_BYTES:
        raise _refused(where, f"at most {MAX_BYTES} bytes", f"{len(data)} bytes")
    try:
        text = data if isinstance(data, str) else bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        raise bad_argument(where, "is not JSON: not UTF-8 text.") from None
    _check_depth(text, where)
    try:
        config = json.loads(text, object_pairs_hook=_object_without_duplicates, parse_int=_bounded_int)
    except json.JSONDecodeError as error:
        raise bad_argument(where, "is not JSON.", given=f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise _refused(where, f"nested at most {MAX_DEPTH} deep", "deeper") from None
    check_config(config, where)
    return config


def _check_depth(text, where):
    """Count brackets outside strings before the (recursive) parser sees them. One pass in C per kind of character."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth, position, length = 0, 0, len(text)
    while position < length:
        character = text[position]
        if character == '"':
            position = _end_of_string(text, position)
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _refused(where, f"nested at most {MAX_DEPTH} deep", "deeper")
        elif character in "]}":
            depth -= 1
        position += 1


def _end_of_string(text, start):
    position = start + 1
    while True:
        position = text.find('"', position)
        if position < 0:
            return len(text)
        backslashes = 0
        while text[position - 1 - backslashes] == "\\":
            backslashes += 1
        if backslashes % 2 == 0:
            return position
        position += 1


def _object_without_duplicates(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise bad_argument("config", "an object has the same key twice.", error=UnsafeFileError)
    return found


def _bounded_int(digits):
    if len(digits) > 21:
        raise _refused("config", "integers of at most 64 bits", f"an integer of {len(digits)} digits")
    return int(digits)


def write_json(config, indent=None) -> str:
    """The JSON text of a serialised configuration; tuples become lists.

    Raises:
        TypeError: It holds something other than dicts, lists, strings, numbers, booleans and None.
    """
    return json.dumps(config, indent=indent, default=_refuse_value, allow_nan=True)


def _refuse_value(value):
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "ndim", None) == 0:
        number = item()
        if isinstance(number, (bool, int, str)) or (isinstance(number, float) and not math.isnan(number)):
            return number
    raise bad_argument("config", "holds a value that JSON cannot.", given=type(value).__name__,
                       hint="pass it through serialize_keras_object in get_config()", error=TypeError)  # fmt: skip
