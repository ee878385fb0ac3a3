"""Optimizer steps prepared once for a list of Variables and called at each step, in place, by torch's fused kernels.

A call costs a few microseconds more than the kernel. What a kernel does not check, the plan does. Kernels ignore
strides: a gradient in another memory order than its parameter's would train silently wrong, and `torch.autograd.grad`
gives any order. Where the fused kernels don't fit, the functions of `update.py` do the step.
"""

from __future__ import annotations

import functools
import math
from operator import is_

import torch

from tricorn.backends.torch.update import adam_update, sgd_update

_set_grad_enabled = torch._C._set_grad_enabled  # what `torch.no_grad` does, without its 2 microseconds


class Plan:
    """One optimizer step over fixed Variables: `plan(gradients, variables) -> whether it was made`.

    Args:
        variables: The trained Variables.
        slots: Dict from names to lists of Variables beside them.
        counter: The Variable that counts calls; on the host.
        rate: `calls so far -> learning rate`, a Python number.
        decays: For each Variable, the fraction by which it decays at learning rate 1.
        clip: `(value, norm of each, norm of all)`, of which at most one is not None.
        loss_scale: What gradients are divided by, or None.
        accumulators: Variables in which gradients gather, or None.
        accumulation_steps: After how many calls the mean of the gathered gradients is applied.
        averages: Variables that follow the trained ones, or None.
        ema_momentum: Weight of the old average.
        ema_overwrite_every: After how many updates the Variables are set to the averages, or None.
    """

    def __init__(self, variables, slots, *, counter, rate, decays, clip, loss_scale, accumulators, accumulation_steps,
                 averages, ema_momentum, ema_overwrite_every):  # fmt: skip
        self.outdated = False
        self.variables = variables
        self.slot_variables = slots
        self.counter_variable = counter
        self.rate = rate
        self.decays = decays
        self.uniform_decay = decays[0] if len(set(decays)) == 1 else None
        self.clip = clip if any(bound is not None for bound in clip) else None
        self.loss_scale = loss_scale
        self.accumulator_variables = accumulators
        self.accumulation_steps = accumulation_steps
        self.average_variables = averages
        self.ema_momentum = ema_momentum
        self.ema_overwrite_every = ema_overwrite_every
        self.prepares = loss_scale is not None or self.clip is not None or accumulators is not None
        self.parameters = self.pointers = None

    def __call__(self, gradients, variables=None):
        ours = self.variables
        if variables is not None and not (len(variables) == len(ours) and all(map(is_, variables, ours))):
            self.outdated = True
            return False
        parameters = [variable._store[variable._key] for variable in ours]
        # A module's .to() keeps its Parameters and gives them other memory.
        seen = [parameter.data_ptr() for parameter in parameters] == self.pointers
        if not (seen and all(map(is_, parameters, self.parameters))) and not self._look_at(parameters):
            return False
        gradients = self._fitting(gradients)
        if gradients is None:
            return False
        enabled = torch.is_grad_enabled()
        _set_grad_enabled(False)
        try:
            self._step(gradients)
        finally:
            _set_grad_enabled(enabled)
        return True

    def _step(self, gradients):
        calls = int(self.calls)
        every = self.accumulation_steps
        updates = calls // every if every else calls
        if self.prepares:
            gradients = self._prepared(gradients, calls)
        if gradients is not None:
            self._update(gradients, updates + 1, self.rate(calls))
            if every:
                torch._foreach_zero_(self.accumulators)
        if self.averages is not None:
            self._follow(updates)
        self.calls[()] = calls + 1

    # --- looking at the tensors ------------------------------------------------------------------
    def _look_at(self, parameters):
        """Keep what belongs to these parameters; False if they are not for lists of tensors."""
        self.parameters = self.pointers = None
        counter, first = self.counter_variable._read(), parameters[0]
        if counter.device.type != "cpu" or any(
            type(parameter) is not torch.nn.Parameter or parameter.device != first.device
            for parameter in parameters
        ):
            return False
        self.slots = {name: _values(column) for name, column in self.slot_variables.items()}
        self.accumulators = _values(self.accumulator_variables)
        self.averages = _values(self.average_variables)
        beside = [*self.slots.values(), *filter(None, (self.accumulators, self.averages))]
        if any(tensor.device != first.device for column in beside for tensor in column):
            return False
        self.device = first.device
        self.fused = self._has_kernel() and all(
            parameter.dtype == first.dtype and parameter.dtype in (torch.float32, torch.float64)
            and _is_dense(parameter) and all(column[index].stride() == parameter.stride() for column in beside)
            for index, parameter in enumerate(parameters)
        )  # fmt: skip
        if not self.fused and not self._works_without_kernel():
            return False
        self.calls = (
            counter.detach().numpy()
        )  # the same memory: a number is read and written in 0.1 microseconds
        self.shapes = [parameter.shape for parameter in parameters]
        self.strides = [parameter.stride() for parameter in parameters]
        self.dtypes = [parameter.dtype for parameter in parameters]
        self.types = [torch.Tensor] * len(parameters)
        self.parameters = parameters
        self.pointers = [parameter.data_ptr() for parameter in parameters]
        return True

    def _has_kernel(self):
        raise NotImplementedError

    def _works_without_kernel(self):
        return True

    def _fitting(self, gradients):
        """The gradients in their parameters' memory order; None if there is one that is not like its parameter."""
        if [type(gradient) for gradient in gradients] != self.types:
            return None
        if [gradient.dtype for gradient in gradients] != self.dtypes:
            return None
        if [gradient.shape for gradient in gradients] != self.shapes or gradients[0].device != self.device:
            return None
        if [gradient.stride() for gradient in gradients] != self.strides:
            return [
                gradient if gradient.stride() == stride else torch.empty_like(parameter).copy_(gradient)
                for gradient, parameter, stride in zip(gradients, self.parameters, self.strides, strict=True)
            ]
        return gradients

    # --- around the update -----------------------------------------------------------------------
    def _prepared(self, gradients, calls):
        """The gradients to update by; None if they were only gathered."""
        if self.loss_scale is not None:
            gradients = torch._foreach_div(gradients, self.loss_scale)
        if self.accumulators is not None:
            torch._foreach_add_(self.accumulators, gradients)
            if (calls + 1) % self.accumulation_steps:
                return None
            gradients = torch._foreach_div(self.accumulators, self.accumulation_steps)
        if self.clip is not None:
            gradients = _clipped(gradients, *self.clip)
        return gradients

    def _decay(self, rate):
        """Weight decay, where it is not left to the kernel."""
        if self.uniform_decay is not None:
            if self.uniform_decay:
                torch._foreach_mul_(self.parameters, 1 - rate * self.uniform_decay)
            return
        for parameter, decay in zip(self.parameters, self.decays, strict=True):
            if decay:
                parameter.mul_(1 - rate * decay)

    def _follow(self, updates):
        momentum = self.ema_momentum if updates else 0.0
        torch._foreach_lerp_(self.averages, self.parameters, 1 - momentum)
        if self.ema_overwrite_every and (updates + 1) % self.ema_overwrite_every == 0:
            torch._foreach_copy_(self.parameters, self.averages)

    def _update(self, gradients, step, rate):
        """Decay and update."""
        raise NotImplementedError


