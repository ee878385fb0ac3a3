"""Promises of the project as a whole: a light import, import orders, the README's commands, one version."""

import importlib.metadata
import itertools
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

import tricorn
from tests.support.fresh_process import ROOT, run_python

ENGINES = ("jax", "torch", "tensorflow")
HEAVY = (*ENGINES, "keras", "h5py", "rich", "pandas", "optree", "ml_dtypes", "sklearn", "matplotlib", "scipy")


def test_import_loads_no_engine_and_nothing_heavy():
    process = run_python(f"import sys, tricorn; print([name for name in {HEAVY!r} if name in sys.modules])")
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == "[]"


def test_looking_around_loads_no_engine():
    process = run_python(
        f"""
import sys, tricorn
dir(tricorn), tricorn.layers.Dense, tricorn.Model, tricorn.optimizers.Adam, tricorn.losses.MeanSquaredError
print([name for name in {ENGINES!r} if name in sys.modules])
"""
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip() == "[]"


TRAIN = """
import sys
import numpy as np
{imports}
import tricorn as keras
x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
for engine in {engines!r}:
    keras.utils.set_random_seed(1)
    with keras.backend_scope(engine):
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        losses = model.fit(x, x[:, :1], batch_size=4, epochs=2, verbose=0, shuffle=False).history["loss"]
    print(engine, losses)
"""


def losses_of(imports, engines):
    process = run_python(TRAIN.format(imports=imports, engines=engines))
    assert process.returncode == 0, process.stderr
    lines = [line.partition(" ") for line in process.stdout.splitlines()]
    return {engine: json.loads(losses) for engine, _, losses in lines if engine in ENGINES}


@pytest.mark.slow
@pytest.mark.parametrize("order", list(itertools.permutations(ENGINES)), ids=" ".join)
def test_engines_work_in_any_order_of_import(order):
    found = losses_of("import " + ", ".join(order), order[::-1])
    first = found[order[0]]
    for engine in ENGINES:
        assert found[engine] == pytest.approx(first, rel=1e-5), engine


@pytest.mark.slow
def test_using_one_engine_imports_no_other():
    for engine in ENGINES:
        others = [name for name in ENGINES if name != engine]
        # TensorFlow's own import loads JAX where it is installed: that is not our doing.
        bare = f"import {engine}\nown = set(sys.modules)"
        program = TRAIN.format(imports=bare, engines=(engine,))
        ending = f"\nprint('others', [name for name in {others!r} if name in set(sys.modules) - own])"
        process = run_python(program + ending)
        assert process.returncode == 0, process.stderr
        assert process.stdout.splitlines()[-1] == "others []", engine


# --- the house -----------------------------------------------------------------------------------
def test_the_readmes_make_commands_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / page).read_text()))
        assert named, page
        assert named <= targets, page


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_make_can_say_what_it_would_do(target):
    done = subprocess.run(
        ["make", "-n", target, "ENGINES=jax"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_the_version_stands_in_one_place():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" in settings["project"]["dynamic"]
    assert (ROOT / settings["tool"]["hatch"]["version"]["path"]).is_file()
    try:
        installed = importlib.metadata.version("tricorn")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("run from the source tree, not installed")
    assert installed == tricorn.__version__


def test_run_time_dependencies_are_only_the_light_ones():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {re.match(r"[\w-]+", line)[0] for line in settings["project"]["dependencies"]}
    assert names == {"numpy", "ml_dtypes", "optree", "h5py", "rich", "lazy-loader"}


@pytest.mark.slow
@pytest.mark.parametrize("example", ["torch_loop", "jax_loop", "tensorflow_loop"])
def test_examples_learn(example):
    done = subprocess.run(
        [sys.executable, f"{example}.py"], cwd=ROOT / "examples", capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    accuracy = float(done.stdout.splitlines()[-1].rpartition("accuracy ")[2])
    assert accuracy > 0.9
