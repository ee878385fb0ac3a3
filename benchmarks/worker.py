"""A process that measures on command: JSON lines in and out. Started by `Worker`; its own output goes nowhere."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import traceback


class Worker:
    """The commanding side: holds a process in which some arms of one engine live."""

    def __init__(self, engine, arms, *, clock="wall", step_divisor=1, measurer="benchmarks.arms:Measurer"):
        environment = dict(os.environ, KERAS_BACKEND=engine, TF_CPP_MIN_LOG_LEVEL="3")
        settings = json.dumps(
            {
                "engine": engine,
                "arm_names": arms,
                "clock": clock,
                "step_divisor": step_divisor,
                "measurer": measurer,
            }
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", settings],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._answer()

    def measure(self, what, arm, task):
        """One number in milliseconds, or None for `ready`."""
        self._process.stdin.write(json.dumps([what, arm, task]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"a worker ended with status {self._process.wait()}; what it said stands above"
            )
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def close(self):
        self._process.stdin.close()
        self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


def main(settings):
    # The progress bars write to the standard output, so the answers need a channel of their own.
    channel = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  (open for the life of the process)

    def answer(**what):
        channel.write(json.dumps(what) + "\n")
        channel.flush()

    try:
        settings = json.loads(settings)
        module, _, name = settings.pop("measurer").partition(":")
        measurer = getattr(importlib.import_module(module), name)(**settings)
    except Exception:
        answer(error=traceback.format_exc())
        return
    answer(value=None)
    for line in sys.stdin:
        what, arm, task = json.loads(line)
        try:
            answer(value=getattr(measurer, what)(arm, task))
        except Exception:
            answer(error=traceback.format_exc())


if __name__ == "__main__":
    main(sys.argv[1])
