"""Calls of the array ops, with their references in NumPy; `test_ops_array.py` checks them on every engine."""

from __future__ import annotations

import math

import numpy as np

from tests.conformance.harness import Case

_random = np.random.default_rng(0)
X = _random.uniform(0.2, 0.9, (2, 3)).astype(np.float32)
Y = _random.uniform(1.1, 2.0, (2, 3)).astype(np.float32)
S = _random.normal(size=(2, 3)).astype(np.float32)  # both signs
ROW = _random.normal(size=(3,)).astype(np.float32)
CUBE = _random.normal(size=(2, 3, 4)).astype(np.float32)
SQUARE = _random.normal(size=(3, 3)).astype(np.float32)
ZERO_D = np.array(0.7, np.float32)
EMPTY = np.zeros((0, 3), np.float32)
INTS = np.array([[3, -1, 2], [0, 5, -4]], np.int32)
SMALL = np.array([[3, -1, 2], [0, 5, -4]], np.int8)
BOOLS = np.array([[True, False, True], [False, False, True]])
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5], np.float32)
TIED = np.array([1, 3, 3, 1, 2], np.float32)


def _reduction_cases(name, expected="numpy", grad=False):
    for axis, keepdims in (
        (None, False),
        (None, True),
        (-2, False),
        ((0, 2), False),
        ((-1, 1), True),
        ((), False),
    ):
        args = {"axis": axis, "keepdims": keepdims}
        yield Case(
            name, (CUBE,), args, expected=expected, grad=grad and axis in (None, (0, 2)) and not keepdims
        )
    yield Case(name, (ZERO_D,), expected=expected)


def _logsumexp(x, axis=None, keepdims=False):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def _int32(function):
    return lambda *args, **kwargs: np.asarray(function(*args, **kwargs)).astype(np.int32)


def _stable_argsort(x, axis=-1):
    return np.argsort(x, axis, kind="stable")


def _counted(name):
    return lambda x, axis: getattr(np, name)(x, axis=axis, dtype=np.int32)


def _erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)


def _one_hot(x, n, axis=-1, dtype=None):
    return np.moveaxis((x[..., None] == np.arange(n)).astype(np.float32), -1, axis)


def _scatter_update(x, indices, updates, reduction=None):
    result = np.array(x)
    for index in np.ndindex(indices.shape[:-1]):
        place, new = tuple(indices[index]), updates[index]
        old = result[place]
        combined = {None: new, "add": old + new, "max": np.maximum(old, new), "min": np.minimum(old, new),
                    "mul": old * new}  # fmt: skip
        result[place] = combined[reduction]
    return result


def _scatter(indices, values, shape):
    return _scatter_update(np.zeros(shape, values.dtype), indices, values, "add")


def _slice_update(x, starts, updates):
    result = np.array(x)
    result[tuple(slice(s, s + n) for s, n in zip(starts, updates.shape, strict=True))] = updates
    return result


def _in_top_k(targets, predictions, k):
    return np.array([np.sum(row > row[t]) < k for t, row in zip(targets, predictions, strict=True)])


def _top_k(x, k, sorted=True):
    order = np.argsort(-x, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, order, -1), order


def _round_trip(x, decimals=0):
    return np.round(x, decimals)


