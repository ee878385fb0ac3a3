"""`DTypePolicy`: which dtype a layer keeps its Variables in, and which one it computes in."""

from __future__ import annotations

from tricorn.core.config import floatx
from tricorn.core.dtypes import ALLOWED_DTYPES, is_float
from tricorn.core.errors import bad_argument, describe

# name: (compute dtype, variable dtype)
_MIXED = {"mixed_float16": ("float16", "float32"), "mixed_bfloat16": ("bfloat16", "float32")}


class DTypePolicy:
    """The pair of a compute dtype and a variable dtype.

    Args:
        name: A dtype, which is then both; or `"mixed_float16"` or `"mixed_bfloat16"`, which compute in 16 bits and keep
            Variables in float32. None is the process's default.

    Examples:
        `Dense(8, dtype=DTypePolicy("mixed_bfloat16"))`, or for all layers `set_dtype_policy("mixed_bfloat16")`.
    """

    quantization_mode = None

    def __init__(self, name=None):
        if name is None:
            name = _default_name()
        self._name = name
        self._compute_dtype, self._variable_dtype = self._parse_name(name)

    @staticmethod
    def _parse_name(name):
        if not isinstance(name, str):
            raise bad_argument("DTypePolicy", "`name` must be a string.", expected='such as "mixed_float16"',
                               given=describe(name), error=TypeError)  # fmt: skip
        if name in _MIXED:
            return _MIXED[name]
        if name not in ALLOWED_DTYPES:
            raise bad_argument("DTypePolicy", "unknown name.",
                               expected=f"{', '.join(_MIXED)}, or the name of a dtype", given=repr(name))  # fmt: skip
        return name, name

    @property
    def name(self):
        """Its name: `"float32"`, `"mixed_float16"`."""
        return self._name

    @property
    def compute_dtype(self):
        """The dtype that layers compute in and cast floating inputs to."""
        return self._compute_dtype

    @property
    def variable_dtype(self):
        """The dtype of Variables."""
        return self._variable_dtype

    def convert_input(self, x, autocast, dtype):
        """An input as a layer wants it: arrays become tensors and, under `autocast`, floating ones are cast to `dtype`.

        Numbers, strings and whatever is not a tensor are returned as they are.
        """
        own = getattr(x, "dtype", None)
        if own is None or isinstance(x, type):
            return x
        from tricorn import ops
        from tricorn.core.backend import backend_of_type

        try:
            casts = autocast and is_float(own)
        except ValueError:
            return x
        if hasattr(x, "_keras_history") or hasattr(x, "assign") or backend_of_type(type(x)) is not None:
            return ops.cast(x, dtype) if casts else x
        if hasattr(x, "__array__"):
            return ops.convert_to_tensor(x, dtype=dtype if casts else None)
        return x

    def get_config(self):
        return {"name": self.name}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def __eq__(self, other):
        return type(self) is type(other) and self.get_config() == other.get_config()

    def __hash__(self):
        return hash((type(self), self._name))

    def __repr__(self):
        return f'<{type(self).__name__} "{self.name}">'


FloatDTypePolicy = DTypePolicy


def _default_name():
    from tricorn.dtype_policies._global import dtype_policy

    policy = dtype_policy()
    return policy.name if policy.name in _MIXED or policy.name in ALLOWED_DTYPES else floatx()
