"""`KerasTensor`, the stand-in for a tensor while a graph is described, and `Dim`, an unknown size in it.

Nothing here knows an engine: a graph never depends on the engine that happened to be active.
"""

from __future__ import annotations

import operator

from tricorn.core.dtypes import ALLOWED_DTYPES, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.naming import auto_name
from tricorn.core.operators import Operators


class KerasTensor(Operators):
    """A tensor with a shape and a dtype but no value.

    Args:
        shape: Sizes; `None` where unknown.
        dtype: Standard dtype name.
        sparse: Whether it stands for a sparse tensor.
        ragged: Whether it stands for a ragged tensor.
        record_history: Whether ops applied to it become nodes of a graph.
        name: Name; automatic if None.
    """

    def __init__(self, shape, dtype="float32", sparse=False, ragged=False, record_history=True, name=None,
                 ragged_rank=None, row_splits_dtype=None):  # fmt: skip
        self._shape = shape if _is_standard(shape) else standardize_shape(shape)
        self._dtype = dtype if type(dtype) is str and dtype in ALLOWED_DTYPES else standardize_dtype(dtype)
        if sparse and ragged:
            raise bad_argument("KerasTensor", "a tensor is sparse or ragged, not both.")
        self._sparse = bool(sparse)
        self._ragged = bool(ragged)
        self.ragged_rank = ragged_rank
        self.row_splits_dtype = row_splits_dtype
        self.record_history = record_history
        self._name = name
        self._keras_history = None

    @property
    def shape(self):
        return self._shape

    @property
    def dtype(self):
        return self._dtype

    @property
    def sparse(self):
        return self._sparse

    @property
    def ragged(self):
        return self._ragged

    @property
    def ndim(self):
        return len(self._shape)

    @property
    def name(self):
        if self._name is None:
            self._name = auto_name("keras_tensor")
        return self._name

    @name.setter
    def name(self, value):
        self._name = value

    def sizes(self):
        """The shape with a `Dim` for each unknown size: what `ops.shape` returns."""
        return tuple(Dim.of(self, axis) if size is None else size for axis, size in enumerate(self._shape))

    def reshape(self, newshape):
        return self._ops().reshape(self, newshape)

    def squeeze(self, axis=None):
        return self._ops().squeeze(self, axis)

    def spec(self):
        """The same tensor without a history: ops on it give specs and record nothing."""
        return KerasTensor(self._shape, self._dtype, self._sparse, self._ragged, record_history=False)

    def __repr__(self):
        flags = "".join(f", {flag}=True" for flag in ("sparse", "ragged") if getattr(self, flag))
        return f"<KerasTensor shape={self._shape}, dtype={self._dtype}{flags}, name={self.name}>"

    def __len__(self):
        if not self._shape or self._shape[0] is None:
            raise TypeError(
                f"len() of a symbolic tensor of shape {self._shape}: its first size is not known."
            )
        return self._shape[0]

    def __iter__(self):
        if not self._shape or self._shape[0] is None:
            raise TypeError(
                f"A symbolic tensor of shape {self._shape} cannot be iterated: its first size is not known. "
                "Write the loop in ops (tricorn.ops.map, scan), or use ops.unstack on a known axis."
            )
        return iter([self[index] for index in range(self._shape[0])])

    def __bool__(self):
        raise TypeError(
            "A symbolic tensor has no truth value: it gets its value when the graph runs. "
            "Use tricorn.ops.cond or tricorn.ops.where."
        )

    def __array__(self, dtype=None, copy=None):
        raise ValueError(
            f"{self!r} is symbolic and has no value, so NumPy cannot use it. Use the functions of tricorn.ops, "
            "which accept symbolic tensors."
        )

    def __int__(self):
        raise TypeError("A symbolic tensor cannot become a Python int: it has no value yet.")

    __float__ = __index__ = __int__


