"""Layers against the engine's own and the reference, in one run: `python -m benchmarks.layers`, or `make bench-layers`.

Forward, and forward with backward, at three sizes on each engine. JAX and TensorFlow compile; torch runs eagerly. The
arms take turns and the least of the rounds counts; the reference runs in a process of its own. The gradient is that of
a sum of squares: it needs the outputs, so that no compiler leaves out what a plain sum would make constant.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import time

from rich.console import Console
from rich.table import Table

from benchmarks.layer_tasks import SIZES, TASKS
from benchmarks.worker import Worker

ENGINES = ("jax", "torch", "tensorflow")
ARMS = ("native", "tricorn", "reference")
MODES = ("forward", "both")
SECONDS = 0.04  # how long one measurement repeats its call


class LayerMeasurer:
    """Answers single measurements in milliseconds; calls are made on first use and kept for their task."""

    def __init__(self, engine, arm_names, clock="wall", step_divisor=1):
        self.engine, self.arm_names = engine, arm_names
        self.calls = {}

    def milliseconds(self, arm, task):
        """The least time of one call of `task` ("layer/size/mode"), or None where there is no such arm."""
        if (arm, task) not in self.calls:
            self.calls = {key: call for key, call in self.calls.items() if key[1] == task}
            self.calls[arm, task] = self._call(arm, *task.split("/"))
        call = self.calls[arm, task]
        if call is None:
            return None
        best, end = float("inf"), time.perf_counter() + SECONDS
        while time.perf_counter() < end or best == float("inf"):
            start = time.perf_counter()
            call()
            best = min(best, time.perf_counter() - start)
        return best * 1e3

    def _call(self, arm, name, size, mode):
        gc.collect()
        task = TASKS[name]
        made = getattr(self, f"_{self.engine}")(arm, task, task.inputs(size), mode == "both")
        if made is not None:
            for _ in range(3):
                made()
        return made

    def _layer(self, arm, task, x):
        if arm == "tricorn":
            import tricorn as keras

            keras.set_backend(self.engine)
        else:
            import keras  # the worker has set KERAS_BACKEND
        layer = task.make(keras, x.shape)
        x = keras.ops.convert_to_tensor(x)
        arguments = (x, x) if task.twice else (x,)
        keywords = {} if task.training is None else {"training": task.training}
        layer(*arguments, **keywords)
        return layer, x, lambda x: layer(*((x, x) if task.twice else (x,)), **keywords), keywords

    def _jax(self, arm, task, x, backward):
        import jax
        import jax.numpy as jnp

        if arm == "native":
            weights, function = importlib.import_module("benchmarks.layer_tasks").native_jax(task, x.shape)
            x = jnp.asarray(x)
        else:
            layer, x, _, keywords = self._layer(arm, task, x)
            weights = [variable.value for variable in layer.trainable_variables]
            others = [variable.value for variable in layer.non_trainable_variables]

            def function(weights, x):
                arguments = (x, x) if task.twice else (x,)
                return layer.stateless_call(weights, others, *arguments, **keywords)[0]

        wanted = (0,) if task.integers else (0, 1)
        if backward:
            compiled = jax.jit(jax.value_and_grad(lambda w, x: jnp.sum(function(w, x) ** 2), wanted))
        else:
            compiled = jax.jit(function)
        return lambda: jax.block_until_ready(compiled(weights, x))

    def _torch(self, arm, task, x, backward):
        import torch

        if arm == "native":
            module, function = importlib.import_module("benchmarks.layer_tasks").native_torch(task, x.shape)
            weights, x = list(module.parameters()), torch.from_numpy(x)
        else:
            layer, x, function, _ = self._layer(arm, task, x)
            weights = [variable.value for variable in layer.trainable_variables]
        if not backward:

            def forward():
                with torch.no_grad():
                    function(x)

            return forward
        if not task.integers:
            x = x.detach().requires_grad_()
            weights = [*weights, x]
        return lambda: torch.autograd.grad(function(x).square().sum(), weights)

    def _tensorflow(self, arm, task, x, backward):
        import tensorflow as tf

        if arm == "native":
            made = importlib.import_module("benchmarks.layer_tasks").native_tensorflow(task, x.shape)
            if made is None:
                return None
            weights, function = made
            x = tf.constant(x)
        else:
            if task.name == "conv2d nchw":
                return None  # TensorFlow has no such convolution on CPU
            layer, x, function, _ = self._layer(arm, task, x)
            weights = [variable.value for variable in layer.trainable_variables]
        if not backward:
            return tf.function(lambda: function(x))

        @tf.function
        def both():
            with tf.GradientTape() as tape:
                if not task.integers:
                    tape.watch(x)
                loss = tf.reduce_sum(function(x) ** 2)
            return tape.gradient(loss, weights if task.integers else [*weights, x])

        return both


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engines", nargs="*", default=ENGINES, choices=ENGINES)
    parser.add_argument("--layers", nargs="*", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--sizes", nargs="*", default=SIZES, choices=SIZES)
    parser.add_argument("--arms", nargs="*", default=ARMS, choices=ARMS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="a file for the figures")
    options = parser.parse_args(arguments)
    console = Console(width=120)
    rows = []
    for engine in options.engines:
        rows += measure_engine(engine, options)
        if options.json:
            with open(options.json, "w") as file:  # noqa: PTH123
                json.dump(rows, file, indent=1)
    table = Table(
        "engine",
        "layer",
        "size",
        "pass",
        "native ms",
        "tricorn ms",
        "reference ms",
        "of native",
        "of reference",
    )
    for row in rows:
        figures = [row.get(arm) for arm in ARMS]
        ratios = [
            row["tricorn"] / row[arm] if row.get(arm) and row.get("tricorn") else None
            for arm in ("native", "reference")
        ]
        cells = [f"{figure:.3f}" if figure else "-" for figure in figures] + [
            f"{r:.2f}" if r else "-" for r in ratios
        ]
        late = (ratios[0] or 0) > 1.15 or (ratios[1] or 0) > 1.0
        table.add_row(
            row["engine"], row["layer"], row["size"], row["mode"], *cells, style="bold" if late else ""
        )
    console.print(table)


def measure_engine(engine, options):
    groups = [
        [arm for arm in options.arms if arm != "reference"],
        [arm for arm in options.arms if arm == "reference"],
    ]
    workers = [
        (Worker(engine, group, measurer="benchmarks.layers:LayerMeasurer"), group)
        for group in groups
        if group
    ]
    rows = []
    try:
        for name in options.layers:
            for size in options.sizes:
                for mode in MODES:
                    row = {"engine": engine, "layer": name, "size": size, "mode": mode}
                    for _ in range(options.rounds):
                        for worker, group in workers:
                            for arm in group:
                                figure = worker.measure("milliseconds", arm, f"{name}/{size}/{mode}")
                                if figure is not None:
                                    row[arm] = min(figure, row.get(arm, figure))
                    rows.append(row)
    finally:
        for worker, _ in workers:
            worker.close()
    return rows


if __name__ == "__main__":
    main()
