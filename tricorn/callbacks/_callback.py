"""The base class of callbacks."""

from __future__ import annotations


class Callback:
    """Base class for what happens around training, evaluation and prediction.

    A subclass defines the hooks it needs. `logs` is a dict of names and Python numbers, empty at the
    beginning of things. Values at the end of a batch are the running values of the epoch so far; they are
    read from the device only when a callback looks at them, and a hook that nobody defines costs nothing.

    `on_batch_begin` and `on_batch_end` are older names of the hooks for training batches. A callback stops
    the training by `self.model.stop_training = True`; an exception in a hook ends `fit` with it.

    Attributes:
        params: Dict with `verbose`, `epochs` and `steps` (batches in an epoch, None if unknown).
        model: The model.

    Examples:

        class StopAtAccuracy(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                if logs["accuracy"] > 0.99:
                    self.model.stop_training = True
    """

    # Whether `on_*_batch_end` looks at its logs in most calls. False is a promise that it seldom does.
    reads_batch_logs = True

    params = None
    _model = None

    @property
    def model(self):
        """The model that is being trained, evaluated or used."""
        return self._model

    def set_params(self, params):
        """Receive the parameters of the run. Called once before it begins."""
        self.params = params

    def set_model(self, model):
        """Receive the model. Called once before a run begins."""
        self._model = model

    def on_batch_begin(self, batch, logs=None):
        """The older name of `on_train_batch_begin`."""

    def on_batch_end(self, batch, logs=None):
        """The older name of `on_train_batch_end`."""

    def on_epoch_begin(self, epoch, logs=None):
        """Called at the beginning of an epoch of training.

        Args:
            epoch: Index of the epoch, from 0 (or from `initial_epoch`).
            logs: An empty dict.
        """

    def on_epoch_end(self, epoch, logs=None):
        """Called at the end of an epoch of training, after its validation.

        Args:
            epoch: Index of the epoch.
            logs: Values of the epoch; those of the validation begin with `val_`. What a callback adds is seen
                by those after it, `History` included.
        """

    def on_train_batch_begin(self, batch, logs=None):
        """Called before a training batch (before the first of several, with `steps_per_execution`).

        Args:
            batch: Index of the batch in the epoch.
            logs: An empty dict.
        """
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """Called after a training batch (after the last of several, with `steps_per_execution`).

        Args:
            batch: Index of the batch in the epoch.
            logs: The running values of the epoch.
        """
        self.on_batch_end(batch, logs)

    def on_test_batch_begin(self, batch, logs=None):
        """Called before a batch of evaluation, that of a validation in `fit` included."""

    def on_test_batch_end(self, batch, logs=None):
        """Called after a batch of evaluation, with its running values."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Called before a batch of prediction."""

    def on_predict_batch_end(self, batch, logs=None):
        """Called after a batch of prediction; `logs["outputs"]` holds what the model returned."""

    def on_train_begin(self, logs=None):
        """Called once at the beginning of training."""

    def on_train_end(self, logs=None):
        """Called once at the end of training, with the values of the last epoch."""

    def on_test_begin(self, logs=None):
        """Called at the beginning of evaluation, that of a validation in `fit` included."""

    def on_test_end(self, logs=None):
        """Called at the end of evaluation, with its values."""

    def on_predict_begin(self, logs=None):
        """Called at the beginning of prediction."""

    def on_predict_end(self, logs=None):
        """Called at the end of prediction."""