ELEMENTWISE = [
    *(
        Case(name, (S, Y), grad=True)
        for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "logaddexp", "arctan2")
    ),
    *(
        Case(name, (CUBE[:, :, :1], ROW[:, None]), grad=True, note="broadcast")
        for name in ("add", "multiply", "subtract")
    ),
    *(
        Case(name, (S, 1.5))
        for name in ("add", "subtract", "multiply", "divide", "floor_divide", "mod", "maximum", "minimum")
    ),
    *(
        Case(name, (2, Y), note="scalar first")
        for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "floor_divide", "mod")
    ),
    *(
        Case(name, (INTS, INTS + 7))
        for name in ("add", "subtract", "multiply", "maximum", "floor_divide", "mod")
    ),
    *(Case(name, (INTS, 3)) for name in ("add", "floor_divide", "mod", "maximum")),
    *(Case(name, (BOOLS, ~BOOLS)) for name in ("add", "multiply", "maximum", "minimum")),
    *(Case(name, (EMPTY, ROW), note="empty") for name in ("add", "divide")),
    Case("mod", (S, Y)),
    Case("floor_divide", (S, Y)),
    Case("power", (X, Y), grad=True),
    Case("power", (INTS, 2)),
    Case(
        "logaddexp",
        (
            np.array([0, 1000, -np.inf, np.inf, -np.inf], np.float32),
            np.array([0, 999, -np.inf, np.inf, 2], np.float32),
        ),
        note="special: extremes",
    ),
    Case(
        "divide_no_nan",
        (S, np.array([0, 2, 0], np.float32)),
        expected=lambda x, y: np.where(y == 0, 0, x / np.where(y == 0, 1, y)),
    ),
    Case("clip", (S, -0.5, 0.5), grad=True),
    Case("clip", (INTS, -1, 3)),
    Case("clip", (S, np.array(-0.1, np.float32), np.abs(ROW)), note="tensors"),
    Case("clip", (S, None, 0.1)),
    *(
        Case(name, (S,), grad=True)
        for name in (
            "negative",
            "absolute",
            "square",
            "exp",
            "expm1",
            "sin",
            "cos",
            "tan",
            "tanh",
            "sinh",
            "cosh",
            "arctan",
            "arcsinh",
            "exp2",
        )
    ),
    *(
        Case(name, (X,), grad=True)
        for name in ("sqrt", "log", "log1p", "log2", "log10", "arcsin", "arccos", "arctanh")
    ),
    Case("arccosh", (Y,), grad=True),
    Case("rsqrt", (X,), expected=lambda x: 1 / np.sqrt(x), grad=True),
    Case("erf", (S,), expected=_erf, grad=True),
    *(Case(name, (INTS + 7,), note="int") for name in ("sqrt", "log", "sin", "tanh")),
    Case("exp", (INTS,), note="int"),
    Case("reciprocal", (X,), expected=lambda x: 1 / x, grad=True),
    Case("reciprocal", (INTS + 7,), expected=lambda x: 1 / x),
    *(
        Case(name, (SPECIAL[:3],), note="special")
        for name in ("exp", "tanh", "arctan", "absolute", "sign", "negative")
    ),
    *(Case(name, (INTS,)) for name in ("negative", "absolute", "sign", "square", "round", "trunc")),
    Case("absolute", (BOOLS,)),
    Case("square", (BOOLS,), expected=lambda x: x.astype(np.int32)),
    *(Case(name, (S * 3,)) for name in ("floor", "ceil", "round", "trunc", "sign")),
    *(Case(name, (INTS,), expected=lambda x: x.astype(np.float32)) for name in ("floor", "ceil")),
    Case("round", (np.array([0.5, 1.5, 2.5, -0.5, -1.5], np.float32),), note="halves"),
    Case("round", (S * 30,), {"decimals": 1}, expected=_round_trip),
    Case("round", (S * 300,), {"decimals": -1}, expected=_round_trip),
    Case("round", (np.array([15, 25, -15, -25, 24, -26], np.int32),), {"decimals": -1}, expected=_round_trip),
    *(Case(name, (ZERO_D,), note="0-d") for name in ("exp", "floor", "negative", "square")),
    *(
        Case(name, (S, ROW))
        for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
    ),
    *(Case(name, (INTS, 2.5)) for name in ("equal", "less", "greater_equal")),
    *(
        Case(name, (BOOLS, ~BOOLS[:1]))
        for name in ("equal", "less", "greater", "logical_and", "logical_or", "logical_xor")
    ),
    *(Case(name, (INTS, S), note="numbers") for name in ("logical_and", "logical_or", "logical_xor")),
    Case("logical_not", (INTS,)),
    *(Case(name, (SPECIAL,)) for name in ("isnan", "isinf", "isfinite")),
    *(Case(name, (INTS,)) for name in ("isnan", "isinf", "isfinite")),
    Case("isclose", (SPECIAL, SPECIAL[::-1].copy()), note="special"),
    Case("isclose", (SPECIAL, SPECIAL), {"equal_nan": True}, note="special equal"),
    Case("isclose", (np.array([1, 2], np.float32), np.array([1.001, 2.1], np.float32)), {"rtol": 1e-2}),
    Case("allclose", (X, X + 1e-7)),
    Case("allclose", (X, Y)),
]

