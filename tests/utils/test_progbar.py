"""The progress bar, in a terminal and elsewhere."""

import io
import logging
import re
import types

import pytest

from tests.callbacks import fake
from tests.support.oracle import oracle
from tricorn import config
from tricorn.utils import _progbar
from tricorn.utils._progbar import Progbar

COLOUR = re.compile("\x1b\\[[0-9;]*m")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    screen = Terminal()
    monkeypatch.setattr(_progbar, "sys", types.SimpleNamespace(stdout=screen))
    return screen


@pytest.fixture
def clock(monkeypatch):
    """Time goes on by half a second at each look... unless a test sets the step."""

    class Clock:
        now, step = 0.0, 0.5

        def perf_counter(self):
            self.now += self.step
            return self.now

    clock = Clock()
    monkeypatch.setattr(_progbar, "time", clock)
    return clock


def shown(text):
    """What stays on the screen: the last drawing of every line."""
    return [line.rpartition("\r")[2] for line in COLOUR.sub("", text).splitlines()]


def test_values_are_averaged_until_the_end_as_in_the_reference(terminal, clock):
    code = """
import io, re, sys
sys.stdout = screen = io.StringIO()
try:
    for kwargs in ({}, {"stateful_metrics": ["a"]}, {"stateless_metrics": ["b"]}):
        bar = keras.utils.Progbar(3, interval=0, **kwargs)
        for step, values in enumerate([(1, 10), (3, 30), (5, 80)]):
            bar.update(step + 1, [("a", values[0]), ("b", values[1])])
finally:
    sys.stdout = sys.__stdout__
result = re.findall(r"a: ([\\d.]+) - b: ([\\d.]+)", screen.getvalue())
"""
    for kwargs in ({}, {"stateful_metrics": ["a"]}, {"stateless_metrics": ["b"]}):
        bar = Progbar(3, interval=0, **kwargs)
        for step, values in enumerate([(1, 10), (3, 30), (5, 80)]):
            bar.update(step + 1, [("a", values[0]), ("b", values[1])])
    ours = re.findall(r"a: ([\d.]+) - b: ([\d.]+)", terminal.getvalue())
    assert ours == oracle("jax").run(code)


def test_a_line_in_a_terminal_is_redrawn_and_covers_what_stood_there(terminal, clock):
    bar = Progbar(2)
    bar.update(1, [("loss", 123456.789)])
    bar.update(2, [("loss", 0.5)])
    text = COLOUR.sub("", terminal.getvalue())
    assert text.count("\r") == 2 and text.count("\n") == 1 and text.endswith("\n")
    first, second = text.split("\r")[1:]
    assert len(second.rstrip("\n")) >= len(first)
    assert second.startswith("2/2 ━━━━━━━━━━━━━━━━━━━━ ") and "loss: 0.5000" in second


def test_drawn_no_more_often_than_the_interval(terminal, clock):
    clock.step = 0.0
    bar = Progbar(1000, interval=1.0)
    for step in range(999):
        clock.now += 0.01
        bar.update(step + 1)
    assert 9 <= terminal.getvalue().count("\r") <= 11


def test_a_line_that_would_wrap_is_cut_until_the_end(terminal, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    bar = Progbar(2)
    bar.update(1, [(f"value_{index}", index) for index in range(9)])
    assert all(len(line) <= 60 for line in shown(terminal.getvalue()))
    bar.update(2)
    assert "value_8" in shown(terminal.getvalue())[-1]


@pytest.mark.parametrize("verbose", [1, 2])
def test_elsewhere_one_line_at_the_end(verbose, capsys, clock):
    bar = Progbar(3, verbose=verbose)
    for step in range(3):
        bar.update(step + 1, [("loss", 0.00001)])
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "\r" not in out and "\x1b" not in out
    assert out.startswith("3/3 ") and "loss: 1.0000e-05" in out


def test_silent(capsys):
    bar = Progbar(2, verbose=0)
    bar.add(1)
    bar.add(1)
    assert capsys.readouterr().out == ""


def test_an_unknown_number_of_steps(terminal, clock):
    bar = Progbar(None)
    bar.update(7, [("loss", 1.0)])
    assert "7/Unknown" in shown(terminal.getvalue())[-1]
    bar.update(9, finalize=True)
    assert shown(terminal.getvalue())[-1].startswith("9/9 ")


@pytest.mark.parametrize(("seconds", "text"), [(7.4, "7s"), (65, "1:05"), (7207, "2:00:07"), (0, "0s")])
def test_durations(seconds, text):
    assert _progbar._duration(seconds) == text


def test_the_first_step_does_not_count_in_the_time_of_a_step(capsys, monkeypatch):
    times = iter([0.0, 10.0, 10.2, 10.4])
    monkeypatch.setattr(_progbar.time, "perf_counter", lambda: next(times))
    bar = Progbar(3, verbose=1)
    for step in range(3):
        bar.update(step + 1)
    assert "10s 200ms/step" in capsys.readouterr().out


def test_without_interactive_logging_lines_go_to_the_logger(capsys, caplog):
    config.disable_interactive_logging()
    try:
        with caplog.at_level(logging.INFO, logger="tricorn"):
            fake.fit(fake.Model(), epochs=2, verbose=1)
    finally:
        config.enable_interactive_logging()
    assert capsys.readouterr().out == ""
    assert [message.split()[0] for message in caplog.messages] == ["Epoch", "2/2", "Epoch", "2/2"]


def test_a_fit_as_it_looks(capsys):
    model = fake.Model()
    fake.fit(model, epochs=2, losses=[0.5, 0.25], val_losses=[1.0, 2.0], verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2" and lines[2] == "Epoch 2/2" and len(lines) == 4
    assert re.fullmatch(
        r"2/2 - 0s - \d+us/step - loss: 0.2500 - accuracy: 0.5000 - val_loss: 2.0000 - val_accuracy: 0.5000",
        lines[3],
    )
    fake.evaluate(model, None, loss=3.0, verbose=1)
    fake.predict(model, None, verbose=1)
    first, second = capsys.readouterr().out.splitlines()
    assert "loss: 3.0000" in first and second.startswith("2/2 ") and "outputs" not in second


def test_old_terminals_get_plain_characters(monkeypatch):
    class Latin(io.StringIO):
        encoding = "latin-1"

    screen = Latin()
    monkeypatch.setattr(_progbar, "sys", types.SimpleNamespace(stdout=screen))
    Progbar(1).update(1)
    assert screen.getvalue().startswith("1/1 ==================== ")


def test_bad_input():
    with pytest.raises(ValueError, match="both"):
        Progbar(1, stateful_metrics=["a"], stateless_metrics=["b"])
