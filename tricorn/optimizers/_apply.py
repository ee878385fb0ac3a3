"""One call of `apply`: everything is computed from the old values, and assigned at the end.

The steps run inside a `StatelessScope` of their own, so that what one step assigns is seen by the next as a value, and
no Variable is written before all is known; then the new values are assigned. Reading a Variable back after it was
written in one traced step has given wrong numbers on one engine.
"""

from __future__ import annotations

import warnings

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument, describe
from tricorn.core.scopes import StatelessScope, current_reading, current_stateless_scope
from tricorn.optimizers._clipping import clip_gradients
from tricorn.optimizers._scalars import is_host, like
from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class Application:
    """The steps of `apply`; a part of `Optimizer`."""

    #: Whether a step may be compiled by the engine: nothing in it is a user's code.
    _is_pure = False

    # Prepared on use, dropped when a setting changes.
    _plan = None
    _compiled = None

    def _forget_plan(self):
        self.__dict__.pop("_plan", None)
        self.__dict__.pop("_compiled", None)

    def apply(self, grads, trainable_variables=None):
        """Update the trained Variables by their gradients.

        Args:
            grads: Gradients, one for each Variable; None where there is none.
            trainable_variables: The Variables; by default all those that the optimizer was built on. The first call
                builds it.

        Raises:
            ValueError: There is no gradient at all, the numbers or shapes differ, or the optimizer was built on other
                Variables. For Variables without a gradient there is a warning.
        """
        grads = list(grads)
        if not grads:
            return
        variables = self._variables_of(grads, trainable_variables)
        engine = self._engine
        with backends.backend_scope(engine), engine.gradients_off():
            grads, variables, overwritten = self._present(grads, variables)
            compiled = self._compiled_for(grads, variables, overwritten)
            if compiled is None:
                changes = self._changes(grads, variables, overwritten, self._current_rate())
            else:
                changes = compiled(grads)
            for variable, value in changes:
                variable.assign_native(value)

    def _variables_of(self, grads, variables):
        """The Variables that belong to `grads`; builds the optimizer if it is not built."""
        if variables is None:
            if not self.built:
                raise bad_argument(self._where(), "must be built before gradients come without their Variables.",
                                   hint="optimizer.build(model.trainable_variables)")  # fmt: skip
            variables = self._trainable_variables
        else:
            variables = list(variables)
            if not self.built:
                with backends.backend_scope(
                    getattr(variables[0], "backend_object", None) or backends.active_backend()
                ):
                    self.build(variables)
            for variable in variables:
                if id(variable) not in self._positions:
                    raise self._unknown(variable)
        if len(grads) != len(variables):
            raise bad_argument(self._where(), "there must be one gradient for each Variable.",
                               expected=f"{len(variables)} gradients", given=f"{len(grads)}")  # fmt: skip
        return variables

    def _present(self, grads, variables):
        """The gradients that there are, dense and of their Variables' dtypes; the Variables; and, apart, pairs for
        those that are overwritten by their gradients."""
        engine = self._engine
        kept, theirs, overwritten, missing = [], [], [], []
        for gradient, variable in zip(grads, variables, strict=True):
            if gradient is None:
                missing.append(variable)
                continue
            if backends.backend_of(gradient) is engine:
                gradient = engine.cast(engine.densify(gradient), variable.dtype)
            else:
                gradient = engine.convert_to_tensor(gradient, variable.dtype)
            shape = engine.shape_of(gradient)
            if shape != variable.shape and not _fits(shape, variable.shape):
                raise bad_argument(f'{self._where()}, variable "{variable.path}"', "the gradient has another shape.",
                                   expected=variable.shape, given=describe(gradient))  # fmt: skip
            if variable.overwrite_with_gradient:
                overwritten.append((variable, gradient))
            else:
                kept.append(gradient)
                theirs.append(variable)
        if missing:
            names = ", ".join(variable.path for variable in missing)
            if not kept and not overwritten:
                raise bad_argument(self._where(), "no gradient was given for any Variable.", given=f"None for {names}",
                                   hint="does the loss depend on the Variables?")  # fmt: skip
            warnings.warn(f"{self._where()}: there is no gradient for {names}. Does the loss depend on them?",
                          stacklevel=3)  # fmt: skip
        return kept, theirs, overwritten

    # --- compiled --------------------------------------------------------------------------------
    def _compiled_for(self, grads, variables, overwritten):
        """`grads -> changes` as one compiled call, or None."""
        if not self._is_pure or overwritten or current_reading() is not None:
            return None
        engine = self._engine
        cached = self._compiled
        key = [id(variable) for variable in variables]
        if cached is None or cached.key != key:
            if any(variable.constraint is not None for variable in variables):
                return None
            cached = _Compiled(self, variables, key)
            if cached.function is None:
                return None
            self._compiled = cached
        if any(engine.is_tracer(gradient) for gradient in grads) or engine.is_tracer(variables[0].value):
            return None
        return cached

    # --- the steps -------------------------------------------------------------------------------
    def _changes(self, grads, variables, overwritten, rate):
        """Pairs of a Variable and its new value, for all that changes."""
        return collect(lambda: self._steps(grads, variables, overwritten, rate))

    def _steps(self, grads, variables, overwritten, rate):
        every = self.gradient_accumulation_steps
        calls = self._number(self._counter.value)
        updates = calls // every if every else calls
        now = (calls + 1) % every == 0 if every else True
        self._overwrite(overwritten, now)
        if variables:
            if self.loss_scale_factor is not None:
                grads = [gradient / self.loss_scale_factor for gradient in grads]
            if every:
                gathered = [self._accumulators[self._positions[id(variable)]] for variable in variables]
                sums = [gradient + sum_.value for gradient, sum_ in zip(grads, gathered, strict=True)]
                for variable, sum_ in zip(gathered, sums, strict=True):
                    variable.assign_native(sum_)

                def update():
                    self._update(list(variables), [sum_ / every for sum_ in sums], updates, rate)
                    for variable, sum_ in zip(gathered, sums, strict=True):
                        variable.assign_native(ops.zeros_like(sum_))

                conditionally(now, update)
            else:
                self._update(variables, grads, updates, rate)
            if self.use_ema:
                self._follow(updates)
            for variable in variables:
                if variable.constraint is not None:
                    variable.assign(variable.constraint(variable.value))
        self._counter.assign_native(self._counter.value + 1)

    def _number(self, scalar):
        """A scalar as a Python number where the host can read it, else as it is."""
        number = self._engine.host_number(scalar)
        return ops.convert_to_tensor(scalar) if number is None else number

    def _update(self, variables, grads, updates, rate):
        """Clip, decay, update."""
        number = self._engine.host_number(rate)
        rate = rate if number is None else float(number)
        rates = {}

        def rate_like(tensor):
            if is_host(rate):
                return rate
            found = rates.get(tensor.dtype)
            if found is None:
                found = rates[tensor.dtype] = like(rate, tensor)
            return found

        grads = clip_gradients(grads, self.clipvalue, self.clipnorm, self.global_clipnorm)
        for variable in variables:
            decay = self._weight_decay_of(variable)
            if decay:
                value = variable.value
                variable.assign_native(value - value * (rate_like(value) * decay))
        self._update_variables(variables, grads, updates + 1, rate_like)

    def _weight_decay_of(self, variable):
        """The decay of one Variable at learning rate 1, or None."""
        return self.weight_decay if self.weight_decay and self._use_weight_decay(variable) else None

    def _update_variables(self, variables, grads, step, rate_like):
        for variable, gradient in zip(variables, grads, strict=True):
            self.update_step(gradient, variable, rate_like(gradient))

    def _overwrite(self, pairs, now):
        """Variables that take their gradients as values. While gradients are gathered, they take the largest."""
        for variable, gradient in pairs:
            if not self.gradient_accumulation_steps:
                variable.assign_native(gradient)
                continue
            gathered = self._accumulators[self._positions[id(variable)]]
            largest = ops.maximum(gradient, gathered.value)
            gathered.assign_native(largest)

            def take(variable=variable, gathered=gathered, largest=largest):
                variable.assign_native(largest)
                gathered.assign_native(ops.zeros_like(largest))

            conditionally(now, take)

    def _follow(self, updates):
        """The averages take a step towards the Variables; on the first one they become equal to them."""
        started = (1.0 if updates else 0.0) if is_host(updates) else ops.cast(updates != 0, "float32")
        momentum = started * self.ema_momentum
        pairs = [
            pair
            for pair in zip(self._trainable_variables, self._averages, strict=True)
            if pair[1] is not None
        ]
        for variable, average in pairs:
            old, value = average.value, variable.value
            keep = like(momentum, old)
            average.assign_native(old * keep + value * (1 - keep))
        if self.ema_overwrite_frequency:

            def take():
                for variable, average in pairs:
                    variable.assign_native(average.value)

            conditionally((updates + 1) % self.ema_overwrite_frequency == 0, take)


