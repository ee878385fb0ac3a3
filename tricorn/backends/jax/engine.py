"""Training steps on JAX: one compiled function over flat lists of values, whose buffers it may reuse."""

from __future__ import annotations

import warnings

import jax
import numpy as np

from tricorn.backends.jax import backend
from tricorn.core.engine import Engine, pack, unpack
from tricorn.core.errors import bad_argument
from tricorn.core.scopes import StatelessScope


class JaxEngine(Engine):
    """Steps through `jax.value_and_grad` inside `jax.jit`."""

    batches_in_flight = 16

    def __init__(self, model):
        super().__init__(model)
        self._optimizer = model.optimizer
        self._eager = model.run_eagerly or model.__dict__.get("_jit_compile") is False
        self._functions = {}
        self._names = {}  # of the logs: "train" or "test" -> list, set when the step is traced
        self._groups = None

    def _state(self):
        """Variables of the step, in four groups; gathered anew when a group may have grown."""
        model = self.model
        if self._groups is None:
            optimizer = list(self._optimizer.variables) if self._optimizer is not None else []
            self._groups = (
                model.trainable_variables,
                model.non_trainable_variables,
                optimizer,
                model.metrics_variables,
            )
            self._flat = [variable for group in self._groups for variable in group]
        return self._groups

    # --- verbs ----------------------------------------------------------------------------------------
    def train(self, batches):
        self._state()
        function = self._function("train", self._build_train)
        every = self._flat
        handle = None
        for batch in batches:
            handle, values = function([variable._value for variable in every], self._arguments(batch))
            for variable, value in zip(every, values, strict=True):
                variable._value = value
        return "train", handle

    def test(self, batches):
        groups = self._state()
        function = self._function("test", self._build_test)
        held, changing = (groups[0], groups[2]), (groups[1], groups[3])
        handle = None
        for batch in batches:
            fixed = [[variable._value for variable in group] for group in held]
            values = [[variable._value for variable in group] for group in changing]
            handle, values = function(fixed, values, self._arguments(batch))
            for group, new in zip(changing, values, strict=True):
                for variable, value in zip(group, new, strict=True):
                    variable._value = value
        return "test", handle

    def predict(self, x):
        groups = self._state()
        function = self._function("predict", self._build_predict)
        values = [[variable._value for variable in group] for group in groups[:2]]
        outputs, new = function(values, self._arguments(x))
        if new:
            for variable, value in zip(groups[1], new, strict=True):
                variable._value = value
        return outputs

    def read(self, handle):
        if handle is None:
            return super().read(None)
        mode, values = handle
        names = self._names[mode]
        if isinstance(values, dict):
            return self.to_numbers({name: values[name] for name in names})
        return dict(zip(names, np.asarray(values).tolist(), strict=True))

    def _arguments(self, tree):
        """Host arrays pass as they are: jit moves them. What it cannot take is converted."""
        if type(tree) is tuple and all(type(part) in _TAKEN for part in tree):
            return tree
        if isinstance(tree, (list, tuple)):
            return type(tree)(self._arguments(item) for item in tree)
        if isinstance(tree, dict):
            return {key: self._arguments(item) for key, item in tree.items()}
        if tree is None or isinstance(tree, (np.ndarray, jax.Array)):
            return tree
        return backend.convert_to_tensor(tree)

    def _function(self, mode, build):
        function = self._functions.get(mode)
        if function is None:
            function = self._functions[mode] = build()
        return function

    def _jit(self, function, donate):
        if self._eager:
            return function
        return jax.jit(function, donate_argnums=donate)

    # --- the functions --------------------------------------------------------------------------------------
    def _build_train(self):
        if self.program.overrides_train_step:
            return self._build_custom_train()

        def step(values, batch):
            logs, values = self._step(self._split(values), *_as_tensors(batch))
            return logs, [value for group in values for value in group]

        return self._jit(step, donate=(0,))

    def _split(self, values):
        """A flat list of values in the four groups."""
        values = iter(values)
        return [[next(values) for _ in group] for group in self._groups]

    def _step(self, values, x, y, sample_weight):
        """New values of the four groups, and the logs."""
        program, optimizer = self.program, self._optimizer
        groups = self._state()

        def loss_of(trainable):
            given = (trainable, *values[1:])
            with StatelessScope(_pairs(groups, given), collect_losses=program.may_add_losses) as scope:
                y_pred = program.forward(x, training=True)
                loss = program.loss(x, y, y_pred, sample_weight)
                scaled = optimizer.scale_loss(loss) if optimizer is not None else loss
            _values_in(scope, groups)  # refuses changes that would be lost
            return scaled, (loss, y_pred, _changed(scope, groups, given))

        gradients, (loss, y_pred, changed) = jax.grad(loss_of, has_aux=True)(values[0])
        # A layer may have set trained weights too (SpectralNormalization): the optimizer goes on from there.
        moved = [
            [changed.get((index, position), value) for position, value in enumerate(group)]
            for index, group in enumerate(values)
        ]
        with StatelessScope(_pairs(groups, moved)) as scope:
            if optimizer is not None and groups[0]:
                optimizer.apply(self.reduce_gradients(gradients), groups[0])
            logs = program.update_metrics(x, y, y_pred, sample_weight, loss)
            logs = self._pack_logs(program.results() if logs is None else logs, "train")
        return logs, _values_in(scope, groups)

    def _build_test(self):
        groups = self._state()

        def step(fixed, values, batch):
            x, y, sample_weight = _as_tensors(batch)
            every = (fixed[0], values[0], fixed[1], values[1])
            if self.program.overrides_test_step:
                state = (every[0], every[1], every[3])
                logs, state = self.model.test_step(state, pack(x, y, sample_weight))
                return self._pack_logs(logs, "test"), [list(state[1]), list(state[2])]
            with StatelessScope(_pairs(groups, every), collect_losses=self.program.may_add_losses) as scope:
                logs = self.program.test_step(x, y, sample_weight)
                logs = self._pack_logs(self.program.results() if logs is None else logs, "test")
            new = _values_in(scope, groups)
            return logs, [new[1], new[3]]

        return self._jit(step, donate=(1,))

    def _build_predict(self):
        groups = self._state()

        def step(values, x):
            if self.program.overrides_predict_step:
                outputs, _ = self.model.predict_step((values[0], values[1]), (_as_tensors(x),))
                return outputs, None
            with StatelessScope(_pairs(groups[:2], values)) as scope:
                outputs = self.program.forward(_as_tensors(x), training=False)
            new = _values_in(scope, groups[:2])[1]
            unchanged = all(a is b for a, b in zip(new, values[1], strict=True))
            return outputs, None if unchanged else new

        return self._jit(step, donate=())

    def _pack_logs(self, logs, mode):
        """Scalars side by side in one array: one transfer when somebody looks. Other results stay a dict."""
        names = self._names[mode] = list(logs)
        values = [backend.convert_to_tensor(value) for value in logs.values()]
        if not values or any(value.ndim for value in values):
            return dict(zip(names, values, strict=True))
        return jax.numpy.stack([value.astype("float32") for value in values])

    # --- steps in the user's style ----------------------------------------------------------------------------
    def _build_custom_train(self):
        def step(values, batch):
            x, y, sample_weight = _as_tensors(batch)
            logs, state = self.model.train_step(tuple(self._split(values)), pack(x, y, sample_weight))
            if len(state) != 4:
                raise ValueError(
                    "On JAX train_step(state, data) returns (logs, state) with state = (trainable_variables, "
                    f"non_trainable_variables, optimizer_variables, metrics_variables); got {len(state)} parts."
                )
            return self._pack_logs(logs, "train"), [value for part in state for value in part]

        return self._jit(step, donate=(0,))

    def train_step(self, state, data):
        """`(logs, state)`: what `super().train_step(state, data)` of a user's model runs."""
        logs, values = self._step([list(part) for part in state], *unpack(data))
        return self._unpack_logs(logs), tuple(values)

    def test_step(self, state, data):
        x, y, sample_weight = unpack(data)
        groups = self._state()
        picked = (groups[0], groups[1], groups[3])
        with StatelessScope(_pairs(picked, state)) as scope:
            program = self.program
            y_pred = program.forward(x, training=False)
            loss = program.loss(x, y, y_pred, sample_weight, training=False)
            program.update_metrics(x, y, y_pred, sample_weight, loss)
            logs = program.results()
        return logs, tuple(_values_in(scope, picked))

    def predict_step(self, state, data):
        groups = self._state()[:2]
        with StatelessScope(_pairs(groups, state[:2])) as scope:
            outputs = self.program.forward(unpack(data)[0], training=False)
        return outputs, _values_in(scope, groups)[1]

    def _unpack_logs(self, logs):
        return (
            logs
            if isinstance(logs, dict)
            else {name: logs[index] for index, name in enumerate(self._names["train"])}
        )


