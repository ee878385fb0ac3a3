"""Elementwise ops on every engine: bits, special and complex functions, NaN-free reductions, and edges of the others."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.elementwise_cases import CASES, EDGES, INTS, S
from tests.conformance.gradients import gradients
from tests.conformance.harness import check, check_gradient, run
from tricorn import ops
from tricorn.core.backend import backend_scope
from tricorn.core.symbolic import KerasTensor

TRAINING = ("jax", "torch", "tensorflow")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_call(case, backend):
    check(case, backend)


@pytest.mark.parametrize("engine", TRAINING)
@pytest.mark.parametrize("case", [case for case in CASES if case.grad], ids=str)
def test_gradient(case, engine):
    pytest.importorskip(engine)
    check_gradient(case, engine)
