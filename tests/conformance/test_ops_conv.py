"""Transposed convolutions, unknown sizes and wrong calls of convolutions (more values are in test_ops_nn)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.conformance.harness import Case, check, check_gradient
from tests.conformance.nn_formulas import conv, depthwise
from tricorn import ops
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


def conv_transpose(
    x, w, strides=1, padding="valid", output_padding=None, data_format="channels_last", dilation_rate=1
):
    """What the gradient of a convolution does to the outputs, tap by tap, then cut to the length that is documented."""
    rank = x.ndim - 2
    if data_format == "channels_first":
        x = np.moveaxis(x, 1, -1)
    strides, rates = np.broadcast_to(strides, rank), np.broadcast_to(dilation_rate, rank)
    extents = [(w.shape[i] - 1) * rates[i] + 1 for i in range(rank)]
    sizes = x.shape[1:-1]
    lengths, cuts = [], []
    for n, s, e, more in zip(sizes, strides, extents, np.broadcast_to(output_padding, rank), strict=True):
        if more is None:
            length = n * s if padding == "same" else n * s + max(e - s, 0)
        else:
            length = (n - 1) * s + e - 2 * (e // 2 if padding == "same" else 0) + more
        lengths.append(length)
        cuts.append(max((n - 1) * s + e - length, 0) // 2)
    room = [
        max((n - 1) * s + e, c + length)
        for n, s, e, c, length in zip(sizes, strides, extents, cuts, lengths, strict=True)
    ]
    y = np.zeros((x.shape[0], *room, w.shape[-2]))
    for place in np.ndindex(*sizes):
        for tap in np.ndindex(*w.shape[:rank]):
            at = tuple(p * s + t * r for p, s, t, r in zip(place, strides, tap, rates, strict=True))
            y[(slice(None), *at)] += x[(slice(None), *place)] @ w[tap].T
    y = y[(slice(None), *(slice(c, c + length) for c, length in zip(cuts, lengths, strict=True)))]
    return np.moveaxis(y, -1, 1) if data_format == "channels_first" else y  # fmt: skip


def _cases():
    for rank, padding in itertools.product((1, 2, 3), ("valid", "same")):
        sizes, window = (4, 3, 2)[:rank], (3, 2, 4)[:rank]
        for form, strides, rate, extra in (
            ("channels_last", 1, 1, None), ("channels_first", 2, 1, None), ("channels_last", 3, 1, None),
            ("channels_last", 2, 1, 0), ("channels_first", 3, 1, 2), ("channels_last", 1, 2, None),
            ("channels_first", (3, 2, 1)[:rank], 1, (1, 0, 0)[:rank]),
        ):  # fmt: skip
            shape = (2, *sizes, 3) if form == "channels_last" else (2, 3, *sizes)
            options = {"strides": strides, "padding": padding, "output_padding": extra, "data_format": form,
                       "dilation_rate": rate}  # fmt: skip
            yield Case("conv_transpose", (normal(*shape), normal(*window, 2, 3)), options, conv_transpose, unknown=False,
                       tolerance=1e-4, grad=rank < 3 and strides != 1 and extra is None)  # fmt: skip
    yield Case("conv_transpose", (np.arange(6).reshape(1, 3, 2).astype(np.int32), np.ones((2, 1, 2), np.int32)), {},
               conv_transpose, unknown=False, note="integers")  # fmt: skip
    yield Case("conv", (np.arange(8).reshape(1, 4, 2).astype(np.int32), np.ones((2, 2, 1), np.int32)), {}, conv,
               unknown=False, note="integers")  # fmt: skip
    yield Case(
        "conv",
        (normal(0, 4, 2), normal(2, 2, 3)),
        {"padding": "same"},
        conv,
        unknown=False,
        note="empty batch",
    )
    for form in ("channels_last", "channels_first"):
        shape = (2, 5, 4) if form == "channels_last" else (2, 4, 5)
        yield Case("separable_conv", (normal(*shape), normal(3, 4, 2), normal(1, 8, 3)),
                   {"strides": 2, "padding": "same", "data_format": form}, unknown=False, tolerance=1e-4,
                   expected=lambda x, d, p, data_format, **options: conv(
                       depthwise(x, d, data_format=data_format, **options), p, data_format=data_format))  # fmt: skip


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_op(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


@pytest.mark.engines("tensorflow")
def test_unknown_sizes(backend):
    """A graph that knows only ranks, channels and kernels computes the same."""
    import tensorflow as tf

    for rank, form, padding, strides, rate in itertools.product(
        (1, 2, 3), ("channels_last", "channels_first"), ("valid", "same"), (1, 2), (1, 2)
    ):
        if strides > 1 < rate:
            continue
        shape = (2, *(6, 5, 4)[:rank], 4) if form == "channels_last" else (2, 4, *(6, 5, 4)[:rank])
        free = [size if size == 4 and axis == (len(shape) - 1 if form == "channels_last" else 1) else None
                for axis, size in enumerate(shape)]  # fmt: skip
        options = {"strides": strides, "padding": padding, "data_format": form, "dilation_rate": rate}
        kernels = {"conv": normal(*(2,) * rank, 2, 4), "depthwise_conv": normal(*(2,) * rank, 4, 2),
                   "conv_transpose": normal(*(2,) * rank, 3, 4)}  # fmt: skip
        for name, kernel in kernels.items():
            x = tf.constant(normal(*shape))

            def call(x, name=name, kernel=kernel, options=options):
                return getattr(ops, name)(x, kernel, **options)

            found, wanted = tf.function(call, [tf.TensorSpec(free)])(x), call(x)
            np.testing.assert_allclose(
                found, wanted, rtol=1e-4, atol=1e-5, err_msg=f"{name} {rank} {options}"
            )


LAST = {"data_format": "channels_last"}
BAD = [
    ("conv", (1, 8), (3, 8, 2), {}, "one to three spatial axes"),
    ("conv", (1, 8, 2), (3, 3, 2, 2), {}, "kernel's rank"),
    ("conv", (1, 8, 3), (3, 2, 2), {}, "must divide the inputs' channels"),
    ("conv", (1, 8, 4), (3, 2, 3), {}, "groups must divide the output channels"),
    ("conv", (1, 2, 4), (3, 4, 3), {}, "would be empty"),
    ("conv", (1, 8, 4), (3, 4, 3), {"padding": "causal"}, "unknown padding"),
    ("conv", (1, 8, 4), (3, 4, 3), {"strides": 0}, "`strides`"),
    ("conv", (1, 8, 4), (3, 4, 3), {"strides": (1, 1)}, "`strides`"),
    ("conv", (1, 8, 4), (3, 4, 3), {"dilation_rate": -1}, "`dilation_rate`"),
    ("conv", (1, 8, 4), (3, 4, 3), {"data_format": "last"}, "unknown data format"),
    ("depthwise_conv", (1, 8, 4), (3, 2, 3), {}, "input channels differ"),
    ("separable_conv", (1, 8, 4), (3, 4, 2), {}, "must divide the inputs' channels"),
    ("conv_transpose", (1, 8, 4), (3, 4, 3), {}, "must be the inputs' channels"),
    ("conv_transpose", (1, 8, 4), (3, 3, 4), {"strides": 2, "output_padding": 2}, "smaller than the stride"),
    ("conv_transpose", (1, 8, 4), (3, 3, 4), {"output_padding": -1}, "`output_padding`"),
    ("conv_transpose", (1, 1, 4), (2, 3, 4), {"padding": "same", "output_padding": 0}, "would be empty"),
]  # fmt: skip


@pytest.mark.parametrize("name, shape, kernel, options, message", BAD)
def test_bad_arguments(name, shape, kernel, options, message, backend):
    rest = ((1, 5, 3),) if name == "separable_conv" else ()
    for make in (ops.ones, KerasTensor):
        with pytest.raises(ValueError, match=message):
            getattr(ops, name)(*(make(one) for one in (shape, kernel, *rest)), **options)