REDUCTIONS = [
    *(case for name in ("sum", "mean", "var") for case in _reduction_cases(name, grad=True)),
    *(case for name in ("max", "min", "any", "all", "std") for case in _reduction_cases(name)),
    *_reduction_cases("prod", grad=True),
    *_reduction_cases("logsumexp", _logsumexp, grad=True),
    *(Case(name, (CUBE,), {"axis": 1}, grad=True) for name in ("max", "min", "std")),
    Case("amax", (S,), {"axis": 0}),
    Case("amin", (S,), {"axis": 0}),
    *(
        Case(name, (CUBE,), {"axis": axis, "keepdims": keepdims}, expected=_int32(getattr(np, name)))
        for name in ("argmax", "argmin")
        for axis in (None, 0, -1)
        for keepdims in (False, True)
    ),
    Case("argmax", (TIED,), expected=_int32(np.argmax), note="ties"),
    Case("argmax", (BOOLS,), {"axis": 1}, expected=_int32(np.argmax)),
    *(
        Case("count_nonzero", (INTS,), {"axis": axis}, expected=_int32(np.count_nonzero))
        for axis in (None, 0, (0, 1))
    ),
    *(
        Case(
            name,
            (array,),
            {"axis": 1},
            expected=_counted(name),
        )
        for name in ("sum", "prod")
        for array in (BOOLS, SMALL, INTS)
    ),
    *(Case(name, (INTS,), {"axis": 0}) for name in ("mean", "max", "min", "var", "std", "any", "all")),
    *(Case(name, (BOOLS,), {"axis": 0}) for name in ("max", "min", "any", "all", "mean")),
    *(Case(name, (EMPTY,), {"axis": 0}, note="empty") for name in ("sum", "prod", "any", "all")),
    *(Case(name, (EMPTY,), {"axis": 0, "initial": 2.0}, note="empty") for name in ("max", "min")),
    *(Case(name, (S,), {"axis": 1, "initial": 0.1}) for name in ("max", "min")),
    Case("prod", (SMALL,), {"dtype": "float32"}, expected=lambda x, dtype: np.prod(x, dtype=np.float32)),
    Case(
        "logsumexp",
        (np.array([[-np.inf, -np.inf], [1000, 1000], [np.inf, 0]], np.float32),),
        {"axis": 1},
        expected=lambda x, axis: np.array([-np.inf, 1000 + np.log(2), np.inf]),
    ),
    Case("average", (S,), {"axis": 1}, grad=True),
    Case("average", (S, 1, np.array([1, 2, 3], np.float32)), grad=True),
    Case("average", (INTS, None, INTS + 5)),
    *(
        Case(name, (CUBE,), {"axis": axis}, grad=True)
        for name in ("cumsum", "cumprod")
        for axis in (None, 0, -2)
    ),
    *(
        Case(
            name,
            (BOOLS,),
            {"axis": 1},
            expected=_counted(name),
        )
        for name in ("cumsum", "cumprod")
    ),
    Case(
        "cumsum",
        (SMALL,),
        {"axis": 0, "dtype": "float32"},
        expected=lambda x, axis, dtype: np.cumsum(x, axis).astype(np.float32),
    ),
]

