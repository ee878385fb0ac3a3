"""Ops that TensorFlow compiles once they are called often: every call gives what NumPy gives, whatever was compiled."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import ops

CALLS = 12  # beyond the number after which a kernel is compiled


def numbers(draw, *shape):
    return draw.normal(size=shape).astype("float32")


def with_nan(draw, *shape):
    x = numbers(draw, *shape)
    return np.where(draw.uniform(size=shape) < 0.3, np.float32(np.nan), x)


def integers(draw, *shape):
    return draw.integers(-3, 4, shape).astype("int32")


# The function makes the arguments; sizes and values change from call to call.
CASES = {
    "sort": lambda draw, n: (ops.sort, with_nan(draw, n, 3), 0),
    "argsort": lambda draw, n: (ops.argsort, numbers(draw, 2, n)),
    "digitize": lambda draw, n: (ops.digitize, numbers(draw, n), np.sort(numbers(draw, 4))),
    "digitize falling": lambda draw, n: (ops.digitize, numbers(draw, n), np.sort(numbers(draw, 4))[::-1].copy()),
    "isin": lambda draw, n: (ops.isin, integers(draw, n, 2), integers(draw, 3)),
    "unique": lambda draw, n: (lambda x: ops.unique(x, return_index=True, return_counts=True), integers(draw, n)),
    "nanmean": lambda draw, n: (ops.nanmean, with_nan(draw, 5, n), 0),
    "nanvar": lambda draw, n: (ops.nanvar, with_nan(draw, 5, n), 1),
    "nanstd": lambda draw, n: (ops.nanstd, with_nan(draw, 5, n), 1),
    "hypot": lambda draw, n: (ops.hypot, numbers(draw, n), numbers(draw, n)),
    "ldexp": lambda draw, n: (ops.ldexp, numbers(draw, n), integers(draw, n)),
    "floor_divide": lambda draw, n: (ops.floor_divide, numbers(draw, n) * 9, np.round(numbers(draw, n))),
    "floor_divide by a number": lambda draw, n: (ops.floor_divide, numbers(draw, n) * 9, 2),
    "sobel_edges": lambda draw, n: (ops.image.sobel_edges, numbers(draw, 1, n + 3, 5, 1)),
    "lu_factor": lambda draw, n: (ops.lu_factor, numbers(draw, n + 20, n + 20)),
    "affine nearest": lambda draw, n: (
        lambda x, t: ops.image.affine_transform(x, t, interpolation="nearest"),
        numbers(draw, 1, n + 2, 4, 1), np.array([[1, 0, 1, 0, 1, 0, 0, 0]], "float32")),
    "segment_max": lambda draw, n: (lambda x, i: ops.segment_max(x, i, 4), numbers(draw, n), np.abs(integers(draw, n))),
    "scatter_update": lambda draw, n: (ops.scatter_update, numbers(draw, n + 3), np.array([[0], [-1]]), numbers(draw, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_call_gives_what_numpy_gives(name):
    draw = np.random.default_rng(0)
    for count in range(CALLS):
        function, *arguments = CASES[name](draw, 4 + count % 3)
        with np.errstate(all="ignore"), keras.backend_scope("numpy"):
            expected = function(*arguments)
        with keras.backend_scope("tensorflow"):
            tensors = [ops.convert_to_tensor(x) if isinstance(x, np.ndarray) else x for x in arguments]
            found = function(*tensors)
        pairs = zip(expected, found, strict=True) if isinstance(expected, tuple) else [(expected, found)]
        for one, other in pairs:
            assert other.dtype.name == one.dtype.name
            np.testing.assert_allclose(other.numpy(), one, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["hypot", "nanmean", "sort"])
def test_gradients_reach_the_inputs(name):
    import tensorflow as tf

    draw = np.random.default_rng(1)
    with keras.backend_scope("tensorflow"):
        for _ in range(CALLS):
            function, first, *rest = CASES[name](draw, 4)
            first = tf.constant(np.nan_to_num(first))
            rest = [tf.constant(x) if isinstance(x, np.ndarray) else x for x in rest]
            function(first, *rest)  # without a tape, so that it is compiled
            with tf.GradientTape() as tape:
                tape.watch(first)
                total = tf.reduce_sum(function(first, *rest))
            gradient = tape.gradient(total, first).numpy()
            if name == "hypot":
                expected = first.numpy() / np.hypot(first.numpy(), rest[0].numpy())
            else:
                expected = np.full(first.shape, 1 / first.shape[0] if name == "nanmean" else 1)
            np.testing.assert_allclose(gradient, expected, rtol=1e-5)
