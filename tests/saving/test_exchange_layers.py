"""`.keras` files with layers that keep more than plain weights go both ways with the reference."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

import tricorn as keras
from tests.saving import builders_layers as builders
from tests.support.oracle import OracleError, oracle

SOURCE = (
    pathlib.Path(builders.__file__).read_text(encoding="utf-8")
    + """
def tensors(x):
    if getattr(x, "dtype", None) is not None and x.dtype.kind == "U":
        import tensorflow as tf
        return tf.constant(x)
    return x
"""
)
NAMES = list(builders.BUILDERS)
WRITE = """
model = build(keras, name, seed=3)
model.save(f"{folder}/{name}.keras")
result = outputs(model, name, tensors)
"""
READ = """
model = keras.models.load_model(f"{folder}/our_{name}.keras")
result = outputs(model, name, tensors)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exchange_layers")


def _asked(code, folder):
    answers = {}
    for engine, names in (("jax", [n for n in NAMES if n not in builders.OF_STRINGS]),
                          ("tensorflow", list(builders.OF_STRINGS))):  # fmt: skip
        pieces = [(SOURCE + code, {"name": name, "folder": str(folder)}) for name in names]
        answers.update(zip(names, oracle(engine).run_many(pieces), strict=True))
    return answers


@pytest.fixture(scope="module")
def written_by_reference(folder):
    """`{name: predictions}` of models that the reference has written to `folder`."""
    return _asked(WRITE, folder)


@pytest.fixture(scope="module")
def read_by_reference(folder):
    """`{name: (our predictions, the reference's on our file)}`."""
    ours = {}
    with keras.backend_scope("numpy"):
        for name in NAMES:
            model = builders.build(keras, name, seed=4)
            model.save(folder / f"our_{name}.keras")
            ours[name] = builders.outputs(model, name)
    theirs = _asked(READ, folder)
    return {name: (ours[name], theirs[name]) for name in NAMES}


def assert_equal(name, given, expected):
    for one in (given, expected):
        if isinstance(one, OracleError):
            raise one
    assert len(given) == len(expected)
    tolerance = 1e-3 if name == "spectrograms" else 1e-4
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
def test_reads_archives_of_the_reference(name, backend, folder, written_by_reference):
    model = keras.saving.load_model(folder / f"{name}.keras")
    assert model.backend == backend
    assert_equal(name, builders.outputs(model, name), written_by_reference[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_reads_ours(name, read_by_reference):
    assert_equal(name, *read_by_reference[name])


@pytest.mark.parametrize("name", NAMES)
def test_round_trip(name, backend, tmp_path):
    model = builders.build(keras, name)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert [v.name for v in again.weights] == [v.name for v in model.weights]
    assert_equal(name, builders.outputs(again, name), builders.outputs(model, name))
