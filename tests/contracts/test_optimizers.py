"""Every optimizer: against the reference and float64 formulas, on the engines that train; ways to call, settings."""

import contextlib
import json

import numpy as np
import pytest

from tests.contracts.optimizer_cases import (
    CASES,
    IDS,
    assert_close,
    make_variables,
    random_gradients,
    run,
    starting_values,
    values_of,
)
from tests.support.oracle import oracle
from tricorn import ops, optimizers
from tricorn.core.backend import backend_scope, get_backend
from tricorn.core.scopes import StatelessScope
from tricorn.core.variable import Variable
from tricorn.optimizers import schedules

ORACLE_RUN = """
variables = [keras.Variable(value, name=name) for name, value in start.items()]
optimizer = getattr(keras.optimizers, name)(**settings)
optimizer.build(variables)
for row in gradients:
    optimizer.apply([keras.ops.convert_to_tensor(g) for g in row])
result = {
    "trained": [np.array(v) for v in variables], "own": [np.array(v) for v in optimizer.variables],
    "paths": [v.path for v in optimizer.variables], "config": optimizer.get_config(),
    "serialized": keras.optimizers.serialize(optimizer),
}
"""


@pytest.fixture(scope="module")
def reference():
    start, gradients = starting_values(), random_gradients()
    pieces = [
        (ORACLE_RUN, {"start": start, "gradients": gradients, "name": name, "settings": settings})
        for name, settings in CASES
    ]
    return dict(zip(IDS, oracle("numpy").run_many(pieces), strict=True))


# --- numbers -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_ten_steps_equal_the_reference(engine, reference, name, settings, request):
    expected = reference[IDS[CASES.index((name, settings))]]
    variables = make_variables()
    optimizer = getattr(optimizers, name)(**settings)
    run(optimizer, variables, random_gradients())
    assert_close(values_of(variables), expected["trained"])
    own = values_of(optimizer.variables)
    assert [value.shape for value in own] == [value.shape for value in expected["own"]]
    assert [value.dtype for value in own] == [value.dtype for value in expected["own"]]
    assert_close(own, expected["own"])


@pytest.mark.parametrize(("name", "settings"), CASES, ids=IDS)
def test_paths_and_configs_equal_the_reference(reference, name, settings):
    expected = reference[IDS[CASES.index((name, settings))]]
    with backend_scope("numpy"):
        optimizer = getattr(optimizers, name)(**settings)
        optimizer.build(make_variables())
    config = optimizer.get_config()
    known = dict(expected["config"], name=optimizer.name)
    assert json.loads(json.dumps(config)) == json.loads(json.dumps(known))
    assert list(config) == list(known)
    serialized = optimizers.serialize(optimizer)
    assert {**serialized, "config": None} == {**expected["serialized"], "config": None}
    if name not in (
        "Adafactor",
        "Nadam",
    ):  # the reference names their extra Variables after nothing in particular
        tails = [path.partition("/")[2] for path in expected["paths"]]
        assert [variable.path for variable in optimizer.variables] == [
            f"{optimizer.name}/{tail}" for tail in tails
        ]


def adam_float64(value, gradients, rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-7, decay=0.0):
    value = np.asarray(value, "float64")
    m = v = np.zeros_like(value)
    for t, g in enumerate(gradients, 1):
        g = np.asarray(g, "float64")
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
        hat = epsilon * np.sqrt(1 / (1 - beta_2**t))
        value = value * (1 - rate * decay)
        value = value - rate * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + hat)
    return value


def sgd_float64(value, gradients, rate=0.1, momentum=0.0, nesterov=False):
    value, m = np.asarray(value, "float64"), 0.0
    for g in gradients:
        g = np.asarray(g, "float64")
        m = momentum * m - rate * g
        value = value + (momentum * m - rate * g if nesterov else m)
    return value


