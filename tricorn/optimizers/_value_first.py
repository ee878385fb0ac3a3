"""`ValueFirstOptimizer`: the built-in optimizers, each a pure function of tensors."""

from __future__ import annotations

from tricorn.core.errors import bad_argument
from tricorn.core.scopes import current_reading
from tricorn.optimizers._optimizer import Optimizer
from tricorn.optimizers.schedules._learning_rate_schedule import FormulaSchedule


class ValueFirstOptimizer(Optimizer):
    """An optimizer given by `update`, a pure function; the base reads the old values and assigns the new ones.

    Subclasses say by `_slot_groups` which Variables stand beside each trained one, and define `update`. Where an engine
    has an in-place update of many tensors for it, they also say so by `_fused_settings`.
    """

    def build(self, var_list):
        """Make what the optimizer keeps beside the trained Variables. `apply` does it on its first call.

        Args:
            var_list: The trained Variables, all of one engine.
        """
        if self.built:
            return
        super().build(var_list)
        self._slots = [{} for _ in self._trainable_variables]
        self._shared = {}
        self._make_slots(self._trainable_variables)

    def _slot_groups(self):
        """Lists of pairs (name, initializer): the Variables of one list are made together for each trained Variable."""
        return []

    def _make_slots(self, variables):
        for group in self._slot_groups():
            names = [name for name, _ in group]
            made = self.add_optimizer_variables(variables, names, [initializer for _, initializer in group])
            for name, column in zip(names, made, strict=True):
                for slots, variable in zip(self._slots, column, strict=True):
                    if variable is not None:
                        slots[name] = variable

    def update(self, gradient, value, slots, step, learning_rate):
        """The new value of one Variable; pure.

        Args:
            gradient: A tensor like `value`.
            value: The Variable's value.
            slots: Dict of the values of what is kept beside it, by name.
            step: The number of this update, from 1: an int, or a scalar integer tensor.
            learning_rate: A Python number, or a scalar tensor of the dtype of `value`.

        Returns:
            The new value, and a dict of the new values of the slots.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(...).")

    def _advance(self, shared, step):
        """New values of what is kept once for all Variables, by name."""
        return shared

    @property
    def _is_pure(self):
        return self._uses_own_step()

    def _uses_own_step(self):
        """Whether a step is our `update`: not so in a subclass that defines `update_step`."""
        return type(self).update_step is ValueFirstOptimizer.update_step

    def update_step(self, gradient, variable, learning_rate):
        """Change one Variable by `update`; for subclasses that add to it."""
        step = self._number(self.iterations) + 1
        shared = self._advance({name: kept.value for name, kept in self._shared.items()}, step)
        self._update_one(gradient, variable, step, learning_rate, shared)

    def _update_variables(self, variables, grads, step, rate_like):
        shared = self._advance({name: kept.value for name, kept in self._shared.items()}, step)
        if not self._uses_own_step():
            super()._update_variables(variables, grads, step, rate_like)
        else:
            for variable, gradient in zip(variables, grads, strict=True):
                self._update_one(gradient, variable, step, rate_like(gradient), shared)
        for name, kept in self._shared.items():
            kept.assign_native(shared[name])

    def _update_one(self, gradient, variable, step, learning_rate, shared):
        own = self._slots[self._get_variable_index(variable)]
        slots = {name: slot.value for name, slot in own.items()}
        value, slots = self.update(gradient, variable.value, {**slots, **shared}, step, learning_rate)
        variable.assign_native(value)
        for name, slot in own.items():
            slot.assign_native(slots[name])

    # --- in place --------------------------------------------------------------------------------
    def apply(self, grads, trainable_variables=None):
        plan = self._plan
        if plan is not None and current_reading() is None and plan(grads, trainable_variables):
            return
        super().apply(grads, trainable_variables)
        if (plan is None or plan.outdated) and self.built and current_reading() is None:
            self._plan = self._make_plan(trainable_variables) or _NO_PLAN

    apply.__doc__ = Optimizer.apply.__doc__

    def _fused_settings(self):
        """`(kind, settings)` of the engine's in-place update that equals `update`, or None."""

    def _make_plan(self, variables):
        """`(grads, variables) -> whether it could`, updating in place many tensors at once; or None."""
        settings = self._fused_settings() if self._uses_own_step() else None
        if settings is None:
            return None
        variables = self._trainable_variables if variables is None else list(variables)
        if any(variable.constraint is not None or variable.overwrite_with_gradient for variable in variables):
            return None
        if self.use_ema and len(variables) != len(self._trainable_variables):
            return None
        kind, own = settings
        maker = self._engine.fused_update(kind)
        if maker is None:
            return None
        positions = [self._get_variable_index(variable) for variable in variables]
        names = list(self._slots[0]) if self._slots else []
        return maker(
            variables,
            {name: [self._slots[position][name] for position in positions] for name in names},
            counter=self._counter,
            rate=self._host_rate(),
            decays=[self._weight_decay_of(variable) or 0.0 for variable in variables],
            clip=(self.clipvalue, self.clipnorm, self.global_clipnorm),
            loss_scale=self.loss_scale_factor,
            accumulators=[self._accumulators[position] for position in positions]
            if self._accumulators
            else None,
            accumulation_steps=self.gradient_accumulation_steps,
            averages=[self._averages[position] for position in positions] if self.use_ema else None,
            ema_momentum=self.ema_momentum,
            ema_overwrite_every=self.ema_overwrite_frequency,
            **own,
        )

    def _host_rate(self):
        """`calls so far -> the learning rate`, as a Python number."""
        if self._rate_variable is not None:
            read, variable = self._engine.host_number, self._rate_variable
            return lambda _: read(variable.value)
        if isinstance(self._rate, FormulaSchedule) and type(self._rate).__call__ is FormulaSchedule.__call__:
            return self._rate.on_host
        return lambda _: float(self._current_rate())

    def _check_fractions(self, **fractions):
        """Raise unless each is in [0, 1)."""
        for name, value in fractions.items():
            if not isinstance(value, (int, float)) or not 0 <= value < 1:
                raise bad_argument(self._where(), f"`{name}` must be in [0, 1).", given=f"{name}={value!r}")

    def _check_not_negative(self, **numbers):
        for name, value in numbers.items():
            if not isinstance(value, (int, float)) or not value >= 0:
                raise bad_argument(self._where(), f"`{name}` must be at least 0.", given=f"{name}={value!r}")


class _NoPlan:
    """In the place of a plan: there is none for these settings."""

    outdated = False

    def __call__(self, grads, variables):
        return False


_NO_PLAN = _NoPlan()
