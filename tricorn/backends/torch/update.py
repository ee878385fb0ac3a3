"""Optimizer steps on torch, in place over lists of tensors.

`torch._fused_adam_` runs over memory and ignores strides: a gradient laid out otherwise than its parameter (what
`autograd.grad` gives for transposed uses) would train silently wrong. `_laid_out` gives each gradient its parameter's
strides first. Its formula has epsilon outside the bias correction where Keras has it inside; the epsilon handed over
makes the two the same. It is private, so `foreach` operations stand behind it.
"""

from __future__ import annotations

import math

import torch

_HAS_FUSED = hasattr(torch, "_fused_adam_") and hasattr(torch, "_fused_adamw_")


def adam_update(
    params, grads, m, v, step, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=None
):
    """One step of Adam, in place on `params`, `m` and `v`.

    m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g^2;
    p -= learning_rate sqrt(1 - beta_2^t) / (1 - beta_1^t) * m / (sqrt(v) + epsilon).

    Args:
        params, grads, m, v: Lists of tensors of the same shapes, parameter by parameter.
        step: t, 1 at the first step; a Python int.
        learning_rate: A Python float.
        weight_decay: If given, p -= learning_rate * weight_decay * p first (decoupled, as in AdamW).

    Source: Kingma and Ba, 2014; Loshchilov and Hutter, 2017.
    """
    if not params:
        return
    with torch.no_grad():
        for _, (p, g, first, second) in _groups(params, grads, m, v).items():
            g = _laid_out(g, p)
            if _HAS_FUSED and _fits_fused(p, g, first, second):
                _fused(p, g, first, second, step, learning_rate, beta_1, beta_2, epsilon, weight_decay)
            else:
                _foreach(p, g, first, second, step, learning_rate, beta_1, beta_2, epsilon, weight_decay)


def _groups(*lists):
    """The lists, apart for each device and dtype: fused kernels want one of each."""
    first = lists[0][0]
    if all(p.dtype is first.dtype and p.device == first.device for p in lists[0]):
        return {None: lists}
    groups = {}
    for row in zip(*lists, strict=True):
        group = groups.setdefault((row[0].device, row[0].dtype), tuple([] for _ in lists))
        for column, tensor in zip(group, row, strict=True):
            column.append(tensor)
    return groups


def _laid_out(grads, params):
    """Gradients in their parameters' memory layout (and dtype)."""
    result = []
    for grad, param in zip(grads, params, strict=True):
        if grad.stride() != param.stride() or grad.dtype is not param.dtype:
            grad = torch.empty_like(param).copy_(grad)
        result.append(grad)
    return result


def _is_dense(tensor):
    """True if the elements fill their memory without gaps or overlaps, in whatever order of the axes."""
    if tensor.is_contiguous():
        return True
    expected = 1
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size > 1 and stride != expected:
            return False
        expected *= size
    return True


def _fits_fused(params, grads, m, v):
    if params[0].dtype not in (torch.float32, torch.float64):
        return False
    return all(
        p.stride() == first.stride() == second.stride() and first.dtype is p.dtype and _is_dense(p)
        for p, first, second in zip(params, m, v, strict=True)
    )


_steps = {}


def _fused(p, g, m, v, step, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    device = p[0].device
    count = _steps.get(device)
    if count is None:
        count = _steps[device] = torch.zeros((), dtype=torch.float32, device=device)
    count.fill_(step)
    # Theirs: m / bias_1 / (sqrt(v / bias_2) + eps); ours has epsilon beside sqrt(v).
    corrected = epsilon / math.sqrt(-math.expm1(step * math.log(beta_2)))
    function = torch._fused_adam_ if weight_decay is None else torch._fused_adamw_
    function(p, g, m, v, [], [count] * len(p), lr=learning_rate, beta1=beta_1, beta2=beta_2,
             weight_decay=weight_decay or 0.0, eps=corrected, amsgrad=False, maximize=False)  # fmt: skip


def _foreach(p, g, m, v, step, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    if weight_decay:
        torch._foreach_mul_(p, 1 - learning_rate * weight_decay)
    torch._foreach_lerp_(m, g, 1 - beta_1)
    torch._foreach_mul_(v, beta_2)
    torch._foreach_addcmul_(v, g, g, 1 - beta_2)
    denominator = torch._foreach_sqrt(v)
    torch._foreach_add_(denominator, epsilon)
    bias_1 = -math.expm1(step * math.log(beta_1))
    bias_2 = -math.expm1(step * math.log(beta_2))
    torch._foreach_addcdiv_(p, m, denominator, -learning_rate * math.sqrt(bias_2) / bias_1)


def sgd_update(
    params, grads, velocities=None, learning_rate=0.01, momentum=0.0, nesterov=False, weight_decay=None
):
    """One step of SGD, in place: v = momentum v - learning_rate g; p += v.

    With Nesterov p += momentum v - learning_rate g instead.

    Args:
        params, grads, velocities: Lists of tensors of the same shapes; `velocities` only with momentum.
        weight_decay: If given, p -= learning_rate * weight_decay * p first.
    """
    if not params:
        return
    lists = (params, grads) if not momentum else (params, grads, velocities)
    with torch.no_grad():
        for _, (p, g, *rest) in _groups(*lists).items():
            g = _laid_out(g, p)
            if weight_decay:
                torch._foreach_mul_(p, 1 - learning_rate * weight_decay)
            if not momentum:
                torch._foreach_add_(p, g, alpha=-learning_rate)
                continue
            velocity = rest[0]
            torch._foreach_mul_(velocity, momentum)
            torch._foreach_add_(velocity, g, alpha=-learning_rate)
            if nesterov:
                torch._foreach_add_(p, velocity, alpha=momentum)
                torch._foreach_add_(p, g, alpha=-learning_rate)
            else:
                torch._foreach_add_(p, velocity)
