"""Objects to configurations and back: the reference's form, and what is refused."""

import json

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import constraints, initializers, regularizers
from tricorn.core import serial
from tricorn.core.errors import UnsafeFileError
from tricorn.dtype_policies import DTypePolicy


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def get_config(self):
        return {"factor": self.factor}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


def double(x):
    return x * 2


def through_json(obj, **kwargs):
    return serial.deserialize_keras_object(
        serial.read_json(serial.write_json(serial.serialize_keras_object(obj))), **kwargs
    )


@pytest.mark.parametrize(
    "value",
    [None, 3, 1.5, "x", True, float("inf"), {"a": [1, {"b": None}]}, slice(1, None, 2), b"ab", Ellipsis],
    ids=repr,
)
def test_values_travel(value):
    assert through_json(value) == value


def test_arrays_travel():
    for array in (np.arange(4).reshape(2, 2), np.float16([1.5]), np.zeros((0, 3), "float32"), np.array(True)):
        restored = through_json(array)
        np.testing.assert_array_equal(restored, array)
        assert restored.dtype == array.dtype
    assert through_json(np.float32(1.5)) == 1.5
    assert through_json(np.dtype("int8")) == "int8"


OBJECTS = [
    initializers.GlorotUniform(seed=3),
    initializers.Zeros(),
    initializers.Constant(np.ones(2, "float32")),
    initializers.Orthogonal(2.0),
    initializers.VarianceScaling(2.0, "fan_out", input_axes=[0], output_axes=[1]),
    initializers.STFT("imag"),
    regularizers.L1L2(0.5, 0.25),
    regularizers.OrthogonalRegularizer(0.5, "columns"),
    constraints.MinMaxNorm(0.5, 2.0, 0.5, 1),
    DTypePolicy("mixed_float16"),
]


def test_objects_go_both_ways_with_the_reference():
    configs = [serial.serialize_keras_object(obj) for obj in OBJECTS]
    read = "result = [keras.saving.serialize_keras_object(keras.saving.deserialize_keras_object(c)) for c in configs]"
    for obj, ours, theirs in zip(OBJECTS, configs, oracle("jax").run(read, configs=configs), strict=True):
        assert theirs == ours
        restored = serial.deserialize_keras_object(json.loads(json.dumps(theirs)))
        assert type(restored) is type(obj)
        assert serial.serialize_keras_object(restored) == ours


def test_registration():
    registered = serial.register_keras_serializable("tests.serial")(Scale)
    serial.register_keras_serializable("tests.serial", "twice")(double)
    try:
        assert registered is Scale
        assert serial.get_registered_name(Scale) == "tests.serial>Scale"
        assert serial.get_registered_object("tests.serial>twice") is double
        assert through_json(Scale(4)).factor == 4
        assert through_json(double) is double
        config = serial.serialize_keras_object(Scale(4))
        assert config == {
            "module": None,
            "class_name": "Scale",
            "config": {"factor": 4},
            "registered_name": "tests.serial>Scale",
        }
    finally:
        from tricorn.core import registration

        for name in [name for name in serial.get_custom_objects() if name.startswith("tests.serial>")]:
            registration._names.pop(serial.get_custom_objects().pop(name), None)
    with pytest.raises(UnsafeFileError, match="unknown class"):
        serial.deserialize_keras_object(config)
    with pytest.raises(ValueError, match="get_config"):
        serial.register_keras_serializable()(type("Bare", (), {}))
    with pytest.raises(TypeError, match="classes and functions"):
        serial.register_keras_serializable()(3)


def test_custom_objects():
    config = serial.serialize_keras_object({"scale": Scale(2), "function": double})
    with pytest.raises(TypeError, match="unknown class"):
        serial.deserialize_keras_object(config)
    known = {"Scale": Scale, "double": double}
    assert serial.deserialize_keras_object(config, custom_objects=known)["function"] is double
    with serial.custom_object_scope(known):
        assert serial.deserialize_keras_object(config)["scale"].factor == 2
    with pytest.raises(ValueError):
        serial.deserialize_keras_object(config)


def test_shared_objects():
    shared = initializers.Ones()
    with serial.ObjectSharingScope():
        config = json.loads(json.dumps(serial.serialize_keras_object([shared, shared, initializers.Ones()])))
    with serial.ObjectSharingScope():
        first, second, third = serial.deserialize_keras_object(config)
    assert first is second
    assert first is not third


def test_what_cannot_be_saved():
    for value in ({1, 2}, range(3), 1 + 2j, object(), Scale, b"\xff"):
        with pytest.raises(TypeError):
            serial.serialize_keras_object(value)
    with pytest.raises(TypeError, match="no code goes into files"):
        serial.serialize_keras_object(lambda x: x)
    with pytest.raises(TypeError, match="JSON"):
        serial.write_json({"a": {1}})


def config_of(module, class_name, config=None, registered_name=None):
    return {
        "module": module,
        "class_name": class_name,
        "config": {} if config is None else config,
        "registered_name": registered_name,
    }


