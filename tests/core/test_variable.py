"""`Variable`: values, operators, names, dtypes and what it refuses, on every engine."""

import copy
import operator
import pickle

import numpy as np
import pytest

import tricorn as keras
from tricorn import ops

LEFT = np.array([[1.5, -2.0], [3.0, 4.0]], "float32")
RIGHT = np.array([[2.0, 3.0], [-1.0, 0.5]], "float32")


def numpy(x):
    return ops.convert_to_numpy(x)


# --- operators -----------------------------------------------------------------------------------
BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.matmul,
          operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]  # fmt: skip


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
def test_binary_operators(backend, function):
    variable = keras.Variable(LEFT)
    expected = function(LEFT, RIGHT)
    for other in (RIGHT, ops.convert_to_tensor(RIGHT), keras.Variable(RIGHT)):
        np.testing.assert_allclose(numpy(function(variable, other)), expected, rtol=1e-6)
    reflected = function(RIGHT, LEFT)
    np.testing.assert_allclose(numpy(function(ops.convert_to_tensor(RIGHT), variable)), reflected, rtol=1e-6)
    np.testing.assert_allclose(numpy(function(RIGHT, variable)), reflected, rtol=1e-6)
    if function is not operator.matmul:
        np.testing.assert_allclose(numpy(function(variable, 2.0)), function(LEFT, 2.0), rtol=1e-6)
        np.testing.assert_allclose(numpy(function(2.0, variable)), function(2.0, LEFT), rtol=1e-6)
        np.testing.assert_allclose(numpy(function(variable, 2)), function(LEFT, 2), rtol=1e-6)


def test_power_and_unary_operators(backend):
    variable = keras.Variable(np.abs(LEFT))
    np.testing.assert_allclose(numpy(variable**2), np.abs(LEFT) ** 2, rtol=1e-6)
    np.testing.assert_allclose(numpy(2.0**variable), 2.0 ** np.abs(LEFT), rtol=1e-6)
    variable = keras.Variable(LEFT)
    np.testing.assert_array_equal(numpy(-variable), -LEFT)
    np.testing.assert_array_equal(numpy(+variable), LEFT)
    np.testing.assert_array_equal(numpy(abs(variable)), np.abs(LEFT))
    np.testing.assert_array_equal(numpy(variable[0]), LEFT[0])
    np.testing.assert_array_equal(numpy(variable[:, -1]), LEFT[:, -1])
    np.testing.assert_array_equal(numpy(variable[..., None]), LEFT[..., None])
    np.testing.assert_allclose(
        numpy(round(keras.Variable([1.26, 2.5, -0.7]), 1)), [1.3, 2.5, -0.7], rtol=1e-6
    )
    np.testing.assert_array_equal(
        numpy(round(keras.Variable([1.26, 2.5, -0.7]))), np.round([1.26, 2.5, -0.7])
    )


def test_boolean_operators(backend):
    a, b = np.array([True, True, False]), np.array([True, False, False])
    variable = keras.Variable(a, trainable=False)
    assert variable.dtype == "bool"
    np.testing.assert_array_equal(numpy(variable & b), a & b)
    np.testing.assert_array_equal(numpy(variable | b), a | b)
    np.testing.assert_array_equal(numpy(variable ^ b), a ^ b)
    np.testing.assert_array_equal(numpy(~variable), ~a)


def test_python_conversions(backend):
    assert float(keras.Variable(2.5)) == 2.5
    assert int(keras.Variable(3, dtype="int32")) == 3
    assert bool(keras.Variable(True, dtype="bool"))
    assert [10, 20, 30][keras.Variable(1, dtype="int32")] == 20
    with pytest.raises(TypeError):
        [10, 20][keras.Variable(1.0)]
    variable = keras.Variable(LEFT)
    assert len(variable) == 2
    assert [list(numpy(row)) for row in variable] == LEFT.tolist()
    with pytest.raises(TypeError):
        len(keras.Variable(1.0))
    np.testing.assert_array_equal(np.asarray(variable), LEFT)
    assert np.asarray(variable, dtype="float64").dtype == np.float64
    np.testing.assert_array_equal(variable.numpy(), LEFT)
    assert variable in [variable]
    assert {variable: 1}[variable] == 1


