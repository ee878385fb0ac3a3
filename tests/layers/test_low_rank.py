"""`enable_lora`: adaptations by two small matrices."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Sequential, layers, ops

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


@pytest.mark.parametrize("code, shape", LAYERS, ids=[code for code, _ in LAYERS])
def test_thawing_leaves_the_main_weight_frozen(code, shape, backend):
    layer, _, _ = built(code, shape)
    model = Sequential([layer])
    layer.enable_lora(2)
    weight, a, b = matrices(layer)
    for one in (layer, model):
        one.trainable = False
        assert layer.trainable_variables == [] and not a.trainable
        one.trainable = True
        assert not weight.trainable and a.trainable and b.trainable
        assert all(v is not weight for v in model.trainable_variables) and len(model.trainable_variables) >= 2
        assert sum(v is weight for v in model.non_trainable_variables) == 1


def test_adapted_while_frozen(backend):
    layer, _, _ = built("L.Dense(3)", (2, 4))
    layer.trainable = False
    layer.enable_lora(2)
    assert layer.trainable_variables == []
    layer.trainable = True
    assert {v.name for v in layer.trainable_variables} == {"bias", "lora_kernel_a", "lora_kernel_b"}


def test_fit_after_thawing_trains_the_matrices_alone(training_backend):
    layer, x, _ = built("L.Dense(3)", (2, 4))
    model = Sequential([layer])
    layer.enable_lora(2)
    model.trainable = False
    model.trainable = True
    weight, _, b = matrices(layer)
    before = weight.numpy().copy()
    model.compile("sgd", "mse")
    model.fit(x / 8, np.ones((2, 3), "float32"), epochs=2, verbose=0)
    np.testing.assert_array_equal(weight.numpy(), before)
    assert np.any(b.numpy())
