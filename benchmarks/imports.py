"""Import times: what `import tricorn` costs alone, and beside the engine it runs on."""

from __future__ import annotations

import os
import subprocess
import sys

_ALONE = "import numpy, time; start = time.perf_counter(); import tricorn; print(time.perf_counter() - start)"
_TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
# What a person who builds and trains a model has loaded in the end.
_USED = "k.layers.Dense; k.Sequential; k.optimizers.Adam; k.losses.MeanSquaredError"
_OURS = "import tricorn as k; k.set_backend('{}'); " + _USED
_THEIRS = "import keras as k; " + _USED
_BARE = {"jax": "import jax, jax.numpy", "torch": "import torch", "tensorflow": "import tensorflow"}


def import_alone(rounds):
    """Milliseconds of `import tricorn`, NumPy's not counted: minimum of `rounds` fresh processes."""
    _seconds(_ALONE)  # compiles the modules, reads the files
    return {"tricorn": 1000 * min(_seconds(_ALONE) for _ in range(rounds))}


def import_with_engine(engine, arms, rounds):
    """Milliseconds of the bare engine's import, of Tricorn on it, and of the reference on it; interleaved."""
    programs = {"native": _BARE[engine], "tricorn": _OURS.format(engine), "reference": _THEIRS}
    programs = {arm: _TIMED.format(program) for arm, program in programs.items() if arm in arms}
    figures = {arm: float("inf") for arm in programs}
    for _ in range(rounds + 1):  # the first round warms the disk
        for arm, program in programs.items():
            figures[arm] = min(figures[arm], 1000 * _seconds(program, KERAS_BACKEND=engine))
    return figures


def _seconds(program, **extra):
    environment = {**os.environ, **extra, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as on any ordinary machine
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout.splitlines()[-1])