class _Compiled:
    """A step over fixed Variables as one function that the engine compiles, for calls outside of a trace."""

    def __init__(self, optimizer, variables, key):
        self.key = key
        self.optimizer = optimizer
        self.state = [*optimizer.variables, *optimizer._trainable_variables]
        # A rate that is a user's function is called before, outside of the trace.
        self.own_rate = optimizer._rate_variable is not None or isinstance(optimizer._rate, FormulaSchedule)
        self.changed = []  # the Variables that change, found on tracing

        def step(values, grads, rate):
            with StatelessScope(zip(self.state, values, strict=True)):
                rate = optimizer._current_rate() if self.own_rate else rate
                changes = optimizer._changes(grads, variables, [], rate)
            self.changed = [variable for variable, _ in changes]
            return [value for _, value in changes]

        self.function = optimizer._engine.compiled(step)

    def __call__(self, grads):
        rate = None if self.own_rate else self.optimizer._current_rate()
        values = self.function([variable.value for variable in self.state], grads, rate)
        return zip(self.changed, values, strict=True)


def collect(function):
    """What `function` would assign: pairs of a Variable and its new value. Nothing is assigned."""
    outer = current_stateless_scope()
    scope = StatelessScope()
    if outer is not None:
        scope.state_mapping.update(outer.state_mapping)
        scope._variables.update(outer._variables)
    before = dict(scope.state_mapping)
    with scope:
        function()
    return [
        (scope._variables[key], value)
        for key, value in scope.state_mapping.items()
        if value is not before.get(key)
    ]


def conditionally(condition, function):
    """Run `function` if `condition`; where that is a tensor, what it assigns is kept where the tensor is true."""
    if isinstance(condition, bool):
        if condition:
            function()
        return
    for variable, value in collect(function):
        variable.assign_native(ops.where(condition, value, variable.value))


def _fits(shape, expected):
    """Whether a shape with unknown sizes may be `expected`."""
    return len(shape) == len(expected) and all(
        a is None or a == b for a, b in zip(shape, expected, strict=True)
    )
