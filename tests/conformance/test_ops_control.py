"""Control flow on every engine, eager, compiled and symbolic."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.gradients import gradients
from tricorn import ops
from tricorn.core.symbolic import KerasTensor


def tensor(value):
    return ops.convert_to_tensor(np.asarray(value, np.float32))


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def compiled(backend, function, *values):
    """`function` run in the engine's compiled form, where it has one."""
    tensors = [ops.convert_to_tensor(value) for value in values]
    if backend == "jax":
        import jax

        return jax.jit(function)(*tensors)
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.function(function)(*tensors)
    return function(*tensors)


def test_cond(backend):
    def choose(x):
        return ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x - 1)

    for value in ([1.0, 2.0], [-1.0, -2.0]):
        wanted = np.multiply(value, 2) if sum(value) > 0 else np.subtract(value, 1)
        np.testing.assert_allclose(array(choose(tensor(value))), wanted)
        np.testing.assert_allclose(array(compiled(backend, choose, np.array(value, "f"))), wanted)
    assert choose(KerasTensor((2,))).shape == (2,)


def test_switch_clamps(backend):
    branches = [lambda x: x, lambda x: x * 10, lambda x: x * 100]
    for index, factor in ((-3, 1), (0, 1), (1, 10), (2, 100), (7, 100)):
        found = compiled(
            backend, lambda i, x: ops.switch(i, branches, x), np.int32(index), np.array([1.0, 2.0], "f")
        )
        np.testing.assert_allclose(array(found), np.multiply([1.0, 2.0], factor))
        np.testing.assert_allclose(array(ops.switch(index, branches, tensor(3.0))), 3 * factor)
    assert ops.switch(KerasTensor((), "int32"), branches, KerasTensor((4,))).shape == (4,)


def test_while_loop(backend):
    def powers(x):
        return ops.while_loop(lambda i, y: i < 5, lambda i, y: (i + 1, y * 2), (np.int32(0), x))

    index, value = compiled(backend, powers, np.array([1.0, 3.0], "f"))
    assert int(array(index)) == 5
    np.testing.assert_allclose(array(value), [32, 96])
    assert float(array(ops.while_loop(lambda y: y < 100, lambda y: y * 3, tensor(1.0)))) == 243
    limited = ops.while_loop(lambda y: y < 100, lambda y: y * 3, [tensor(1.0)], maximum_iterations=2)
    assert isinstance(limited, list) and float(array(limited[0])) == 9
    spec = ops.while_loop(
        lambda i, y: i < 5, lambda i, y: (i + 1, y), (KerasTensor((), "int32"), KerasTensor((None, 2)))
    )
    assert [(s.shape, s.dtype) for s in spec] == [((), "int32"), ((None, 2), "float32")]


def test_fori_loop(backend):
    def factorial(x):
        return ops.fori_loop(1, 6, lambda i, y: y * ops.cast(i, "float32"), x)

    assert float(array(compiled(backend, factorial, np.float32(1)))) == 120
    assert ops.fori_loop(0, 3, lambda i, y: y + 1, KerasTensor((2,))).shape == (2,)


def test_scan(backend):
    xs = np.arange(1.0, 7.0, dtype=np.float32).reshape(3, 2)

    def step(carry, x):
        carry = carry + x["a"] * 2
        return carry, (carry, x["a"] * carry)

    for reverse in (False, True):

        def call(x, reverse=reverse):
            return ops.scan(step, ops.zeros((2,)), {"a": x}, reverse=reverse)

        carry, outputs, others = np.zeros(2), np.zeros((3, 2)), np.zeros((3, 2))
        for i in reversed(range(3)) if reverse else range(3):
            carry = carry + xs[i] * 2
            outputs[i], others[i] = carry, xs[i] * carry
        for found in (call(ops.convert_to_tensor(xs)), compiled(backend, call, xs)):
            np.testing.assert_allclose(array(found[0]), carry)
            np.testing.assert_allclose(array(found[1][0]), outputs)
            np.testing.assert_allclose(array(found[1][1]), others)
    carry, nothing = ops.scan(lambda c, _: (c * 2, None), tensor(1.0), length=5)
    assert float(array(carry)) == 32 and nothing is None
    carry, stacked = ops.scan(lambda c, x: (c + x, ops.stack([c, x])), KerasTensor((4,)), KerasTensor((7, 4)))
    assert carry.shape == (4,) and stacked.shape == (7, 2, 4)