# --- values --------------------------------------------------------------------------------------
def test_assign(backend):
    variable = keras.Variable(LEFT)
    returned = variable.assign(RIGHT)
    np.testing.assert_array_equal(numpy(returned), RIGHT)
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    variable.assign_add(LEFT)
    np.testing.assert_array_equal(variable.numpy(), RIGHT + LEFT)
    variable.assign_sub(keras.Variable(LEFT))
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    variable.assign([[1, 2], [3, 4]])
    assert variable.numpy().dtype == np.float32
    variable.assign(variable)
    np.testing.assert_array_equal(variable.numpy(), [[1, 2], [3, 4]])


def test_numpy_is_a_snapshot(backend):
    variable = keras.Variable(LEFT)
    before = variable.numpy()
    variable.assign(RIGHT)
    np.testing.assert_array_equal(before, LEFT)
    if before.flags.writeable:
        before[:] = 9
    np.testing.assert_array_equal(variable.numpy(), RIGHT)


def test_the_value_is_a_copy(backend):
    source = LEFT.copy()
    variable = keras.Variable(source)
    source[:] = 0
    np.testing.assert_array_equal(variable.numpy(), LEFT)
    source = ops.convert_to_tensor(RIGHT.copy())
    variable, other = keras.Variable(source), keras.Variable(source)
    other.assign(LEFT)
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    fresh = RIGHT.copy()
    variable.assign(fresh)
    fresh[:] = 7
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    other = keras.Variable(variable)
    variable.assign(LEFT)
    np.testing.assert_array_equal(other.numpy(), RIGHT)


@pytest.mark.parametrize("value", [np.zeros((2, 3)), np.zeros(2), 0.0, np.zeros((1, 2)), np.zeros((2, 2, 1))],
                         ids=lambda v: str(np.shape(v)))  # fmt: skip
def test_assign_refuses_other_shapes(backend, value):
    variable = keras.Variable(LEFT, name="weight")
    with pytest.raises(ValueError, match=r"weight.*another shape[\s\S]*\(2, 2\)"):
        variable.assign(value)
    np.testing.assert_array_equal(variable.numpy(), LEFT)


def test_a_value_of_another_engine_is_converted(backend):
    other = "jax" if backend == "torch" else "torch"
    with keras.backend_scope(other):
        foreign, foreign_variable = ops.convert_to_tensor(LEFT), keras.Variable(RIGHT)
    variable = keras.Variable(foreign)
    np.testing.assert_array_equal(variable.numpy(), LEFT)
    variable.assign(foreign_variable)
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    assert ops.is_tensor(variable.value)
    np.testing.assert_array_equal(keras.Variable(foreign_variable).numpy(), RIGHT)


@pytest.mark.parametrize(
    "dtype", ["float32", "float16", "bfloat16", "float64", "int8", "int32", "int64", "uint8", "bool"]
)
def test_dtypes(backend, dtype):
    if backend == "jax" and dtype in ("float64", "int64"):
        pytest.skip("JAX has no 64-bit types by default")
    variable = keras.Variable(np.array([0, 1, 3]), dtype=dtype, trainable=False)
    assert variable.dtype == dtype
    assert keras.backend.standardize_dtype(variable.value.dtype) == dtype
    np.testing.assert_array_equal(
        variable.numpy().astype("float32"),
        np.array([0, 1, 3]).astype((dtype == "bool" and bool) or "float32"),
    )
    variable.assign(np.array([1.0, 0.0, 2.0]))
    assert keras.backend.standardize_dtype(variable.value.dtype) == dtype


def test_default_dtypes(backend):
    assert keras.Variable(1.0).dtype == "float32"
    assert keras.Variable([1, 2]).dtype == "int32"
    assert keras.Variable(True).dtype == "bool"
    assert keras.Variable(np.zeros(2, "float16")).dtype == "float16"
    assert keras.Variable("zeros", shape=(2,)).dtype == "float32"
    keras.config.set_floatx("float16")
    assert keras.Variable(1.0).dtype == "float16"
    assert keras.Variable("zeros", shape=(2,)).dtype == "float16"


def test_integer_variables_may_be_trainable_in_name(backend):
    variable = keras.Variable([1, 2], dtype="int32", trainable=True)
    assert variable.trainable
    variable.trainable = False
    assert not variable.trainable