FORMULAS = [
    (lambda: optimizers.Adam(0.01), lambda w, g: adam_float64(w, g)),
    (lambda: optimizers.AdamW(0.01, weight_decay=0.3), lambda w, g: adam_float64(w, g, decay=0.3)),
    (lambda: optimizers.SGD(0.1), lambda w, g: sgd_float64(w, g)),
    (lambda: optimizers.SGD(0.1, momentum=0.8), lambda w, g: sgd_float64(w, g, momentum=0.8)),
    (
        lambda: optimizers.SGD(0.1, 0.8, nesterov=True),
        lambda w, g: sgd_float64(w, g, momentum=0.8, nesterov=True),
    ),
]


@pytest.mark.parametrize(("make", "formula"), FORMULAS, ids=["adam", "adamw", "sgd", "momentum", "nesterov"])
def test_forty_steps_follow_the_formula(engine, make, formula):
    gradients = random_gradients(40)
    variables = make_variables()
    run(make(), variables, gradients)
    expected = [
        formula(value, [row[index] for row in gradients])
        for index, value in enumerate(starting_values().values())
    ]
    assert_close(values_of(variables), expected, rtol=2e-5, atol=5e-6)


def test_gradients_in_another_memory_order():
    """torch's fused kernels ignore strides; a transposed gradient must not be taken for another."""
    import torch

    for make, formula in FORMULAS:
        gradients = [np.asarray(np.random.default_rng(i).normal(size=(4, 3)), "float32") for i in range(5)]
        start = np.ones((4, 3), "float32")
        with backend_scope("torch"):
            plain = Variable(start, name="plain")
            permuted = Variable(start, name="permuted", memory_order=(1, 0))
            optimizer = make()
            optimizer.build([plain, permuted])
            for gradient in gradients:
                transposed = torch.tensor(gradient.T.copy()).T
                assert transposed.stride() == (1, 4)
                optimizer.apply([transposed, torch.tensor(gradient)])
        expected = formula(start, gradients)
        assert_close([plain.numpy(), permuted.numpy()], [expected, expected], atol=5e-6)


IN_PLACE = [case for case in CASES if case[0] in ("SGD", "Adam", "AdamW")]


@pytest.mark.parametrize(("name", "settings"), IN_PLACE, ids=[IDS[CASES.index(case)] for case in IN_PLACE])
def test_torch_takes_the_path_in_place(name, settings, monkeypatch):
    """The comparison with the reference above is one of that path only if it is taken after the first call."""
    with backend_scope("torch"):
        variables = make_variables()
        optimizer = getattr(optimizers, name)(**settings)
        run(optimizer, variables, random_gradients(1))
        monkeypatch.setattr(optimizers.Optimizer, "apply", None)
        before = values_of(variables)
        run(optimizer, variables, random_gradients(3))
    assert int(optimizer.variables[0]) == 4
    assert not np.array_equal(variables[0].numpy(), before[0])


def test_parameters_that_move_are_seen_in_place():
    """`module.to(...)` keeps Parameters and gives them other memory, maybe in another order of axes."""
    gradients = random_gradients(6)
    with backend_scope("torch"):
        variables = make_variables()
        optimizer = optimizers.Adam(0.01)
        run(optimizer, variables, gradients[:3])
        parameter = variables[0].value
        parameter.data = parameter.data.T.clone().T
        run(optimizer, variables, gradients[3:])
    expected = adam_float64(starting_values()["kernel"], [row[0] for row in gradients])
    assert_close([variables[0].numpy()], [expected], atol=5e-6)


# --- ways to call --------------------------------------------------------------------------------
@pytest.mark.parametrize("settings", [
    {}, {"amsgrad": True, "weight_decay": 0.1}, {"use_ema": True, "ema_overwrite_frequency": 2}, {"clipnorm": 0.3},
    {"gradient_accumulation_steps": 2, "global_clipnorm": 1.0},
])  # fmt: skip
def test_stateless_apply_equals_apply(engine, settings):
    gradients = [[ops.convert_to_tensor(g) for g in row] for row in random_gradients(5)]
    variables, others = make_variables(), make_variables()
    optimizer, other = optimizers.Adam(0.05, **settings), optimizers.Adam(0.05, **settings)
    optimizer.build(variables)
    other.build(others)
    trained, own = (
        [ops.convert_to_tensor(v) for v in others],
        [ops.convert_to_tensor(v) for v in other.variables],
    )
    if engine.name == "torch":
        trained, own = [v.detach().clone() for v in trained], [v.detach().clone() for v in own]
    before = values_of(others) + values_of(other.variables)
    for row in gradients:
        optimizer.apply(row)
        trained, own = other.stateless_apply(own, row, trained)
    assert_close([engine.to_numpy(v) for v in trained], values_of(variables))
    assert_close([engine.to_numpy(v) for v in own], values_of(optimizer.variables))
    assert_close(values_of(others) + values_of(other.variables), before, 0, 0)  # nothing was changed