def test_map_and_vectorized_map(backend):
    xs, ys = np.arange(6.0, dtype=np.float32).reshape(3, 2), np.arange(3.0, dtype=np.float32)
    for function in (ops.map, ops.vectorized_map):

        def call(x, y, function=function):
            return function(lambda pair: ops.sum(pair[0]) * pair[1], (x, y))

        for found in (call(*map(ops.convert_to_tensor, (xs, ys))), compiled(backend, call, xs, ys)):
            np.testing.assert_allclose(array(found), xs.sum(1) * ys)
        assert function(lambda x: ops.sum(x, keepdims=True), KerasTensor((5, 4))).shape == (5, 1)


def test_associative_scan(backend):
    x = np.random.default_rng(0).normal(size=(3, 7)).astype(np.float32)
    for axis, reverse in ((0, False), (1, False), (-1, True)):
        found = ops.associative_scan(ops.add, ops.convert_to_tensor(x), reverse=reverse, axis=axis)
        wanted = np.cumsum(x[:, ::-1], 1)[:, ::-1] if reverse else np.cumsum(x, axis)
        np.testing.assert_allclose(array(found), wanted, rtol=1e-5, atol=1e-5)

    def affine(first, second):  # does not commute
        return first[0] * second[0], first[1] * second[0] + second[1]

    a, b = x[0] * 0.5, x[1]
    _, found = ops.associative_scan(affine, (ops.convert_to_tensor(a), ops.convert_to_tensor(b)))
    wanted, state = [], 0.0
    for slope, shift in zip(a, b, strict=True):
        state = state * slope + shift
        wanted.append(state)
    np.testing.assert_allclose(array(found), wanted, rtol=1e-5, atol=1e-5)
    assert ops.associative_scan(ops.add, KerasTensor((None, 3))).shape == (None, 3)


def test_custom_gradient(training_backend):
    @ops.custom_gradient
    def twice_with_gradient_seven(x, y):
        def gradient(*args, upstream=None):
            (upstream,) = args if upstream is None else (upstream,)
            return upstream * 7.0, upstream * y

        return x * 2.0 + y, gradient

    x, y = np.array([1.0, 2.0], "f"), np.array([5.0, 6.0], "f")
    found = gradients(training_backend, twice_with_gradient_seven, [x, y], np.array([1.0, 3.0], "f"))
    np.testing.assert_allclose(found[0], [7, 21])
    np.testing.assert_allclose(found[1], [5, 18])
    np.testing.assert_allclose(array(twice_with_gradient_seven(tensor(x), tensor(y))), x * 2 + y)


def test_loops_have_gradients(training_backend):
    def total(x):
        carry, _ = ops.scan(lambda c, v: (c * v, None), ops.ones(()), x)
        return carry

    (found,) = gradients(training_backend, total, [np.array([2.0, 3.0, 4.0], "f")], np.float32(1))
    np.testing.assert_allclose(found, [12, 8, 6])


def test_scan_in_all_its_forms(backend):
    xs = np.arange(1.0, 6.0, dtype=np.float32)
    totals = np.cumsum(xs)
    for options in ({"unroll": 2}, {"unroll": True}, {"unroll": False}, {"length": 5}, {}):

        def call(x, options=options):
            return ops.scan(lambda c, v: ({"s": c["s"] + v["x"]}, [c["s"] + v["x"], v["x"]]), {"s": ops.zeros(())},
                            {"x": x}, **options)  # fmt: skip

        for carry, outputs in (call(ops.convert_to_tensor(xs)), compiled(backend, call, xs)):
            assert float(array(carry["s"])) == 15
            np.testing.assert_allclose(array(outputs[0]), totals)
            np.testing.assert_allclose(array(outputs[1]), xs)

    def count(x):
        return ops.scan(lambda c, _: (c * 2, c), x, length=3)

    for carry, outputs in (count(tensor(1.0)), compiled(backend, count, np.float32(1))):
        assert float(array(carry)) == 8 and array(outputs).tolist() == [1, 2, 4]
    assert ops.scan(lambda c, x: (c, x * 2), KerasTensor(()), KerasTensor((None, 3)))[1].shape == (None, 3)


