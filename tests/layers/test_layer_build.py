"""`Layer`: how it builds, from shapes of any structure, on symbols, through sub-layers."""

import numpy as np
import pytest

import tricorn as keras
from tests.support.small_layers import Scale, numpy
from tricorn import layers, ops

X = np.random.RandomState(0).rand(5, 4).astype("float32")


# --- building -----------------------------------------------------------------------------------------
def test_building(backend):
    layer = Scale(3.0, name="scale_layer")
    assert not layer.built and not layer.weights
    np.testing.assert_allclose(numpy(layer(X)), X * 3, rtol=1e-6)
    assert layer.built and layer.scale.path == "scale_layer/scale"
    first = layer.scale
    layer.build((None, 7))
    layer(X)
    assert layer.scale is first
    assert layer.count_params() == 4
    with pytest.raises(ValueError, match="before it is built"):
        Scale().count_params()


def test_building_happens_on_symbols_too(backend):
    layer = Scale()
    out = layer(keras.Input((4,)))
    assert layer.built and out.shape == (None, 4)


def test_build_from_several_shapes(backend):
    seen = {}

    class Two(layers.Layer):
        def build(self, left_shape, right_shape):
            seen.update(left=left_shape, right=right_shape)
            self.w = self.add_weight(shape=(left_shape[-1], right_shape[-1]), name="w")

        def call(self, left, right):
            return ops.matmul(left, self.w) * right

    layer = Two()
    assert layer(X, right=np.ones((5, 3), "float32")).shape == (5, 3)
    assert seen == {"left": (5, 4), "right": (5, 3)}
    assert Two()(keras.Input((4,)), keras.Input((3,))).shape == (None, 3)


@pytest.mark.parametrize("kind", ["list", "dict"])
def test_build_from_structures(backend, kind):
    seen = []

    class Structured(layers.Layer):
        def build(self, input_shape):
            seen.append(input_shape)

        def call(self, inputs):
            a, b = inputs.values() if isinstance(inputs, dict) else inputs
            return a + b

    inputs = [X, X] if kind == "list" else {"a": X, "b": X}
    np.testing.assert_allclose(numpy(Structured()(inputs)), 2 * X)
    assert seen[0] == ([(5, 4), (5, 4)] if kind == "list" else {"a": (5, 4), "b": (5, 4)})


def test_sub_layers_build_themselves_with_paths(backend):
    class Inner(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = layers.Dense(3, name="dense")

        def call(self, x):
            return self.dense(x)

    class Outer(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = Inner(name="inner")
            self.last = layers.Dense(2, name="last")

        def call(self, x):
            return self.last(self.inner(x))

    for build in (
        lambda layer: layer(X),
        lambda layer: layer.build((None, 4)),
        lambda layer: layer(keras.Input((4,))),
    ):
        layer = Outer(name="outer")
        build(layer)
        assert [w.path for w in layer.weights] == [
            "outer/inner/dense/kernel", "outer/inner/dense/bias", "outer/last/kernel", "outer/last/bias"]  # fmt: skip


def test_same_seed_same_weights_however_it_is_built():
    def make(engine, build):
        keras.utils.set_random_seed(7)
        with keras.backend_scope(engine):
            layer = layers.Dense(3)
            build(layer)
            return layer.kernel.numpy()

    first = make("numpy", lambda layer: layer(X))
    for engine in ("jax", "torch", "tensorflow"):
        for build in (
            lambda layer: layer(X),
            lambda layer: layer.build((None, 4)),
            lambda layer: layer(keras.Input((4,))),
        ):
            np.testing.assert_array_equal(make(engine, build), first)
