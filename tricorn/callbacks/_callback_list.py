"""The callbacks of a run, called as one."""

from __future__ import annotations

from tricorn.callbacks._callback import Callback
from tricorn.callbacks._history import History
from tricorn.core.errors import bad_argument, describe

_HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))
# Defaults that forward to the hook of the older name.
_FORWARDS = {"on_train_batch_begin": "on_batch_begin", "on_train_batch_end": "on_batch_end"}


class CallbackList:
    """A list of callbacks with the hooks of one. A custom training loop calls it as `fit` does.

    Only hooks that a callback defines are called, so the loop may ask first whether there is anything to do:
    `has_train_batch_hooks`, `has_test_batch_hooks`, `has_predict_batch_hooks`, and `needs_batch_logs`, which
    is False while no callback reads the logs of most batches (the progress bar does so a few times in a
    second).

    Args:
        callbacks: A callback or a (nested) list of them.
        add_history: Add a `History`, unless there is one; it becomes `model.history`.
        add_progbar: Add a `ProgbarLogger`, unless there is one.
        model: The model to hand to every callback.
        **params: What the callbacks find in `params`: `verbose`, `epochs`, `steps`.

    Raises:
        TypeError: An element is no callback.
    """

    def __init__(self, callbacks=None, add_history=False, add_progbar=False, model=None, **params):
        self.callbacks = _flat(callbacks)
        for callback in self.callbacks:
            _check(callback)
        self._history = self._find_or_add(History, add_history)
        if add_progbar:
            from tricorn.callbacks._progbar_logger import ProgbarLogger

            self._find_or_add(ProgbarLogger, add=True)
        self.params = params
        self.model = None
        if model is not None:
            self.set_model(model)
        self.set_params(params)
        self._bind()

    def _find_or_add(self, cls, add):
        found = next((callback for callback in self.callbacks if isinstance(callback, cls)), None)
        if found is None and add:
            found = cls()
            self.callbacks.append(found)
        return found

    def append(self, callback):
        """Add a callback at the end."""
        _check(callback)
        self.callbacks.append(callback)
        if self.model is not None:
            callback.set_model(self.model)
        callback.set_params(self.params)
        self._bind()

    def set_params(self, params):
        """Hand the parameters of the run to every callback."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model):
        """Hand the model to every callback."""
        self.model = model
        if self._history is not None:
            model.history = self._history
        for callback in self.callbacks:
            callback.set_model(model)

    def __iter__(self):
        return iter(self.callbacks)

    def __len__(self):
        return len(self.callbacks)

    def _bind(self):
        """Look up which hooks are defined; again for every run, since an instance may get some."""
        self._bound = {
            hook: [getattr(callback, hook) for callback in self.callbacks if _defines(callback, hook)]
            for hook in _HOOKS
        }
        bound = self._bound
        self.has_train_batch_hooks = bool(bound["on_train_batch_begin"] or bound["on_train_batch_end"])
        self.has_test_batch_hooks = bool(bound["on_test_batch_begin"] or bound["on_test_batch_end"])
        self.has_predict_batch_hooks = bool(bound["on_predict_batch_begin"] or bound["on_predict_batch_end"])
        self.needs_batch_logs = any(
            getattr(callback, "reads_batch_logs", True)
            for callback in self.callbacks
            for hook in ("on_train_batch_end", "on_test_batch_end", "on_predict_batch_end")
            if _defines(callback, hook)
        )

    def _run(self, hook, *arguments):
        for method in self._bound[hook]:
            method(*arguments)

    def on_batch_begin(self, batch, logs=None):
        """The older name of `on_train_batch_begin`."""
        self._run("on_train_batch_begin", batch, {} if logs is None else logs)

    def on_batch_end(self, batch, logs=None):
        """The older name of `on_train_batch_end`."""
        self._run("on_train_batch_end", batch, {} if logs is None else logs)

    def on_epoch_begin(self, epoch, logs=None):
        self._run("on_epoch_begin", epoch, {} if logs is None else logs)

    def on_epoch_end(self, epoch, logs=None):
        self._run("on_epoch_end", epoch, {} if logs is None else logs)

    def on_train_batch_begin(self, batch, logs=None):
        self._run("on_train_batch_begin", batch, {} if logs is None else logs)

    def on_train_batch_end(self, batch, logs=None):
        self._run("on_train_batch_end", batch, {} if logs is None else logs)

    def on_test_batch_begin(self, batch, logs=None):
        self._run("on_test_batch_begin", batch, {} if logs is None else logs)

    def on_test_batch_end(self, batch, logs=None):
        self._run("on_test_batch_end", batch, {} if logs is None else logs)

    def on_predict_batch_begin(self, batch, logs=None):
        self._run("on_predict_batch_begin", batch, {} if logs is None else logs)

    def on_predict_batch_end(self, batch, logs=None):
        self._run("on_predict_batch_end", batch, {} if logs is None else logs)

    def on_train_begin(self, logs=None):
        self._bind()
        self._run("on_train_begin", {} if logs is None else logs)

    def on_train_end(self, logs=None):
        self._run("on_train_end", {} if logs is None else logs)

    def on_test_begin(self, logs=None):
        self._bind()
        self._run("on_test_begin", {} if logs is None else logs)

    def on_test_end(self, logs=None):
        self._run("on_test_end", {} if logs is None else logs)

    def on_predict_begin(self, logs=None):
        self._bind()
        self._run("on_predict_begin", {} if logs is None else logs)

    def on_predict_end(self, logs=None):
        self._run("on_predict_end", {} if logs is None else logs)


def _flat(callbacks):
    if callbacks is None:
        return []
    if isinstance(callbacks, (list, tuple, CallbackList)):
        return [found for item in callbacks for found in _flat(item)]
    return [callbacks]


def _check(callback):
    """Callbacks of other packages may derive from the reference's class: what has the hooks is taken."""
    if isinstance(callback, type) or not all(
        hasattr(callback, name) for name in ("set_model", "set_params", "on_epoch_end")
    ):
        hint = (
            f"{callback.__name__}(...)"
            if isinstance(callback, type)
            else "a subclass of keras.callbacks.Callback"
        )
        raise bad_argument("callbacks", "an element is not a callback.", expected="instances of Callback",
                           given=describe(callback), hint=hint, error=TypeError)  # fmt: skip


def _defines(callback, hook):
    method = getattr(callback, hook, None)
    if method is None:
        return False
    if getattr(method, "__func__", None) is not getattr(Callback, hook):
        return True
    return hook in _FORWARDS and _defines(callback, _FORWARDS[hook])
