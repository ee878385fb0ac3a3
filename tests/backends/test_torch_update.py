"""Optimizer steps in place on torch, against NumPy float64."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from tricorn.backends.torch import update  # noqa: E402

SHAPES = ((3, 4), (5,), (2, 3, 4, 5))


def adam(p, g, m, v, t, lr, b1, b2, eps, decay):
    p = p * (1 - lr * decay) if decay else p
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return p - lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps), m, v


def layouts(shape):
    """The same shape in several memory orders: contiguous, reversed, and channels-last-like."""
    yield list(range(len(shape)))
    yield list(reversed(range(len(shape))))
    yield [0, *range(2, len(shape)), 1] if len(shape) > 2 else list(range(len(shape)))


def laid_out(array, order):
    """`array` as a tensor whose memory runs over the axes in `order`."""
    inverse = [order.index(axis) for axis in range(len(order))]
    return torch.tensor(np.ascontiguousarray(array.transpose(order)), dtype=torch.float32).permute(inverse)


@pytest.mark.parametrize("fused", (True, False))
@pytest.mark.parametrize("decay", (None, 0.1))
@pytest.mark.parametrize("epsilon", (1e-7, 1e-2))
def test_adam_in_any_memory_layout(fused, decay, epsilon, monkeypatch):
    monkeypatch.setattr(update, "_HAS_FUSED", fused and update._HAS_FUSED)
    random = np.random.default_rng(0)
    combinations = [(shape, a, b) for shape in SHAPES for a in layouts(shape) for b in layouts(shape)]
    values = [[random.normal(size=shape), np.zeros(shape), np.zeros(shape)] for shape, *_ in combinations]
    params = [laid_out(v[0], a) for v, (_, a, _) in zip(values, combinations, strict=True)]
    m, v = [torch.zeros_like(p) for p in params], [torch.zeros_like(p) for p in params]
    for t in range(1, 8):
        grads = [random.normal(size=shape) for shape, *_ in combinations]
        given = [laid_out(g, b) for g, (_, _, b) in zip(grads, combinations, strict=True)]
        update.adam_update(params, given, m, v, t, 0.05, 0.9, 0.99, epsilon, decay)
        for row, g in zip(values, grads, strict=True):
            row[:] = adam(row[0], g, row[1], row[2], t, 0.05, 0.9, 0.99, epsilon, decay)
    for row, *found in zip(values, params, m, v, strict=True):
        for wanted, tensor in zip(row, found, strict=True):
            np.testing.assert_allclose(tensor.numpy(), wanted, rtol=2e-4, atol=2e-5)


def test_adam_with_a_transposed_gradient_from_autograd():
    random = np.random.default_rng(1)
    kernel, x = random.normal(size=(4, 6)), random.normal(size=(6, 8))
    param = torch.tensor(kernel, dtype=torch.float32, requires_grad=True)
    loss = torch.einsum("ij,jk->ki", param, torch.tensor(x, dtype=torch.float32)).square().sum()
    (grad,) = torch.autograd.grad(loss, [param])
    m, v = torch.zeros(4, 6), torch.zeros(4, 6)
    update.adam_update([param], [grad], [m], [v], 1, 0.1)
    wanted = adam(kernel, 2 * kernel @ x @ x.T, 0.0, 0.0, 1, 0.1, 0.9, 0.999, 1e-7, None)[0]
    np.testing.assert_allclose(param.detach().numpy(), wanted, rtol=1e-4, atol=1e-5)


def test_adam_of_several_dtypes():
    params = [torch.ones(3), torch.ones(3, dtype=torch.float64), torch.ones(2, dtype=torch.bfloat16)]
    grads = [torch.full_like(p, 0.5) for p in params]
    m, v = [torch.zeros_like(p) for p in params], [torch.zeros_like(p) for p in params]
    update.adam_update(params, grads, m, v, 1, 0.1)
    for p in params:  # the first step of Adam is the learning rate, whatever the gradient
        np.testing.assert_allclose(p.double().numpy(), 0.9, rtol=1e-2)


@pytest.mark.parametrize(
    "momentum, nesterov, decay", [(0, False, None), (0.9, False, None), (0.9, True, 0.1), (0, False, 0.2)]
)
def test_sgd(momentum, nesterov, decay):
    random = np.random.default_rng(2)
    p, velocity = random.normal(size=(3, 4)), np.zeros((3, 4))
    params, velocities = [torch.tensor(p, dtype=torch.float32)], [torch.zeros(3, 4)]
    for _ in range(4):
        g = random.normal(size=(3, 4))
        update.sgd_update(params, [laid_out(g, [1, 0])], velocities, 0.1, momentum, nesterov, decay)
        p = p * (1 - 0.1 * decay) if decay else p
        velocity = momentum * velocity - 0.1 * g
        p = p + momentum * velocity - 0.1 * g if nesterov else p + velocity
    np.testing.assert_allclose(params[0].numpy(), p, rtol=1e-5, atol=1e-6)
