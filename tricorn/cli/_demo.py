"""`tricorn demo`: one convnet, one seed, trained on each installed engine in one process, and what came of it."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tricorn.cli import DEFAULT_EPOCHS, ENGINES

SEED = 2024
BATCH_SIZE = 32
WANTED_ACCURACY = 0.97
LARGEST_DIFFERENCE = 1e-4  # of a probability, between two engines

_RELOAD = """
import sys
import numpy as np
import tricorn as keras
images, model, answer = sys.argv[1:]
np.save(answer, keras.saving.load_model(model).predict(np.load(images), verbose=0))
"""


@dataclass
class Run:
    """What one engine's training gave."""

    model: object
    file: pathlib.Path
    history: dict
    seconds_to_first_step: float
    milliseconds_per_step: float
    test_accuracy: float
    initial: np.ndarray  # probabilities before training, (rows, 10)
    final: np.ndarray  # and after


def run(engines: list[str] | None = None, epochs: int = DEFAULT_EPOCHS, out: str = "tricorn-demo") -> int:
    """Train on each engine, compare, move between engines, save, reload, draw.

    Args:
        engines: Names of engines; all that are installed by default.
        epochs: Epochs at most; early stopping may end before.
        out: Folder for the models and pictures.

    Returns:
        0 if every engine reached the accuracy and all predictions agree, else 1.
    """
    console = Console()
    engines, complaint = _usable(engines)
    if complaint:
        console.print(escape(complaint))
        return 1
    from tricorn.cli._digits import load_digits
    from tricorn.cli._pictures import draw_curves, draw_digits

    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    console.print(
        f"{len(digits.train_labels)} handwritten digits to learn from, {len(digits.test_labels)} to be tested on."
    )
    runs = {}
    for engine in engines:
        console.rule(engine)
        runs[engine] = _train(engine, digits, epochs, folder)
    console.rule()
    differences = [
        *_print_table(console, runs),
        *_print_moved(console, runs, digits.test_images),
        *_print_reloaded(console, runs, digits.test_images),
    ]
    first = runs[engines[0]]
    draw_curves({engine: each.history for engine, each in runs.items()}, folder / "curves.png")
    draw_digits(digits.test_images, digits.test_labels, first.final, folder / "digits.png")
    console.print(f"Pictures: {escape(str(folder / 'curves.png'))}, {escape(str(folder / 'digits.png'))}")
    return _verdict(console, runs, differences, epochs)


def _usable(engines):
    """The engines to train on, or a complaint."""
    missing = [name for name in ("sklearn", "matplotlib") if importlib.util.find_spec(name) is None]
    if missing:
        return [], f"The demo needs {' and '.join(missing)}: pip install 'tricorn[demo]'"
    installed = [name for name in ENGINES if importlib.util.find_spec(name) is not None]
    absent = [name for name in engines or () if name not in installed]
    if absent:
        return [], f"Not installed: {', '.join(absent)}. Try: pip install 'tricorn[{','.join(absent)}]'"
    if not installed:
        return (
            [],
            "No engine that trains is installed. Try: pip install 'tricorn[jax]', or [torch], [tensorflow].",
        )
    return engines or installed, None


# --- training -------------------------------------------------------------------------------------
def _train(engine, digits, epochs, folder):
    import tricorn as keras
    from tricorn.cli._digits import build_convnet

    file = folder / f"digits-{engine}.keras"
    keras.utils.set_random_seed(SEED)
    with keras.backend_scope(engine):
        model = build_convnet()
        initial = model.predict(digits.test_images, verbose=0)
        stopwatch = _stopwatch()
        history = model.fit(
            digits.train_images, digits.train_labels,
            batch_size=BATCH_SIZE, epochs=epochs, validation_split=0.15,
            callbacks=[
                keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True),
                keras.callbacks.ModelCheckpoint(
                    folder / f"best-{engine}.keras", monitor="val_loss", save_best_only=True
                ),
                stopwatch,
            ],
        )  # fmt: skip
        _, accuracy = model.evaluate(digits.test_images, digits.test_labels, verbose=0)
        model.save(file)
        final = model.predict(digits.test_images, verbose=0)
    return Run(
        model, file, history.history, stopwatch.seconds_to_first_step,
        1000 * min(stopwatch.seconds_per_step), float(accuracy), initial, final,
    )  # fmt: skip


