from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.optimizers._apply import conditionally
from tricorn.optimizers._optimizer import Optimizer
from tricorn.optimizers._scalars import Filled, is_host, like


class LossScaleOptimizer(Optimizer):
    """An optimizer whose loss is scaled so that float16 gradients neither vanish nor overflow.

    The loss is multiplied by a scale, the gradients are divided by it. A step with a gradient that is not finite is
    left out, and the scale halved; after `dynamic_growth_steps` good steps in a row it is doubled.

    Args:
        inner_optimizer: The optimizer that updates.
        initial_scale: The scale at first.
        dynamic_growth_steps: After how many good steps in a row the scale doubles.
        name: A name.

    Raises:
        ValueError: Any other argument is given: set those on `inner_optimizer`.

    Source: Micikevicius et al., Mixed precision training, 2017.
    """

    def __init__(
        self, inner_optimizer, initial_scale=32768.0, dynamic_growth_steps=2000, name=None, **kwargs
    ):
        if isinstance(inner_optimizer, dict):
            inner_optimizer = deserialize_keras_object(inner_optimizer)
        if not isinstance(inner_optimizer, Optimizer):
            raise bad_argument("LossScaleOptimizer", "`inner_optimizer` must be an optimizer.",
                               given=repr(inner_optimizer), error=TypeError)  # fmt: skip
        given = [key for key, value in kwargs.items() if value not in (None, False)]
        if given:
            raise bad_argument("LossScaleOptimizer", "does not take these arguments.", given=", ".join(given),
                               hint="set them on the inner optimizer")  # fmt: skip
        if not initial_scale > 0 or not dynamic_growth_steps > 0:
            raise bad_argument("LossScaleOptimizer", "`initial_scale` and `dynamic_growth_steps` must be positive.",
                               given=f"{initial_scale}, {dynamic_growth_steps}")  # fmt: skip
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps

    def build(self, var_list):
        """Make the scale, its counter, and what the inner optimizer keeps.

        Args:
            var_list: The trained Variables.
        """
        if self.built:
            return
        super().build(var_list)
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), Filled(self.initial_scale), dtype="float32", name="dynamic_scale"
        )
        self.inner_optimizer.build(var_list)

    @property
    def variables(self):
        """Its own Variables, then those of the inner optimizer."""
        return super().variables + self.inner_optimizer.variables

    @property
    def iterations(self):
        """How many updates the inner optimizer made."""
        return self.inner_optimizer.iterations

    @property
    def learning_rate(self):
        """The inner optimizer's learning rate."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, rate):
        self.inner_optimizer.learning_rate = rate

    def scale_loss(self, loss):
        """The loss, times the scale and whatever the inner optimizer multiplies it by."""
        scale = self.dynamic_scale.value if self.built else self.initial_scale
        scaled = self.inner_optimizer.scale_loss(loss)
        return scaled * (scale if is_host(scale) or is_host(loss) else like(scale, loss))

    def check_finite(self, grads):
        """Whether all elements of all gradients are finite: a scalar boolean tensor."""
        finite = None
        for gradient in grads:
            if gradient is not None:
                one = ops.all(ops.isfinite(gradient))
                finite = one if finite is None else ops.logical_and(finite, one)
        return True if finite is None else finite

    def _steps(self, grads, variables, overwritten, rate):
        finite = self._number(self.check_finite(grads))
        scale, count = self.dynamic_scale.value, self.step_counter.value

        def good():
            pairs = [*zip([gradient / like(scale, gradient) for gradient in grads], variables, strict=True),
                     *((gradient, variable) for variable, gradient in overwritten)]  # fmt: skip
            self.inner_optimizer.apply(
                [gradient for gradient, _ in pairs], [variable for _, variable in pairs]
            )
            full = count + 1 >= self.dynamic_growth_steps
            self.step_counter.assign_native(ops.where(full, ops.zeros_like(count), count + 1))
            self.dynamic_scale.assign_native(ops.where(full, scale * 2.0, scale + 0.0))

        if is_host(finite):
            if finite:
                good()
            else:
                self._back_off(count, scale)
            return
        self._back_off(count, scale)
        conditionally(finite, good)

    def _back_off(self, count, scale):
        self.step_counter.assign_native(ops.zeros_like(count))
        self.dynamic_scale.assign_native(scale / 2.0)

    def finalize_variable_values(self, var_list):
        """Let the inner optimizer set the final values."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self):
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The optimizer with the constructor arguments `config`."""
        config = dict(config)
        if isinstance(config.get("inner_optimizer"), dict):
            config["inner_optimizer"] = deserialize_keras_object(config["inner_optimizer"], custom_objects)
        return cls(**config)
