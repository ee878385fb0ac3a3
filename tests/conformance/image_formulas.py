"""Image ops in NumPy and SciPy float64, written out plainly: channels last, one image or a batch."""

from __future__ import annotations

import colorsys
import functools

import numpy as np
from scipy import ndimage

MODES = {
    "constant": "grid-constant",
    "nearest": "nearest",
    "wrap": "grid-wrap",
    "reflect": "reflect",
    "mirror": "mirror",
}


def of_images(formula):
    """A formula for float64 batches of channels-last images, for all ranks, formats and dtypes."""

    @functools.wraps(formula)
    def reference(images, *args, data_format="channels_last", **kwargs):
        x = np.asarray(images, np.float64)
        batched = x.ndim == 4
        x = x if batched else x[None]
        first = data_format == "channels_first"
        y = formula(np.moveaxis(x, 1, 3) if first else x, *args, **kwargs)
        y = np.moveaxis(y, 3, 1) if first else y
        return in_dtype(y if batched else y[0], images.dtype)

    return reference


def in_dtype(result, dtype):
    """Integers are rounded; booleans say whether it is more than a half."""
    if dtype.kind == "b":
        return result > 0.5
    return np.round(result).astype(np.int64) if dtype.kind in "iu" else result


# --- size ----------------------------------------------------------------------------------------
def kernel(method, x):
    x = np.abs(x)
    if method == "bilinear":
        return np.where(x < 1, 1 - x, 0)
    if method == "bicubic":
        return np.where(
            x < 1, 1.5 * x**3 - 2.5 * x**2 + 1, np.where(x < 2, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2, 0)
        )
    radius = int(method[-1])
    return np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0)


def weights(old, new, scale, translation, method, antialias):
    """(new, old), from centre to centre."""
    table = np.zeros((new, old))
    stretch = max(1 / scale, 1) if antialias else 1
    for i in range(new):
        place = (i + 0.5 - translation) / scale
        if 0 <= place <= old:
            row = kernel(method, (place - (np.arange(old) + 0.5)) / stretch)
            table[i] = row / row.sum()
    return table


def along(x, table, axis):
    return np.moveaxis(np.tensordot(x, table, ([axis], [1])), -1, axis)


