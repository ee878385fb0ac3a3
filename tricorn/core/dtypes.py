"""Dtypes by name, and the lattice that says which dtype the result of mixed inputs has.

A dtype is a string: `"float32"`, `"bfloat16"`, `"int8"`, `"bool"`, `"string"`. The Python types `bool`, `int` and
`float` stand for Python scalars, which are *weak*: they decide the kind of a result but never widen it.

The lattice is the reference's. Where the reference differs by engine (it keeps 64 bits on TensorFlow and narrows them
on all others) one rule holds on all engines here: 64-bit integers and floats appear only where an input, or floatx, has
them. Two oddities of the reference are left out: under a floatx of 16 bits it takes a Python float for float16 (also if
floatx is bfloat16) and a Python int for int16.
"""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core.config import settings
from tricorn.core.errors import bad_argument

UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
SIGNED = ("int8", "int16", "int32", "int64")
FLOATS = ("bfloat16", "float16", "float32", "float64")
FLOAT8S = ("float8_e4m3fn", "float8_e5m2")
COMPLEX = ("complex64", "complex128")

ALLOWED_DTYPES = frozenset((*UNSIGNED, *SIGNED, *FLOATS, *FLOAT8S, *COMPLEX, "bool", "string"))

_INTEGERS = frozenset(UNSIGNED + SIGNED)
_FLOATING = frozenset(FLOATS + FLOAT8S)
_BITS = {name: int(name.lstrip("uint")) for name in _INTEGERS}
_BYTES = {
    **{name: bits // 8 for name, bits in _BITS.items()},
    **dict.fromkeys(("bool", *FLOAT8S), 1),
    **dict.fromkeys(("bfloat16", "float16"), 2),
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}

# Other spellings of a dtype. The values None and float mean floatx, which may change.
_ALIASES = {bool: "bool", int: "int32", str: "string", complex: "complex64", "int": "int32", "bool_": "bool"}
_standard = {**{name: name for name in ALLOWED_DTYPES}, **_ALIASES}


def standardize_dtype(dtype) -> str:
    """The standard name of a dtype.

    Args:
        dtype: A name, a Python type (`float` is floatx, `int` is int32), None (floatx), or a dtype of NumPy, JAX,
            PyTorch or TensorFlow.

    Raises:
        ValueError: There is no such dtype.
    """
    if dtype is None or dtype is float:
        return settings.floatx
    try:
        return _standard[dtype]
    except (KeyError, TypeError):
        return _standardize_foreign(dtype)


def _standardize_foreign(dtype):
    name = _foreign_name(dtype)
    if name not in ALLOWED_DTYPES:
        raise bad_argument("dtype", "unknown dtype.", expected="one of " + ", ".join(sorted(ALLOWED_DTYPES)),
                           given=repr(dtype))  # fmt: skip
    # Types and strings are safe keys. A dtype object of TensorFlow is not: it equals, and hashes as, its enum's number.
    if isinstance(dtype, (str, type, np.dtype)) or type(dtype).__module__ == "torch":
        _standard[dtype] = name
    return name


def _foreign_name(dtype):
    """The name inside a dtype object of NumPy (`name`), JAX (`dtype`), torch (`str`) or TensorFlow (`name`)."""
    if isinstance(dtype, str):
        name = dtype.removeprefix("torch.")
    elif type(dtype).__module__.partition(".")[0] == "torch":
        name = str(dtype).removeprefix("torch.")
    elif isinstance(dtype, type):
        name = dtype.__name__  # numpy.float32, ml_dtypes.bfloat16, jax.numpy.float32
    else:
        name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None)
    if not isinstance(name, str):
        return None
    if not isinstance(dtype, str) and getattr(dtype, "kind", "") in ("U", "S"):
        return "string"
    return _ALIASES.get(name, name)


def is_float(dtype) -> bool:
    """Whether a dtype is a real floating one, float8 included."""
    return standardize_dtype(dtype) in _FLOATING


def is_int(dtype) -> bool:
    """Whether a dtype is an integer one; bool is not."""
    return standardize_dtype(dtype) in _INTEGERS


def int_range(dtype):
    """The smallest and the largest value of an integer dtype; None for other dtypes.

    Args:
        dtype: A standard name.
    """
    bits = _BITS.get(dtype)
    if bits is None:
        return None
    return (0, 2**bits - 1) if dtype[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def dtype_size(dtype) -> int:
    """Bytes of one element.

    Raises:
        ValueError: The dtype is `"string"`, whose elements differ.
    """
    name = standardize_dtype(dtype)
    if name not in _BYTES:
        raise bad_argument("dtype_size", "elements of this dtype have no fixed size.", given=repr(name))
    return _BYTES[name]


def result_type(*dtypes) -> str:
    """The dtype that inputs of these dtypes have in common.

    Floats absorb integers and integers absorb bools; float16 with bfloat16 is float32; unsigned with signed integers
    take the next signed size; uint64 with a signed integer is floatx. Python scalars, given as `bool`, `int` and
    `float`, are weak: `("int8", int)` is int8, `("float16", float)` is float16, `("int8", float)` is floatx. As in the
    reference, uint64 and complex128 become uint32 and complex64.

    Args:
        dtypes: Names, dtype objects, Python types, None for floatx. None at all gives floatx.

    Raises:
        ValueError: An unknown dtype, float8 (cast it yourself), or strings with numbers.
    """
    return _result_type(settings.floatx, dtypes)


@functools.lru_cache(maxsize=8192)
def _result_type(floatx, dtypes):
    if not dtypes:
        return floatx
    # `is`, not `==`: numpy.dtype("float64") == float
    weak = {dtype for dtype in dtypes if dtype is int or dtype is float}
    names = {standardize_dtype(dtype) for dtype in dtypes if dtype is not int and dtype is not float}
    if not names.isdisjoint(FLOAT8S):
        raise bad_argument("dtypes", "float8 is never converted implicitly.", given=_listed(dtypes),
                           hint="cast the float8 tensor with tricorn.ops.cast(x, ...)")  # fmt: skip
    if "string" in names:
        if weak or len(names) > 1:
            raise bad_argument("dtypes", "strings and numbers have no common dtype.", given=_listed(dtypes))
        return "string"
    if not names.isdisjoint(COMPLEX):
        return "complex64"
    floats = names.intersection(FLOATS)
    if floats:
        return _join_floats(floats)
    return floatx if float in weak else _join_integers(floatx, names, int in weak)


def _join_floats(floats):
    if len(floats) == 1:
        return next(iter(floats))
    return "float64" if "float64" in floats else "float32"


def _join_integers(floatx, names, weak_int):
    signed = max((_BITS[name] for name in names if name in SIGNED), default=0)
    unsigned = max((_BITS[name] for name in names if name in UNSIGNED), default=0)
    if signed and unsigned == 64:
        return floatx  # no integer holds both
    if signed:
        bits = max(signed, 2 * unsigned)
        return f"int{bits if signed == 64 else min(bits, 32)}"
    if unsigned:
        return f"uint{min(unsigned, 32)}"
    return "int32" if weak_int else "bool"


def _listed(dtypes):
    return ", ".join(dtype if isinstance(dtype, str) else repr(dtype) for dtype in dtypes)
