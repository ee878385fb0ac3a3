"""Which engine runs: environment, config files, import orders, missing engines. Each in its own process."""

import json

import pytest

from tests.support.fresh_process import run_python

SHOW = (
    "import tricorn\nfrom tricorn import ops\nx = ops.ones((2,)) + 1\n"
    "print(tricorn.backend.backend(), type(x).__module__)"
)
MODULES = {"jax": "jaxlib", "torch": "torch", "tensorflow": "tensorflow", "numpy": "numpy"}


def answer(program, **arguments):
    run = run_python(program, **arguments)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout.split()


@pytest.mark.parametrize("variable", ["TRICORN_BACKEND", "KERAS_BACKEND"])
def test_the_environment_chooses(variable):
    name, module = answer(SHOW, **{variable: "torch"})
    assert name == "torch" and module.startswith("torch")


def test_files_choose_and_the_environment_wins(tmp_path):
    (tmp_path / "tricorn.json").write_text(json.dumps({"backend": "torch"}))
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "numpy"}))
    homes = {"TRICORN_HOME": str(tmp_path), "KERAS_HOME": str(tmp_path)}
    assert answer(SHOW, **homes)[0] == "torch"
    assert answer(SHOW, **homes, TRICORN_BACKEND="numpy")[0] == "numpy"


def test_without_any_choice_it_is_the_first_installed():
    assert answer(SHOW)[0] == "jax"
    assert answer(SHOW, without=("jax", "jaxlib"))[0] == "torch"
    assert answer(SHOW, without=("jax", "jaxlib", "torch", "tensorflow"))[0] == "numpy"


def test_an_engine_that_is_not_installed():
    run = run_python(SHOW, without=("torch",), TRICORN_BACKEND="torch")
    assert run.returncode != 0
    assert "pip install torch" in run.stderr and "BackendError" in run.stderr
    run = run_python("import tricorn\ntricorn.backend_scope('tensorflow')", without=("tensorflow",))
    assert "pip install tensorflow" in run.stderr and "jax" in run.stderr


def test_importing_imports_no_engine_and_choosing_imports_one():
    program = (
        "import tricorn, sys\n"
        "heavy = ('jax', 'torch', 'tensorflow', 'keras', 'h5py', 'rich', 'pandas', 'optree', 'ml_dtypes')\n"
        "print([name for name in heavy if name in sys.modules])\n"
        "tricorn.set_backend('numpy')\n"
        "model = tricorn.Sequential([tricorn.Input((4,)), tricorn.layers.Dense(3)])\n"
        "model.predict(__import__('numpy').ones((2, 4)), verbose=0)\n"
        "print([name for name in ('jax', 'torch', 'tensorflow', 'keras') if name in sys.modules])\n"
    )
    assert answer(program) == ["[]", "[]"]


TRAIN = """
import numpy as np
import tricorn as keras

def train(engine):
    keras.utils.set_random_seed(3)
    with keras.backend_scope(engine):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x = np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3)
        return model.fit(x, x[:, :1], epochs=2, shuffle=False, verbose=0).history["loss"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "engines_first"),
    [(("tensorflow", "torch", "jax"), True), (("torch", "jax", "tensorflow"), False)],
)
def test_import_orders(order, engines_first):
    """Whatever is imported first, all engines train in one process, to one result."""
    imports = "".join(f"import {name}\n" for name in order)
    parts = [imports, TRAIN] if engines_first else [TRAIN, imports]
    program = "".join(parts) + f"for name in {order!r}:\n    print(*train(name))\n"
    values = [float(text) for text in answer(program)]
    first = values[:2]
    for start in range(2, len(values), 2):
        assert values[start : start + 2] == pytest.approx(first, rel=1e-5)


def test_set_backend_reaches_other_threads_and_keeps_made_models():
    program = (
        "import threading, numpy as np, tricorn as keras\n"
        "keras.set_backend('numpy')\n"
        "layer = keras.layers.Dense(2)\n"
        "keras.set_backend('torch')\n"
        "found = []\n"
        "thread = threading.Thread(target=lambda: found.append(keras.backend.backend()))\n"
        "thread.start(); thread.join()\n"
        "print(found[0], layer.backend, type(layer(np.ones((1, 3)))).__module__, keras.layers.Dense(2).backend)\n"
    )
    assert answer(program) == ["torch", "numpy", "numpy", "torch"]