# --- initializers ----------------------------------------------------------------------------------
def test_initializers(backend):
    np.testing.assert_array_equal(keras.Variable("ones", shape=(2, 3)).numpy(), np.ones((2, 3)))
    np.testing.assert_array_equal(
        keras.Variable(lambda shape, dtype: np.full(shape, 3, dtype), shape=(2,)).numpy(), [3, 3]
    )
    np.testing.assert_array_equal(
        keras.Variable(lambda shape, dtype: ops.full(shape, 4, dtype), shape=(2,)).numpy(), [4, 4]
    )
    values = keras.Variable(keras.initializers.RandomNormal(seed=1), shape=(50, 50)).numpy()
    assert 0.03 < values.std() < 0.07
    with pytest.raises(ValueError, match="needs the shape"):
        keras.Variable("zeros")
    with pytest.raises(ValueError, match="sizes must be known"):
        keras.Variable("zeros", shape=(None, 2))
    with pytest.raises(ValueError, match="negative"):
        keras.Variable("zeros", shape=(-1, 2))
    with pytest.raises(ValueError, match="integer"):
        keras.Variable("zeros", shape=(float("nan"), 2))
    with pytest.raises(ValueError, match="another shape"):
        keras.Variable(lambda shape, dtype: np.zeros((3,)), shape=(2,))
    with pytest.raises(ValueError, match="differs from the initial value"):
        keras.Variable(LEFT, shape=(3, 2))
    with pytest.raises(ValueError):
        keras.Variable("no_such_initializer", shape=(2,))


@pytest.mark.parametrize(
    "value", [pytest.param(object(), id="an object"), ["a"], "zeros of nothing", None, {"a": 1}], ids=repr
)
def test_values_that_are_none(backend, value):
    with pytest.raises((TypeError, ValueError)):
        keras.Variable(value)


@pytest.mark.parametrize(
    "arguments",
    [{"name": "a/b"}, {"name": 3}, {"aggregation": "median"}, {"colour": 1}, {"dtype": "float7"}],
    ids=str,
)
def test_bad_arguments(backend, arguments):
    with pytest.raises((ValueError, TypeError)) as caught:
        keras.Variable(1.0, **arguments)
    assert next(iter(arguments)) in str(caught.value) or "float7" in str(caught.value)


# --- names -------------------------------------------------------------------------------------------
def test_names_and_paths(backend):
    with keras.name_scope("outer"):
        with keras.name_scope("inner"):
            variable = keras.Variable(1.0, name="w")
        other = keras.Variable(1.0, name="w")
    assert (variable.name, variable.path) == ("w", "outer/inner/w")
    assert other.path == "outer/w"
    assert keras.Variable(1.0, name="w").path == "w"
    a, b = keras.Variable(1.0), keras.Variable(1.0)
    assert a.name != b.name
    with pytest.raises(ValueError):
        keras.name_scope("a/b")
    with pytest.raises(RuntimeError), keras.name_scope("broken"):
        raise RuntimeError
    assert keras.Variable(1.0, name="w").path == "w"


def test_repr_tells_all(backend):
    text = repr(keras.Variable(LEFT, name="w"))
    for part in ("w", "(2, 2)", "float32", backend):
        assert part in text


# --- copies ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "through", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))], ids=["deepcopy", "pickle"]
)
def test_copies(backend, through):
    variable = keras.Variable(LEFT, name="w", trainable=False)
    twin = through(variable)
    assert (twin.name, twin.dtype, twin.trainable, twin.path) == ("w", "float32", False, "w")
    twin.assign(RIGHT)
    np.testing.assert_array_equal(variable.numpy(), LEFT)
    np.testing.assert_array_equal(twin.numpy(), RIGHT)


def test_attributes(backend):
    variable = keras.Variable(LEFT, aggregation="mean")
    assert (variable.shape, variable.ndim, variable.trainable, variable.aggregation) == (
        (2, 2),
        2,
        True,
        "mean",
    )
    variable.regularizer = keras.regularizers.L2(0.1)
    variable.constraint = keras.constraints.NonNeg()
    variable.overwrite_with_gradient = True
    assert variable.overwrite_with_gradient
    for attribute in ("regularizer", "constraint"):
        with pytest.raises(ValueError, match=attribute):
            setattr(variable, attribute, "nothing callable")


