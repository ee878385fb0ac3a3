"""Calls of the elementwise ops, of reductions without NaN and of complex ones, with their references in NumPy and SciPy;
`test_ops_elementwise.py` checks them on every engine."""

from __future__ import annotations

import warnings

import numpy as np
import scipy.special

from tests.conformance.harness import Case

_random = np.random.default_rng(3)
X = _random.uniform(0.2, 0.9, (2, 3)).astype(np.float32)
Y = _random.uniform(1.1, 2.0, (2, 3)).astype(np.float32)
S = _random.normal(size=(2, 3)).astype(np.float32)  # both signs
ROW = _random.normal(size=(3,)).astype(np.float32)
ZERO_D = np.array(0.7, np.float32)
EMPTY = np.zeros((0, 3), np.float32)
INTS = np.array([[12, -10, 7], [0, 5, -1]], np.int32)
OTHER = np.array([[10, 4, -3], [0, 2, 6]], np.int32)
SHORT = np.array([12, -10, 127, -128], np.int8)
UNSIGNED = np.array([0, 7, 200, 255], np.uint8)
WIDE_UNSIGNED = np.array([0, 7, 200, 2**32 - 1], np.uint32)
WIDEST = np.array([0, 7, -(2**62), 2**63 - 1], np.int64)
BOOLS = np.array([[True, False, True], [False, False, True]])
EDGES = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5, -2.5], np.float32)
HOLES = np.array([[1.5, np.nan, -2.0], [np.nan, np.nan, np.nan], [np.inf, -1.0, np.nan]], np.float32)
CUBE = np.where(_random.uniform(size=(2, 3, 4)) < 0.3, np.nan, _random.normal(size=(2, 3, 4))).astype(
    np.float32
)
CUBE[0, 1] = np.nan
COMPLEX = (_random.normal(size=(2, 3)) + 1j * _random.normal(size=(2, 3))).astype(np.complex64)
COMPLEX_ROW = np.array([1 + 2j, -0.5j, -1], np.complex64)
COMPLEX_SQUARE = (_random.normal(size=(3, 3)) + 1j * _random.normal(size=(3, 3))).astype(np.complex64)
COMPLEX_HOLES = np.array([1 + 2j, complex(np.nan, 1), complex(1, np.nan), -3j], np.complex64)


BITS = [
    *(
        Case(name, args, note=note)
        for name in ("bitwise_and", "bitwise_or", "bitwise_xor")
        for args, note in (
            ((INTS, OTHER), ""),
            ((BOOLS, ~BOOLS), "booleans"),
            ((INTS, np.array(6, np.int32)), "0-d"),
            ((UNSIGNED, UNSIGNED[::-1].copy()), ""),
            ((WIDE_UNSIGNED, WIDE_UNSIGNED[:1]), ""),
            ((INTS[:0], OTHER[0]), "empty"),
        )
    ),
    *(
        Case(name, (array,), expected=np.invert)
        for name in ("bitwise_not",)
        for array in (INTS, BOOLS, SHORT, UNSIGNED, WIDE_UNSIGNED, INTS[:0])
    ),
    *(
        Case(name, (array, shift.astype(array.dtype)), expected=function, note=note)
        for name, function in (
            ("bitwise_left_shift", np.left_shift),
            ("bitwise_right_shift", np.right_shift),
        )
        for array, shift, note in (
            (INTS, np.array([1, 3, 31]), ""),
            (INTS, np.array([-1, 32, 100]), "beyond the width"),
            (SHORT, np.array([0, 7, 8, -1]), ""),
            (UNSIGNED, np.array([0, 7, 8, 2]), ""),
            (WIDE_UNSIGNED, np.array([0, 31, 32, 1]), ""),
            (np.array(5, np.int32), np.array(1), "0-d"),
        )
    ),
    Case("bitwise_left_shift", (INTS, 2), expected=np.left_shift),
    # The other names of the same ops.
    Case("left_shift", (INTS, 2)),
    Case("right_shift", (INTS, 2)),
    Case("bitwise_invert", (INTS,), expected=np.invert),
    Case("conjugate", (S,)),
    Case("bitwise_and", (INTS, 6)),
    *(
        Case(name, args, note=note)
        for name in ("gcd", "lcm")
        for args, note in (
            ((INTS, OTHER), ""),
            ((INTS[:, :, None], OTHER[0, :2]), "broadcast"),
            ((SHORT, SHORT[::-1].copy()), ""),
            ((UNSIGNED, UNSIGNED[::-1].copy()), ""),
            ((WIDE_UNSIGNED[:3], WIDE_UNSIGNED[1:2]), ""),
            ((INTS, 4), ""),
            ((INTS[:0], OTHER[:1]), "empty"),
            ((np.array(12, np.int32), np.array(18, np.int32)), "0-d"),
        )
    ),
]


