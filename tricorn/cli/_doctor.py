"""`tricorn doctor`: what is installed, what it can run on, and which engine runs by default."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tricorn._version import __version__
from tricorn.cli import ENGINES

# An engine's distributions: the first one installed tells the version.
_DISTRIBUTIONS = {
    "jax": ("jax",),
    "torch": ("torch",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-cpu-aws", "tensorflow-macos", "tf-nightly"),
    "numpy": ("numpy",),
}
_SECONDS_TO_START = 180
_ASK_DEVICES = """
import json, sys
from tricorn.core.backend import get_backend
print("devices:" + json.dumps(get_backend(sys.argv[1]).devices()))
"""


def run(ask_all_devices: bool = False) -> int:
    """Print the report. Returns 1 if the configured engine cannot be used, else 0.

    Args:
        ask_all_devices: Start every engine, not only the chosen one, to ask for its devices.
    """
    console = Console()
    console.print(
        f"tricorn {__version__}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    )
    chosen, reason = _choice()
    problems = [] if chosen else [reason]

    table = Table(title="Engines")
    for heading in ("engine", "version", "devices"):
        table.add_column(heading)
    for name in (*ENGINES, "numpy"):
        if not _is_installed(name):
            table.add_row(name, "-", escape(f"not installed; pip install 'tricorn[{name}]'"), style="dim")
            continue
        devices = ""
        if ask_all_devices or name == chosen:
            devices, failure = _devices(name)
            if failure:
                problems.append(f"{name} is installed but does not start: {failure}")
        mark = " [bold green](chosen)[/]" if name == chosen else ""
        table.add_row(name + mark, _version(name), escape(devices) or "[dim]--devices asks[/]")
    console.print(table)

    if chosen:
        console.print(f"Chosen: [bold]{chosen}[/], {escape(reason)}.")
    for source in _sources():
        console.print("  " + escape(source))
    if not any(_is_installed(name) for name in ENGINES):
        console.print(
            "No engine is installed. Inference and preprocessing work on NumPy; to train, install one, "
            "for example: pip install " + escape("'tricorn[jax]'")
        )
    for problem in problems:
        console.print(f"[bold red]Problem:[/] {escape(problem)}")
    return 1 if problems else 0


def _choice():
    """The chosen engine and why; or None and what is wrong."""
    from tricorn.core.backend import choose_backend

    try:
        name, reason = choose_backend()
    except (ValueError, RuntimeError) as error:
        return None, str(error)
    if name in _DISTRIBUTIONS and not _is_installed(name):
        return None, f"{name} is configured ({reason}) but not installed; pip install 'tricorn[{name}]'"
    return name, reason


def _is_installed(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _version(name):
    for distribution in _DISTRIBUTIONS[name]:
        try:
            return importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "?"


def _devices(name):
    """The engine's devices, asked in a process of its own: a broken engine must not take the doctor with it."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _ASK_DEVICES, name],
            capture_output=True, text=True, timeout=_SECONDS_TO_START, env=environment, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "", f"no answer in {_SECONDS_TO_START} seconds"
    for line in done.stdout.splitlines():
        if line.startswith("devices:"):
            return ", ".join(json.loads(line.removeprefix("devices:"))), None
    complaint = done.stderr.strip().splitlines()
    return "", complaint[-1] if complaint else f"the process ended with status {done.returncode}"


def _sources():
    """What was found in the places that can name an engine, in the order in which they count."""
    from tricorn.core.config import config_files

    for variable in ("TRICORN_BACKEND", "KERAS_BACKEND"):
        if value := os.environ.get(variable):
            yield f"environment: {variable}={value}"
    for path in config_files():
        if path.is_file():
            yield f"config file: {path}"
