"""Policies from names and configurations, and back."""

from __future__ import annotations

from tricorn.core import dtypes
from tricorn.core.errors import bad_argument, describe
from tricorn.dtype_policies._global import dtype_policy
from tricorn.dtype_policies._policy import DTypePolicy

_by_name: dict[str, DTypePolicy] = {}  # policies of plain names are immutable, so they are shared


def serialize(dtype_policy):
    """The configuration of a policy."""
    from tricorn.core.serial import serialize_keras_object

    return serialize_keras_object(dtype_policy)


def deserialize(config, custom_objects=None):
    """The policy of a configuration.

    Raises:
        ValueError: The configuration is of something else.
    """
    from tricorn import dtype_policies
    from tricorn.core.serial import deserialize_keras_object

    classes = {
        name: getattr(dtype_policies, name)
        for name in dtype_policies.__all__
        if name.endswith(("Policy", "Map"))
    }
    found = deserialize_keras_object(config, custom_objects=custom_objects, module_objects=classes)
    if not isinstance(found, DTypePolicy):
        raise bad_argument("dtype_policies.deserialize", "this is no dtype policy.", given=describe(found))
    return found


def get(identifier):
    """A policy from a policy, its name, its configuration, a dtype, or None for the process's policy.

    Args:
        identifier: e.g. `"mixed_float16"`, `"int8_from_float32"`, `numpy.float16`.

    Raises:
        ValueError: It means no policy.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        policy = _by_name.get(identifier)
        if policy is None:
            policy = _from_name(identifier)
            if type(policy) is DTypePolicy:
                _by_name[identifier] = policy
        return policy
    try:
        name = dtypes.standardize_dtype(identifier)
    except ValueError:
        raise bad_argument("dtype", "this is no dtype and no policy.", expected="a name or a DTypePolicy",
                           given=describe(identifier)) from None  # fmt: skip
    return DTypePolicy(name)


def _from_name(name):
    mode, separator, source = name.partition("_from_")
    kind = mode.split("/")[0]
    from tricorn.dtype_policies import _quantized as quantized

    if kind in quantized.MODES:
        if not separator:
            raise bad_argument("dtype", "a quantised policy names its source.", expected=f'"{mode}_from_<policy>"',
                               given=repr(name), hint=f'"{mode}_from_float32"')  # fmt: skip
        detailed = {"gptq": quantized.GPTQDTypePolicy, "awq": quantized.AWQDTypePolicy}
        if kind == "float8":
            return quantized.QuantizedFloat8DTypePolicy(mode, source)
        if kind == "int4" and "/" in mode:
            return quantized.Int4DTypePolicy(mode, source)
        return detailed.get(kind, quantized.QuantizedDTypePolicy)(mode, source)
    if name.startswith("torch."):
        name = name.removeprefix("torch.")
    return DTypePolicy(dtypes.standardize_dtype(name) if name == "int" else name)
