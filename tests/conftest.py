"""Fixtures: `backend` runs a test on every installed engine, all in this one process."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TRICORN_BACKEND", "numpy")

import numpy as np
import pytest

import tricorn as keras
from tricorn.core.backend import installed_backends

ENGINES = [name for name in ("numpy", "jax", "torch", "tensorflow") if name in installed_backends()]
TRAINING_ENGINES = [name for name in ENGINES if name != "numpy"]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes seconds; still part of the whole suite")
    config.addinivalue_line(
        "markers", "engines(*names): run with the `backend` fixture on these engines only"
    )


def pytest_generate_tests(metafunc):
    for fixture, engines in (("backend", ENGINES), ("training_backend", TRAINING_ENGINES)):
        if fixture in metafunc.fixturenames:
            marker = metafunc.definition.get_closest_marker("engines")
            wanted = [name for name in engines if marker is None or name in marker.args]
            metafunc.parametrize(fixture, wanted, indirect=True)


@pytest.fixture
def backend(request):
    """The name of the engine on which the test runs."""
    with keras.backend_scope(request.param):
        yield request.param


@pytest.fixture
def training_backend(request):
    """The name of an engine that can train, on which the test runs."""
    with keras.backend_scope(request.param):
        yield request.param


@pytest.fixture(autouse=True)
def _seeded():
    """Every test starts from the same randomness."""
    np.random.seed(0)
    keras.utils.set_random_seed(0)
    yield


@pytest.fixture(autouse=True)
def _restored_settings():
    from tricorn.core import config

    kept = {name: getattr(config.settings, name) for name in config.settings.__slots__}
    yield
    for name, value in kept.items():
        setattr(config.settings, name, value)
