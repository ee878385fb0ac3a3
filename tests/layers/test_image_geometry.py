"""Layers that move what images show: numbers of the reference for the same draw; boxes and masks move along exactly."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import OracleError, oracle
from tricorn import Input, Sequential, layers as L, ops, tree
from tricorn.core.backend import backend_of, backend_scope, get_backend

RNG = np.random.default_rng(5)
HEIGHT, WIDTH = 12, 10
IMAGES = RNG.uniform(0, 1, (3, HEIGHT, WIDTH, 3)).astype("float32")
MASKS = (RNG.uniform(0, 1, (3, HEIGHT, WIDTH, 1)) > 0.5).astype("int32")
BOXES = np.array([[[1, 2, 5, 6], [0, 0, 9, 11], [-1, -1, -1, -1]], [[0, 0, 2, 2], [3, 3, 8, 9], [6, 1, 7, 11]],
                  [[2, 2, 8, 8], [9, 11, 10, 12], [4, 4, 5, 5]]], "float32")  # fmt: skip
LABELS = np.array([[1, 2, -1], [3, 4, 5], [6, 7, 8]], "int32")

#: Layers whose draws the reference makes, and whether its boxes are right: it turns and scales them about the middle of
#: the pixels' indices, half a pixel off the middle of the image, and resizes their padding.
EXCHANGED = {
    "L.RandomFlip('horizontal', seed=1)": True,
    "L.RandomFlip('vertical', seed=1)": True,
    "L.RandomFlip(seed=1)": True,
    "L.RandomTranslation(0.4, (0.1, 0.3), seed=1)": True,
    "L.RandomTranslation(0.4, 0.3, 'constant', 'nearest', 1, 2.0)": True,
    "L.RandomRotation(0.5, seed=1)": False,
    "L.RandomRotation(0.3, 'wrap', seed=1)": False,
    "L.RandomRotation(0.3, 'nearest', 'nearest', seed=1)": False,
    "L.RandomZoom((0.1, 0.6), (-0.4, 0.2), 'constant', seed=1, fill_value=2.0)": False,
    "L.RandomZoom(0.3, seed=1)": False,
    "L.RandomShear(0.3, (0.1, 0.2), seed=1)": False,
    "L.RandomShear(0.3, fill_mode='constant', fill_value=2.0, seed=1)": False,
    "L.RandomPerspective(1.0, 0.5, seed=1)": False,
    "L.RandomPerspective((1.0, 1.0), 0.3, 'nearest', 2.0, seed=1)": False,
}
CODE = """
from keras import layers as L
layer = eval(code, {"L": L})
data = {"images": images, "bounding_boxes": {"boxes": boxes, "labels": labels}}
drawn = layer.get_random_transformation(data, training=True)
result = {"transformation": drawn, "images": layer.transform_images(images, drawn, training=True),
          "masks": layer.transform_segmentation_masks(masks, drawn, training=True),
          "boxes": layer.transform_bounding_boxes({"boxes": keras.ops.convert_to_tensor(boxes),
                                                   "labels": keras.ops.convert_to_tensor(labels)}, drawn, training=True)}
