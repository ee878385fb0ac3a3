"""Poolings on every engine: values against a loop over windows in float64, rules, compiled calls, gradients."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.conformance.harness import Case, check, check_gradient, run
from tricorn import ops
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


def distinct(*shape):
    """No two elements alike, so that a maximum has one gradient."""
    return (_random.permutation(np.prod(shape)).reshape(shape) / 10).astype(np.float32)


# --- formulas ------------------------------------------------------------------------------------
def _over_windows(x, windows, function, channels_first):
    """`function` of each box of the spatial axes, from lists of `(start, end)` an axis."""
    x = np.moveaxis(x, 1, -1) if channels_first else x
    y = np.empty((x.shape[0], *map(len, windows), x.shape[-1]), x.dtype if function is np.max else np.float64)
    for place in np.ndindex(*map(len, windows)):
        box = tuple(slice(*windows[axis][i]) for axis, i in enumerate(place))
        y[(slice(None), *place)] = function(x[(slice(None), *box)], axis=tuple(range(1, x.ndim - 1)))
    return np.moveaxis(y, -1, 1) if channels_first else y


def adaptive(function):
    def formula(x, output_size, data_format="channels_last"):
        first = data_format == "channels_first"
        spatial = x.shape[2:] if first else x.shape[1:-1]
        sizes = output_size if isinstance(output_size, tuple) else (output_size,) * len(spatial)
        windows = [
            [(int(np.floor(i * n / size)), int(np.ceil((i + 1) * n / size))) for i in range(size)]
            for n, size in ((n, n if size is None else size) for n, size in zip(spatial, sizes, strict=True))
        ]
        return _over_windows(x, windows, function, first)

    return formula


def pooled(function):
    def formula(x, pool_size, strides=None, padding="valid", data_format="channels_last"):
        first = data_format == "channels_first"
        spatial = x.shape[2:] if first else x.shape[1:-1]
        rank = len(spatial)
        width = pool_size if isinstance(pool_size, tuple) else (pool_size,) * rank
        steps = width if strides is None else strides if isinstance(strides, tuple) else (strides,) * rank
        windows = []
        for n, k, s in zip(spatial, width, steps, strict=True):
            count = -(-n // s) if padding == "same" else (n - k) // s + 1
            before = max((count - 1) * s + k - n, 0) // 2 if padding == "same" else 0
            windows.append([(max(i * s - before, 0), min(i * s - before + k, n)) for i in range(count)])
        return _over_windows(x, windows, function, first)

    return formula


# --- cases ---------------------------------------------------------------------------------------
ADAPTIVE = {"adaptive_average_pool": adaptive(np.mean), "adaptive_max_pool": adaptive(np.max)}
FIXED = {"average_pool": pooled(np.mean), "max_pool": pooled(np.max)}
SPATIAL = {1: (7,), 2: (6, 5), 3: (5, 4, 3)}


def _cases():
    for name, formula in ADAPTIVE.items():
        for rank, sizes in ((1, (3,)), (1, (10,)), (2, (3, 2)), (2, (None, 5)), (2, (4, 7)), (3, (2, 3, 2))):
            for form in ("channels_last", "channels_first"):
                shape = (2, *SPATIAL[rank], 3) if form == "channels_last" else (2, 3, *SPATIAL[rank])
                yield Case(name, (normal(*shape),), {"output_size": sizes, "data_format": form}, formula)
        yield Case(name, (normal(1, 6, 4, 2),), {"output_size": 2}, formula)
        yield Case(name, (normal(0, 6, 4, 2),), {"output_size": 2}, formula, note="empty batch")
        yield Case(name, (distinct(1, 5, 4, 2),), {"output_size": (3, 2)}, formula, grad=True)
        yield Case(
            name, (_random.integers(-9, 9, (1, 7, 4, 2)).astype(np.int32),), {"output_size": 3}, formula
        )
    for name, formula in FIXED.items():
        for rank, (width, stride, padding) in itertools.product(
            (1, 2, 3), ((2, None, "valid"), (3, 2, "same"), (2, 3, "valid"), (3, 1, "same"), (2, 2, "same"))
        ):
            form = "channels_first" if stride == 2 else "channels_last"
            shape = (2, *SPATIAL[rank], 3) if form == "channels_last" else (2, 3, *SPATIAL[rank])
            options = {"pool_size": width, "strides": stride, "padding": padding, "data_format": form}
            yield Case(name, (normal(*shape),), options, formula, unknown=False)
        options = {"pool_size": (3, 2), "strides": (1, 2), "padding": "same"}
        yield Case(name, (normal(1, 6, 5, 2),), options, formula, unknown=False)
        yield Case(name, (distinct(1, 5, 4, 2),), options, formula, grad=True, unknown=False)
        yield Case(
            name, (distinct(1, 7, 2),), {"pool_size": 3, "strides": 2}, formula, grad=True, unknown=False
        )
        yield Case(name, (_random.integers(-9, 9, (1, 7, 4, 2)).astype(np.int32),), {"pool_size": 2}, formula,
                   unknown=False)  # fmt: skip
        yield Case(name, (_random.integers(0, 200, (1, 7, 4, 2)).astype(np.uint8),), {"pool_size": 3, "padding": "same"},
                   formula, unknown=False)  # fmt: skip


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_op(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


@pytest.mark.parametrize("name", [*ADAPTIVE, *FIXED])
def test_half_precision_and_nan(name, backend):
    x = np.array([1, np.nan, 2, 5, np.inf, 3], np.float32).reshape(1, 6, 1)
    (y,) = run(name, backend, x, 3)
    np.testing.assert_array_equal(
        y[0, :, 0], [np.nan, 5 if "max" in name else 3.5, np.inf] if "adaptive" in name else y[0, :, 0]
    )
    for dtype in ("float16", "bfloat16"):
        y = getattr(ops, name)(ops.cast(ops.ones((1, 7, 5, 2)), dtype), 2)
        assert ops.dtype(y) == dtype
        assert float(ops.convert_to_numpy(ops.min(ops.cast(y, "float32")))) == 1


@pytest.mark.parametrize(
    "name, shape, arguments, message",
    [
        ("adaptive_max_pool", (2, 3), (1,), "one to three spatial axes"),
        ("adaptive_max_pool", (2, 6, 6, 1), ((2, 2, 2),), "`output_size`"),
        ("adaptive_average_pool", (2, 6, 6, 1), (0,), "`output_size`"),
        ("adaptive_average_pool", (2, 6, 6, 1), (-1,), "`output_size`"),
        ("adaptive_average_pool", (2, 6, 6, 1), (2.5,), "`output_size`"),
        ("adaptive_average_pool", (2, 6, 6, 1), (2, "last"), "unknown data format"),
        ("adaptive_average_pool", (2, 0, 6, 1), (2,), "nothing to pool"),
        ("max_pool", (2, 6), (2,), "one to three spatial axes"),
        ("max_pool", (2, 6, 6, 1), (0,), "`pool_size`"),
        ("max_pool", (2, 6, 6, 1), ((2, 2, 2),), "`pool_size`"),
        ("average_pool", (2, 6, 6, 1), (2, 0), "`strides`"),
        ("average_pool", (2, 6, 6, 1), (2, 1, "full"), "unknown padding"),
        ("average_pool", (2, 6, 6, 1), (7,), "would be empty"),
    ],
)
def test_bad_arguments(name, shape, arguments, message, backend):
    for x in (ops.ones(shape), KerasTensor(shape)):
        with pytest.raises(ValueError, match=message):
            getattr(ops, name)(x, *arguments)