@of_images
def resize(x, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
           fill_mode="constant", fill_value=0.0):  # fmt: skip
    height, width = x.shape[1:3]
    tall, wide = width * size[0] // size[1], height * size[1] // size[0]  # that the other axis asks for
    if crop_to_aspect_ratio:
        tall, wide = max(min(tall, height), 1), max(min(wide, width), 1)
        top, left = (height - tall) // 2, (width - wide) // 2
        x = x[:, top : top + tall, left : left + wide]
    elif pad_to_aspect_ratio:
        rows, columns = max(tall - height, 0) // 2, max(wide - width, 0) // 2
        x = np.pad(x, [(0, 0), (rows, rows), (columns, columns), (0, 0)], constant_values=fill_value)
    for axis, new in enumerate(size, start=1):
        old = x.shape[axis]
        if interpolation == "nearest":
            x = x.take([(2 * i + 1) * old // (2 * new) for i in range(new)], axis)
        else:
            x = along(x, weights(old, new, new / old, 0, interpolation, antialias), axis)
    return x


def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    same = {"linear": "bilinear", "triangle": "bilinear", "cubic": "bicubic"}
    x = np.asarray(images, np.float64)
    for place, axis in enumerate(spatial_dims):
        table = weights(x.shape[axis], output_shape[axis], scale[place], translation[place], same.get(method, method),
                        antialias)  # fmt: skip
        x = along(x, table, axis)
    return in_dtype(x, images.dtype)


@of_images
def crop_images(x, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None,
                target_height=None, target_width=None):  # fmt: skip
    def span(size, before, after, target):
        if before is None:
            before = size - after - target
        return slice(before, before + target if target is not None else size - after)

    rows = span(x.shape[1], top_cropping, bottom_cropping, target_height)
    return x[:, rows, span(x.shape[2], left_cropping, right_cropping, target_width)]


@of_images
def pad_images(x, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None, target_height=None,
               target_width=None):  # fmt: skip
    def pair(size, before, after, target):
        if before is None:
            before = target - size - after
        return before, target - size - before if target is not None else after

    rows = pair(x.shape[1], top_padding, bottom_padding, target_height)
    return np.pad(x, [(0, 0), rows, pair(x.shape[2], left_padding, right_padding, target_width), (0, 0)])


# --- transforms ----------------------------------------------------------------------------------
def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    found = ndimage.map_coordinates(np.asarray(inputs, np.float64), np.asarray(coordinates, np.float64), order=order,
                                    mode=MODES[fill_mode], cval=fill_value)  # fmt: skip
    return in_dtype(found, inputs.dtype)


@of_images
def affine_transform(x, transform, interpolation="bilinear", fill_mode="constant", fill_value=0):
    batch, height, width, channels = x.shape
    transform = np.broadcast_to(np.asarray(transform, np.float64), (batch, 8))
    rows, columns = np.mgrid[:height, :width].astype(float)
    result = np.empty_like(x)
    for image, (a0, a1, a2, b0, b1, b2, c0, c1) in enumerate(transform):
        k = c0 * columns + c1 * rows + 1
        places = [(b0 * columns + b1 * rows + b2) / k, (a0 * columns + a1 * rows + a2) / k]
        for channel in range(channels):
            result[image, ..., channel] = map_coordinates(
                x[image, ..., channel], places, int(interpolation == "bilinear"), fill_mode, fill_value
            )
    return result


def perspective_transform(images, start_points, end_points, interpolation="bilinear", fill_value=0,
                          data_format="channels_last"):  # fmt: skip
    rows = []
    count = len(images) if images.ndim == 4 else 1
    for start, end in zip(
        *(np.broadcast_to(p, (count, 4, 2)).astype(float) for p in (start_points, end_points))
    ):
        left, right = [], []
        for (u, v), (x, y) in zip(start, end):
            left += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            right += [u, v]
        rows.append(np.linalg.solve(left, right))
    return affine_transform(
        images, np.array(rows), interpolation, "constant", fill_value, data_format=data_format
    )


# --- filters -------------------------------------------------------------------------------------
def taps(size, sigma):
    places = np.arange(size) - (size - 1) / 2
    window = np.exp(-(places**2) / (2 * sigma**2))
    return window / window.sum()


@of_images
def gaussian_blur(x, kernel_size=(3, 3), sigma=(1.0, 1.0)):
    for axis, (size, deviation) in enumerate(zip(kernel_size, sigma), start=1):
        pads = [(0, 0)] * 4
        pads[axis] = ((size - 1) // 2, size // 2)
        wide, length = np.pad(x, pads), x.shape[axis]
        x = sum(w * wide.take(range(t, t + length), axis) for t, w in enumerate(taps(size, deviation)))
    return x


def sobel_edges(images, data_format="channels_last"):
    x = np.asarray(images, np.float64)
    axes = (x.ndim - 2, x.ndim - 1) if data_format == "channels_first" else (x.ndim - 3, x.ndim - 2)
    result = []
    for axis, across in (axes, axes[::-1]):
        y = ndimage.correlate1d(x, [-1, 0, 1], axis, mode="mirror")
        result.append(ndimage.correlate1d(y, [1, 2, 1], across, mode="mirror"))
    return np.stack(result, -1)


def ssim(
    image1,
    image2,
    max_val=1.0,
    filter_size=11,
    filter_sigma=1.5,
    k1=0.01,
    k2=0.03,
    data_format="channels_last",
):
    if np.ndim(image1) == 3:
        pair = (np.asarray(image)[None] for image in (image1, image2))
        return ssim(*pair, max_val, filter_size, filter_sigma, k1, k2, data_format)[0]
    x, y = np.asarray(image1, np.float64), np.asarray(image2, np.float64)
    if data_format == "channels_first":
        x, y = np.moveaxis(x, 1, 3), np.moveaxis(y, 1, 3)
    window = np.outer(*(taps(filter_size, filter_sigma),) * 2)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    found = []
    for i in range(x.shape[1] - filter_size + 1):
        for j in range(x.shape[2] - filter_size + 1):
            one, two = (image[:, i : i + filter_size, j : j + filter_size] for image in (x, y))

            def over(values):
                return np.einsum("bijc,ij->bc", values, window)

            m1, m2 = over(one), over(two)
            v1, v2, both = over(one * one) - m1**2, over(two * two) - m2**2, over(one * two) - m1 * m2
            found.append((2 * m1 * m2 + c1) * (2 * both + c2) / ((m1**2 + m2**2 + c1) * (v1 + v2 + c2)))
    return np.mean(found, (0, 2))


# --- colours -------------------------------------------------------------------------------------
@of_images
def rgb_to_grayscale(x):
    return x @ np.array([[0.2989], [0.5870], [0.1140]])


@of_images
def rgb_to_hsv(x):
    return np.apply_along_axis(lambda pixel: colorsys.rgb_to_hsv(*pixel), -1, x)


@of_images
def hsv_to_rgb(x):
    return np.apply_along_axis(lambda pixel: colorsys.hsv_to_rgb(*pixel), -1, x)


# --- patches -------------------------------------------------------------------------------------
def patches(
    images, size, strides=None, dilation_rate=1, padding="valid", data_format="channels_last", rank=None
):
    rank = rank or (len(size) if isinstance(size, tuple) else 2)
    each = [
        one if isinstance(one, tuple) else (one,) * rank for one in (size, strides or size, dilation_rate)
    ]
    x = np.asarray(images)
    batched = x.ndim == rank + 2
    x = x if batched else x[None]
    x = np.moveaxis(x, 1, -1) if data_format == "channels_first" else x
    places = []
    for axis, (width, stride, rate) in enumerate(zip(*each), start=1):
        extent, old = (width - 1) * rate + 1, x.shape[axis]
        count = -(-old // stride) if padding == "same" else (old - extent) // stride + 1
        missing = max((count - 1) * stride + extent - old, 0) if padding == "same" else 0
        pads = [(0, 0)] * x.ndim
        pads[axis] = (missing // 2, missing - missing // 2)
        x = np.pad(x, pads)
        places.append([slice(i * stride, i * stride + extent, rate) for i in range(count)])
    y = np.empty((len(x), *map(len, places), int(np.prod(each[0])) * x.shape[-1]), x.dtype)
    for index in np.ndindex(*map(len, places)):
        window = x[(slice(None), *(places[axis][i] for axis, i in enumerate(index)))]
        y[(slice(None), *index)] = window.reshape(len(x), -1)
    y = np.moveaxis(y, -1, 1) if data_format == "channels_first" else y
    return y if batched else y[0]


def patches_3d(volumes, *args, **kwargs):
    return patches(volumes, *args, **kwargs, rank=3)
