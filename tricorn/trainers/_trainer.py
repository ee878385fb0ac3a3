"""`Trainer`: `compile`, `fit`, `evaluate`, `predict` and what a user may override of a step."""

from __future__ import annotations

import inspect
from typing import Any

from tricorn import metrics as _metrics, optimizers as _optimizers
from tricorn.core.backend import backend_scope
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.symbolic import KerasTensor
from tricorn.core.variable import trainability_version
from tricorn.trainers import _loop
from tricorn.trainers._compile_loss import CompileLoss
from tricorn.trainers._compile_metrics import CompileMetrics
from tricorn.trainers._program import Program


class Trainer:
    """Training for a model. Mixed into `Model`."""

    def _init_trainer(self):
        state = self.__dict__
        if "_compiled_arguments" in state:
            return
        state["_compiled_arguments"] = None
        state["optimizer"] = None
        state["loss"] = None
        state["_compile_loss"] = None
        state["_compile_metrics"] = None
        state["_loss_tracker"] = None
        state["_trainer"] = None
        state["_trainability"] = (-1, ())
        state["_is_fitting"] = False
        state["stop_training"] = False
        state["compiled"] = False
        state["_jit_compile"] = None
        state["_run_eagerly"] = False
        state["steps_per_execution"] = 1
        state["history"] = None

    # --- compiling ---------------------------------------------------------------------------------------
    def compile(self, optimizer: Any = "rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None,
                run_eagerly=False, steps_per_execution=1, jit_compile: Any = "auto", auto_scale_loss=True):  # fmt: skip
        """Say how the model is trained.

        Args:
            optimizer: Optimizer (name or instance).
            loss: Loss (name, instance or function), or one per output in a list or dict.
            loss_weights: Factors of the outputs' losses.
            metrics: List of metrics (names, instances, functions); for several outputs a list of lists or a dict.
            weighted_metrics: The same, for metrics that take sample weights.
            run_eagerly: Whether steps run op by op, for debugging.
            steps_per_execution: How many batches are run at a time; batch hooks of callbacks run once for them.
            jit_compile: "auto", True or False: whether steps are compiled where the engine leaves a choice.
            auto_scale_loss: Whether the loss is scaled under a `mixed_float16` policy.

        Raises:
            ValueError: An argument is not usable.
        """
        where = f"{self._where()}.compile"
        if (
            isinstance(steps_per_execution, bool)
            or not isinstance(steps_per_execution, int)
            or steps_per_execution < 1
        ):
            raise bad_argument(where, "`steps_per_execution` must be a positive integer.",
                               given=repr(steps_per_execution))  # fmt: skip
        if jit_compile not in ("auto", True, False, None):
            raise bad_argument(
                where, "unknown `jit_compile`.", expected="'auto', True or False", given=repr(jit_compile)
            )
        if run_eagerly and jit_compile is True:
            raise bad_argument(where, "`run_eagerly` and `jit_compile` exclude each other.")
        arguments = {"optimizer": optimizer, "loss": loss, "loss_weights": loss_weights, "metrics": metrics,
                     "weighted_metrics": weighted_metrics, "run_eagerly": run_eagerly,
                     "steps_per_execution": steps_per_execution, "jit_compile": jit_compile,
                     "auto_scale_loss": auto_scale_loss}  # fmt: skip
        state = self.__dict__
        with backend_scope(self._backend):
            optimizer = _optimizers.get(optimizer)
            scales = auto_scale_loss and self.dtype_policy.name == "mixed_float16" and optimizer is not None
            if scales and not isinstance(optimizer, _optimizers.LossScaleOptimizer):
                optimizer = _optimizers.LossScaleOptimizer(optimizer, name="loss_scale_optimizer")
            names, outputs = getattr(self, "output_names", None), self._known_outputs()
            has_metrics = metrics is not None or weighted_metrics is not None
            compile_loss = CompileLoss(loss, loss_weights, names) if loss is not None else None
            compile_metrics = CompileMetrics(metrics, weighted_metrics, names) if has_metrics else None
            for part in (compile_loss, compile_metrics):
                if part is not None:
                    part.check(outputs)
            state["optimizer"] = optimizer
            state["loss"] = loss
            state["_compile_loss"] = compile_loss
            state["_compile_metrics"] = compile_metrics
            state["_loss_tracker"] = _metrics.Mean(name="loss")
        state["_compiled_arguments"] = arguments
        state["_jit_compile"] = jit_compile
        state["_run_eagerly"] = bool(run_eagerly)
        state["steps_per_execution"] = steps_per_execution
        state["_trainer"] = None
        state["stop_training"] = False
        state["compiled"] = True

    #: `x -> x`: what runs on the host before a batch goes to the engine; None for nothing.
    _stage = None

    def _check_data(self, x):
        """Raise ValueError if the shapes of a batch do not fit the model, as far as it knows them beforehand."""

    def _known_outputs(self):
        """Symbolic outputs; None if the model is no graph."""
        return

    @property
    def jit_compile(self):
        """Whether steps are compiled, as given to `compile`."""
        return self._jit_compile

    @jit_compile.setter
    def jit_compile(self, value):
        self.__dict__["_jit_compile"] = value
        self.__dict__["_trainer"] = None

    @property
    def run_eagerly(self):
        return self._run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value):
        self.__dict__["_run_eagerly"] = bool(value)
        self.__dict__["_trainer"] = None

    @property
    def metrics(self):
        """The loss tracker, the compiled metrics, and those of layers."""
        found = []
        if self._loss_tracker is not None:
            found.append(self._loss_tracker)
        found.extend(super().metrics)
        if self._compile_metrics is not None:
            found.extend(self._compile_metrics.metrics)
        if self._compile_loss is not None:
            found.extend(tracker for tracker in self._compile_loss.trackers if tracker is not None)
        unique = []
        for metric in found:
            if not any(metric is other for other in unique):
                unique.append(metric)
        return unique

    @property
    def metrics_names(self):
        return [metric.name for metric in self.metrics]

    def reset_metrics(self):
        for metric in self.metrics:
            metric.reset_state()

    def _program(self):
        return Program(self)

    def _backend_scope(self):
        return backend_scope(self._backend)

    def _engine(self):
        """The engine's trainer for the model as it is now; made anew after `compile` or when layers change."""
        optimizer = self.optimizer
        if self._trainability[0] != trainability_version():
            self.__dict__["_trainability"] = (
                trainability_version(),
                tuple(v.trainable for v in self.weights),
            )
        version = (
            self._trainability[1],
            sum(layer._version for layer in self._flatten_layers()),
            len(optimizer.variables) if optimizer is not None else 0,
            len(self.metrics_variables),
        )
        cached = self._trainer
        if cached is None or cached[0] != version:
            cached = self.__dict__["_trainer"] = (version, self._backend.engine()(self))
        return cached[1]

    def _require_compiled(self, verb):
        if not self.compiled:
            raise bad_argument(f"{self._where()}.{verb}", "the model must be compiled first.",
                               hint="model.compile(optimizer='adam', loss=..., metrics=[...])")  # fmt: skip

    def _prepare_state(self, x, y, sample_weight, training):
        """Build whatever is not built, from one batch: layers, loss, metrics, optimizer."""
        unbuilt = any(not layer.built for layer in self._flatten_layers())
        needs_loss = self._compile_loss is not None and not self._compile_loss.built and y is not None
        needs_metrics = (
            self._compile_metrics is not None and not self._compile_metrics.built and y is not None
        )
        if unbuilt or needs_loss or needs_metrics:
            specs = specs_of(x)
            y_pred = self(specs, training=False)
            if y is not None:
                y_specs = specs_of(y)
                if needs_loss:
                    self._compile_loss.build(y_specs, y_pred)
                if needs_metrics:
                    self._compile_metrics.build(y_specs, y_pred)
        if training and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)

    # --- what a user may override ---------------------------------------------------------------------------
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The loss of a batch: the compiled loss plus what layers added. May be overridden.

        Args:
            x: Inputs.
            y: Targets.
            y_pred: Predictions.
            sample_weight: Weights of the rows.
            training: Whether this is a training step.

        Returns:
            A scalar tensor.
        """
        return self._program().default_loss(y, y_pred, sample_weight)

    def stateless_compute_loss(self, trainable_variables, non_trainable_variables, metrics_variables, x=None, y=None,
                               y_pred=None, sample_weight=None, training=True):  # fmt: skip
        """`compute_loss` with given values for the Variables, without changing any.

        Returns:
            `(loss, (trainable, non_trainable, metrics))` values.
        """
        from tricorn.core.scopes import StatelessScope

        variables = [*self.trainable_variables, *self.non_trainable_variables, *self.metrics_variables]
        values = [*trainable_variables, *non_trainable_variables, *metrics_variables]
        with StatelessScope(list(zip(variables, values, strict=True))) as scope:
            loss = self.compute_loss(x, y, y_pred, sample_weight, training)

        def updated(own, given):
            return [v if scope.get_current_value(o) is None else scope.get_current_value(o)
                    for o, v in zip(own, given, strict=True)]  # fmt: skip

        return loss, (list(trainable_variables),
                      updated(self.non_trainable_variables, non_trainable_variables),
                      updated(self.metrics_variables, metrics_variables))  # fmt: skip

    def _call_compute_loss(self, x, y, y_pred, sample_weight, training):
        parameters = inspect.signature(self.compute_loss).parameters
        takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        extra = {"training": training} if takes_any or "training" in parameters else {}
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **extra)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Update the compiled metrics with a batch and return all results. May be overridden.

        Returns:
            Dict from names to values.
        """
        if self._compile_metrics is not None and y is not None:
            self._compile_metrics.update(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self):
        """The results of all metrics: dict from names to scalar tensors. Shown by the progress bar as they are."""
        compiled = self._compile_metrics
        logs = {}
        if self._loss_tracker is not None:
            logs["loss"] = self._loss_tracker.result()
        if self._compile_loss is not None:
            logs.update({t.name: t.result() for t in self._compile_loss.trackers if t is not None})
        if compiled is not None:
            logs.update(compiled.results())
        done = {id(self._loss_tracker)} | {id(m) for m in (compiled.metrics if compiled else [])}
        if self._compile_loss is not None:
            done |= {id(t) for t in self._compile_loss.trackers}
        for metric in self.metrics:
            if id(metric) not in done:
                result = metric.result()
                logs.update(result if isinstance(result, dict) else {metric.name: result})
        return logs

    def train_step(self, *args):
        """One step of training, in the style of the engine. May be overridden.

        On torch and TensorFlow `train_step(data)` returns logs; on JAX `train_step(state, data)` returns `(logs, state)`
        with `state = (trainable, non_trainable, optimizer, metrics)` lists of values.
        """
        return self._engine().train_step(*args)

    def test_step(self, *args):
        """One step of evaluation; see `train_step`."""
        return self._engine().test_step(*args)

    def predict_step(self, *args):
        """Predictions for a batch; see `train_step`."""
        return self._engine().predict_step(*args)

    # --- running ---------------------------------------------------------------------------------------------
    def fit(self, x=None, y=None, batch_size=None, epochs=1, verbose: Any = "auto", callbacks=None, validation_split=0.0,
            validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0,
            steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1):  # fmt: skip
        """Train the model.

        Args:
            x: Inputs: NumPy arrays, tensors of any engine, pandas data, in lists or dicts; or a `tf.data.Dataset`,
                torch `DataLoader`, `PyDataset`, generator or iterable of batches `(x, y)` or `(x, y, sample_weight)`.
            y: Targets, if `x` does not bring them.
            batch_size: Rows per step for data in memory; 32 by default.
            epochs: Index of the last epoch, plus one.
            verbose: 0 silent, 1 progress bar, 2 a line per epoch; "auto" is 1.
            callbacks: List of callbacks.
            validation_split: Fraction of the rows (the last ones) held out for validation.
            validation_data: `(x, y)` or `(x, y, sample_weight)` or a dataset; wins over `validation_split`.
            shuffle: Whether rows are shuffled each epoch; "batch" shuffles within chunks.
            class_weight: Dict from class to weight.
            sample_weight: Weights of the rows.
            initial_epoch: Index of the first epoch.
            steps_per_epoch: Steps in an epoch; by default all of the data.
            validation_steps: Steps of validation.
            validation_batch_size: Rows per step of validation.
            validation_freq: Validate every so many epochs, or a list of epochs (counted from 1).

        Returns:
            A `History`: `history.history` is a dict from names to a value per epoch.
        """
        self._require_compiled("fit")
        return _loop.fit(
            self, x, y, batch_size=batch_size, epochs=epochs, verbose=verbose, callbacks=callbacks,
            validation_split=validation_split, validation_data=validation_data, shuffle=shuffle,
            class_weight=class_weight, sample_weight=sample_weight, initial_epoch=initial_epoch,
            steps_per_epoch=steps_per_epoch, validation_steps=validation_steps,
            validation_batch_size=validation_batch_size, validation_freq=validation_freq,
        )  # fmt: skip

    def evaluate(self, x=None, y=None, batch_size=None, verbose: Any = "auto", sample_weight=None, steps=None, callbacks=None,
                 return_dict=False, **kwargs):  # fmt: skip
        """Loss and metrics on data.

        Args:
            x, y, batch_size, sample_weight, callbacks, verbose: As in `fit`.
            steps: Steps to run; all of the data by default.
            return_dict: Whether to return a dict rather than a list.

        Returns:
            A float, a list of floats in the order of `metrics_names`, or a dict.
        """
        if kwargs:
            raise bad_argument(f"{self._where()}.evaluate", "unknown arguments.", given=", ".join(kwargs),
                               error=TypeError)  # fmt: skip
        self._require_compiled("evaluate")
        logs = _loop.evaluate(self, x, y, batch_size=batch_size, verbose=verbose, sample_weight=sample_weight,
                              steps=steps, callbacks=callbacks)  # fmt: skip
        return logs if return_dict else _as_list(logs)

    def predict(self, x, batch_size=None, verbose: Any = "auto", steps=None, callbacks=None):
        """Outputs for data, as NumPy arrays, batch by batch.

        Args:
            x, batch_size, callbacks, verbose: As in `fit`.
            steps: Steps to run; all of the data by default.

        Returns:
            Arrays, in the structure of the model's outputs.
        """
        return _loop.predict(
            self, x, batch_size=batch_size, verbose=verbose, steps=steps, callbacks=callbacks
        )

    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One training step. Returns this batch's loss and metrics: a float, a list, or a dict."""
        self._require_compiled("train_on_batch")
        logs = _loop.on_batch(self, "train", x, y, sample_weight, class_weight)
        return logs if return_dict else _as_list(logs)

    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Loss and metrics of one batch: a float, a list, or a dict."""
        self._require_compiled("test_on_batch")
        logs = _loop.on_batch(self, "test", x, y, sample_weight, None)
        return logs if return_dict else _as_list(logs)

    def predict_on_batch(self, x):
        """Outputs for one batch, as NumPy arrays."""
        return _loop.predict_on_batch(self, x)

    # --- configuration ------------------------------------------------------------------------------------------
    def get_compile_config(self):
        """Arguments of `compile`, as plain data; None if not compiled."""
        from tricorn.core.serial import serialize_keras_object

        if self._compiled_arguments is None:
            return None
        arguments = {
            **self._compiled_arguments,
            "optimizer": self.optimizer,
        }  # as it is now, not as it was named
        return {key: serialize_keras_object(value) for key, value in arguments.items()
                if key != "auto_scale_loss" or value is not True}  # fmt: skip

    def compile_from_config(self, config):
        """`compile` with the arguments of `get_compile_config`."""
        from tricorn.core.serial import deserialize_keras_object

        if not config:
            return
        with backend_scope(self._backend):
            arguments = {key: deserialize_keras_object(value) for key, value in config.items()}
        self.compile(**arguments)
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)


def specs_of(tree):
    """Specs of a batch, with the batch size unknown."""
    if tree is None:
        return None
    if isinstance(tree, (list, tuple)):
        return type(tree)(specs_of(item) for item in tree)
    if isinstance(tree, dict):
        return {key: specs_of(item) for key, item in tree.items()}
    shape = tuple(tree.shape)
    # Objects in the data are strings: its conversion has seen to it.
    dtype = "string" if getattr(tree.dtype, "kind", "") == "O" else standardize_dtype(tree.dtype)
    return KerasTensor((None, *shape[1:]) if shape else (), dtype, record_history=False)


def _as_list(logs):
    values = list(logs.values())
    return values[0] if len(values) == 1 else values
