"""Scopes that change what reading or writing a Variable means: stateless runs and automatic casts.

`reading` is the one thing a Variable looks at: None when no such scope is active, which is the usual case and costs a
single context-variable read.
"""

from __future__ import annotations

from contextvars import ContextVar

from tricorn.core.errors import bad_argument


class Reading:
    """How Variables are read here: through a stateless scope, cast to a dtype, or both."""

    __slots__ = ("autocast", "stateless")

    def __init__(self, stateless=None, autocast=None):
        self.stateless = stateless
        self.autocast = autocast

    def read(self, variable):
        value = None
        if self.stateless is not None:
            value = self.stateless.get_current_value(variable)
        if value is None:
            value = variable._read()
        if self.autocast is not None and variable._autocast and variable._dtype in _FLOATS:
            value = variable.backend_object.cast(value, self.autocast)
        return value


_FLOATS = {"float16", "bfloat16", "float32", "float64"}
_reading: ContextVar[Reading | None] = ContextVar("tricorn_reading", default=None)
current_reading = _reading.get


class AutoCastScope:
    """Floating-point Variables read inside are cast to `dtype`; None switches casts off again."""

    def __init__(self, dtype):
        self.dtype = dtype
        self._tokens = []

    def __enter__(self):
        outer = _reading.get()
        stateless = outer.stateless if outer is not None else None
        inner = None if stateless is None and self.dtype is None else Reading(stateless, self.dtype)
        self._tokens.append(_reading.set(inner))
        return self

    def __exit__(self, *exc_info):
        _reading.reset(self._tokens.pop())


def current_autocast():
    reading = _reading.get()
    return reading.autocast if reading is not None else None


class StatelessScope:
    """Variables read inside give the values of `state_mapping`; assignments are kept in the scope, not made.

    Args:
        state_mapping: Pairs `(variable, value)`.
        collect_losses: Whether `add_loss` values go to `scope.losses` rather than to the layers.
        initialize_variables: Kept for compatibility: initial values come from the host, so a Variable made inside has
            its value at once.
    """

    def __init__(self, state_mapping=None, collect_losses=False, initialize_variables=True):
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses = []
        self.state_mapping = {}
        self._variables = {}
        self._tokens = []
        for variable, value in state_mapping or ():
            if not hasattr(variable, "backend_object"):
                raise bad_argument(
                    "StatelessScope", "the first of each pair must be a Variable.", given=repr(type(variable)),
                )  # fmt: skip
            shape = getattr(value, "shape", None)
            if shape is not None and tuple(shape) != tuple(variable.shape):
                raise bad_argument(
                    f"StatelessScope, variable {variable.path!r}", "a value must have its variable's shape.",
                    expected=tuple(variable.shape), given=tuple(shape),
                )  # fmt: skip
            self.state_mapping[id(variable)] = value
            self._variables[id(variable)] = variable

    def __enter__(self):
        outer = _reading.get()
        autocast = outer.autocast if outer is not None else None
        self._tokens.append(_reading.set(Reading(self, autocast)))
        return self

    def __exit__(self, *exc_info):
        _reading.reset(self._tokens.pop())

    def add_loss(self, loss):
        self.losses.append(loss)

    def add_update(self, update):
        variable, value = update
        self._variables[id(variable)] = variable
        self.state_mapping[id(variable)] = value

    def get_current_value(self, variable):
        return self.state_mapping.get(id(variable))


def current_stateless_scope():
    reading = _reading.get()
    return reading.stateless if reading is not None else None


def in_stateless_scope():
    return current_stateless_scope() is not None


def get_stateless_scope():
    return current_stateless_scope()
