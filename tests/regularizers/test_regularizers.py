"""Regularizers against NumPy float64."""

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import regularizers

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def orthogonality(x, factor, mode):
    x = x.astype(np.float64)
    rows = x if mode == "rows" else x.T
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = np.abs(rows @ rows.T)
    return factor * cosines[~np.eye(len(rows), dtype=bool)].mean()


CASES = [
    (regularizers.L1(0.3), 0.3 * np.abs(X).sum()),
    (regularizers.L2(0.3), 0.3 * (X**2).sum()),
    (regularizers.L1L2(0.3, 0.2), 0.3 * np.abs(X).sum() + 0.2 * (X**2).sum()),
    (regularizers.L1L2(), 0.0),
    (regularizers.L1L2(0.3), 0.3 * np.abs(X).sum()),
    (regularizers.OrthogonalRegularizer(0.3), orthogonality(X, 0.3, "rows")),
    (regularizers.OrthogonalRegularizer(0.3, "columns"), orthogonality(X, 0.3, "columns")),
]


@pytest.mark.parametrize(("regularizer", "expected"), CASES, ids=lambda value: type(value).__name__)
def test_penalties(backend, regularizer, expected):
    from tricorn import ops

    penalty = regularizer(ops.convert_to_tensor(X))
    assert tuple(penalty.shape) == ()
    np.testing.assert_allclose(ops.convert_to_numpy(penalty), expected, rtol=2e-6)


def test_penalties_equal_the_reference():
    cases = CASES[:-1]  # the reference cannot take columns of a matrix that is not square
    code = "result = [keras.regularizers.deserialize(c)(x) for c in configs]"
    answers = oracle("jax").run(code, configs=[regularizers.serialize(item) for item, _ in cases], x=X)
    np.testing.assert_allclose(answers, [expected for _, expected in cases], rtol=2e-5)


@pytest.mark.parametrize("bad", [-1, "x", float("inf"), float("nan"), True, [1.0]])
def test_bad_factors(bad):
    for make in (regularizers.L1, regularizers.L2, regularizers.L1L2, regularizers.OrthogonalRegularizer):
        with pytest.raises(ValueError, match="non-negative"):
            make(bad)


def test_bad_arguments():
    with pytest.raises(ValueError, match="mode"):
        regularizers.OrthogonalRegularizer(mode="x")
    with pytest.raises(ValueError, match="matrix"):
        regularizers.OrthogonalRegularizer()(np.zeros((2, 2, 2), "float32"))


def test_get():
    assert regularizers.get(None) is None
    for name, cls in (
        ("l1", "L1"),
        ("L2", "L2"),
        ("l1_l2", "L1L2"),
        ("orthogonal_regularizer", "OrthogonalRegularizer"),
    ):
        assert type(regularizers.get(name)).__name__ == cls
    assert regularizers.get({"class_name": "L2", "config": {"l2": 0.5}}).l2 == 0.5
    assert regularizers.get(abs) is abs
    for item, _ in CASES:
        assert regularizers.deserialize(regularizers.serialize(item)).get_config() == item.get_config()
    for bad in ("nope", 3, {"class_name": "nope", "config": {}}):
        with pytest.raises(ValueError):
            regularizers.get(bad)
