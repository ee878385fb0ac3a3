"""Settings: setters, config files and the environment, also when they are broken."""

import json
import os
import subprocess
import sys

import pytest

from tricorn.core import config


@pytest.fixture
def homes(tmp_path, monkeypatch):
    monkeypatch.setenv("TRICORN_HOME", str(tmp_path / "ours"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "reference"))
    monkeypatch.delenv("TRICORN_BACKEND", raising=False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    ours, reference = config.config_files()
    for path in (ours, reference):
        path.parent.mkdir()
    return ours, reference


def test_backend_sources_in_order(homes, monkeypatch):
    ours, reference = homes
    assert config.configured_backend() is None
    reference.write_text(json.dumps({"backend": "numpy"}))
    assert config.configured_backend() == "numpy"
    ours.write_text(json.dumps({"backend": "torch"}))
    assert config.configured_backend() == "torch"
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert config.configured_backend() == "jax"
    monkeypatch.setenv("TRICORN_BACKEND", "TF")
    assert config.configured_backend() == "tensorflow"


def test_unknown_backend(homes, monkeypatch):
    ours, _ = homes
    for bad in ("os", "../evil", 7, ["jax"], "x" * 100_000):
        ours.write_text(json.dumps({"backend": bad}))
        with pytest.warns(UserWarning):
            assert config.configured_backend() is None
    ours.unlink()
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    with pytest.warns(UserWarning, match="KERAS_BACKEND"):
        assert config.configured_backend() is None
    monkeypatch.setenv("TRICORN_BACKEND", "theano")
    with pytest.raises(ValueError, match="unknown backend"):
        config.configured_backend()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b" " * 70_000,
        b'{"backend": ' + b"9" * 60_000 + b"}",
    ],
    ids=["empty", "cut", "list", "binary", "deep", "large", "digits"],
)
def test_a_broken_file_warns_once_and_never_raises(homes, content):
    homes[0].write_bytes(content)
    with pytest.warns(UserWarning) as caught:
        assert config.configured_backend() is None
    assert len(caught) == 1
    assert str(homes[0]) in str(caught[0].message)


def test_values_from_files_reach_the_settings(homes):
    ours, reference = homes
    ours.write_text(json.dumps({"floatx": "float64", "epsilon": -1, "image_data_format": ["x"]}))
    reference.write_text(
        json.dumps({"floatx": "float16", "epsilon": 1e-5, "image_data_format": "channels_first"})
    )
    code = "from tricorn.core import config as c; print(c.floatx(), c.epsilon(), c.image_data_format(), c.max_epochs())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         env={**os.environ, "KERAS_MAX_EPOCHS": "3"})  # fmt: skip
    assert run.stdout.split() == ["float64", "1e-05", "channels_first", "3"]
    assert run.stderr.count("Config file") == 1
    assert "epsilon, image_data_format" in run.stderr


@pytest.mark.parametrize(
    ("setter", "getter", "good", "bad"),
    [
        (config.set_floatx, config.floatx, ["float16", "float32"], ["int8", None, 16, "float8_e5m2"]),
        (
            config.set_epsilon,
            config.epsilon,
            [1e-3, 1e-7],
            [0, -1, float("nan"), float("inf"), "x", None, True],
        ),
        (
            config.set_image_data_format,
            config.image_data_format,
            ["channels_first", "channels_last"],
            ["NCHW", None],
        ),
        (config.set_max_epochs, config.max_epochs, [4, None], [0, -1, 1.5, True, "3"]),
        (config.set_max_steps_per_epoch, config.max_steps_per_epoch, [4, None], [0, "3"]),
        (config.set_max_model_bytes, config.max_model_bytes, [2**40, None], [0, 10**400, 1e9]),
    ],
)
def test_setters(setter, getter, good, bad):
    before = getter()
    try:
        for value in good:
            setter(value)
            assert getter() == value
        for value in bad:
            with pytest.raises(ValueError):
                setter(value)
        assert getter() == good[-1]
    finally:
        setter(before)


def test_switches():
    assert config.is_flash_attention_enabled() is None
    config.enable_flash_attention()
    assert config.is_flash_attention_enabled() is True
    config.disable_flash_attention()
    assert config.is_flash_attention_enabled() is False
    config.settings.flash_attention = None
    for name in ("interactive_logging", "traceback_filtering"):
        is_enabled = getattr(config, f"is_{name}_enabled")
        assert is_enabled() is True
        getattr(config, f"disable_{name}")()
        assert is_enabled() is False
        getattr(config, f"enable_{name}")()
        assert is_enabled() is True
