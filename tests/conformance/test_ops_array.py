"""Array ops on every engine: values against NumPy, rules against results, compiled against eager, gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.conformance.harness import Case, check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

TRAINING = ("jax", "torch", "tensorflow")

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
    for axis in (None, 0, -1, (0, 2), (-1, 1), ()):
        for keepdims in (False, True):
            args = {"axis": axis, "keepdims": keepdims}
            yield Case(name, (CUBE,), args, expected=expected, grad=grad and not keepdims)
    yield Case(name, (ZERO_D,), expected=expected)


def _logsumexp(x, axis=None, keepdims=False):
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def _int32(function):
    return lambda *args, **kwargs: np.asarray(function(*args, **kwargs)).astype(np.int32)


def _counted(name):
    return lambda x, axis: getattr(np, name)(x, axis=axis, dtype=np.int32)


def _erf(x):
    return np.vectorize(math.erf)(x)


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
        note="extremes",
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
        for name in ("sqrt", "log", "log1p", "log2", "log10", "reciprocal", "arcsin", "arccos", "arctanh")
    ),
    Case("arccosh", (Y,), grad=True),
    Case("rsqrt", (X,), expected=lambda x: 1 / np.sqrt(x), grad=True),
    Case("erf", (S,), expected=_erf, grad=True),
    *(Case(name, (INTS + 7,), note="int") for name in ("sqrt", "exp", "log", "sin", "tanh")),
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
    Case("isclose", (SPECIAL, SPECIAL[::-1].copy())),
    Case("isclose", (SPECIAL, SPECIAL), {"equal_nan": True}),
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
    *(Case("argsort", (CUBE,), {"axis": axis}, expected=_int32(np.argsort)) for axis in (-1, 0, None)),
    Case("argsort", (TIED,), expected=_int32(lambda x: np.argsort(x, kind="stable")), note="stable"),
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


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_call(case, backend):
    check(case, backend)


@pytest.mark.parametrize("engine", TRAINING)
@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, engine):
    pytest.importorskip(engine)
    check_gradient(case, engine)


# Result dtypes of the reference (3.15.1), by the input's dtype.
_FLOATED = {
    "bool": "float32",
    "int8": "float32",
    "int32": "float32",
    "float16": "float16",
    "bfloat16": "bfloat16",
}
_COUNTED = {"bool": "int32", "int8": "int32", "uint8": "uint32", "int32": "int32", "bfloat16": "bfloat16"}
_KEPT = {"bool": "bool", "int8": "int8", "int32": "int32", "float16": "float16", "bfloat16": "bfloat16"}
DTYPES = {
    "sum": _COUNTED, "prod": _COUNTED, "mean": _FLOATED, "var": _FLOATED, "std": _FLOATED, "max": _KEPT, "min": _KEPT,
    "cumsum": {**_KEPT, "bool": "int32"}, "cumprod": {**_KEPT, "bool": "int32"}, "square": {**_KEPT, "bool": "int32"},
    "exp": _FLOATED, "sqrt": _FLOATED, "sin": _FLOATED, "floor": _FLOATED, "log": _FLOATED, "trunc": _KEPT,
    "absolute": _KEPT, "sort": _KEPT, "argmax": dict.fromkeys(_KEPT, "int32"), "argsort": dict.fromkeys(_KEPT, "int32"),
    "count_nonzero": dict.fromkeys(_KEPT, "int32"), "isnan": dict.fromkeys(_KEPT, "bool"),
    "logical_not": dict.fromkeys(_KEPT, "bool"), "zeros_like": _KEPT, "tril": _KEPT, "average": _FLOATED,
}  # fmt: skip


@pytest.mark.parametrize("op", DTYPES)
def test_dtype_of_the_result_is_the_references(op, backend):
    with backend_scope(backend):
        for dtype, wanted in DTYPES[op].items():
            x = ops.cast(np.ones((2, 2), np.float32), dtype)
            assert ops.dtype(getattr(ops, op)(x)) == wanted, dtype
            assert getattr(ops, op)(KerasTensor((2, 2), dtype)).dtype == wanted, dtype


@pytest.mark.parametrize(
    ("op", "arguments", "wanted"),
    [
        ("add", ("int8", "uint8"), "int16"), ("add", ("int32", "float16"), "float16"), ("add", ("bool", 1), "int32"),
        ("add", ("float16", 1.5), "float16"), ("add", ("bfloat16", 2), "bfloat16"), ("add", ("int32", 1.5), "float32"),
        ("add", ("float16", "bfloat16"), "float32"), ("divide", ("int32", 2), "float32"),
        ("divide", ("bool", "bool"), "float32"),
        ("mod", ("bool", "bool"), "int32"), ("maximum", ("int8", 1), "int8"), ("power", ("int32", 2.0), "float32"),
        ("matmul", ("int8", "int8"), "int32"), ("matmul", ("bfloat16", "bfloat16"), "bfloat16"),
        ("dot", ("bfloat16", "bfloat16"), "bfloat16"), ("where", ("bool", 1, 0), "int32"),
        ("where", ("float16", 1.0, 0), "float32"),
        ("clip", ("bool", 0, 1), "int32"), ("clip", ("bfloat16", 0.0, 1.0), "bfloat16"),
        ("equal", ("int8", "float32"), "bool"), ("arctan2", ("int32", "int32"), "float32"),
    ],
)  # fmt: skip
def test_mixed_dtypes(op, arguments, wanted, backend):
    with backend_scope(backend):
        concrete = [ops.cast(np.ones((2, 2), np.float32), a) if isinstance(a, str) else a for a in arguments]
        symbolic = [KerasTensor((2, 2), a) if isinstance(a, str) else a for a in arguments]
        assert ops.dtype(getattr(ops, op)(*concrete)) == wanted
        assert getattr(ops, op)(*symbolic).dtype == wanted


@pytest.mark.parametrize(
    ("op", "shapes", "arguments", "wanted"),
    [
        ("reshape", [(None, None, 3)], ((-1, 6),), (None, 6)),
        ("reshape", [(2, 3, 4)], ((4, -1),), (4, 6)),
        ("add", [(None, 3), (1, 3)], (), (None, 3)),
        ("add", [(None, 3), (5, 1)], (), (5, 3)),
        ("transpose", [(None, 3, 4)], ((2, 0, 1),), (4, None, 3)),
        ("matmul", [(None, 3), (3, 5)], (), (None, 5)),
        ("matmul", [(None, 2, 3), (None, 3, 5)], (), (None, 2, 5)),
        ("get_item", [(None, 8, 3)], ((slice(None), slice(1, -1, 2), None, 0),), (None, 3, 1)),
        ("get_item", [(None, 8, 3)], ((Ellipsis, slice(None, None, -1)),), (None, 8, 3)),
        ("take", [(10, 4), (None, 5)], (0,), (None, 5, 4)),
        ("pad", [(None, 3)], (((0, 0), (1, 2)),), (None, 6)),
        ("tile", [(None, 3)], ((1, 2),), (None, 6)),
        ("repeat", [(None, 3)], (2, 1), (None, 6)),
        ("ravel", [(None, 3)], (), (None,)),
        ("squeeze", [(None, 1, 3)], (1,), (None, 3)),
        ("sum", [(None, 3, 4)], ((0, -1), True), (1, 3, 1)),
        ("one_hot", [(None,)], (7,), (None, 7)),
    ],
)  # fmt: skip
def test_unknown_sizes_are_exact(op, shapes, arguments, wanted):
    inputs = [KerasTensor(shape, "int32" if op in ("one_hot",) else "float32") for shape in shapes]
    assert getattr(ops, op)(*inputs, *arguments).shape == wanted


def test_concatenation_with_an_unknown_part():
    parts = [KerasTensor((None, 3)), KerasTensor((2, None))]
    assert ops.concatenate(parts).shape == (None, 3)
    assert ops.concatenate(parts, 1).shape == (2, None)
    assert ops.stack([KerasTensor((None, 3)), KerasTensor((2, None))]).shape == (2, 2, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: ops.reshape(x, (4, -1)), "number of elements"),
        (lambda x: ops.reshape(x, (-1, -1)), "at most one"),
        (lambda x: ops.add(x, KerasTensor((4,))), "broadcast"),
        (lambda x: ops.matmul(x, KerasTensor((2, 3))), "sizes to be multiplied"),
        (lambda x: ops.transpose(x, (0, 0)), "twice"),
        (lambda x: ops.sum(x, 2), "out of range"),
        (lambda x: ops.squeeze(x, 0), "size 1"),
        (lambda x: ops.split(x, 2, 1), "equal parts"),
        (lambda x: ops.concatenate([x, KerasTensor((2, 2, 2))]), "do not fit"),
        (lambda x: ops.einsum("ij,jk->iz", x, KerasTensor((3, 3))), "in no input"),
        (lambda x: ops.einsum("ijk->k", x), "letters"),
        (lambda x: ops.pad(x, ((1, 1), (1, 1), (1, 1))), "does not fit"),
        (lambda x: ops.pad(x, 1, "mirror"), "unknown mode"),
        (lambda x: ops.broadcast_to(x, (3, 3)), "does not broadcast"),
        (lambda x: ops.scatter_update(x, KerasTensor((1, 1), "int32"), x, "sub"), "reduction"),
        (lambda x: ops.slice(x, (0, 2), (2, 2)), "leaves the tensor"),
        (lambda x: ops.top_k(x, 4), "exceeds"),
        (lambda x: ops.where(x, x), "both"),
    ],
)  # fmt: skip
def test_impossible_symbolic_calls_are_explained(call, message):
    with pytest.raises(ValueError, match=message):
        call(KerasTensor((2, 3)))


@pytest.mark.parametrize("key", [(0, 0, 0), 2, "a", (Ellipsis, Ellipsis), 1.5])
def test_impossible_keys(key):
    with pytest.raises(IndexError):
        ops.get_item(KerasTensor((2, 3)), key)


def test_a_slice_that_leaves_the_tensor_is_an_error_at_run_time_too(backend):
    with pytest.raises((ValueError, IndexError)):
        run("slice", backend, S, (0, 2), (2, 2))


def test_an_unknown_reduction_is_explained(backend):
    with pytest.raises(ValueError, match="reduction"):
        run("scatter_update", backend, S, np.array([[0]], np.int32), S[:1], "sub")


def test_shape_ndim_dtype_and_conversions(backend):
    with backend_scope(backend):
        x = ops.convert_to_tensor(S)
        assert ops.shape(x) == (2, 3) and all(type(size) is int for size in ops.shape(x))
        assert ops.shape(ops.sum(x)) == ()
        assert ops.ndim(x) == 2 and ops.dtype(x) == "float32"
        assert ops.is_tensor(x) and not ops.is_tensor([1.0])
        assert isinstance(ops.convert_to_numpy(x), np.ndarray)
        assert ops.dtype(ops.convert_to_tensor([1, 2])) == "int32"
        assert ops.dtype(ops.convert_to_tensor([1.0])) == "float32"
        assert ops.dtype(ops.convert_to_tensor(x, "int32")) == "int32"
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.stop_gradient(x)), S)
    assert ops.convert_to_tensor(KerasTensor((2,)), "int32").dtype == "int32"


@pytest.mark.parametrize("engine", TRAINING)
def test_stop_gradient_stops_it(engine):
    from tests.conformance.gradients import gradients

    with backend_scope(engine):
        found = gradients(engine, lambda x: ops.multiply(ops.stop_gradient(x), x), [S], np.float32(1))
    np.testing.assert_allclose(found[0], S, rtol=1e-6)


@pytest.mark.parametrize("engine", TRAINING)
def test_gradients_at_the_edges_are_finite(engine):
    from tests.conformance.gradients import gradients

    zero, one = np.zeros(3, np.float32), np.ones(3, np.float32)
    with backend_scope(engine):
        for function, arrays in (
            (ops.divide_no_nan, [one, zero]),
            (ops.logaddexp, [np.full(3, -1e30, np.float32), one]),
            (lambda x: ops.max(x, 0), [zero]),
        ):
            assert all(np.isfinite(g).all() for g in gradients(engine, function, arrays, np.float32(1)))
        # Equal operands share the gradient, so that it does not depend on their order.
        both = gradients(engine, ops.logaddexp, [one, one], np.float32(1))
        np.testing.assert_allclose(both, [[0.5] * 3] * 2, rtol=1e-6)


def test_sizes_inside_a_tf_function():
    tf = pytest.importorskip("tensorflow")

    @tf.function(input_signature=[tf.TensorSpec([None, 3, None])])
    def flatten(x):
        return ops.reshape(x, (ops.shape(x)[0], ops.shape(x)[1] * ops.shape(x)[2]))

    assert flatten(tf.zeros((2, 3, 4))).shape == (2, 12)

    @tf.function(input_signature=[tf.TensorSpec([None, None])])
    def positions(x):
        return (
            ops.arange(ops.shape(x)[0]),
            ops.arange(5, ops.shape(x)[1], -2),
            ops.zeros((ops.shape(x)[1], 2)),
        )

    rows, down, zeros = positions(tf.zeros((3, 1)))
    assert list(rows) == [0, 1, 2] and list(down) == [5, 3] and zeros.shape == (1, 2)
    assert list(positions(tf.zeros((0, 9)))[1]) == []
