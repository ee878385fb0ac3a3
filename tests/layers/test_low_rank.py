"""`enable_lora`: adaptations by two small matrices."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import layers, ops

LAYERS = [
    ("L.Dense(3)", (2, 4)),
    ("L.EinsumDense('abc,cd->abd', (None, 3), bias_axes='d')", (2, 5, 4)),
    ("L.Conv1D(4, 2, groups=2)", (2, 5, 4)),
    ("L.Conv2D(3, 2)", (2, 5, 4, 3)),
    ("L.Embedding(7, 3)", (2, 5)),
]


def built(code, shape):
    layer = eval(code, {"L": layers})
    x = np.arange(np.prod(shape)).reshape(shape) % 7
    x = x.astype("int32" if "Embedding" in code else "float32")
    return layer, x, ops.convert_to_numpy(layer(x))


def matrices(layer):
    name = "embeddings" if isinstance(layer, layers.Embedding) else "kernel"
    return getattr(layer, name), getattr(layer, f"lora_{name}_a"), getattr(layer, f"lora_{name}_b")


@pytest.mark.parametrize("code, shape", LAYERS, ids=[code for code, _ in LAYERS])
def test_adapting(code, shape, backend):
    layer, x, before = built(code, shape)
    layer.enable_lora(2, lora_alpha=3)
    weight, a, b = matrices(layer)
    trained = {id(v) for v in layer.trainable_variables}
    assert not weight.trainable and {id(a), id(b)} <= trained and id(weight) not in trained
    np.testing.assert_allclose(ops.convert_to_numpy(layer(x)), before, rtol=1e-6)

    b.assign(np.linspace(-1, 1, int(np.prod(b.shape))).reshape(b.shape))
    adapted = ops.convert_to_numpy(layer(x))
    plain, _, _ = built(code, shape)
    merged = weight.numpy() + 1.5 * a.numpy() @ b.numpy()
    rest = [v.numpy() for v in layer.weights if v.name == "bias"]
    plain.set_weights([merged, *rest])
    np.testing.assert_allclose(adapted, ops.convert_to_numpy(plain(x)), rtol=1e-4, atol=1e-4)
    assert not np.allclose(adapted, before)

    store = {}
    layer.save_own_variables(store)
    again = type(layer)._public_class().from_config(layer.get_config())
    again(x)
    assert again.lora_enabled and (again.lora_rank, again.lora_alpha) == (2, 3)
    for one in (again, built(code, shape)[0]):
        one.load_own_variables(store)
        np.testing.assert_allclose(ops.convert_to_numpy(one(x)), adapted, rtol=1e-4, atol=1e-4)


def test_wrong_adaptations():
    layer = layers.Dense(3)
    with pytest.raises(ValueError, match="built"):
        layer.enable_lora(2)
    layer.build((None, 4))
    with pytest.raises(ValueError, match="rank"):
        layer.enable_lora(0)
    layer.enable_lora(2)
    with pytest.raises(ValueError, match="already"):
        layer.enable_lora(2)
    bound = layers.Dense(3, kernel_constraint="non_neg")
    bound.build((None, 4))
    with pytest.raises(ValueError, match="kernel_constraint"):
        bound.enable_lora(2)
