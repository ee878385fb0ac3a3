"""Every layer on every engine: specs; numbers, weights and configs against the reference; gradients, dtypes, copies."""

from __future__ import annotations

import copy
import functools
import json
import pickle

import numpy as np
import pytest

from tests.contracts.foreign_layer_cases import CASES as FOREIGN
from tests.contracts.layer_calls import FIRST, arguments, arrays, classes_of, filled, make, weights_of
from tests.contracts.layer_case import fill
from tests.contracts.layer_cases import CASES
from tests.support.oracle import OracleError, oracle
from tricorn import Input, dtype_policies, layers, ops, tree, utils
from tricorn.core.backend import backend_scope, get_backend
from tricorn.core.symbolic import KerasTensor

CODE = """
from keras import layers as L
layer = eval(code, {"L": L})
args = [x if x.dtype.kind == "U" else keras.ops.convert_to_tensor(x) for x in inputs]
args = [args] if listed else args
kwargs = eval(f"dict({call})", {"m": mask})
layer(*args, **kwargs)
named = [v for v in layer.variables if "seed_generator" not in v.path]
for index, v in enumerate(named):
    v.assign(fill(tuple(v.shape), v.name, index))
outputs = layer(*args, **kwargs)
result = {"outputs": outputs, "weights": [(v.path.partition("/")[2], tuple(v.shape), v.trainable) for v in named],
          "after": [v.numpy() if hasattr(v, "numpy") else np.asarray(v) for v in named], "config": layer.get_config(),
          "masking": layer.supports_masking}
"""


@pytest.fixture(scope="module")
def reference():
    """What the reference answers for a case; asked when a test wants to know, and remembered."""
    import inspect

    code = "import numpy as np\n" + inspect.getsource(fill) + CODE
    by_name = {str(case): case for case in CASES}

    @functools.cache
    def answer(name):
        case = by_name[name]
        variables = {"code": case.code, "inputs": case.inputs(), "listed": case.listed, "call": case.call,
                     "mask": case.mask() if "m" in case.call else None}  # fmt: skip
        try:
            return oracle("numpy").run(code, **variables)  # it compiles nothing
        except OracleError:
            return oracle("jax").run(code, **variables)

    return answer


# --- against the reference ----------------------------------------------------------------------------
@pytest.mark.parametrize("case", CASES, ids=str)
def test_numbers_and_specs(case, backend, reference, monkeypatch):
    answer = reference(str(case))
    layer, args, kwargs = filled(case)
    outputs = tree.flatten(layer(*args, **kwargs))
    expected = tree.flatten(answer["outputs"])
    assert len(outputs) == len(expected)
    for ours, theirs in zip(arrays(outputs), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=case.tolerance, atol=case.tolerance)
    for variable, theirs in zip(weights_of(layer), answer["after"], strict=True):
        np.testing.assert_allclose(variable.numpy(), theirs, rtol=1e-5, atol=1e-5, err_msg=variable.path)

    engine = get_backend(backend)
    monkeypatch.setattr(type(engine), "trace_spec", _no_tracing)
    for batch in (None, case.shapes[0][0]):
        for spec, output in zip(tree.flatten(symbolic_call(make(case), case, batch)), outputs, strict=True):
            real = tuple(engine.shape_of(output))
            assert spec.shape == (real if batch is not None else (None, *real[1:]))
            assert _real(spec.dtype, engine) == engine.dtype_of(output)


def _real(dtype, engine):
    """The dtype that the engine gives to tensors of a dtype: JAX narrows 64 bits."""
    return engine.dtype_of(engine.convert_to_tensor(np.zeros(()), dtype))


def symbolic_call(layer, case, batch=None):
    inputs = [Input(batch_shape=(batch, *x.shape[1:]), dtype="string" if case.words else str(x.dtype))
              for x in case.inputs()]  # fmt: skip
    args, kwargs = arguments(case, inputs)
    return layer(*args, **kwargs)


def _no_tracing(self, *args, **kwargs):
    raise AssertionError("a symbolic call traced the engine")


