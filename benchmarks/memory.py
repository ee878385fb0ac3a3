"""Memory: does it grow over models that come and go, or over the steps of one run?

Run as a program it measures one arm on one engine in this process and prints JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import pathlib
import subprocess
import sys

from benchmarks.arms import make_arm
from benchmarks.tasks import TASKS

STEPS, EARLY_STEP = 500, 50


def measure_memory(engine, arm, rounds):
    """Growth in MiB over the second half of the rounds, and between step 50 and the last; a process of its own."""
    environment = dict(os.environ, KERAS_BACKEND=engine, TF_CPP_MIN_LOG_LEVEL="3")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", engine, arm, str(rounds)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def resident_mib():
    """Memory that this process holds, after everything free has been given back."""
    gc.collect()
    with contextlib.suppress(OSError):  # not glibc: nothing to trim
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth_of_rounds(arm, rounds):
    """Build, fit and delete a model `rounds` times; MiB and objects gained over the second half."""
    task = TASKS["mlp"]
    x, y = task.data(3)
    readings = []
    for index in range(rounds):
        model = arm.build(task)
        arm.compile(model)
        arm.fit(model, x, y, 0)
        del model
        if index + 1 in (rounds // 2, rounds):
            readings.append((resident_mib(), len(gc.get_objects())))
    (half, half_objects), (end, end_objects) = readings
    return end - half, end_objects - half_objects


def growth_of_steps(arm, name):
    """One run of 500 steps; MiB gained between step 50 and the end."""
    task = TASKS["mlp"]
    x, y = task.data(STEPS)
    model = arm.build(task)
    arm.compile(model)
    if name == "native":
        model.fit(x[: EARLY_STEP * task.batch], y[: EARLY_STEP * task.batch])
        early = resident_mib()
        model.fit(x[EARLY_STEP * task.batch :], y[EARLY_STEP * task.batch :])
        return resident_mib() - early
    readings = {}

    def read(step, logs=None):
        if step + 1 in (EARLY_STEP, STEPS):
            readings[step + 1] = resident_mib()

    watcher = arm.keras.callbacks.LambdaCallback(on_train_batch_end=read)
    model.fit(x, y, batch_size=task.batch, epochs=1, verbose=0, callbacks=[watcher])
    return readings[STEPS] - readings[EARLY_STEP]


def main(engine, name, rounds):
    arm = make_arm(name, engine)
    steps = growth_of_steps(arm, name)
    mib, objects = growth_of_rounds(arm, int(rounds))
    print(json.dumps({"rounds_mib": mib, "rounds_objects": objects, "steps_mib": steps}))


if __name__ == "__main__":
    main(*sys.argv[1:])
