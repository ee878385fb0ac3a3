"""Layers that change the values of pixels: the reference's transformations applied, draws, dtypes, what must not change."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.oracle import OracleError, oracle
from tricorn import layers, ops, random, tree

EXCHANGE = """
layer = getattr(keras.layers, name)(seed=3, **options) if seeded else getattr(keras.layers, name)(**options)
drawn = layer.get_random_transformation(images, training=True)
if isinstance(drawn, dict):
    drawn = {key: keras.ops.convert_to_tensor(value) for key, value in drawn.items()}
x = keras.ops.convert_to_tensor(images)
result = {"drawn": drawn, "images": layer.transform_images(x, drawn, training=True)}
if name in ("CutMix", "MixUp"):
    result["labels"] = layer.transform_labels(keras.ops.convert_to_tensor(labels), drawn, training=True)
"""

UNSEEDED = ("AutoContrast", "Equalization", "ContrastLimitedAdaptiveHistogramEqualization")
CLAHE = UNSEEDED[2]

#: Layer, arguments. Images have the values of the range that is given, else 0 to 255.
EXCHANGED = [
    *((name, {"factor": factor, "value_range": values})
      for name, factors in {
          "RandomContrast": (0.7, (0.2, 0.9)), "RandomHue": (0.9, (0.2, 0.3)), "RandomSharpness": (0.9, (0.1, 0.2)),
          "RandomColorDegeneration": (0.8, (-0.9, -0.3)), "RandomPosterization": (4, (5, 8)),
          "RandomInvert": (1.0, (0.3, 0.8)), "RandomErasing": (1.0, (0.5, 0.9)), "RandomGaussianBlur": (1.0, (0.5, 0.8)),
      }.items() for factor in factors for values in ((0, 255), (0, 1))),
    *((name, {"factor": (0.4, 0.9), "value_range": (-1, 1)})
      for name in ("RandomContrast", "RandomHue", "RandomSharpness", "RandomColorDegeneration")),
    ("RandomSaturation", {"factor": 0.45}), ("RandomSaturation", {"factor": (0.1, 0.9), "value_range": (0, 1)}),
    ("RandomGrayscale", {"factor": 0.5}), ("RandomGrayscale", {}),
    ("RandomErasing", {"scale": (0.3, 0.5), "fill_value": 7.0}),
    ("RandomGaussianBlur", {"kernel_size": (3, 5), "sigma": (0.4, 1.9)}),
    ("RandomGaussianBlur", {"kernel_size": (1, 7), "sigma": 0.0}),
    ("Solarization", {}), ("Solarization", {"addition_factor": 0.3, "threshold_factor": (0.2, 0.7)}),
    ("Solarization", {"threshold_factor": 0.6, "value_range": (0, 1)}),
    ("Solarization", {"threshold_factor": 0.6, "addition_factor": 0.2, "value_range": (-1, 1)}),
    ("CutMix", {}), ("CutMix", {"factor": (0.3, 0.9)}), ("MixUp", {}), ("MixUp", {"alpha": 1.5}),
    ("AutoContrast", {}), ("AutoContrast", {"value_range": (0, 1)}), ("AutoContrast", {"value_range": (-1, 1)}),
    ("Equalization", {}), ("Equalization", {"bins": 16}), ("Equalization", {"value_range": (0, 1), "bins": 100}),
    (CLAHE, {}), (CLAHE, {"tile_grid_size": (2, 2), "value_range": (0, 1)}),
    (CLAHE, {"tile_grid_size": (3, 2), "clip_limit": 0.0}), (CLAHE, {"tile_grid_size": (1, 1), "clip_limit": 30}),
]  # fmt: skip
RGB_ONLY = ("RandomHue", "RandomSaturation", "RandomColorDegeneration", "RandomGrayscale")


def _cases():
    for name, options in EXCHANGED:
        for data_format in ("channels_last", "channels_first"):
            yield name, options, data_format, 3
        if name not in RGB_ONLY:
            yield name, options, "channels_last", 1
            yield name, options, "channels_last", 4


CASES = list(_cases())


def pictures(options, data_format="channels_last", channels=3, size=(12, 10)):
    """Four images of different brightness, inside the range of values."""
    rng = np.random.default_rng(3)
    low, high = options.get("value_range", (0, 255))
    x = rng.uniform(0, 1, (4, *size, channels)) * 0.4 + rng.uniform(0.05, 0.55, (4, 1, 1, channels))
    x = (x * (high - low) + low).astype("float32")
    return np.moveaxis(x, -1, 1).copy() if data_format == "channels_first" else x


def made(name, options, **more):
    return getattr(layers, name)(**options, **more)


def answers_for(cases):
    pieces = []
    for name, options, data_format, channels in cases:
        # The reference always reduces the axes of channels_last, and equalizes a batch by one histogram.
        own_format = data_format if name != "AutoContrast" else "channels_last"
        count = 1 if name == "Equalization" else 4
        pieces.append((EXCHANGE, {
            "name": name, "options": {**options, "data_format": own_format}, "seeded": name not in UNSEEDED,
            "images": pictures(options, own_format, channels)[:count], "labels": np.eye(4, dtype="float32"),
        }))  # fmt: skip
    return oracle("numpy").run_many(pieces)


@pytest.fixture(scope="module")
def reference():
    return {str(case): answer for case, answer in zip(CASES, answers_for(CASES), strict=True)}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_references_transformations_do_the_same(case, backend, reference):
    name, options, data_format, channels = case
    answer = reference[str(case)]
    if isinstance(answer, OracleError):
        raise answer
    layer = made(name, options, data_format=data_format)
    images = pictures(options, data_format, channels)
    expected = answer["images"]
    if name == "AutoContrast" and data_format == "channels_first":
        expected = np.moveaxis(expected, -1, 1)
    drawn = answer["drawn"]
    drawn = None if drawn is None else tree.map_structure(ops.convert_to_tensor, drawn)
    found = ops.convert_to_numpy(layer.transform_images(ops.convert_to_tensor(images), drawn, training=True))
    if name == "Equalization":
        found = found[:1]
    low, high = options.get("value_range", (0, 255))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=2e-6 * (high - low) + 1e-6)
    if "labels" in answer:
        labels = layer.transform_labels(
            ops.convert_to_tensor(np.eye(4, dtype="float32")), drawn, training=True
        )
        np.testing.assert_allclose(ops.convert_to_numpy(labels), answer["labels"], rtol=1e-5, atol=1e-6)


# --- every layer -----------------------------------------------------------------------------------------------
VALUES = {"value_range": (0, 255)}
RANDOM = {
    "RandomContrast": {"factor": 0.5}, "RandomHue": {"factor": 0.5}, "RandomSaturation": {"factor": 0.5},
    "RandomColorDegeneration": {"factor": 0.5}, "RandomColorJitter": {"hue_factor": 0.4, "saturation_factor": 0.3},
    "RandomGrayscale": {}, "RandomGaussianBlur": {}, "RandomInvert": {}, "RandomPosterization": {"factor": 3},
    "RandomSharpness": {"factor": 0.5}, "RandomErasing": {}, "CutMix": {}, "MixUp": {}, "RandAugment": {}, "AugMix": {},
    "Solarization": {"threshold_factor": 0.9},
}  # fmt: skip
#: Where calls are compiled, these take seconds for it.
SLOW = ("RandAugment", "AugMix")
STEADY = {"AutoContrast": {}, "Equalization": {}, CLAHE: {"tile_grid_size": (2, 2)}}


def data_of(images):
    count = len(images)
    boxes = {"boxes": np.ones((count, 2, 4), "float32"), "labels": np.zeros((count, 2), "float32")}
    return {"images": images, "labels": np.eye(count, 5, dtype="float32"), "bounding_boxes": boxes,
            "segmentation_masks": np.ones((count, *images.shape[1:3], 1), "uint8"), "names": np.arange(count)}  # fmt: skip


@pytest.mark.parametrize("name", [*RANDOM, *STEADY])
def test_dicts_single_images_and_calls_without_training(name, backend):
    layer = made(name, {**RANDOM, **STEADY}[name], bounding_box_format="xyxy")
    images = pictures({})
    data = data_of(images)
    if name == "CutMix":
        with pytest.raises(NotImplementedError, match="bounding boxes"):
            layer(data)
        del data["bounding_boxes"]
    for training in (True, False):
        out = layer(data, training=training)
        assert set(out) == set(data)
        assert tuple(out["images"].shape) == images.shape and ops.dtype(out["images"]) == "float32"
        unchanged = {"names"} if training and name in ("CutMix", "MixUp") else {"names", "labels"}
        unchanged |= set() if training else {"bounding_boxes", "segmentation_masks"} & set(data)
        unchanged |= set() if training or name in STEADY else {"images"}
        for key in unchanged:
            for found, given in zip(tree.flatten(out[key]), tree.flatten(data[key]), strict=True):
                np.testing.assert_array_equal(ops.convert_to_numpy(found), given)
    alone = layer(
        {key: tree.map_structure(lambda x: x[0], part) for key, part in data.items() if key != "names"}
    )
    assert tuple(alone["images"].shape) == images.shape[1:] and tuple(alone["labels"].shape) == (5,)
    if name in STEADY:
        np.testing.assert_array_equal(
            ops.convert_to_numpy(alone["images"]), ops.convert_to_numpy(out["images"])[0]
        )


@pytest.mark.parametrize("name", [*RANDOM, *STEADY])
def test_half_precision_and_integers(name, backend):
    images = pictures({})
    kinds = (("float16", images), ("uint8", images.astype("uint8")), ("float32", images.astype("uint8")))
    for dtype, given in kinds[:1] if name in (*SLOW, "CutMix", "MixUp") else kinds:
        layer = made(name, {**RANDOM, **STEADY}[name], dtype=dtype)
        out = layer(given)
        keeps = given.dtype == "uint8" and name in (CLAHE, "RandomGrayscale")
        assert ops.dtype(out) == ("uint8" if keeps else dtype)
        array = np.asarray(ops.convert_to_numpy(out), "float32")
        assert np.isfinite(array).all() and array.min() >= 0 and array.max() <= 256
        if name in STEADY and dtype == "float32":
            expected = ops.convert_to_numpy(made(name, STEADY[name])(given.astype("float32")))
            np.testing.assert_allclose(array, expected, atol=1.0 if keeps else 1e-3)


def test_all_of_them_in_a_model_of_unknown_sizes(training_backend):
    import tricorn as keras

    x = inputs = keras.Input((None, None, 3))
    for name, options in {**RANDOM, **STEADY}.items():
        if name != "AugMix" or training_backend == "torch":
            x = made(name, options)(x)
            assert x.shape == (None, None, None, 3)
    model = keras.Model(
        inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(layers.Rescaling(1 / 255)(x)))
    )
    model.compile("sgd", "mse")
    images = pictures({})
    model.fit(images, np.ones((4, 2), "float32"), batch_size=3, epochs=1, verbose=0)
    steady = keras.Model(inputs, layers.AutoContrast()(layers.Equalization()(inputs)))
    alone = layers.AutoContrast()(layers.Equalization()(images))
    np.testing.assert_allclose(steady.predict(images, verbose=0), ops.convert_to_numpy(alone), atol=1e-3)


def test_all_of_them_in_tf_data(backend):
    import tensorflow as tf

    pipeline = layers.Pipeline([made(name, options) for name, options in {**RANDOM, **STEADY}.items()
                                if name not in SLOW or backend == "torch"])  # fmt: skip
    dataset = tf.data.Dataset.from_tensor_slices(pictures({})).batch(3).map(pipeline)
    assert [tuple(batch.shape) for batch in dataset] == [(3, 12, 10, 3), (1, 12, 10, 3)]
    assert next(iter(dataset)).numpy().std() > 1


@pytest.mark.engines("numpy")
def test_draws_lie_in_their_ranges(backend):
    images = np.zeros((2000, 4, 4, 3), "float32")

    def drawn(name, key, **options):
        return np.asarray(made(name, options, seed=1).get_random_transformation(images)[key], "float64")

    for name, key, options, low, high in (
        ("RandomContrast", "contrast_factor", {"factor": (0.2, 0.5)}, 0.8, 1.5),
        ("RandomSharpness", "factor", {"factor": (0.2, 0.5)}, 0.2, 0.5),
        ("RandomColorDegeneration", "factor", {"factor": 0.4}, -0.4, 0.4),
        ("RandomSaturation", "factor", {"factor": (0.2, 0.5)}, 0.25, 1.0),
        ("RandomHue", "factor", {"factor": 0.5}, -0.25, 0.25),
        ("RandomPosterization", "shift_factor", {"factor": (2, 8)}, 0, 6),
        ("Solarization", "additions", {"addition_factor": (0.1, 0.3)}, 25.5, 76.5),
        ("Solarization", "thresholds", {"threshold_factor": (0.1, 0.3), "value_range": (0, 1)}, 25.5, 76.5),
        ("RandomGaussianBlur", "blur_factor", {"sigma": (0.5, 2.0)}, 0.5, 2.0),
    ):
        found = drawn(name, key, **options)
        assert found.min() >= low - 1e-6 and found.max() <= high + 1e-6, (name, key)
        assert found.min() < low + 0.05 * (high - low) and found.max() > high - 0.05 * (high - low), (
            name,
            key,
        )
        assert len(found) == 2000  # each image its own
    for factor, share in ((0.5, 0.25), ((0.2, 0.4), 0.3), ((1.0, 1.0), 1.0)):
        for name, key in (("RandomInvert", "apply_inversion"), ("RandomErasing", "apply_erasing"),
                          ("RandomGaussianBlur", "should_apply_blur")):  # fmt: skip
            assert abs(drawn(name, key, factor=factor).mean() - share) < 0.04
    assert np.all(np.abs(drawn("RandomHue", "factor", factor=(0.4, 0.5))) >= 0.2)


def test_rectangles_lie_inside_and_weigh_what_they_cover(backend):
    images = np.zeros((50, 20, 10, 3), "float32")
    drawn = layers.CutMix(seed=1).get_random_transformation(ops.convert_to_tensor(images))
    mask, weight = (ops.convert_to_numpy(drawn[key]) for key in ("batch_masks", "mix_weight"))
    np.testing.assert_allclose(1 - mask.mean((1, 2, 3), keepdims=True), weight, atol=1e-6)
    assert weight.std() > 0.1 and sorted(ops.convert_to_numpy(drawn["permutation_order"])) == list(range(50))
    layer = layers.RandomErasing((1.0, 1.0), scale=(0.25, 0.25), fill_value=5.0)
    erased = ops.convert_to_numpy(layer(images))
    for image in erased[..., 0] == 5:
        rows, columns = np.nonzero(image.any(1))[0], np.nonzero(image.any(0))[0]
        assert len(rows) == 10 and len(columns) == 5 and image.sum() == 50
        assert np.ptp(rows) == 9 and np.ptp(columns) == 4
    assert len({tuple(image.flatten()) for image in erased}) > 10


def test_masks_move_with_their_images(backend):
    images = pictures({"value_range": (0, 255)}).round()
    for name, options in {
        "CutMix": {"seed": 2},
        "MixUp": {"seed": 2},
        "RandAugment": {"seed": 4, "num_ops": 3},
    }.items():
        masks = images[..., :1].copy()
        layer = made(name, {**options, **({"interpolation": "nearest"} if name == "RandAugment" else {})})
        data = {"images": ops.convert_to_tensor(images), "segmentation_masks": ops.convert_to_tensor(masks)}
        drawn = layer.get_random_transformation(data)
        left = np.zeros(images.shape, bool)
        left[:, :, :4] = True
        chosen = {"layer_idxes": np.array([2, 0, 1], "int32"), "permutation_order": np.array([1, 2, 3, 0], "int32"),
                  "mix_weight": np.full((4,), 0.4, "float32"), "batch_masks": left}  # fmt: skip
        drawn = {
            key: ops.convert_to_tensor(chosen[key]) if key in chosen else part for key, part in drawn.items()
        }
        moved = layer.transform_images(data["images"], drawn)
        found = layer.transform_segmentation_masks(data["segmentation_masks"], drawn)
        np.testing.assert_allclose(
            ops.convert_to_numpy(moved)[..., :1], ops.convert_to_numpy(found), atol=1e-3
        )
        assert np.abs(ops.convert_to_numpy(found) - masks).max() > 1


def test_mixup_keeps_the_boxes_of_both(backend):
    layer = layers.MixUp(bounding_box_format="xyxy", seed=1)
    boxes = np.arange(32, dtype="float32").reshape(4, 2, 4)
    own = {"boxes": ops.convert_to_tensor(boxes), "labels": ops.convert_to_tensor(boxes[..., 0])}
    drawn = {
        "mix_weight": ops.ones((4,)),
        "permutation_order": ops.convert_to_tensor(np.array([1, 0, 3, 2], "int32")),
    }
    found = {
        key: ops.convert_to_numpy(part) for key, part in layer.transform_bounding_boxes(own, drawn).items()
    }
    np.testing.assert_array_equal(found["boxes"], np.concatenate([boxes, boxes[[1, 0, 3, 2]]], 1))
    np.testing.assert_array_equal(found["labels"], found["boxes"][..., 0])


def test_chosen_layers_do_what_they_do_alone(backend):
    x = ops.convert_to_tensor(pictures({}))
    layer = layers.RandAugment(seed=1)
    drawn = layer.get_random_transformation(x)
    for place, (name, alone) in enumerate(layer._choices.items()):
        drawn["layer_idxes"] = ops.convert_to_tensor(np.array([place], "int32"))
        expected = alone.transform_images(x, drawn["transforms"][name], training=True)
        found = layer.transform_images(x, drawn)
        np.testing.assert_allclose(
            ops.convert_to_numpy(found), ops.convert_to_numpy(expected), rtol=1e-6, atol=1e-4
        )
    mix = layers.AugMix(seed=1)
    drawn = mix.get_random_transformation(x)
    weights = ops.convert_to_numpy(drawn["chain_mixing_weights"])
    assert weights.shape == (3,) and abs(weights.sum() - 1) < 1e-6
    own, expected = float(ops.convert_to_numpy(drawn["weight_sample"])), 0.0
    for number, places in enumerate(ops.convert_to_numpy(drawn["chain_transforms"]["layer_idxes"])):
        copy, weight = x, weights[number]
        for place in places[places < 11]:
            name = list(mix._choices)[place]
            one = tree.map_structure(lambda part, number=number: part[number] if np.ndim(part) else part,
                                     drawn["chain_transforms"]["transforms"][name])  # fmt: skip
            copy = mix._choices[name].transform_images(copy, one, training=True)
        expected = expected + weight * ops.convert_to_numpy(copy)
    expected = own * ops.convert_to_numpy(x) + (1 - own) * expected
    np.testing.assert_allclose(
        ops.convert_to_numpy(mix.transform_images(x, drawn)), expected, rtol=1e-5, atol=1e-3
    )


def test_special_images(backend):
    flat = np.full((1, 4, 4, 3), 77.5, "float32")
    for layer in (layers.AutoContrast(), layers.Equalization()):
        np.testing.assert_array_equal(ops.convert_to_numpy(layer(flat)), flat)
    # Two images of one batch are equalized each by its own histogram.
    images = pictures({})
    together = ops.convert_to_numpy(layers.Equalization()(images))
    np.testing.assert_array_equal(together[1:2], ops.convert_to_numpy(layers.Equalization()(images[1:2])))
    # All colours saturate at a factor of 1, none goes below the lowest value.
    for values in ((0, 255), (-1, 1)):
        full = made("RandomSaturation", {"factor": (1.0, 1.0), "value_range": values})(
            pictures({"value_range": values})
        )
        np.testing.assert_allclose(ops.convert_to_numpy(full).min(-1), values[0], atol=1e-3)
    inverted = layers.RandomInvert((1.0, 1.0), value_range=(-1, 3))
    np.testing.assert_allclose(ops.convert_to_numpy(inverted(flat * 0)), flat * 0 + 2)
    gray = pictures({}, channels=1)
    for name in RGB_ONLY:
        np.testing.assert_array_equal(ops.convert_to_numpy(made(name, RANDOM[name])(gray)), gray)


@pytest.mark.engines("numpy")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("RandomContrast(1.5)", "`factor` is out of range"), ("RandomHue((0.5, 0.2))", "above the upper"),
        ("RandomSaturation('a')", "must be a number or a pair"), ("RandomSharpness(0.2, value_range=(1, 0))", "value_range"),
        ("RandomColorDegeneration(-2)", "out of range"), ("RandomPosterization(9)", "out of range"),
        ("RandomPosterization((0, 4))", "out of range"), ("RandomInvert((0.2, 1.2))", "out of range"),
        ("RandomGrayscale(1.2)", "probability"), ("RandomGrayscale((0, 1))", "probability"),
        ("RandomGaussianBlur(kernel_size=4)", "odd"), ("RandomGaussianBlur(kernel_size=(3,))", "odd"),
        ("RandomGaussianBlur(sigma=-1)", "out of range"), ("RandomErasing(scale=(0.5, 2))", "`scale` is out of range"),
        ("RandomErasing(fill_value='x')", "fill_value"), ("Solarization(-0.1)", "addition_factor"),
        ("Solarization(0.1, (0, 2))", "threshold_factor"), ("AutoContrast(3)", "value_range"),
        ("Equalization(bins=0)", "bins"), ("Equalization(bins=2.5)", "bins"), ("CutMix(2)", "out of range"),
        ("MixUp(0)", "alpha"), ("MixUp((0.1, 0.2))", "alpha"), ("RandAugment(num_ops=0)", "num_ops"),
        ("RandAugment(factor=2)", "factor"), ("RandAugment(interpolation='x')", "interpolation"),
        ("AugMix(num_chains=1.5)", "num_chains"), ("AugMix(chain_depth=0)", "chain_depth"), ("AugMix(alpha=-1)", "alpha"),
        (f"{CLAHE}(clip_limit=-1)", "clip_limit"), (f"{CLAHE}(tile_grid_size=3)", "tile_grid_size"),
        (f"{CLAHE}(tile_grid_size=(0, 2))", "tile_grid_size"), ("RandomColorJitter(hue_factor=2)", "factor"),
        ("Pipeline([])", "layers"), ("Pipeline([3])", "only layers"),
        ("RandomHue(0.1)(np.ones((1, 4, 4, 4)))", "gray or RGB"), ("RandAugment()(np.ones((1, 4, 4, 2)))", "gray or RGB"),
        ("RandomColorJitter(hue_factor=0.1)(np.ones((1, 4, 4, 4)))", "gray or RGB"),
        ("CutMix()({'images': np.ones((2, 4, 4, 3)), 'labels': np.arange(2)})", "cannot be mixed"),
        ("MixUp()({'images': np.ones((2, 4, 4, 3)), 'labels': np.zeros((2, 1), 'int32')})", "one_hot"),
    ],
)  # fmt: skip
def test_bad_arguments(code, words, backend):
    with pytest.raises(ValueError, match=words):
        eval(f"L.{code}", {"L": layers, "np": np})


def test_a_pipeline_is_its_layers_in_order(backend):
    pipeline = layers.Pipeline(
        [layers.AutoContrast(), layers.RandomInvert((1.0, 1.0)), layers.Rescaling(2.0)]
    )
    images = pictures({})
    expected = 2 * (255 - ops.convert_to_numpy(layers.AutoContrast()(images)))
    np.testing.assert_allclose(ops.convert_to_numpy(pipeline(images)), expected, rtol=1e-5, atol=1e-3)
    calm = ops.convert_to_numpy(pipeline(images, training=False))
    np.testing.assert_allclose(calm, 510 - expected, rtol=1e-5, atol=1e-3)
    again = layers.deserialize(layers.serialize(pipeline))
    np.testing.assert_allclose(ops.convert_to_numpy(again(images)), expected, rtol=1e-5, atol=1e-3)
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in pipeline.layers]


def test_an_int_seeds_all_draws_of_a_transformation(backend):
    layer, images = layers.RandomErasing(), ops.convert_to_tensor(np.zeros((6, 20, 20, 3), "float32"))
    first, again, other = (layer.get_random_transformation(images, seed=seed) for seed in (5, 5, 6))
    for one, two in zip(tree.flatten(first), tree.flatten(again), strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(two))
    assert np.any(ops.convert_to_numpy(first["batch_masks"]) != ops.convert_to_numpy(other["batch_masks"]))
    shuffled = layers.MixUp().get_random_transformation(images, seed=random.SeedGenerator(3))
    assert sorted(ops.convert_to_numpy(shuffled["permutation_order"])) == list(range(6))