def _stopwatch():
    """A callback that takes the seconds from its making to the first step's end, and per step in each epoch."""
    import tricorn as keras

    class Stopwatch(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.made = time.perf_counter()
            self.seconds_to_first_step = 0.0
            self.seconds_per_step = []
            self._steps = 0
            self._training = False

        def on_epoch_begin(self, epoch, logs=None):
            self._began, self._steps, self._training = time.perf_counter(), 0, True

        def on_train_batch_end(self, batch, logs=None):
            self._steps = batch + 1
            if not self.seconds_to_first_step:
                self.seconds_to_first_step = time.perf_counter() - self.made

        def on_test_begin(self, logs=None):
            if self._training and self._steps:  # the epoch's training is over, its validation begins
                self.seconds_per_step.append((time.perf_counter() - self._began) / self._steps)
            self._training = False

    return Stopwatch()


# --- comparing ------------------------------------------------------------------------------------
def _difference(a, b):
    """Largest absolute difference; NaN anywhere counts as infinite."""
    largest = float(np.max(np.abs(np.asarray(a, "float64") - np.asarray(b, "float64"))))
    return largest if np.isfinite(largest) else float("inf")


def _print_table(console, runs):
    """Print the result of each engine; yield the differences of the initial predictions."""
    caption = "initial: largest difference of the predictions before training"
    table = Table(title="One model, one seed", caption=caption)
    table.add_column("engine")
    for heading in ("first step, s", "step, ms", "epochs", "test accuracy", "initial"):
        table.add_column(heading, justify="right")
    for engine, run in runs.items():
        difference = max(_difference(run.initial, other.initial) for other in runs.values())
        table.add_row(
            engine, f"{run.seconds_to_first_step:.2f}", f"{run.milliseconds_per_step:.2f}",
            str(len(run.history["loss"])), f"{100 * run.test_accuracy:.2f} %", f"{difference:.1e}",
        )  # fmt: skip
        yield f"initial predictions of {engine}", difference
    console.print(table)


def _print_moved(console, runs, images):
    """Move each trained model to every other engine, NumPy too; yield the differences of its predictions."""
    targets = [*runs, "numpy"]
    table = Table(title="The trained model on another engine: predictions differ by at most")
    table.add_column("trained on")
    for target in targets:
        table.add_column(target, justify="right")
    for engine, run in runs.items():
        cells = []
        for target in targets:
            if target == engine:
                cells.append("-")
                continue
            moved = run.model.to_backend(target)
            difference = _difference(moved.predict(images, verbose=0), run.final)
            cells.append(f"{difference:.1e}")
            yield f"{engine} moved to {target}", difference
        table.add_row(engine, *cells)
    console.print(table)


def _print_reloaded(console, runs, images):
    """Reload the first engine's file in a new process, on the last engine; yield the difference."""
    saved_on, loaded_on = next(iter(runs)), list(runs)[-1]
    run = runs[saved_on]
    with tempfile.TemporaryDirectory() as scratch:
        images_file, answer_file = pathlib.Path(scratch, "images.npy"), pathlib.Path(scratch, "answer.npy")
        np.save(images_file, images)
        environment = dict(os.environ, TRICORN_BACKEND=loaded_on)
        done = subprocess.run(
            [sys.executable, "-c", _RELOAD, str(images_file), str(run.file), str(answer_file)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            console.print(escape(done.stderr), style="red", highlight=False)
            yield f"{run.file} reloaded in a new process", float("inf")
            return
        difference = _difference(np.load(answer_file), run.final)
    console.print(
        f"{escape(str(run.file))}, trained on {saved_on} and reloaded in a new process on {loaded_on}: "
        f"predictions differ by at most {difference:.1e}"
    )
    yield f"{run.file} reloaded in a new process", difference


def _verdict(console, runs, differences, epochs):
    problems = [
        f"{what}: differs by {size:.1e}, more than {LARGEST_DIFFERENCE:.0e}"
        for what, size in differences
        if not size <= LARGEST_DIFFERENCE
    ]
    if epochs >= DEFAULT_EPOCHS:  # a shorter training is not held to it
        problems += [
            f"{engine}: {100 * run.test_accuracy:.2f} % is below {100 * WANTED_ACCURACY:.0f} %"
            for engine, run in runs.items()
            if not run.test_accuracy >= WANTED_ACCURACY
        ]
    for problem in problems:
        console.print(f"[bold red]Problem:[/] {escape(problem)}")
    if not problems:
        console.print("[bold green]All engines agree.[/]")
    return 1 if problems else 0
