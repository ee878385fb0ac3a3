"""`DTypePolicyMap`: policies by the paths of layers."""

from __future__ import annotations

from collections.abc import MutableMapping

from tricorn.core.errors import bad_argument, describe
from tricorn.core.patterns import compile_pattern
from tricorn.dtype_policies._policy import DTypePolicy


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """A dict-like policy that gives each layer the policy of its path.

    A key is a path, or a pattern that must match the whole path: the part of regular expressions without back
    references and look-around, matched in linear time. A path itself goes before patterns.

    Args:
        default_policy: Policy (or its name) where no key matches; None is the process's policy.
        policy_map: Dict from keys to policies or their names.

    Examples:
        policies = DTypePolicyMap("float32", {"encoder/.*": DTypePolicy("mixed_bfloat16")})
    """

    def __init__(self, default_policy=None, policy_map=None):
        from tricorn.dtype_policies._lookup import get

        if isinstance(default_policy, DTypePolicyMap):
            raise bad_argument("DTypePolicyMap", "`default_policy` cannot be a map itself.")
        if policy_map is not None and not isinstance(policy_map, dict):
            raise bad_argument("DTypePolicyMap", "`policy_map` must be a dict.", given=describe(policy_map),
                               error=TypeError)  # fmt: skip
        self._default = get(default_policy) if default_policy is not None else None
        self._policies = {}
        for key, policy in (policy_map or {}).items():
            self[key] = policy

    @property
    def default_policy(self):
        """The policy where no key matches."""
        if self._default is not None:
            return self._default
        from tricorn.dtype_policies._global import dtype_policy

        policy = dtype_policy()
        return (
            policy.default_policy
            if isinstance(policy, DTypePolicyMap) and policy is not self
            else (DTypePolicy(_floatx()) if policy is self else policy)
        )

    @property
    def name(self):
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self):
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self):
        return self.default_policy.variable_dtype

    @property
    def quantization_mode(self):
        return self.default_policy.quantization_mode

    def __getitem__(self, key):
        """The policy of the path `key`.

        Raises:
            ValueError: More than one pattern matches.
        """
        if key in self._policies:
            return self._policies[key]
        matches = [pattern for pattern in self._policies if compile_pattern(pattern).fullmatch(key)]
        if len(matches) > 1:
            raise bad_argument("DTypePolicyMap", f"several patterns match the path {key!r}.",
                               expected="at most one", given=", ".join(map(repr, matches)))  # fmt: skip
        return self._policies[matches[0]] if matches else self.default_policy

    def __setitem__(self, key, policy):
        from tricorn.dtype_policies._lookup import get

        if key in self._policies:
            raise bad_argument("DTypePolicyMap", "this key is there already.", given=repr(key),
                               hint="del the old entry first")  # fmt: skip
        compile_pattern(key)
        if policy is None:
            raise bad_argument("DTypePolicyMap", "an entry needs a policy.", given=f"{key!r}: None")
        self._policies[key] = get(policy)

    def __delitem__(self, key):
        del self._policies[key]

    def __contains__(self, key):
        return key in self._policies

    def __len__(self):
        return len(self._policies)

    def __iter__(self):
        return iter(self._policies)

    def get_config(self):
        from tricorn.core.serial import serialize_keras_object

        return {
            "default_policy": serialize_keras_object(self._default),
            "policy_map": {key: serialize_keras_object(policy) for key, policy in self._policies.items()},
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        from tricorn.dtype_policies._lookup import deserialize

        default, policies = config.get("default_policy"), config.get("policy_map") or {}
        return cls(
            default_policy=deserialize(default, custom_objects) if isinstance(default, dict) else default,
            policy_map={
                key: deserialize(policy, custom_objects) if isinstance(policy, dict) else policy
                for key, policy in policies.items()
            },
        )

    __eq__ = DTypePolicy.__eq__

    def __hash__(self):
        return id(self)

    def __repr__(self):
        entries = ", ".join(f"{key!r}: {policy.name}" for key, policy in self._policies.items())
        return f"<DTypePolicyMap default_policy={self.default_policy.name}, {{{entries}}}>"


def _floatx():
    from tricorn.core.config import floatx

    return floatx()
