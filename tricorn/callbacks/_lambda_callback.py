"""Callbacks from functions."""

from __future__ import annotations

from tricorn.callbacks._callback import Callback
from tricorn.core.errors import bad_argument, describe

_HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


class LambdaCallback(Callback):
    """A callback made of functions, each of which becomes the hook of its name.

    Args:
        on_epoch_begin, on_epoch_end: Called with `(epoch, logs)`.
        on_train_begin, on_train_end: Called with `(logs)`.
        on_train_batch_begin, on_train_batch_end: Called with `(batch, logs)`.
        **kwargs: Functions for the other hooks of `Callback`.

    Raises:
        TypeError: A name that is no hook, or something that can't be called.

    Examples:

        LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
    """

    def __init__(self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None,
                 on_train_batch_begin=None, on_train_batch_end=None, **kwargs):  # fmt: skip
        given = {
            "on_epoch_begin": on_epoch_begin, "on_epoch_end": on_epoch_end, "on_train_begin": on_train_begin,
            "on_train_end": on_train_end, "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end, **kwargs,
        }  # fmt: skip
        for name, function in given.items():
            if name not in _HOOKS:
                raise bad_argument(
                    "LambdaCallback",
                    "there is no such hook.",
                    expected=", ".join(_HOOKS),
                    given=name,
                    error=TypeError,
                )
            if function is None:
                continue
            if not callable(function):
                raise bad_argument("LambdaCallback", f"`{name}` can't be called.", expected="a function",
                                   given=describe(function), error=TypeError)  # fmt: skip
            setattr(self, name, function)
