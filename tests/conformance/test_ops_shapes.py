"""Joining, splitting, reordering, indexing and products of tensors on every engine."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tests.conformance.gradients import gradients
from tests.conformance.harness import Case, check, check_gradient
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

TRAINING = ("jax", "torch", "tensorflow")

_random = np.random.default_rng(4)
X = _random.normal(size=(4, 6)).astype(np.float32)
CUBE = _random.normal(size=(2, 3, 4)).astype(np.float32)
VECTOR = _random.normal(size=(5,)).astype(np.float32)
SQUARE = _random.normal(size=(3, 3)).astype(np.float32)
POINTS = _random.normal(size=(4, 3)).astype(np.float32)
INTS = np.array([[3, -1, 2], [0, 5, -4]], np.int32)
BOOLS = np.array([[True, False, True], [False, False, True]])
ZERO_D = np.array(0.7, np.float32)
EMPTY = np.zeros((0, 3), np.float32)
ROWS = np.array([2, 0, -1], np.int32)
MASK = np.array([True, False, True])


def _unravel(indices, shape):
    total = int(np.prod(shape))
    return tuple(one.astype(indices.dtype) for one in np.unravel_index(indices % total, shape))


def _geomspace(start, stop, *args, **kwargs):
    return np.geomspace(start, stop, *args, **kwargs)


def _einops(view):
    return lambda tensor, pattern, **lengths: view(tensor)


CASES = [
    *(Case(name, ([a, b],)) for name in ("hstack", "vstack", "dstack") for a, b in ((VECTOR, VECTOR), (X,
         X + 1), (CUBE, CUBE))),
    *(Case(name, ([ZERO_D, ZERO_D],)) for name in ("hstack", "vstack", "dstack")),
    Case("hstack", ([CUBE, INTS.reshape(2, 3, 1)[:, :, [0, 0, 0, 0]]],), grad=True),
    Case("dstack", ([EMPTY, EMPTY],)),
    Case("append", (X, X[:2]), {"axis": 0}),
    Case("append", (X, INTS)),
    *(Case(name, (CUBE, parts)) for name in ("hsplit", "vsplit", "dsplit") for parts in (1, [1], [0, 2])),
    Case("hsplit", (VECTOR, [2, -1])),
    Case("hsplit", (X, 3), grad=True),
    Case("dsplit", (CUBE, 2), unknown=False),
    Case("split", (X, [4, 2, 9]), {"axis": 1}, note="cuts that go back"),
    Case("array_split", (X, 4), {"axis": -1}),
    Case("array_split", (VECTOR, 7), note="more parts than places"),
    *(Case(name, (x,)) for name in ("fliplr", "flipud") for x in (X, CUBE, EMPTY, BOOLS)),
    Case("flipud", (VECTOR,), grad=True),
    *(Case("rot90", (CUBE, k, axes)) for k in (-1, 0, 1, 2, 7) for axes in ((0, 1), (2, 0), (-1, 1))),
    Case("rot90", (X,), grad=True),
    Case("diagflat", (X[:2, :2],), {"k": -1}, grad=True),
    Case("diagflat", (INTS,), {"k": 2}),
    Case("diagflat", (ZERO_D,)),
    *(Case("geomspace", (a, b, 4), {"endpoint": endpoint}) for a, b in ((1, 1000), (-8, -1), (0.5,
         0.25)) for endpoint in (True, False)),
    Case("geomspace", (1, 1000, 4), {"dtype": "int32"}),
    Case("geomspace", (np.array([1, -2], np.float32), np.array([8, -32], np.float32), 3), grad=True),
    Case("geomspace", (np.array([1, 2], np.float32), 8, 3), {"axis": -1, "endpoint": False}),
    Case("geomspace", (np.array([1, 2], np.float32), 8, 1)),
    Case("geomspace", (np.array([1, 2], np.float32), 8, 0)),
    Case("logspace", (0, 3, 4)),
    Case("logspace", (0, 3, 4), {"dtype": "int32"}),
    Case("logspace", (0, 3), {"num": 5, "base": 2, "endpoint": False}),
    Case("logspace", (np.array([0, 1], np.float32), 2, 3), {"axis": 1}, grad=True),
    Case("vander", (VECTOR,), grad=True),
    Case("vander", (INTS[0],), {"N": 4, "increasing": True}),
    Case("vander", (np.array([0.0, 2], np.float32), 3), grad=True, note="zero"),
    Case("vander", (VECTOR, 0)),
    Case("vander", (MASK,), expected=lambda x: np.vander(x.astype(np.int32))),
    Case("select", ([X > 0, X > -1], [X, 2 * X]), {"default": 7}, expected=lambda c, x, default: np.select(c,
         x, default)),
    Case("select", ([MASK, ~MASK], [INTS, X[:2, :3]], 0), note="first wins"),
    Case("select", ([MASK], [INTS]), expected=lambda c, x: np.where(c[0], x[0], 0)),
    *(Case("unravel_index", (indices, shape), expected=_unravel)
      for indices in (np.array([[5, 0], [-1, 3]], np.int32), np.array(4, np.int8), np.zeros(0, np.int32))
      for shape in ((2, 3), (6,), 6, (1, 2, 3, 1))),
    *(Case("trace", (CUBE, offset, *axes), grad=offset == 1) for offset in (-1, 0, 1, 9) for axes in ((0, 1),
         (-1, 0))),
    Case("trace", (BOOLS,), expected=lambda x: np.int32(np.trace(x))),
    Case("trace", (INTS.astype(np.uint8),), expected=lambda x: np.uint32(np.trace(x))),
    *(Case("kron", (a, b)) for a, b in ((X[:2, :2], CUBE), (VECTOR, ZERO_D), (INTS, INTS[0]), (BOOLS, BOOLS),
         (EMPTY, X))),
    Case("kron", (X[:2, :2], VECTOR[:2]), grad=True),
    *(Case("cross", (a, b), kwargs, unknown=False) for a, b, kwargs in (
        (POINTS, POINTS[:1], {}), (SQUARE, SQUARE[::-1], {"axis": 0}), (POINTS.T, POINTS, {"axisa": 0,
             "axisc": 0}),
        (INTS, INTS[::-1], {}))),
    *(Case("cross", (a, b), unknown=False, expected=lambda a, b: np.cross(
        *(x if x.shape[-1] == 3 else np.concatenate([x, np.zeros((*x.shape[:-1], 1))], -1) for x in (a, b))))
      for a, b in ((POINTS[:, :2], POINTS), (POINTS, POINTS[:, :2]))),
    Case("cross", (POINTS[:, :2], POINTS[:1, 1:]), unknown=False, expected=lambda a, b: a[:, 0] * b[:,
         1] - a[:, 1] * b[:, 0]),
    Case("cross", (SQUARE, POINTS[:3]), grad=True, unknown=False),
    Case("cdist", (POINTS, SQUARE), expected=cdist, grad=True),
    Case("cdist", (CUBE, CUBE[:1, :2]), expected=lambda x, y: np.stack([cdist(one, y[0]) for one in x])),
    Case("cdist", (INTS, INTS[:1]), expected=cdist),
    Case("cdist", (EMPTY, SQUARE), expected=lambda x, y: np.zeros((0, 3))),
    *(Case("diff", (CUBE, n, axis), grad=n == 2) for n in (0, 1, 2, 5) for axis in (-1, 1)),
    Case("diff", (INTS,)),
    Case("diff", (BOOLS,)),
    Case("diff", (np.array([1, 5, 2], np.uint8),)),
    *(
        Case("rearrange", (x, pattern), lengths, expected=_einops(view), grad=pattern.startswith("b (h p)"))
        for x, pattern, lengths, view in (
            (CUBE, "a b c -> c a b", {}, lambda x: x.transpose(2, 0, 1)),
            (CUBE, "a b c -> (a b) c", {}, lambda x: x.reshape(6, 4)),
            (CUBE, "a b c -> a (c b)", {}, lambda x: x.transpose(0, 2, 1).reshape(2, 12)),
            (X, "b (h p) -> p b h", {"p": 2}, lambda x: x.reshape(4, 3, 2).transpose(2, 0, 1)),
            (X, "b (h p) -> b h p", {"h": 3, "p": 2}, lambda x: x.reshape(4, 3, 2)),
            (X, "(a b)(c d)->(c a) (b d)", {"a": 2, "c": 3}, lambda x: x.reshape(2, 2, 3, 2).transpose(2, 0,
                 1, 3).reshape(6, 4)),
            (CUBE, "... c -> c ...", {}, lambda x: x.transpose(2, 0, 1)),
            (CUBE, "a ... -> a (...)", {}, lambda x: x.reshape(2, 12)),
            (CUBE, "a ... c -> ... (c a)", {}, lambda x: x.transpose(1, 2, 0).reshape(3, 8)),
            (CUBE, "a b c ... -> b a c ...", {}, lambda x: x.transpose(1, 0, 2)),
            (VECTOR, "a -> 1 a () 1", {}, lambda x: x[None, :, None, None]),
            (VECTOR[None, :, None], "1 a 1 -> a", {}, lambda x: x[0, :, 0]),
            (ZERO_D, "->", {}, lambda x: x),
            (ZERO_D, "-> 1", {}, lambda x: x.reshape(1)),
            (EMPTY, "a (b c) -> b a c", {"c": 1}, lambda x: x.reshape(0, 3, 1).transpose(1, 0, 2)),
            (X, "batch_1 y -> y batch_1", {}, lambda x: x.T),
        )
    ),
    # --- families that were here before: what NumPy does at their edges
    *(Case(name, (x,), {"axis": axis}) for name in ("sum", "max", "any", "argmax", "cumsum") for x in (INTS,
         X) for axis in (-2,)),
    *(Case(name, (np.array([[1, np.nan, 3], [4, 0, np.nan]], np.float32),), {"axis": axis}, note="nan",
           expected=(lambda x, axis, name=name: getattr(np, name)(x,
                axis=axis).astype(np.int32)) if name[:3] == "arg" else "numpy")
      for name in ("max", "min", "argmax", "argmin") for axis in (None, 0, 1)),
    *(Case(name, (x,), {"axis": 0}, expected=lambda x, axis, name=name: getattr(np, name)(x,
         axis).astype(np.int32))
      for name in ("argmax", "argmin") for x in (BOOLS, INTS.astype(np.uint8), np.zeros((2, 3), np.float32))),
    *(Case(name, (EMPTY,), {"axis": 0}) for name in ("sum", "prod", "any", "all")),
    *(Case(name, (EMPTY,), {"axis": 1}) for name in ("max", "min")),
    Case("mean", (EMPTY,), {"axis": 0}, note="special"),
    *(Case("roll", (X, shift, axis)) for shift, axis in ((1, None), (-7, 0), ((1, 2), (0, 1)), (2, (0, 1)),
         ((1, -2), 1))),
    Case("roll", (ZERO_D, 1)),
    *(Case("repeat", (x, repeats, axis)) for x, repeats, axis in (
        (X, 2, None), (INTS, [1, 0, 2], 1), (INTS, [2], -1), (ZERO_D, 3, None), (EMPTY, 2, 0), (X, 0, 1))),
    *(Case("tile", (x, repeats)) for x, repeats in ((X, 2), (X, (2, 1, 3)), (CUBE, (2, 1)), (ZERO_D, 3),
         (EMPTY, (2, 2)), (X, (0, 1)), (BOOLS, 2), (X, ()))),
    *(Case("flip", (x, axis)) for x, axis in ((ZERO_D, None), (CUBE, (-1, 0)), (EMPTY, 0), (CUBE, ()))),
    *(Case("squeeze", (x, axis)) for x, axis in ((CUBE[:1], -3), (CUBE[:1, :1], (0, -2)), (CUBE[:1], ()),
         (ZERO_D, None))),
    *(Case("expand_dims", (x, axis)) for x, axis in ((X, (0, -1)), (X, -3), (ZERO_D, (0, 1)), (X, ()))),
    *(Case("moveaxis", (CUBE, a, b)) for a, b in ((0, -1), ((0, 1), (-1, -2)), ([2], [0]))),
    Case("moveaxis", (CUBE, (), ())),
    *(Case("transpose", (x, axes)) for x, axes in ((CUBE, (-1, 0, 1)), (ZERO_D, None), (CUBE, [1, 0, 2]))),
    Case("swapaxes", (CUBE, -1, 0)),
    *(Case("reshape", (x, shape)) for x, shape in ((CUBE, -1), (EMPTY, (3, 0)), (ZERO_D, ()), (ZERO_D, (1,
         1)), (CUBE, 24), (CUBE, [4, -1]))),
    Case("reshape", (EMPTY, (-1, 3))),
    *(Case("broadcast_to", (x, shape)) for x, shape in ((ZERO_D, (2, 3)), (X[:1], (2, 4, 6)), (EMPTY[:, :1],
         (0, 3)), (VECTOR, 5))),
    *(Case("pad", (x, width, mode)) for x, width, mode in (
        (X, ((1, 2), (0, 3)), "constant"), (X, 2, "reflect"), (X, (1, 0), "symmetric"), (X, 7, "wrap"), (X,
             9, "reflect"),
        (X, ((0, 0), (2, 3)), "edge"), (BOOLS, 1, "constant"), (INTS.astype(np.uint8), 1, "constant"),
             (ZERO_D, 1, "constant"))),
    Case("pad", (INTS, 1), {"constant_values": -7}),
    *(Case("concatenate", ([a, b], axis)) for a, b, axis in (
        (X, EMPTY, None), (INTS, BOOLS, -1), (INTS, INTS.astype(np.float32), 0), (EMPTY,
             INTS.astype(np.float32), 0))),
    *(Case("stack", ([a, b], axis)) for a, b, axis in ((ZERO_D, ZERO_D, 0), (X, X, -1), (X, X, 1), (INTS,
         BOOLS, -2))),
    *(Case("take", (x, indices, axis)) for x, indices, axis in (
        (CUBE, ROWS, 1), (CUBE, np.array(-1, np.int32), -1), (CUBE, ROWS.reshape(1, 3), None), (CUBE,
             np.zeros((0,), np.int32), 0),
        (INTS, np.array([1, 0], np.uint8), 0), (X, np.array([3, -4], np.int64), 0))),
    *(Case("take_along_axis", (x, indices, axis)) for x, indices, axis in (
        (X, np.array([[0], [-1], [2], [5]], np.int32), 1), (X, np.array([[0, 1, 2, 3, -1, 0]], np.int32), 0),
        (X, np.array([3, -1], np.int32), None), (CUBE, np.array([[[1]]], np.int32), -1))),
    *(Case("diagonal", (CUBE, offset, *axes)) for offset, axes in ((0, (0, 1)), (1, (-1, 0)), (-5, (0, 1)),
         (2, (1, 2)))),
    *(Case("diag", (x, k)) for x, k in ((VECTOR, 2), (VECTOR, -1), (X, 1), (X, -9), (BOOLS[0], 0), (EMPTY,
         0))),
    *(Case("diagonal", (x,)) for x in (BOOLS, INTS.astype(np.uint8))),
    *(Case("sort", (x, axis)) for x, axis in ((BOOLS, 0), (INTS.astype(np.uint8), -1), (CUBE, None), (EMPTY,
         0), (CUBE, -2))),
    Case("sort", (np.array([127, -128, 0], np.int8),)),
    *(Case("argsort", (x, axis), expected=lambda x, axis: np.argsort(x, axis, kind="stable").astype(np.int32))
      for x, axis in ((BOOLS, 1), (INTS, None), (EMPTY, 1), (CUBE, 0))),
    *(Case("searchsorted", (np.sort(x), v), {"side": side}, expected=lambda s, v, side: np.searchsorted(s, v,
         side).astype(np.int32))
      for x, v in ((VECTOR, CUBE), (INTS[0], INTS), (INTS[0].astype(np.uint8), INTS[1]), (VECTOR[:0],
           X)) for side in ("left", "right")),
    *(Case(name, (x, k)) for name in ("tril", "triu") for x, k in ((CUBE, -1), (X, 2), (BOOLS, 0), (BOOLS,
         1), (EMPTY, 0))),
    *(Case("nonzero", (x,), expected=lambda x: tuple(i.astype(np.int32) for i in np.nonzero(x)),
         depends_on_values=True, compiled=False)
      for x in (INTS, BOOLS, EMPTY)),
    *(Case("linspace", (a, b, num), {"endpoint": endpoint, "axis": axis}) for a, b, num, endpoint, axis in (
        (0, 1, 5, True, 0), (0, 1, 1, True, 0), (0, 1, 0, True, 0), (X[0], 2.0, 3, False, -1), (X[0], X[:2],
             4, True, 1), (5, -5, 6, False, 0))),
    Case("linspace", (-2, 2, 5), {"dtype": "int32"}),
    *(Case("matmul", (a, b)) for a, b in ((BOOLS, BOOLS.T), (EMPTY, SQUARE), (EMPTY.T, EMPTY), (VECTOR[:3],
         SQUARE), (CUBE, CUBE[0].T),
                                         (CUBE[None], CUBE.transpose(0, 2, 1)), (INTS.astype(np.uint8),
                                              INTS.T.astype(np.uint8)))),
    *(Case("dot", (a, b)) for a, b in ((ZERO_D, X), (VECTOR, VECTOR), (X[:, :4], CUBE.transpose(0, 2, 1)),
         (CUBE, VECTOR[:4]))),
    *(Case("tensordot", (a, b, axes)) for a, b, axes in ((CUBE, CUBE, ((0, -1), (0, 2))), (X, X.T, 1), (X,
         VECTOR, 0), (X, X, (1, 1)))),
    *(Case("inner", (a, b)) for a, b in ((CUBE, X[:, :4]), (ZERO_D, VECTOR), (VECTOR, VECTOR))),
    *(Case(name, (a, b)) for name in ("outer", "vdot") for a, b in ((X, X), (ZERO_D, ZERO_D), (BOOLS, BOOLS),
         (EMPTY, EMPTY))),
    *(Case("cumsum", (x,), {"axis": axis}) for x, axis in ((X, None), (EMPTY, 0), (ZERO_D, None), (CUBE,
         -2))),
    Case("cumprod", (INTS, 1), expected=lambda x, axis: np.cumprod(x, axis, dtype=np.int32)),
    Case("cumprod", (np.array([2.0, 0, 3, 0], np.float32),), {"axis": 0}, grad=True, note="zeros"),
    Case("cumsum", (BOOLS, 1), expected=lambda x, axis: np.cumsum(x, axis, dtype=np.int32)),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_call(case, backend):
    check(case, backend)


@pytest.mark.parametrize("engine", TRAINING)
@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, engine):
    pytest.importorskip(engine)
    check_gradient(case, engine)


_K = np.array([[0, 1], [-1, 0]], np.int32)
_IJ = np.array([[True, False, True, True], [False, False, True, False], [True, True, False, False]])
DEEP = _random.normal(size=(3, 3, 4, 5)).astype(np.float32)
KEYS = [
    0, -1, slice(None), slice(None, None, -1), slice(5, 0, -2), slice(-1, -9, -1), None, Ellipsis, (),
         (Ellipsis, None, 0),
    (0, slice(None), None), (None, slice(1, None), 1, Ellipsis, slice(None, None, -2)), slice(2, 1), slice(0,
         0, -1), slice(9, 20),
    _K, (slice(None), ROWS), (ROWS[:2], slice(None), ROWS[1:]), (0, slice(None), ROWS), (slice(None), 0,
         slice(None), ROWS),
    (slice(None), ROWS, 1), (slice(None), 1, ROWS), (slice(None, None, -1), ROWS), (ROWS[:2], ROWS[1:],
         slice(3, None, -1)),
    (None, ROWS), (ROWS, None), (0, None, ROWS), (ROWS[:1], None, ROWS), (Ellipsis, ROWS, None), (Ellipsis,
         _K, slice(0, 2)),
    (slice(None), _K, _K), (slice(None), _K, slice(None), ROWS[:2]), [1, 0], ([1, 0], slice(None), [0, 2]),
    MASK, (slice(None), MASK), (slice(None), _IJ), (slice(None), _IJ, 0), (slice(None), _IJ, ROWS[:1]), (0,
         _IJ), (Ellipsis, MASK, slice(None), 0),
    (slice(None), MASK, None, slice(None, None, -1)), ([True, False, True], slice(None), ROWS[1:]), (MASK,
         0), (MASK[1:2].repeat(3), slice(None)),
    (np.int64(1), slice(np.int32(0), np.int64(2))), (np.array(1), slice(None), ROWS), (slice(None),
         np.array(2)), np.array([], np.int32), (np.array([[]], np.int32), 0),
    True, False, (True, 0), (slice(None), True), (slice(None), False), (np.array(True), ROWS[:2]), (0, True,
         ROWS),
    (ROWS[:2], Ellipsis, 0), (0, Ellipsis, ROWS[:2]), (0, Ellipsis, 1), (Ellipsis, 0, None, ROWS), (1, 2, 3,
         4), (1, 2, 3, ROWS), (slice(None), 1, 2, None, 3), (MASK, MASK), (np.array([[1], [0]], np.int32),
         MASK),
]  # fmt: skip


def _shown(key):
    return (
        str(key)
        .replace("slice", "")
        .replace("array", "")
        .replace(" ", "")
        .replace("\n", "")
        .replace("dtype=int32", "")[:60]
    )


@pytest.mark.parametrize("key", KEYS, ids=_shown)
def test_indexing_is_numpys(key, backend):
    wanted = DEEP[key]
    shape = ops.get_item(KerasTensor(DEEP.shape), key).shape
    assert shape == wanted.shape
    unknown = ops.get_item(KerasTensor((None,) * 4), key).shape
    assert len(unknown) == wanted.ndim and all(
        a in (None, b) for a, b in zip(unknown, wanted.shape, strict=True)
    )
    with backend_scope(backend):
        x = ops.convert_to_tensor(DEEP)
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.get_item(x, key)), wanted)
        as_tensors = _with_tensors(key)
        if as_tensors is not None:
            np.testing.assert_array_equal(ops.convert_to_numpy(ops.get_item(x, as_tensors)), wanted)
        if backend == "tensorflow":
            import tensorflow as tf

            found = tf.function(lambda t: ops.get_item(t, key), [tf.TensorSpec([None] * 4)])(x)
            np.testing.assert_array_equal(found, wanted)
        elif backend == "jax":
            import jax

            np.testing.assert_array_equal(jax.jit(lambda t: ops.get_item(t, key))(x), wanted)


def _with_tensors(key):
    """The key with its arrays as tensors of the engine; None if it has none."""
    parts = key if isinstance(key, tuple) else (key,)
    if not any(isinstance(part, np.ndarray) and part.ndim for part in parts):
        return None
    parts = tuple(
        ops.convert_to_tensor(part) if isinstance(part, np.ndarray) and part.ndim else part for part in parts
    )
    return parts if isinstance(key, tuple) else parts[0]


@pytest.mark.parametrize("engine", TRAINING)
@pytest.mark.parametrize(
    "key", [(slice(None, None, -2), ROWS), (_IJ[:, :3],), (ROWS[:2], slice(None), ROWS[1:])], ids=_shown
)
def test_gradient_of_indexing(key, engine):
    pytest.importorskip(engine)
    with backend_scope(engine):
        x = DEEP[:, :, 0]
        (found,) = gradients(engine, lambda t: ops.get_item(t, key), [x], np.float32(1))
    wanted = np.zeros_like(x)
    np.add.at(wanted, key, 1)
    np.testing.assert_allclose(found, wanted)


def test_python_indexing_of_symbolic_tensors_and_variables(backend):
    import tricorn as keras

    x = keras.Input((3, 4))
    y = x[:, ::-1, None, [0, 2]]
    assert y.shape == (None, 3, 1, 2)
    data = CUBE
    with backend_scope(backend):
        model = keras.Model(x, y)
        np.testing.assert_array_equal(ops.convert_to_numpy(model(data)), data[:, ::-1, None, [0, 2]])
        variable = keras.Variable(data)
        np.testing.assert_array_equal(ops.convert_to_numpy(variable[1, ..., ROWS]), data[1, ..., ROWS])


@pytest.mark.parametrize("engine", TRAINING)
def test_distance_of_equal_points_has_a_finite_gradient(engine):
    pytest.importorskip(engine)
    with backend_scope(engine):
        for found in gradients(engine, ops.cdist, [SQUARE, SQUARE], np.float32(1)):
            assert np.isfinite(found).all()


def test_size(backend):
    import tricorn as keras

    with backend_scope(backend):
        assert (
            ops.size(ops.convert_to_tensor(CUBE)) == 24 and type(ops.size(ops.convert_to_tensor(CUBE))) is int
        )
        assert ops.size(3.0) == 1 and ops.size([[1, 2]]) == 2
        x = keras.Input((3,))
        assert ops.size(x).dtype == "int32" and ops.size(x).shape == ()
        model = keras.Model(x, ops.sum(x) / ops.cast(ops.size(x), "float32"))
        np.testing.assert_allclose(ops.convert_to_numpy(model(X[:, :3])), X[:, :3].mean(), rtol=1e-5)
    assert ops.size(KerasTensor((2, 3))) == 6


def test_vectorize(backend):
    with backend_scope(backend):
        x, y = ops.convert_to_tensor(VECTOR), ops.convert_to_tensor(X[:, :5])
        add = ops.vectorize(lambda a, b: a + 2 * b)
        np.testing.assert_allclose(ops.convert_to_numpy(add(x, y)), VECTOR + 2 * X[:, :5], rtol=1e-6)
        assert float(add(1.0, 2.0)) == 5.0
        product = ops.vectorize(ops.dot, signature="(n, m),(m)->(n)")
        found = product(ops.convert_to_tensor(CUBE), ops.convert_to_tensor(CUBE[:1, 0]))
        np.testing.assert_allclose(ops.convert_to_numpy(found), CUBE @ CUBE[0, 0], rtol=1e-5)
        two = ops.vectorize(lambda a: (ops.sum(a), ops.flip(a)), signature="(n)->(),(n)")
        total, back = two(ops.convert_to_tensor(CUBE))
        np.testing.assert_allclose(ops.convert_to_numpy(total), CUBE.sum(-1), rtol=1e-5)
        np.testing.assert_allclose(ops.convert_to_numpy(back), CUBE[..., ::-1])

        def scaled(a, mode, factor=1):
            return a * factor if mode == "scale" else a

        found = ops.vectorize(scaled, excluded={1, "factor"})(x, "scale", factor=3)
        np.testing.assert_allclose(ops.convert_to_numpy(found), 3 * VECTOR, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.vectorize(3), "must be a function"),
        (lambda: ops.vectorize(abs, signature="n->n"), "malformed"),
        (lambda: ops.vectorize(abs, excluded={1.5}), "positions and names"),
        (lambda: ops.vectorize(ops.dot, signature="(n),(n)->()")(VECTOR, VECTOR[:3]), "'n' has two sizes"),
        (lambda: ops.vectorize(ops.dot, signature="(n),(n)->()")(VECTOR), "not as many arguments"),
        (lambda: ops.vectorize(ops.sum, signature="(n)->()")(1.0), "too few axes"),
    ],
)  # fmt: skip
def test_wrong_vectorize(call, message):
    with backend_scope("numpy"), pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize("engine", TRAINING)
def test_rearrange_in_a_graph(engine):
    import tricorn as keras

    pytest.importorskip(engine)
    with backend_scope(engine):
        x = keras.Input((6, 4))
        model = keras.Model(x, ops.rearrange(x, "b (h p) c -> b h (p c)", p=2))
        assert model.output.shape == (None, 3, 8)
        data = _random.normal(size=(5, 6, 4)).astype(np.float32)
        np.testing.assert_array_equal(ops.convert_to_numpy(model(data)), data.reshape(5, 3, 8))
        again = keras.Model.from_config(model.get_config())
        np.testing.assert_array_equal(ops.convert_to_numpy(again(data)), data.reshape(5, 3, 8))


@pytest.mark.parametrize(
    ("shape", "sizes", "wanted"),
    [
        ((None, 3, 4), lambda s: (s[0], -1), (None, 12)),
        ((None, 3, 4), lambda s: (-1, 12), (None, 12)),
        ((None, 3, None, 4), lambda s: (s[0], s[2], -1), (None, None, 12)),
        ((None, None, 4), lambda s: (s[0] * s[1], -1), (None, 4)),
        ((None, None, 4), lambda s: (s[0], 2, -1), (None, 2, None)),
        ((None, None, 4), lambda s: (s[1], -1, s[0], 2), (None, 2, None, 2)),
        ((None, 3, 4), lambda s: (s[0] * 2, -1), (None, 6)),
        ((2, 3, 4), lambda s: (s[0], -1), (2, 12)),
    ],
)  # fmt: skip
def test_reshape_with_unknown_sizes(shape, sizes, wanted):
    x = KerasTensor(shape)
    assert ops.reshape(x, sizes(ops.shape(x))).shape == wanted


def test_sizes_that_cannot_fit_are_refused_also_beside_unknown_ones():
    x = KerasTensor((None, 3, 5))
    for sizes in ((ops.shape(x)[0], 4, -1), (ops.shape(x)[0], 14)):
        with pytest.raises(ValueError, match="number of elements"):
            ops.reshape(x, sizes)


# Result dtypes of the reference (3.15.1), by the input's dtype.
_KEPT = {dtype: dtype for dtype in ("bool", "int8", "uint8", "int32", "float16", "bfloat16", "float64")}
_FLOATED = {
    **dict.fromkeys(("bool", "int8", "uint8", "int32"), "float32"),
    "float16": "float16",
    "bfloat16": "bfloat16",
}
DTYPES = {
    "diagflat": (ops.diagflat, _KEPT),
    "hstack": (lambda x: ops.hstack([x, x]), _KEPT),
    "vander": (ops.vander, {**_KEPT, "bool": "int32"}),
    "trace": (lambda x: ops.trace(ops.reshape(x, (1, -1))), {**_KEPT, "bool": "int32", "int8": "int32",
         "uint8": "uint32"}),
    "kron": (lambda x: ops.kron(x, x), _KEPT),
    "cross": (lambda x: ops.cross(x, x), {k: v for k, v in _KEPT.items() if k != "bool"}),
    "cdist": (lambda x: ops.cdist(ops.reshape(x, (1, -1)), ops.reshape(x, (-1, 3))), _FLOATED),
    "diff": (ops.diff, _KEPT),
    "select": (lambda x: ops.select([ops.equal(x, 1)], [x], 0), {**_KEPT, "bool": "int32"}),
    "rot90": (lambda x: ops.rot90(ops.reshape(x, (1, -1))), _KEPT),
    "geomspace": (lambda x: ops.geomspace(x, 4 * ops.cast(x, "int8")), _FLOATED),
    "logspace": (lambda x: ops.logspace(x, x), _FLOATED),
}  # fmt: skip


@pytest.mark.parametrize("name", DTYPES)
def test_dtype_of_the_result(name, backend):
    function, wanted = DTYPES[name]
    with backend_scope(backend):
        for dtype, result in wanted.items():
            if dtype == "float64" and backend == "jax":
                continue
            assert ops.dtype(function(ops.cast(np.ones((3,), np.float32), dtype))) == result, dtype
            assert function(KerasTensor((3,), dtype)).dtype == result, dtype


WRONG = [
    (lambda x: ops.hstack([]), "nothing to join"),
    (lambda x: ops.vstack([x, x[:, :2]]), "do not fit"),
    (lambda x: ops.vsplit(x[0], 2), "too few axes"),
    (lambda x: ops.dsplit(x, 1), "too few axes"),
    (lambda x: ops.hsplit(x, 4), "equal parts"),
    (lambda x: ops.fliplr(x[0]), "too few axes"),
    (lambda x: ops.flipud(x[0, 0]), "too few axes"),
    (lambda x: ops.rot90(x, axes=(0, 0)), "twice"),
    (lambda x: ops.rot90(x, axes=(0, 2)), "out of range"),
    (lambda x: ops.rot90(x, axes=(0, 1, 1)), "two axes"),
    (lambda x: ops.geomspace(0, 1), "not be 0"),
    (lambda x: ops.geomspace(-1, 1), "same sign"),
    (lambda x: ops.geomspace(1, 2, -1), "negative"),
    (lambda x: ops.logspace(x, 1, axis=5), "out of range"),
    (lambda x: ops.vander(x), "must be a vector"),
    (lambda x: ops.vander(x[0], -1), "negative"),
    (lambda x: ops.select([x > 0], []), "one choice for each"),
    (lambda x: ops.select([], []), "one choice for each"),
    (lambda x: ops.unravel_index(x, (2, 3)), "must be integers"),
    (lambda x: ops.unravel_index(ops.cast(x, "int32"), (2, -3)), "negative"),
    (lambda x: ops.trace(x, axis1=1), "twice"),
    (lambda x: ops.trace(x[0]), "out of range"),
    (lambda x: ops.cross(x, x), "2 or 3 components"),
    (lambda x: ops.cross(x[:, :3] > 0, x[:, :3] > 0), "booleans"),
    (lambda x: ops.cdist(x, x[:, :3]), "differ"),
    (lambda x: ops.cdist(x, x[0]), "matrices"),
    (lambda x: ops.diff(x, -1), "non-negative"),
    (lambda x: ops.diff(x, axis=2), "out of range"),
    (lambda x: ops.diff(x, 1.5), "non-negative"),
    (lambda x: ops.rearrange(x, "a b -> a"), "'b' stands on the left only"),
    (lambda x: ops.rearrange(x, "a -> a b"), "'b' stands on the right only"),
    (lambda x: ops.rearrange(x, "a a -> a"), "'a' stands twice"),
    (lambda x: ops.rearrange(x, "a b c -> a b c"), "does not name the axes"),
    (lambda x: ops.rearrange(x, "a b c ... -> a b c ..."), "does not name the axes"),
    (lambda x: ops.rearrange(x, "a (b c) -> a b c"), "'c' does not follow"),
    (lambda x: ops.rearrange(x, "a (b c) -> a b c", c=5), "does not divide into 'b c'"),
    (lambda x: ops.rearrange(x, "a b -> b a", b=5), "does not divide into 'b'"),
    (lambda x: ops.rearrange(x, "a b -> b a", c=5), "'c' is given a length"),
    (lambda x: ops.rearrange(x, "a b -> b a", a=-1), "'a' must be a non-negative"),
    (lambda x: ops.rearrange(x, "a (b -> b a"), r"'\(' is not closed"),
    (lambda x: ops.rearrange(x, "a b) -> b a"), r"'\)' closes nothing"),
    (lambda x: ops.rearrange(x, "a ((b)) -> b a"), r"'\(' stands inside"),
    (lambda x: ops.rearrange(x, "a (b 2) -> b a 2"), "'2' is no name"),
    (lambda x: ops.rearrange(x, "a b. -> b. a"), r"'\.' is no name"),
    (lambda x: ops.rearrange(x, "a (b ...) -> b a ..."), r"'\.\.\.' cannot be a part"),
    (lambda x: ops.rearrange(x, "a b"), "one '->'"),
    (lambda x: ops.rearrange(x, 3), "must be a string"),
    (lambda x: ops.rearrange(x, "a 1 -> a"), "does not divide into '1'"),
    (lambda x: ops.roll(x, (1, 2, 3), (0, 1)), "shift"),
    (lambda x: ops.tile(x, -1), "negative"),
    (lambda x: ops.repeat(x, -1), "negative"),
    (lambda x: ops.repeat(x, [1, 2], 1), "one for each place"),
    (lambda x: ops.max(x[:0], 0), "element"),
    (lambda x: ops.argmax(x[:, :0], 1), "element"),
    (lambda x: ops.flip(x, 5), "out of range"),
    (lambda x: ops.swapaxes(x, 0, 3), "out of range"),
    (lambda x: ops.diag(x[None]), "vector or a matrix"),
    (lambda x: ops.diagonal(x, axis1=1), "twice"),
    (lambda x: ops.tril(x[0]), "matrix"),
    (lambda x: ops.eye(-1), "negative"),
    (lambda x: ops.tri(2, -1), "negative"),
    (lambda x: ops.zeros((2, -1)), "negative"),
    (lambda x: ops.arange(0, 5, 0), "step"),
    (lambda x: ops.linspace(0, 1, -1), "negative"),
    (lambda x: ops.one_hot(ops.cast(x, "int32"), -2), "negative"),
    (lambda x: ops.cumsum(x, 2), "out of range"),
    (lambda x: ops.unstack(x, 3), "wrong"),
    (lambda x: ops.stack([x, x], 4), "out of range"),
    (lambda x: ops.tensordot(x, x, 3), "do not fit"),
    (lambda x: ops.einsum("ij,jk->ik", x, x), "two sizes"),
    (lambda x: ops.top_k(x, -1), "exceeds"),
    (lambda x: ops.average(x, 0, ops.ones((3,))), "fit"),
    (lambda x: ops.take(x, [0.5], 0), "integers"),
    (lambda x: ops.take_along_axis(x, ops.zeros((1, 1), "float32"), 0), "integers"),
    (lambda x: ops.concatenate([x, x], 2), "out of range"),
    (lambda x: ops.reshape(x, (5, 5)), "number of elements"),
    (lambda x: ops.split(x, 0), "equal parts"),
    (lambda x: ops.meshgrid(x, indexing="yx"), "unknown `indexing`"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), WRONG)
def test_wrong_calls_are_explained(call, message, backend):
    with pytest.raises((ValueError, TypeError, IndexError), match=message):
        call(KerasTensor((4, 6)))
    with backend_scope(backend), pytest.raises((ValueError, TypeError, IndexError), match=message):
        call(ops.convert_to_tensor(X))
