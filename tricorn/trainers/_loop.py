"""The one training loop: data, callbacks and logs. Engines supply the steps."""

from __future__ import annotations

import collections
import time

import numpy as np

from tricorn.callbacks import CallbackList
from tricorn.callbacks._logs import Logs
from tricorn.core.config import settings
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.data import adapt, split_validation, unpack_x_y_sample_weight
from tricorn.data._adapt import is_in_memory


def fit(model, x, y, *, batch_size, epochs, verbose, callbacks, validation_split, validation_data, shuffle, class_weight,
        sample_weight, initial_epoch, steps_per_epoch, validation_steps, validation_batch_size, validation_freq):  # fmt: skip
    if isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 0:
        raise bad_argument("fit", "`epochs` must be a non-negative integer.", given=repr(epochs))
    if isinstance(initial_epoch, bool) or not isinstance(initial_epoch, int) or initial_epoch < 0:
        raise bad_argument(
            "fit", "`initial_epoch` must be a non-negative integer.", given=repr(initial_epoch)
        )
    if not _is_frequency(validation_freq):
        raise bad_argument("fit", "`validation_freq` must be a positive integer, or a list of epochs.",
                           given=repr(validation_freq))  # fmt: skip
    if "grad" not in model._backend.capabilities:
        raise bad_argument(
            "fit", f"the {model._backend.name} backend cannot train: it has no gradients.",
            expected="a model made on jax, torch or tensorflow", given=f"a model on {model._backend.name}",
            hint="model.to_backend('jax')", error=NotSupportedError,
        )  # fmt: skip
    epochs = epochs if settings.max_epochs is None else min(epochs, settings.max_epochs)
    if validation_split and validation_data is None:
        (x, y, sample_weight), validation_data = split_validation(x, y, sample_weight, validation_split)
    source = adapt(x, y, sample_weight, batch_size=batch_size, steps=_capped(steps_per_epoch), shuffle=shuffle,
                   class_weight=class_weight, where="fit")  # fmt: skip
    validation = None
    if validation_data is not None:
        val_x, val_y, val_weight = _unpack_validation(validation_data)
        rows = validation_batch_size or (batch_size if is_in_memory(val_x) else None)
        validation = adapt(val_x, val_y, val_weight, batch_size=rows,
                           steps=_capped(validation_steps), where="fit(validation_data=...)")  # fmt: skip
    callbacks = _callback_list(
        callbacks, model, verbose, epochs=epochs, steps=source.num_batches, history=True
    )
    model.stop_training = False
    try:
        with model._backend_scope():
            _prepare(model, source, training=True)
            model._is_fitting = True
            _run_epochs(model, source, validation, callbacks, initial_epoch, epochs, validation_freq)
    finally:
        model._is_fitting = False
        source.close()
        if validation is not None:
            validation.close()
    return model.history


def _run_epochs(model, source, validation, callbacks, initial_epoch, epochs, validation_freq):
    model.reset_metrics()
    model._initial_epoch = initial_epoch
    callbacks.on_train_begin()
    logs = {}
    for epoch in range(model._initial_epoch, epochs):  # a callback that restores a run moves the beginning
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        # Asked for anew each time: a callback may have frozen layers or compiled the model again.
        logs = _train_epoch(model, model._engine(), source, epoch, callbacks)
        if validation is not None and _validates(epoch, validation_freq):
            results = _test_epoch(model, model._engine(), validation, callbacks)
            logs.update({f"val_{name}": value for name, value in results.items()})
        callbacks.on_epoch_end(epoch, logs)
        if source.exhausted and epoch + 1 < epochs and source.steps is None:
            source.warn_ran_out()
        if model.stop_training or source.exhausted:
            break
    callbacks.on_train_end(logs)


