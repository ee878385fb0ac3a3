"""`engine`: each engine that trains, for the optimizers' tests."""

from __future__ import annotations

import pytest

from tests.contracts.optimizer_cases import ENGINES
from tricorn.core.backend import backend_scope


@pytest.fixture(params=ENGINES)
def engine(request):
    with backend_scope(request.param) as backend:
        yield backend
