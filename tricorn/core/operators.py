"""The Python operators that symbolic tensors and Variables share, each the op of that name."""

from __future__ import annotations

import functools
import importlib

_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "mod", "pow": "power", "matmul": "matmul", "and": "logical_and", "or": "logical_or",
    "xor": "logical_xor",
}  # fmt: skip
_COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
                "eq": "equal", "ne": "not_equal"}  # fmt: skip


class Operators:
    """Arithmetic, comparison and indexing through `tricorn.ops`."""

    # Left of a NumPy array, `array + self` must come to us rather than broadcast over objects.
    __array_priority__ = 100

    @staticmethod
    @functools.cache
    def _ops():
        # The declarations stand a floor above; they are reached by name, on first use.
        return importlib.import_module("tricorn.ops")

    def __neg__(self):
        return self._ops().negative(self)

    def __abs__(self):
        return self._ops().absolute(self)

    def __invert__(self):
        return self._ops().logical_not(self)

    def __pos__(self):
        return self

    def __getitem__(self, key):
        return self._ops().get_item(self, key)

    def __round__(self, ndigits=None):
        return self._ops().round(self, ndigits or 0)

    __hash__ = object.__hash__


def _binary(op_name, reflected=False):
    if reflected:

        def method(self, other):
            return getattr(self._ops(), op_name)(other, self)
    else:

        def method(self, other):
            return getattr(self._ops(), op_name)(self, other)

    return method


for _python, _op in _OPERATORS.items():
    setattr(Operators, f"__{_python}__", _binary(_op))
    setattr(Operators, f"__r{_python}__", _binary(_op, reflected=True))
for _python, _op in _COMPARISONS.items():
    setattr(Operators, f"__{_python}__", _binary(_op))
