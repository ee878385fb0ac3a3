"""What one step of a compiled model computes, free of how an engine differentiates, compiles and stores.

An engine takes `forward`, `loss`, `update_metrics` and puts its own gradient and optimizer between them. Methods of the
user's (an overridden `compute_loss`, `compute_metrics`, `train_step`, `call`) are used wherever they exist.
"""

from __future__ import annotations

import functools

from tricorn import ops
from tricorn.core.engine import pack
from tricorn.trainers._compile_loss import first_size


class Program:
    """The parts of a step.

    Attributes:
        model: The model.
        overrides_train_step: Whether the user's class has a `train_step` of its own (and so for the others).
    """

    def __init__(self, model):
        from tricorn.trainers._trainer import Trainer

        cls = type(model)
        self.model = model
        self.overrides_train_step = cls.train_step is not Trainer.train_step
        self.overrides_test_step = cls.test_step is not Trainer.test_step
        self.overrides_predict_step = cls.predict_step is not Trainer.predict_step
        self.overrides_loss = cls.compute_loss is not Trainer.compute_loss
        self.overrides_metrics = cls.compute_metrics is not Trainer.compute_metrics
        self.direct_call = self._find_direct_call()
        self.may_add_losses = self._may_add_losses()

    def _find_direct_call(self):
        """`call` of a model that needs nothing done around it."""
        model = self.model
        if not getattr(model, "_calls_directly", lambda: False)() or model._has_hooks():
            return None
        return model.call

    def _may_add_losses(self):
        return any(
            layer.activity_regularizer is not None
            or not layer._public_class().__module__.startswith("tricorn.")
            for layer in self.model._flatten_layers()
        )

    # --- parts ------------------------------------------------------------------------------------------
    def forward(self, x, training):
        """Predictions."""
        if self.direct_call is not None:
            return self.direct_call(x, training=training)
        return self.model(x, training=training)

    def loss(self, x, y, y_pred, sample_weight, training=True):
        """The scalar to minimise, losses of layers and regularizers included."""
        model = self.model
        if self.overrides_loss:
            return model._call_compute_loss(x, y, y_pred, sample_weight, training)
        return self.default_loss(y, y_pred, sample_weight)

    def default_loss(self, y, y_pred, sample_weight):
        model = self.model
        total = model._compile_loss(y, y_pred, sample_weight) if model._compile_loss is not None else None
        extra = model._own_losses() if self.may_add_losses else []
        for variable in self.regularized:
            extra.append(variable.regularizer(variable))
        for loss in extra:
            total = loss if total is None else total + ops.cast(loss, total.dtype)
        if total is None:
            from tricorn.core.errors import bad_argument

            raise bad_argument(
                model._where(), "there is nothing to minimise.", expected="compile(loss=...), or layers that add losses",
                hint="model.compile(optimizer, loss=...)",
            )  # fmt: skip
        return total

    @functools.cached_property
    def regularized(self):
        """Variables with a regularizer; a program is made anew when Variables are added."""
        return [v for v in self.model.trainable_weights if v.regularizer is not None]

    def update_metrics(self, x, y, y_pred, sample_weight, loss):
        """Add a batch to the loss tracker and the metrics."""
        model = self.model
        rows, tracker = rows_of(x), model._loss_tracker
        loss = ops.multiply(
            ops.cast(loss, tracker.dtype), rows if type(rows) is int else ops.cast(rows, tracker.dtype)
        )
        tracker._accumulate(loss, rows)
        if self.overrides_metrics:
            return model.compute_metrics(x, y, y_pred, sample_weight)
        if model._compile_metrics is not None and y is not None:
            model._compile_metrics.update(y, y_pred, sample_weight)
        return None

    def results(self):
        """Logs: tensors by name."""
        return self.model.get_metrics_result()

    # --- whole steps -----------------------------------------------------------------------------------------
    def test_step(self, x, y, sample_weight):
        """Evaluate a batch; returns logs where the user's methods do, else None (`results()` has them)."""
        model = self.model
        if self.overrides_test_step:
            return model.test_step(pack(x, y, sample_weight))
        if self.may_add_losses:
            model._clear_losses()
        y_pred = self.forward(x, training=False)
        loss = self.loss(x, y, y_pred, sample_weight, training=False)
        return self.update_metrics(x, y, y_pred, sample_weight, loss)

    def predict_step(self, x):
        if self.overrides_predict_step:
            return self.model.predict_step((x,))
        return self.forward(x, training=False)


def rows_of(x):
    """The batch size of the first tensor in a structure."""
    while isinstance(x, (list, tuple, dict)):
        x = next(iter(x.values())) if isinstance(x, dict) else x[0]
    return first_size(x)
