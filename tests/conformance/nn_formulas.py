"""What the neural-network ops compute, written out in NumPy from their definitions."""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(x))


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def sparsemax(x, axis=-1):
    """By bisection on the threshold."""
    low, high = np.max(x, axis, keepdims=True) - 1, np.max(x, axis, keepdims=True)
    for _ in range(100):
        middle = (low + high) / 2
        above = np.sum(np.maximum(x - middle, 0), axis, keepdims=True) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.maximum(x - low, 0)


def conv(x, w, strides=1, padding="valid", data_format="channels_last", dilation_rate=1):
    """Element by element, from the definition."""
    rank = x.ndim - 2
    strides, rates = np.broadcast_to(strides, rank), np.broadcast_to(dilation_rate, rank)
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    extents = [(w.shape[i] - 1) * rates[i] + 1 for i in range(rank)]
    sizes = x.shape[1:-1]
    if padding == "same":
        out = [-(-n // s) for n, s in zip(sizes, strides, strict=True)]
        total = [max((o - 1) * s + e - n, 0) for o, s, e, n in zip(out, strides, extents, sizes, strict=True)]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)])
    else:
        out = [(n - e) // s + 1 for n, e, s in zip(sizes, extents, strides, strict=True)]
    groups = x.shape[-1] // w.shape[-2]
    y = np.zeros((x.shape[0], *out, w.shape[-1]))
    for place in np.ndindex(*out):
        for tap in np.ndindex(*w.shape[:rank]):
            at = tuple(p * s + t * r for p, s, t, r in zip(place, strides, tap, rates, strict=True))
            values = np.split(x[(slice(None), *at)], groups, -1)
            kernels = np.split(w[tap], groups, -1)
            y[(slice(None), *place)] += np.concatenate(
                [a @ b for a, b in zip(values, kernels, strict=True)], -1
            )
    return np.moveaxis(y, -1, 1) if data_format == "channels_first" else y


def depthwise(x, w, strides=1, padding="valid", data_format="channels_last", dilation_rate=1):
    return conv(x, w.reshape(*w.shape[:-2], 1, -1), strides, padding, data_format, dilation_rate)


def pool(x, pool_size, strides=None, padding="valid", data_format="channels_last", mean=False):
    rank = x.ndim - 2
    window = np.broadcast_to(pool_size, rank)
    strides = window if strides is None else np.broadcast_to(strides, rank)
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    sizes = x.shape[1:-1]
    if padding == "same":
        out = [-(-n // s) for n, s in zip(sizes, strides, strict=True)]
        before = [
            max((o - 1) * s + k - n, 0) // 2 for o, s, k, n in zip(out, strides, window, sizes, strict=True)
        ]
    else:
        out, before = [(n - k) // s + 1 for n, k, s in zip(sizes, window, strides, strict=True)], [0] * rank
    y = np.zeros((x.shape[0], *out, x.shape[-1]), x.dtype)
    for place in np.ndindex(*out):
        starts = [p * s - b for p, s, b in zip(place, strides, before, strict=True)]
        cut = tuple(slice(max(a, 0), a + k) for a, k in zip(starts, window, strict=True))
        values = x[(slice(None), *cut)]
        axes = tuple(range(1, rank + 1))
        y[(slice(None), *place)] = values.mean(axes) if mean else values.max(axes)
    return np.moveaxis(y, -1, 1) if data_format == "channels_first" else y


def average_pool(*args, **kwargs):
    return pool(*args, **kwargs, mean=True)


def attention(q, k, v, bias=None, mask=None, scale=None, is_causal=False, flash_attention=None,
              attn_logits_soft_cap=None):  # fmt: skip
    repeats = q.shape[2] // k.shape[2]
    k, v = np.repeat(k, repeats, 2), np.repeat(v, repeats, 2)
    logits = np.einsum("bthd,bshd->bhts", q, k) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if attn_logits_soft_cap is not None:
        logits = np.tanh(logits / attn_logits_soft_cap) * attn_logits_soft_cap
    logits = logits if bias is None else logits + bias
    allowed = np.ones(logits.shape[-2:], bool)
    if is_causal:
        allowed = np.tril(allowed)
    if mask is not None:
        allowed = allowed & mask
    return np.einsum("bhts,bshd->bthd", softmax(np.where(allowed, logits, -1e30)), v)


def norm_over(x, gamma=None, beta=None, axis=-1, epsilon=1e-7):
    axes = tuple(np.atleast_1d(axis) % x.ndim)
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    y = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + epsilon)
    y = y if gamma is None else y * gamma.reshape(shape)
    return y if beta is None else y + beta.reshape(shape)


def rms_over(x, scale=None, axis=-1, epsilon=1e-7):
    axes = tuple(np.atleast_1d(axis) % x.ndim)
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    y = x / np.sqrt((x * x).mean(axes, keepdims=True) + epsilon)
    return y if scale is None else y * scale.reshape(shape)


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    shape = [1] * x.ndim
    shape[axis] = -1
    y = (x - mean.reshape(shape)) / np.sqrt(variance.reshape(shape) + epsilon)
    y = y if scale is None else y * scale.reshape(shape)
    return y if offset is None else y + offset.reshape(shape)


def batch_update(x, gamma, beta, moving_mean, moving_variance, axis, momentum, epsilon, mask=None):
    y, mean, variance = batch_train(x, gamma, beta, axis, epsilon, mask)
    keep, take = momentum, 1 - momentum
    return y, moving_mean * keep + mean * take, moving_variance * keep + variance * take


def batch_train(x, gamma, beta, axis, epsilon, mask=None):
    axes = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    weights = np.ones(x.shape) if mask is None else np.broadcast_to(
        mask.reshape(mask.shape + (1,) * (x.ndim - mask.ndim)), x.shape).astype(float)  # fmt: skip
    mean = np.average(x, axes, weights)
    shape = [1] * x.ndim
    shape[axis] = -1
    variance = np.average((x - mean.reshape(shape)) ** 2, axes, weights)
    return batch_normalization(x, mean, variance, axis, beta, gamma, epsilon), mean, variance


def log_probabilities(output, from_logits, axis):
    if from_logits:
        return np.log(softmax(output, axis))
    return np.log(np.clip(output / output.sum(axis, keepdims=True), 1e-7, 1 - 1e-7))


def categorical(target, output, from_logits=False, axis=-1):
    return -(target * log_probabilities(output, from_logits, axis)).sum(axis)


def sparse_categorical(target, output, from_logits=False, axis=-1):
    if target.ndim == output.ndim:
        target = target[..., 0]
    one_hot = np.moveaxis(np.eye(output.shape[axis])[target], -1, axis)
    return categorical(one_hot, output, from_logits, axis)


def binary(target, output, from_logits=False):
    p = sigmoid(output) if from_logits else np.clip(output, 1e-7, 1 - 1e-7)
    return -(target * np.log(p) + (1 - target) * np.log(1 - p))


def lstm_formula(
    x, h, c, k, r, b=None, mask=None, go_backwards=False, zero_output_for_mask=False, unroll=False
):
    outputs, last = [], np.zeros_like(h)
    for t in reversed(range(x.shape[1])) if go_backwards else range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ k + h @ r + (0 if b is None else b), 4, -1)
        new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        new_h = sigmoid(o) * np.tanh(new_c)
        keep = np.ones((len(x), 1), bool) if mask is None else mask[:, t, None]
        h, c, last = np.where(keep, new_h, h), np.where(keep, new_c, c), np.where(keep, new_h, last)
        outputs.append(np.where(keep, new_h, 0) if zero_output_for_mask else last)
    return np.stack(outputs, 1), h, c


def gru_formula(x, h, k, r, b=None, mask=None, go_backwards=False, reset_after=True, zero_output_for_mask=False,
                unroll=False):  # fmt: skip
    u = h.shape[1]
    outputs, last = [], np.zeros_like(h)
    bx, bh = (0, np.zeros(3 * u)) if b is None else (b[0], b[1]) if reset_after else (b, np.zeros(3 * u))
    for t in reversed(range(x.shape[1])) if go_backwards else range(x.shape[1]):
        a = x[:, t] @ k + bx
        z, q = (
            sigmoid(a[:, :u] + h @ r[:, :u] + bh[:u]),
            sigmoid(a[:, u : 2 * u] + h @ r[:, u : 2 * u] + bh[u : 2 * u]),
        )
        inner = q * (h @ r[:, 2 * u :] + bh[2 * u :]) if reset_after else (q * h) @ r[:, 2 * u :]
        new = z * h + (1 - z) * np.tanh(a[:, 2 * u :] + inner)
        keep = np.ones((len(x), 1), bool) if mask is None else mask[:, t, None]
        h, last = np.where(keep, new, h), np.where(keep, new, last)
        outputs.append(np.where(keep, new, 0) if zero_output_for_mask else last)
    return np.stack(outputs, 1), h
