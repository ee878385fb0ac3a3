"""Learning rate schedules: formulas, configurations, what is refused."""

import json

import numpy as np
import pytest

from tests.contracts.optimizer_cases import ENGINES
from tests.support.oracle import oracle
from tricorn.core.backend import backend_scope
from tricorn.optimizers import schedules


# --- schedules -----------------------------------------------------------------------------------
def cosine(step, peak, steps, alpha=0.0):
    return peak * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * min(step, steps) / steps)) + alpha)


SCHEDULES = [
    (schedules.ExponentialDecay(0.1, 10, 0.5), lambda s: 0.1 * 0.5 ** (s / 10)),
    (schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True), lambda s: 0.1 * 0.5 ** (s // 10)),
    (schedules.InverseTimeDecay(0.1, 10, 0.5), lambda s: 0.1 / (1 + 0.5 * s / 10)),
    (schedules.InverseTimeDecay(0.1, 10, 0.5, staircase=True), lambda s: 0.1 / (1 + 0.5 * (s // 10))),
    (schedules.PiecewiseConstantDecay([2, 10], [1, 0.5, 0.1]), lambda s: 1 if s <= 2 else 0.5 if s <= 10 else 0.1),
    (schedules.PolynomialDecay(0.1, 10, 0.01, 2.0), lambda s: 0.09 * (1 - min(s, 10) / 10) ** 2 + 0.01),
    (schedules.PolynomialDecay(0.1, 10, 0.01, 1.0, cycle=True),
     lambda s: 0.09 * (1 - s / (10 * max(1, int(np.ceil(s / 10))))) + 0.01),
    (schedules.CosineDecay(0.1, 10, alpha=0.2), lambda s: cosine(s, 0.1, 10, 0.2)),
    (schedules.CosineDecay(0.1, 10, warmup_target=0.5, warmup_steps=4),
     lambda s: 0.1 + 0.4 * s / 4 if s < 4 else cosine(s - 4, 0.5, 10)),
    (schedules.CosineDecay(0.1, 10, warmup_target=0.5), lambda s: cosine(s, 0.5, 10)),
    (schedules.CosineDecayRestarts(0.1, 10, 1.0, 0.5), lambda s: 0.1 * 0.5 ** (s // 10) * cosine(s % 10, 1, 10)),
    (schedules.CosineDecayRestarts(0.1, 10, alpha=0.1),
     lambda s: cosine(s, 0.1, 10, 0.1) if s < 10 else cosine(s - 10, 0.1, 20, 0.1) if s < 30
     else cosine(s - 30, 0.1, 40, 0.1)),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "formula"), SCHEDULES)
def test_schedules_follow_their_formulas(schedule, formula):
    steps = [0, 1, 2, 3, 4, 9, 10, 11, 20, 29, 30, 31, 55]
    expected = [formula(step) for step in steps]
    for name in ("numpy", *ENGINES):
        with backend_scope(name) as backend:
            given = [
                float(backend.to_numpy(schedule(backend.convert_to_tensor(step, "int32")))) for step in steps
            ]
            np.testing.assert_allclose(given, expected, rtol=2e-5, atol=1e-7)
    np.testing.assert_allclose([schedule.on_host(step) for step in steps], expected, rtol=1e-9, atol=1e-12)
    restored = schedules.deserialize(json.loads(json.dumps(schedules.serialize(schedule))))
    assert type(restored) is type(schedule) and restored.get_config() == schedule.get_config()


def test_schedule_configs_equal_the_reference():
    for schedule, _ in SCHEDULES:
        name, config = type(schedule).__name__, schedule.get_config()
        code = "result = keras.optimizers.schedules.serialize(getattr(keras.optimizers.schedules, name)(**config))"
        assert schedules.serialize(schedule) == oracle("numpy").run(code, name=name, config=config)


def test_bad_schedules():
    makers = [
        lambda: schedules.CosineDecay(0.1, 0),
        lambda: schedules.ExponentialDecay(0.1, 0, 0.5),
        lambda: schedules.PiecewiseConstantDecay([2, 5], [1.0, 0.5]),
        lambda: schedules.PiecewiseConstantDecay([5, 2], [1.0, 0.5, 0.3]),
        lambda: schedules.InverseTimeDecay(1, 0, 1),
        lambda: schedules.PolynomialDecay(0.1, -1),
        lambda: schedules.CosineDecayRestarts(0.1, 0),
    ]
    for make in makers:
        with pytest.raises(ValueError):
            make()
    with pytest.raises(TypeError, match="not the configuration"):
        schedules.deserialize("ExponentialDecay")