_TAKEN = (np.ndarray, type(None))


def _pairs(groups, values):
    return [
        pair for group, given in zip(groups, values, strict=True) for pair in zip(group, given, strict=True)
    ]


def _changed(scope, groups, before):
    """`{(group, position): new value}` of the variables that had another value `before`."""
    return {
        (index, position): value
        for index, (group, values) in enumerate(zip(groups, before, strict=True))
        for position, (variable, old) in enumerate(zip(group, values, strict=True))
        if (value := scope.get_current_value(variable)) is not old
    }


def _values_in(scope, groups):
    """Values after a step.

    Raises:
        RuntimeError: The step changed a Variable that is not part of the model: the change would be lost.
    """
    known = {id(variable) for group in groups for variable in group}
    for key, variable in scope._variables.items():
        if key not in known:
            raise bad_argument(
                f'Variable "{variable.path}"', "was changed in a compiled step, but the model does not hold it.",
                expected="Variables, SeedGenerators and metrics that are attributes of a layer of the model",
                hint="assign it to an attribute in the layer's __init__; give random ops a SeedGenerator kept there",
                error=RuntimeError,
            )  # fmt: skip
    return [[scope.get_current_value(variable) for variable in group] for group in groups]


def _as_tensors(tree):
    """NumPy arrays of a structure as tensors: only when a step runs eagerly are there any left."""
    return jax.tree_util.tree_map(
        lambda x: x if isinstance(x, jax.Array) else backend.convert_to_tensor(x), tree
    )


# Donation is a hint: on some platforms a buffer cannot be reused, which is no reason to warn a user.
warnings.filterwarnings("ignore", message="Some donated buffers were not usable")
