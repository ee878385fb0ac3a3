"""A progress bar in the terminal, drawn seldom."""

from __future__ import annotations

import logging
import math
import os
import shutil
import sys
import time

from tricorn.core import config
from tricorn.core.errors import bad_argument, describe

_GREEN, _DIM, _BOLD, _PLAIN = "\x1b[32m", "\x1b[2m", "\x1b[1m", "\x1b[0m"
_NEVER = math.inf


class Progbar:
    """Shows how far something is, with values.

    In a terminal or notebook the line is redrawn, at most every `interval` seconds; elsewhere it is printed
    once, at the end. After `config.disable_interactive_logging()` it goes to Python's logging (logger
    "tricorn"), at the end as well.

    Args:
        target: The number of steps, or None if unknown.
        width: Characters in the bar.
        verbose: 0 is silent, 1 draws a bar, 2 prints one line at the end.
        interval: Seconds between two drawings, at least.
        stateful_metrics: Names of values to show as they stand; all others are averaged over the steps.
        stateless_metrics: Names of values to average over the steps; all others are shown as they stand. Give
            one of the two; with neither, all are averaged.
        unit_name: What a step is called.

    Raises:
        ValueError: Both kinds of names are given.

    Examples:

        bar = keras.utils.Progbar(100)
        for step in range(100):
            bar.update(step + 1, values=[("loss", 1 / (step + 1))])
    """

    def __init__(
        self,
        target,
        width=20,
        verbose=1,
        interval=0.05,
        stateful_metrics=None,
        stateless_metrics=None,
        unit_name="step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise bad_argument(
                "Progbar",
                "both `stateful_metrics` and `stateless_metrics` are given.",
                expected="one of them",
                given=f"{describe(stateful_metrics)} and {describe(stateless_metrics)}",
            )
        self.target, self.width, self.verbose, self.interval, self.unit_name = (
            target,
            width,
            verbose,
            interval,
            unit_name,
        )
        self._stateful = None if stateful_metrics is None else frozenset(stateful_metrics)
        self._stateless = None if stateless_metrics is None else frozenset(stateless_metrics)
        self._values = {}  # name: [sum, steps], or [value, None] as it stands
        self._seen = 0
        self._redraws = verbose == 1 and config.is_interactive_logging_enabled() and _can_redraw()
        self._start = time.perf_counter()
        self._first = (
            None  # (time, steps) at the first look: the first step compiles and says nothing about the others
        )
        self._next_draw = 0.0
        self._drawn = 0  # characters on the present line

    def update(self, current, values=None, finalize=None):
        """Tell how far it is.

        Args:
            current: Steps done, in all.
            values: List of pairs (name, value of the steps since the last call).
            finalize: Draw for the last time, with the values as they stand; None for `current >= target`.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        steps = max(current - self._seen, 1)
        for name, value in values or ():
            if finalize or value is None or isinstance(value, str) or not self._is_averaged(name):
                self._values[name] = [value, None]
            else:
                entry = self._values.get(name)
                if entry is None or entry[1] is None:
                    entry = self._values[name] = [0.0, 0]
                entry[0] += value * steps
                entry[1] += steps
        self._seen = current
        if finalize:
            self.finish(current)
        elif self.is_due(current):
            self.draw(current)

    def add(self, n, values=None):
        """Tell that `n` more steps are done."""
        self.update(self._seen + n, values)

    def is_due(self, current):
        """True if drawing now would show: cheap enough to ask after every step."""
        now = time.perf_counter()
        if now < self._next_draw:
            return False
        if self._first is None:
            self._first = (now, current)
            if not self._redraws:
                self._next_draw = _NEVER
        return self._redraws

    def draw(self, current, logs=None):
        """Draw now. `logs` are values to show as they stand, read only here."""
        if not self.verbose:
            return
        for name, value in (logs or {}).items():
            self._values[name] = [value, None]
        self._seen = current
        self._put(current, is_last=False)
        self._next_draw = time.perf_counter() + self.interval

    def finish(self, current, logs=None):
        """Draw for the last time and end the line. An unknown target becomes `current`."""
        if not self.verbose:
            return
        for name, value in (logs or {}).items():
            self._values[name] = [value, None]
        self._seen = current
        if self.target is None:
            self.target = current
        self._put(current, is_last=True)
        self._next_draw = _NEVER

    def _is_averaged(self, name):
        if self._stateful is not None:
            return name not in self._stateful
        return self._stateless is None or name in self._stateless

    # --- the line --------------------------------------------------------------------------------
    def _put(self, current, is_last):
        count = self._count(current)
        rest = self._timing(current, is_last) + self._shown_values()
        if self.verbose == 2:
            say(f"{count} - {rest}\n")
            return
        filled, empty = self._bar(current)
        line = f"{count} {filled}{empty} {rest}"
        columns = shutil.get_terminal_size().columns - 1
        if not is_last and len(line) > columns and sys.stdout.isatty():
            rest = rest[: max(len(rest) - (len(line) - columns), 0)]  # a line that wraps can't be redrawn
            line = f"{count} {filled}{empty} {rest}"
        blanks = " " * (self._drawn - len(line))
        if self._redraws and _has_colour():
            shown = f"{_BOLD}{count}{_PLAIN} {_GREEN}{filled}{_PLAIN}{_DIM}{empty}{_PLAIN} {rest}"
        else:
            shown = line
        say(("\r" if self._redraws else "") + shown + blanks + ("\n" if is_last else ""))
        self._drawn = 0 if is_last else len(line)

    def _count(self, current):
        if self.target is None:
            return f"{current}/Unknown"
        return f"{current:>{len(str(self.target))}}/{self.target}"

    def _bar(self, current):
        full, rest = ("━", "━") if _has_boxes() else ("=", ".")
        if not (self._redraws and _has_colour()):
            rest = "." if full == "=" else "╌"
        done = self.width if not self.target else min(int(self.width * current / self.target), self.width)
        if self.target is None:
            done = 0
        return full * done, rest * (self.width - done)

    def _timing(self, current, is_last):
        now = time.perf_counter()
        if self._first is not None and current > self._first[1]:
            each = (now - self._first[0]) / (current - self._first[1])
        else:
            each = (now - self._start) / max(current, 1)
        if is_last or self.target is None:
            seconds = now - self._start
        else:
            seconds = each * (self.target - current)
        return f"{_duration(seconds)} {'- ' if self.verbose == 2 else ''}{_per_step(each)}/{self.unit_name}"

    def _shown_values(self):
        return "".join(f" - {name}: {_number(entry)}" for name, entry in self._values.items())


def _number(entry):
    value, steps = entry
    if value is None or isinstance(value, str):
        return str(value)
    if steps:
        value = value / steps
    if getattr(value, "ndim", 0):
        value = value.mean()
    value = float(value)
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def _duration(seconds):
    """Seconds as people read them: 7s, 1:05, 2:00:07."""
    seconds = int(seconds)
    if seconds < 60:
        return f"{seconds}s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _per_step(seconds):
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def _can_redraw():
    """True where `\\r` goes back to the beginning of the line: terminals, notebooks, some editors."""
    is_terminal = getattr(sys.stdout, "isatty", bool)()
    return is_terminal or "ipykernel" in type(sys.stdout).__module__ or "PYCHARM_HOSTED" in os.environ


def _has_colour():
    return "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _has_boxes():
    try:
        "━╌".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say(text):
    """Write to the standard output, or to the logger "tricorn" after `disable_interactive_logging()`."""
    if config.is_interactive_logging_enabled():
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        logging.getLogger("tricorn").info("%s", text.strip())
