"""The hook of quantisation: what is checked already, and what a file of a quantised layer will hold."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import Variable, layers, ops
from tricorn.core.backend import backend_scope

LAYERS = {
    "L.Dense(3)": (2, 4),
    "L.Dense(3, use_bias=False)": (2, 4),
    "L.EinsumDense('ab,bc->ac', 3, bias_axes='c')": (2, 4),
    "L.Embedding(4, 3)": (2, 4),
    "L.ReversibleEmbedding(4, 3)": (2, 4),
    "L.ReversibleEmbedding(4, 3, tie_weights=False)": (2, 4),
}


def built(code):
    layer = eval(code, {"L": layers})
    layer.build(LAYERS[code])
    return layer


@pytest.mark.engines("numpy", "torch")
@pytest.mark.parametrize("code", LAYERS)
def test_names_in_files_are_the_references(code, backend):
    asked = "layer = eval(made, {'L': keras.layers})\nlayer.build(shape)\nresult = layer.variable_serialization_spec"
    expected = oracle("jax").run(asked, made=code, shape=LAYERS[code])
    found = built(code).variable_serialization_spec
    assert {mode: sorted(names) for mode, names in found.items()} == {
        mode: sorted(names) for mode, names in expected.items()
    }
    assert found[None] == expected[None] and found["int8"] == expected["int8"]


@pytest.mark.parametrize("code", LAYERS)
def test_modes_are_refused_with_advice(code, backend):
    layer = built(code)
    modes = [mode for mode in layer.variable_serialization_spec if mode is not None]
    before = layer.get_weights()
    for mode in modes:
        with pytest.raises(NotImplementedError, match=r"not available yet.*\n.*\n.*bfloat16"):
            layer.quantize(mode)
        with pytest.raises(NotImplementedError, match=r"quantized_build.*not available yet"):
            layer.quantized_build(LAYERS[code], mode)
    for mode in ("int7", None):
        with pytest.raises(ValueError, match="unknown `mode`"):
            layer.quantize(mode)
    with pytest.raises(ValueError, match="built first"):
        eval(code, {"L": layers}).quantize(modes[0])
    assert layer.quantization_mode is None
    for one, other in zip(layer.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_layers_that_cannot_be_quantised(backend):
    layer = layers.Flatten()
    with pytest.raises(NotImplementedError, match="cannot be quantised"):
        layer.quantize("int8")


def test_subclasses_are_refused(backend):
    class Mine(layers.Dense):
        pass

    layer = Mine(3)
    layer.build((2, 4))
    with pytest.raises(NotImplementedError, match="type_check=False"):
        layer.quantize("int8")
    with pytest.raises(NotImplementedError, match="not available yet"):
        layer.quantize("int8", type_check=False)


def test_members_of_small_layers():
    assert layers.InputLayer((3,), batch_size=2).batch_shape == (2, 3)
    with backend_scope("torch"):
        weight = Variable(np.ones(3, "float32"))
    with backend_scope("jax"):
        converted = layers.Rescaling(2.0).convert_weight(weight)
        assert converted.__class__.__module__.startswith("jax")
        np.testing.assert_array_equal(ops.convert_to_numpy(converted), np.ones(3))