RESHAPING = [
    Case("reshape", (CUBE, (4, -1)), grad=True),
    Case("reshape", (CUBE, -1)),
    Case("reshape", (EMPTY, (3, 0))),
    Case("transpose", (CUBE,), grad=True),
    Case("transpose", (CUBE, (1, -1, 0))),
    Case("squeeze", (CUBE[:1, :, None],), unknown=False),
    Case("squeeze", (CUBE[:1, :, None], (0, -2))),
    Case("squeeze", (CUBE[:1], 0)),
    Case("expand_dims", (S, 1)),
    Case("expand_dims", (S, (-1, 0))),
    Case("ravel", (CUBE,)),
    *(Case("flip", (CUBE,), {"axis": axis}, grad=True) for axis in (None, 1, (0, -1))),
    Case("moveaxis", (CUBE, 0, -1), grad=True),
    Case("moveaxis", (CUBE, (0, 1), (-1, -2))),
    Case("swapaxes", (CUBE, 0, -1), grad=True),
    Case("broadcast_to", (ROW, (2, 3)), grad=True),
    Case("broadcast_to", (ZERO_D, (2, 3))),
    Case("tile", (S, (2, 1)), grad=True),
    Case("tile", (S, 2)),
    Case("tile", (ROW, (2, 1, 2))),
    Case("tile", (CUBE, (2,))),
    Case("repeat", (S, 2)),
    Case("repeat", (S, 2, 1), grad=True),
    Case("repeat", (S, [1, 0, 2], -1)),
    Case("roll", (S, 1)),
    Case("roll", (S, -2, 1), grad=True),
    Case("roll", (CUBE, (1, 2), (0, -1))),
    Case("roll", (CUBE, 1, (0, 1))),
    Case("pad", (S, 1), grad=True),
    Case(
        "pad",
        (S, ((0, 2), (1, 0)), "constant", 3.0),
        expected=lambda x, w, m, v: np.pad(x, w, m, constant_values=v),
    ),
    Case("pad", (INTS, (1, 2)), expected=lambda x, w: np.pad(x, w)),
    Case("pad", (BOOLS, 1)),
    *(
        Case("pad", (CUBE, ((1, 1), (2, 1), (0, 3)), mode), grad=True)
        for mode in ("reflect", "symmetric", "edge", "wrap")
    ),
]

JOINING = [
    Case("concatenate", ([S, Y],), grad=True),
    Case("concatenate", ([CUBE, CUBE[:, :1]], 1)),
    Case("concatenate", ([S, INTS], -1), note="mixed"),
    Case("concatenate", ([EMPTY, S],)),
    Case("concatenate", ([S, ROW], None)),
    *(Case("stack", ([S, Y], axis), grad=True) for axis in (0, 1, -1)),
    Case("stack", ([INTS, BOOLS],)),
    Case("hstack", ([S, Y],)),
    Case("hstack", ([ROW, ROW],)),
    Case("vstack", ([S, ROW],), unknown=False),
    Case("append", (S, ROW)),
    Case("append", (S, Y, 1)),
    Case("split", (CUBE, 2, -1), grad=True, unknown=True),
    Case("split", (CUBE, [1, 3], -1)),
    Case("split", (CUBE, (0, 2), 1)),
    Case("array_split", (CUBE, 3, -1)),
    Case("array_split", (ROW, 5)),
    Case(
        "unstack",
        (CUBE,),
        {"num": 3, "axis": 1},
        expected=lambda x, num, axis: list(np.moveaxis(x, axis, 0)),
        grad=True,
    ),
    Case("unstack", (S,), expected=lambda x: list(x), unknown=False),
    *(Case("meshgrid", (ROW, X[0, :2], Y[:, 0]), {"indexing": indexing}) for indexing in ("xy", "ij")),
    Case("meshgrid", (ROW, INTS[0])),
    Case("meshgrid", (ROW,)),
]

