"""Image ops on every engine: values against NumPy and SciPy, rules, compiled calls, gradients, the reference."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest

from tests.conformance import image_formulas as formulas
from tests.conformance.harness import Case, check, check_gradient
from tests.support.oracle import oracle
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor
from tricorn.random import SeedGenerator

_random = np.random.default_rng(0)
FIRST = {"data_format": "channels_first"}


def uniform(*shape):
    return _random.uniform(size=shape).astype(np.float32)


@dataclasses.dataclass
class ImageCase(Case):
    """A case of an op in `ops.image`."""

    @property
    def function(self):
        return getattr(ops.image, self.op)

    def reference(self):
        return getattr(formulas, self.op) if self.expected == "numpy" else self.expected


# --- cases ---------------------------------------------------------------------------------------
QUARTERS = np.round(uniform(2, 4, 8, 3) * 64)  # exact in every dtype under weights of 1/4 and 1/8


def _resize_cases():
    yield ImageCase("resize", (QUARTERS, (8, 4)))
    yield ImageCase("resize", (QUARTERS, (2, 16)), {"interpolation": "nearest", **FIRST}, note="few channels")
    image = uniform(2, 7, 12, 3)
    for method in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        for antialias in (False, True):
            options = {"interpolation": method, "antialias": antialias}
            yield ImageCase("resize", (image, (5, 20)), options, tolerance=1e-4)
        yield ImageCase("resize", (uniform(13, 1, 2), (3, 4)), options, tolerance=1e-4)
        yield ImageCase("resize", (uniform(1, 4, 6, 2), (3, 8)), {**options, **FIRST}, grad=method != "nearest",
                        tolerance=1e-4, unknown=False)  # fmt: skip
    yield ImageCase("resize", (uniform(1, 3, 4, 1), (4, 2)), grad=True, note="enlarged and shrunk")
    yield ImageCase("resize", (uniform(1, 70, 5, 2), (2, 5)), {"interpolation": "bicubic", "antialias": True},
                    tolerance=1e-4, note="many taps")  # fmt: skip
    yield ImageCase(
        "resize", (uniform(2, 5, 4, 9), (9, 2)), {"interpolation": "lanczos5", **FIRST}, tolerance=1e-4
    )
    for size in ((6, 5), (5, 12), (1, 7)):
        yield ImageCase("resize", (image, size), {"crop_to_aspect_ratio": True})
        yield ImageCase("resize", (image[0], size), {"pad_to_aspect_ratio": True, "fill_value": 0.3})
    yield ImageCase("resize", (image, (3, 4)), {"pad_to_aspect_ratio": True, "interpolation": "nearest", **FIRST,
                                               "fill_value": 2})  # fmt: skip
    yield ImageCase("resize", (uniform(0, 3, 4, 2), (5, 6)), note="no images")


def _scale_cases():
    scale, move = np.array([2, 0.5], np.float32), np.array([0.25, -0.5], np.float32)
    for method, antialias in (("linear", True), ("cubic", False), ("lanczos3", True), ("lanczos5", False)):
        yield ImageCase("scale_and_translate", (uniform(2, 4, 9), (2, 9, 6), scale, move, (1, 2), method),
                        {"antialias": antialias}, unknown=False, tolerance=1e-4)  # fmt: skip
    yield ImageCase("scale_and_translate", (uniform(3, 2), (4, 2), scale[:1] * 0.8, move[:1], (0,), "triangle"),
                    grad=True, unknown=False)  # fmt: skip
    yield ImageCase("scale_and_translate", (uniform(5), (4,), scale[1:] * 1.1, move[1:], (-1,), "cubic"), grad=True,
                    unknown=False)  # fmt: skip


def _pad_cases():
    x = uniform(2, 5, 6, 3)
    for options in (
        {"top_cropping": 1, "left_cropping": 2, "bottom_cropping": 0, "right_cropping": 1},
        {"top_cropping": 1, "left_cropping": 2, "target_height": 3, "target_width": 2},
        {"bottom_cropping": 1, "right_cropping": 0, "target_height": 3, "target_width": 2},
        {"top_cropping": 5, "bottom_cropping": 0, "left_cropping": 0, "right_cropping": 0},
    ):
        yield ImageCase("crop_images", (x,), options, grad="target_width" in options)
        yield ImageCase("crop_images", (x[0].transpose(2, 0, 1),), {**options, **FIRST})
    for options in (
        {"top_padding": 1, "left_padding": 2, "bottom_padding": 0, "right_padding": 1},
        {"top_padding": 1, "left_padding": 2, "target_height": 8, "target_width": 9},
        {"bottom_padding": 1, "right_padding": 0, "target_height": 6, "target_width": 7},
        {"top_padding": 0, "bottom_padding": 0, "left_padding": 0, "right_padding": 0},
    ):
        yield ImageCase("pad_images", (x,), options, grad="target_width" in options)
        yield ImageCase("pad_images", (x[0].transpose(2, 0, 1),), {**options, **FIRST})


def _transform_cases():
    grid = uniform(4, 5)
    places = (uniform(2, 9) * 11 - 3).astype(np.float32)
    yield ImageCase(
        "map_coordinates", (np.arange(8, dtype=np.float32), np.array([[0.25, 3, 7.5]], np.float32), 1)
    )
    for mode in formulas.MODES:
        options = {"fill_mode": mode, "fill_value": 0.7}
        for order in (0, 1):
            yield ImageCase(
                "map_coordinates", (grid, places, order), options, note="two axes", tolerance=1e-4
            )
        yield ImageCase(
            "map_coordinates", (uniform(1, 6), places.reshape(2, 3, 3), 1), options, tolerance=1e-4
        )
        yield ImageCase("map_coordinates", (grid, places[:, :4], 1), options, grad=True)
    volume, inside = uniform(3, 3, 2), (uniform(3, 2, 2) * 5 - 1).astype(np.float32)
    for mode in ("constant", "mirror"):
        yield ImageCase(
            "map_coordinates", (volume, inside, 1, mode, 0.7), tolerance=1e-4, grad=mode == "constant"
        )
    yield ImageCase("map_coordinates", (grid[0], places[:1].reshape(1, 3, 1, 3), 0), tolerance=1e-4)
    yield ImageCase("map_coordinates", (uniform(2, 3, 2, 3), (uniform(4, 5) * 4 - 1).astype(np.float32), 1),
                    note="four axes", tolerance=1e-4)  # fmt: skip
    yield ImageCase(
        "map_coordinates", (grid, places, 1), {"fill_value": float("nan")}, note="special", tolerance=1e-4
    )

    turn = np.array([0.93, 0.31, -1.3, -0.2, 1.1, 0.7, 0.02, -0.03], np.float32)
    zoom = np.array([1.6, 0, -1.7, 0, 0.6, 0.35, 0, 0], np.float32)
    shift = np.array([1, 0, 1, 0, 1, -1, 0, 0], np.float32)
    x = uniform(2, 5, 6, 3)
    yield ImageCase("affine_transform", (QUARTERS, shift))
    yield ImageCase("affine_transform", (x, np.stack([turn, zoom])), tolerance=1e-4)
    for mode in formulas.MODES:
        options = {"interpolation": "bilinear", "fill_mode": mode, "fill_value": 0.4}
        yield ImageCase("affine_transform", (x, np.stack([turn, zoom * 1.3])), options, tolerance=1e-4)
        options = {"interpolation": "nearest", "fill_mode": mode, "fill_value": 0.4, **FIRST}
        yield ImageCase("affine_transform", (x[0].transpose(2, 0, 1), turn), options, tolerance=1e-4)
    for options in ({"fill_value": 0.4}, {"fill_mode": "reflect"}, {"fill_mode": "wrap"}):
        yield ImageCase("affine_transform", (uniform(2, 3, 4, 1), np.stack([turn, zoom])), options, grad=True,
                        tolerance=1e-4)  # fmt: skip
    start = np.array([[0, 0], [0.5, 5], [5, 0.25], [6, 4]], np.float32)
    end = np.array([[1, 0.5], [0, 4], [5, 1], [4, 5]], np.float32)
    yield ImageCase("perspective_transform", (x, start, end), tolerance=1e-3, note="special")
    yield ImageCase(
        "perspective_transform", (x, start[None], np.stack([end, end + 1])), tolerance=1e-3, note="special"
    )
    square = np.array([[0, 0], [4, 0], [4, 4], [0, 4]], np.float32)
    yield ImageCase("perspective_transform", (QUARTERS[:, :, :4], square, square + 1))
    yield ImageCase("perspective_transform", (x[0].transpose(2, 0, 1), square, square[[1, 2, 3, 0]] * 1.25 - 0.5),
                    {"interpolation": "nearest", "fill_value": 9, **FIRST}, note="special")  # fmt: skip
    yield ImageCase("perspective_transform", (uniform(1, 3, 3, 1), start, end), {"fill_value": 0.5}, grad=True,
                    tolerance=1e-3, note="special")  # fmt: skip
    yield ImageCase("elastic_transform", (x,), {"seed": 3}, expected=None)
    yield ImageCase("elastic_transform", (x[0].transpose(2, 0, 1),), {"alpha": 2.0, "sigma": 0.6, "seed": 3, **FIRST,
                    "interpolation": "nearest", "fill_mode": "constant", "fill_value": 1}, expected=None)  # fmt: skip


def _filter_cases():
    x = uniform(2, 6, 7, 3)
    yield ImageCase("gaussian_blur", (x,))
    for size, sigma in (((3, 5), (0.8, 1.5)), ((4, 2), (0.7, 1.0)), ((11, 19), (2.0, 3.0))):
        yield ImageCase("gaussian_blur", (x, size, sigma))
        yield ImageCase("gaussian_blur", (x[0].transpose(2, 0, 1), size, sigma), FIRST)
    yield ImageCase("gaussian_blur", (uniform(1, 3, 4, 2), (3, 3), (1.0, 0.5)), grad=True, unknown=False)
    yield ImageCase("gaussian_blur", (uniform(1, 3, 4, 1), (3, 13), (1.0, 2.5)), grad=True)
    yield ImageCase("sobel_edges", (QUARTERS,))
    yield ImageCase("sobel_edges", (x[0].transpose(2, 0, 1),), FIRST)
    yield ImageCase("sobel_edges", (uniform(1, 3, 4, 2),), grad=True)
    yield ImageCase("sobel_edges", (uniform(2, 1, 2, 1),), note="one row")
    y = np.clip(x + 0.1 * _random.normal(size=x.shape), 0, 1).astype(np.float32)
    yield ImageCase("ssim", (x, y), {"filter_size": 5}, tolerance=1e-4)
    yield ImageCase("ssim", (x[0].transpose(2, 0, 1), y[0].transpose(2, 0, 1)), {"filter_size": 6, **FIRST},
                    tolerance=1e-4)  # fmt: skip
    yield ImageCase("ssim", (255 * uniform(2, 12, 11, 1), 255 * uniform(2, 12, 11, 1)),
                    {"max_val": 255, "filter_sigma": 2.0, "k1": 0.02, "k2": 0.05}, tolerance=1e-4)  # fmt: skip
    yield ImageCase(
        "ssim", (uniform(1, 4, 3, 2), uniform(1, 4, 3, 2)), {"filter_size": 3}, grad=True, tolerance=1e-4
    )


COLOURS = np.array(
    [
        [[0.2, 0.4, 0.9], [0.9, 0.4, 0.2], [0.45, 0.9, 0.2]],
        [[0.3, 0.1, 0.8], [0.7, 0.6, 0.65], [0.1, 0.35, 0.3]],
    ],
    np.float32,
)
GRAYS = np.array(
    [[[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5], [1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1]]], np.float32
)


def _colour_cases():
    x = uniform(2, 3, 4, 3)
    for op in ("rgb_to_grayscale", "rgb_to_hsv", "hsv_to_rgb"):
        yield ImageCase(op, (x,))
        yield ImageCase(op, (x[0].transpose(2, 0, 1),), FIRST)
        yield ImageCase(op, (COLOURS,), grad=True)
        yield ImageCase(op, (GRAYS,), note="special")


def _patch_cases():
    x, volume = uniform(2, 6, 7, 2), uniform(2, 4, 5, 6, 2)
    for options in ({}, {"strides": 1, "dilation_rate": (1, 2)}, {"strides": (3, 2), "padding": "same"},
                    {"strides": (2, 1), "dilation_rate": 2, "padding": "same"}):  # fmt: skip
        for size in (2, (3, 2)):
            yield ImageCase("extract_patches", (x, size), options, expected=formulas.patches, grad=size == 2)
        yield ImageCase("extract_patches", (x[0].transpose(2, 0, 1), (1, 3)), {**options, **FIRST},
                        expected=formulas.patches)  # fmt: skip
    for options in (
        {},
        {"strides": (1, 2, 1), "dilation_rate": (2, 1, 1)},
        {"strides": 3, "padding": "same"},
    ):
        yield ImageCase("extract_patches_3d", (volume, 2), options, expected=formulas.patches_3d)
        yield ImageCase("extract_patches", (volume[0].transpose(3, 0, 1, 2), (2, 1, 3)), {**options, **FIRST},
                        expected=formulas.patches)  # fmt: skip
    yield ImageCase("extract_patches_3d", (volume[:1, :3, :3, :2], (2, 2, 1)), {"strides": 1}, grad=True,
                    expected=formulas.patches_3d)  # fmt: skip


CASES = [
    *_resize_cases(), *_scale_cases(), *_pad_cases(), *_transform_cases(), *_filter_cases(), *_colour_cases(),
    *_patch_cases(),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_value_and_rule(case, backend):
    check(case, backend)


@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, training_backend):
    check_gradient(case, training_backend)


# --- what all engines must agree on ---------------------------------------------------------------
def on(backend, function, *arrays, **options):
    with backend_scope(backend):
        return ops.convert_to_numpy(function(*map(ops.convert_to_tensor, arrays), **options))


def test_of_two_nearest_pixels_the_right_one_counts(backend):
    row = (np.arange(1, 7, dtype=np.float32) * 10).reshape(1, 6, 1)
    assert on(backend, ops.image.resize, row, size=(1, 4), interpolation="nearest")[0, :, 0].tolist() == [
        10,
        30,
        40,
        60,
    ]
    assert on(
        backend, ops.image.resize, row[:, :2], size=(1, 3), interpolation="nearest"
    ).ravel().tolist() == [10, 20, 20]
    halves = np.array([[-0.75, -0.5, 0.5, 1.5, 4.5, 5.25, 5.5]], np.float32)
    found = on(backend, ops.image.map_coordinates, row[0, :, 0], halves, order=0, fill_value=-1)
    assert found.tolist() == [-1, 10, 20, 30, 60, 60, -1]
    half = np.array([1, 0, 0.5, 0, 1, 0, 0, 0], np.float32)
    found = on(backend, ops.image.affine_transform, row, half, interpolation="nearest", fill_value=-1)
    assert found.ravel().tolist() == [20, 30, 40, 50, 60, -1]


@pytest.mark.parametrize(
    "dtype, low, high", [("uint8", 0, 255), ("int8", -128, 127), ("int32", -(2**31), 2**31 - 1)]
)
def test_integers_stay_within_their_range(dtype, low, high, backend):
    step = np.repeat(np.array([low, high]), 4).reshape(1, 8, 1).astype(dtype)
    for method in ("bicubic", "lanczos3"):
        exact = formulas.resize(step.astype(np.float64), (1, 16), method)
        assert exact.min() < low and exact.max() > high
        found = on(backend, ops.image.resize, step, size=(1, 16), interpolation=method)
        assert found.dtype == dtype
        np.testing.assert_allclose(
            found.astype(np.float64), np.clip(exact, low, high), atol=0.51 + 1e-6 * high, rtol=0
        )
    x = np.array([[[1], [2], [4]]], dtype)
    assert on(backend, ops.image.resize, x, size=(1, 6)).ravel().tolist() == [
        1,
        1,
        2,
        2,
        4,
        4,
    ]  # halves to even
    assert on(
        backend, ops.image.map_coordinates, x[0, :, 0], np.array([[0.5, 1.25, 7]]), order=1
    ).tolist() == [2, 2, 0]


@pytest.mark.parametrize("kernel, sigma", [((3, 3), (1.0, 1.0)), ((3, 5), (0.5, 2.0))])
def test_the_first_number_of_a_blur_is_the_height(kernel, sigma, backend):
    dot = np.zeros((7, 7, 1), np.float32)
    dot[3, 3] = 1
    found = on(backend, ops.image.gaussian_blur, dot, kernel_size=kernel, sigma=sigma)[..., 0]
    np.testing.assert_allclose(
        found.sum(1)[3 - kernel[0] // 2 :][: kernel[0]], formulas.taps(kernel[0], sigma[0]), rtol=1e-5
    )
    np.testing.assert_allclose(
        found.sum(0)[3 - kernel[1] // 2 :][: kernel[1]], formulas.taps(kernel[1], sigma[1]), rtol=1e-5
    )


def test_gray_and_black_have_finite_gradients(training_backend):
    from tests.conformance.gradients import gradients

    for op in (ops.image.rgb_to_hsv, ops.image.hsv_to_rgb):
        (found,) = gradients(training_backend, op, [GRAYS], np.ones(GRAYS.shape, np.float32))
        assert np.isfinite(found).all()
    x = np.zeros((1, 4, 4, 1), np.float32)
    for found in gradients(
        training_backend, lambda a, b: ops.image.ssim(a, b, filter_size=3), [x, x], np.ones(1, np.float32)
    ):
        assert np.isfinite(found).all()


def test_far_and_infinite_places_are_filled(backend):
    row = np.arange(1, 5, dtype=np.float32)
    far = np.array([[-1e12, 1e12, 3e38]], np.float32)
    for order in (0, 1):
        assert on(backend, ops.image.map_coordinates, row, far, order=order, fill_value=7).tolist() == [
            7,
            7,
            7,
        ]
        assert on(
            backend, ops.image.map_coordinates, row, far, order=order, fill_mode="nearest"
        ).tolist() == [1, 4, 4]
    # The divisor of this transform is 0 in the third column.
    horizon = np.array([1, 0, 1, 0, 1, 1, -0.5, 0], np.float32)
    for interpolation in ("nearest", "bilinear"):
        found = on(backend, ops.image.affine_transform, row.reshape(1, 4, 1), horizon, interpolation=interpolation,
                   fill_value=7)  # fmt: skip
        assert found[0, 2, 0] == 7


# --- elastic_transform -----------------------------------------------------------------------------
def _ramp(batch, size):
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    return np.broadcast_to(np.stack([rows, columns], -1), (batch, size, size, 2)).copy()


def test_elastic_displacements_have_the_documented_deviation(backend):
    ramp = _ramp(2, 96)
    moved = (on(backend, ops.image.elastic_transform, ramp, alpha=3.0, sigma=2.0, seed=5) - ramp)[
        :, 16:-16, 16:-16
    ]
    assert 0.75 < moved.std() / (3 * 0.2821) < 1.25
    assert abs(moved.mean()) < 0.3
    # x and y, and the images of a batch, are drawn apart; neighbours move together.
    flat = moved.transpose(0, 3, 1, 2).reshape(4, -1)
    assert np.abs(np.corrcoef(flat) - np.eye(4)).max() < 0.4
    assert np.corrcoef(moved[:, :-1].ravel(), moved[:, 1:].ravel())[0, 1] > 0.85


def test_elastic_draws_follow_the_seed(backend):
    x = uniform(1, 8, 8, 1)
    once, again, other = (on(backend, ops.image.elastic_transform, x, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)
    generator = SeedGenerator(1)
    first, second = (on(backend, ops.image.elastic_transform, x, seed=generator) for _ in range(2))
    assert not np.array_equal(first, second)


# --- compiled whole --------------------------------------------------------------------------------
COMPILED = {
    "bicubic": lambda x: ops.image.resize(x, (5, 9), "bicubic", antialias=True),
    "lanczos3": lambda x: ops.image.resize(x, (9, 3), "lanczos3"),
    "bilinear": lambda x: ops.image.resize(x, (9, 3), data_format="channels_first"),
    "affine": lambda x: ops.image.affine_transform(x, np.array([0.9, 0.1, 0, 0, 1, 0.3, 0, 0], np.float32)),
    "blur": lambda x: ops.image.gaussian_blur(x, (5, 5), (1.0, 1.0)),
    "ssim": lambda x: ops.image.ssim(x, 1 - x, filter_size=3),
    "sobel": ops.image.sobel_edges,
    "hsv": lambda x: ops.image.hsv_to_rgb(ops.image.rgb_to_hsv(x)),
    "patches": lambda x: ops.image.extract_patches(x, 3, 2, padding="same"),
}


@pytest.mark.engines("tensorflow")
@pytest.mark.parametrize("name", COMPILED)
def test_xla_computes_the_same_on_tensorflow(name, backend):
    import tensorflow as tf

    x = tf.constant(uniform(2, 6, 7, 3))
    wanted = COMPILED[name](x)
    np.testing.assert_allclose(tf.function(COMPILED[name], jit_compile=True)(x), wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.engines("jax")
@pytest.mark.parametrize("name", COMPILED)
def test_vmap_over_batches(name, backend):
    import jax

    x = uniform(2, 3, 6, 7, 3)
    wanted = np.stack([COMPILED[name](jax.numpy.asarray(one)) for one in x])
    np.testing.assert_allclose(jax.vmap(COMPILED[name])(x), wanted, rtol=1e-4, atol=1e-4)


# --- the reference ---------------------------------------------------------------------------------
_NO_FORMAT = ("map_coordinates", "scale_and_translate")


@functools.cache
def _answers():
    """(calls, what the reference says to them)."""
    x = uniform(2, 7, 12, 3)
    turn = np.array([0.9, 0.3, -1.3, -0.2, 1.1, 0.7, 0, 0], np.float32)
    start = np.array([[0, 0], [0, 6], [11, 0], [11, 6]], np.float32)
    end = np.array([[1, 0.5], [0, 6], [10, 1], [9, 5]], np.float32)
    calls = [
        *(("resize", (x, (5, 9), method), {"antialias": antialias})
          for method in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5") for antialias in (False, True)),
        *(("resize", (x, size), {option: True}) for size in ((6, 5), (5, 12), (9, 3))
          for option in ("crop_to_aspect_ratio", "pad_to_aspect_ratio")),
        *(("affine_transform", (x, turn[None].repeat(2, 0)), {"fill_mode": mode}) for mode in formulas.MODES),
        ("perspective_transform", (x, start[None].repeat(2, 0), end[None].repeat(2, 0)), {}),
        *(("map_coordinates", (x[0, ..., 0], uniform(2, 9) * 14 - 3, 1), {"fill_mode": mode}) for mode in formulas.MODES),
        ("gaussian_blur", (x, (5, 5), (1.5, 1.5)), {}),
        ("ssim", (x, 1 - x), {"filter_size": 5}),
        ("rgb_to_grayscale", (x,), {}), ("rgb_to_hsv", (x,), {}), ("hsv_to_rgb", (x,), {}),
        ("extract_patches", (x, (2, 3), 1, 2), {}), ("extract_patches", (x, 3, 2), {"padding": "same"}),
        ("extract_patches_3d", (x[..., None], 2), {}),
        ("crop_images", (x, 1, 2), {"target_height": 3, "target_width": 4}),
        ("pad_images", (x, 1, 2), {"target_height": 9, "target_width": 15}),
        ("scale_and_translate", (x, (2, 9, 8, 3), np.array([1.3, 0.6], "float32"), np.array([0.3, -0.2], "float32"),
                                 (1, 2), "lanczos3"), {}),
    ]  # fmt: skip
    # Without a data format the reference's blur mixes the channels on JAX.
    calls = [(name, args, kwargs if name in _NO_FORMAT else {**kwargs, "data_format": "channels_last"})
             for name, args, kwargs in calls]  # fmt: skip
    return calls, oracle("jax").call_many(
        [(f"ops.image.{name}", args, kwargs) for name, args, kwargs in calls]
    )


def test_agrees_with_the_reference(backend):
    for (name, args, kwargs), wanted in zip(*_answers(), strict=True):
        assert isinstance(wanted, np.ndarray), f"{name}: {wanted}"
        tensors = [ops.convert_to_tensor(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
        found = ops.convert_to_numpy(getattr(ops.image, name)(*tensors, **kwargs))
        np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-4, err_msg=f"{name} {kwargs}")


# --- bad input -------------------------------------------------------------------------------------
IMAGE = np.ones((2, 4, 5, 3), np.float32)
POINTS = np.zeros((4, 2), np.float32)
WRONG = [
    ("resize", (IMAGE[0, 0], (2, 2)), {}, "must be one image or a batch"),
    ("resize", (IMAGE, (2,)), {}, "`size` must be"),
    ("resize", (IMAGE, 4), {}, "`size` must be"),
    ("resize", (IMAGE, (0, 2)), {}, "too small"),
    ("resize", (IMAGE, (2.5, 2)), {}, "must be an integer"),
    ("resize", (IMAGE, (2, 2), "area"), {}, "unknown `interpolation`"),
    ("resize", (IMAGE, (2, 2)), {"fill_mode": "edge"}, "unknown `fill_mode`"),
    ("resize", (IMAGE, (2, 2)), {"data_format": "NHWC"}, "unknown data format"),
    ("resize", (IMAGE, (2, 2)), {"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}, "not both"),
    ("resize", (IMAGE[:, :0], (2, 2)), {}, "without pixels"),
    ("scale_and_translate", (IMAGE, (2, 8, 8), np.ones(2), np.ones(2), (1, 2), "linear"), {}, "`output_shape` must"),
    ("scale_and_translate", (IMAGE, (3, 8, 8, 3), np.ones(2), np.ones(2), (1, 2), "linear"), {}, "changes an axis"),
    ("scale_and_translate", (IMAGE, (2, 8, 8, 3), np.ones(3), np.ones(2), (1, 2), "linear"), {}, "`scale` must have"),
    ("scale_and_translate", (IMAGE, (2, 8, 8, 3), np.ones(2), np.ones(2), (1, 7), "linear"), {}, "out of range"),
    ("scale_and_translate", (IMAGE, (2, 8, 8, 3), np.ones(2), np.ones(2), (1, 2), "nearest"), {}, "unknown `method`"),
    ("crop_images", (IMAGE, 1), {}, "say exactly two of top_cropping"),
    ("crop_images", (IMAGE, 1, 1, 1, 1, 2), {}, "say exactly two of top_cropping"),
    ("crop_images", (IMAGE, 1, 1), {"target_height": 2}, "say exactly two of left_cropping"),
    ("crop_images", (IMAGE, -1, 0, 0, 0), {}, "too small"),
    ("crop_images", (IMAGE, 3, 0, 2, 0), {}, "does not allow"),
    ("crop_images", (IMAGE, 1, 0), {"target_height": 4, "target_width": 2}, "does not allow"),
    ("pad_images", (IMAGE, 1, 0), {"target_height": 4, "target_width": 9}, "does not allow"),
    ("pad_images", (IMAGE, 1, 0, 0), {}, "say exactly two of left_padding"),
    ("map_coordinates", (IMAGE, np.ones((3, 5)), 1), {}, "a row for each axis"),
    ("map_coordinates", (IMAGE[0, 0, 0], np.ones(1), 1), {}, "a row for each axis"),
    ("map_coordinates", (IMAGE, np.ones((4, 5)), 3), {}, "unknown `order`"),
    ("map_coordinates", (IMAGE, np.ones((4, 5)), 1, "grid-wrap"), {}, "unknown `fill_mode`"),
    ("affine_transform", (IMAGE, np.ones((2, 6))), {}, "once for each image"),
    ("affine_transform", (IMAGE, np.ones((3, 8))), {}, "once for each image"),
    ("affine_transform", (IMAGE, np.ones(8), "bicubic"), {}, "unknown `interpolation`"),
    ("perspective_transform", (IMAGE, POINTS[:3], POINTS), {}, "once for each image"),
    ("perspective_transform", (IMAGE, POINTS, np.ones((3, 4, 2))), {}, "once for each image"),
    ("elastic_transform", (IMAGE,), {"sigma": 0}, "greater than 0"),
    ("gaussian_blur", (IMAGE, (3, 0)), {}, "too small"),
    ("gaussian_blur", (IMAGE, (3, 3), (1, -1)), {}, "greater than 0"),
    ("gaussian_blur", (IMAGE, (3, 3, 3)), {}, "one number for the height"),
    ("rgb_to_grayscale", (IMAGE[..., :2],), {}, "three channels"),
    ("rgb_to_hsv", (IMAGE.astype("uint8"),), {}, "must be floats"),
    ("hsv_to_rgb", (IMAGE,), {"data_format": "channels_first"}, "three channels"),
    ("ssim", (IMAGE, IMAGE[:, :3]), {}, "same shape"),
    ("ssim", (IMAGE, IMAGE), {}, "larger than the images"),
    ("extract_patches", (IMAGE, 5), {}, "does not fit"),
    ("extract_patches", (IMAGE, (1, 2, 3, 4)), {}, "two or three axes"),
    ("extract_patches", (IMAGE, 2, 0), {}, "`strides` must"),
    ("extract_patches", (IMAGE, 2), {"padding": "full"}, "unknown padding"),
    ("extract_patches_3d", (IMAGE[0], 2), {}, "must have 3 spatial axes"),
    ("sobel_edges", (IMAGE[0, 0],), {}, "must be one image or a batch"),
]  # fmt: skip


@pytest.mark.parametrize(
    "op, args, kwargs, message", WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_bad_input_is_refused(op, args, kwargs, message, backend):
    function = getattr(ops.image, op)
    for made in (ops.convert_to_tensor, lambda array: KerasTensor(array.shape, array.dtype.name)):
        given = [made(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
        with pytest.raises((ValueError, TypeError), match=message):
            function(*given, **kwargs)


def test_unknown_sizes_stay_unknown():
    x = KerasTensor((None, None, None, 3))
    assert ops.image.resize(x, (4, 5), crop_to_aspect_ratio=True).shape == (None, 4, 5, 3)
    assert ops.image.crop_images(x, 1, 1, 1, target_width=4).shape == (None, None, 4, 3)
    assert ops.image.pad_images(x, 1, 1, 1, target_width=4).shape == (None, None, 4, 3)
    assert ops.image.extract_patches(x, 2).shape == (None, None, None, 12)
    assert ops.image.ssim(x, x).shape == (None,)