def test_no_steps(backend):
    """Nothing to go over still has a shape and a dtype."""
    empty, structure = ops.zeros((0, 2)), {"a": ops.zeros((0, 3), "int32")}

    def step(carry, x):
        return carry, (x * 2, {"twice": ops.cast(x, "int32")})

    def call(x):
        return ops.scan(step, ops.ones((2,)), x)

    for carry, outputs in (call(empty), compiled(backend, call, np.zeros((0, 2), "f"))):
        assert array(carry).tolist() == [1, 1]
        assert array(outputs[0]).shape == (0, 2) and ops.dtype(outputs[1]["twice"]) == "int32"
    carry, nothing = ops.scan(lambda c, _: (c + 1, None), tensor(1.0), length=0)
    assert float(array(carry)) == 1 and nothing is None
    for function in (ops.map, ops.vectorized_map):
        found = function(lambda x: ops.sum(ops.cast(x["a"], "float32")), structure)
        assert array(found).shape == (0,) and ops.dtype(found) == "float32"
    assert array(ops.associative_scan(ops.add, empty)).shape == (0, 2)
    assert float(array(ops.fori_loop(3, 3, lambda i, x: x * 2, tensor(1.0)))) == 1
    assert (
        float(array(ops.while_loop(lambda x: x < 9, lambda x: x + 1, tensor(1.0), maximum_iterations=0))) == 1
    )


@pytest.mark.engines("tensorflow")
def test_sizes_that_only_the_run_knows(backend):
    import tensorflow as tf

    def call(x):
        forward, backward = (
            ops.associative_scan(lambda a, b: a * 0.5 + b, x, reverse=reverse, axis=1)
            for reverse in (False, True)
        )
        return (
            ops.scan(lambda c, v: (c + v, c * v), ops.zeros_like(x[0]), x),
            ops.map(ops.sum, x),
            forward,
            backward,
        )

    x = np.random.default_rng(0).normal(size=(4, 5)).astype(np.float32)
    found = tf.function(call, [tf.TensorSpec((None, None))])(x)
    for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(call(tf.constant(x))), strict=True):
        np.testing.assert_allclose(array(one), array(other), rtol=1e-5, atol=1e-6)


def test_loops_over_structures(backend):
    def double(state):
        return {"x": state["x"] * 2, "n": [state["n"][0] + 1]}

    def call(x):
        start = {"x": x, "n": [ops.zeros((), "int32")]}
        first = ops.while_loop(lambda s: s["n"][0] < 3, double, start)
        second = ops.while_loop(lambda s, k: k < 2, lambda s, k: (double(s), k + 1), (start, 0))
        third = ops.fori_loop(0, 4, lambda i, s: double(s), start)
        chosen = ops.cond(x > 0, lambda: start, lambda: double(start))
        picked = ops.switch(1, [lambda s: s, double], start)
        return first["x"], second[0]["x"], third["x"], third["n"][0], chosen["x"], picked["x"]

    for found in (call(tensor(1.0)), compiled(backend, call, np.float32(1))):
        assert [float(array(one)) for one in found] == [8, 4, 16, 4, 1, 2]


def test_limits_may_be_tensors(backend):
    def call(low, high):
        return ops.fori_loop(low, high, lambda i, x: x + ops.cast(i, "float32"), ops.zeros(()))

    low, high = np.int32(2), np.int64(5) if backend != "jax" else np.int32(5)
    for found in (
        call(ops.convert_to_tensor(low), ops.convert_to_tensor(high)),
        compiled(backend, call, low, high),
    ):
        assert float(array(found)) == 9
    assert ops.fori_loop(KerasTensor((), "int32"), 5, lambda i, x: x, KerasTensor((2,))).shape == (2,)


def test_gradients_of_control_flow(training_backend):
    x = np.array([0.5, 1.5, -2.0], np.float32)

    def call(x):
        first = ops.cond(ops.sum(x) > 1, lambda: x * x, lambda: x * 3)
        second = ops.switch(1, [lambda v: v, lambda v: v * v * v], x)
        third = ops.associative_scan(ops.multiply, x)
        fourth = ops.map(lambda v: v * v, x) + ops.vectorized_map(lambda v: v * 2, x)
        fifth = ops.fori_loop(0, 2, lambda i, v: v * x, x)
        return first + second + third + fourth + fifth

    (found,) = gradients(training_backend, call, [x], np.float32(1))
    prefix = np.array([1 + 1.5 - 1.5 * 2, 0.5 - 0.5 * 2, 0.5 * 1.5])
    np.testing.assert_allclose(found, 3 + 3 * x**2 + prefix + 2 * x + 2 + 3 * x**2, rtol=1e-4)


