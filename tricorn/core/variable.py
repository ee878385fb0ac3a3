"""`Variable`: a named tensor that keeps its value between calls, held by one engine.

A Variable has its final path, its place (the key of its initial value) and its layout before it has a value; the engine
then pulls the slices that it needs from the initializer (`fill`), which makes them on the host.
"""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends, budget
from tricorn.core.dtypes import is_float, standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.naming import auto_name, scoped_path
from tricorn.core.operators import Operators
from tricorn.core.scopes import current_reading, current_stateless_scope
from tricorn.core.symbolic import standardize_shape

_AGGREGATIONS = (None, "none", "mean", "sum", "only_first_replica")


_trainability_version = 0


def trainability_version():
    """Grows when any Variable is frozen or freed: what was derived from `trainable` may be stale."""
    return _trainability_version


class Variable(Operators):
    """A tensor with state.

    Args:
        initializer: A tensor, array or number; or a callable `(shape, dtype)` (an Initializer, or its name).
        shape: Sizes, all known. Needed with a callable initializer.
        dtype: Dtype; by default floatx, or that of a given array.
        trainable: Whether optimizers update it.
        autocast: Whether a mixed-precision layer reads it in its compute dtype (floating Variables only).
        aggregation: How replicas of a distributed Variable are combined: "none", "mean", "sum" or
            "only_first_replica".
        synchronization: Kept for compatibility with TensorFlow's distribution strategies.
        name: Name without '/'; automatic if None.
        layout: Layout over a device mesh, or None.
        memory_order: Axes from the slowest to the fastest in memory, where an engine that has strides should deviate
            from the usual order; a hint, without effect on shapes or values.

    Raises:
        ValueError: A shape is missing with a callable initializer, or differs from the value's.
    """

    #: The Backend that holds values of this class; None on this public class, which is never instantiated itself.
    backend_object = None

    def __new__(cls, *args, **kwargs):
        if cls.backend_object is None:
            cls = backends.active_backend().variable_class()
        return object.__new__(cls)

    def __init__(self, initializer, shape=None, dtype=None, trainable=True, autocast=True, aggregation="none",
                 synchronization="auto", name=None, layout=None, memory_order=None, **kwargs):  # fmt: skip
        if kwargs:
            raise bad_argument(
                "Variable", "unknown arguments.", given=", ".join(sorted(kwargs)), error=TypeError
            )
        name = name or auto_name("variable")
        if not isinstance(name, str) or "/" in name:
            raise bad_argument("Variable", "`name` must be a string without '/'.", given=repr(name))
        if aggregation not in _AGGREGATIONS:
            raise bad_argument(f'Variable "{name}"', "unknown `aggregation`.", expected=f"one of {_AGGREGATIONS}",
                               given=repr(aggregation))  # fmt: skip
        self._name = name
        self._path, self._place = scoped_path(name)
        self._layout = layout
        self._memory_order = tuple(memory_order) if memory_order is not None else None
        self._trainable = bool(trainable)
        self._autocast = bool(autocast)
        self._aggregation = aggregation or "none"
        self._synchronization = synchronization
        self._regularizer = None
        self._constraint = None
        self._overwrite_with_gradient = False
        if isinstance(initializer, str):
            import importlib

            initializer = importlib.import_module("tricorn.initializers").get(initializer)
        if callable(initializer) and not isinstance(initializer, Variable):
            value = self._initial_value(initializer, shape, dtype)
        else:
            value = self._given_value(initializer, shape, dtype)
        self._shape = tuple(value.shape)
        self._make(value, self._dtype)

    def _initial_value(self, initializer, shape, dtype):
        if shape is None:
            raise bad_argument(
                f'Variable "{self._path}"', "a callable initializer needs the shape.",
                given=f"initializer={initializer!r}, shape=None", hint="Variable(initializer, shape=(...))",
            )  # fmt: skip
        shape = standardize_shape(shape, f'Variable "{self._path}"')
        if None in shape:
            raise bad_argument(f'Variable "{self._path}"', "all sizes must be known.", given=f"shape={shape}")
        self._dtype = standardize_dtype(dtype)
        budget.take(self._path, shape, self._dtype)
        fill = getattr(initializer, "fill", None)
        if fill is not None:
            return fill(self._place, shape, self._dtype)
        with self.backend_object.outside_trace(), backends.backend_scope(self.backend_object):
            value = initializer(shape, dtype=self._dtype)
        if backends.backend_of(value) not in (None, self.backend_object):
            value = backends.backend_of(value).to_numpy(value)
        if tuple(value.shape) != shape:
            raise bad_argument(f'Variable "{self._path}"', "the initializer returned another shape.",
                               expected=shape, given=tuple(value.shape))  # fmt: skip
        return value

    def _given_value(self, value, shape, dtype):
        if isinstance(value, Variable):
            value = value.value
        owner = backends.backend_of(value)
        if owner is not None and owner is not self.backend_object:
            value, owner = owner.to_numpy(value), None
        if owner is None:
            if not isinstance(value, (np.ndarray, np.generic)):
                array = np.asarray(value)
                if array.dtype == object:
                    raise bad_argument(f'Variable "{self._path}"', "the initial value is not numeric.",
                                       given=repr(value), error=TypeError)  # fmt: skip
                kinds = {"f": "floatx", "i": "int32", "b": "bool"}
                default = kinds.get(array.dtype.kind)
                default = standardize_dtype(None if default == "floatx" else default)
                value = array.astype(default) if dtype is None else array
            else:
                value = np.asarray(value)
        self._dtype = standardize_dtype(dtype if dtype is not None else value.dtype)
        if shape is not None and standardize_shape(shape) != tuple(value.shape):
            raise bad_argument(f'Variable "{self._path}"', "`shape` differs from the initial value's.",
                               expected=tuple(value.shape), given=tuple(shape))  # fmt: skip
        return value

    # --- what an engine's subclass defines ---------------------------------------------------------
    def _make(self, value, dtype):
        """Hold `value` (a host array or a tensor of this engine), cast to `dtype`."""
        self._value = self.backend_object.convert_to_tensor(value, dtype)

    def _read(self):
        return self._value

    def _write(self, value):
        """Replace the value; `value` is a tensor of this engine with our shape and dtype."""
        self._value = value

    def _owned(self, value, given):
        """`value`, made from the user's `given`, in memory that nobody else writes to or hands to the engine."""
        return value

    def _trainable_changed(self):
        """Called when `trainable` was set."""

    # --- public -------------------------------------------------------------------------------------
    @property
    def value(self):
        """The tensor, of this Variable's engine."""
        reading = current_reading()
        return self._read() if reading is None else reading.read(self)

    def assign(self, value):
        """Set the value.

        Args:
            value: Tensor, array, number or Variable of this shape (or broadcastable: no); cast to this dtype.

        Returns:
            The new value.

        Raises:
            ValueError: The shape differs.
        """
        engine = self.backend_object
        if type(value) is not None and isinstance(value, Variable):
            value = value.value
        owner = backends.backend_of_type(type(value))
        if owner is not None and owner is not engine:
            value = owner.to_numpy(value)
        given, value = value, engine.convert_to_tensor(value, self._dtype)
        shape = engine.shape_of(value)
        if shape != self._shape and not _compatible(shape, self._shape):
            raise bad_argument(f'Variable "{self._path}"', "cannot take a value of another shape.",
                               expected=self._shape, given=tuple(shape))  # fmt: skip
        self.assign_native(self._owned(value, given))
        return value

    def assign_native(self, value):
        """`assign` without checks, for a tensor of this engine with this shape and dtype."""
        scope = current_stateless_scope()
        if scope is not None:
            scope.add_update((self, value))
        else:
            self._write(value)

    def assign_add(self, value):
        return self.assign(self._ops().add(self.value, value))

    def assign_sub(self, value):
        return self.assign(self._ops().subtract(self.value, value))

    def numpy(self):
        """A snapshot of the value, as a NumPy array."""
        return self.backend_object.to_numpy(self.value)

    @property
    def shape(self):
        return self._shape

    @property
    def ndim(self):
        return len(self._shape)

    @property
    def dtype(self):
        reading = current_reading()
        if reading is not None and reading.autocast is not None and self._autocast and is_float(self._dtype):
            return reading.autocast
        return self._dtype

    @property
    def name(self):
        return self._name

    @property
    def path(self):
        return self._path

    @property
    def layout(self):
        return self._layout

    @property
    def autocast(self):
        return self._autocast

    @property
    def aggregation(self):
        return self._aggregation

    @property
    def synchronization(self):
        return self._synchronization

    @property
    def trainable(self):
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        value = bool(value)
        if value != self._trainable:
            global _trainability_version
            _trainability_version += 1
            self._trainable = value
            self._trainable_changed()

    @property
    def overwrite_with_gradient(self):
        """Whether an optimizer sets this Variable to its gradient rather than descending along it."""
        return self._overwrite_with_gradient

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value):
        self._overwrite_with_gradient = bool(value)

    @property
    def regularizer(self):
        return self._regularizer

    @regularizer.setter
    def regularizer(self, value):
        if value is not None and not callable(value):
            raise bad_argument(
                f'Variable "{self._path}"', "`regularizer` must be callable.", given=repr(value)
            )
        self._regularizer = value

    @property
    def constraint(self):
        return self._constraint

    @constraint.setter
    def constraint(self, value):
        if value is not None and not callable(value):
            raise bad_argument(
                f'Variable "{self._path}"', "`constraint` must be callable.", given=repr(value)
            )
        self._constraint = value

    def __array__(self, dtype=None, copy=None):
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __float__(self):
        return float(self.numpy())

    def __int__(self):
        return int(self.numpy())

    def __bool__(self):
        return bool(self.numpy())

    def __index__(self):
        array = self.numpy()
        if array.shape or array.dtype.kind not in "iu":
            raise TypeError(f"Variable {self._path!r} of shape {self._shape}, {self._dtype} is not an index.")
        return int(array)

    def __len__(self):
        if not self._shape:
            raise TypeError(f"len() of Variable {self._path!r}, which is a scalar.")
        return self._shape[0]

    def __iter__(self):
        return iter([self[index] for index in range(len(self))])

    # NumPy's `in` and dict keys need identity, not elementwise equality.
    __hash__ = object.__hash__

    def __repr__(self):
        return f"<Variable path={self._path}, shape={self._shape}, dtype={self._dtype}, backend={self.backend_object.name}>"


def _compatible(shape, expected):
    """True if a graph tensor's shape, with unknown sizes, may be `expected`."""
    return len(shape) == len(expected) and all(
        a is None or a == b for a, b in zip(shape, expected, strict=True)
    )


def is_variable(x):
    return isinstance(x, Variable)
