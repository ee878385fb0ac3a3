"""Constraints against NumPy float64."""

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import constraints

W = (3 * np.random.default_rng(0).normal(size=(2, 3, 4))).astype("float32")


def norms(axis):
    return np.sqrt((W.astype(np.float64) ** 2).sum(axis=axis, keepdims=True))


def scaled(desired, axis):
    return W * desired / (1e-7 + norms(axis))


CASES = [
    (constraints.MaxNorm(2.0, 1), scaled(np.minimum(norms(1), 2), 1)),
    (constraints.MaxNorm(3.0, (0, 1)), scaled(np.minimum(norms((0, 1)), 3), (0, 1))),
    (constraints.NonNeg(), np.maximum(W, 0)),
    (constraints.UnitNorm(2), scaled(1.0, 2)),
    (constraints.MinMaxNorm(1.0, 2.0, axis=0), scaled(np.clip(norms(0), 1, 2), 0)),
    (constraints.MinMaxNorm(1.0, 2.0, 0.25, [0, 2]),
     scaled(0.25 * np.clip(norms((0, 2)), 1, 2) + 0.75 * norms((0, 2)), (0, 2))),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_projections(backend, constraint, expected):
    from tricorn import ops

    result = constraint(ops.convert_to_tensor(W))
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=2e-6, atol=1e-7)
    assert result.dtype == ops.convert_to_tensor(W).dtype


def test_projections_equal_the_reference():
    code = "result = [keras.constraints.deserialize(c)(w) for c in configs]"
    answers = oracle("numpy").run(code, configs=[constraints.serialize(item) for item, _ in CASES], w=W)
    for answer, (_, expected) in zip(answers, CASES, strict=True):
        np.testing.assert_allclose(answer, expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: constraints.MaxNorm(-1), lambda: constraints.MaxNorm("x"), lambda: constraints.MinMaxNorm(2.0, 1.0),
        lambda: constraints.MinMaxNorm(-1.0), lambda: constraints.MinMaxNorm(rate=1.5), lambda: constraints.get("nope"),
        lambda: constraints.get(3),
    ],
)  # fmt: skip
def test_bad_arguments(make):
    with pytest.raises(ValueError):
        make()


def test_get():
    assert constraints.get(None) is None
    for name, cls in (
        ("max_norm", "MaxNorm"),
        ("NonNeg", "NonNeg"),
        ("unit_norm", "UnitNorm"),
        ("min_max_norm", "MinMaxNorm"),
    ):
        assert type(constraints.get(name)).__name__ == cls
    assert type(constraints.get(constraints.NonNeg)) is constraints.NonNeg
    for item, _ in CASES:
        assert constraints.deserialize(constraints.serialize(item)).get_config() == item.get_config()
    with pytest.raises(NotImplementedError, match="__call__"):
        constraints.Constraint()(W)
