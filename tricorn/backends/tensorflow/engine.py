"""Training steps on TensorFlow: one traced function that loops over batches inside the graph."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tricorn.backends.tensorflow import backend
from tricorn.core.engine import Engine, pack, unpack

# A group of batches is sized to take about this long: short enough for a lively progress bar, long enough to make what
# a call costs (converting, entering the graph) vanish.
_GROUP_SECONDS = 0.03
_MAX_GROUP = 256


class TensorflowEngine(Engine):
    """Steps through a gradient tape inside `tf.function`."""

    def __init__(self, model):
        super().__init__(model)
        self._optimizer = model.optimizer
        self._eager = model.run_eagerly
        self._jit = model.__dict__.get("_jit_compile") is True
        self._functions = {}
        self._seconds_per_batch = None
        self.preferred_batches = 1
        self._names = {}  # of the logs: "train" or "test" -> list, set when the step is traced
        self._seen = set()  # kinds of batches that were checked against the model's inputs

    # --- verbs ------------------------------------------------------------------------------------------
    def train(self, batches):
        return self._run("train", batches, self._train_batch, self.program.overrides_train_step)

    def test(self, batches):
        return self._run("test", batches, self._test_batch, self.program.overrides_test_step)

    def predict(self, x):
        kind = _ranks(x)
        if not self.program.overrides_predict_step:
            self._check(x)
        function = self._functions.get(("predict", kind))
        if function is None:
            function = self.program.predict_step
            if not self._eager:
                function = tf.function(
                    function, autograph=False, jit_compile=self._jit or None, reduce_retracing=True
                )
            self._functions["predict", kind] = function
        return function(self.to_tensors(x))

    def read(self, handle):
        if handle is None:
            return super().read(None)
        mode, values = handle
        names = self._names[mode]
        if isinstance(values, dict):
            return self.to_numbers({name: values[name] for name in names})
        return dict(zip(names, values.numpy().tolist(), strict=True))

    def note_time(self, batches, seconds):
        per_batch = seconds / batches
        known = self._seconds_per_batch
        # The first calls trace; the smallest time seen is what a batch costs.
        self._seconds_per_batch = per_batch if known is None else min(known, per_batch)
        wanted = int(_GROUP_SECONDS / max(self._seconds_per_batch, 1e-6))
        self.preferred_batches = max(1, min(wanted, 4 * self.preferred_batches, _MAX_GROUP))

    # --- running --------------------------------------------------------------------------------------------
    def _run(self, mode, batches, step, overrides):
        handle = None
        for group in _equal_runs(batches):
            kind = _ranks(group[0])
            if not overrides:
                self._check(group[0][0])
            if self._eager or len(group) == 1:
                function = self._function((mode, "one", kind), step)
                for batch in group:
                    handle = function(self.to_tensors(batch))
            else:
                rows = _rows(group[0])
                stacked = _concatenate(group)
                stacked = self.to_tensors(stacked)
                function = self._looped_function(mode, rows, step, stacked)
                handle = function(stacked, tf.constant(len(group)))
        return mode, handle

    def _check(self, x):
        """A trace takes other sizes later as unknown ones, against which no layer can check: so they are checked here."""
        shapes = _shapes(x)
        if shapes not in self._seen:
            if len(self._seen) > 1000:
                self._seen.clear()
            self.model._check_data(x)
            self._seen.add(shapes)

    def _function(self, key, function):
        made = self._functions.get(key)
        if made is None:
            if not self._eager:
                options = {"jit_compile": True} if self._jit and key[1] == "one" else {}
                function = tf.function(function, autograph=False, reduce_retracing=key[1] == "one", **options)
                # Each model traces its own; TensorFlow counts them together and would warn.
                function._omit_frequent_tracing_warning = True
            made = self._functions[key] = function
        return made

    def _looped_function(self, mode, rows, step, stacked):
        """One trace for groups of any length: the first axis is unknown to it."""
        key = (mode, rows, _structure(stacked))
        made = self._functions.get(key)
        if made is None:
            signature = [tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype) for tensor in tf.nest.flatten(stacked)
                         if tensor is not None]  # fmt: skip
            looped = tf.function(
                _looped(step, rows, stacked),
                autograph=False,
                input_signature=(signature, tf.TensorSpec((), tf.int32)),
            )

            def made(stacked, count):
                return looped([tensor for tensor in tf.nest.flatten(stacked) if tensor is not None], count)

            self._functions[key] = made
        return made

    # --- steps ---------------------------------------------------------------------------------------------------
    def _train_batch(self, batch):
        x, y, sample_weight = batch
        if self.program.overrides_train_step:
            return self._pack_logs(self.model.train_step(pack(x, y, sample_weight)), "train")
        return self._pack_logs(self._train_step(x, y, sample_weight), "train")

    def _train_step(self, x, y, sample_weight):
        model, program, optimizer = self.model, self.program, self._optimizer
        if program.may_add_losses:
            model._clear_losses()
        variables = model.trainable_variables
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([variable._value for variable in variables])
            y_pred = program.forward(x, training=True)
            loss = program.loss(x, y, y_pred, sample_weight)
            scaled = optimizer.scale_loss(loss) if optimizer is not None else loss
        if optimizer is not None and variables:
            gradients = tape.gradient(scaled, [variable._value for variable in variables])
            optimizer.apply(self.reduce_gradients(gradients), variables)
        logs = program.update_metrics(x, y, y_pred, sample_weight, loss)
        return program.results() if logs is None else logs

    def _test_batch(self, batch):
        x, y, sample_weight = batch
        logs = self.program.test_step(x, y, sample_weight)
        return self._pack_logs(self.program.results() if logs is None else logs, "test")

    def _pack_logs(self, logs, mode):
        """Scalars side by side in one tensor: one read when somebody looks. Other results stay a dict."""
        names = self._names[mode] = list(logs)
        values = [backend.convert_to_tensor(value) for value in logs.values()]
        if not values or any(value.shape.rank != 0 for value in values):
            return dict(zip(names, values, strict=True))
        return tf.stack([tf.cast(value, tf.float32) for value in values])

    # --- what `super().train_step(data)` of a user's model runs ---------------------------------------------------
    def train_step(self, data):
        return self._train_step(*unpack(data))

    def test_step(self, data):
        x, y, sample_weight = unpack(data)
        program = self.program
        y_pred = program.forward(x, training=False)
        loss = program.loss(x, y, y_pred, sample_weight, training=False)
        program.update_metrics(x, y, y_pred, sample_weight, loss)
        return program.results()

    def predict_step(self, data):
        return self.program.forward(unpack(data)[0], training=False)


def _looped(step, rows, like):
    """`step` on each of `count` batches of `rows` rows that stand one after the other in the flat tensors `stacked`, in a
    structure like `like`, whose absent parts are None."""
    places = [tensor is not None for tensor in tf.nest.flatten(like)]

    def run(stacked, count):
        def batch_at(index):
            parts = iter(stacked)
            slices = [_slice(next(parts), index * rows, rows) if present else None for present in places]
            return tf.nest.pack_sequence_as(like, slices)

        logs = step(batch_at(tf.constant(0)))

        def body(index, logs):
            return index + 1, step(batch_at(index))

        return tf.while_loop(
            lambda index, _: index < count, body, (tf.constant(1), logs), parallel_iterations=1
        )[1]

    return run


def _slice(tensor, start, rows):
    part = tensor[start : start + rows]
    part.set_shape((rows, *tensor.shape[1:]))
    return part


def _equal_runs(batches):
    """Consecutive batches of equal shapes together."""
    group, shapes = [], None
    for batch in batches:
        found = _shapes(batch)
        if group and found != shapes:
            yield group
            group = []
        group.append(batch)
        shapes = found
    if group:
        yield group


def _shapes(tree):
    if isinstance(tree, (list, tuple)):
        return tuple(_shapes(item) for item in tree)
    if isinstance(tree, dict):
        return tuple((key, _shapes(item)) for key, item in tree.items())
    return None if tree is None else (tuple(tree.shape), str(tree.dtype))


def _structure(tree):
    """What distinguishes traces: nesting, dtypes, and all sizes but the first."""
    if isinstance(tree, (list, tuple)):
        return tuple(_structure(item) for item in tree)
    if isinstance(tree, dict):
        return tuple((key, _structure(item)) for key, item in tree.items())
    return None if tree is None else (tuple(tree.shape[1:]), tree.dtype)


def _ranks(tree):
    """What a trace is made for: over two ranks it would know none."""
    if isinstance(tree, (list, tuple)):
        return tuple(_ranks(item) for item in tree)
    if isinstance(tree, dict):
        return tuple((key, _ranks(item)) for key, item in tree.items())
    return None if tree is None else len(tree.shape)


def _rows(tree):
    while isinstance(tree, (list, tuple, dict)):
        tree = next(iter(tree.values())) if isinstance(tree, dict) else tree[0]
    return int(tree.shape[0])


def _concatenate(group):
    first = group[0]
    if first is None:
        return None
    if isinstance(first, (list, tuple)):
        return type(first)(_concatenate([item[index] for item in group]) for index in range(len(first)))
    if isinstance(first, dict):
        return {key: _concatenate([item[key] for item in group]) for key in first}
    if isinstance(first, np.ndarray):
        return np.concatenate(group)
    return tf.concat(group, axis=0)
