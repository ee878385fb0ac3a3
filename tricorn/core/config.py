"""Settings of the process: defaults of numbers and layouts, switches, and what environment and config files say.

Values come from, first wins: a setter called in this process, the environment, `~/.tricorn/tricorn.json`,
`~/.keras/keras.json`, the built-in default. Every value from outside is typed and bounded; what is broken is reported
by one warning and ignored. `TRICORN_HOME` and `KERAS_HOME` move the two directories.
"""

from __future__ import annotations

import json
import math
import os
import pathlib
import warnings

from tricorn.core.errors import bad_argument

FLOATX_CHOICES = ("bfloat16", "float16", "float32", "float64")
IMAGE_DATA_FORMATS = ("channels_last", "channels_first")
_BUILT_IN_BACKENDS = ("jax", "torch", "tensorflow", "numpy")
_BACKEND_ALIASES = {"tf": "tensorflow", "pytorch": "torch"}
_MAX_FILE_BYTES = 64 * 1024


class _Settings:
    """The current values; `dtypes` reads `settings.floatx` on its hot path."""

    __slots__ = (
        "epsilon",
        "flash_attention",
        "floatx",
        "image_data_format",
        "interactive_logging",
        "max_epochs",
        "max_model_bytes",
        "max_steps_per_epoch",
        "traceback_filtering",
    )

    def __init__(self):
        self.floatx = "float32"
        self.epsilon = 1e-7
        self.image_data_format = "channels_last"
        self.flash_attention = None  # None: let the engine decide
        self.interactive_logging = True
        self.traceback_filtering = True
        self.max_epochs = None
        self.max_steps_per_epoch = None
        self.max_model_bytes = None


settings = _Settings()


# --- numbers and layouts -------------------------------------------------------------------------
def floatx() -> str:
    """The default floating dtype, `"float32"` unless set."""
    return settings.floatx


def set_floatx(value) -> None:
    """Set the default floating dtype.

    Args:
        value: `"float16"`, `"bfloat16"`, `"float32"` or `"float64"`. float16 is seldom what one wants: for mixed
            precision set the policy `"mixed_float16"` instead.
    """
    settings.floatx = _one_of("set_floatx", value, FLOATX_CHOICES)


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite, 1e-7 unless set."""
    return settings.epsilon


def set_epsilon(value) -> None:
    """Set the number returned by `epsilon()`; positive and finite."""
    settings.epsilon = _positive_float("set_epsilon", value)


def image_data_format() -> str:
    """Where the channels of an image stand by default: `"channels_last"` or `"channels_first"`."""
    return settings.image_data_format


def set_image_data_format(data_format) -> None:
    """Set the default place of channels: `"channels_last"` or `"channels_first"`."""
    value = data_format.lower() if isinstance(data_format, str) else data_format
    settings.image_data_format = _one_of("set_image_data_format", value, IMAGE_DATA_FORMATS)


def standardize_data_format(data_format) -> str:
    """`data_format`, lower case and checked; None means the process's default."""
    if data_format is None:
        return settings.image_data_format
    if data_format in IMAGE_DATA_FORMATS:
        return data_format
    value = data_format.lower() if isinstance(data_format, str) else data_format
    return _one_of("data_format", value, IMAGE_DATA_FORMATS)


# --- switches ------------------------------------------------------------------------------------
def enable_flash_attention() -> None:
    """Ask for the fused attention kernel where an engine has one; an engine that has none for the inputs raises."""
    settings.flash_attention = True


def disable_flash_attention() -> None:
    """Never use the fused attention kernel."""
    settings.flash_attention = False


def is_flash_attention_enabled():
    """True or False after a choice was made; None: the engine decides by itself."""
    return settings.flash_attention


def enable_interactive_logging() -> None:
    """Print progress to the standard output (the default)."""
    settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Send progress to Python's logging instead of the standard output."""
    settings.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Whether progress goes to the standard output."""
    return settings.interactive_logging


def enable_traceback_filtering() -> None:
    """Cut our own frames out of tracebacks (the default)."""
    settings.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Show whole tracebacks."""
    settings.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """Whether our own frames are cut out of tracebacks."""
    return settings.traceback_filtering


def is_nnx_enabled() -> bool:
    """Whether layers are Flax NNX modules on JAX: never here; a layer's state is its Variables."""
    return False


# --- bounds --------------------------------------------------------------------------------------
def max_epochs():
    """The most epochs that `fit` runs whatever it is asked for, or None."""
    return settings.max_epochs


def set_max_epochs(max_epochs) -> None:
    """Bound the epochs of every `fit`, for smoke tests of long scripts; None lifts the bound."""
    settings.max_epochs = _positive_int_or_none("set_max_epochs", max_epochs)


def max_steps_per_epoch():
    """The most steps an epoch, `evaluate` or `predict` takes, or None."""
    return settings.max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch) -> None:
    """Bound the steps of every epoch, `evaluate` and `predict`; None lifts the bound."""
    settings.max_steps_per_epoch = _positive_int_or_none("set_max_steps_per_epoch", max_steps_per_epoch)


def max_model_bytes():
    """The most bytes of weights that a model read from a file may ask for; None: in proportion to the file's size."""
    return settings.max_model_bytes