def _warnless(function):
    def quiet(*args, **kwargs):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return function(*args, **kwargs)

    return quiet


def _place(function):
    """NumPy's nanargmax, with -1 where all are NaN."""

    def place(x, axis=None, keepdims=False):
        filled = np.where(np.isnan(x), -np.inf if function is np.nanargmax else np.inf, x)
        plain = np.argmax if function is np.nanargmax else np.argmin
        found = plain(filled, axis=axis, keepdims=keepdims)
        return np.where(np.isnan(x).all(axis=axis, keepdims=keepdims), -1, found).astype(np.int32)

    return place


_NAMED = {
    "nanmax": np.nanmax, "nanmin": np.nanmin, "nansum": np.nansum, "nanprod": np.nanprod, "nanmean": np.nanmean,
    "nanvar": np.nanvar, "nanstd": np.nanstd,
}  # fmt: skip

NAN = [
    *(
        Case(name, (S,), {"axis": axis, "keepdims": axis == 0}, expected=function)
        for name, function in _NAMED.items()
        for axis in (1, 0)
    ),
    *(
        Case(name, (S,), {"axis": axis}, expected=_place(getattr(np, name)))
        for name in ("nanargmax", "nanargmin")
        for axis in (1, 0)
    ),
    *(
        Case(
            name,
            (CUBE,),
            {"axis": axis, "keepdims": keepdims},
            expected=_warnless(f),
            grad=grad,
            note="special",
        )
        for name, f in _NAMED.items()
        for axis, keepdims, grad in (
            ((0, -1), True, name != "nanprod"),
            (None, False, name == "nanprod"),
            *(((), False, False), (-1, False, False)) * (name in ("nanmax", "nanstd", "nansum")),
        )
    ),
    *(
        Case(name, (HOLES,), {"axis": -1}, expected=_warnless(f), note="special: edges")
        for name, f in _NAMED.items()
    ),
    *(Case(name, (ZERO_D,), expected=_NAMED[name]) for name in ("nanmax", "nansum", "nanvar")),
    *(Case(name, (INTS,), {"axis": 1}, expected=_NAMED[name]) for name in ("nanmax", "nansum", "nanstd")),
    Case("nanprod", (EMPTY,), {"axis": 1}),
    Case("nansum", (EMPTY,), {"axis": 0}),
    Case("nanmean", (EMPTY,), {"axis": 0}, expected=_warnless(np.nanmean)),
    Case("nansum", (COMPLEX_HOLES,)),
    Case("nanmean", (COMPLEX_HOLES,)),
    Case("nanvar", (COMPLEX_HOLES,)),
    *(
        Case(name, (array,), kwargs, expected=_place(getattr(np, name)), note="special")
        for name in ("nanargmax", "nanargmin")
        for array, kwargs in (
            (CUBE, {"axis": -1}),
            (CUBE, {}),
            (CUBE, {"axis": 1, "keepdims": True}),
            (CUBE, {"keepdims": True}),
            (HOLES, {"axis": 0}),
            (np.array([np.nan, 2, 2, 1, 1], np.float32), {}),
            (INTS, {"axis": 0}),
            (ZERO_D, {}),
        )
    ),
    Case("nanargmax", (np.array([np.nan, -np.inf], np.float32),), expected=lambda x: np.int32(1)),
    *(
        Case(name, (array,), kwargs, grad=grad)
        for name in ("nancumsum", "nancumprod")
        for array, kwargs, grad in (
            (CUBE, {"axis": -1}, False),
            (HOLES[:2], {"axis": 0}, name == "nancumsum"),
            (HOLES[:2], {}, False),
            (INTS, {"axis": 1, "dtype": "float32"}, False),
        )
    ),
    Case("nan_to_num", (S,), grad=True),
    Case("nan_to_num", (EDGES,), expected=lambda x: np.nan_to_num(x.astype(np.float32)), note="special"),
    Case("nan_to_num", (EDGES, 1.5, 7.0, -3.0), expected=lambda x, *to: np.nan_to_num(x, True, *to)),
    Case("nan_to_num", (INTS,)),
    Case(
        "nan_to_num",
        (COMPLEX_HOLES, 2.0),
        expected=lambda x, nan: np.nan_to_num(x, nan=nan),
        note="special: complex",
    ),
]


