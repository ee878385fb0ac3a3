from ._global import dtype_policy as dtype_policy
from ._global import set_dtype_policy as set_dtype_policy
from ._lookup import deserialize as deserialize
from ._lookup import get as get
from ._lookup import serialize as serialize
from ._map import DTypePolicyMap as DTypePolicyMap
from ._policy import DTypePolicy as DTypePolicy
from ._policy import FloatDTypePolicy as FloatDTypePolicy
from ._quantized import AWQDTypePolicy as AWQDTypePolicy
from ._quantized import GPTQDTypePolicy as GPTQDTypePolicy
from ._quantized import Int4DTypePolicy as Int4DTypePolicy
from ._quantized import QuantizedDTypePolicy as QuantizedDTypePolicy
from ._quantized import QuantizedFloat8DTypePolicy as QuantizedFloat8DTypePolicy

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