"""


def made(code, **options):
    more = ", ".join(f"{name}={value!r}" for name, value in options.items())
    code = code[:-1] + (", " if more and not code.endswith("()") else "") + more + ")"
    return eval(code, {"L": L}), code


def first(x):
    return np.ascontiguousarray(np.moveaxis(x, -1, 1))


@pytest.fixture(scope="module")
def answers():
    pieces, keys = [], []
    for code in EXCHANGED:
        for layout in ("channels_last", "channels_first"):
            turned = first if layout == "channels_first" else np.asarray
            _, whole = made(code, bounding_box_format="xyxy", data_format=layout)
            keys.append((code, layout))
            pieces.append((CODE, {"code": whole, "images": turned(IMAGES), "masks": turned(MASKS), "boxes": BOXES,
                                  "labels": LABELS}))  # fmt: skip
    return dict(zip(keys, oracle("jax").run_many(pieces), strict=True))


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
@pytest.mark.parametrize("code", EXCHANGED)
def test_same_draw_same_numbers_as_the_reference(code, layout, backend, answers):
    answer = answers[code, layout]
    if isinstance(answer, OracleError):
        raise answer
    convert = get_backend(backend).convert_to_tensor
    turned = first if layout == "channels_first" else np.asarray
    layer, _ = made(code, bounding_box_format="xyxy", data_format=layout)
    drawn = {key: convert(value) if isinstance(value, np.ndarray) else value
             for key, value in answer["transformation"].items()}  # fmt: skip
    mine = layer.get_random_transformation(convert(turned(IMAGES)), training=True)
    assert {key: np.shape(value) for key, value in mine.items()} == {k: np.shape(v) for k, v in drawn.items()}
    images = layer.transform_images(convert(turned(IMAGES)), drawn, training=True)
    np.testing.assert_allclose(ops.convert_to_numpy(images), answer["images"], atol=2e-5)
    masks = layer.transform_segmentation_masks(convert(turned(MASKS)), drawn, training=True)
    np.testing.assert_array_equal(ops.convert_to_numpy(masks), answer["masks"])
    if EXCHANGED[code]:
        boxes = layer.transform_bounding_boxes(
            {"boxes": convert(BOXES), "labels": convert(LABELS)}, drawn, training=True
        )
        found, there = ops.convert_to_numpy(boxes["boxes"]), ops.convert_to_numpy(boxes["labels"]) != -1
        np.testing.assert_array_equal(there, answer["boxes"]["labels"] != -1)
        np.testing.assert_allclose(found[there], answer["boxes"]["boxes"][there], atol=1e-4)
        assert np.all(found[~there] == -1)


# --- boxes -------------------------------------------------------------------------------------------------
def turned_back(layer, drawn, k):
    """3 x 3: where corners of image k go to, by formulas of their own, counted from the corner of the image."""
    drawn = {
        key: np.asarray(value, "float64") if not isinstance(value, tuple) else value
        for key, value in drawn.items()
    }
    middle = np.array([[1, 0, WIDTH / 2], [0, 1, HEIGHT / 2], [0, 0, 1]])
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    if isinstance(layer, L.RandomRotation):
        angle = np.deg2rad(drawn["angle"][k])
        inner = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        return middle @ inner @ np.linalg.inv(middle)
    if isinstance(layer, L.RandomZoom):
        inner = np.diag([1 / drawn["width_zoom"][k, 0], 1 / drawn["height_zoom"][k, 0], 1])
        return middle @ inner @ np.linalg.inv(middle)
    if isinstance(layer, L.RandomShear):
        x, y = drawn["shear_factor"][k]
        return half @ np.linalg.inv(np.array([[1, x, 0], [y, 1, 0], [0, 0, 1]])) @ np.linalg.inv(half)
    if isinstance(layer, L.RandomTranslation):
        x, y = drawn["translations"][k]
        return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    if not drawn["apply_perspective"][k]:
        return np.eye(3)
    rows, right = [], []
    for (x, y), (u, v) in zip(drawn["start_points"][k], drawn["end_points"][k], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    matrix = np.append(np.linalg.solve(np.array(rows), np.array(right)), 1).reshape(3, 3)
    return half @ matrix @ np.linalg.inv(half)


WARPS = ["L.RandomRotation(0.5)", "L.RandomZoom(0.5, (-0.3, 0.6))", "L.RandomShear(0.4, 0.3)",
         "L.RandomTranslation(0.4, 0.4)", "L.RandomPerspective(1.0, 0.6)"]  # fmt: skip


@pytest.mark.parametrize("form", ["xyxy", "rel_center_xywh"])
@pytest.mark.parametrize("code", WARPS)
def test_boxes_are_hulls_of_moved_corners(code, form, backend):
    from tricorn.utils import bounding_boxes as B

    convert = get_backend(backend).convert_to_tensor
    layer, _ = made(code, seed=3, bounding_box_format=form)
    drawn = layer.get_random_transformation(convert(IMAGES), training=True)
    plain = tree.map_structure(lambda x: x if isinstance(x, int) else ops.convert_to_numpy(x), drawn)
    given = B.convert_format(convert(BOXES), "xyxy", form, HEIGHT, WIDTH)
    out = layer.transform_bounding_boxes({"boxes": given, "labels": convert(LABELS)}, drawn, training=True)
    found = ops.convert_to_numpy(B.convert_format(out["boxes"], form, "xyxy", HEIGHT, WIDTH))
    labels = ops.convert_to_numpy(out["labels"])
    for k, n in np.ndindex(*LABELS.shape):
        left, top, right, bottom = BOXES[k, n]
        corners = np.array([[left, top, 1], [right, top, 1], [right, bottom, 1], [left, bottom, 1]]).T
        points = turned_back(layer, plain, k) @ corners
        x, y = np.clip(points[0] / points[2], 0, WIDTH), np.clip(points[1] / points[2], 0, HEIGHT)
        if LABELS[k, n] == -1 or min(np.ptp(x), np.ptp(y)) == 0:
            assert labels[k, n] == -1 and np.all(found[k, n] == -1)
        else:
            assert labels[k, n] == LABELS[k, n]
            np.testing.assert_allclose(found[k, n], [x.min(), y.min(), x.max(), y.max()], atol=2e-3)


MOVING = [*WARPS, "L.RandomFlip()", "L.RandomFlip('vertical')", "L.RandomElasticTransform(1.0, 0.4)", "L.RandomCrop(30, 25)",
          "L.RandomCrop(30, 60)", "L.CenterCrop(30, 25)", "L.CenterCrop(50, 25)", "L.Resizing(30, 60)",
          "L.Resizing(24, 24, crop_to_aspect_ratio=True)", "L.Resizing(30, 30, pad_to_aspect_ratio=True)"]  # fmt: skip


@pytest.mark.parametrize("code", MOVING)
def test_a_bright_rectangle_is_found_in_its_box(code, backend):
    """Image, mask and box of a rectangle stay together."""
    rectangles = np.array([[8, 10, 20, 26], [15, 5, 30, 15], [22, 12, 36, 30], [12, 20, 16, 28]], "float32")
    images = np.zeros((4, 40, 44, 3), "float32")
    for image, (left, top, right, bottom) in zip(images, rectangles.astype(int), strict=True):
        image[top:bottom, left:right] = 1
    options = {}
    for name, value in (("interpolation", "nearest"), ("fill_mode", "constant")):
        given = name == "interpolation" and "Crop" not in code and "Flip" not in code
        if given or (name == "fill_mode" and any(word in code for word in ("Rot", "Zoom", "Shear", "Trans"))):
            options[name] = value
    layer, _ = made(code, bounding_box_format="xyxy", **options)
    convert = get_backend(backend).convert_to_tensor
    data = {"images": convert(images), "segmentation_masks": convert(images[..., 0].astype("int32")),
            "bounding_boxes": {"boxes": convert(rectangles[:, None]), "labels": convert(np.full((4, 1), 7))}}  # fmt: skip
    out = layer(data, training=True)
    found = ops.convert_to_numpy(out["images"])
    masks = ops.convert_to_numpy(out["segmentation_masks"])
    np.testing.assert_array_equal(masks, np.round(found[..., 0])) if "Crop" not in code else None
    boxes, labels = (ops.convert_to_numpy(out["bounding_boxes"][key])[:, 0] for key in ("boxes", "labels"))
    for mask, box, label in zip(masks, boxes, labels, strict=True):
        rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
        if label == -1 or not len(rows):
            assert len(rows) == 0 or label == 7
            continue
        seen = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
        # A corner may be finer than a pixel.
        slack = (
            0.01
            if "Flip" in code or "Elastic" in code
            else 1.01
            if "Rot" not in code and "Persp" not in code
            else 1.5
        )
        np.testing.assert_allclose(box, seen, atol=slack)


# --- properties -----------------------------------------------------------------------------------------------
def test_flips(backend):
    x = get_backend(backend).convert_to_tensor(IMAGES)
    for mode, axes in (("horizontal", (2,)), ("vertical", (1,)), ("horizontal_and_vertical", (1, 2))):
        layer = L.RandomFlip(mode, seed=2)
        drawn = layer.get_random_transformation(x, training=True)
        once = layer.transform_images(x, drawn)
        flips = ops.convert_to_numpy(drawn["flips"])
        np.testing.assert_array_equal(
            ops.convert_to_numpy(once), np.where(flips, np.flip(IMAGES, axes), IMAGES)
        )
        np.testing.assert_array_equal(ops.convert_to_numpy(layer.transform_images(once, drawn)), IMAGES)


def test_random_crop_draws_a_place_for_each_batch(backend):
    images = np.arange(2 * 6 * 7).reshape(2, 6, 7, 1).astype("float32")
    for layout in ("channels_last", "channels_first"):
        x = get_backend(backend).convert_to_tensor(first(images) if layout == "channels_first" else images)
        layer = L.RandomCrop(3, 4, seed=1, data_format=layout)
        places = set()
        for _ in range(24):
            drawn = layer.get_random_transformation(x, training=True)
            top, left = (int(ops.convert_to_numpy(start)) for start in drawn[:2])
            places |= {("top", top), ("left", left)}
            found = ops.convert_to_numpy(layer.transform_images(x, drawn))
            found = np.moveaxis(found, 1, -1) if layout == "channels_first" else found
            np.testing.assert_array_equal(found, images[:, top : top + 3, left : left + 4])
        assert places == {(side, k) for side in ("top", "left") for k in range(4)}
        assert ops.convert_to_numpy(layer(x, training=False)).size == found.size


@pytest.mark.parametrize("code", [*WARPS, "L.RandomElasticTransform(scale=(0.5, 1.0))"])
def test_images_are_moved_apart_from_each_other(code, backend):
    x = get_backend(backend).convert_to_tensor(np.repeat(IMAGES[:1], 6, 0))
    found = ops.convert_to_numpy(made(code, seed=1)[0](x, training=True))
    assert len(np.unique(found.reshape(6, -1).round(4), axis=0)) >= 3


def test_elastic_ways_are_as_large_as_the_references():
    """Of images whose values are their columns: how far pixels come from elsewhere."""
    size, factor = 64, 0.5
    images = np.tile(np.arange(size, dtype="float32")[None, None, :, None], (8, size, 1, 1))
    code = f"L.RandomElasticTransform((1.0, 1.0), ({factor}, {factor}), fill_mode='nearest', seed=1)"
    theirs = oracle("jax").run("from keras import layers as L\nresult = eval(source)(images, training=True)",
                               source=code, images=images)  # fmt: skip
    ours = ops.convert_to_numpy(made(code)[0](images, training=True))
    inner = slice(12, -12)
    spread = [np.std((x - images)[:, inner, inner]) for x in (ours, theirs)]
    np.testing.assert_allclose(spread[0], spread[1], rtol=0.15)
    assert L.RandomElasticTransform().get_elastic_transform_params(41, 31, 0.5) == pytest.approx(
        (2.05, 0.775)
    )


def test_more_members_are_the_references(backend):
    code = """