TRACED = [
    ("Adam", {"gradient_accumulation_steps": 3, "use_ema": True, "ema_overwrite_frequency": 2}),
    ("AdamW", {"weight_decay": 0.1}),
    ("Nadam", {}),
    ("Adafactor", {}),
    ("SGD", {"learning_rate": schedules.ExponentialDecay(0.1, 3, 0.5)}),
]


@pytest.mark.parametrize(("name", "settings"), TRACED)
def test_traced_steps_equal_eager_ones(name, settings):
    import jax
    import tensorflow as tf

    gradients = random_gradients(7)
    results = []
    for how in ("numpy", "jax", "tensorflow"):
        with backend_scope(how) as backend:
            variables = make_variables()
            optimizer = getattr(optimizers, name)(**settings)
            optimizer.build(variables)
            if how == "jax":
                step = jax.jit(optimizer.stateless_apply)
                trained, own = [v.value for v in variables], [v.value for v in optimizer.variables]
                for row in gradients:
                    trained, own = step(own, [ops.convert_to_tensor(g) for g in row], trained)
                results.append([np.asarray(v) for v in trained + own])
                continue
            apply = tf.function(optimizer.apply) if how == "tensorflow" else optimizer.apply
            for row in gradients:
                apply([backend.convert_to_tensor(g) for g in row])
            results.append(values_of(variables + optimizer.variables))
    assert_close(results[1], results[0])
    assert_close(results[2], results[0])


def test_first_call_builds_inside_tf_function():
    import tensorflow as tf

    with backend_scope("tensorflow"):
        variables = make_variables()
        optimizer = optimizers.Adam(0.01)
        gradients = [tf.constant(g) for g in random_gradients(1)[0]]
        step = tf.function(lambda: optimizer.apply(gradients, variables))
        step()
        step()
        assert int(optimizer.iterations.numpy()) == 2
    twice = [[g, g] for g in random_gradients(1)[0]]
    expected = [adam_float64(w, g) for w, g in zip(starting_values().values(), twice, strict=True)]
    assert_close(values_of(variables), expected, atol=5e-6)


def test_indexed_slices_are_made_dense():
    import tensorflow as tf

    with backend_scope("tensorflow"):
        table = Variable(np.ones((4, 2), "float32"), name="table")
        optimizer = optimizers.SGD(0.1, momentum=0.5)
        slices = tf.IndexedSlices(
            tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 1]), tf.constant([4, 2])
        )
        optimizer.apply([slices], [table])
    assert_close([table.numpy()], [[[1, 1], [0.6, 0.4], [1, 1], [1, 1]]])


def test_apply_gradients_takes_pairs(engine):
    variables = make_variables()
    optimizer = optimizers.SGD(0.1)
    count = optimizer.apply_gradients(zip(random_gradients(1)[0], variables, strict=True))
    assert int(engine.to_numpy(count)) == 1
    expected = [w - 0.1 * g for w, g in zip(starting_values().values(), random_gradients(1)[0], strict=True)]
    assert_close(values_of(variables), expected)


