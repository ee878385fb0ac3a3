"""Ops find their engine and dtype from whatever mix of values they are given."""

import asyncio
import threading

import numpy as np
import pytest

import tricorn as keras
from tests.conftest import ENGINES
from tricorn import ops
from tricorn.core.errors import BackendError

ARRAY = np.array([1.0, -2.0, 3.0], "float32")


def engine_of(x):
    """The engine whose class a value is of, read off its module, independently of ours."""
    root = type(x).__module__.partition(".")[0]
    return {"jaxlib": "jax"}.get(root, root)


def test_neutral_values_follow_the_scope(backend):
    for value in (ARRAY, ARRAY.tolist(), 2.0, 3, True, np.float32(1), [[1, 2], [3, 4]]):
        result = ops.add(value, 1)
        assert engine_of(result) == backend
        np.testing.assert_allclose(ops.convert_to_numpy(result), np.asarray(value) + 1)


def test_tensors_choose_whatever_the_scope_says(backend):
    tensor = ops.convert_to_tensor(ARRAY)
    variable = keras.Variable(ARRAY)
    if backend == "numpy":
        return  # NumPy arrays are neutral: see the next test
    for other in ENGINES:
        with keras.backend_scope(other):
            for result in (ops.add(tensor, 1), ops.add(1.0, variable), ops.multiply(ARRAY, tensor),
                           ops.add(tensor, ARRAY.tolist()), ops.concatenate([ARRAY, tensor]),
                               ops.stack([variable, ARRAY]),
                           ops.sum(variable), ops.softmax(tensor), variable + ARRAY,
                           ops.where(ARRAY > 0, tensor, 0.0)):  # fmt: skip
                assert engine_of(result) == backend


def test_numpy_arrays_never_choose():
    for name in ENGINES:
        with keras.backend_scope(name):
            assert engine_of(ops.add(ARRAY, ARRAY)) == name


@pytest.mark.parametrize(
    ("first", "second"), [("jax", "torch"), ("torch", "tensorflow"), ("tensorflow", "jax")]
)
def test_two_engines_in_one_call(first, second):
    with keras.backend_scope(first):
        a, va = ops.convert_to_tensor(ARRAY), keras.Variable(ARRAY)
    with keras.backend_scope(second):
        b, vb = ops.convert_to_tensor(ARRAY), keras.Variable(ARRAY)
    calls = [lambda: ops.add(a, b), lambda: ops.add(va, vb), lambda: ops.add(a, vb), lambda: ops.concatenate([a, b]),
             lambda: ops.stack([va, b]), lambda: ops.where(a > 0, b, 0.0), lambda: ops.matmul(a, b), lambda: va + vb,
             lambda: ops.add(a, [b, b, b]), lambda: ops.convert_to_tensor([a, b])]  # fmt: skip
    for call in calls:
        with pytest.raises(BackendError) as caught:
            call()
        message = str(caught.value)
        assert first in message and second in message and "convert_to_numpy" in message


@pytest.mark.parametrize(
    "call",
    [
        lambda x: ops.matmul(x, ops.ones((5, 5))),
        lambda x: ops.reshape(x, (4, 4)),
        lambda x: ops.concatenate([x, ops.ones((1, 2))], axis=0),
        lambda x: ops.add(x, ops.ones((2,))),
        lambda x: ops.sum(x, axis=3),
    ],
    ids=["matmul", "reshape", "concatenate", "add", "sum"],
)
def test_an_error_names_op_shapes_dtypes_and_engine(backend, call):
    x = ops.ones((1, 3))
    with pytest.raises(Exception) as caught:
        call(x)
    notes = "\n".join(caught.value.__notes__)
    assert notes.count("in tricorn.ops.") == 1
    assert "float32[1,3]" in notes
    if backend != "numpy":
        assert f"[{backend}]" in notes


