"""`Optimizer`: what all optimizers share, and the base of a user's own."""

from __future__ import annotations

import re
import warnings

import numpy as np

from tricorn import ops
from tricorn.core import backend as backends
from tricorn.core.arrays import numpy_dtype
from tricorn.core.config import floatx
from tricorn.core.errors import bad_argument, describe
from tricorn.core.naming import auto_name
from tricorn.core.scopes import StatelessScope
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.optimizers._apply import Application
from tricorn.optimizers._state import OptimizerState
from tricorn.optimizers.schedules import LearningRateSchedule

_SETTINGS = (
    "weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema", "ema_momentum", "ema_overwrite_frequency",
    "loss_scale_factor", "gradient_accumulation_steps",
)  # fmt: skip


class Optimizer(Application, OptimizerState):
    """Changes trained Variables from their gradients.

    A step is: gradients that are None are dropped; those of a scaled loss are scaled back; with
    `gradient_accumulation_steps` they are gathered until it is their turn; they are clipped; weights decay; the
    Variables are updated; averages of the Variables follow; constraints are applied.

    For an optimizer of your own, subclass it and define `update_step(gradient, variable, learning_rate)`, which changes
    one Variable by `self.assign`, `self.assign_add` and `self.assign_sub`; `build(variables)`, which makes further
    Variables by `self.add_optimizer_variables`; and `get_config()`.

    Args:
        learning_rate: A number; a `LearningRateSchedule`; or a callable without arguments that returns the rate.
        weight_decay: Fraction by which each weight decays in a step at learning rate 1, or None.
        clipnorm: The largest L2 norm of each gradient. Of the three bounds at most one is given.
        clipvalue: The largest magnitude of each element of a gradient.
        global_clipnorm: The largest L2 norm of all gradients together.
        use_ema: Whether moving averages of the trained Variables are kept.
        ema_momentum: Weight of the old average, in [0, 1].
        ema_overwrite_frequency: After how many steps the Variables are set to their averages; None: only by
            `finalize_variable_values`, which `fit` calls at its end.
        loss_scale_factor: `scale_loss` multiplies the loss by it, and `apply` divides the gradients by it.
        gradient_accumulation_steps: The mean gradient of so many calls makes one update, at least 2; or None.
        name: A name; by default made from the class's.

    Raises:
        ValueError: An argument is unknown or out of its range.
    """

    def __init__(self, learning_rate, weight_decay=None, clipnorm=None, clipvalue=None, global_clipnorm=None,
                 use_ema=False, ema_momentum=0.99, ema_overwrite_frequency=None, loss_scale_factor=None,
                 gradient_accumulation_steps=None, name=None, **kwargs):  # fmt: skip
        if kwargs.pop("decay", None) is not None:
            warnings.warn("The argument `decay` has no effect any more; use a schedule.", stacklevel=3)
        self.name = name or auto_name(type(self).__name__)
        if not isinstance(self.name, str) or "/" in self.name:
            raise bad_argument(type(self).__name__, "`name` must be a string without '/'.", given=repr(name))
        if kwargs:
            raise bad_argument(self._where(), "unknown arguments.", given=", ".join(sorted(kwargs)))
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.global_clipnorm = global_clipnorm
        self.clipvalue = clipvalue
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check_settings()
        if isinstance(learning_rate, dict):
            learning_rate = deserialize_keras_object(learning_rate)
        self._rate = self._checked_rate(learning_rate)
        self._not_decayed = ((), ())  # Variables, and patterns of names
        self._averages = []
        self._accumulators = []
        self._init_state()

    def _check_settings(self):
        where = self._where()
        bounds = {name: getattr(self, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
        given = {name: value for name, value in bounds.items() if value is not None}
        shown = ", ".join(f"{name}={value}" for name, value in given.items())
        if len(given) > 1:
            raise bad_argument(where, "at most one bound on gradients can be given.", given=shown)
        if any(not _is_number(value) or not value > 0 for value in given.values()):
            raise bad_argument(where, "a bound on gradients must be a positive number.", given=shown)
        if self.use_ema:
            if not _is_number(self.ema_momentum) or not 0 <= self.ema_momentum <= 1:
                raise bad_argument(where, "`ema_momentum` must be in [0, 1].", given=self.ema_momentum)
            every = self.ema_overwrite_frequency
            if every is not None and (not isinstance(every, int) or every < 0):
                raise bad_argument(
                    where, "`ema_overwrite_frequency` must be a positive integer or None.", given=every
                )
        if self.weight_decay is not None and not _is_number(self.weight_decay):
            raise bad_argument(
                where, "`weight_decay` must be a number or None.", given=repr(self.weight_decay)
            )
        steps = self.gradient_accumulation_steps
        if steps is not None and (not isinstance(steps, int) or steps < 2):
            raise bad_argument(
                where, "`gradient_accumulation_steps` must be an integer of at least 2.", given=steps
            )

    def _checked_rate(self, rate):
        if callable(rate):
            return rate
        if not _is_number(rate) or not rate >= 0:
            raise bad_argument(
                self._where(), "cannot use this `learning_rate`.",
                expected="a number of at least 0, a LearningRateSchedule, or a callable without arguments",
                given=describe(rate),
            )  # fmt: skip
        return float(rate)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)
        if name[0] != "_" and name != "learning_rate":  # what was prepared for the old settings is of no use
            self._forget_plan()

    # --- building --------------------------------------------------------------------------------
    def build(self, variables):
        """Make what the optimizer keeps beside the trained Variables. `apply` does it on its first call.

        Args:
            variables: The trained Variables, all of one engine.
        """
        if self.built:
            return
        variables = list(variables)
        engine = (
            variables[0].backend_object if variables and hasattr(variables[0], "backend_object") else None
        )
        self._remember(variables)
        self._make_scalars(engine)
        if self.use_ema:
            self._averages = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            # Variables that are overwritten by their gradients gather them too.
            self._accumulators = [
                self.add_variable_from_reference(variable, "gradient_accumulator") for variable in variables
            ]
        self.built = True

    # --- steps -----------------------------------------------------------------------------------
    def update_step(self, gradient, variable, learning_rate):
        """Change one Variable; for subclasses to define.

        Args:
            gradient: A tensor of the Variable's shape and dtype.
            variable: The Variable, to be changed by `self.assign`, `self.assign_add` or `self.assign_sub`.
            learning_rate: The learning rate of this step, of the Variable's dtype.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define update_step(gradient, variable, learning_rate)."
        )

    def apply_gradients(self, grads_and_vars):
        """Like `apply`, for pairs `(gradient, variable)`. Returns the number of updates so far."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iterations

    def stateless_apply(self, optimizer_variables, grads, trainable_variables):
        """`apply` as a pure function: nothing is changed, the new values are returned.

        Args:
            optimizer_variables: Values for `self.variables`.
            grads: The gradients.
            trainable_variables: Values for the Variables that the optimizer was built on.

        Returns:
            `(trainable_variables, optimizer_variables)`, lists of the new values.

        Raises:
            ValueError: It is not built, or the number of values differs.
        """
        if not self.built:
            raise bad_argument(self._where(), "must be built before `stateless_apply`.",
                               hint="optimizer.build(model.trainable_variables)")  # fmt: skip
        own, trained = self.variables, self._trainable_variables
        for what, expected, given in (("optimizer_variables", own, optimizer_variables),
                                      ("trainable_variables", trained, trainable_variables)):  # fmt: skip
            if len(given) != len(expected):
                raise bad_argument(f"{self._where()}, stateless_apply", f"`{what}` has another length.",
                                   expected=len(expected), given=len(given))  # fmt: skip
        pairs = [*zip(trained, trainable_variables, strict=True), *zip(own, optimizer_variables, strict=True)]
        with StatelessScope(pairs) as scope:
            self.apply(grads)
        return ([scope.get_current_value(variable) for variable in trained],
                [scope.get_current_value(variable) for variable in own])  # fmt: skip

    def assign(self, variable, value):
        """Set a Variable, from `update_step`."""
        variable.assign(value)

    def assign_add(self, variable, value):
        """Add to a Variable, from `update_step`."""
        variable.assign(variable.value + _same_dtype(value, variable))

    def assign_sub(self, variable, value):
        """Subtract from a Variable, from `update_step`."""
        variable.assign(variable.value - _same_dtype(value, variable))

    def scale_loss(self, loss):
        """The loss times `loss_scale_factor`: what gradients are to be taken of."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    @property
    def scales_loss(self):
        """Whether `scale_loss` does anything."""
        return self.loss_scale_factor is not None or type(self).scale_loss is not Optimizer.scale_loss

    # --- weight decay ----------------------------------------------------------------------------
    def exclude_from_weight_decay(self, var_list=None, var_names=None):
        """Name the Variables that do not decay.

        Args:
            var_list: Variables.
            var_names: Regular expressions, searched for in the names of Variables.
        """
        self._not_decayed = (tuple(var_list or ()), tuple(re.compile(name) for name in var_names or ()))
        self._forget_plan()

    def _use_weight_decay(self, variable):
        excluded, patterns = self._not_decayed
        return not (
            any(variable is one for one in excluded) or any(one.search(variable.name) for one in patterns)
        )

    # --- the learning rate and the counter -------------------------------------------------------
    @property
    def iterations(self):
        """How many updates were made: a Variable, or with gradient accumulation a tensor."""
        self._make_scalars()
        steps = self.gradient_accumulation_steps
        return self._counter if not steps else ops.floor_divide(self._counter, steps)

    @property
    def learning_rate(self):
        """The learning rate now: a Variable if it was given as a number, else a scalar. A number, a schedule or a
        callable can be assigned; one that was a schedule cannot become a number."""
        if self._rate_is_variable():
            self._make_scalars()
            return self._rate_variable
        return self._current_rate()

    @learning_rate.setter
    def learning_rate(self, rate):
        if callable(rate):
            self._rate = rate
            self._rate_variable = None
            self._forget_plan()
            return
        if not self._rate_is_variable():
            raise bad_argument(
                self._where(), "its learning rate follows a schedule, so it cannot be set to a number.",
                given=describe(rate), hint="a LearningRateSchedule, or a new optimizer", error=TypeError,
            )  # fmt: skip
        if self._rate_variable is None:
            self._rate = self._checked_rate(rate)
        else:
            self._rate_variable.assign(rate)

    def _current_rate(self):
        """The learning rate of this step, a number or a scalar."""
        if self._rate_variable is not None:
            return self._rate_variable.value
        self._make_scalars()
        with backends.backend_scope(self._engine):
            return (
                self._rate(self._counter.value)
                if isinstance(self._rate, LearningRateSchedule)
                else self._rate()
            )

    # --- averages --------------------------------------------------------------------------------
    def finalize_variable_values(self, var_list):
        """Set Variables to their final values at the end of training: to their averages, if those are kept."""
        if not self.use_ema:
            return
        if len(var_list) != len(self._trainable_variables):
            raise bad_argument(f"{self._where()}, finalize_variable_values", "takes the Variables it was built on.",
                               expected=f"{len(self._trainable_variables)} Variables", given=len(var_list))  # fmt: skip
        for variable in var_list:
            average = self._averages[self._get_variable_index(variable)]
            if average is not None:
                variable.assign(average)

    # --- configuration ---------------------------------------------------------------------------
    def get_config(self):
        """The constructor arguments."""
        if self._rate_variable is not None:
            rate = float(self._rate_variable.numpy())
        elif self._rate_is_variable():
            rate = float(np.asarray(self._rate).astype(numpy_dtype(floatx())))  # as the Variable will hold it
        else:
            rate = serialize_keras_object(self._rate)
        return {"name": self.name, "learning_rate": rate, **{name: getattr(self, name) for name in _SETTINGS}}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The optimizer with the constructor arguments `config`.

        Args:
            config: What `get_config` returned.
            custom_objects: Dict of classes (schedules) which it may name.
        """
        config = dict(config)
        if isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = deserialize_keras_object(
                config["learning_rate"], custom_objects=custom_objects
            )
        return cls(**config)

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name not in ("_plan", "_compiled")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._positions = {id(variable): index for index, variable in enumerate(self._trainable_variables)}


def _is_number(value):
    if isinstance(value, bool):
        return False
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, str)


def _same_dtype(value, variable):
    return variable.backend_object.convert_to_tensor(value, variable.dtype)
