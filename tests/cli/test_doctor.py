"""`tricorn doctor`, in processes where some engines look as if they were not installed."""

import importlib.metadata
import json

import numpy as np
import pytest

from tests.support.fresh_process import run_python

ENGINES = ("jax", "torch", "tensorflow")
DOCTOR = "import sys; from tricorn.cli import main; sys.exit(main(['doctor']))"


def words(process):
    return " ".join(process.stdout.split())


def test_without_an_engine_it_says_what_to_install_and_numpy_is_chosen():
    process = run_python(DOCTOR, without=ENGINES, COLUMNS="200")
    assert process.returncode == 0, process.stderr
    said = words(process)
    assert "Chosen: numpy, the first installed" in said
    assert "pip install 'tricorn[jax]'" in said
    assert all(f"not installed; pip install 'tricorn[{name}]'" in said for name in ENGINES)


def test_without_an_engine_inference_runs_on_numpy():
    process = run_python(
        """
import json
import numpy as np
import tricorn as keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones", bias_initializer="ones")])
print(json.dumps(model.predict(np.array([[1.0, 2.0, 3.0]]), verbose=0).tolist()))
""",
        without=ENGINES,
    )
    assert process.returncode == 0, process.stderr
    np.testing.assert_allclose(json.loads(process.stdout), [[7.0, 7.0]])


def test_it_names_the_engine_that_the_environment_names_and_its_devices():
    process = run_python(DOCTOR, COLUMNS="200", TRICORN_BACKEND="torch", KERAS_BACKEND="jax")
    assert process.returncode == 0, process.stderr
    said = words(process)
    assert "Chosen: torch" in said
    assert "cpu" in said
    assert "TRICORN_BACKEND=torch" in said
    assert importlib.metadata.version("torch") in said


def test_without_configuration_the_first_installed_engine_is_chosen():
    process = run_python(DOCTOR, without=["jax", "jaxlib"], COLUMNS="200")
    assert process.returncode == 0, process.stderr
    assert "Chosen: torch, the first installed" in words(process)


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"TRICORN_BACKEND": "theano"}, "theano"),
        ({"TRICORN_BACKEND": "jax"}, "not installed"),
    ],
)
def test_a_configured_engine_that_cannot_run_is_a_problem(environment, complaint):
    process = run_python(DOCTOR, without=["jax", "jaxlib"], COLUMNS="200", **environment)
    assert process.returncode == 1
    assert "Problem:" in process.stdout
    assert complaint in words(process)


def test_a_broken_engine_is_reported_not_fatal(tmp_path):
    broken = tmp_path / "jax"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libmissing.so: cannot open shared object file')")
    process = run_python(DOCTOR, first_on_path=tmp_path, COLUMNS="200")
    assert process.returncode == 1
    assert "jax is installed but does not start" in words(process)
    assert "libmissing.so" in words(process)