class Dim:
    """A size that is known only when the graph runs: a size of a `KerasTensor`, or arithmetic over such sizes.

    Appears in `ops.shape(x)`; may stand wherever an op takes a size. Shown as `None` in a public `.shape`.
    """

    __slots__ = ("_function", "_operands")

    def __init__(self, function, operands):
        self._function = function
        self._operands = operands

    @classmethod
    def of(cls, tensor, axis):
        return cls(None, (tensor, axis))

    def tensors(self):
        """The symbolic tensors whose sizes it is made of."""
        if self._function is None:
            return [self._operands[0]]
        return [
            tensor for operand in self._operands if isinstance(operand, Dim) for tensor in operand.tensors()
        ]

    def factors(self):
        """`(number, others)` whose product it is; a size of a tensor is `(id of the tensor, axis)` among the others."""
        if self._function is None:
            tensor, axis = self._operands
            return 1, [(id(tensor), axis)]
        if self._function is not operator.mul:
            return 1, [self]
        number, others = 1, []
        for operand in self._operands:
            one, more = operand.factors() if isinstance(operand, Dim) else (operand, [])
            number, others = number * one, others + more
        return number, others

    def evaluate(self, size_of):
        """The value, given `size_of(tensor, axis)`."""
        if self._function is None:
            return size_of(*self._operands)
        values = [
            operand.evaluate(size_of) if isinstance(operand, Dim) else operand for operand in self._operands
        ]
        return self._function(*values)

    def _no_value(self, *_):
        raise TypeError(
            "This size is unknown until the graph runs, so Python cannot branch on it or loop over it. "
            "Give Input a full shape, or write it in ops."
        )

    __int__ = __index__ = __float__ = __lt__ = __le__ = __gt__ = __ge__ = _no_value

    def __eq__(self, other):
        if self is other:
            return True
        return (isinstance(other, Dim) and self._function is other._function
                and len(self._operands) == len(other._operands)
                and all(a is b or (type(a) is type(b) and not isinstance(a, KerasTensor) and a == b)
                        for a, b in zip(self._operands, other._operands, strict=True)))  # fmt: skip

    def __hash__(self):
        return hash(
            (self._function, tuple(id(o) if isinstance(o, KerasTensor) else o for o in self._operands))
        )

    def __repr__(self):
        return "None"


def _dim_operator(function, reflected):
    def method(self, other):
        if not isinstance(other, (int, Dim)):
            return NotImplemented
        return Dim(function, (other, self) if reflected else (self, other))

    return method


for _name in ("add", "sub", "mul", "floordiv", "mod"):
    setattr(Dim, f"__{_name}__", _dim_operator(getattr(operator, _name), False))
    setattr(Dim, f"__r{_name}__", _dim_operator(getattr(operator, _name), True))


def _is_standard(shape):
    """Whether it is what `standardize_shape` would make of it, as in nearly all cases."""
    return type(shape) is tuple and all(size is None or (type(size) is int and size >= 0) for size in shape)


def standardize_shape(shape, where="shape"):
    """A tuple of ints and None from any sequence of sizes; `Dim` becomes None.

    Raises:
        ValueError: A size is negative or not an integer.
    """
    if isinstance(shape, int) or shape is None:
        raise bad_argument(where, "a shape is a sequence of sizes.", expected="a tuple such as (None, 32)",
                           given=repr(shape))  # fmt: skip
    sizes = []
    for size in shape:
        if size is None or isinstance(size, Dim):
            sizes.append(None)
            continue
        try:
            value = operator.index(size)
        except TypeError:
            raise bad_argument(where, "a size must be an integer or None.", given=f"{size!r} in {tuple(shape)!r}",
                               error=ValueError) from None  # fmt: skip
        if value < 0:
            raise bad_argument(where, "a size cannot be negative.", given=f"{value} in {tuple(shape)!r}",
                               hint="None for an unknown size")  # fmt: skip
        sizes.append(value)
    return tuple(sizes)


def is_symbolic(x):
    return isinstance(x, KerasTensor)


def any_symbolic(tree):
    """True if a KerasTensor stands anywhere in nested lists, tuples and dicts."""
    if isinstance(tree, KerasTensor):
        return True
    if isinstance(tree, (list, tuple)):
        return any(any_symbolic(item) for item in tree)
    if isinstance(tree, dict):
        return any(any_symbolic(item) for item in tree.values())
    return False
