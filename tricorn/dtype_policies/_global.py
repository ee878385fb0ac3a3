"""The dtype policy of layers that are given none."""

from __future__ import annotations

from tricorn.core.config import settings
from tricorn.core.errors import bad_argument, describe
from tricorn.dtype_policies._policy import DTypePolicy

_policy = None
_floatx_policies: dict[str, DTypePolicy] = {}


def dtype_policy():
    """The policy of new layers that are given no dtype: the one set, else that of floatx."""
    if _policy is not None:
        return _policy
    name = settings.floatx
    policy = _floatx_policies.get(name)
    if policy is None:
        policy = _floatx_policies[name] = DTypePolicy(name)
    return policy


def set_dtype_policy(policy):
    """Set the policy of new layers.

    Args:
        policy: A policy, or its name, e.g. `"mixed_bfloat16"`.
    """
    global _policy
    if isinstance(policy, str):
        from tricorn.dtype_policies._lookup import get

        policy = get(policy)
    if not hasattr(policy, "compute_dtype"):
        raise bad_argument("set_dtype_policy", "not a policy.", expected='a policy or a name as "mixed_float16"',
                           given=describe(policy))  # fmt: skip
    _policy = policy
