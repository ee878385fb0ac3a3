"""The benchmarks' verdicts: a target that is missed must be seen as missed."""

import pytest

from benchmarks.run import COLD, WARM, _row
from benchmarks.targets import Target, targets_of
from benchmarks.tasks import TASKS


@pytest.mark.parametrize(
    ("target", "figures", "met"),
    [
        (Target(1.05, "native"), {"tricorn": 1.04, "native": 1.0}, True),
        (Target(1.05, "native"), {"tricorn": 1.06, "native": 1.0}, False),
        (Target(2.0, "native", 0.2), {"tricorn": 2.2, "native": 1.0}, True),
        (Target(2.0, "native", 0.2), {"tricorn": 2.3, "native": 1.0}, False),
        (Target(plus=100), {"tricorn": 101}, False),
        (Target(plus=100), {"tricorn": 99}, True),
        (Target(0.5, "reference"), {"tricorn": 1.0, "native": 1.0}, None),
        (Target(0.5, "reference"), {"reference": 1.0}, None),
    ],
)
def test_a_target_is_met_missed_or_not_measured(target, figures, met):
    assert target.is_met(figures) is met


def test_a_row_is_met_only_if_all_its_targets_are():
    row = _row("torch", "mlp", "fit", {"native": 1.0, "tricorn": 1.0, "reference": 1.9})
    assert row["met"] is False  # as fast as the native loop, but not twice as fast as the reference
    row = _row("torch", "mlp", "fit", {"native": 1.0, "tricorn": 1.0, "reference": 2.0})
    assert row["met"] is True


@pytest.mark.parametrize("engine", ["jax", "torch", "tensorflow"])
def test_every_training_step_and_prediction_has_a_target(engine):
    for task in TASKS:
        for quantity in (*WARM, *COLD):
            targets = targets_of(quantity, engine, task)  # an unknown quantity raises
            assert targets or quantity in ("call", "build"), (task, quantity)


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_data_are_whole_batches_of_the_models_shape(task):
    x, y = task.data(3)
    assert x.shape == (3 * task.batch, *task.shape)
    assert y.shape == (3 * task.batch,)
    assert len(set(y.tolist())) == 10
