from ._global import dtype_policy as dtype_policy, set_dtype_policy as set_dtype_policy
from ._lookup import deserialize as deserialize, get as get, serialize as serialize
from ._map import DTypePolicyMap as DTypePolicyMap
from ._policy import DTypePolicy as DTypePolicy, FloatDTypePolicy as FloatDTypePolicy
from ._quantized import (
    AWQDTypePolicy as AWQDTypePolicy,
    GPTQDTypePolicy as GPTQDTypePolicy,
    Int4DTypePolicy as Int4DTypePolicy,
    QuantizedDTypePolicy as QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy as QuantizedFloat8DTypePolicy,
)

__all__ = [
    "AWQDTypePolicy",
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "GPTQDTypePolicy",
    "Int4DTypePolicy",
    "QuantizedDTypePolicy",
    "QuantizedFloat8DTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
    "set_dtype_policy",
]