def test_the_engine_is_that_of_the_variables():
    with backend_scope("torch"):
        variables = make_variables()
    with backend_scope("numpy"):
        optimizer = optimizers.Adam(0.02)
        assert float(optimizer.learning_rate) == pytest.approx(0.02)  # makes it a NumPy Variable for now
        optimizer.learning_rate = 0.01
        run_on = get_backend("torch").convert_to_tensor
        for row in random_gradients(3):
            optimizer.apply([run_on(g) for g in row], variables)
    assert {variable.backend_object.name for variable in optimizer.variables} == {"torch"}
    rows = random_gradients(3)
    expected = [
        adam_float64(w, [row[index] for row in rows]) for index, w in enumerate(starting_values().values())
    ]
    assert_close(values_of(variables), expected, atol=5e-6)


# --- a user's own --------------------------------------------------------------------------------
class Momentum(optimizers.Optimizer):
    """As a user writes one for the reference."""

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.momenta = self.add_optimizer_variables(variables, "momentum")

    def update_step(self, gradient, variable, learning_rate):
        momentum = self.momenta[self._get_variable_index(variable)]
        self.assign(
            momentum, ops.subtract(ops.multiply(momentum, 0.8), ops.multiply(gradient, learning_rate))
        )
        self.assign_add(variable, momentum)


class Halved(optimizers.Adam):
    """A built-in one with a step of its own around it."""

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(ops.multiply(gradient, 0.5), variable, learning_rate)


def test_update_step_of_a_subclass(engine):
    gradients = random_gradients(6)
    variables = make_variables()
    run(Momentum(0.1), variables, gradients)
    expected = [
        sgd_float64(w, [row[index] for row in gradients], momentum=0.8)
        for index, w in enumerate(starting_values().values())
    ]
    assert_close(values_of(variables), expected)
    variables = make_variables()
    run(Halved(0.01), variables, gradients)
    expected = [
        adam_float64(w, [row[index] * 0.5 for row in gradients])
        for index, w in enumerate(starting_values().values())
    ]
    assert_close(values_of(variables), expected, atol=5e-6)


def test_update_step_of_a_subclass_in_a_trace():
    import jax

    gradients = random_gradients(6)
    with backend_scope("jax"):
        variables = make_variables()
        optimizer = Momentum(0.1, gradient_accumulation_steps=2)
        optimizer.build(variables)
        step = jax.jit(optimizer.stateless_apply)
        trained, own = [v.value for v in variables], [v.value for v in optimizer.variables]
        for row in gradients:
            trained, own = step(own, row, trained)
    means = [[(a + b) / 2 for a, b in zip(*gradients[i : i + 2], strict=True)] for i in (0, 2, 4)]
    expected = [
        sgd_float64(w, [row[index] for row in means], momentum=0.8)
        for index, w in enumerate(starting_values().values())
    ]
    assert_close(trained, expected)


# --- settings ------------------------------------------------------------------------------------
def test_constraints_follow_the_update(engine):
    variables = make_variables()
    variables[0].constraint = lambda value: ops.clip(value, -0.1, 0.1)
    optimizer = optimizers.Adam(0.01)
    run(optimizer, variables, random_gradients(3))
    assert np.abs(variables[0].numpy()).max() <= 0.1 + 1e-7
    expected = adam_float64(starting_values()["bias"], [row[1] for row in random_gradients(3)])
    assert_close([variables[1].numpy()], [expected], atol=5e-6)


def test_weight_decay_can_leave_variables_out(engine):
    gradients = random_gradients(4)
    for leave_out in (lambda v: {"var_list": [v[1]]}, lambda v: {"var_names": ["^bi"]}):
        variables = make_variables()
        optimizer = optimizers.AdamW(0.01, weight_decay=0.5)
        optimizer.exclude_from_weight_decay(**leave_out(variables))
        run(optimizer, variables, gradients)
        expected = [
            adam_float64(w, [row[index] for row in gradients], decay=0.0 if index == 1 else 0.5)
            for index, w in enumerate(starting_values().values())
        ]
        assert_close(values_of(variables), expected, atol=5e-6)


