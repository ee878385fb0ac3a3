"""Training steps on torch: eager, in place, without waiting for the device inside a step."""

from __future__ import annotations

import torch

from tricorn.backends.torch import backend, current_device
from tricorn.core.engine import Engine, pack, unpack
from tricorn.core.errors import bad_argument


class TorchEngine(Engine):
    """Steps through `torch.autograd.grad` and the optimizer's in-place kernels."""

    def __init__(self, model):
        super().__init__(model)
        self._optimizer = model.optimizer
        self._on_host = current_device() == "cpu"
        self._collect()
        compiled = model.__dict__.get("_jit_compile") is True and not model.run_eagerly
        self._forward = torch.compile(self._forward_training) if compiled else self._forward_training

    def _collect(self):
        model = self.model
        self._variables = model.trainable_variables
        self._parameters = [variable._read() for variable in self._variables]

    def _forward_training(self, x):
        return self.program.forward(x, training=True)

    def to_tensors(self, tree):
        if tree is None:
            return None
        if isinstance(tree, (list, tuple)):
            return type(tree)(self.to_tensors(item) for item in tree)
        if isinstance(tree, dict):
            return {key: self.to_tensors(item) for key, item in tree.items()}
        if (
            self._on_host
            and type(tree).__name__ == "ndarray"
            and tree.flags.writeable
            and 0 not in tree.strides
        ):
            try:
                return torch.from_numpy(tree)
            except (TypeError, ValueError):
                pass  # negative strides or a dtype that torch reads by its bits: the general way
        return backend.convert_to_tensor(tree)

    def train(self, batches):
        handle = None
        for x, y, sample_weight in batches:
            x, y, sample_weight = self.to_tensors(x), self.to_tensors(y), self.to_tensors(sample_weight)
            if self.program.overrides_train_step:
                handle = self.model.train_step(pack(x, y, sample_weight))
            else:
                handle = self._train_step(x, y, sample_weight)
        return handle

    def _train_step(self, x, y, sample_weight):
        model, program = self.model, self.program
        if program.may_add_losses:
            model._clear_losses()
        y_pred = self._forward(x)
        loss = program.loss(x, y, y_pred, sample_weight)
        optimizer = self._optimizer
        if optimizer is not None and self._variables:
            scaled = optimizer.scale_loss(loss)
            gradients = self.reduce_gradients(self._gradients(scaled))
            with torch.no_grad():
                optimizer.apply(gradients, self._variables)
        if type(y_pred) is torch.Tensor:
            y_pred = y_pred.detach()
        with torch.no_grad():
            return program.update_metrics(x, y, y_pred, sample_weight, loss.detach())

    def _gradients(self, loss):
        parameters = self._parameters
        for variable, parameter in zip(self._variables, parameters, strict=True):
            if variable._store[variable._key] is not parameter:  # a tensor was put in its place from outside
                self._collect()
                parameters = self._parameters
                break
        try:
            return list(torch.autograd.grad(loss, parameters, allow_unused=True))
        except RuntimeError as error:
            if not loss.requires_grad:
                raise bad_argument(
                    self.model._where(), "the loss does not depend on any trainable variable.",
                    expected="a loss computed from the model's outputs by differentiable operations",
                    hint="check that call() and the loss use the layers' outputs and do not detach them",
                ) from error  # fmt: skip
            raise

    def test(self, batches):
        handle = None
        with torch.no_grad():
            for x, y, sample_weight in batches:
                handle = self.program.test_step(
                    self.to_tensors(x), self.to_tensors(y), self.to_tensors(sample_weight)
                )
        return handle

    def predicting(self):
        # User code may keep what it computes, and train on it later: there, plain no_grad.
        return torch.inference_mode() if self.program.direct_call is not None else torch.no_grad()

    def predict(self, x):
        if torch.is_grad_enabled():  # a single batch, outside a run
            with self.predicting():
                return self.program.predict_step(self.to_tensors(x))
        return self.program.predict_step(self.to_tensors(x))

    # --- what `super().train_step(data)` of a user's model runs ------------------------------------------------
    def train_step(self, data):
        x, y, sample_weight = unpack(data)
        self._train_step(x, y, sample_weight)
        return self.program.results()

    def test_step(self, data):
        x, y, sample_weight = unpack(data)
        with torch.no_grad():
            program = self.program
            y_pred = program.forward(x, training=False)
            loss = program.loss(x, y, y_pred, sample_weight, training=False)
            program.update_metrics(x, y, y_pred, sample_weight, loss)
            return program.results()

    def predict_step(self, data):
        return self.program.forward(unpack(data)[0], training=False)
