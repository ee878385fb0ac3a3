"""Activations against the reference, and their names."""

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import activations
from tricorn.core import serial

X = np.concatenate([np.linspace(-8, 8, 33), [-1, -0.5, 0.2, 1, 6, 2.5, 3.3]]).astype("float32").reshape(4, 10)
NAMES = [name for name in activations.__all__ if name not in ("get", "serialize", "deserialize", "threshold")]
WRONG_IN_REFERENCE = {"sparsemax"}  # it mixes up the rows of a batch; tested by its definition below
CALLS = [
    *[(name, {}) for name in NAMES],
    ("threshold", {"threshold": 0.5, "default_value": -3.0}),
    *[
        ("relu", arguments)
        for arguments in (
            {"negative_slope": 0.1},
            {"max_value": 3.0},
            {"max_value": 6},
            {"threshold": 1.0},
            {"threshold": -1.0},
            {"negative_slope": 0.2, "max_value": 2.0},
            {"negative_slope": 0.2, "max_value": 2.0, "threshold": 1.0},
            {"threshold": 1.0, "max_value": 6.0},
            {"threshold": -1, "negative_slope": 0.5},
        )
    ],
    ("gelu", {"approximate": True}),
    ("elu", {"alpha": 0.5}),
    ("celu", {"alpha": 0.5}),
    ("leaky_relu", {"negative_slope": 0.3}),
    ("softmax", {"axis": 0}),
    ("log_softmax", {"axis": 0}),
    ("sparsemax", {"axis": 0}),
    ("glu", {"axis": 0}),
    ("squareplus", {"b": 2}),
    ("hard_shrink", {"threshold": 1.0}),
    ("soft_shrink", {"threshold": 1.0}),
]


@pytest.fixture(scope="module")
def answers():
    return oracle("numpy").call_many([(f"activations.{name}", (X,), arguments) for name, arguments in CALLS])


def test_values_equal_the_reference(backend, answers):
    from tricorn import ops

    x = ops.convert_to_tensor(X)
    for (name, arguments), expected in zip(CALLS, answers, strict=True):
        if name in WRONG_IN_REFERENCE:
            continue
        result = ops.convert_to_numpy(getattr(activations, name)(x, **arguments))
        np.testing.assert_allclose(result, expected, rtol=2e-5, atol=2e-6, err_msg=f"{name} {arguments}")
        assert result.dtype == np.float32, name


def test_sparsemax_is_the_projection_on_the_simplex(backend):
    from tricorn import ops

    for axis, rows in ((-1, X), (0, X.T)):
        result = ops.convert_to_numpy(activations.sparsemax(ops.convert_to_tensor(X), axis=axis))
        low, high = rows.min(axis=1) - 1.0, rows.max(axis=1).astype(np.float64)
        for _ in range(60):  # bisection for the shift at which the positive parts sum to one
            middle = (low + high) / 2
            above = np.maximum(rows - middle[:, None], 0).sum(axis=1) > 1
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        expected = np.maximum(rows - low[:, None], 0)
        np.testing.assert_allclose(result, expected if axis == -1 else expected.T, atol=2e-6)


def test_names_travel():
    for name in (*NAMES, "threshold"):
        function = activations.get(name)
        assert function is getattr(activations, name)
        written = activations.serialize(function)
        assert activations.get(written) is function
        assert serial.deserialize_keras_object(serial.serialize_keras_object(function)) is function
    assert activations.serialize(activations.swish) == "silu"
    assert activations.get(None) is activations.linear
    assert activations.get({"class_name": "function", "config": "relu"}) is activations.relu


def test_own_functions():
    def own(x):
        return x

    assert activations.get(own) is own
    config = activations.serialize(own)
    assert activations.deserialize(config, custom_objects={"own": own}) is own
    assert activations.deserialize("own", custom_objects={"own": own}) is own
    with serial.custom_object_scope({"own": own}):
        assert activations.get("own") is own
    with pytest.raises(TypeError, match="lambda"):
        activations.serialize(lambda x: x)


@pytest.mark.parametrize(
    "bad", ["nope", "get", "serialize", 3, {"class_name": "function", "config": "exec"}, "__all__"]
)
def test_unknown_activations(bad):
    with pytest.raises(ValueError):
        activations.get(bad)
