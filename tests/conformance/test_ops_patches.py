"""Patches on every engine: values against loops in float64, rules, compiled calls, gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.conformance.harness import Case, check, check_gradient
from tricorn import ops
from tricorn.core.symbolic import KerasTensor

_random = np.random.default_rng(0)


def normal(*shape):
    return _random.normal(size=shape).astype(np.float32)


# --- formulas ------------------------------------------------------------------------------------
def _pair(value):
    return value if isinstance(value, tuple) else (value, value)


def _grid(size, kernel, dilation, padding, stride):
    """For each patch and each element of it: its place in the padded image."""
    extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    counts = [(n + 2 * p - e) // s + 1 for n, p, e, s in zip(size, padding, extents, stride, strict=True)]
    for patch, start in enumerate(np.ndindex(*counts)):
        for element, inside in enumerate(np.ndindex(*kernel)):
            yield (
                patch,
                element,
                start[0] * stride[0] + inside[0] * dilation[0],
                start[1] * stride[1] + inside[1] * dilation[1],
            )


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    kernel, dilation, padding, stride = map(_pair, (kernel_size, dilation, padding, stride))
    wide = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    places = list(_grid(x.shape[2:], kernel, dilation, padding, stride))
    y = np.zeros((*x.shape[:2], math.prod(kernel), places[-1][0] + 1), x.dtype)
    for patch, element, row, column in places:
        y[:, :, element, patch] = wide[:, :, row, column]
    return y.reshape(x.shape[0], x.shape[1] * math.prod(kernel), y.shape[-1])


def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    size, kernel, dilation, padding, stride = map(
        _pair, (output_size, kernel_size, dilation, padding, stride)
    )
    channels = x.shape[1] // math.prod(kernel)
    x = x.reshape(x.shape[0], channels, math.prod(kernel), x.shape[2])
    y = np.zeros((x.shape[0], channels, size[0] + 2 * padding[0], size[1] + 2 * padding[1]), x.dtype)
    for patch, element, row, column in _grid(size, kernel, dilation, padding, stride):
        y[:, :, row, column] += x[:, :, element, patch]
    return y[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


def depth_to_space(x, block_size, data_format="channels_last"):
    b, first = block_size, data_format == "channels_first"
    x = np.moveaxis(x, 1, -1) if first else x
    batch, height, width, channels = x.shape
    y = np.zeros((batch, height * b, width * b, channels // b**2), x.dtype)
    for row, column in np.ndindex(b, b):
        block = row * b + column
        y[:, row::b, column::b] = x[..., block :: b * b] if first else np.split(x, b * b, -1)[block]
    return np.moveaxis(y, -1, 1) if first else y


def space_to_depth(x, block_size, data_format="channels_last"):
    b, first = block_size, data_format == "channels_first"
    x = np.moveaxis(x, 1, -1) if first else x
    blocks = [x[:, row::b, column::b] for row, column in np.ndindex(b, b)]
    y = np.stack(blocks, -1).reshape(*blocks[0].shape[:-1], -1) if first else np.concatenate(blocks, -1)
    return np.moveaxis(y, -1, 1) if first else y


def psnr(x1, x2, max_val):
    return 10 * np.log10(max_val**2 / np.mean((x1 - x2) ** 2))


# --- cases ---------------------------------------------------------------------------------------
GRIDS = [
    {"kernel_size": 2},
    {"kernel_size": (2, 3), "padding": (1, 0), "stride": (2, 1)},
    {"kernel_size": (3, 2), "dilation": (1, 2), "padding": 1, "stride": (1, 3)},
    {"kernel_size": 1, "stride": 2},
]


def _cases():
    for options in GRIDS:
        image = normal(2, 3, 5, 6)
        yield Case("unfold", (image,), options, unfold, grad=options is GRIDS[2])
        columns = normal(*unfold(image, **options).shape)
        yield Case("fold", (columns,), {"output_size": (5, 6), **options}, fold, grad=options is GRIDS[2])
    yield Case("unfold", (np.arange(18, dtype=np.int32).reshape(1, 2, 3, 3),), {"kernel_size": 2}, unfold)
    counted = np.arange(16, dtype=np.int32).reshape(1, 4, 4)
    yield Case("fold", (counted,), {"output_size": 3, "kernel_size": 2}, fold)
    yield Case("unfold", (np.array([[[[1, np.nan], [np.inf, 2]]]], np.float32),), {"kernel_size": 1}, unfold)
    yield Case("unfold", (normal(0, 2, 3, 3),), {"kernel_size": 2}, unfold)
    for form in ("channels_last", "channels_first"):
        shape = (2, 4, 6, 8) if form == "channels_last" else (2, 8, 4, 6)
        for name, formula in (("depth_to_space", depth_to_space), ("space_to_depth", space_to_depth)):
            yield Case(name, (normal(*shape),), {"block_size": 2, "data_format": form}, formula)
    yield Case("space_to_depth", (normal(1, 6, 3, 2),), {"block_size": 3}, space_to_depth, grad=True)
    yield Case("depth_to_space", (normal(1, 2, 1, 9),), {"block_size": 3}, depth_to_space, grad=True)
    yield Case("depth_to_space", (counted.reshape(1, 1, 2, 8),), {"block_size": 2}, depth_to_space)
    yield Case("psnr", (normal(2, 3), normal(2, 3)), {"max_val": 2.5}, psnr, grad=True)
    yield Case(
        "psnr", (np.array([0, 10, 200], np.int32), np.array([5, 5, 190], np.int32)), {"max_val": 255}, psnr
    )


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_op(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


def test_psnr_of_equal_images_is_infinite(backend):
    assert np.isinf(ops.convert_to_numpy(ops.psnr(ops.ones((2, 2)), ops.ones((2, 2)), 1.0)))


def test_blocks_go_there_and_back(backend):
    x = ops.convert_to_tensor(normal(2, 4, 6, 4))
    for form in ("channels_last", "channels_first"):
        there = ops.depth_to_space(x, 2, form)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(ops.space_to_depth(there, 2, form)), ops.convert_to_numpy(x)
        )


@pytest.mark.parametrize(
    "name, shape, arguments, message",
    [
        ("unfold", (2, 3, 4), (2,), "rank 4"),
        ("unfold", (1, 2, 3, 3), (4,), "no patch fits"),
        ("unfold", (1, 2, 3, 3), (0,), "`kernel_size`"),
        ("unfold", (1, 2, 3, 3), ((2, 2, 2),), "`kernel_size`"),
        ("unfold", (1, 2, 3, 3), (2, 1, -1), "`padding`"),
        ("unfold", (1, 2, 3, 3), (2, 1, 0, 0), "`stride`"),
        ("fold", (4, 4), (3, 2), "rank 3"),
        ("fold", (1, 4, 5), (3, 2), "do not make up that image"),
        ("fold", (1, 5, 4), (3, 2), "do not make up that image"),
        ("fold", (1, 4, 4), (1, 2), "no patch fits"),
        ("depth_to_space", (2, 2, 4), (2,), "rank 4"),
        ("depth_to_space", (1, 2, 2, 6), (2,), "square of `block_size`"),
        ("depth_to_space", (1, 2, 2, 4), (1,), "2 or more"),
        ("depth_to_space", (1, 2, 2, 4), (2, "last"), "unknown data format"),
        ("space_to_depth", (1, 3, 4, 1), (2,), "must divide"),
        ("space_to_depth", (1, 4, 4, 1), (2.0,), "2 or more"),
    ],
)
def test_bad_arguments(name, shape, arguments, message, backend):
    for x in (ops.ones(shape), KerasTensor(shape)):
        with pytest.raises(ValueError, match=message):
            getattr(ops, name)(x, *arguments)


def test_psnr_wants_one_shape(backend):
    for first, second in ((ops.ones((2, 3)), ops.ones((1, 3))), (KerasTensor((2, 3)), KerasTensor((3,)))):
        with pytest.raises(ValueError, match="same shape"):
            ops.psnr(first, second, 1.0)
    with pytest.raises(ValueError, match="positive"):
        ops.psnr(ops.ones((2,)), ops.ones((2,)), 0)
