"""The command line: `tricorn doctor` looks at this machine, `tricorn demo` trains a real model on every engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tricorn._version import __version__

ENGINES = ("jax", "torch", "tensorflow")  # the engines that train
DEFAULT_EPOCHS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows the program's name; `sys.argv[1:]` by default.

    Returns:
        The exit status: 0, or 1 if something was found wrong. argparse exits with 2 on bad usage.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="tricorn", description=__doc__)
    parser.add_argument("--version", action="version", version=f"tricorn {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    doctor = commands.add_parser(
        "doctor", help="engines found here, their devices, which one is chosen and why"
    )
    doctor.add_argument("--devices", action="store_true", help="start every engine to ask for its devices")
    doctor.set_defaults(run=_run_doctor)

    demo = commands.add_parser("demo", help="train a small convnet on handwritten digits, on every engine")
    demo.add_argument(
        "--engines", type=_engine_list, metavar="A,B", help="of jax,torch,tensorflow; all installed"
    )
    demo.add_argument(
        "--epochs", type=_positive, default=DEFAULT_EPOCHS, help="at most (default: %(default)s)"
    )
    demo.add_argument(
        "--out", default="tricorn-demo", help="folder of models and pictures (default: %(default)s)"
    )
    demo.set_defaults(run=_run_demo)
    return parser


def _engine_list(text):
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in ENGINES]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a list of {', '.join(ENGINES)}")
    return names


def _positive(text):
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number, at least 1")
    return value


# The commands load rich, and the demo an engine: only once they are asked for. They are not named like their modules:
# importing `tricorn.cli._doctor` sets that name here.
def _run_doctor(options):
    from tricorn.cli._doctor import run

    return run(ask_all_devices=options.devices)


def _run_demo(options):
    from tricorn.cli._demo import run

    return run(options.engines, options.epochs, options.out)