def test_a_variable_works_in_the_engines_own_functions(backend):
    variable = keras.Variable(LEFT)
    if backend == "numpy":
        result = np.add(variable, RIGHT)
    elif backend == "jax":
        import jax.numpy as jnp

        result = jnp.add(variable.value, RIGHT)
    elif backend == "torch":
        import torch

        result = torch.add(variable, torch.tensor(RIGHT))
    else:
        import tensorflow as tf

        result = tf.add(variable, RIGHT)
    np.testing.assert_allclose(numpy(result), LEFT + RIGHT)


# --- stateless scopes ---------------------------------------------------------------------------------------
def test_stateless_scope(backend):
    a, b = keras.Variable(LEFT), keras.Variable(0.0, name="counter")
    with keras.StatelessScope([(a, ops.convert_to_tensor(RIGHT))]) as scope:
        np.testing.assert_array_equal(numpy(a + 0), RIGHT)
        np.testing.assert_array_equal(a.numpy(), RIGHT)
        b.assign(5.0)
        b.assign_add(1.0)
        assert float(b) == 6.0
        with keras.StatelessScope() as inner:
            b.assign(9.0)
        assert float(inner.get_current_value(b)) == 9.0
        assert float(scope.get_current_value(b)) == 6.0
        assert keras.backend.backend() == backend
    np.testing.assert_array_equal(a.numpy(), LEFT)
    assert float(b) == 0.0
    assert scope.get_current_value(keras.Variable(1.0)) is None


def test_stateless_scope_refuses(backend):
    with pytest.raises(ValueError, match="must be a Variable"):
        keras.StatelessScope([(LEFT, LEFT)])
    with pytest.raises(ValueError, match="shape"):
        keras.StatelessScope([(keras.Variable(LEFT), ops.convert_to_tensor(RIGHT[0]))])


def test_a_variable_made_in_a_stateless_scope_has_its_value_and_outlives_it(backend):
    with keras.StatelessScope():
        variable = keras.Variable("ones", shape=(2,))
        np.testing.assert_array_equal(variable.numpy(), [1, 1])
    np.testing.assert_array_equal(variable.numpy(), [1, 1])
    variable.assign([2, 3])
    np.testing.assert_array_equal(variable.numpy(), [2, 3])


@pytest.mark.engines("jax", "tensorflow")
def test_a_variable_made_while_the_engine_traces(backend):
    made = []

    def function(x):
        with keras.backend_scope(backend):
            if not made:
                made.append(keras.Variable("ones", shape=(2,)))
                made.append(keras.Variable(lambda shape, dtype: ops.full(shape, 2.0, dtype), shape=(2,)))
            return x * made[0].value + made[1].value

    if backend == "jax":
        import jax

        result = jax.jit(function)(np.ones(2, "float32"))
    else:
        import tensorflow as tf

        result = tf.function(function, autograph=False)(tf.ones(2))
    np.testing.assert_array_equal(numpy(result), [3, 3])
    np.testing.assert_array_equal(made[0].numpy(), [1, 1])


@pytest.mark.engines("jax")
def test_assigning_in_a_jax_trace_is_refused(backend):
    import jax

    variable = keras.Variable(1.0, name="counter")

    @jax.jit
    def function(x):
        variable.assign(x)
        return x

    with pytest.raises(RuntimeError, match="counter"):
        function(2.0)
    assert float(variable) == 1.0


def test_autocast(backend):
    from tricorn.core.scopes import AutoCastScope

    variable, kept = keras.Variable(LEFT), keras.Variable(LEFT, autocast=False)
    whole = keras.Variable([1, 2], dtype="int32", trainable=False)
    with AutoCastScope("float16"):
        for one, expected in ((variable, "float16"), (kept, "float32"), (whole, "int32")):
            assert one.dtype == expected
            assert keras.backend.standardize_dtype(one.value.dtype) == expected
        with AutoCastScope(None):
            assert variable.dtype == "float32"
        variable.assign(RIGHT)
    assert variable.dtype == "float32"
    np.testing.assert_array_equal(variable.numpy(), RIGHT)
    assert variable.numpy().dtype == np.float32
