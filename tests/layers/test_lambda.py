"""Lambda: functions as layers, and no code in files."""

from __future__ import annotations

import numpy as np
import pytest

from tricorn import Input, layers, ops, saving
from tricorn.core.errors import UnsafeFileError

X = np.array([[1.0, -2.0]], "float32")


def twice(x, factor=2):
    return x * factor


def array(x):
    return np.asarray(ops.convert_to_numpy(x))


def test_calls_its_function(backend):
    np.testing.assert_allclose(array(layers.Lambda(twice)(X)), 2 * X)
    np.testing.assert_allclose(array(layers.Lambda(twice, arguments={"factor": 3})(X)), 3 * X)
    layer = layers.Lambda(lambda x, training=None: x * (2 if training else 1))
    np.testing.assert_allclose(array(layer(X, training=True)), 2 * X)


def test_shapes_follow_from_the_function_or_are_given(backend):
    assert layers.Lambda(lambda x: ops.concatenate([x, x], -1))(Input((3,))).shape == (None, 6)
    assert layers.Lambda(lambda x: x, output_shape=(7,))(Input((3,))).shape == (None, 7)
    assert layers.Lambda(lambda x: x, output_shape=lambda s: (s[0], 9))(Input((3,))).shape == (None, 9)
    assert layers.Lambda(lambda xs: xs[0] + xs[1])([Input((3,)), Input((3,))]).shape == (None, 3)


def test_lambdas_are_not_written_into_files():
    with pytest.raises(NotImplementedError, match="lambda"):
        layers.Lambda(lambda x: x).get_config()


def test_functions_are_written_by_name(backend):
    config = layers.serialize(layers.Lambda(twice, arguments={"factor": 5}))
    with pytest.raises(UnsafeFileError):
        layers.deserialize(config)
    with saving.custom_object_scope({"twice": twice}):
        again = layers.deserialize(config)
    np.testing.assert_allclose(array(again(X)), 5 * X)


def test_code_in_a_config_is_refused():
    code = {"class_name": "__lambda__", "config": {"code": "4wAA", "defaults": None, "closure": None}}
    inner = {"name": "l", "function": code, "arguments": {}}
    config = {"module": "keras.layers", "class_name": "Lambda", "config": inner}
    with pytest.raises(UnsafeFileError, match="code"):
        layers.deserialize(config)
    with pytest.raises(UnsafeFileError):
        layers.Lambda.from_config({"function": ["4wAA", None, None], "arguments": {}}, safe_mode=False)


def test_masks(backend):
    layer = layers.Lambda(twice, mask=lambda inputs, mask: ops.not_equal(inputs, 1.0))
    from tricorn.core.masks import get_mask

    np.testing.assert_array_equal(array(get_mask(layer(X))), [[False, True]])
