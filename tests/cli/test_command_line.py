"""The command line: what it accepts, what it says, and its exit status."""

import pytest

from tricorn._version import __version__
from tricorn.cli import DEFAULT_EPOCHS, _parser, main


def test_version_is_the_package_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"tricorn {__version__}"


def test_demo_defaults():
    options = _parser().parse_args(["demo"])
    assert (options.engines, options.epochs, options.out) == (None, DEFAULT_EPOCHS, "tricorn-demo")


def test_demo_engines_are_a_list_without_repetition():
    options = _parser().parse_args(["demo", "--engines", "torch, jax,torch"])
    assert options.engines == ["torch", "jax"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["demo", "--engines", "jax,theano"], "theano"),
        (["demo", "--engines", ","], "jax, torch, tensorflow"),
        (["demo", "--epochs", "0"], "at least 1"),
        (["demo", "--epochs", "many"], "at least 1"),
    ],
)
def test_bad_usage_says_what_is_wrong(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


def test_an_interrupted_command_ends_without_a_traceback(monkeypatch, capsys):
    def interrupt(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr("tricorn.cli._doctor.run", interrupt)
    assert main(["doctor"]) == 130
    assert capsys.readouterr().err == "interrupted\n"