class AdamPlan(Plan):
    """Adam and AdamW, with or without the largest second moment (slot `velocity_hat`).

    The kernel adds epsilon after the bias correction of the second moment, we before: it is given
    epsilon / sqrt(1 - beta_2**t).
    """

    def __init__(self, *args, beta_1, beta_2, epsilon, **kwargs):
        super().__init__(*args, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.log_beta_2 = math.log(beta_2) if beta_2 > 0 else -math.inf

    def _has_kernel(self):
        return _has_fused_adam(self.device.type)

    def _works_without_kernel(self):
        return "velocity_hat" not in self.slots and self.beta_1 > 0 and self.beta_2 > 0

    def _look_at(self, parameters):
        if not super()._look_at(parameters):
            return False
        self.count = torch.zeros((), dtype=torch.float32, device=self.device)
        self.counts = [self.count] * len(parameters)
        self.count_view = self.count.numpy() if self.device.type == "cpu" else None
        self.hats = self.slots.get("velocity_hat", [])
        return True

    def _update(self, gradients, step, rate):
        momenta, velocities, decay = self.slots["momentum"], self.slots["velocity"], self.uniform_decay
        if decay is None:
            self._decay(rate)
            decay = 0.0
        if not self.fused:
            adam_update(self.parameters, gradients, momenta, velocities, step, rate, self.beta_1, self.beta_2,
                        self.epsilon, decay or None)  # fmt: skip
            return
        if self.count_view is not None:
            self.count_view[()] = step
        else:
            self.count.fill_(step)
        kernel = torch._fused_adamw_ if decay else torch._fused_adam_
        kernel(
            self.parameters, gradients, momenta, velocities, self.hats, self.counts,
            lr=rate, beta1=self.beta_1, beta2=self.beta_2, weight_decay=decay,
            eps=self.epsilon / math.sqrt(-math.expm1(step * self.log_beta_2)), amsgrad=bool(self.hats), maximize=False,
        )  # fmt: skip


class SGDPlan(Plan):
    """Gradient descent, plain or with momentum.

    torch keeps a momentum without the learning rate, we one that includes it. The kernel gives ours when it is run on
    learning rate -1 and negated gradients (`maximize`), which `dampening` scales by the learning rate.
    """

    def __init__(self, *args, momentum, nesterov, **kwargs):
        super().__init__(*args, **kwargs)
        self.momentum, self.nesterov = momentum, nesterov

    def _has_kernel(self):
        return self.momentum > 0 and _has_fused_sgd(self.device.type)

    def _update(self, gradients, step, rate):
        self._decay(rate)
        momenta = self.slots["momentum"] if self.momentum else None
        if not self.fused:
            sgd_update(self.parameters, gradients, momenta, rate, self.momentum, self.nesterov)
            return
        dampening = 1 - rate
        if self.nesterov:  # the kernel adds the gradient unscaled to the momentum, so it is scaled before
            gradients, dampening = torch._foreach_mul(gradients, rate), 0.0
        torch._fused_sgd_(
            self.parameters, gradients, momenta, weight_decay=0.0, momentum=self.momentum, lr=-1.0, dampening=dampening,
            nesterov=self.nesterov, maximize=True, is_first_step=False,
        )  # fmt: skip


def _values(variables):
    return None if variables is None else [variable._read() for variable in variables]


def _is_dense(tensor):
    """True if the elements fill their memory without gaps or overlaps, in whatever order of axes."""
    order = sorted(range(tensor.ndim), key=tensor.stride, reverse=True)
    return tensor.permute(order).is_contiguous()


def _clipped(gradients, value, norm, global_norm):
    if value is not None:
        gradients = torch._foreach_clamp_min(gradients, -value)
        torch._foreach_clamp_max_(gradients, value)
        return gradients
    norms = torch._foreach_norm(gradients)
    if norm is not None:
        return [gradient * _factor(one, norm) for gradient, one in zip(gradients, norms, strict=True)]
    factor = _factor(torch.linalg.vector_norm(torch.stack([one.float() for one in norms])), global_norm)
    return torch._foreach_mul(gradients, factor)


def _factor(norm, bound):
    # norm - norm is 0, or NaN where the norm is not finite, which then shows rather than looking right.
    return bound / norm.clamp(min=bound) + (norm - norm)


@functools.cache
def _has_fused_adam(device_type):
    """Whether the fused kernel, which is not public, is there and runs on such a device."""
    try:
        one, grad, first, second, count = ([torch.ones(1, device=device_type)] for _ in range(5))
        torch._fused_adam_(one, grad, first, second, [], count, lr=1.0, beta1=0.5, beta2=0.5, weight_decay=0.0, eps=1.0,
                           amsgrad=False, maximize=False)  # fmt: skip
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return hasattr(torch, "_fused_adamw_")


@functools.cache
def _has_fused_sgd(device_type):
    try:
        one, grad, momentum = ([torch.ones(1, device=device_type)] for _ in range(3))
        torch._fused_sgd_(one, grad, momentum, weight_decay=0.0, momentum=0.5, lr=-1.0, dampening=0.5, nesterov=False,
                          maximize=True, is_first_step=False)  # fmt: skip
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return one[0].item() == 1.0  # momentum = 0.5 * 1 - 0.5 * 1 = 0: the formula that we rely on


MAKERS = {"adam": AdamPlan, "sgd": SGDPlan}
