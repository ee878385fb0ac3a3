"""Class weights against the plain definition."""

import numpy as np
import pytest

from tricorn.data import adapt

WEIGHTS = {0: 2.0, 2: 0.5, 7: 3.0}


def weights_of(y, sample_weight=None, class_weight=WEIGHTS):
    source = adapt(np.zeros((len(y), 1)), y, sample_weight, class_weight=class_weight, batch_size=len(y))
    return next(source.epoch(0))[2]


IDS = np.array([0, 1, 2, 3, 7, 8, 0])
EXPECTED = [2.0, 1.0, 0.5, 1.0, 3.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "y",
    [IDS, IDS[:, None], IDS.astype("float64"), IDS.astype("uint8"), np.eye(9)[IDS], np.eye(9, dtype="int32")[IDS],
     np.eye(9)[IDS] * 0.9 + 0.1 / 9],
    ids=["ids", "column", "float ids", "uint8", "one-hot", "int one-hot", "smoothed"],
)  # fmt: skip
def test_lookup(y):
    assert weights_of(y).tolist() == EXPECTED


def test_sequences_weigh_each_place():
    y = np.eye(9)[IDS.reshape(7, 1).repeat(2, axis=1)]
    assert weights_of(y).tolist() == [[weight, weight] for weight in EXPECTED]


@pytest.mark.parametrize("shape", [(7,), (7, 1), (7, 3)])
def test_multiplied_with_sample_weights(shape):
    given = np.random.default_rng(0).random(shape)
    expected = given * np.array(EXPECTED).reshape((7,) + (1,) * (len(shape) - 1))
    np.testing.assert_allclose(weights_of(IDS, given), expected, rtol=1e-6)


def test_streams_are_weighed_too():
    source = adapt(iter([(np.zeros((7, 1)), IDS)]), class_weight=WEIGHTS)
    assert next(source.epoch(0))[2].tolist() == EXPECTED


def test_an_empty_dict_weighs_all_the_same():
    assert weights_of(IDS, class_weight={}).tolist() == [1.0] * 7


BAD = [
    ({"y": [IDS, IDS]}, "single output"),
    ({"y": None}, "no targets"),
    ({"y": np.ones((7, 3))}, "not one-hot"),
    ({"y": IDS + 0.5}, "fractions"),
    ({"class_weight": [1.0, 2.0]}, "not a dict"),
    ({"class_weight": {"cat": 1.0}}, "'cat'"),
    ({"class_weight": {0: -1.0}}, "0: -1.0"),
    ({"class_weight": {0: np.nan}}, "nan"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_input(change, words):
    arguments = {"y": IDS, "class_weight": WEIGHTS, **change}
    with pytest.raises((ValueError, TypeError), match=words):
        adapt(np.zeros((7, 1)), **arguments)