def _train_epoch(model, engine, source, epoch, callbacks):
    """One epoch; returns its logs as plain numbers."""
    source.on_epoch_begin()
    hooks = callbacks.has_train_batch_hooks
    begin, end = callbacks.on_train_batch_begin, callbacks.on_train_batch_end
    fixed = model.steps_per_execution
    free = fixed == 1 and not callbacks.needs_batch_logs
    handle, step = None, 0
    batches = _staged(model, source.epoch(epoch))
    read = engine.read
    while True:
        count = engine.preferred_batches if free else fixed
        group = _take(batches, count)
        if not group:
            break
        if hooks:
            begin(step)
        if free:
            started = time.perf_counter()
            handle = engine.train(group)
            engine.note_time(len(group), time.perf_counter() - started)
        else:
            handle = engine.train(group)
        step += len(group)
        if hooks:
            end(step - 1, Logs(_reader(read, handle)))
        if model.stop_training:
            break
    source.on_epoch_end()
    if step == 0:
        raise bad_argument("fit", "the data yielded no batch.", given=f"epoch {epoch}",
                           hint="a generator must yield for every epoch; pass steps_per_epoch")  # fmt: skip
    return dict(read(handle))


def _reader(read, handle):
    return lambda: read(handle)


def _take(batches, count):
    """Up to `count` batches."""
    if count == 1:
        for batch in batches:
            return [batch]
        return []
    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == count:
            break
    return group


def evaluate(model, x, y, *, batch_size, verbose, sample_weight, steps, callbacks):
    source = adapt(x, y, sample_weight, batch_size=batch_size, steps=_capped(steps), where="evaluate")
    if not isinstance(callbacks, CallbackList):
        callbacks = _callback_list(
            callbacks, model, verbose, epochs=1, steps=source.num_batches, history=False
        )
    try:
        with model._backend_scope():
            _prepare(model, source, training=False)
            # Within `fit`, from a callback, the running numbers of the epoch are set aside meanwhile.
            kept = _metric_values(model) if model._is_fitting else ()
            logs = _test_epoch(model, model._engine(), source, callbacks)
            _restore(kept)
            return logs
    finally:
        source.close()


def _test_epoch(model, engine, source, callbacks):
    model.reset_metrics()
    callbacks.on_test_begin()
    source.on_epoch_begin()
    hooks = callbacks.has_test_batch_hooks
    handle, step = None, 0
    count = model.steps_per_execution
    if count == 1 and not callbacks.needs_batch_logs:
        count = engine.preferred_batches
    batches = _staged(model, source.epoch(0))
    while group := _take(batches, count):
        if hooks:
            callbacks.on_test_batch_begin(step)
        handle = engine.test(group)
        step += len(group)
        if hooks:
            callbacks.on_test_batch_end(step - 1, Logs(_reader(engine.read, handle)))
        if getattr(model, "stop_evaluating", False):
            break
    source.on_epoch_end()
    if step == 0:
        raise bad_argument("evaluate", "the data yielded no batch.")
    logs = dict(engine.read(handle))
    callbacks.on_test_end(logs)
    return logs


def predict(model, x, *, batch_size, verbose, steps, callbacks):
    source = adapt(x, batch_size=batch_size, steps=_capped(steps), where="predict")
    if not isinstance(callbacks, CallbackList):
        callbacks = _callback_list(
            callbacks, model, verbose, epochs=1, steps=source.num_batches, history=False
        )
    try:
        with model._backend_scope():
            _prepare(model, source, training=False, targets=False)
            return _concatenate(_predict_batches(model, model._engine(), source, callbacks))
    finally:
        source.close()


