"""Every layer in a model of its own, on every engine: files, compiled functions, training. For numbers see test_layers."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from tests.contracts.layer_calls import FIRST, arguments, arrays, filled, make, tensors, weights_of
from tests.contracts.layer_cases import CASES
from tricorn import Input, Model, layers, losses, models, ops, optimizers
from tricorn.core.backend import backend_scope

BY_NAME = {str(case): case for case in CASES}
#: With those whose call changes their state.
COMPILED = FIRST + [case for case in CASES if "training=True" in case.call]
#: These call the host, where torch's graphs break off; it takes a compiler that may break them, and seconds.
HASHES = (layers.Hashing, layers.HashedCrossing)


@pytest.fixture(scope="module")
def truth():
    """Outputs of a case and the weights after the call, on NumPy: there nothing is compiled."""

    @functools.cache
    def answer(name):
        with backend_scope("numpy"):
            layer, args, kwargs = filled(BY_NAME[name])
            return arrays(layer(*args, **kwargs)), [v.numpy().copy() for v in weights_of(layer)]

    return lambda case: answer(str(case))


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The file of a model around a case's layer, which torch has written."""
    folder = tmp_path_factory.mktemp("layers")

    @functools.cache
    def path(name):
        case, file = BY_NAME[name], folder / f"{len(list(folder.iterdir()))}.keras"
        with backend_scope("torch"):
            model_of(case, filled(case)[0]).save(file)
        return file

    return lambda case: path(str(case))


def assert_close(case, found, expected):
    for one, other in zip(arrays(found), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=case.tolerance, atol=case.tolerance)


def model_of(case, layer, **options):
    """A model that is nothing but the layer, called as the case says or with `options`."""
    inputs = [Input(x.shape[1:], dtype="string" if case.words else str(x.dtype)) for x in case.inputs()]
    args, kwargs = arguments(case, inputs)
    return Model(inputs, layer(*args, **{**kwargs, **options}))


# --- files ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", FIRST, ids=str)
def test_files_are_read_by_every_engine(case, backend, truth, saved):
    outputs, weights = truth(case)
    model = models.load_model(saved(case))
    layer = model.layers[-1]
    assert type(layer)._public_class() is type(make(case))._public_class()
    for variable, value in zip(weights_of(layer), weights, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value, err_msg=variable.path)
    assert_close(case, model(tensors(case)), outputs)


# --- compiled -------------------------------------------------------------------------------------------------
def compiled(layer, args, kwargs, backend):
    """What the layer computes as one compiled function. The weights are then as after a call."""
    if backend == "torch":
        import torch

        if isinstance(layer, HASHES):
            return torch.compile(layer, backend="eager")(*args, **kwargs)
        graph = torch.export.export(layer, tuple(args), kwargs, strict=False).module()
        with torch.no_grad():  # graphs know no `no_grad` of their own, in which weights are assigned
            return graph(*args, **kwargs)
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.function(lambda args: layer(*args, **kwargs))(args)
    import jax

    def run(trainable, others, args):
        return layer.stateless_call(trainable, others, *args, **kwargs)

    states = [
        [v.value for v in group] for group in (layer.trainable_variables, layer.non_trainable_variables)
    ]
    outputs, others = jax.jit(run)(*states, args)
    for variable, value in zip(layer.non_trainable_variables, others, strict=True):
        variable.assign(value)
    return outputs


@pytest.mark.parametrize("case", COMPILED, ids=str)
def test_compiled_is_eager(case, training_backend, truth):
    if case.words and training_backend != "tensorflow":
        pytest.skip("strings are no tensors of this engine: nothing to compile")
    outputs, weights = truth(case)
    layer, args, kwargs = filled(case)
    assert_close(case, compiled(layer, args, kwargs, training_backend), outputs)
    for variable, value in zip(weights_of(layer), weights, strict=True):
        if training_backend != "jax" or not variable.trainable:  # `stateless_call` returns the others' only
            np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5, atol=1e-5, err_msg=variable.path)


# --- training -------------------------------------------------------------------------------------------------
def model_with_head(case):
    """The layer and a dense head. Where the layer has weights to train, only they are trained."""
    # A case may be without draws; in a model that trains, the layer draws.
    body = model_of(case, make(case), **({"training": None} if "training" in case.call else {}))
    flat = [ops.reshape(x, (-1, int(np.prod(x.shape[1:])))) for x in body.outputs]
    head = layers.Dense(1)
    outputs = head(ops.concatenate([ops.cast(x, "float32") for x in flat], axis=-1))
    head.trainable = not body.trainable_variables
    return Model(body.inputs, outputs)


@pytest.mark.parametrize("case", FIRST, ids=str)
def test_training_lowers_the_loss(case, training_backend):
    x = case.inputs() if len(case.shapes) > 1 else case.inputs()[0]
    y = np.random.default_rng(5).normal(size=(case.shapes[0][0], 1)).astype("float32")
    model = model_with_head(case)
    model.compile(optimizers.SGD(1e-3, global_clipnorm=1.0), losses.MeanSquaredError())
    start = [v.numpy().copy() for v in model.trainable_variables]
    seeds = [(v, v.numpy().copy()) for v in model.variables if "seed_generator" in v.path]
    found = []
    for _ in range(3):
        found.append(model.train_on_batch(x, y))
        for variable, value in seeds:
            variable.assign(value)  # the same draws again: else one loss is not to be compared with another
    assert np.all(np.diff(found) < 0), found
    assert any(np.any(v.numpy() != old) for v, old in zip(model.trainable_variables, start, strict=True))
