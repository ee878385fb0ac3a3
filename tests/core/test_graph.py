"""Symbolic tensors and the graphs they describe: unknown sizes, `Function`, what is refused."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import ops

ROWS = np.arange(12, dtype="float32").reshape(3, 4)


def run(function, *values):
    return ops.convert_to_numpy(function(*values))


def test_a_function_runs_on_every_engine(backend):
    """One graph, described once without an engine, runs on all."""
    x = keras.KerasTensor((None, 4), name="x")
    y = ops.exp(x) * 2.0 + ops.sum(x, axis=1, keepdims=True)
    function = keras.Function(x, {"y": y, "both": [y - x, ops.max(y)]})
    values = function(ROWS)
    expected = np.exp(ROWS) * 2 + ROWS.sum(1, keepdims=True)
    np.testing.assert_allclose(run(lambda: values["y"]), expected, rtol=1e-5)
    np.testing.assert_allclose(run(lambda: values["both"][0]), expected - ROWS, rtol=1e-5)
    np.testing.assert_allclose(run(lambda: values["both"][1]), expected.max(), rtol=1e-5)
    spec = function(keras.KerasTensor((7, 4)))
    assert spec["y"].shape == (7, 4) and spec["both"][1].shape == ()
    assert function.compute_output_shape((2, 4))["y"] == (2, 4)


def test_unknown_sizes_reach_the_ops_that_use_them(backend):
    x = keras.KerasTensor((None, None, 4))
    batch, steps, width = ops.shape(x)
    assert width == 4
    flat = ops.reshape(x, (batch * steps, width))
    assert flat.shape == (None, 4)
    halves = ops.reshape(flat, (batch, steps, 2, width // 2))
    assert halves.shape == (None, None, 2, 2)
    filled = ops.broadcast_to(ops.reshape(x[:, :1, :1], (batch, 1)), (batch, steps))
    zeros = ops.zeros((steps, batch + 1))
    counted = ops.arange(steps)
    function = keras.Function(x, [flat, halves, filled, zeros, counted])
    for shape in ((2, 3, 4), (1, 5, 4)):
        value = np.random.rand(*shape).astype("float32")
        found = [ops.convert_to_numpy(item) for item in function(value)]
        np.testing.assert_allclose(found[0], value.reshape(-1, 4))
        np.testing.assert_allclose(found[1], value.reshape(*shape[:2], 2, 2))
        np.testing.assert_allclose(found[2], np.repeat(value[:, 0, :1], shape[1], 1))
        assert found[3].shape == (shape[1], shape[0] + 1)
        np.testing.assert_array_equal(found[4], np.arange(shape[1]))


@pytest.mark.engines("tensorflow")
def test_unknown_sizes_in_a_traced_graph(backend):
    import tensorflow as tf

    x = keras.KerasTensor((None, 4))
    function = keras.Function(x, ops.reshape(x, (ops.shape(x)[0] * 2, 2)))
    traced = tf.function(lambda v: function(v), autograph=False)
    concrete = traced.get_concrete_function(tf.TensorSpec((None, 4)))
    assert concrete(tf.ones((3, 4))).shape == (6, 2)
    assert concrete(tf.ones((5, 4))).shape == (10, 2)


def test_a_shared_op_result_is_computed_once(backend):
    counts = []

    class Counted(keras.Operation):
        def call(self, x):
            if not isinstance(x, keras.KerasTensor):
                counts.append(1)
            return x * 2

    x = keras.KerasTensor((None, 4))
    shared = Counted()(x)
    function = keras.Function(x, [shared + 1, shared - 1, shared])
    function(ROWS)
    assert len(counts) == 1


def test_an_output_may_be_an_input_and_appear_twice(backend):
    x = keras.KerasTensor((None, 4))
    y = x + 1
    function = keras.Function([x], [x, y, y])
    a, b, c = function([ROWS])
    np.testing.assert_array_equal(run(lambda: a), ROWS)
    np.testing.assert_array_equal(run(lambda: b), run(lambda: c))


def test_a_function_may_begin_in_the_middle(backend):
    x = keras.KerasTensor((None, 4))
    middle = x * 3
    y = middle + 1
    np.testing.assert_array_equal(run(keras.Function(middle, y), ROWS), ROWS + 1)


def test_deep_graphs_need_no_recursion(backend):
    x = y = keras.KerasTensor((2,))
    for _ in range(2000):
        y = y + 1
    np.testing.assert_array_equal(run(keras.Function(x, y), np.zeros(2, "float32")), [2000, 2000])


def test_structures_of_inputs(backend):
    a, b = keras.KerasTensor((None, 4), name="a"), keras.KerasTensor((None, 4), name="b")
    total = a + 2 * b
    expected = ROWS + 2
    ones = np.ones_like(ROWS)
    np.testing.assert_array_equal(run(keras.Function([a, b], total), [ROWS, ones]), expected)
    np.testing.assert_array_equal(run(keras.Function((a, b), total), (ROWS, ones)), expected)
    by_name = keras.Function({"first": a, "second": b}, total)
    np.testing.assert_array_equal(run(by_name, {"second": ones, "first": ROWS, "more": 3}), expected)
    with pytest.raises(ValueError, match="missing"):
        by_name({"first": ROWS})
    with pytest.raises(ValueError, match="number of inputs"):
        keras.Function([a, b], total)([ROWS])


def test_graphs_that_are_refused():
    x, other = keras.KerasTensor((None, 4), name="x"), keras.KerasTensor((None, 4), name="other")
    with pytest.raises(ValueError, match="no layer or op made"):
        keras.Function(x, x + other)
    first, second = keras.Input((4,), name="first"), keras.Input((4,), name="second")
    with pytest.raises(ValueError, match=r"missing from `inputs`[\s\S]*second"):
        keras.Function(first, first + second)
    with pytest.raises(ValueError, match="twice"):
        keras.Function([x, x], x + 1)
    for outputs in (None, 3, ROWS):
        with pytest.raises((ValueError, TypeError)):
            keras.Function(x, outputs)
    with pytest.raises((ValueError, TypeError)):
        keras.Function(ROWS, x + 1)


@pytest.mark.parametrize(
    ("use", "error"),
    [(bool, TypeError), (int, TypeError), (float, TypeError), (len, TypeError), (list, TypeError), (np.asarray,
        ValueError),
     (np.sin, (ValueError, TypeError)), (lambda x: "yes" if x > 0 else "no", TypeError),
     (lambda x: range(ops.shape(x)[0]), TypeError),
     (lambda x: ops.shape(x)[0] > 2, TypeError), (lambda x: [1, 2][x], TypeError)],
)  # fmt: skip
def test_a_symbolic_tensor_is_not_a_value(use, error):
    with pytest.raises(error, match=r"symbolic|size|unknown"):
        use(keras.KerasTensor((None, 4)))


def test_known_sizes_iterate():
    x = keras.KerasTensor((3, 4))
    assert len(x) == 3
    assert [row.shape for row in x] == [(4,)] * 3


@pytest.mark.parametrize(
    "shape", [3, "ab", (-1, 2), (1.5,), (float("nan"),), None, ("a",), ((1, 2),)], ids=repr
)
def test_shapes_that_are_none(shape):
    with pytest.raises((ValueError, TypeError), match=r"shape|size"):
        keras.KerasTensor(shape)
    with pytest.raises((ValueError, TypeError), match=r"shape|size"):
        keras.Input(shape)


def test_other_bad_symbolic_tensors():
    with pytest.raises(ValueError, match="dtype"):
        keras.KerasTensor((2,), dtype="float7")
    with pytest.raises(ValueError, match="sparse or ragged"):
        keras.KerasTensor((2,), sparse=True, ragged=True)
    with pytest.raises(ValueError, match="broadcast"):
        keras.KerasTensor((2, 3)) + keras.KerasTensor((2, 4))
    with pytest.raises(ValueError):
        ops.matmul(keras.KerasTensor((2, 3)), keras.KerasTensor((4, 5)))


def test_operators_of_symbolic_tensors(backend):
    x = keras.KerasTensor((None, 4))
    array = np.full((3, 4), 2.0, "float32")
    pairs = [(x + 1, ROWS + 1), (1 - x, 1 - ROWS), (x * array[0], ROWS * array[0]), (array[0] / (x + 1),
        2 / (ROWS + 1)),
             (x // 2, ROWS // 2), (x % 3, ROWS % 3), (x**2, ROWS**2), (2**x, 2**ROWS), (-x, -ROWS), (abs(-x), ROWS),
             (x[:, 1:3], ROWS[:, 1:3]), (x[..., -1], ROWS[..., -1]), (x[0], ROWS[0]), (x > 3, ROWS > 3),
             (x == 3, ROWS == 3),
             (x != 3, ROWS != 3), (~(x > 3), ~(ROWS > 3)), ((x > 3) & (x < 7), (ROWS > 3) & (ROWS < 7)),
             (x @ np.ones((4, 2), "float32"), ROWS @ np.ones((4, 2))),
             (x.reshape((-1, 2)), ROWS.reshape(-1, 2))]  # fmt: skip
    found = keras.Function(x, [symbolic for symbolic, _ in pairs])(ROWS)
    for value, (symbolic, expected) in zip(found, pairs, strict=True):
        array = ops.convert_to_numpy(value)
        np.testing.assert_allclose(array, expected, rtol=1e-6)
        assert symbolic.dtype == str(array.dtype)
        assert len(symbolic.shape) == array.ndim


def test_a_variable_in_a_graph_is_read_when_it_runs(backend):
    variable = keras.Variable(2.0)
    x = keras.KerasTensor((None, 4))
    function = keras.Function(x, x * variable)
    np.testing.assert_array_equal(run(function, ROWS), ROWS * 2)
    variable.assign(5.0)
    np.testing.assert_array_equal(run(function, ROWS), ROWS * 5)


def test_an_operation_names_itself_and_knows_its_tensors():
    class Double(keras.Operation):
        def call(self, x):
            return x * 2

    operation = Double()
    assert operation.name.startswith("double")
    with pytest.raises(ValueError, match="has not been called"):
        operation.output
    x = keras.KerasTensor((2,))
    y = operation(x)
    assert operation.input is x and operation.output is y
    for name in ("a/b", "", 3):
        with pytest.raises(ValueError, match="name"):
            Double(name=name)