def test_calls_with_wrong_arguments():
    for call in (lambda: ops.add(1), lambda: ops.add(1, 2, 3), lambda: ops.sum(ARRAY, axes=1)):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize(
    "value", [[[1, 2], [3]], "text", pytest.param([object()], id="an object"), {"a": 1}], ids=str
)
def test_values_that_are_no_tensors(backend, value):
    with pytest.raises((ValueError, TypeError)):
        ops.add(value, 1.0)
    with pytest.raises((ValueError, TypeError)):
        ops.convert_to_tensor(value)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("int32", 1, "int32"), ("int8", 1, "int8"), ("float16", 1.5, "float16"), ("bfloat16", 2, "bfloat16"),
     ("int32", 1.5, "float32"), ("bool", 1, "int32"), ("bool", 1.0, "float32"), ("uint8", True, "uint8"),
     ("bfloat16", 1.5, "bfloat16")],
)  # fmt: skip
def test_python_scalars_are_weak(backend, left, right, expected):
    tensor = ops.cast(ops.ones((2,)), left)
    for result in (
        ops.add(tensor, right),
        ops.add(right, tensor),
        ops.multiply(keras.Variable(tensor), right),
    ):
        assert keras.backend.standardize_dtype(result.dtype) == expected
    symbolic = ops.add(keras.KerasTensor((2,), left), right)
    assert symbolic.dtype == expected


def test_scopes_nest_and_survive_errors():
    with keras.backend_scope("torch"):
        with keras.backend_scope("jax"):
            assert keras.backend.backend() == "jax"
        assert keras.backend.backend() == "torch"
        with pytest.raises(RuntimeError), keras.backend_scope("numpy"):
            raise RuntimeError
        assert keras.backend.backend() == "torch"

    @keras.backend_scope("torch")
    def decorated():
        return keras.backend.backend()

    with keras.backend_scope("jax"):
        assert decorated() == "torch"
    scope = keras.backend_scope("torch")
    with scope, keras.backend_scope("numpy"), scope:
        assert keras.backend.backend() == "torch"


@pytest.mark.parametrize("name", ["theano", "", None, 3, "../torch", "os"], ids=repr)
def test_unknown_backends(name):
    with pytest.raises((ValueError, TypeError), match="backend"):
        keras.backend_scope(name)
    with pytest.raises((ValueError, TypeError), match="backend"):
        keras.set_backend(name)


def test_threads_have_their_own_scopes():
    barrier, found, errors = threading.Barrier(len(ENGINES)), {}, []

    def work(name):
        try:
            with keras.backend_scope(name), keras.name_scope(name):
                for _ in range(20):
                    barrier.wait(30)
                    assert keras.backend.backend() == name
                    assert engine_of(ops.add(ARRAY, 1.0)) == name
                    assert keras.Variable(1.0, name="w").path == f"{name}/w"
                    variable = keras.Variable(1.0)
                    with keras.StatelessScope([(variable, ops.convert_to_tensor(2.0))]):
                        assert float(variable) == 2.0
                found[name] = True
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(name,)) for name in ENGINES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    assert set(found) == set(ENGINES)


def test_tasks_have_their_own_scopes():
    async def work(name):
        with keras.backend_scope(name):
            for _ in range(3):
                await asyncio.sleep(0)
                assert keras.backend.backend() == name

    async def everything():
        await asyncio.gather(*(work(name) for name in ENGINES))

    asyncio.run(everything())


def test_devices(backend):
    with keras.device("cpu"):
        tensor = ops.ones((2,))
        variable = keras.Variable(1.0)
    assert engine_of(tensor) == backend
    assert float(variable) == 1.0
    with pytest.raises((ValueError, RuntimeError), match="device"), keras.device("warp:9"):
        ops.ones((2,))
    with pytest.raises((ValueError, RuntimeError), match="device"), keras.device("cpu:99"):
        ops.ones((2,)) + keras.Variable(1.0)
    with pytest.raises((ValueError, TypeError)), keras.device(None):
        ops.ones((2,))


@pytest.mark.engines("torch")
def test_a_torch_device_scope_places_tensors(backend):
    with keras.device("meta"):
        assert ops.ones((2,)).device.type == "meta"
    assert ops.ones((2,)).device.type != "meta"