def test_variables_overwritten_by_their_gradients(engine):
    taken, plain = (
        Variable(np.ones(2, "float32"), name="taken"),
        Variable(np.ones(2, "float32"), name="plain"),
    )
    taken.overwrite_with_gradient = True
    optimizer = optimizers.SGD(0.1, gradient_accumulation_steps=2, loss_scale_factor=4.0)
    optimizer.build([taken, plain])
    seen = []
    for gradient in ([5, 6], [3, 9], [1, 1], [2, 0]):
        optimizer.apply([ops.convert_to_tensor(np.array(gradient, "float32"))] * 2)
        seen.append([taken.numpy().tolist(), plain.numpy().tolist()])
    # As the reference gives (run on 3.15.1).
    expected = [[[1, 1], [1, 1]], [[5, 9], [0.9, 0.8125]], [[5, 9], [0.9, 0.8125]], [[2, 1], [0.8625, 0.8]]]
    np.testing.assert_allclose(seen, expected, rtol=1e-6)


def test_averages_become_the_final_values(engine):
    variables = make_variables()
    optimizer = optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    run(optimizer, variables, random_gradients(3))
    expected = []
    for index, value in enumerate(starting_values().values()):
        average = None
        for row in random_gradients(3):
            value = value - 0.1 * row[index]
            average = value if average is None else 0.5 * average + 0.5 * value
        expected.append(average)
    optimizer.finalize_variable_values(variables)
    assert_close(values_of(variables), expected)


def test_infinite_gradients_do_not_look_right_after_clipping(engine):
    for settings in ({"clipnorm": 1.0}, {"global_clipnorm": 1.0}):
        for _ in range(2):  # the general path, then the one in place
            variables = make_variables()
            optimizer = optimizers.SGD(0.1, **settings)
            optimizer.build(variables)
            run(optimizer, variables, random_gradients(1))
            gradients = random_gradients(1)[0]
            gradients[0][0, 0] = np.inf
            optimizer.apply([ops.convert_to_tensor(g) for g in gradients])
            assert np.isnan(variables[0].numpy()).all()


@pytest.mark.parametrize("dtype", ["float16", "float64", "bfloat16"])
def test_slots_have_their_variables_dtype(engine, dtype):
    if engine.name == "jax" and dtype == "float64":
        pytest.skip("JAX has float64 only under jax_enable_x64")
    low, high = (
        Variable(np.ones(3, "float32"), name="low", dtype=dtype),
        Variable(np.ones(3, "float32"), name="high"),
    )
    makers = [optimizers.Adam, optimizers.Nadam, optimizers.Lamb, optimizers.Adafactor, optimizers.Ftrl]
    for make in (*makers, lambda rate: optimizers.SGD(rate, momentum=0.9, use_ema=True)):
        optimizer = make(0.1)
        optimizer.build([low, high])
        for _ in range(2):
            optimizer.apply([ops.convert_to_tensor(np.full(3, 0.5, "float32"))] * 2)
        found = {v.path.partition("/")[2]: v.dtype for v in optimizer.variables}
        assert {d for path, d in found.items() if path.startswith("low_") and d != "int32"} == {dtype}
        assert low.dtype == dtype and high.dtype == "float32"
        assert (low.numpy().astype("float64") < 1).all() and (high.numpy() < 1).all()


def test_learning_rate_can_be_set(engine):
    variables = make_variables()
    optimizer = optimizers.SGD(0.5)
    run(optimizer, variables, random_gradients(1) * 2)
    optimizer.learning_rate = 0.25
    assert float(optimizer.learning_rate) == 0.25
    run(optimizer, variables, random_gradients(1))
    expected = [w - 1.25 * g for w, g in zip(starting_values().values(), random_gradients(1)[0], strict=True)]
    assert_close(values_of(variables), expected)
    optimizer.learning_rate.assign(0.75)
    run(optimizer, variables, random_gradients(1))
    expected = [w - 2.0 * g for w, g in zip(starting_values().values(), random_gradients(1)[0], strict=True)]
    assert_close(values_of(variables), expected)
    optimizer.learning_rate = lambda: 1.0
    assert [v.path.partition("/")[2] for v in optimizer.variables] == ["iteration"]
    run(optimizer, variables, random_gradients(1))
    expected = [w - 3.0 * g for w, g in zip(starting_values().values(), random_gradients(1)[0], strict=True)]
    assert_close(values_of(variables), expected)
    with pytest.raises(TypeError, match="schedule"):
        optimizer.learning_rate = 0.1


