"""Every layer for images where data is loaded: inside `tf.data`, in a worker of a torch DataLoader, on plain arrays."""

from __future__ import annotations

import numpy as np
import pytest

import tricorn as keras
from tests.contracts import layer_cases_image_geometry, layer_cases_image_values
from tricorn import layers

CASES = [*layer_cases_image_geometry.CASES, *layer_cases_image_values.CASES]
#: One way to make each class.
CODES = {
    case.code.partition("(")[0]: case.code for case in reversed(CASES) if "channels_first" not in case.code
}
CODES["L.Pipeline"] = "L.Pipeline([L.RandomFlip(seed=1, bounding_box_format='xyxy'), L.AutoContrast()])"
IMAGES = np.random.RandomState(0).uniform(0, 255, (4, 9, 8, 3)).astype("float32")
FORMAT = {"bounding_box_format": "xyxy"}
BOXES = {"L.Pipeline": {}}
#: MixUp keeps the boxes of both images.
BOXES_AFTER = {"L.MixUp": 4, "L.MaxNumBoundingBoxes": None}


def made(code, engine):
    with keras.backend_scope(engine):
        layer = eval(code, {"L": layers})
        return type(layer).from_config({**layer.get_config(), **BOXES.get(code.partition("(")[0], FORMAT)})


def data():
    boxes = np.tile(np.array([[1, 2, 6, 7], [0, 0, 3, 3]], "float32"), (4, 1, 1))
    return {"images": IMAGES, "labels": np.eye(4, dtype="float32"), "extra": np.arange(4),
            "bounding_boxes": {"boxes": boxes, "labels": np.zeros((4, 2), "float32")},
            "segmentation_masks": (IMAGES[..., :1] > 100).astype("float32")}  # fmt: skip


@pytest.mark.parametrize("name", CODES)
def test_inside_tf_data_without_known_batch(name):
    tf = pytest.importorskip("tensorflow")
    layer = made(CODES[name], "torch")
    steady = tf.data.Dataset.from_tensor_slices(IMAGES).batch(3).map(lambda x: layer(x, training=False))
    plain = made(CODES[name], "numpy")(IMAGES, training=False)
    found = np.concatenate([batch.numpy() for batch in steady])
    assert found.dtype == plain.dtype
    np.testing.assert_allclose(found, plain, rtol=1e-4, atol=1e-3)

    given = data()
    if name == "L.CutMix":
        del given["bounding_boxes"]  # it refuses them
    drawn = tf.data.Dataset.from_tensor_slices(given).batch(4).map(layer)
    batch = next(iter(drawn))
    assert tuple(batch["images"].shape) == plain.shape
    assert np.isfinite(batch["images"].numpy()).all()
    assert tuple(batch["segmentation_masks"].shape[:3]) == plain.shape[:3]
    assert batch["labels"].shape == (4, 4)
    assert batch["extra"].numpy().tolist() == [0, 1, 2, 3]
    if name == "L.CutMix":
        return
    count = batch["bounding_boxes"]["boxes"].shape[1]
    assert count == batch["bounding_boxes"]["labels"].shape[1]
    assert BOXES_AFTER.get(name, 2) in (count, None)


class Pictures:
    """A torch dataset whose items pass through all layers, one after the other, each from the same image."""

    def __init__(self, made_layers):
        self.layers = made_layers

    def __len__(self):
        return 2

    def __getitem__(self, index):
        found = [layer(IMAGES[index]) for layer in self.layers]
        assert all(type(image) is np.ndarray for image in found), "a worker starts no engine"
        return found


def test_in_a_worker_of_a_data_loader():
    torch_data = pytest.importorskip("torch.utils.data")
    made_layers = [made(code, "jax") for code in CODES.values()]
    loader = torch_data.DataLoader(Pictures(made_layers), batch_size=2, num_workers=1)
    first, second = (next(iter(loader)) for _ in range(2))
    changed = 0
    for layer, one, other in zip(made_layers, first, second, strict=True):
        assert tuple(one.shape) == (2, *layer.compute_output_shape(IMAGES.shape)[1:]), layer.name
        changed += not np.array_equal(one, other)
    assert changed > 12, "each epoch draws anew, though workers are copies of one process"


@pytest.mark.parametrize("name", CODES)
def test_one_image_is_a_batch_of_one(name):
    layer = made(CODES[name], "numpy")
    one, batch = layer(IMAGES[0], training=False), layer(IMAGES[:1], training=False)
    np.testing.assert_array_equal(one, batch[0])
    assert layer(IMAGES[0]).shape == one.shape