def set_max_model_bytes(value) -> None:
    """Set the bound returned by `max_model_bytes()`; None goes back to the rule in proportion to the file."""
    settings.max_model_bytes = _positive_int_or_none("set_max_model_bytes", value)


# --- checks --------------------------------------------------------------------------------------
def _one_of(where, value, choices):
    if not isinstance(value, str) or value not in choices:
        raise bad_argument(
            where, "unknown value.", expected=f"one of {', '.join(choices)}", given=repr(value)
        )
    return value


def _positive_float(where, value):
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, (bool, str)) or not 0 < number < math.inf:
        raise bad_argument(where, "must be a positive finite number.", given=repr(value))
    return number


def _positive_int_or_none(where, value):
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise bad_argument(where, "must be a positive integer or None.", given=repr(value))
    return value


# --- from outside --------------------------------------------------------------------------------
def config_directories() -> tuple[pathlib.Path, pathlib.Path]:
    """Our own directory and the reference's; neither needs to exist."""
    home = pathlib.Path("~").expanduser()
    return (
        pathlib.Path(os.environ.get("TRICORN_HOME") or home / ".tricorn"),
        pathlib.Path(os.environ.get("KERAS_HOME") or home / ".keras"),
    )


def config_files() -> tuple[pathlib.Path, pathlib.Path]:
    """The config files, the one that wins first."""
    ours, reference = config_directories()
    return ours / "tricorn.json", reference / "keras.json"


def _read_file(path) -> dict:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        return _ignore(path, f"it cannot be read ({error.strerror})")
    if len(content) > _MAX_FILE_BYTES:
        return _ignore(path, f"it is larger than {_MAX_FILE_BYTES} bytes")
    try:
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return _ignore(path, "it is not JSON")
    if not isinstance(values, dict):
        return _ignore(path, "it does not hold a JSON object")
    return values


def _ignore(path, reason) -> dict:
    warnings.warn(f"Config file {path} is ignored: {reason}.", stacklevel=4)
    return {}


_FILE_SETTERS = {
    "floatx": set_floatx,
    "epsilon": set_epsilon,
    "image_data_format": set_image_data_format,
    "max_epochs": set_max_epochs,
    "max_steps_per_epoch": set_max_steps_per_epoch,
    "max_model_bytes": set_max_model_bytes,
}
_ENVIRONMENT_SETTERS = {
    "KERAS_MAX_EPOCHS": set_max_epochs,
    "KERAS_MAX_STEPS_PER_EPOCH": set_max_steps_per_epoch,
    "TRICORN_MAX_MODEL_BYTES": set_max_model_bytes,
}


def load_outside_settings() -> None:
    """Read the config files and the environment into the settings; called once, when this module is imported."""
    for path in reversed(config_files()):
        values = _read_file(path)
        broken = [key for key in _FILE_SETTERS if key in values and not _try(_FILE_SETTERS[key], values[key])]
        if broken:
            warnings.warn(f"Config file {path}: bad values of {', '.join(broken)} are ignored.", stacklevel=2)
    for name, setter in _ENVIRONMENT_SETTERS.items():
        text = os.environ.get(name, "").strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text
        if text and not _try(setter, number):
            warnings.warn(
                f"The environment variable {name} is ignored: not a positive integer.", stacklevel=2
            )


def _try(setter, value) -> bool:
    try:
        setter(value)
    except (ValueError, TypeError):
        return False
    return True


def configured_backend() -> str | None:
    """The backend that the environment or a config file names, or None.

    A name must be one of ours or that of an installed third-party backend. `~/.keras/keras.json` is written by the
    reference whether the user chose or not, so an engine named only there and not installed is passed over.

    Raises:
        ValueError: `TRICORN_BACKEND` holds an unknown name.
    """
    name = os.environ.get("TRICORN_BACKEND", "").strip()
    if name:
        known = _known_backend(name)
        if known is None:
            raise bad_argument("TRICORN_BACKEND", "unknown backend.", expected=f"one of {', '.join(_known_names())}",
                               given=repr(name[:80]))  # fmt: skip
        return known
    name = os.environ.get("KERAS_BACKEND", "").strip()
    if name:
        known = _known_backend(name)
        if known is not None:
            return known
        warnings.warn(f"KERAS_BACKEND={name[:80]!r} is ignored: not a backend of Tricorn.", stacklevel=2)
    ours, reference = config_files()
    for path in (ours, reference):
        name = _read_file(path).get("backend")
        if name is None:
            continue
        known = _known_backend(name) if isinstance(name, str) else None
        if known is None:
            warnings.warn(
                f"Config file {path}: its backend is ignored, not a backend of Tricorn.", stacklevel=2
            )
        elif path == ours or _is_installed(known):
            return known
    return None


def _known_backend(name):
    name = _BACKEND_ALIASES.get(name.lower(), name)
    if name.lower() in _BUILT_IN_BACKENDS:
        return name.lower()
    return name if name in _known_names() else None


def _known_names():
    from tricorn.core.backend import third_party_backends

    return (*_BUILT_IN_BACKENDS, *sorted(third_party_backends()))


def _is_installed(name):
    from tricorn.core.backend import is_installed

    return is_installed(name)


load_outside_settings()