@pytest.mark.engines("numpy")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_weights_and_config_are_the_references(case, backend, reference):
    answer = reference(str(case))
    layer, _, _ = filled(case)
    named = [(v.path.partition("/")[2], tuple(v.shape), v.trainable) for v in weights_of(layer)]
    assert [_neutral(one) for one in named] == [_neutral(one) for one in answer["weights"]]
    assert layer.supports_masking == answer["masking"]
    ours, theirs = json.loads(json.dumps(layer.get_config())), json.loads(json.dumps(answer["config"]))
    if "Pipeline" in case.code:  # whose layers remember no shapes: they have nothing to build
        for layer_config in ours["layers"] + theirs["layers"]:
            layer_config.pop("build_config", None)
    assert _unnamed(ours) == _unnamed(theirs)


def _neutral(weight):
    """Names of layers inside a wrapper count upwards over the whole process."""
    import re

    path, *rest = weight
    return (re.sub(r"_\d+(?=/|$)", "", path), *rest)


def _unnamed(config):
    if isinstance(config, dict):
        return {
            key: _unnamed(value) for key, value in config.items() if key not in ("name", "shared_object_id")
        }
    if isinstance(config, list):
        return [_unnamed(item) for item in config]
    return config


# --- configuration and copies -------------------------------------------------------------------------------
@pytest.mark.engines("numpy")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_config_round_trip(case, backend):
    layer, args, kwargs = filled(case)
    config = json.loads(json.dumps(layers.serialize(layer)))
    again = layers.deserialize(config)
    assert type(again)._public_class() is type(layer)._public_class()
    assert json.dumps(again.get_config()) == json.dumps(layer.get_config())
    again(*args, **kwargs)
    layer(*args, **kwargs)
    again.set_weights(layer.get_weights())
    _same(again(*args, **kwargs), layer(*args, **kwargs))


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_copies_and_pickles(case, backend):
    layer, args, kwargs = filled(case)
    copies = copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    expected = layer(*args, **kwargs)
    for one in copies:
        _same(one(*args, **kwargs), expected)
        if weights_of(one):
            first = weights_of(one)[0]
            first.assign(np.zeros(first.shape, "float32"))
            assert np.any(weights_of(layer)[0].numpy())