def _predict_batches(model, engine, source, callbacks):
    """Outputs of all batches, on the host. A batch is read while the engine works on later ones."""
    callbacks.on_predict_begin()
    hooks = callbacks.has_predict_batch_hooks
    outputs, waiting = [], collections.deque()
    backend = model._backend
    with engine.predicting():
        for step, batch in enumerate(_staged(model, source.epoch(0))):
            if hooks:
                callbacks.on_predict_batch_begin(step)
            result = engine.predict(batch[0])
            waiting.append(result)
            if len(waiting) > engine.batches_in_flight:
                outputs.append(_to_host(waiting.popleft(), backend))
            if hooks:
                callbacks.on_predict_batch_end(step, {"outputs": result})
            if getattr(model, "stop_predicting", False):
                break
        outputs.extend(_to_host(result, backend) for result in waiting)
    if not outputs:
        raise bad_argument("predict", "the data yielded no batch.")
    callbacks.on_predict_end()
    return outputs


def on_batch(model, mode, x, y, sample_weight, class_weight):
    where = f"{mode}_on_batch"
    source = adapt(x, y, sample_weight, batch_size=2**62, class_weight=class_weight, where=where)
    batch = source.peek()
    with model._backend_scope():
        model._prepare_state(*batch, training=mode == "train")
        engine = model._engine()
        batch = next(_staged(model, [batch]))
        # The numbers are this batch's own: the running ones of an epoch are set aside meanwhile.
        kept = _metric_values(model)
        model.reset_metrics()
        handle = engine.train([batch]) if mode == "train" else engine.test([batch])
        logs = dict(engine.read(handle))
        _restore(kept)
    return logs


def predict_on_batch(model, x):
    source = adapt(x, batch_size=2**62, where="predict_on_batch")
    batch = source.peek()
    with model._backend_scope():
        model._prepare_state(batch[0], None, None, training=False)
        batch = next(_staged(model, [batch]))
        return _to_host(model._engine().predict(batch[0]), model._backend)


def _staged(model, batches):
    """Batches, after what of the model runs on the host has run on them."""
    stage = model._stage
    if stage is None:
        return iter(batches)
    return ((stage(x), *rest) for x, *rest in batches)


def _metric_values(model):
    return [(variable, variable.numpy()) for variable in model.metrics_variables]


def _restore(kept):
    for variable, value in kept:
        variable.assign(value)


# --- parts --------------------------------------------------------------------------------------------------
def _prepare(model, source, training, targets=True):
    """Build what is not built from a first batch, without losing it."""
    batch = source.peek()
    x, y, sample_weight = batch
    model._prepare_state(x, y if targets else None, sample_weight, training=training)


def _capped(steps):
    limit = settings.max_steps_per_epoch
    if limit is None:
        return steps
    return limit if steps is None else min(steps, limit)


def _callback_list(callbacks, model, verbose, epochs, steps, history):
    if verbose == "auto":
        verbose = 1
    if verbose not in (0, 1, 2):
        raise bad_argument("verbose", "unknown verbosity.", expected="'auto', 0, 1 or 2", given=repr(verbose))
    if isinstance(callbacks, CallbackList):
        return callbacks
    return CallbackList(callbacks, add_history=history, add_progbar=verbose != 0, model=model, verbose=verbose,
                        epochs=epochs, steps=steps)  # fmt: skip


def _unpack_validation(data):
    if isinstance(data, (list, tuple)):
        return unpack_x_y_sample_weight(tuple(data))
    return data, None, None


def _is_frequency(value):
    if isinstance(value, (list, tuple, set)):
        return all(isinstance(item, int) for item in value)
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _validates(epoch, frequency):
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def _to_host(tree, backend):
    if isinstance(tree, (list, tuple)):
        return type(tree)(_to_host(item, backend) for item in tree)
    if isinstance(tree, dict):
        return {key: _to_host(item, backend) for key, item in tree.items()}
    return backend.to_numpy(tree)


def _concatenate(outputs):
    """Batches of structures to a structure of arrays."""
    first = outputs[0]
    if isinstance(first, (list, tuple)):
        return type(first)(_concatenate([output[index] for output in outputs]) for index in range(len(first)))
    if isinstance(first, dict):
        return {key: _concatenate([output[key] for output in outputs]) for key in first}
    return first if len(outputs) == 1 else np.concatenate(outputs, axis=0)
