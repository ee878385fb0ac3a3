"""Activations over a NumPy-like namespace `xp`, in forms whose gradient is right where the engine has one."""

from __future__ import annotations


def relu(xp, x):
    return xp.maximum(x, 0)


def relu6(xp, x):
    return xp.clip(x, 0, 6)


def softplus(xp, x):
    return xp.logaddexp(x, xp.zeros_like(x))


def softsign(xp, x):
    return x / (1 + xp.abs(x))


def elu(xp, x, alpha=1.0):
    # The branch not taken is kept finite: an infinity there would make the gradient NaN.
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0)))


def selu(xp, x):
    return 1.0507009873554805 * elu(xp, x, 1.6732632423543772)


def celu(xp, x, alpha=1.0):
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0) / alpha))


def leaky_relu(xp, x, negative_slope=0.2):
    return xp.where(x > 0, x, negative_slope * x)


def hard_sigmoid(xp, x):
    return xp.clip(x + 3, 0, 6) / 6


def hard_silu(xp, x):
    return x * xp.clip(x + 3, 0, 6) / 6


def hard_tanh(xp, x):
    return xp.clip(x, 0 if x.dtype.kind == "u" else -1, 1)


def tanh_shrink(xp, x):
    return x - xp.tanh(x)


def soft_shrink(xp, x, threshold=0.5):
    return x - xp.clip(x, -threshold, threshold)


def hard_shrink(xp, x, threshold=0.5):
    return xp.where(xp.abs(x) > threshold, x, xp.zeros_like(x))


def threshold(xp, x, threshold, default_value):
    return xp.where(x > threshold, x, xp.asarray(default_value, dtype=x.dtype))


def squareplus(xp, x, b=4):
    return (x + xp.sqrt(xp.square(x) + b)) / 2


def sparse_plus(xp, x):
    return xp.where(x <= -1, xp.zeros_like(x), xp.where(x < 1, xp.square(x + 1) / 4, x))


def sparse_sigmoid(xp, x):
    return xp.clip((x + 1) / 2, 0, 1)


def glu(xp, x, axis=-1):
    value, gate = xp.split(x, 2, axis=axis)
    return value / (1 + xp.exp(-gate))


def sparsemax(xp, x, axis=-1):
    """The projection onto the simplex: `max(x - tau, 0)`, tau from the sorted values that stay positive."""
    ordered = xp.flip(xp.sort(x, axis=axis), axis=axis)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    ranks = xp.reshape(xp.arange(1, x.shape[axis] + 1, dtype=x.dtype), shape)
    excess = xp.cumsum(ordered, axis=axis) - 1
    in_support = (ranks * ordered > excess).astype(x.dtype)
    count = xp.sum(in_support, axis=axis, keepdims=True)
    # tau = (sum over the support - 1) / count
    tau = (xp.sum(ordered * in_support, axis=axis, keepdims=True) - 1) / count
    return xp.maximum(x - tau, 0)