from keras import layers as L
layer = L.RandomTranslation(0.1, 0.1)
boxes = {"boxes": keras.ops.convert_to_tensor(boxes)}
result = (L.RandomShear().get_shifted_bbox(dict(boxes), 0.1, 0.2)["boxes"],
          L.RandomZoom(0.1).get_clipped_bbox(dict(boxes), 10, 2, 9, 3)["boxes"],
          *layer.get_transformed_x_y(x, x + 1, transform))
"""
    x, transform = np.ones((2, 3), "float32"), np.arange(16, dtype="float32").reshape(2, 8)
    theirs = oracle("jax").run(code, boxes=BOXES, x=x, transform=transform)
    convert = get_backend(backend).convert_to_tensor
    boxes, x = {"boxes": convert(BOXES)}, convert(x)
    ours = (L.RandomTranslation(0.1, 0.1).get_shifted_bbox(boxes, 0.1, 0.2)["boxes"],
            L.RandomZoom(0.1).get_clipped_bbox(boxes, 10, 2, 9, 3)["boxes"],
            *L.RandomShear().get_transformed_x_y(x, x + 1, convert(transform)))  # fmt: skip
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(one), other, rtol=1e-5, atol=1e-5)


def test_max_num_bounding_boxes(backend):
    convert = get_backend(backend).convert_to_tensor
    for count, fill in ((2, -1), (3, -1), (5, 0)):
        layer = L.MaxNumBoundingBoxes(count, fill, bounding_box_format="xyxy")
        boxes = {"boxes": convert(BOXES), "labels": convert(LABELS)}
        out = layer({"images": convert(IMAGES), "bounding_boxes": boxes})["bounding_boxes"]
        for key, values in (("boxes", BOXES), ("labels", LABELS)):
            more = np.full((3, max(count - 3, 0), *values.shape[2:]), fill)
            expected = np.concatenate([values[:, :count], more], 1)
            np.testing.assert_array_equal(ops.convert_to_numpy(out[key]), expected)
    spec = layer.compute_output_spec({"images": Input((4, 4, 3)), "bounding_boxes": {"boxes": Input((None, 4)),
                                                                                   "labels": Input((4,))}})  # fmt: skip
    assert spec["bounding_boxes"]["boxes"].shape == (None, 5, 4) and spec["bounding_boxes"][
        "labels"
    ].shape == (None, 5)
    assert layer.get_config()["fill_value"] == 0


def test_resizing_keeps_integers(backend):
    x = get_backend(backend).convert_to_tensor((IMAGES * 255).astype("uint8"))
    assert get_backend(backend).dtype_of(L.Resizing(4, 4)(x)) == "uint8"
    assert get_backend(backend).dtype_of(L.RandomRotation(0.1)(x)) == "float32"


# --- in models and in pipelines ---------------------------------------------------------------------------
def test_fit_with_images_of_unknown_size(training_backend):
    model = Sequential([
        Input((None, None, 3)), L.RandomRotation(0.1), L.RandomZoom(0.1), L.RandomTranslation(0.1, 0.1), L.RandomShear(0.1),
        L.RandomPerspective(), L.RandomElasticTransform(), L.RandomFlip(), L.RandomCrop(9, 8), L.Resizing(8, 8),
        L.CenterCrop(4, 4), L.Flatten(), L.Dense(1)])  # fmt: skip
    model.compile("sgd", "mse")
    assert np.isfinite(model.fit(IMAGES, np.zeros((3, 1)), batch_size=2, verbose=0).history["loss"][0])
    assert model.predict(np.zeros((2, 5, 20, 3), "float32"), verbose=0).shape == (2, 1)


def test_in_a_tf_data_map_of_unknown_sizes():
    import tensorflow as tf

    def examples():
        for size in ((12, 10), (5, 20)):
            yield {"images": np.ones((2, *size, 3), "float32"), "segmentation_masks": np.ones((2, *size), "int32"),
                   "bounding_boxes": {"boxes": BOXES[:2], "labels": LABELS[:2]}}  # fmt: skip

    many, labels = tf.TensorSpec((None, None, 4)), tf.TensorSpec((None, None), "int32")
    spec = {"images": tf.TensorSpec((None, None, None, 3)), "bounding_boxes": {"boxes": many, "labels": labels},
            "segmentation_masks": tf.TensorSpec((None, None, None), "int32")}  # fmt: skip
    data = tf.data.Dataset.from_generator(examples, output_signature=spec)
    with backend_scope("torch"):
        for code in MOVING:
            data = data.map(made(code, bounding_box_format="rel_xyxy" if "Resiz" in code else "xyxy")[0])
        data = data.map(L.MaxNumBoundingBoxes(4, bounding_box_format="xyxy"))
    count = 0
    for batch in data:
        count += 1
        assert batch["images"].shape == (2, 30, 30, 3) and batch["segmentation_masks"].shape == (2, 30, 30)
        assert batch["bounding_boxes"]["boxes"].shape == (2, 4, 4)
    assert count == 2
    assert tuple(data.element_spec["images"].shape)[1:] == (30, 30, 3)


def test_made_on_another_engine(backend):
    with backend_scope("numpy"):
        layer = L.RandomRotation(0.2, bounding_box_format="xywh")
    out = layer({"images": get_backend(backend).convert_to_tensor(IMAGES), "labels": np.arange(3)})
    assert backend_of(out["images"]) in (get_backend(backend), None) or backend == "numpy"


BAD = [
    ("L.RandomFlip('sideways')", "mode"), ("L.RandomRotation(1.5)", "factor"), ("L.RandomRotation('a')", "factor"),
    ("L.RandomRotation(0.1, 'mirror')", "fill_mode"), ("L.RandomRotation(0.1, interpolation='cubic')", "interpolation"),
    ("L.RandomRotation(0.1, fill_value=None)", "fill_value"), ("L.RandomTranslation(1.5, 0)", "height_factor"),
    ("L.RandomTranslation(0, (0, 2))", "width_factor"), ("L.RandomZoom((-1, 0))", "height_factor"),
    ("L.RandomZoom(0.1, 1.5)", "width_factor"), ("L.RandomShear(-0.1)", "x_factor"),
    ("L.RandomShear(0.1, (-1.2, 0.2))", "y_factor"), ("L.RandomShear((0.3, 0.1))", "x_factor"),
    ("L.RandomPerspective(2)", "factor"), ("L.RandomPerspective(scale=1.5)", "scale"),
    ("L.RandomElasticTransform(scale=(0.5, 2))", "scale"), ("L.RandomElasticTransform(value_range=(1, 0))", "value_range"),
    ("L.RandomElasticTransform(fill_mode='x')", "fill_mode"), ("L.RandomCrop(0, 3)", "height"),
    ("L.RandomCrop(3, 2.5)", "width"), ("L.CenterCrop(3, None)", "width"), ("L.Resizing(-1, 3)", "height"),
    ("L.Resizing(3, 3, 'cubic')", "interpolation"), ("L.Resizing(3, 3, fill_mode='reflect')", "fill_mode"),
    ("L.Resizing(3, 3, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)", "not both"),
    ("L.MaxNumBoundingBoxes(0)", "max_number"), ("L.MaxNumBoundingBoxes(2, 'a')", "fill_value"),
    ("L.RandomFlip(bounding_box_format='abcd')", "format"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "names"), BAD)
def test_bad_arguments(code, names):
    with pytest.raises(ValueError, match=names) as caught:
        eval(code, {"L": L})
    assert "given" in str(caught.value)
