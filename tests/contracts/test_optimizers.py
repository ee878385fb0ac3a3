"""Every optimizer: against the reference and float64 formulas, on the engines that train; configs, files, settings."""

import contextlib
import copy
import json
import pickle

import numpy as np
import pytest

from tests.support.oracle import oracle
from tricorn import ops, optimizers
from tricorn.core.backend import backend_scope, get_backend
from tricorn.core.scopes import StatelessScope
from tricorn.core.variable import Variable
from tricorn.optimizers import schedules

ENGINES = ("jax", "torch", "tensorflow")
SHAPES = {"kernel": (3, 2), "bias": (2,), "query": (2, 3), "wide": (2, 4), "cube": (2, 3, 4), "scale": ()}
STEPS = 10

# Every class, each of its own settings, and each of the shared ones on the two paths (in place, general).
CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.02}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"amsgrad": True, "epsilon": 1e-3}),
    ("Adam", {"weight_decay": 0.1, "clipnorm": 0.7}),
    ("Adam", {"global_clipnorm": 0.7, "use_ema": True}),
    ("Adam", {"clipvalue": 0.2, "use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 3}),
    ("Adam", {"gradient_accumulation_steps": 3, "clipnorm": 0.5}),
    ("Adam", {"gradient_accumulation_steps": 3, "use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 2}),
    ("Adam", {"loss_scale_factor": 8.0}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.1, "amsgrad": True, "gradient_accumulation_steps": 2}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "clipvalue": 0.3}),
    ("Adagrad", {"initial_accumulator_value": 0.3}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Ftrl", {"learning_rate": 0.1}),
    ("Ftrl", {"l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1, "beta": 0.2,
              "l2_shrinkage_regularization_strength": 0.1, "learning_rate_power": -0.4}),
    ("Lion", {"weight_decay": 0.1}),
    ("Lamb", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("Muon", {"exclude_layers": ["q"]}),
    ("Muon", {"nesterov": False, "adam_lr_ratio": 0.5, "rms_rate": None, "weight_decay": 0.1, "exclude_layers": []}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "clip_threshold": 0.5, "learning_rate": 0.1}),
]  # fmt: skip
IDS = [f"{name}-{'-'.join(settings)}" for name, settings in CASES]

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


def starting_values():
    generator = np.random.default_rng(5)
    return {name: np.asarray(generator.normal(size=shape), "float32") for name, shape in SHAPES.items()}


def random_gradients(steps=STEPS):
    generator = np.random.default_rng(6)
    return [
        [np.asarray(generator.normal(size=shape), "float32") for shape in SHAPES.values()]
        for _ in range(steps)
    ]


@pytest.fixture(scope="module")
def reference():
    start, gradients = starting_values(), random_gradients()
    pieces = [
        (ORACLE_RUN, {"start": start, "gradients": gradients, "name": name, "settings": settings})
        for name, settings in CASES
    ]
    return dict(zip(IDS, oracle("numpy").run_many(pieces), strict=True))


@pytest.fixture(params=ENGINES)
def engine(request):
    with backend_scope(request.param) as backend:
        yield backend


def make_variables(start=None, dtype=None):
    start = starting_values() if start is None else start
    return [Variable(value, name=name, dtype=dtype) for name, value in start.items()]


def values_of(variables):
    return [np.array(variable.numpy()) for variable in variables]


def assert_close(given, expected, rtol=2e-5, atol=2e-6):
    assert len(given) == len(expected)
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_allclose(
            np.asarray(one, "float64"), np.asarray(other, "float64"), rtol=rtol, atol=atol
        )


def run(optimizer, variables, gradients):
    for row in gradients:
        optimizer.apply([ops.convert_to_tensor(gradient) for gradient in row], variables)


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