def _sinc(x):
    return np.where(x == 0, 1, np.sin(np.pi * x) / np.where(x == 0, 1, np.pi * x))


# Pairs of every edge with every other.
LEFT, RIGHT = EDGES[:, None], EDGES[None, :]

SPECIAL = [
    *(
        Case(name, (array,), expected=_warnless(function), grad=grad)
        for name, function in (
            ("cbrt", np.cbrt),
            ("erfc", scipy.special.erfc),
            ("erfinv", scipy.special.erfinv),
            ("i0", scipy.special.i0),
            ("sinc", _sinc),
            ("deg2rad", np.deg2rad),
            ("rad2deg", np.rad2deg),
            ("fabs", np.fabs),
        )
        for array, grad in (
            (np.where(S > 0, X, -X), True),
            (INTS[1] % 2, False),
            (EDGES, False),
            (ZERO_D, False),
            (EMPTY, False),
        )
    ),
    Case("erfinv", (np.array([0, 1e-6, -0.3, 0.9999, 1, -1, 1.5], np.float32),), expected=scipy.special.erfinv),
    Case("i0", (np.array([-20, -3, 0, 7.9, 8.1, 50], np.float32),), expected=scipy.special.i0),
    *(
        Case(name, (S, Y), expected=function, grad=True)
        for name, function in (
            ("hypot", np.hypot),
            ("logaddexp2", np.logaddexp2),
            ("fmax", np.fmax),
            ("fmin", np.fmin),
            ("heaviside", np.heaviside),
        )
    ),
    Case("fmod", (S, Y)),
    *(
        Case(name, (LEFT, RIGHT), expected=_warnless(getattr(np, name)), note="special: edges")
        for name in ("hypot", "logaddexp2", "fmax", "fmin", "heaviside", "fmod")
    ),
    *(
        Case(name, (INTS, OTHER), expected=_warnless(getattr(np, name)))
        for name in ("fmax", "fmin", "fmod", "hypot")
    ),
    *(Case(name, (INTS, 3)) for name in ("fmax", "fmin", "fmod")),
    *(Case(name, (S, 0.5)) for name in ("fmax", "fmin", "fmod", "hypot", "heaviside", "logaddexp2")),
    *(Case(name, (2.0, Y)) for name in ("fmax", "fmin", "fmod", "hypot", "heaviside", "logaddexp2")),
    *(Case(name, (S, ROW), note="broadcast") for name in ("fmax", "fmod", "hypot", "heaviside", "logaddexp2")),
    *(Case(name, (EMPTY, ROW)) for name in ("fmax", "fmod", "hypot", "heaviside", "nextafter")),
    *(Case(name, (WIDE_UNSIGNED, WIDE_UNSIGNED[1:2])) for name in ("fmax", "fmin", "fmod")),
    Case("hypot", (np.array([3e30, 1e-30], np.float32), np.array([4e30, 1e-30], np.float32)), note="no overflow"),
    Case("ldexp", (S, OTHER), grad=True),
    Case("ldexp", (INTS, np.array([1, 2, -3], np.int8)), expected=lambda x, n: x * 2.0**n),
    Case("ldexp", (ROW, 3)),
    Case(
        "ldexp",
        (np.array([2e-38, 1e38, 1.5, np.inf, np.nan, 0], np.float32), np.array([240, -250, 1000, 3, 3, 3], np.int32)),
        expected=lambda x, n: np.ldexp(x, n).astype(np.float32),
        note="special: far",
    ),
    Case("ldexp", (S, BOOLS), expected=lambda x, n: x * 2.0**n),
    Case(
        "nextafter",
        (np.array([1, 1, -1, -1, 1.5, np.nan, 1, np.inf, 3e38], np.float32),
         np.array([2, 0, 0, -2, 1.5, 1, np.nan, 0, np.inf], np.float32)),
        expected=lambda x, y: np.nextafter(x.astype(np.float32), y.astype(np.float32)), tolerance=0,
        note="special",
    ),
]  # fmt: skip

MORE_COMPARISONS = [
    *(
        Case(name, (array,))
        for name in ("isposinf", "isneginf", "signbit", "isreal")
        for array in (S, INTS, UNSIGNED, EMPTY, ZERO_D)
    ),
    *(Case(name, (EDGES,), note="special") for name in ("isposinf", "isneginf", "signbit", "isreal")),
    Case("signbit", (BOOLS,)),
    Case("isreal", (np.array([1, 1j, complex(np.nan, 0), complex(0, np.nan)], np.complex64),)),
]