_KEYS = {
    "int": 1, "negative": (-1, 2), "slice": (slice(None), slice(1, None)),
    "step": (slice(None, None, 2), slice(0, 3, 2)),
    "reversed": (slice(None), slice(None, None, -1)), "reversed part": (Ellipsis, slice(3, 0, -2)),
    "none": (None, 0, Ellipsis, None), "ellipsis": (Ellipsis, 1), "empty slice": (slice(1, 1),),
    "list": (slice(None), [2, 0, 0]), "array": np.array([[0, 1], [1, 1]]), "two arrays": ([0, 1, -1], [2, 0, 1]),
    "separated": ([0, 1], slice(None), [3, 0]), "separated by int": (0, slice(None), [3, 0]),
    "adjacent inside": (slice(None), [[0], [2]], [1, 3]), "array after none": (None, [1, 0]),
    "mask": np.array([True, False]), "mask inside": (slice(None), np.array([True, False, True])),
    "mask of two axes": np.array([[True, False, True], [False, False, True]]),
    "mask and int": (1, np.array([True, False, True])),
}  # fmt: skip


def _take_item(x, key):
    return x[key]


INDEXING = [
    *(
        Case(
            "get_item",
            (CUBE, key if isinstance(key, tuple) else (key,)),
            expected=_take_item,
            note=note,
            grad=note in ("int", "reversed part", "two arrays", "separated", "mask inside"),
        )
        for note, key in _KEYS.items()
    ),
    Case("take", (CUBE, np.array([[2, 0], [1, -1]], np.int32), 1), grad=True),
    Case("take", (S, np.array([1, 0, 1], np.int32), 0), grad=True),
    Case("take", (S, np.array([5, -1], np.int32))),
    Case("take", (S, 1, -1)),
    Case("take_along_axis", (CUBE, np.array([[[0], [2], [1]]], np.int32), 1), grad=True, unknown=False),
    Case("take_along_axis", (CUBE, np.argsort(CUBE, -1).astype(np.int32), -1), grad=True),
    Case(
        "take_along_axis",
        (S, np.array([5, -1], np.int32)),
        expected=lambda x, i: np.take_along_axis(x, i, None),
        unknown=False,
        compiled=False,
    ),
    Case("where", (BOOLS, S, Y), grad=True),
    Case("where", (INTS, S, 0.0)),
    Case("where", (BOOLS[:, :1], INTS, 1.5)),
    Case(
        "where",
        (BOOLS,),
        expected=lambda c: [i.astype(np.int32) for i in np.nonzero(c)],
        compiled=False,
        depends_on_values=True,
    ),
    Case(
        "nonzero",
        (INTS,),
        expected=lambda c: [i.astype(np.int32) for i in np.nonzero(c)],
        compiled=False,
        depends_on_values=True,
    ),
    Case("slice", (CUBE, (0, 1, 2), (2, 2, 1)), expected=lambda x, s, n: x[0:2, 1:3, 2:3], grad=True),
    Case("slice", (CUBE, [0, 1, 2], [-1, 2, -1]), expected=lambda x, s, n: x[:, 1:3, 2:], unknown=False),
    Case("slice_update", (CUBE, (0, 1, 2), X[:, :2, None]), expected=_slice_update, grad=True, unknown=False),
    Case("slice_update", (S, (0, 0), Y), expected=_slice_update, unknown=False),
    Case("scatter", (np.array([[1], [3], [1]], np.int32), ROW, (5,)), expected=_scatter, grad=True),
    Case("scatter", (np.array([[1], [0]], np.int32), S, (4, 3)), expected=_scatter, grad=True),
    Case("scatter", (np.array([[[1, 0]], [[0, 2]]], np.int32), INTS[:, :1], (2, 3)), expected=_scatter),
    Case(
        "scatter_update",
        (SQUARE, np.array([[1], [0]], np.int32), S),
        expected=_scatter_update,
        grad=True,
        unknown=False,
    ),
    *(
        Case(
            "scatter_update",
            (SQUARE, np.array([[1, 0], [0, 2], [1, 0]], np.int32), ROW, how),
            expected=_scatter_update,
            grad=how == "add",
            unknown=False,
        )
        for how in ("add", "max", "min", "mul")
    ),
    *(
        Case(
            "scatter_update",
            (SQUARE, np.array([[1], [0]], np.int32), S, how),
            expected=_scatter_update,
            unknown=False,
        )
        for how in ("add", "max", "min", "mul")
    ),
    *(
        Case("one_hot", (np.array([[0, 2], [-1, 3]], np.int32), 3, axis), expected=_one_hot)
        for axis in (-1, 0, 1)
    ),
    Case(
        "one_hot",
        (np.array([0, 2], np.int32), 3),
        {"dtype": "bool"},
        expected=lambda x, n, dtype: _one_hot(x, n) > 0,
    ),
    Case("multi_hot", (np.array([[0, 2], [1, 1]], np.int32), 4), expected=lambda x, n: _one_hot(x, n).max(1)),
    Case("multi_hot", (np.array([0, 2], np.int32), 4), expected=lambda x, n: _one_hot(x, n).max(0)),
    Case("top_k", (CUBE, 2), expected=_top_k, grad=True, unknown=True),
    Case("top_k", (INTS, 3), expected=_top_k),
    *(Case("sort", (CUBE,), {"axis": axis}, grad=True) for axis in (-1, 0, None)),
    Case("sort", (BOOLS,)),
    *(Case("argsort", (CUBE,), {"axis": axis}, expected=_int32(_stable_argsort)) for axis in (-1, 0, None)),
    Case("argsort", (TIED,), expected=_int32(_stable_argsort), note="stable"),
    *(
        Case(
            "searchsorted",
            (np.array([1, 2, 2, 5], np.float32), np.array([[0, 2], [5, 9]], np.float32), side),
            expected=_int32(np.searchsorted),
        )
        for side in ("left", "right")
    ),
    Case(
        "searchsorted",
        (np.array([1, 3], np.int32), np.array([2.5], np.float32)),
        expected=_int32(np.searchsorted),
    ),
    *(
        Case("diagonal", (CUBE, offset, a, b), grad=True)
        for offset, a, b in ((0, 0, 1), (1, -2, -1), (-1, 2, 0))
    ),
    *(Case("diag", (array, k), grad=True) for array in (ROW, SQUARE, S) for k in (0, 1, -1)),
    Case(
        "in_top_k",
        (np.array([0, 2], np.int32), np.array([[1, 2, 2], [3, 3, 3]], np.float32), 2),
        expected=_in_top_k,
    ),
    Case("in_top_k", (np.array([1, 2], np.int32), S, 1), expected=_in_top_k),
]

