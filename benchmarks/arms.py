"""The arms of a measurement: one interface over a native loop, Tricorn and the reference."""

from __future__ import annotations

import gc
import importlib
import statistics
import time

from benchmarks.tasks import TASKS

ENGINES = ("jax", "torch", "tensorflow")
CALL_SECONDS = 0.05  # how long calls are repeated in one measurement


class NativeArm:
    """The hand-written loop of one engine."""

    def __init__(self, engine):
        module = importlib.import_module(f"benchmarks.native_{engine}")
        self.define, self.forget = module.Native, module.forget

    def build(self, task):
        return self.define(task)

    def compile(self, model):
        """The native model comes with its loop."""

    def fit(self, model, x, y, verbose):
        model.fit(x, y)

    def predict(self, model, x):
        model.predict(x)

    def caller(self, model, x):
        return model.caller(x)


class KerasArm:
    """The Keras API, as Tricorn or the reference offers it."""

    def __init__(self, package, engine):
        if package == "tricorn":
            import tricorn as keras

            keras.set_backend(engine)
        else:
            import keras  # the worker has set KERAS_BACKEND
        self.keras = keras
        self.forget = importlib.import_module(f"benchmarks.native_{engine}").forget

    def build(self, task):
        model = task.define(self.keras)
        model.batch = task.batch
        return model

    def compile(self, model):
        loss = self.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(self.keras.optimizers.Adam(), loss, metrics=["accuracy"])

    def fit(self, model, x, y, verbose):
        model.fit(x, y, batch_size=model.batch, epochs=1, verbose=verbose)

    def predict(self, model, x):
        model.predict(x, batch_size=model.batch, verbose=0)

    def caller(self, model, x):
        x = self.keras.ops.convert_to_tensor(x)

        def call():
            result = model(x)
            wait = getattr(result, "block_until_ready", None)
            if wait is not None:
                wait()

        return call


def make_arm(name, engine):
    """`"native"`, `"tricorn"` or `"reference"` on an engine."""
    if name == "native":
        return NativeArm(engine)
    return KerasArm("tricorn" if name == "tricorn" else "keras", engine)


class Measurer:
    """Answers single measurements of the arms that live in this process, in milliseconds.

    The data and the warm models are kept, so that a measurement costs no more than what it measures.
    """

    def __init__(self, engine, arm_names, clock="wall", step_divisor=1):
        self.clock = time.perf_counter if clock == "wall" else time.process_time
        self.divisor = step_divisor
        self.arms = {name: make_arm(name, engine) for name in arm_names}
        self.warm = {}
        self.data = {}
        for name in self.arms:  # what an engine does once per process belongs to no model
            self.ready(name, "mlp")

    def rows(self, task):
        if task.name not in self.data:
            self.data[task.name] = task.data(max(4, task.steps // self.divisor))
        return self.data[task.name]

    def ready(self, arm_name, task_name):
        arm, task = self.arms[arm_name], TASKS[task_name]
        x, y = self.rows(task)
        model = arm.build(task)
        arm.compile(model)
        arm.fit(model, x, y, 0)
        arm.predict(model, x)
        caller = arm.caller(model, x[: task.batch])
        caller()
        self.warm[arm_name, task_name] = model, caller

    def build(self, arm_name, task_name):
        return self._fresh(arm_name, task_name, train=False)

    def first_step(self, arm_name, task_name):
        """From nothing to the end of the first trained step."""
        return self._fresh(arm_name, task_name, train=True)

    def _fresh(self, arm_name, task_name, train):
        arm, task = self.arms[arm_name], TASKS[task_name]
        x, y = (part[: task.batch] for part in self.rows(task))
        arm.forget()
        gc.collect()
        start = self.clock()
        model = arm.build(task)
        if train:
            arm.compile(model)
            arm.fit(model, x, y, 0)
        return 1000 * (self.clock() - start)

    def fit(self, arm_name, task_name, verbose=0):
        arm, (model, _) = self.arms[arm_name], self.warm[arm_name, task_name]
        x, y = self.rows(TASKS[task_name])
        gc.collect()
        start = self.clock()
        arm.fit(model, x, y, verbose)
        return 1000 * (self.clock() - start) / (len(x) // TASKS[task_name].batch)

    def fit_with_bar(self, arm_name, task_name):
        return self.fit(arm_name, task_name, verbose=1)

    def predict(self, arm_name, task_name):
        arm, (model, _) = self.arms[arm_name], self.warm[arm_name, task_name]
        x, _ = self.rows(TASKS[task_name])
        gc.collect()
        start = self.clock()
        arm.predict(model, x)
        return 1000 * (self.clock() - start) / (len(x) // TASKS[task_name].batch)

    def call(self, arm_name, task_name):
        """The median of repeated calls."""
        _, caller = self.warm[arm_name, task_name]
        gc.collect()
        times, end = [], time.perf_counter() + CALL_SECONDS
        while len(times) < 5 or time.perf_counter() < end:
            start = self.clock()
            caller()
            times.append(self.clock() - start)
        return 1000 * statistics.median(times)