def _pairs(x):
    return np.stack([x.real, x.imag], -1)


def _polar(magnitude, angle):
    magnitude, angle = np.asarray(magnitude, np.float64), np.asarray(angle, np.float64)
    return magnitude * np.cos(angle) + 1j * magnitude * np.sin(angle)


def _viewed(x, dtype=None):
    return np.array(x, order="C").view(dtype)


_BYTES = np.arange(-8, 8, dtype=np.int8).reshape(2, 8)

PARTS = [
    *(Case(name, (array,)) for name in ("real", "imag", "conj") for array in (COMPLEX, S, INTS, EMPTY)),
    *(Case(name, (S,), grad=True) for name in ("real", "conj")),
    *(Case("angle", (array,)) for array in (COMPLEX, COMPLEX_ROW, S, EDGES, ZERO_D)),
    Case("angle", (INTS,)),
    Case("view_as_real", (COMPLEX,), expected=_pairs),
    Case("view_as_real", (S,), expected=_pairs),
    Case("view_as_complex", (X.reshape(3, 2),), expected=lambda x: x[..., 0] + 1j * x[..., 1]),
    Case("view_as_complex", (np.ones(2, np.float32),), expected=lambda x: np.complex64(1 + 1j)),
    Case("view_as_complex", (INTS[:, :2],), expected=lambda x: x[..., 0] + 1j * x[..., 1]),
    Case("polar", (X, S), expected=_polar),
    Case("polar", (X, ROW), expected=_polar, note="broadcast"),
    Case("polar", (X, 0.5), expected=_polar),
    *(
        Case("view", (array, dtype), expected=lambda _, dtype, array=array: _viewed(array, dtype), note="special: bits",
             tolerance=0)
        for array, dtype in (
            (S, "int32"), (S, "int16"), (S, "uint8"), (S, "float16"), (_BYTES, "float32"), (_BYTES, "int16"),
            (_BYTES, "uint8"), (INTS, "float32"), (ZERO_D, "int32"), (BOOLS, "uint8"), (BOOLS, "int8"),
            (UNSIGNED % 2, "bool"), (COMPLEX, "float32"), (COMPLEX, "int16"), (COMPLEX[0], "uint8"),
            (X[:, :2], "complex64"), (EMPTY, "int16"),
        )
    ),
    Case("view", (S,), expected=lambda x: x),
]  # fmt: skip


def _unary(names):
    return [Case(name, (COMPLEX,), note="special: complex", tolerance=1e-4) for name in names]


COMPLEX_CASES = [
    *_unary(
        """negative square sign reciprocal sqrt exp log log1p log2 log10 expm1 sin cos tan
        sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh sinc isnan isinf
        isfinite absolute sum mean prod logical_not""".split()  # noqa: SIM905
    ),
    Case("rsqrt", (COMPLEX,), expected=lambda x: 1 / np.sqrt(x), note="special: complex"),
    Case("abs", (COMPLEX,), note="special: complex"),
    *(
        Case(name, (COMPLEX, COMPLEX_ROW), note="special: complex", tolerance=1e-4)
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "power",
            "equal",
            "not_equal",
            "logical_and",
            "isclose",
        )
    ),
    *(Case(name, (COMPLEX, X), note="special: complex and real") for name in ("add", "multiply", "divide")),
    *(
        Case(name, (COMPLEX, 2), note="special: complex and number", tolerance=1e-4)
        for name in ("add", "multiply", "divide", "power")
    ),
    *(Case(name, (X, 1.5 + 2j), note="special: real and complex number") for name in ("add", "multiply")),
    *(
        Case(name, (COMPLEX,), {"axis": axis, "keepdims": True}, note="special: complex", tolerance=1e-4)
        for name in ("sum", "mean", "prod")
        for axis in (0, -1)
    ),
    Case("matmul", (COMPLEX, COMPLEX_SQUARE), note="special: complex", tolerance=1e-4),
    Case("matmul", (COMPLEX, COMPLEX_ROW), note="special: complex", tolerance=1e-4),
    Case("dot", (COMPLEX, COMPLEX_ROW), note="special: complex", tolerance=1e-4),
    Case("vdot", (COMPLEX_ROW, COMPLEX[0]), note="special: complex", tolerance=1e-4),
    Case("tensordot", (COMPLEX, COMPLEX_SQUARE, 1), note="special: complex", tolerance=1e-4),
    Case("outer", (COMPLEX_ROW, COMPLEX_ROW), note="special: complex"),
    Case("einsum", ("ij,kj->ik", COMPLEX, COMPLEX_SQUARE), note="special: complex", tolerance=1e-4),
    Case("where", (BOOLS, COMPLEX, COMPLEX_ROW), note="special: complex"),
    Case("where", (BOOLS, COMPLEX, 0.0), note="special: complex"),
    Case("cumsum", (COMPLEX,), {"axis": 1}, note="special: complex"),
    Case("reshape", (COMPLEX, (3, 2)), note="special: complex"),
    Case("transpose", (COMPLEX,), note="special: complex"),
    Case("concatenate", ([COMPLEX, COMPLEX_SQUARE],), note="special: complex"),
    Case("stack", ([COMPLEX_ROW, COMPLEX_ROW],), note="special: complex"),
    Case("zeros_like", (COMPLEX,), note="special: complex"),
    Case("isclose", (COMPLEX_HOLES, COMPLEX_HOLES), {"equal_nan": True}, note="special: complex"),
    Case("allclose", (COMPLEX, COMPLEX), note="special: complex"),
]


