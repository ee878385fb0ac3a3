"""Measure, compare, print one table: `python -m benchmarks.run`, or `make bench`.

The arms are a hand-written native loop, Tricorn, and the reference. They take turns round after round, so that what
else the machine does falls on all alike, and the minimum of the rounds counts. The native loop and Tricorn share a
process; the reference needs one of its own. All have the same threads.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import pathlib
import platform
import time

from rich.console import Console
from rich.table import Table

from benchmarks.arms import ENGINES
from benchmarks.imports import import_alone, import_with_engine
from benchmarks.memory import measure_memory
from benchmarks.targets import targets_of
from benchmarks.tasks import TASKS
from benchmarks.worker import Worker

ARMS = ("native", "tricorn", "reference")
PARTS = ("steps", "imports", "memory")
WARM = ("fit", "fit_with_bar", "predict", "call")
COLD = ("build", "first_step")


def main(arguments=None):
    options = _options(arguments)
    if options.threads:
        cores = sorted(os.sched_getaffinity(0))[: options.threads]
        os.sched_setaffinity(0, cores)  # child processes inherit it
    console = Console()
    if not console.is_terminal:
        console = Console(width=132)  # a file or a pipe: wide enough for the table
    rows = []
    started = time.perf_counter()
    if "imports" in options.parts and "tricorn" in options.arms:
        rows.append(_row("-", "-", "import alone", import_alone(options.rounds)))
    for engine in options.engines:
        if "steps" in options.parts:
            rows += _measure_steps(engine, options, console)
        if "imports" in options.parts:
            figures = import_with_engine(engine, options.arms, min(3, options.rounds))
            rows.append(_row(engine, "-", "import", figures))
        if "memory" in options.parts:
            rows += _measure_memory(engine, options, console)
        _write(options.json, rows, options)  # what is known so far: an interrupted run loses little
    _print(console, rows)
    minutes = (time.perf_counter() - started) / 60
    console.print(
        f"{minutes:.1f} minutes, {_threads()} threads, {options.clock} clock, {platform.platform()}"
    )
    missed = [row for row in rows if row["met"] is False]
    return 1 if missed else 0


def _options(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    installed = [name for name in ENGINES if importlib.util.find_spec(name) is not None]

    def listed(choices):
        def parse(text):
            names = [name for name in text.split(",") if name]
            if not names or set(names) - set(choices):
                raise argparse.ArgumentTypeError(f"expected a list of {', '.join(choices)}")
            return names

        return parse

    parser.add_argument("--models", type=listed(TASKS), default=list(TASKS), help=f"of {','.join(TASKS)}")
    parser.add_argument("--engines", type=listed(ENGINES), default=installed, help=f"of {','.join(ENGINES)}")
    parser.add_argument("--arms", type=listed(ARMS), default=list(ARMS), help=f"of {','.join(ARMS)}")
    parser.add_argument("--parts", type=listed(PARTS), default=list(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds of short epochs: a smoke test, not a figure"
    )
    parser.add_argument("--rounds", type=int, help="how often each arm is measured (default: 5, quick: 2)")
    parser.add_argument("--threads", type=int, help="bind all arms to so many cores (default: all)")
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu: time on a core, all threads"
    )
    parser.add_argument(
        "--json", default="benchmarks/results/latest.json", help="where the figures are written"
    )
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.memory_rounds = 20 if options.quick else 200
    return options


def _threads():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _measure_steps(engine, options, console):
    """One row for each model and quantity on an engine."""
    groups = [[arm for arm in ("native", "tricorn") if arm in options.arms]]
    groups.append(["reference"] if "reference" in options.arms else [])
    settings = {"clock": options.clock, "step_divisor": 5 if options.quick else 1}
    workers = {}
    for group in filter(None, groups):
        worker = Worker(engine, group, **settings)
        workers.update(dict.fromkeys(group, worker))
    order = [arm for arm in ARMS if arm in workers]
    rows = []
    for task in options.models:
        best = {}
        with console.status(f"{engine} {task}"):
            for arm in order:
                workers[arm].measure("ready", arm, task)
            for turn in range(options.rounds):
                quantities = WARM + (COLD if turn < 3 else ())
                for quantity in quantities:
                    for arm in order if turn % 2 == 0 else reversed(order):
                        figures = best.setdefault(quantity, {})
                        figures[arm] = min(
                            figures.get(arm, float("inf")), workers[arm].measure(quantity, arm, task)
                        )
        rows += [_row(engine, task, quantity, best[quantity]) for quantity in WARM + COLD]
    for worker in set(workers.values()):
        worker.close()
    return rows


def _measure_memory(engine, options, console):
    if "tricorn" not in options.arms:
        return []
    found = {}
    for arm in (
        "native",
        "tricorn",
    ):  # an engine's own caches grow too: JAX keeps some objects of each compilation
        if arm in options.arms:
            with console.status(f"{engine} memory, {arm}"):
                found[arm] = measure_memory(engine, arm, options.memory_rounds)
    growth, steps = ({arm: each[key] for arm, each in found.items()} for key in ("rounds_mib", "steps_mib"))
    objects = {arm: each["rounds_objects"] for arm, each in found.items()}
    return [
        _row(engine, "mlp", f"{options.memory_rounds} rounds: growth", growth, objects=objects),
        _row(engine, "mlp", "500 steps: growth", steps),
    ]


# --- the table -----------------------------------------------------------------------------------
def _row(engine, task, quantity, figures, **extra):
    targets = targets_of(quantity, engine, task)
    verdicts = [target.is_met(figures) for target in targets]
    met = None if not verdicts or None in verdicts else all(verdicts)
    return {
        "engine": engine, "model": task, "quantity": quantity, **{arm: figures.get(arm) for arm in ARMS},
        "target": ", ".join(map(str, targets)), "met": met, **extra,
    }  # fmt: skip


def _print(console, rows):
    table = Table(title="Milliseconds (growth: MiB); fit and predict per step")
    for heading in ("engine", "model", "quantity"):
        table.add_column(heading)
    for heading in (*ARMS, "/ native", "/ reference"):
        table.add_column(heading, justify="right")
    table.add_column("target")
    table.add_column("")
    previous = None
    for row in rows:
        if previous not in (None, (row["engine"], row["model"])):
            table.add_section()
        previous = row["engine"], row["model"]
        verdict = {True: "[green]met[/]", False: "[bold red]MISSED[/]", None: ""}[row["met"]]
        figures = [_number(row[arm]) for arm in ARMS]
        ratios = [_ratio(row, arm) for arm in ("native", "reference")]
        quantity = row["quantity"].replace("_", " ")
        table.add_row(row["engine"], row["model"], quantity, *figures, *ratios, row["target"], verdict)
    console.print(table)


def _number(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.1g}"


def _ratio(row, arm):
    if "growth" in row["quantity"] or not row[arm] or row["tricorn"] is None:
        return "-"
    return f"{row['tricorn'] / row[arm]:.2f}"


def _write(path, rows, options):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {"platform": platform.platform(), "python": platform.python_version(), "threads": _threads()}
    settings = {"rounds": options.rounds, "clock": options.clock, "quick": options.quick}
    path.write_text(json.dumps({"machine": machine, "settings": settings, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