PRODUCTS = [
    *(
        Case("matmul", args, grad=True)
        for args in (
            (S, SQUARE),
            (CUBE, np.swapaxes(CUBE, 1, 2).copy()),
            (ROW, SQUARE),
            (SQUARE, ROW),
            (ROW, ROW),
            (CUBE, CUBE[0].T.copy()),
            (CUBE[0].T.copy(), CUBE),
        )
    ),
    Case("matmul", (INTS, INTS.T.copy())),
    Case("matmul", (BOOLS, BOOLS.T.copy())),
    Case("matmul", (SMALL, SMALL.T.copy()), expected=lambda a, b: a.astype(np.int32) @ b.astype(np.int32)),
    Case("matmul", (EMPTY, SQUARE)),
    *(
        Case("dot", args, grad=True)
        for args in ((S, SQUARE), (ROW, ROW), (CUBE[0].T.copy(), CUBE), (ZERO_D, S), (CUBE, CUBE[0, 0]))
    ),
    *(
        Case("tensordot", args, grad=True)
        for args in (
            (S, Y),
            (S, SQUARE, 1),
            (ROW, Y[:, 0], 0),
            (CUBE, S, ((0, 1), (0, 1))),
            (CUBE, CUBE, ([1, -1], [1, 2])),
            (CUBE, S, (1, -1)),
        )
    ),
    Case("outer", (S, ROW), grad=True),
    Case("vdot", (S, Y), grad=True),
    Case("inner", (S, SQUARE), grad=True),
    Case("inner", (CUBE, CUBE[0]), grad=True),
    Case("inner", (ZERO_D, S)),
    *(
        Case("einsum", args, grad=True)
        for args in (
            ("ij,jk->ik", S, SQUARE),
            ("ij,kj", S, SQUARE),
            ("bij->bji", CUBE),
            ("bij->b", CUBE),
            ("ii->i", SQUARE),
            ("...ij,...jk->...ik", CUBE, CUBE[0].T.copy()),
            ("i,j,k->kji", ROW, X[:, 0], Y[:, 0]),
            ("ij,ij->", S, Y),
            ("b...->...b", CUBE),
            ("bij, bkj -> bik", CUBE, CUBE),
        )
    ),
    Case("einsum", ("ij,kj->ik", INTS, INTS)),
]