EDGE_CASES = [
    # Division by 0, of integers too; remainders of all signs and of infinities.
    *(
        Case(name, (INTS, OTHER * np.array([1, 0, -1], np.int32)), expected=_warnless(getattr(np, name)), note="zero")
        for name in ("floor_divide", "mod", "fmod")
    ),
    *(Case(name, (INTS, 0), expected=_warnless(getattr(np, name))) for name in ("floor_divide", "mod", "fmod")),
    *(
        Case(name, (WIDE_UNSIGNED, WIDE_UNSIGNED[::-1].copy()), expected=_warnless(getattr(np, name)), note="zero")
        for name in ("floor_divide", "mod")
    ),
    *(
        Case(name, (LEFT, RIGHT), expected=_warnless(getattr(np, name)), note="special: edges")
        for name in ("floor_divide", "mod", "divide", "add", "subtract", "multiply", "maximum", "minimum", "power",
                     "logaddexp", "arctan2", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
                     "isclose")
    ),
    Case("floor_divide", (np.array([1, -1, 7, 0.3], np.float32), np.array([0.1, 0.1, -0.7, 0.1], np.float32)),
         expected=lambda x, y: np.floor_divide(x.astype(np.float32), y.astype(np.float32)), note="special: rounded once"),
    *(
        Case(name, (EDGES,), expected=_warnless(getattr(np, name)), note="special: edges")
        for name in ("negative", "absolute", "sign", "square", "reciprocal", "sqrt", "exp", "expm1", "log", "log1p",
                     "log2", "log10", "exp2", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan",
                     "arcsinh", "arccosh", "arctanh", "floor", "ceil", "round", "trunc", "isnan", "isinf", "isfinite",
                     "logical_not")
    ),
    Case("erf", (EDGES,), expected=scipy.special.erf, note="special: edges"),
    Case("rsqrt", (EDGES[5:6],), expected=lambda x: 1 / np.sqrt(x), note="special: edges"),
    # Unsigned integers, for which engines have few functions.
    *(
        Case(name, (array, array[::-1].copy()), note="unsigned")
        for array in (UNSIGNED, WIDE_UNSIGNED)
        for name in ("maximum", "minimum", "less", "less_equal", "greater", "greater_equal", "equal", "logical_and")
    ),
    *(Case(name, (WIDE_UNSIGNED, 7), note="unsigned") for name in ("maximum", "minimum", "less", "greater_equal")) ,
    *(
        Case(name, (UNSIGNED, UNSIGNED[::-1].copy()), note="unsigned",
             expected=lambda x, y, name=name: getattr(np, name)(x, y))
        for name in ("add", "subtract", "multiply", "power")
    ),
    *(Case(name, (WIDE_UNSIGNED,), note="unsigned") for name in ("negative", "absolute", "sign", "square", "trunc", "isnan")),
    Case("clip", (WIDE_UNSIGNED, 5, 250), note="unsigned"),
    Case("power", (INTS, np.array([0, 1, 3], np.int32))),
    Case("sign", (BOOLS,), expected=lambda x: x),
]  # fmt: skip

CASES = [*BITS, *NAN, *SPECIAL, *MORE_COMPARISONS, *PARTS, *COMPLEX_CASES, *EDGE_CASES]
