"""Preprocessing layers beside the reference's: the same code and data on both sides."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.support.oracle import OracleError, oracle
from tricorn import layers, ops

CODE = """
import tensorflow as tf
names = {"L": keras.layers, "np": np}
layer = eval(code, names)
if adapt is not None:
    layer.adapt(eval(adapt, names))
y = layer(eval(data, names))
if isinstance(y, tf.RaggedTensor):
    y = y.to_list()
elif isinstance(y, tf.SparseTensor):
    y = tf.sparse.to_dense(y)
result = {"y": y}
if hasattr(layer, "get_vocabulary"):
    result["vocabulary"] = [getattr(token, "item", lambda: token)() for token in layer.get_vocabulary()]
if hasattr(layer, "bin_boundaries"):
    result["boundaries"] = layer.bin_boundaries
"""


@dataclasses.dataclass
class Case:
    """A layer, what it is called on, and what it is adapted to: code over `L`, the package of layers, and `np`."""

    code: str
    data: str
    adapt: str | None = None

    def __str__(self):
        return f"{self.code.replace('L.', '')} on {self.data}" + (
            f" after {self.adapt}" if self.adapt else ""
        )


def reference_answers(cases):
    """What the reference answers, by the case's name: one round trip."""
    pieces = [(CODE, dataclasses.asdict(case)) for case in cases]
    return dict(zip(map(str, cases), oracle("tensorflow").run_many(pieces), strict=True))


def make(case):
    """Our layer of a case, adapted."""
    names = {"L": layers, "np": np}
    layer = eval(case.code, names)
    if case.adapt is not None:
        layer.adapt(eval(case.adapt, names))
    return layer


def check(case, answers, tolerance=1e-6):
    """Compare our layer with the reference's answer."""
    answer = answers[str(case)]
    if isinstance(answer, OracleError):
        raise answer
    layer = make(case)
    found = layer(eval(case.data, {"np": np}))
    compare(found, answer["y"], tolerance)
    if "vocabulary" in answer:
        assert layer.get_vocabulary() == answer["vocabulary"]
    return layer, found, answer


def compare(found, expected, tolerance=1e-6):
    found, expected = plain(found), plain(expected)
    assert found.shape == expected.shape
    if found.dtype.kind == "U":
        assert found.tolist() == expected.tolist()
    else:
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def plain(value):
    """A NumPy array of numbers or of `str`, of anything."""
    array = np.asarray(ops.convert_to_numpy(value))
    if array.dtype.kind in "SO":
        array = np.array([x.decode() if isinstance(x, bytes) else x for x in array.ravel().tolist()]).reshape(
            array.shape
        )
    return array
