"""Optimizers: files, copies, names and configurations; what is refused."""

import copy
import json
import pickle

import numpy as np
import pytest

from tests.contracts.optimizer_cases import (
    CASES,
    IDS,
    SHAPES,
    assert_close,
    make_variables,
    random_gradients,
    run,
    starting_values,
    values_of,
)
from tests.support.oracle import oracle
from tricorn import ops, optimizers
from tricorn.core.backend import backend_scope
from tricorn.core.variable import Variable
from tricorn.optimizers import schedules


# --- files ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Adam", "Nadam", "Adafactor", "SGD"])
def test_state_goes_through_a_store(engine, name):
    gradients = random_gradients(4)
    variables = make_variables()
    optimizer = getattr(optimizers, name)()
    run(optimizer, variables, gradients[:2])
    store = {}
    optimizer.save_own_variables(store)
    assert list(store) == [str(index) for index in range(len(optimizer.variables))]
    others = make_variables(dict(zip(SHAPES, values_of(variables), strict=True)))
    other = getattr(optimizers, name)()
    other.build(others)
    other.load_own_variables(store)
    run(optimizer, variables, gradients[2:])
    run(other, others, gradients[2:])
    assert_close(values_of(others), values_of(variables), 1e-6, 1e-7)
    with pytest.warns(UserWarning, match="not loaded"):
        other.load_own_variables({"0": store["0"]})


def test_the_reference_reads_our_state_and_we_read_its():
    code = """
variables = [keras.Variable(value, name=name) for name, value in start.items()]
optimizer = keras.optimizers.Adam(0.02)
optimizer.build(variables)
if store:
    optimizer.load_own_variables(store)
for row in gradients:
    optimizer.apply([keras.ops.convert_to_tensor(g) for g in row])
written = {}
optimizer.save_own_variables(written)
result = {"trained": [np.array(v) for v in variables], "store": {k: np.array(v) for k, v in written.items()}}
"""
    gradients, start = random_gradients(4), starting_values()
    ask = oracle("numpy").run
    whole = ask(code, start=start, gradients=gradients, store=None)["trained"]
    half = ask(code, start=start, gradients=gradients[:2], store=None)
    with backend_scope("torch"):
        variables = make_variables(dict(zip(SHAPES, half["trained"], strict=True)))
        optimizer = optimizers.Adam(0.5)
        optimizer.build(variables)
        optimizer.load_own_variables(half["store"])
        run(optimizer, variables, gradients[2:])
        assert_close(values_of(variables), whole)
        variables = make_variables()
        optimizer = optimizers.Adam(0.02)
        run(optimizer, variables, gradients[:2])
        store = {}
        optimizer.save_own_variables(store)
    rest = ask(
        code, start=dict(zip(SHAPES, values_of(variables), strict=True)), gradients=gradients[2:], store=store
    )
    assert_close(rest["trained"], whole)


@pytest.mark.parametrize(
    "clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"]
)
def test_copies_go_on_by_themselves(clone):
    with backend_scope("torch"):
        variables = make_variables()
        optimizer = optimizers.Adam(0.01)
        run(optimizer, variables, random_gradients(3))
        other, others = clone((optimizer, variables))
        run(other, others, random_gradients(2))
        assert int(optimizer.iterations) == 3 and int(other.iterations) == 5
        run(optimizer, variables, random_gradients(2))
        assert_close(values_of(others), values_of(variables), 1e-6)


def test_set_weights_checks():
    with backend_scope("numpy"):
        optimizer = optimizers.SGD(momentum=0.5)
        with pytest.raises(ValueError, match="before it is built"):
            optimizer.set_weights([])
        optimizer.build([Variable(np.ones(2, "float32"), name="w")])
        optimizer.set_weights([3, 0.5, [1.0, 2.0]])
        assert values_of(optimizer.variables)[2].tolist() == [1, 2]
        with pytest.raises(ValueError, match="as many"):
            optimizer.set_weights([3])
        with pytest.raises(ValueError, match="another shape"):
            optimizer.set_weights([4, 0.5, [1.0, 2.0, 3.0]])
        assert int(optimizer.iterations) == 3