def _same(found, expected, tolerance=1e-6):
    for one, other in zip(arrays(found), arrays(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


# --- dtypes ---------------------------------------------------------------------------------------------------
@pytest.mark.engines("numpy", "torch")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_mixed_precision(case, backend):
    _check_mixed_precision(case, backend)


@pytest.mark.engines("jax", "tensorflow")
@pytest.mark.parametrize("case", FIRST, ids=str)
def test_mixed_precision_compiled(case, backend):
    _check_mixed_precision(case, backend)


def _check_mixed_precision(case, backend):
    # NumPy knows no bfloat16 of its own.
    half = "float16" if backend == "numpy" else "bfloat16"
    layer, args, kwargs = filled(case)
    expected = arrays(layer(*args, **kwargs))
    dtype_policies.set_dtype_policy(f"mixed_{half}")
    try:
        mixed = make(case)
    finally:
        dtype_policies.set_dtype_policy("float32")
    mixed(*args, **kwargs)
    for index, variable in enumerate(weights_of(mixed)):
        assert variable.dtype == "float32"
        variable.assign(fill(variable.shape, variable.name, index))
    outputs = mixed(*args, **kwargs)
    args, kwargs = tree.map_structure(_spec, args), tree.map_structure(_spec, kwargs)
    specs = tree.flatten(mixed.compute_output_spec(*args, **kwargs))
    for output, spec, wide in zip(tree.flatten(outputs), specs, expected, strict=True):
        engine, wanted = get_backend(backend), case.fixed_dtype or half
        assert spec.dtype == wanted and engine.dtype_of(output) == _real(wanted, engine)
        scale = max(1.0, float(np.abs(wide).max()))
        np.testing.assert_allclose(arrays(output)[0], wide, rtol=0.1, atol=0.1 * scale)


def _spec(x):
    return KerasTensor(tuple(x.shape), ops.dtype(x), record_history=False) if hasattr(x, "shape") else x


# --- training -------------------------------------------------------------------------------------------------
def gradients_of(layer, args, kwargs, backend):
    """d sum(outputs * fixed weights) / d trainable variables, by the engine's own means."""

    def total(outputs):
        parts = []
        for x in tree.flatten(outputs):
            shape = tuple(x.shape)
            factors = np.linspace(0.5, 1.5, int(np.prod(shape)), dtype="float32").reshape(shape)
            parts.append(ops.sum(ops.multiply(x, factors)))
        return sum(parts[1:], parts[0])

    variables = layer.trainable_variables
    if backend == "torch":
        import torch

        found = torch.autograd.grad(
            total(layer(*args, **kwargs)), [v.value for v in variables], allow_unused=True
        )
        return [None if g is None else g.numpy() for g in found]
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            loss = total(layer(*args, **kwargs))
        found = tape.gradient(loss, [v.value for v in variables])
        return [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in found]
    import jax

    others = [v.value for v in layer.non_trainable_variables]

    def loss(values):
        return total(layer.stateless_call(values, others, *args, **kwargs)[0])

    return [np.asarray(g) for g in jax.jit(jax.grad(loss))([v.value for v in variables])]


@functools.cache
def trainable(position):
    """The gradients on JAX of case number `position`."""
    with backend_scope("jax"):
        layer, args, kwargs = filled(CASES[position])
        return gradients_of(layer, args, kwargs, "jax") if layer.trainable_variables else []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients(case, training_backend):
    """They exist, and are the same on all engines, each of which differentiates by its own means."""
    expected = trainable(CASES.index(case))
    assert all(np.any(gradient) for gradient in expected) or "causal" in str(case)
    if training_backend == "jax" or not expected:
        return
    layer, args, kwargs = filled(case)
    found = gradients_of(layer, args, kwargs, training_backend)
    for variable, gradient, other in zip(layer.trainable_variables, found, expected, strict=True):
        assert gradient is not None, variable.path
        np.testing.assert_allclose(gradient, other, rtol=1e-3, atol=1e-4, err_msg=variable.path)


@pytest.mark.parametrize("case", [case for case in CASES if case.draws], ids=str)
def test_random_layers_draw_in_training_only(case, backend):
    layer, args, kwargs = filled(case)
    calm, again = arrays(layer(*args, **kwargs)), arrays(layer(*args, training=False))
    first, *others = [arrays(layer(*args, training=True)) for _ in range(6)]
    for x, y in zip(calm, again, strict=True):
        np.testing.assert_array_equal(x, y)
    assert not all(np.allclose(first[0], other[0]) for other in others)
    assert not all(np.allclose(other[0], calm[0]) for other in others)


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_frozen_layers_train_nothing(case, backend):
    layer, args, kwargs = filled(case)
    count = len(layer.weights)
    layer.trainable = False
    before = [v.numpy().copy() for v in layer.weights]
    layer(*args, **kwargs)
    assert layer.trainable_variables == [] and len(layer.non_trainable_weights) == count
    for variable, value in zip(layer.weights, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_same_seed_same_weights(case):
    found = {}
    for name in ("numpy", "jax", "torch", "tensorflow"):
        with backend_scope(name):
            utils.set_random_seed(7)
            layer = make(case)
            symbolic_call(layer, case)
            found[name] = [v.numpy().copy() for v in weights_of(layer) if "moving" not in v.name]
    for name, values in found.items():
        for ours, theirs in zip(values, found["numpy"], strict=True):
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


def test_every_layer_has_a_case():
    made = set().union(*(classes_of(case) for case in FIRST))
    made |= set(FOREIGN)  # in test_foreign_layers.py
    abstract = {"Layer", "InputSpec", "Input", "InputLayer", "Wrapper", "serialize", "deserialize"}
    aliases = {name for name in layers.__all__ if getattr(getattr(layers, name), "__name__", name) != name}
    functions = {name for name in layers.__all__ if name.islower()}
    assert set(layers.__all__) - aliases - functions - abstract - made == set()


def test_specs_of_unknown_sizes():
    x = KerasTensor((None, None, 4))
    for code, expected in {
        "L.Flatten()": (None, None), "L.Reshape((-1, 2))": (None, None, 2), "L.Conv1D(3, 2)": (None, None, 3),
        "L.LSTM(3, return_sequences=True)": (None, None, 3), "L.GlobalAveragePooling1D()": (None, 4),
        "L.UpSampling1D(2)": (None, None, 4), "L.TimeDistributed(L.Dense(2))": (None, None, 2),
    }.items():  # fmt: skip
        assert eval(code, {"L": layers})(x).shape == expected, code