def test_custom_gradient_of_several_values(training_backend):
    @ops.custom_gradient
    def both(pair, flags, n, scale=1.0):
        x, y = pair

        def gradient(first, second):
            return (first * 10.0, second * 100.0), None, None

        assert flags == "as it is"
        return (x * scale, y + n), gradient

    def call(x, y):
        first, second = both((x, y), "as it is", 3, scale=2.0)
        return ops.stack([first, second])

    x, y = np.array([1.0, 2.0], "f"), np.array([5.0, 6.0], "f")
    found = gradients(training_backend, call, [x, y], np.array([[1.0, 2], [3, 4]], "f"))
    np.testing.assert_allclose(found[0], [10, 20])
    np.testing.assert_allclose(found[1], [300, 400])
    np.testing.assert_allclose(array(call(tensor(x), tensor(y))), [x * 2, y + 3])


def test_custom_gradient_of_a_method(training_backend):
    class Reversal:
        @ops.custom_gradient
        def __call__(self, x):
            return x, lambda upstream: -upstream

    (found,) = gradients(training_backend, Reversal(), [np.array([1.0, 2.0], "f")], np.array([1.0, 3.0], "f"))
    np.testing.assert_allclose(found, [-1, -3])
    assert Reversal()(KerasTensor((2,))).shape == (2,)


def test_stop_gradient_and_unstack(training_backend):
    x = np.array([[1.0, 2.0], [3.0, 4.0]], "f")

    def call(x):
        first, second = ops.unstack(x, axis=1)
        third = ops.unstack(x, num=2)[1]
        return first * ops.stop_gradient(second) + third

    (found,) = gradients(training_backend, call, [x], np.float32(1))
    np.testing.assert_allclose(found, [[2, 0], [5, 1]])


def test_bad_arguments(backend):
    with pytest.raises(TypeError, match="must be a function"):
        ops.cond(True, 1, 2)
    with pytest.raises(ValueError, match="at least one branch"):
        ops.switch(0, [])
    with pytest.raises(ValueError, match="must be given"):
        ops.scan(lambda c, x: (c, x), tensor(0.0))
    with pytest.raises(ValueError, match="number of steps"):
        ops.scan(lambda c, x: (c, c), tensor(0.0), tensor([1.0, 2.0]), length=3)
    with pytest.raises(ValueError, match="must be a scalar"):
        ops.cond(tensor([1.0, 0.0]), lambda: 1, lambda: 2)
    with pytest.raises(ValueError, match="must be a scalar"):
        ops.cond(KerasTensor((2,), "bool"), lambda: 1, lambda: 2)
    for index in (1.5, tensor(1.0), KerasTensor((), "float32")):
        with pytest.raises(TypeError, match="must be an integer"):
            ops.switch(index, [lambda: 1, lambda: 2])
    with pytest.raises(TypeError, match="must be an integer"):
        ops.fori_loop(0, 2.5, lambda i, x: x, tensor(0.0))
    with pytest.raises(ValueError, match="cannot be negative"):
        ops.while_loop(lambda x: x < 1, lambda x: x, tensor(0.0), maximum_iterations=-1)
    with pytest.raises(ValueError, match="cannot be negative"):
        ops.scan(lambda c, x: (c, c), tensor(0.0), length=-1)
    with pytest.raises(ValueError, match="`unroll`"):
        ops.scan(lambda c, x: (c, c), tensor(0.0), length=1, unroll=0)
    with pytest.raises(ValueError, match="no first axis"):
        ops.map(lambda x: x, tensor(0.0))
    with pytest.raises(ValueError, match="number of steps"):
        ops.vectorized_map(lambda x: x[0], (tensor([0.0]), tensor([1.0, 2.0])))
    for carry, xs in (
        (KerasTensor((2,)), KerasTensor((3, 3))),
        (KerasTensor((2,), "int32"), KerasTensor((3, 2))),
    ):
        with pytest.raises(ValueError, match="must return what it takes"):
            ops.scan(lambda c, x: (x, x), carry, xs)
    with pytest.raises(ValueError, match="out of range"):
        ops.associative_scan(ops.add, tensor([1.0]), axis=1)
    with pytest.raises(ValueError, match="sizes along `axis` differ"):
        ops.associative_scan(lambda a, b: a, (tensor([1.0]), tensor([1.0, 2.0])))
    with pytest.raises(TypeError, match="a value and its gradient"):
        ops.custom_gradient(lambda x: x)(tensor(1.0))
    with pytest.raises(ValueError, match="same shapes"):
        ops.cond(KerasTensor((), "bool"), lambda: KerasTensor((2,)), lambda: KerasTensor((3,)))