# --- names and configs ---------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_config_round_trip(name, settings):
    cls = getattr(optimizers, name)
    with backend_scope("numpy"):
        optimizer = cls(**settings)
        config = json.loads(json.dumps(optimizer.get_config()))
        assert cls.from_config(config).get_config() == optimizer.get_config()
        restored = optimizers.deserialize(json.loads(json.dumps(optimizers.serialize(optimizer))))
        assert type(restored) is cls
        assert restored.get_config() == optimizer.get_config()


def test_schedules_are_saved_with_the_optimizer():
    optimizer = optimizers.Adam(schedules.CosineDecay(0.1, 100, warmup_target=0.2, warmup_steps=5))
    restored = optimizers.get(json.loads(json.dumps(optimizers.serialize(optimizer))))
    assert restored._rate.get_config() == optimizer._rate.get_config()


def test_get():
    for name, cls in (("adam", optimizers.Adam), ("RMSProp", optimizers.RMSprop), ("adamw", optimizers.AdamW),
                      ("SGD", optimizers.SGD), ({"class_name": "adam", "config": {}}, optimizers.Adam)):  # fmt: skip
        assert type(optimizers.get(name)) is cls
    optimizer = optimizers.Adam()
    assert optimizers.get(optimizer) is optimizer
    assert optimizers.get(None) is None
    for wrong in ("nope", 3, optimizers.Adam):
        with pytest.raises(ValueError, match="no optimizer"):
            optimizers.get(wrong)
    with pytest.raises(ImportError, match="legacy"):
        optimizers.legacy.Adam()


# --- bad input -----------------------------------------------------------------------------------
BAD_SETTINGS = [
    {"learning_rate": -1}, {"learning_rate": "x"}, {"learning_rate": None}, {"clipnorm": 1.0, "clipvalue": 1.0},
    {"clipnorm": -1}, {"clipvalue": "a"}, {"use_ema": True, "ema_momentum": 2}, {"gradient_accumulation_steps": 1},
    {"lr": 0.1}, {"beta_1": 2}, {"beta_2": 1.0}, {"epsilon": -1}, {"weight_decay": "much"}, {"name": "a/b"},
    {"use_ema": True, "ema_overwrite_frequency": 2.5},
]  # fmt: skip


@pytest.mark.parametrize("settings", BAD_SETTINGS, ids=[str(settings) for settings in BAD_SETTINGS])
def test_bad_settings(settings):
    with pytest.raises(ValueError):
        optimizers.Adam(**settings)


def test_more_bad_settings():
    for make in (lambda: optimizers.AdamW(weight_decay=None), lambda: optimizers.SGD(momentum=2),
                 lambda: optimizers.Ftrl(learning_rate_power=1), lambda: optimizers.Lion(beta_1=0),
                 lambda: optimizers.Adagrad(initial_accumulator_value=-1), lambda: optimizers.RMSprop(rho=1.5),
                 lambda: optimizers.LossScaleOptimizer(optimizers.SGD(), clipnorm=1.0)):  # fmt: skip
        with pytest.raises(ValueError):
            make()
    with pytest.raises(TypeError):
        optimizers.LossScaleOptimizer("adam")


def test_bad_gradients(engine):
    variables = make_variables()
    optimizer = optimizers.Adam(0.01)
    with pytest.raises(ValueError, match="must be built"):
        optimizer.apply([np.ones(2)])
    optimizer.build(variables)
    gradients = [ops.convert_to_tensor(g) for g in random_gradients(1)[0]]
    for _ in range(2):  # before and after the path in place is ready
        with pytest.raises(ValueError, match="one gradient for each"):
            optimizer.apply(gradients[:2])
        with pytest.raises(ValueError, match="no gradient"):
            optimizer.apply([None] * len(variables))
        with pytest.raises(ValueError, match="another shape"):
            optimizer.apply([gradients[1], *gradients[1:]])
        with pytest.raises(ValueError, match="not built on"):
            optimizer.apply(gradients[:1], [Variable(np.ones((3, 2), "float32"), name="other")])
        optimizer.apply(gradients)
    with pytest.warns(UserWarning, match="no gradient for bias"):
        optimizer.apply([gradients[0], None, *gradients[2:]])
    optimizer.apply([])
    assert int(optimizer.iterations) == 3


def test_two_engines_do_not_mix():
    with backend_scope("numpy"):
        first = Variable(np.ones(2), name="a")
    with backend_scope("torch"):
        second = Variable(np.ones(2), name="b")
    with pytest.raises(RuntimeError, match="two engines"):
        optimizers.SGD().build([first, second])
