"""A layer enters `call` at once where it knows the kind of input: what comes out must not tell."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import ops

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


class Wrapping(keras.layers.Layer):
    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def call(self, x):
        return self.layer(x)


class LossAtTimes(keras.layers.Layer):
    adds = False

    def call(self, x):
        if self.adds:
            self.add_loss(ops.sum(x))
        return x


class TellsMask(keras.layers.Layer):
    supports_masking = True

    def call(self, x, mask=None):
        return ops.zeros_like(x) if mask is None else ops.ones_like(x)


@pytest.fixture(params=["numpy", "torch", "tensorflow"])
def engine(request):
    """Engines whose eager calls are not compiled as a whole."""
    with keras.backend_scope(request.param):
        yield request.param


def test_losses_that_come_late_are_those_of_the_last_call(engine):
    inner = LossAtTimes()
    outer = Wrapping(inner)
    x = ops.convert_to_tensor(X)
    for _ in range(3):
        outer(x)
    inner.adds = True
    for _ in range(3):
        outer(x)
    assert len(outer.losses) == 1
    inner.adds = False
    outer(x)
    outer(x)
    assert outer.losses == []
    inner.adds = True
    outer(x)
    outer(x)
    assert len(outer.losses) == 1


def test_training_reaches_inner_layers(engine):
    outer = Wrapping(keras.layers.Dropout(0.5, seed=1))
    x = ops.ones((50, 50))
    for _ in range(3):
        np.testing.assert_array_equal(ops.convert_to_numpy(outer(x)), 1)
        np.testing.assert_array_equal(ops.convert_to_numpy(outer(x, training=False)), 1)
        assert 0.4 < np.mean(ops.convert_to_numpy(outer(x, training=True)) == 0) < 0.6


def test_training_is_dropped_where_no_call_takes_it(engine):
    layer = keras.layers.Dense(2)
    x = ops.convert_to_tensor(X)
    first = ops.convert_to_numpy(layer(x, training=True))
    for training in (True, False, None):
        np.testing.assert_array_equal(ops.convert_to_numpy(layer(x, training=training)), first)


def test_a_mask_is_seen_by_a_layer_that_was_called_without(engine):
    layer = TellsMask()
    x = ops.convert_to_tensor(np.stack([X, 0 * X]))
    masked = keras.layers.Masking()(x)
    for _ in range(3):
        np.testing.assert_array_equal(ops.convert_to_numpy(layer(x)), 0)
        np.testing.assert_array_equal(ops.convert_to_numpy(layer(masked)), 1)


def test_several_tensors_and_lists_do_not_mix(engine):
    add = keras.layers.Add()
    x = ops.convert_to_tensor(X)
    for _ in range(3):
        np.testing.assert_allclose(ops.convert_to_numpy(add([x, x])), 2 * X)
    with pytest.raises(TypeError, match="too many arguments"):
        add(x, x)
    attention = keras.layers.MultiHeadAttention(1, 2)
    sequence = ops.convert_to_tensor(X[None])
    first = ops.convert_to_numpy(attention(sequence, sequence))
    np.testing.assert_allclose(ops.convert_to_numpy(attention(sequence, sequence)), first, rtol=1e-6)
    with pytest.raises(Exception, match="MultiHeadAttention"):
        attention([sequence, sequence])


def test_mixed_precision(engine):
    dense = keras.layers.Dense(2, dtype="mixed_bfloat16")
    outer = Wrapping(dense, dtype="mixed_bfloat16")
    plain = Wrapping(keras.layers.Dense(2, dtype="float32"), dtype="mixed_bfloat16")
    x = ops.cast(ops.convert_to_tensor(X), "bfloat16")
    for layer, dtype in ((dense, "bfloat16"), (outer, "bfloat16"), (plain, "float32")):
        first = layer(x)
        again = layer(x)
        assert keras.backend.standardize_dtype(first.dtype) == dtype
        assert keras.backend.standardize_dtype(again.dtype) == dtype
        np.testing.assert_array_equal(*(ops.convert_to_numpy(ops.cast(y, "float32")) for y in (first, again)))
    assert dense.kernel.dtype == "float32"
