"""Bounding boxes against the reference and formulas of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.support.oracle import OracleError, oracle
from tricorn import ops, tree, utils
from tricorn.core.backend import backend_of, backend_scope, get_backend
from tricorn.utils import bounding_boxes as B

HEIGHT, WIDTH = 100, 200
FORMATS = (
    "xyxy",
    "yxyx",
    "xywh",
    "center_xywh",
    "center_yxhw",
    "rel_xyxy",
    "rel_yxyx",
    "rel_xywh",
    "rel_center_xywh",
)
BOXES = np.array([[[10, 20, 30, 50], [-5, -6, 20, 30], [90, 90, 130, 140], [200, 200, 220, 230]],
                  [[0, 0, 200, 100], [3, 4, 3, 9], [50, 60, 51, 62], [12, 20, 33, 55]]], "float32")  # fmt: skip
OTHERS = np.array([[12, 20, 33, 55], [0, 0, 20, 30], [50, 60, 70, 90], [8, 9, 10, 11]], "float32")
PADDED = np.array([[10, 20, 30, 50], [-1, -1, -1, -1]], "float32")
LABELS = np.array([[1, 2, 3, 4], [5, 6, -1, 8]], "int32")
EACH = [np.array(pair, "float32") for pair in ((30, -70), (0.1, 0), (-0.2, 0.3), (1.2, 0.7), (5, 0), (0, 8))]
VARIANCE = [0.1, 0.1, 0.2, 0.3]

#: (function, arguments, keywords) that the reference takes too.
CALLS = [
    *[("convert_format", (BOXES, "xyxy", form), {"height": HEIGHT, "width": WIDTH}) for form in FORMATS],
    *[("convert_format", (BOXES, form, "xyxy"), {"height": HEIGHT, "width": WIDTH}) for form in FORMATS],
    ("convert_format", (BOXES, "rel_xywh", "rel_yxyx"), {"height": HEIGHT, "width": WIDTH}),
    ("convert_format", (BOXES[0], "XYWH", "center_xywh"), {"dtype": "float16"}),
    ("convert_format", ({"boxes": BOXES, "labels": LABELS}, "xyxy", "xywh"), {}),
    ("crop", (BOXES, 5, 8, 40, 60), {}),
    ("pad", (BOXES, 5, 8), {}),
    ("affine_transform", (BOXES, *EACH, HEIGHT, WIDTH), {"shear": 0}),
    ("affine_transform", (BOXES, *EACH, HEIGHT, WIDTH, 0.1, 0.3), {"shear": 0}),
    *[("compute_iou", (BOXES, OTHERS, form), {"image_shape": (HEIGHT, WIDTH, 3)}) for form in ("xyxy", "rel_yxyx", "xywh")],
    ("compute_iou", (OTHERS, BOXES, "xyxy"), {}),
    ("compute_iou", (BOXES[0], PADDED, "xyxy"), {"use_masking": True, "mask_val": 5}),
    *[("compute_ciou", (BOXES, BOXES[::-1].copy(), form), {}) for form in ("xyxy", "xywh", "center_yxhw")],
    *[("encode_box_to_deltas", (OTHERS, BOXES[:, [0, 0, 1, 2]], "xyxy", "xywh"), {"encoding_format": form, "variance": v})
      for form in ("center_xywh", "center_yxhw") for v in (None, VARIANCE)],
    *[("decode_deltas_to_boxes", (OTHERS, BOXES / 100, "xyxy", "xywh"), {"encoded_format": form, "variance": v})
      for form in ("center_xywh", "center_yxhw") for v in (None, VARIANCE)],
    ("decode_deltas_to_boxes", ({"a": OTHERS, "b": OTHERS}, {"a": BOXES / 100, "b": BOXES / 50}, "xyxy", "xyxy"), {}),
    ("encode_box_to_deltas", (OTHERS / 100, OTHERS / 90, "rel_xyxy", "rel_yxyx"), {"image_shape": (HEIGHT, WIDTH, 3)}),
]  # fmt: skip


def _plain(call):
    """Without shears along x of what is turned or sheared: there the reference has a sign wrong."""
    name, arguments, keywords = call
    if "shear" not in keywords:
        return call
    return name, (*arguments[:5], np.zeros(2, "float32"), *arguments[6:]), {}


@pytest.fixture(scope="module")
def answers():
    return oracle("jax").call_many([(f"utils.bounding_boxes.{n}", a, k) for n, a, k in map(_plain, CALLS)])


@pytest.mark.parametrize("place", range(len(CALLS)), ids=[f"{k}-{call[0]}" for k, call in enumerate(CALLS)])
def test_numbers_are_the_references(place, backend, answers):
    answer = answers[place]
    if isinstance(answer, OracleError):
        raise answer
    name, arguments, keywords = _plain(CALLS[place])
    engine = get_backend(backend)
    arguments = tree.map_structure(
        lambda x: engine.convert_to_tensor(x) if isinstance(x, np.ndarray) else x, arguments
    )
    found = getattr(B, name)(*arguments, **keywords)
    for one, other in zip(tree.flatten(found), tree.flatten(answer), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), other, rtol=2e-5, atol=2e-4)
        assert engine.dtype_of(one) == str(other.dtype)


def test_affine_transform_is_the_product_of_its_matrices(backend):
    def matrix(a, b, c, d, e=0.0, f=0.0):
        return np.array([[a, b, e], [c, d, f], [0, 0, 1]])

    found = ops.convert_to_numpy(B.affine_transform(BOXES, *EACH, HEIGHT, WIDTH, 0.3, 0.6))
    for k in range(2):
        angle, right, down, scale, shear_x, shear_y = (float(value[k]) for value in EACH)
        angle, shear_x, shear_y = map(math.radians, (angle, shear_x, shear_y))
        x, y = 0.3 * (WIDTH - 1), 0.6 * (HEIGHT - 1)
        whole = (
            matrix(1, 0, 0, 1, x, y) @ matrix(1, math.tan(shear_x), 0, 1) @ matrix(1, 0, math.tan(shear_y), 1)
        )
        whole = whole @ matrix(math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
        whole = whole @ matrix(scale, 0, 0, scale)
        whole = whole @ matrix(1, 0, 0, 1, right * (WIDTH - 1) - x, down * (HEIGHT - 1) - y)
        for box, out in zip(BOXES[k], found[k], strict=True):
            corners = np.array([[box[i], box[j], 1] for i in (0, 2) for j in (1, 3)]).T
            u, v, _ = whole @ corners
            np.testing.assert_allclose(out, [u.min(), v.min(), u.max(), v.max()], rtol=1e-4, atol=1e-3)


def test_overlap_by_counting_pixels(backend):
    """IoU of boxes at whole pixels: the pixels that two cover, counted."""
    boxes = np.array([[0, 0, 5, 7], [3, 2, 9, 9], [8, 8, 12, 10], [4, 4, 4, 9]], "float32")
    covers = np.zeros((4, 12, 12), bool)
    for cover, (left, top, right, bottom) in zip(covers, boxes.astype(int), strict=True):
        cover[top:bottom, left:right] = True
    common = (covers[:, None] & covers).sum((2, 3))
    union = np.maximum((covers[:, None] | covers).sum((2, 3)), 1)
    np.testing.assert_allclose(
        ops.convert_to_numpy(B.compute_iou(boxes, boxes, "xyxy")), common / union, rtol=1e-6
    )


def test_ciou_by_its_formula(backend):
    first, second = BOXES[0, [0, 1, 2]].astype("float64"), OTHERS[[0, 1, 3]].astype("float64")
    expected = []
    for (x1, y1, x2, y2), (u1, v1, u2, v2) in zip(first, second, strict=True):
        common = max(min(x2, u2) - max(x1, u1), 0) * max(min(y2, v2) - max(y1, v1), 0)
        iou = common / ((x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - common)
        apart = ((x1 + x2 - u1 - u2) / 2) ** 2 + ((y1 + y2 - v1 - v2) / 2) ** 2
        across = (max(x2, u2) - min(x1, u1)) ** 2 + (max(y2, v2) - min(y1, v1)) ** 2
        v = 4 / math.pi**2 * (math.atan((u2 - u1) / (v2 - v1)) - math.atan((x2 - x1) / (y2 - y1))) ** 2
        expected.append(iou - apart / across - v * v / (1 - iou + v))
    found = ops.convert_to_numpy(B.compute_ciou(first, second, "xyxy"))
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    relative = [B.convert_format(x, "xyxy", "rel_xywh", HEIGHT, WIDTH) for x in (first, second)]
    found = ops.convert_to_numpy(B.compute_ciou(*relative, "rel_xywh", image_shape=(HEIGHT, WIDTH, 3)))
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_deltas_there_and_back(backend):
    for form in ("xyxy", "rel_center_xywh"):
        boxes = B.convert_format(OTHERS[[1, 2, 3, 0]], "xyxy", form, HEIGHT, WIDTH)
        options = {"variance": VARIANCE, "image_shape": (HEIGHT, WIDTH, 3)}
        deltas = B.encode_box_to_deltas(OTHERS, boxes, "xyxy", form, **options)
        again = B.decode_deltas_to_boxes(OTHERS, deltas, "xyxy", form, **options)
        np.testing.assert_allclose(
            ops.convert_to_numpy(again), ops.convert_to_numpy(boxes), rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("form", FORMATS)
def test_formats_there_and_back_and_clipping(form, backend):
    given = B.convert_format(BOXES, "xyxy", form, HEIGHT, WIDTH)
    back = B.convert_format(given, form, "xyxy", HEIGHT, WIDTH)
    np.testing.assert_allclose(ops.convert_to_numpy(back), BOXES, rtol=1e-5, atol=1e-4)
    clipped = B.clip_to_image_size({"boxes": given, "labels": LABELS, "scores": 7}, HEIGHT, WIDTH, form)
    assert clipped["scores"] == 7
    found = ops.convert_to_numpy(B.convert_format(clipped["boxes"], form, "xyxy", HEIGHT, WIDTH))
    expected = np.stack([np.clip(BOXES[..., k], 0, HEIGHT if k % 2 else WIDTH) for k in range(4)], -1)
    gone = (expected[..., 2] <= expected[..., 0]) | (expected[..., 3] <= expected[..., 1]) | (LABELS == -1)
    assert gone.tolist() == [[False, False, False, True], [False, True, True, False]]
    np.testing.assert_allclose(found, np.where(gone[..., None], -1, expected), rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(ops.convert_to_numpy(clipped["labels"]), np.where(gone, -1, LABELS))


def test_padding_stays(backend):
    for form in FORMATS:
        for out in (B.convert_format(PADDED, "xyxy", form, HEIGHT, WIDTH),
                    B.convert_format(PADDED, form, "xyxy", HEIGHT, WIDTH),
                    B.affine_transform(PADDED, 20, 0.1, 0.1, 2, 0, 0, HEIGHT, WIDTH, bounding_box_format=form)):  # fmt: skip
            assert np.all(ops.convert_to_numpy(out)[1] == -1), form
            assert not np.any(ops.convert_to_numpy(out)[0] == -1), form
    for form in FORMATS[:5]:
        for out in (B.crop(PADDED, 5, 5, 90, 90, form), B.pad(PADDED, 5, 5, bounding_box_format=form)):
            assert np.all(ops.convert_to_numpy(out)[1] == -1), form
    assert np.all(ops.convert_to_numpy(B.encode_box_to_deltas(OTHERS[:2], PADDED, "xyxy", "xyxy"))[1] == -1)


def test_lists_and_another_engine(backend):
    engine = get_backend(backend)
    with backend_scope("numpy"):
        boxes = engine.convert_to_tensor(BOXES)
        iou = B.compute_iou(boxes, OTHERS.tolist(), "xyxy")
        assert backend_of(iou) in (engine, None)
    assert utils.bounding_boxes.crop([[1, 2, 3, 4]], 0, 0, 9, 9).shape == (1, 4)


BAD = [
    (lambda: B.convert_format(BOXES, "xyxy", "abc"), "no such format"),
    (lambda: B.convert_format(BOXES, "xyxy", "rel_xyxy", height=3), "its size is needed"),
    (lambda: B.convert_format(BOXES[..., :3], "xyxy", "xywh"), "four numbers"),
    (lambda: B.clip_to_image_size({"boxes": BOXES, "labels": LABELS}), "size of the image"),
    (lambda: B.clip_to_image_size(BOXES, 3, 3), "dict"),
    (lambda: B.crop(BOXES, 0, 0, 3, 3, "rel_xyxy"), "relative"),
    (lambda: B.pad(BOXES, 0, 0, bounding_box_format="rel_xywh"), "relative"),
    (lambda: B.compute_iou(BOXES[0, 0], OTHERS, "xyxy"), "rank 2 or 3"),
    (lambda: B.compute_iou(BOXES, OTHERS, "rel_xyxy"), "image_shape"),
    (lambda: B.compute_ciou(OTHERS, OTHERS, "rel_xyxy", 5), "image_shape"),
    (lambda: B.encode_box_to_deltas(OTHERS, OTHERS, "xyxy", "xyxy", "xyxy"), "encoding_format"),
    (lambda: B.encode_box_to_deltas(OTHERS, OTHERS, "xyxy", "xyxy", variance=[1, 2]), "variance"),
    (lambda: B.decode_deltas_to_boxes(OTHERS, OTHERS, "xyxy", "xyxy", "xywh"), "encoded_format"),
    (lambda: B.decode_deltas_to_boxes({"a": OTHERS}, {"b": OTHERS}, "xyxy", "xyxy"), "levels"),
]


@pytest.mark.parametrize(("call", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_arguments(call, words):
    with pytest.raises(ValueError, match=words):
        call()
