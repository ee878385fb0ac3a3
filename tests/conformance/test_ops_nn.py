"""Neural-network ops on every engine: values against formulas in NumPy float64, rules, compiled calls, gradients."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest

from tests.conformance.harness import Case, check, check_gradient, run
from tests.conformance.nn_formulas import (
    attention,
    average_pool,
    batch_normalization,
    batch_train,
    batch_update,
    binary,
    categorical,
    conv,
    depthwise,
    gru_formula,
    lstm_formula,
    norm_over,
    pool,
    rms_over,
    sigmoid,
    softmax,
    sparse_categorical,
    sparsemax,
)
from tricorn import ops
from tricorn.core.errors import NotSupportedError
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._conv import conv_bias
from tricorn.ops._linear import embedding_lookup, linear
from tricorn.ops._norm import batch_norm_train, batch_norm_update
from tricorn.ops._rnn import gru, lstm, rnn

INTERNAL = {
    op.__name__: op
    for op in (conv_bias, embedding_lookup, linear, batch_norm_train, batch_norm_update, gru, lstm)
}

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


@dataclasses.dataclass
class NNCase(Case):
    """A case whose op may be an internal one."""

    @property
    def function(self):
        return INTERNAL.get(self.op) or getattr(ops, self.op)


# --- cases ---------------------------------------------------------------------------------------
WIDE = np.concatenate([normal(2, 8) * 3, np.array([[-90, -20, -1.5, -0.3, 0.3, 1.5, 20, 80]], np.float32)])
POINTS = np.array([[-4, -1.7, -0.9, -0.2, 0.3, 0.8, 1.9, 5]], np.float32)  # no kink near
INTS = np.array([[-3, -1, 0, 7]], np.int32)

ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sigmoid,
    "softplus": lambda x: np.logaddexp(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "silu": lambda x: x * sigmoid(x),
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "selu": lambda x: (
        1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))
    ),
    "celu": lambda x: np.maximum(x, 0) + np.minimum(0, np.expm1(np.minimum(x, 0))),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hard_silu": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "log_sigmoid": lambda x: -np.logaddexp(-x, 0),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
    "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
    "squareplus": lambda x: (x + np.sqrt(x * x + 4)) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
}


def _activation_cases():
    for name, formula in ACTIVATIONS.items():
        yield NNCase(name, (WIDE,), expected=formula)
        yield NNCase(name, (POINTS,), expected=formula, grad=True)
    for name in ("elu", "celu"):
        yield NNCase(name, (POINTS,), {"alpha": 1.7}, grad=True, expected=lambda x, alpha, name=name: np.where(
            x > 0, x, alpha * np.expm1(np.minimum(x, 0) / (alpha if name == "celu" else 1))))  # fmt: skip
    exact = np.vectorize(lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))))
    yield NNCase(
        "gelu", (POINTS,), {"approximate": False}, grad=True, expected=lambda x, approximate: exact(x)
    )
    yield NNCase("threshold", (POINTS,), {"threshold": 0.5, "default_value": 7.0}, grad=True,
                 expected=lambda x, threshold, default_value: np.where(x > threshold, x, default_value))  # fmt: skip
    yield NNCase("glu", (normal(3, 4),), {"axis": 1}, grad=True, unknown=False,
                 expected=lambda x, axis: x[:, :2] * sigmoid(x[:, 2:]))  # fmt: skip
    x = normal(2, 3, 4)
    for axis in (-1, 0, 1, (0, 2), (1, 2), None):
        formula = lambda x, axis: softmax(x, tuple(axis) if isinstance(axis, tuple) else axis)  # noqa: E731
        yield NNCase("softmax", (x,), {"axis": axis}, expected=formula, grad=axis in (1, (0, 2)))
        yield NNCase("log_softmax", (x,), {"axis": axis}, grad=axis == -1,
                     expected=lambda x, axis, formula=formula: np.log(formula(x, axis)))  # fmt: skip
    for axis in (-1, 0):
        yield NNCase("sparsemax", (x,), {"axis": axis}, expected=sparsemax)
    yield NNCase("sparsemax", (normal(2, 4),), expected=sparsemax, grad=True)


def _conv_cases():
    for rank, (stride, padding, rate) in itertools.product(
        (1, 2, 3), ((1, "valid", 1), (2, "same", 1), (1, "same", 2), (3, "valid", 1))
    ):
        sizes = (7, 6, 5)[:rank] if rank < 3 else (5, 4, 6)
        window = (3, 2, 2)[:rank]
        for data_format in ("channels_last", "channels_first") if stride < 3 else ("channels_last",):
            shape = (2, *sizes, 4) if data_format == "channels_last" else (2, 4, *sizes)
            options = {
                "strides": stride,
                "padding": padding,
                "data_format": data_format,
                "dilation_rate": rate,
            }
            yield NNCase("conv", (normal(*shape) * 0.5, normal(*window, 4, 2)), options, expected=conv, unknown=False,
                         tolerance=1e-4)  # fmt: skip
            yield NNCase("conv", (normal(*shape), normal(*window, 2, 6)), options, expected=conv, unknown=False,
                         tolerance=1e-4, note="groups")  # fmt: skip
            yield NNCase("depthwise_conv", (normal(*shape), normal(*window, 4, 2)), options, expected=depthwise,
                         unknown=False, tolerance=1e-4)  # fmt: skip
    for options in ({"strides": 2, "padding": "same"}, {"dilation_rate": 2, "padding": "same"}, {}):
        yield NNCase(
            "conv", (normal(1, 4, 2), normal(2, 2, 2)), options, grad=True, expected=conv, unknown=False
        )
        yield NNCase("conv", (normal(1, 4, 3, 1), normal(3, 2, 1, 2)), options, grad=True, expected=conv,
                     unknown=False)  # fmt: skip
    yield NNCase("conv", (normal(1, 2, 3, 3), normal(2, 2, 2, 2)), {"padding": "same", "data_format": "channels_first"},
                 grad=True, expected=conv, unknown=False)  # fmt: skip
    yield NNCase("conv", (normal(1, 3, 3, 2, 1), normal(2, 2, 1, 1, 2)), {"padding": "same"}, grad=True, expected=conv,
                 unknown=False)  # fmt: skip
    yield NNCase("conv", (normal(1, 3, 3, 4), normal(2, 2, 2, 4)), {"padding": "same", "strides": (2, 1)}, grad=True,
                 expected=conv, unknown=False, note="groups and gradient")  # fmt: skip
    yield NNCase("depthwise_conv", (normal(1, 3, 4, 2), normal(2, 3, 2, 2)), {"strides": (2, 1), "padding": "same"},
                 grad=True, expected=depthwise, unknown=False)  # fmt: skip
    yield NNCase("conv_bias", (normal(1, 3, 3, 2), normal(2, 2, 2, 3), normal(3)), {"padding": "same"}, grad=True,
                 expected=lambda x, w, b, padding: conv(x, w, padding=padding) + b, unknown=False)  # fmt: skip
    yield NNCase("separable_conv", (normal(1, 3, 3, 2), normal(2, 2, 2, 2), normal(1, 1, 4, 3)), {"padding": "same"},
                 grad=True, unknown=False,
                 expected=lambda x, d, p, padding: conv(depthwise(x, d, padding=padding), p))  # fmt: skip


def _pool_cases():
    for rank, (size, stride, padding) in itertools.product(
        (1, 2, 3),
        ((2, None, "valid"), (3, 2, "same"), (2, 1, "same"), (3, 1, "same"), (2, 3, "same"), (3, 2, "valid")),
    ):
        sizes = ((8,), (5, 4), (5, 4, 3))[rank - 1]
        for data_format in ("channels_last", "channels_first"):
            shape = (1, *sizes, 2) if data_format == "channels_last" else (1, 2, *sizes)
            x = _random.permutation(int(np.prod(shape))).reshape(shape).astype(np.float32) / 7
            options = {"pool_size": size, "strides": stride, "padding": padding, "data_format": data_format}
            grad = (rank, data_format) in ((1, "channels_first"), (2, "channels_last"))
            yield NNCase("max_pool", (x,), options, expected=pool, unknown=False, grad=grad and rank == 2)
            yield NNCase("average_pool", (x,), options, expected=average_pool, unknown=False, grad=grad)
    yield NNCase("max_pool", (np.arange(-8, 8, dtype=np.int32).reshape(1, 4, 4, 1), 3, None, "same"), {},
                 expected=pool, unknown=False)  # fmt: skip
    yield NNCase("max_pool", (-np.ones((1, 3, 3, 1), np.float32),), {"pool_size": 2, "padding": "same"}, expected=pool,
                 unknown=False, note="padding never wins")  # fmt: skip


def _norm_cases():
    x, g = normal(2, 3, 4) * 2 + 1, normal(3, 4)
    for axis, keepdims in ((0, False), ((0, 1), True), (None, False), (-1, True)):
        yield NNCase("moments", (x,), {"axes": axis, "keepdims": keepdims}, grad=axis == 0,
                     expected=lambda x, axes, keepdims: (x.mean(axes, keepdims=keepdims),
                                                         x.var(axes, keepdims=keepdims)))  # fmt: skip
    for axis, shape in ((-1, (4,)), (1, (3,)), ((1, 2), (3, 4)), (0, (2,))):
        yield NNCase("layer_normalization", (x, normal(*shape), normal(*shape)), {"axis": axis}, expected=norm_over,
                     grad=True, unknown=False, tolerance=1e-4)  # fmt: skip
        yield NNCase("rms_normalization", (x, normal(*shape)), {"axis": axis}, expected=rms_over, grad=True,
                     unknown=False)  # fmt: skip
    yield NNCase("layer_normalization", (x,), {"epsilon": 0.1}, expected=norm_over)
    yield NNCase("layer_normalization", (x, g[0]), {}, expected=norm_over, unknown=False, tolerance=1e-4)
    for axis, size in ((-1, 4), (1, 3)):
        stats = (normal(size), np.abs(normal(size)) + 0.3)
        yield NNCase(
            "batch_normalization", (x, *stats, axis), expected=batch_normalization, unknown=False, grad=True
        )
        yield NNCase("batch_normalization", (x, *stats, axis, normal(size), normal(size)), {"epsilon": 0.1}, grad=True,
                     expected=batch_normalization, unknown=False)  # fmt: skip
    for shape, axis in (((6, 3), -1), ((2, 4, 4, 3), -1), ((2, 3, 4, 4), 1), ((3, 5, 2), 2)):
        size = shape[axis]
        yield NNCase("batch_norm_train", (normal(*shape) * 2 + 1, normal(size), normal(size), axis, 1e-3), grad=True,
                     expected=batch_train, unknown=False, tolerance=1e-4)  # fmt: skip
        yield NNCase("batch_norm_train", (normal(*shape), None, None, axis, 1e-2), expected=batch_train, unknown=False,
                     tolerance=1e-4)  # fmt: skip
    mask = np.array([[1, 1, 0, 0, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]], bool)
    yield NNCase("batch_norm_train", (normal(3, 5, 2), normal(2), normal(2), 2, 1e-3, mask), expected=batch_train,
                 grad=True, unknown=False, tolerance=1e-4)  # fmt: skip
    averages = normal(2), np.abs(normal(2)) + 0.5
    for rest in ((normal(2), normal(2)), (None, None)):
        for given in ((), (mask,)):
            yield NNCase("batch_norm_update", (normal(3, 5, 2), *rest, *averages, 2, 0.9, 1e-3, *given), unknown=False,
                         expected=batch_update, grad=rest[0] is not None, tolerance=1e-4)  # fmt: skip
    yield NNCase("batch_norm_update", (normal(1, 2), None, None, *averages, -1, 0.9, 1e-3), expected=batch_update,
                 unknown=False, tolerance=1e-4)  # fmt: skip
    yield NNCase(
        "normalize", (x,), expected=lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True), grad=True
    )
    yield NNCase("normalize", (x,), {"axis": 1, "order": 1}, grad=True,
                 expected=lambda x, axis, order: x / np.abs(x).sum(1, keepdims=True))  # fmt: skip
    yield NNCase("normalize", (x,), {"order": 3},
                 expected=lambda x, order: x / (np.abs(x) ** 3).sum(-1, keepdims=True) ** (1 / 3))  # fmt: skip
    yield NNCase("normalize", (x,), {"axis": (1, 2), "order": 1},
                 expected=lambda x, axis, order: x / np.abs(x).sum(1, keepdims=True).max(2, keepdims=True))  # fmt: skip
    yield NNCase("normalize", (np.zeros((2, 2), np.float32),), expected=lambda x: x)


def _attention_cases():
    q, k, v = normal(2, 3, 4, 5), normal(2, 6, 4, 5), normal(2, 6, 4, 5)
    mask = _random.random((2, 1, 3, 6)) > 0.4
    mask[0, 0, 1] = False  # a row that may look nowhere
    bias = normal(2, 4, 3, 6)
    some = {"expected": attention, "unknown": False}
    yield NNCase("dot_product_attention", (q, k, v), grad=True, **some)
    yield NNCase("dot_product_attention", (q, k, v), {"scale": 0.3}, **some)
    yield NNCase("dot_product_attention", (q, k, v, bias), grad=True, **some)
    yield NNCase("dot_product_attention", (q, k, v, None, mask), grad=True, **some)
    yield NNCase("dot_product_attention", (q, k, v, bias, mask), **some)
    yield NNCase("dot_product_attention", (q, k, v), {"is_causal": True}, grad=True, **some)
    yield NNCase("dot_product_attention", (k, q, q), {"is_causal": True}, **some)
    yield NNCase("dot_product_attention", (q, k, v, None, mask | True), {"is_causal": True}, **some)
    yield NNCase("dot_product_attention", (q, k[:, :, :2], v[:, :, :2]), grad=True, note="groups", **some)
    yield NNCase("dot_product_attention", (q, k[:, :, :1], v[:, :, :1], bias), note="one key head", **some)
    yield NNCase("dot_product_attention", (q, k, v, bias, mask), {"attn_logits_soft_cap": 1.5}, **some)
    yield NNCase("dot_product_attention", (q, k, v), {"flash_attention": False}, **some)


def _loss_cases():
    logits, probabilities = normal(3, 4) * 2, np.abs(normal(3, 4)) + 0.1
    labels, soft = np.array([0, 3, 1], np.int32), softmax(normal(3, 4)).astype(np.float32)
    image, pixel_labels = normal(2, 3, 4, 5), np.arange(30).reshape(2, 3, 5).astype(np.int64) % 4
    for from_logits, output in ((True, logits), (False, probabilities)):
        options = {"from_logits": from_logits}
        yield NNCase("categorical_crossentropy", (soft, output), options, expected=categorical, grad=True)
        yield NNCase(
            "sparse_categorical_crossentropy",
            (labels, output),
            options,
            expected=sparse_categorical,
            grad=True,
        )
        yield NNCase("sparse_categorical_crossentropy", (labels[:, None].astype(np.uint8), output), options,
                     expected=sparse_categorical, unknown=False)  # fmt: skip
        positive = np.abs(image) + 0.1 if not from_logits else image
        yield NNCase("sparse_categorical_crossentropy", (pixel_labels, positive), {**options, "axis": 2}, grad=True,
                     expected=sparse_categorical)  # fmt: skip
        shares = softmax(normal(2, 3, 4, 5), 2).astype(np.float32)
        yield NNCase("categorical_crossentropy", (shares, positive),
                     {**options, "axis": 2}, expected=categorical)  # fmt: skip
    for output, from_logits in ((logits * 9, True), (softmax(logits).astype(np.float32), False)):
        yield NNCase("binary_crossentropy", (np.round(soft), output), {"from_logits": from_logits},
                     expected=lambda t, o, from_logits: (
                         np.logaddexp(0, -np.where(t > 0.5, o, -o)) if from_logits else binary(t, o)))  # fmt: skip
    yield NNCase("binary_crossentropy", (soft, logits), {"from_logits": True}, expected=binary)
    yield NNCase("binary_crossentropy", (np.array([[0, 1]], np.int32), np.array([[0.2, 0.7]], np.float32)), grad=True,
                 expected=binary)  # fmt: skip


def _linear_cases():
    kernel, bias = normal(4, 3), normal(3)
    for x in (normal(5, 4), normal(2, 3, 4), normal(4), normal(2, 1, 2, 4)):
        yield NNCase(
            "linear", (x, kernel, bias), expected=lambda x, k, b: x @ k + b, grad=True, unknown=False
        )
        yield NNCase("linear", (x, kernel), expected=lambda x, k: x @ k, unknown=False)
    yield NNCase("linear", (np.array([[1, 2, 3, 4]], np.int32), kernel, bias), expected=lambda x, k, b: x @ k + b,
                 unknown=False, note="integer inputs")  # fmt: skip
    for indices in (
        np.array([[0, 2], [2, 1]], np.int32),
        np.array([1, 1], np.int64),
        np.array([3, 0], np.uint8),
    ):
        yield NNCase("embedding_lookup", (kernel, indices), expected=lambda table, i: table[i], grad=True)


def _rnn_cases():
    x, h, c = normal(3, 5, 2), normal(3, 4), normal(3, 4)
    k, r, b = normal(2, 16), normal(4, 16) * 0.5, normal(16)
    mask = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 0, 1], [0, 0, 0, 0, 0]], bool)
    some = {"expected": lstm_formula, "unknown": False}
    yield NNCase("lstm", (x, h, c, k, r, b), grad=True, **some)
    yield NNCase("lstm", (x, h, c, k, r), **some)
    yield NNCase("lstm", (x, h, c, k, r, b), {"go_backwards": True}, grad=True, **some)
    yield NNCase("lstm", (x, h, c, k, r, b, mask), grad=True, **some)
    backwards = {"go_backwards": True, "zero_output_for_mask": True}
    yield NNCase("lstm", (x, h, c, k, r, b, mask), backwards, grad=True, **some)
    yield NNCase("lstm", (x, h, c, k, r, b, mask), {"unroll": True}, grad=True, **some)
    some["expected"] = gru_formula
    k, r = normal(2, 12), normal(4, 12) * 0.5
    yield NNCase("gru", (x, h, k, r, normal(2, 12)), grad=True, **some)
    yield NNCase("gru", (x, h, k, r), {"go_backwards": True}, **some)
    yield NNCase("gru", (x, h, k, r, normal(2, 12), mask), grad=True, **some)
    yield NNCase("gru", (x, h, k, r, normal(2, 12), mask), backwards, grad=True, **some)
    yield NNCase("gru", (x, h, k, r, None, mask), {"unroll": True}, grad=True, **some)
    yield NNCase("gru", (x, h, k, r, normal(12)), {"reset_after": False}, grad=True, **some)
    yield NNCase(
        "gru", (x, h, k, r, normal(12), mask), {"reset_after": False, "zero_output_for_mask": True}, **some
    )


CASES = [
    *_activation_cases(), *_conv_cases(), *_pool_cases(), *_norm_cases(), *_attention_cases(), *_loss_cases(),
    *_linear_cases(), *_rnn_cases(),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_rule(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


def test_flash_attention_that_is_not_there(backend):
    x = normal(1, 3, 2, 4)
    if backend == "torch":
        np.testing.assert_allclose(run("dot_product_attention", "torch", x, x, x, flash_attention=True)[0],
                                   attention(x, x, x), atol=1e-5)  # fmt: skip
        options = {"attn_logits_soft_cap": 2.0}
    else:
        options = {}
    with pytest.raises(NotSupportedError, match="flash_attention=None"):
        run("dot_product_attention", backend, x, x, x, flash_attention=True, **options)


# --- conv_transpose: against the adjoint of the convolution ----------------------------------------
TRANSPOSES = [
    (size, kernel, stride, padding, extra, rate)
    for size, kernel, stride, rate in ((4, 3, 2, 1), (4, 2, 3, 1), (5, 4, 2, 1), (4, 3, 1, 2), (3, 1, 2, 1))
    for padding in ("same", "valid")
    for extra in (None, 0, 1)
    if extra is None or extra < stride
]


def transpose_formula(x, w, stride, padding, extra, rate):
    """One axis: spread each input over the taps of the kernel, then cut `(full - length) // 2` before."""
    extent, n = (w.shape[0] - 1) * rate + 1, x.shape[1]
    full = (n - 1) * stride + extent
    y = np.zeros((x.shape[0], full + stride, w.shape[1]))
    for position, tap in itertools.product(range(n), range(w.shape[0])):
        y[:, position * stride + tap * rate] += x[:, position] @ w[tap].T
    if extra is None:
        length = n * stride + (max(extent - stride, 0) if padding == "valid" else 0)
    else:
        length = full + extra - (2 * (extent // 2) if padding == "same" else 0)
    before = max(full - length, 0) // 2
    return y[:, before : before + length]


@pytest.mark.parametrize("size, kernel, stride, padding, extra, rate", TRANSPOSES)
def test_conv_transpose_spreads_the_inputs(size, kernel, stride, padding, extra, rate, backend):
    x, w = normal(2, size, 3), normal(kernel, 2, 3)
    wanted = transpose_formula(x, w, stride, padding, extra, rate)
    for data_format in ("channels_last", "channels_first"):
        given = x if data_format == "channels_last" else x.swapaxes(1, 2)
        (found,) = run("conv_transpose", backend, given, w, stride, padding, extra, data_format, rate)
        found = found if data_format == "channels_last" else found.swapaxes(1, 2)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
        spec = ops.conv_transpose(
            KerasTensor((None, *given.shape[1:])), w, stride, padding, extra, data_format, rate
        )
        assert spec.shape[1:] == (
            (wanted.shape[1:]) if data_format == "channels_last" else wanted.shape[:0:-1]
        )


@pytest.mark.parametrize("rank", (2, 3))
def test_conv_transpose_of_more_axes_is_the_adjoint_of_conv(rank, backend):
    x, w = normal(1, *(3, 4, 2)[:rank], 2), normal(*(3, 2, 2)[:rank], 3, 2)
    (y,) = run("conv_transpose", backend, x, w, 2, "same")
    z = normal(*y.shape)
    # <conv_transpose(x), z> == <x, conv(z)> for every z.
    np.testing.assert_allclose(np.vdot(y, z), np.vdot(x, conv(z, w, 2, "same")), rtol=1e-4)


# --- traps ---------------------------------------------------------------------------------------
def test_the_first_of_equal_maxima_gets_the_gradient(training_backend):
    from tests.conformance.gradients import gradients

    x = np.zeros((1, 4, 4, 1), np.float32)
    (found,) = gradients(
        training_backend, lambda t: ops.max_pool(t, 2), [x], np.ones((1, 2, 2, 1), np.float32)
    )
    wanted = np.zeros((4, 4))
    wanted[::2, ::2] = 1
    np.testing.assert_array_equal(found[0, :, :, 0], wanted)
    # Overlapping windows: each gives to its own first one.
    (found,) = gradients(
        training_backend, lambda t: ops.max_pool(t, 3, 1), [x], np.ones((1, 2, 2, 1), np.float32)
    )
    wanted = np.zeros((4, 4))
    wanted[:2, :2] = 1
    np.testing.assert_array_equal(found[0, :, :, 0], wanted)


@pytest.mark.engines("jax")
@pytest.mark.parametrize(
    "window, stride, padding", [(2, 2, "valid"), (3, 2, "same"), (3, 1, "same"), (2, 3, "same")]
)
def test_the_written_gradient_of_max_pool_is_bit_equal_to_select_and_scatter(
    window, stride, padding, backend
):
    import jax
    from jax import lax

    x = np.maximum(normal(2, 9, 8, 3), 0)  # ties at 0, as after a ReLU
    weights = normal(*pool(x, window, stride, padding).shape)

    def native(x):
        return lax.reduce_window(
            x, -np.inf, lax.max, (1, window, window, 1), (1, stride, stride, 1), padding.upper()
        )

    wanted = jax.grad(lambda t: (native(t) * weights).sum())(x)
    found = jax.grad(lambda t: (ops.max_pool(t, window, stride, padding) * weights).sum())(x)
    np.testing.assert_array_equal(found, wanted)
    forward = jax.jvp(lambda t: ops.max_pool(t, window, stride, padding), (x,), (x,))[1]
    np.testing.assert_array_equal(forward, native(x))  # max is positively homogeneous


def test_causal_attention_does_not_see_the_future(backend):
    q, k, v = normal(1, 5, 2, 3), normal(1, 5, 2, 3), normal(1, 5, 2, 3)
    (before,) = run("dot_product_attention", backend, q, k, v, None, None, None, True)
    k[:, 3:], v[:, 3:] = 9, -9
    (after,) = run("dot_product_attention", backend, q, k, v, None, None, None, True)
    np.testing.assert_array_equal(before[:, :3], after[:, :3])
    assert np.abs(before[:, 3:] - after[:, 3:]).max() > 0.1


def test_a_label_that_is_no_class_is_never_a_silent_number(backend):
    output = normal(3, 4)
    for label in (-1, 4, -100):
        try:
            (loss,) = run("sparse_categorical_crossentropy", backend, np.array([0, label, 1]), output, True)
        except Exception:
            continue
        assert backend == "jax" and np.isnan(loss[1]) and np.isfinite(loss[[0, 2]]).all()


def test_a_row_that_is_not_there_is_never_a_silent_number(backend):
    for index in (-1, 5):
        try:
            found = ops.convert_to_numpy(
                embedding_lookup(ops.convert_to_tensor(normal(5, 2)), np.array([0, index]))
            )
        except Exception:
            continue
        assert backend == "jax" and np.isnan(found[1]).all() and np.isfinite(found[0]).all()


@pytest.mark.engines("tensorflow")
def test_kernels_compile_with_an_unknown_batch(backend):
    import tensorflow as tf

    mask = np.array([[1, 1, 0], [1, 0, 0]], bool)
    weights = (normal(2, 3), normal(2, 3), normal(4, 12), normal(3, 12), normal(12))
    calls = {
        "conv": (lambda x: ops.conv(x, np.ones((2, 2, 1, 4), "f"), 2, "same"), (3, 5, 2)),
        "conv_transpose": (lambda x: ops.conv_transpose(x, np.ones((3, 2, 4, 2), "f"), 2, "same"), (3, 5, 2)),
        "depthwise_conv": (lambda x: ops.depthwise_conv(x, np.ones((2, 2, 2, 2), "f")), (3, 5, 2)),
        "average_pool": (lambda x: ops.average_pool(x, 2, padding="same"), (3, 5, 2)),
        "linear": (lambda x: linear(x, np.ones((2, 3), "f")), (3, 5, 2)),
        "lstm": (lambda x: lstm(x, *weights)[0], (3, 4)),
        "masked lstm": (lambda x: lstm(x, *weights, mask)[0], (3, 4)),
        "gru": (lambda x: gru(x, weights[0], np.ones((4, 9), "f"), np.ones((3, 9), "f"))[0], (3, 4)),
        "batch_norm_train": (lambda x: batch_norm_train(x, None, None, -1, 1e-3)[0], (3, 5, 2)),
        "attention": (lambda x: ops.dot_product_attention(x, x, x, is_causal=True), (3, 5, 2)),
        "layer_norm": (lambda x: ops.layer_normalization(x, axis=(1, 2)), (3, 5)),
        "softmax": (lambda x: ops.softmax(x, axis=(0, 2)), (3, 5)),
    }
    for name, (call, shape) in calls.items():
        x = tf.constant(normal(2, *shape))
        function = tf.function(call, [tf.TensorSpec((None, *shape))])
        np.testing.assert_allclose(function(x), call(x), rtol=1e-4, atol=1e-5, err_msg=name)
        assert function.get_concrete_function().output_shapes.rank == len(call(x).shape), name


@pytest.mark.engines("torch")
def test_torch_convolutions_stay_channels_last(backend):
    import torch

    x = ops.convert_to_tensor(normal(2, 6, 6, 4))
    kernel = ops.convert_to_tensor(normal(8, 3, 3, 4)).permute(1, 2, 3, 0)  # memory OHWI, seen as HWIO
    y = ops.conv(x, kernel, padding="same")
    z = ops.max_pool(torch.relu(y), 2)
    assert y.is_contiguous() and z.is_contiguous()  # NHWC in memory: no detour over NCHW


# --- rnn -----------------------------------------------------------------------------------------
def test_rnn_runs_any_cell(backend):
    x, w = normal(2, 4, 3), normal(3, 3)
    mask = np.array([[1, 0, 1, 0], [0, 1, 1, 1]], bool)
    tensors = [ops.convert_to_tensor(value) for value in (x, np.zeros((2, 3), np.float32), w)]

    def step(inputs, states):
        state, weight = states
        new = inputs + ops.matmul(state, weight)
        return new * 2, [new]

    for backwards, masked, zeros, everything, unroll in itertools.product((False, True), repeat=5):
        state, last, outputs = np.zeros((2, 3)), np.zeros((2, 3)), []
        for t in reversed(range(4)) if backwards else range(4):
            keep = mask[:, t, None] if masked else np.ones((2, 1), bool)
            new = x[:, t] + state @ w
            state, last = np.where(keep, new, state), np.where(keep, new * 2, last)
            outputs.append(np.where(keep, new * 2, 0) if zeros else last)
        wanted = (outputs[-1], np.stack(outputs, 1) if everything else outputs[-1][:, None], state)
        found = rnn(step, tensors[0], [tensors[1]], backwards, ops.convert_to_tensor(mask) if masked else None,
                    [tensors[2]], unroll, zero_output_for_mask=zeros, return_all_outputs=everything)  # fmt: skip
        for one, other in zip((found[0], found[1], found[2][0]), wanted, strict=True):
            np.testing.assert_allclose(ops.convert_to_numpy(one), other, rtol=1e-4, atol=1e-5)


# --- bad arguments: before an engine sees them, in a concrete and in a symbolic call -----------------
IMAGE, KERNEL = np.ones((2, 5, 5, 6), np.float32), np.ones((2, 2, 6, 4), np.float32)
BAD = {
    "rank": ("conv", (IMAGE[0, 0], KERNEL), "spatial axes"),
    "kernel rank": ("conv", (IMAGE, KERNEL[0]), "kernel's rank"),
    "channels": ("conv", (IMAGE, np.ones((2, 2, 4, 4), np.float32)), "must divide the inputs' channels"),
    "groups": ("conv", (IMAGE, np.ones((2, 2, 2, 4), np.float32)), "divide the output channels"),
    "padding": ("conv", (IMAGE, KERNEL, 1, "full"), "unknown padding"),
    "causal": ("conv", (IMAGE, KERNEL, 1, "causal"), "ops.pad"),
    "data format": ("conv", (IMAGE, KERNEL, 1, "same", "NHWC"), "data format"),
    "strides": ("conv", (IMAGE, KERNEL, (1, 2, 3)), "`strides`"),
    "no strides": ("conv", (IMAGE, KERNEL, 0), "`strides`"),
    "dilation": ("conv", (IMAGE, KERNEL, 1, "same", None, "two"), "`dilation_rate`"),
    "empty": ("conv", (IMAGE, np.ones((9, 9, 6, 4), np.float32)), "empty"),
    "depthwise channels": ("depthwise_conv", (IMAGE, KERNEL[..., :4, :]), "input channels"),
    "transpose channels": ("conv_transpose", (IMAGE, KERNEL), "last axis"),
    "output padding": (
        "conv_transpose",
        (IMAGE, KERNEL.swapaxes(2, 3), 2, "same", 2),
        "smaller than the stride",
    ),
    "pool rank": ("max_pool", (IMAGE[0, 0], 2), "spatial axes"),
    "pool size": ("average_pool", (IMAGE, (2, 2, 2)), "`pool_size`"),
    "pool too large": ("max_pool", (IMAGE, 6), "empty"),
    "target": ("binary_crossentropy", (IMAGE[0, 0, 0], IMAGE[0, 0, 0, :, None]), "same shape"),
    "one-hot": ("categorical_crossentropy", (IMAGE[0, 0], IMAGE[0, 0, :, :3]), "same shape"),
    "labels": (
        "sparse_categorical_crossentropy",
        (np.zeros((2, 4), np.int32), IMAGE[0, 0]),
        "without the class axis",
    ),
    "class axis": ("categorical_crossentropy", (IMAGE[0, 0], IMAGE[0, 0], True, 2), "axis"),
    "gamma": ("layer_normalization", (IMAGE, np.ones(5, np.float32)), "`gamma`"),
    "scale": ("rms_normalization", (IMAGE, np.ones(5, np.float32)), "`scale`"),
    "order": ("normalize", (IMAGE, -1, 0), "`order`"),
}


@pytest.mark.parametrize("op, args, words", BAD.values(), ids=BAD)
def test_bad_arguments_raise_in_the_house_form(op, args, words, backend):
    function = getattr(ops, op)

    def as_arrays(convert):
        return [convert(arg) if isinstance(arg, np.ndarray) else arg for arg in args]

    with pytest.raises(ValueError, match=words):
        function(*as_arrays(ops.convert_to_tensor))
    with pytest.raises(ValueError, match=words):
        function(*as_arrays(lambda array: KerasTensor(array.shape, array.dtype.name)))
