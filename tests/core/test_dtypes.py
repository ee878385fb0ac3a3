"""The lattice and the names of dtypes, against the reference."""

import itertools
import json
import os
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest

from tricorn.core import config, dtypes
from tricorn.core.arrays import numpy_dtype

SCALARS = {"py_bool": bool, "py_int": int, "py_float": float, "py_complex": complex, "None": None}
NAMES = [*sorted(dtypes.ALLOWED_DTYPES), *SCALARS]
LIGHT = [name for name in NAMES if name not in ("string", "float8_e5m2")]
CASES = [
    *itertools.combinations_with_replacement(NAMES, 1),
    *itertools.product(NAMES, repeat=2),
    *itertools.combinations_with_replacement(LIGHT, 3),
]

# The reference keeps 64 bits only on TensorFlow, so that engine shows the whole lattice.
ORACLE = """
import json, sys
from keras import backend
scalars = {"py_bool": bool, "py_int": int, "py_float": float, "py_complex": complex, "None": None}
out = []
for case in json.load(sys.stdin):
    try:
        out.append(backend.result_type(*[scalars.get(name, name) for name in case]))
    except ValueError:
        out.append("ValueError")
print(json.dumps(out))
"""


@pytest.fixture(scope="module")
def reference_table():
    environment = {
        **os.environ,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_HOME": "/nonexistent",
    }
    run = subprocess.run([sys.executable, "-c", ORACLE], input=json.dumps(CASES), capture_output=True, text=True,
                         check=True, env=environment)  # fmt: skip
    return json.loads(run.stdout.splitlines()[-1])


def ours(case):
    try:
        return dtypes.result_type(*[SCALARS.get(name, name) for name in case])
    except ValueError:
        return "ValueError"


def test_whole_table_equals_the_reference(reference_table):
    wrong = []
    for case, expected in zip(CASES, reference_table, strict=True):
        if expected == "int64" and "int64" not in case:
            expected = "int32"  # as the reference has it on JAX, torch and NumPy
        if ours(case) != expected:
            wrong.append((case, expected, ours(case)))
    assert not wrong


@pytest.mark.parametrize("floatx", ["float16", "bfloat16", "float64"])
def test_weak_floats_are_floatx(floatx):
    before = config.floatx()
    try:
        config.set_floatx(floatx)
        assert dtypes.result_type("int32", float) == floatx
        assert dtypes.result_type("uint64", "int8") == floatx
        assert (
            dtypes.result_type(None)
            == floatx
            == dtypes.standardize_dtype(None)
            == dtypes.standardize_dtype(float)
        )
        assert dtypes.result_type("float32", float) == "float32"
        assert dtypes.result_type("bool", int) == "int32"
    finally:
        config.set_floatx(before)
    assert dtypes.result_type("int32", float) == before


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (np.float32, "float32"), (np.dtype("int64"), "int64"), (np.dtype("bool"), "bool"), (np.bool_, "bool"),
        (ml_dtypes.bfloat16, "bfloat16"), (np.dtype(ml_dtypes.float8_e4m3fn), "float8_e4m3fn"), (int, "int32"),
        (bool, "bool"), (str, "string"), ("torch.float16", "float16"), (np.dtype("<U7"), "string"),
        ("complex64", "complex64"), (np.dtype("float64"), "float64"),
    ],
)  # fmt: skip
def test_spellings(given, name):
    assert dtypes.standardize_dtype(given) == name


def test_numpy_float64_is_not_a_python_scalar():
    assert dtypes.result_type(np.dtype("float64"), "float32") == "float64"
    assert dtypes.result_type(np.dtype("int64"), "int8") == "int64"


@pytest.mark.parametrize("module", ["torch", "jax.numpy", "tensorflow"])
def test_engine_dtypes(module):
    engine = pytest.importorskip(module)
    for name in ("float32", "bfloat16", "int64", "bool", "complex64"):
        assert dtypes.standardize_dtype(getattr(engine, name)) == name


@pytest.mark.parametrize(
    "given", ["float", "double", "float128", "", object, 3, b"float32", ["float32"], "__class__"]
)
def test_unknown_dtypes_are_refused(given):
    with pytest.raises(ValueError, match="unknown dtype"):
        dtypes.standardize_dtype(given)


def test_kinds_and_sizes():
    for name in dtypes.ALLOWED_DTYPES - {"string"}:
        assert dtypes.dtype_size(name) == numpy_dtype(name).itemsize
        assert dtypes.is_int(name) == (numpy_dtype(name).kind in "iu")
        assert dtypes.is_float(name) == (name.startswith(("float", "bfloat")))
    with pytest.raises(ValueError, match="no fixed size"):
        dtypes.dtype_size("string")