CREATION = [
    *(Case(name, (shape,), expected=(lambda f: lambda s: f(s, np.float32))(getattr(np, name)))
      for name in ("zeros", "ones") for shape in ((2, 3), (), 4)),
    Case("empty", ((2, 3),), expected=None),
    Case("full", ((2, 3), 1.5), expected=lambda s, v: np.full(s, v, np.float32)),
    Case("full", ((2, 3), ROW), {"dtype": "int32"}, expected=lambda s, v, dtype: np.full(s, v, np.int32)),
    *(Case(name, (array,)) for name in ("zeros_like", "ones_like") for array in (S, INTS, BOOLS)),
    Case("ones_like", (S,), {"dtype": "int32"}),
    Case("full_like", (S, 2)),
    Case("full_like", (INTS, 2.5), {"dtype": "float32"}),
    Case("empty_like", (S,), expected=None),
    *(Case("arange", args, expected=lambda *a: np.arange(*a).astype(np.int32))
      for args in ((3,), (2, 7), (7, 2, -2), (0,), (5, 2), (0, 7, 3))),
    *(Case("arange", args, expected=lambda *a: np.arange(*a).astype(np.float32))
      for args in ((3.5,), (0, 1, 0.25), (1.0, 3))),
    Case("arange", (3,), {"dtype": "float32"}),
    *(Case("linspace", args) for args in ((0, 1), (0.0, 1.0, 5), (2, 3, 1), (0, 1, 0))),
    Case("linspace", (ROW, X, 4), {"axis": -1}, grad=True),
    Case("linspace", (0, 1, 4), {"endpoint": False}),
    Case("linspace", (0, 10, 4), {"dtype": "int32"}),
    Case("linspace", (0, 1, 5), {"retstep": True}),
    *(Case(name, args) for name in ("eye", "tri") for args in ((3,), (2, 4), (3, 3, 1), (3, 4, -1))),
    Case("eye", (3,), {"dtype": "int32"}),
    Case("identity", (3,)),
    *(Case(name, (CUBE, k), grad=True) for name in ("tril", "triu") for k in (0, 1, -1)),
    Case("tril", (BOOLS,)),
    Case("array", ([[1, 2], [3, 4]],), expected=lambda x: np.array(x, np.int32)),
    Case("copy", (S,), grad=True),
    *(Case("cast", (S * 3, dtype), expected=lambda x, d: x.astype(np.float32).astype(d))
      for dtype in ("int32", "float16", "bool")),
    Case("cast", (S, "bfloat16"), expected=None),
    Case("cast", (INTS, "uint8"), expected=lambda x, d: x.astype(d)),
    Case("saturate_cast", (np.array([-1e10, -3, 3, 300, 1e10], np.float32), "int32"),
         expected=lambda x, d: np.array([-(2**31), -3, 3, 300, 2147483520], np.int32)),
    Case("saturate_cast", (np.array([-1000, -3, 3, 300], np.int32), "uint8"),
         expected=lambda x, d: np.array([0, 0, 3, 255], np.uint8)),
    Case("saturate_cast", (np.array([-1e9, 3, 1e9], np.float32), "float16"),
         expected=lambda x, d: np.array([-65504, 3, 65504], np.float16)),
]  # fmt: skip

CASES = [*ELEMENTWISE, *REDUCTIONS, *RESHAPING, *JOINING, *INDEXING, *PRODUCTS, *CREATION]