HOSTILE = [
    config_of("os", "system"),
    config_of("os", "system", "id"),
    config_of("builtins", "eval"),
    config_of("subprocess", "Popen", {"args": ["id"]}),
    config_of("builtins", "function", "eval", "function"),
    config_of("builtins", "function", "__import__", "function"),
    config_of("builtins", "function", "get", "function"),
    config_of("builtins", "function", {"config": {"config": "x"}}, "function"),
    config_of("keras.initializers", "get"),
    config_of("keras.initializers", "__init__"),
    config_of("keras.initializers", "Zeros.__init__.__globals__"),
    config_of("keras.initializers.Zeros.__init__", "__globals__"),
    config_of("keras.initializers", "zeroS"),
    config_of("keras.initializers", "Ze\u0433os"),
    config_of("keras.initializersx", "Zeros"),
    config_of("kerasx.initializers", "Zeros"),
    config_of("tricorn.core.bytecode", "function_from_bytecode"),
    config_of("tricorn.core.serial", "ObjectSharingScope"),
    config_of("keras.utils", "get_file", {"origin": "file:///etc/passwd"}),
    config_of("keras", "Variable"),
    config_of("keras.initializers", "Zeros", [1]),
    config_of("keras.initializers", "Zeros", "x"),
    config_of("keras.initializers", "Zeros", registered_name="package>Zeros"),  # not the built-in one
    config_of(["keras"], "Zeros"),
    config_of(None, "Zeros"),
    config_of("keras.initializers", ["Zeros"]),
    {"class_name": "__lambda__", "config": {"code": "4wEAAAA=", "defaults": None, "closure": None}},
    {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}},
    {"class_name": "__typespec__", "config": {}},
    {"class_name": "__tensor__", "config": {"value": [["a"]], "dtype": "float32"}},
    {"class_name": "__tensor__", "config": {"value": [[1], [1, 2]], "dtype": "float32"}},
    {"class_name": "__tensor__", "config": {"value": [1], "dtype": "object"}},
    {"class_name": "__bytes__", "config": {"value": 3}},
    {"class_name": "__slice__", "config": []},
]


@pytest.mark.parametrize("config", HOSTILE, ids=lambda config: json.dumps(config)[:70])
def test_hostile_configurations_are_refused(config):
    for wrapped in (config, {"a": [config]}):
        with pytest.raises(ValueError):
            serial.deserialize_keras_object(wrapped)


def test_wrong_arguments_are_a_type_error():
    with pytest.raises(TypeError, match="does not accept"):
        serial.deserialize_keras_object(config_of("keras.initializers", "Zeros", {"value": 3}))


def test_source_modules_are_understood():
    for module in (
        "keras.initializers",
        "keras.src.initializers.constant_initializers",
        "tricorn.initializers",
        "keras",
    ):
        found = serial.deserialize_keras_object(config_of(module, "Zeros"))
        assert type(found) is initializers.Zeros


def test_safe_mode_reaches_inner_calls():
    class Outer(Scale):
        @classmethod
        def from_config(cls, config):
            return cls(
                serial.deserialize_keras_object(config["factor"])
            )  # safe by default, unless the outer call says

    import base64
    import marshal

    code = base64.b64encode(marshal.dumps((lambda x: x + 1).__code__)).decode()
    stored = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    config = config_of(None, "Outer", {"factor": stored})
    known = {"Outer": Outer}
    with pytest.raises(UnsafeFileError, match="Python code"):
        serial.deserialize_keras_object(config, custom_objects=known)
    assert serial.deserialize_keras_object(config, custom_objects=known, safe_mode=False).factor(1) == 2
    assert serial.in_safe_mode()


def test_classes_marked_unsafe():
    class Reader(Scale):
        unsafe_to_load = True

    config, known = config_of(None, "Reader", {"factor": 1}), {"Reader": Reader}
    with pytest.raises(UnsafeFileError, match="read other files"):
        serial.deserialize_keras_object(config, custom_objects=known)
    assert serial.deserialize_keras_object(config, custom_objects=known, safe_mode=False).factor == 1


def nested(depth):
    config = []
    for _ in range(depth):
        config = [config]
    return config


@pytest.mark.parametrize(
    "config",
    [
        nested(300),
        nested(5000),
        {"a": 10**30},
        ["x" * (2**20 + 1)],
        {str(key): 0 for key in range(100_001)},
        {"y" * (2**20 + 1): 0},
    ],
    ids=["deep", "deeper", "integer", "string", "keys", "key"],
)
def test_bounds(config):
    with pytest.raises(UnsafeFileError, match="bounds"):
        serial.deserialize_keras_object(config)


def test_an_object_that_holds_itself():
    loop = []
    loop.append(loop)
    with pytest.raises(UnsafeFileError, match="bounds"):
        serial.deserialize_keras_object(loop)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000,
        '{"a":1,"a":2}',
        "9" * 100_000,
        "nope",
        "",
        '"\\',
        b"\xff",
        '{"a": "' + "\\" * 9,
        '"[[' + "[" * 300,
    ],
)
def test_bad_json(text):
    with pytest.raises(ValueError):
        serial.read_json(text)


def test_brackets_inside_strings_are_no_depth():
    text = json.dumps({"a": '["\\' * 500, "b": "[" * 1000})
    assert serial.read_json(text) == json.loads(text)


def test_enable_unsafe_deserialization_warns():
    with pytest.warns(UserWarning, match="Safe loading is off"):
        serial.enable_unsafe_deserialization()
    try:
        assert not serial.in_safe_mode()
    finally:
        serial._unsafe_by_default = False
    assert serial.in_safe_mode()
