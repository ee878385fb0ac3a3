"""`Metric`: the base of all metrics."""

from __future__ import annotations

import functools

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.arrays import numpy_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.masks import get_mask, presence, set_mask
from tricorn.core.naming import auto_name, name_scope
from tricorn.core.scopes import StatelessScope
from tricorn.core.tracking import tracked
from tricorn.core.variable import Variable
from tricorn.losses._tensors import compute_dtype

_ON_ENGINE = ("update_state", "result", "batch_sums")


class Metric:
    """Base of metrics: a number that builds up over batches.

    A subclass makes its state in the constructor with `add_variable`, adds to it in `update_state`, and computes the
    number in `result`. A metric belongs to the engine that is active when it is made; what `update_state` is given is
    converted to it.

    Args:
        dtype: Dtype or dtype policy of the state and the result; floatx if None.
        name: Name; automatic if None.

    Examples:
        class Largest(tricorn.metrics.Metric):
            def __init__(self, name="largest", dtype=None):
                super().__init__(name=name, dtype=dtype)
                self.value = self.add_variable((), "zeros", name="value")

            def update_state(self, y_true, y_pred, sample_weight=None):
                self.value.assign(tricorn.ops.maximum(self.value, tricorn.ops.max(y_pred)))

            def result(self):
                return self.value
    """

    _is_metric = True  # by which layers that hold one know it

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        for name in _ON_ENGINE:
            if name in cls.__dict__:
                setattr(cls, name, _on_engine(cls.__dict__[name]))

    def __init__(self, dtype=None, name=None):
        self._variables = []
        self._metrics = []
        self._backend = backends.active_backend()
        self.name = name or auto_name(type(self).__name__)
        self._dtype = compute_dtype(dtype)

    @property
    def dtype(self):
        """The dtype of the state and the result."""
        return self._dtype

    @property
    def variables(self):
        """The state: this metric's Variables, then those of metrics inside."""
        found = list(self._variables)
        for metric in self._metrics:
            found.extend(metric.variables)
        return found

    def add_variable(self, shape, initializer, dtype=None, aggregation="sum", name=None):
        """Make a Variable of the state.

        Args:
            shape: Its shape.
            initializer: Initializer, its name, or None for zeros.
            dtype: Its dtype; the metric's if None.
            aggregation: How replicas of it are combined.
            name: Its name.
        """
        self._check_constructed()
        dtype = compute_dtype(dtype) if dtype is not None else self._dtype
        shape = tuple(shape)
        if initializer is None or initializer == "zeros":
            initializer = np.zeros(shape, numpy_dtype(dtype))
        with backends.backend_scope(self._backend), name_scope(self.name.replace("/", ">")):
            variable = Variable(
                initializer, shape=shape, dtype=dtype, trainable=False, autocast=False, aggregation=aggregation,
                name=name,
            )  # fmt: skip
        self._variables.append(variable)
        return variable

    def add_weight(self, shape=(), initializer=None, dtype=None, name=None):
        """`add_variable` with defaults for a scalar that starts at zero."""
        return self.add_variable(shape=shape, initializer=initializer, dtype=dtype, name=name)

    def update_state(self, *args, **kwargs):
        """Add a batch to the state."""
        raise NotImplementedError(f"{type(self).__name__} defines no update_state().")

    def result(self):
        """The metric's value so far: a 0-d tensor, or a dict of them."""
        raise NotImplementedError(f"{type(self).__name__} defines no result().")

    def reset_state(self):
        """Set the state to zeros."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, numpy_dtype(variable.dtype)))

    def stateless_update_state(self, metric_variables, *args, **kwargs):
        """`update_state` as a function: the new values of the state, from `metric_variables`, its values before.

        Args:
            metric_variables: Values of `self.variables`, in that order.
            args: Arguments of `update_state`.
            kwargs: Arguments of `update_state`.

        Returns:
            A list of values.

        Raises:
            ValueError: There are not as many values as variables.
        """
        with self._stateless(metric_variables) as scope:
            self.update_state(*args, **kwargs)
        return [scope.get_current_value(variable) for variable in self.variables]

    def stateless_result(self, metric_variables):
        """`result` of the given values of `self.variables`."""
        with self._stateless(metric_variables):
            return self.result()

    def stateless_reset_state(self):
        """The values of `self.variables` after a reset."""
        with StatelessScope() as scope:
            self.reset_state()
        return [scope.get_current_value(variable) for variable in self.variables]

    def _stateless(self, metric_variables):
        variables, values = self.variables, list(metric_variables)
        names = ", ".join(variable.name for variable in variables) or "the state is not made yet"
        if len(variables) != len(values):
            raise bad_argument(
                f'{type(self).__name__} "{self.name}"', "there must be one value for each variable.",
                expected=f"{len(variables)} values: {names}", given=f"{len(values)} values",
            )  # fmt: skip
        return StatelessScope(state_mapping=list(zip(variables, values)))

    def __call__(self, *args, **kwargs):
        """Add a batch and give the value so far."""
        self._check_constructed()
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self):
        """The constructor's arguments."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config):
        """A metric from `get_config()`."""
        return cls(**config)

    def move_to(self, backend):
        """Move the state to the engine of `backend` (a name or Backend), in place.

        Returns:
            The metric.
        """
        backend = backends.get_backend(backend)
        if backend is not self._backend:
            moved = {id(old): self._copy_on(backend, old) for old in self._variables}
            self._variables = [moved[id(old)] for old in self._variables]
            self._backend = backend
            for key, value in list(self.__dict__.items()):
                if id(value) in moved:
                    self.__dict__[key] = moved[id(value)]
        for metric in self._metrics:
            metric.move_to(backend)
        return self

    def _copy_on(self, backend, old):
        with backends.backend_scope(backend), name_scope(self.name.replace("/", ">")):
            return Variable(
                old.numpy(), shape=old.shape, dtype=old.dtype, trainable=False, autocast=False,
                aggregation=old.aggregation, name=old.name,
            )  # fmt: skip

    def __setattr__(self, name, value):
        if "_metrics" in self.__dict__:
            tracked(value, self._track)
        object.__setattr__(self, name, value)

    def _track(self, value):
        if isinstance(value, Metric):
            known = self._metrics
        elif isinstance(value, Variable):
            known = self._variables
        else:
            return
        if not any(item is value for item in known):
            known.append(value)

    def _check_constructed(self):
        if "_variables" not in self.__dict__:
            raise bad_argument(
                type(self).__name__, "the base's constructor was not called.", error=RuntimeError,
                hint="call super().__init__(name=name, dtype=dtype) first in __init__",
            )  # fmt: skip

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"

    __str__ = __repr__


def _on_engine(method):
    """Run `method` on the metric's engine, with tensors of other engines converted to it."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        backend = self._backend
        if args or kwargs:
            args = [_neutral(value, backend) for value in args]
            kwargs = {key: _neutral(value, backend) for key, value in kwargs.items()}
        if backends.active_backend() is backend:
            return method(self, *args, **kwargs)
        with backends.backend_scope(backend):
            return method(self, *args, **kwargs)

    return run


def _neutral(value, backend):
    """`value`, as a NumPy array if it is a tensor of another engine."""
    cls = type(value)
    if cls is dict:
        return {key: _neutral(item, backend) for key, item in value.items()}
    owner = getattr(cls, "backend_object", None)
    if owner is not None:
        return value.value if owner is backend else value.numpy()
    owner = backends.backend_of_type(cls)
    if owner is None or owner is backend:
        return value
    array = owner.to_numpy(value)
    mask = get_mask(value) if presence.any else None
    if mask is not None:
        set_mask(array, _neutral(mask, backend))
    return array
