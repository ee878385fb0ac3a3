"""The demo, as a person runs it, on few epochs; and what it says when it cannot run."""

import re

import pytest

from tests.support.fresh_process import run_python

ENGINES = ("jax", "torch", "tensorflow")


def demo(*arguments):
    return f"import sys; from tricorn.cli import main; sys.exit(main(['demo', *{list(arguments)!r}]))"


@pytest.mark.slow
def test_a_short_demo_trains_moves_saves_reloads_and_draws(tmp_path):
    process = run_python(demo("--epochs", "3", "--out", str(tmp_path)), COLUMNS="120")
    assert process.returncode == 0, process.stdout[-2000:] + process.stderr[-2000:]
    assert "All engines agree" in process.stdout
    for engine in ENGINES:
        # engine, seconds to the first step, ms per step, epochs, accuracy
        row = re.search(rf"│ {engine} +│ +[\d.]+ │ +[\d.]+ │ +3 │ +([\d.]+) % │", process.stdout)
        assert row, process.stdout
        assert float(row[1]) > 80  # chance is 10
        assert (tmp_path / f"digits-{engine}.keras").is_file()
        assert (tmp_path / f"best-{engine}.keras").is_file()
    for picture in ("curves.png", "digits.png"):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    assert "reloaded in a new process on tensorflow" in " ".join(process.stdout.split())


@pytest.mark.parametrize(
    ("hidden", "arguments", "complaint"),
    [
        (("jax", "torch", "tensorflow"), (), "No engine that trains is installed"),
        (("torch",), ("--engines", "jax,torch"), "Not installed: torch. Try: pip install 'tricorn[torch]'"),
        (("sklearn", "matplotlib"), (), "needs sklearn and matplotlib: pip install 'tricorn[demo]'"),
    ],
)
def test_it_says_what_is_missing(tmp_path, hidden, arguments, complaint):
    process = run_python(demo("--out", str(tmp_path / "out"), *arguments), without=hidden, COLUMNS="200")
    assert process.returncode == 1, process.stderr
    assert complaint in " ".join(process.stdout.split())
    assert not (tmp_path / "out").exists()
