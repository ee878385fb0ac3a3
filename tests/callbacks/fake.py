"""A model and a loop small enough to see through: what callbacks are promised, without an engine."""

from pathlib import Path

from tricorn.callbacks import CallbackList
from tricorn.callbacks._logs import Logs


class Value:
    """A variable."""

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value

    def assign(self, value):
        self.value = value


class Optimizer:
    use_ema = True

    def __init__(self, model):
        self.learning_rate = 1.0
        self._trainable_variables = [model.weight]
        self._model_variables_moving_average = [Value(-1.0)]


class Model:
    """Its one weight counts the batches it was trained on; its files hold that number."""

    metrics_names = ("loss", "accuracy")
    metrics = ()

    def __init__(self):
        self.stop_training = False
        self.weight = Value(0.0)
        self.optimizer = Optimizer(self)
        self.history = None
        self.saved = []
        self._initial_epoch = 0

    def get_weights(self):
        return [self.weight.value]

    def set_weights(self, weights):
        (self.weight.value,) = weights

    def save(self, filepath, overwrite=True):
        self.saved.append(str(filepath))
        Path(filepath).write_text(str(self.weight.value))

    save_weights = save

    def load_weights(self, filepath):
        self.weight.value = float(Path(filepath).read_text())


def _value(values, epoch):
    return float(values[epoch]) if epoch < len(values) else 0.0


def fit(
    model,
    callbacks=(),
    epochs=1,
    steps=2,
    verbose=0,
    losses=(),
    val_losses=None,
    read_counter=None,
    steps_per_call=1,
):
    """The loop of `fit`; `losses` and `val_losses` are those of the epochs."""
    callbacks = CallbackList(list(callbacks), add_history=True, add_progbar=verbose != 0, model=model, verbose=verbose,
                             epochs=epochs, steps=steps)  # fmt: skip
    model.stop_training = False
    callbacks.on_train_begin()
    logs = {}
    for epoch in range(model._initial_epoch, epochs):
        callbacks.on_epoch_begin(epoch)

        def read(epoch=epoch):
            if read_counter is not None:
                read_counter.append(epoch)
            return {"loss": _value(losses, epoch), "accuracy": 0.5}

        for batch in range(0, steps, steps_per_call):
            callbacks.on_train_batch_begin(batch)
            model.weight.value += steps_per_call
            callbacks.on_train_batch_end(batch + steps_per_call - 1, Logs(read))
            if model.stop_training:
                break
        logs = read()
        if val_losses is not None:
            found = evaluate(model, callbacks, _value(val_losses, epoch))
            logs.update({f"val_{name}": value for name, value in found.items()})
        callbacks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    callbacks.on_train_end(logs)
    model._initial_epoch = 0
    return model.history


def evaluate(model, callbacks, loss=0.0, steps=2, verbose=0):
    if not isinstance(callbacks, CallbackList):
        callbacks = CallbackList(
            callbacks, add_progbar=verbose != 0, model=model, verbose=verbose, epochs=1, steps=steps
        )
    logs = {"loss": loss, "accuracy": 0.5}
    callbacks.on_test_begin()
    for batch in range(steps):
        callbacks.on_test_batch_begin(batch)
        callbacks.on_test_batch_end(batch, Logs(lambda: dict(logs)))
    callbacks.on_test_end(logs)
    return logs


def predict(model, callbacks, steps=2, verbose=0):
    callbacks = CallbackList(
        callbacks, add_progbar=verbose != 0, model=model, verbose=verbose, epochs=1, steps=steps
    )
    callbacks.on_predict_begin()
    for batch in range(steps):
        callbacks.on_predict_batch_begin(batch)
        callbacks.on_predict_batch_end(batch, {"outputs": [batch]})
    callbacks.on_predict_end()
