"""Run Python in a new process, with some packages made to look as if they were not installed."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]

_HIDE = """
import sys
from importlib.machinery import PathFinder

class _Hiding:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] in {hidden!r} else PathFinder.find_spec(name, path, target)

    @staticmethod
    def find_distributions(*arguments, **keywords):
        return PathFinder.find_distributions(*arguments, **keywords)

sys.meta_path = [_Hiding if finder is PathFinder else finder for finder in sys.meta_path]
"""


def run_python(program, *, without=(), first_on_path=None, **environment):
    """The completed process of `program`, its text captured.

    The config files are looked for in an empty folder, and the choice of an engine is not inherited.

    Args:
        program: Source text.
        without: Names of top packages to hide.
        first_on_path: A folder whose packages win over installed ones.
        environment: Variables to set.
    """
    path = os.pathsep.join(str(folder) for folder in (first_on_path, ROOT) if folder is not None)
    variables = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=path)
    for name in ("TRICORN_BACKEND", "KERAS_BACKEND"):
        variables.pop(name, None)
    hide = _HIDE.format(hidden=set(without)) if without else ""
    with tempfile.TemporaryDirectory() as home:
        variables.update({"TRICORN_HOME": home, "KERAS_HOME": home, **environment})
        return subprocess.run(
            [sys.executable, "-c", hide + program],
            capture_output=True, text=True, env=variables, cwd=ROOT, check=False,
        )  # fmt: skip
