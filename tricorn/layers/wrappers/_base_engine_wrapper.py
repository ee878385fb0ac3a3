"""What layers around an engine's own code share."""

from __future__ import annotations

from tricorn.core.errors import NotSupportedError, UnsafeFileError, bad_argument
from tricorn.core.serial import in_safe_mode
from tricorn.layers._layer import Layer


class EngineWrapper(Layer):
    """A layer around code that only one engine runs."""

    #: What the backend is asked for, and the engine that has it.
    _kind = ""
    _engine_name = ""
    _runs_symbolically = False

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        tools = self._backend.wrappers(self._kind)
        if tools is None:
            raise bad_argument(
                self._where(), f"wraps code that only {self._engine_name} runs.", expected=f"{self._engine_name} as the "
                "engine", given=self._backend.name, hint=f'with tricorn.backend_scope("{self._engine_name}"): ...',
                error=NotSupportedError,
            )  # fmt: skip

    @property
    def _tools(self):
        """What the backend has for it."""
        return self._backend.wrappers(self._kind)

    def _is_pure(self):
        return False  # the user's code runs in its call

    @classmethod
    def _check_trusted(cls, safe_mode, what):
        """Raise in safe mode, as `what` happens when the layer is made from a config.

        Raises:
            UnsafeFileError: In safe mode.
        """
        if in_safe_mode() if safe_mode is None else safe_mode:
            raise bad_argument(f"{cls.__name__}.from_config", f"it would {what}, which can run any code.",
                               hint="safe_mode=False, if you trust the source", error=UnsafeFileError)  # fmt: skip