class Stairs(schedules.LearningRateSchedule):
    def __call__(self, step):
        return ops.where(ops.less(step, 2), 0.5, 0.25)


def test_schedules_are_followed(engine):
    for schedule in (schedules.PiecewiseConstantDecay([1], [0.5, 0.25]), Stairs()):
        variables = make_variables()
        optimizer = optimizers.SGD(schedule)
        run(optimizer, variables, random_gradients(1) * 4)
        expected = [
            w - 1.5 * g for w, g in zip(starting_values().values(), random_gradients(1)[0], strict=True)
        ]
        assert_close(values_of(variables), expected)


# --- loss scale ----------------------------------------------------------------------------------
def test_loss_scale(engine):
    variable = Variable(np.ones(2, "float32"), name="w")
    optimizer = optimizers.LossScaleOptimizer(optimizers.SGD(0.1), initial_scale=8.0, dynamic_growth_steps=2)
    assert optimizer.scales_loss
    assert float(optimizer.scale_loss(2.0)) == 16.0
    optimizer.build([variable])
    seen = []
    for gradient in ([8, 16], [8, 8], [8, np.inf], [4, 4], [4, 4], [8, 8]):
        optimizer.apply([ops.convert_to_tensor(np.array(gradient, "float32"))])
        seen.append([*variable.numpy().tolist(), *[float(v.numpy()) for v in optimizer.variables]])
    # As the reference gives (run on 3.15.1): w; iteration, learning_rate, step_counter, dynamic_scale, inner two.
    expected = [
        [0.9, 0.8, 0, 0, 1, 8, 1, 0.1],
        [0.8, 0.7, 0, 0, 0, 16, 2, 0.1],
        [0.8, 0.7, 0, 0, 0, 8, 2, 0.1],
        [0.75, 0.65, 0, 0, 1, 8, 3, 0.1],
        [0.7, 0.6, 0, 0, 0, 16, 4, 0.1],
        [0.65, 0.55, 0, 0, 1, 16, 5, 0.1],
    ]
    np.testing.assert_allclose(seen, expected, rtol=1e-5)
    restored = optimizers.deserialize(optimizers.serialize(optimizer))
    assert type(restored.inner_optimizer) is optimizers.SGD and restored.dynamic_growth_steps == 2


def test_loss_scale_in_a_trace():
    import jax

    with backend_scope("jax"):
        variable = Variable(np.ones(2, "float32"), name="w")
        optimizer = optimizers.LossScaleOptimizer(
            optimizers.Adam(0.1), initial_scale=8.0, dynamic_growth_steps=2
        )
        optimizer.build([variable])
        step = jax.jit(optimizer.stateless_apply)
        trained, own = [variable.value], [v.value for v in optimizer.variables]
        scales = []
        for gradient in ([8, 16], [8, np.inf], [8, 8], [8, 8]):
            trained, own = step(own, [np.array(gradient, "float32")], trained)
            scales.append(float(own[3]))
        assert scales == [8, 4, 4, 8]
        assert int(own[4]) == 3
        expected = adam_float64([1.0, 1.0], [[1, 2], [2, 2], [2, 2]], rate=0.1)
        assert_close(trained, [expected])


def test_no_step_changes_variables_under_a_stateless_scope(engine):
    variables = make_variables()
    optimizer = optimizers.Adam(0.01)
    optimizer.build(variables)
    before = values_of(variables)
    with contextlib.ExitStack() as stack:
        scope = stack.enter_context(StatelessScope())
        optimizer.apply([ops.convert_to_tensor(g) for g in random_gradients(1)[0]])
        inside = [engine.to_numpy(scope.get_current_value(v)) for v in variables]
    assert_close(values_of(variables), before, 0, 0)
    expected = [adam_float64(w, [g]) for w, g in zip(before, random_gradients(1)[0], strict=True)]
    assert_close(inside, expected, atol=5e-6)
