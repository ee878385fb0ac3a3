"""Dtype policies: names, configurations, the global one, and maps by path."""

import json

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import config, dtype_policies
from tricorn.dtype_policies import DTypePolicy, DTypePolicyMap

NAMES = ["float32", "float16", "bfloat16", "float64", "uint8", "bool", "complex64", "mixed_float16", "mixed_bfloat16",
         "int8_from_float32", "int8_from_mixed_bfloat16", "int4_from_mixed_float16", "float8_from_mixed_bfloat16",
         "int4/128_from_float32", "gptq/4/64_from_float32", "awq/4/-1_from_mixed_bfloat16"]  # fmt: skip


@pytest.fixture(autouse=True)
def restored_policy():
    yield
    config.set_dtype_policy("float32")


def test_named_policies_equal_the_reference():
    code = """
result = []
for name in names:
    p = keras.dtype_policies.get(name)
    result.append([type(p).__name__, p.name, p.compute_dtype, p.variable_dtype, p.quantization_mode,
                   keras.dtype_policies.serialize(p)])
"""
    for name, expected in zip(NAMES, oracle("jax").run(code, names=NAMES), strict=True):
        policy = dtype_policies.get(name)
        assert [type(policy).__name__, policy.name, policy.compute_dtype, policy.variable_dtype,
                policy.quantization_mode, dtype_policies.serialize(policy)] == list(expected)  # fmt: skip
        restored = dtype_policies.deserialize(json.loads(json.dumps(dtype_policies.serialize(policy))))
        assert restored == policy
        assert repr(restored) == repr(policy)


@pytest.mark.parametrize(
    "bad", ["int8", "float8", "foo", "mixed_float64", "int8_from_foo", "int8_from_", "int8_from_float16", "gptq",
            "gptq/4_from_float32", "gptq/5/64_from_float32", "gptq/4/0_from_float32", "awq/8/64_from_float32",
            "int4/x_from_float32", "int4/0_from_float32", 3.5, object],
)  # fmt: skip
def test_unknown_policies(bad):
    with pytest.raises(ValueError):
        dtype_policies.get(bad)


def test_other_spellings():
    assert dtype_policies.get(np.float16).name == "float16"
    assert dtype_policies.get(np.dtype("int32")).name == "int32"
    assert dtype_policies.get(DTypePolicy("float16")) == DTypePolicy("float16") != DTypePolicy("bfloat16")
    assert len({DTypePolicy("float16"), DTypePolicy("float16")}) == 1
    with pytest.raises(TypeError, match="string"):
        DTypePolicy(16)


def test_global_policy_follows_floatx_until_set():
    import tricorn.dtype_policies._global as module

    before, module._policy = module._policy, None
    try:
        config.set_floatx("float16")
        assert config.dtype_policy().name == "float16" == dtype_policies.get(None).name
        config.set_dtype_policy("mixed_bfloat16")
        assert config.dtype_policy() == DTypePolicy("mixed_bfloat16") == DTypePolicy()
        for bad in (None, 3, "nope"):
            with pytest.raises(ValueError):
                config.set_dtype_policy(bad)
    finally:
        config.set_floatx("float32")
        module._policy = before


def test_map_looks_up_paths_and_patterns():
    policies = DTypePolicyMap("float64", {"dense": "float16", "den.*": DTypePolicy("bfloat16")})
    assert policies["dense"].name == "float16"
    assert policies["densely"].name == "bfloat16"
    assert policies["xdense"].name == "float64" == policies.compute_dtype
    assert policies.name == "map_float64"
    policies["dense_.*"] = "float32"
    with pytest.raises(ValueError, match="several patterns"):
        policies["dense_1"]
    with pytest.raises(ValueError, match="there already"):
        policies["dense"] = "float32"
    del policies["dense_.*"]
    assert list(policies) == ["dense", "den.*"]
    assert len(policies) == 2
    assert DTypePolicyMap()["anything"] == config.dtype_policy()


def test_map_travels():
    policies = DTypePolicyMap(
        None, {"a/.*": DTypePolicy("mixed_bfloat16"), "b": dtype_policies.get("int8_from_float32")}
    )
    restored = dtype_policies.deserialize(json.loads(json.dumps(dtype_policies.serialize(policies))))
    assert restored == policies
    assert restored["a/x"].name == "mixed_bfloat16"  # the reference forgets this name
    names = oracle("jax").run(
        "m = keras.dtype_policies.deserialize(config); result = [m['a/x'].name, m['b'].name, m['c'].name]",
        config=dtype_policies.serialize(policies),
    )
    assert list(names) == ["mixed_bfloat16", "int8_from_float32", "float32"]


def test_bad_maps():
    with pytest.raises(ValueError, match="cannot be a map"):
        DTypePolicyMap(DTypePolicyMap())
    with pytest.raises(TypeError, match="dict"):
        DTypePolicyMap(policy_map=[1])
    with pytest.raises(ValueError):
        DTypePolicyMap(policy_map={"(": "float32"})
    with pytest.raises(ValueError):
        DTypePolicyMap(policy_map={"(a+)\\1": "float32"})
    hostile = DTypePolicyMap(policy_map={"(a+)+$": "float16"})
    assert hostile["a" * 2000 + "!"].name == "float32"
