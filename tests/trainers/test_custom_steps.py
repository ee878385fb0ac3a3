"""Overridden steps, losses and metrics, in each engine's native style."""

import numpy as np
import pytest

import tricorn as keras
from tricorn import layers, ops

RANDOM = np.random.RandomState(2)
X = RANDOM.rand(16, 4).astype("float32")
Y = RANDOM.rand(16, 1).astype("float32")
QUIET = {"verbose": 0, "shuffle": False, "batch_size": 8}


def build(cls, **arguments):
    keras.utils.set_random_seed(5)
    inputs = keras.Input((4,))
    x = layers.Dense(3, activation="tanh", name="hidden")(inputs)
    model = cls(inputs, layers.Dense(1, name="head")(x))
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"], **arguments)
    return model


def native_train_step(engine):
    """A model whose whole step is the user's."""

    class Own(keras.Model):
        def train_step(self, *args):
            if engine == "jax":
                return self.jax_step(*args)
            if engine == "torch":
                return self.torch_step(*args)
            return self.tensorflow_step(*args)

        def jax_step(self, state, data):
            import jax

            trainable, held, slots, metrics = state
            x, y = data

            def loss_of(trainable):
                predicted, new = self.stateless_call(trainable, held, x, training=True)
                return ops.mean((predicted - y) ** 2), (predicted, new)

            (loss, (_, held)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
            trainable, slots = self.optimizer.stateless_apply(slots, gradients, trainable)
            new, logs = [], {"mine": loss}
            for metric in self.metrics:
                own = metrics[len(new) : len(new) + len(metric.variables)]
                if metric.name == "loss":
                    own = metric.stateless_update_state(own, loss)
                logs[metric.name] = metric.stateless_result(own)
                new += own
            return logs, (trainable, held, slots, new)

        def torch_step(self, data):
            import torch

            x, y = data
            self.zero_grad()
            loss = ops.mean((self(x, training=True) - y) ** 2)
            loss.backward()
            with torch.no_grad():
                self.optimizer.apply([v.value.grad for v in self.trainable_weights], self.trainable_weights)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
            return {"mine": loss, **{metric.name: metric.result() for metric in self.metrics}}

        def tensorflow_step(self, data):
            import tensorflow as tf

            x, y = data
            with tf.GradientTape() as tape:
                loss = ops.mean((self(x, training=True) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
            return {"mine": loss, **{metric.name: metric.result() for metric in self.metrics}}

    return Own


@pytest.fixture(scope="module")
def plain_history():
    """Of the same model without overrides."""
    with keras.backend_scope("torch"):
        return build(keras.Model).fit(X, Y, epochs=3, **QUIET).history


def test_a_step_of_ones_own(training_backend, plain_history):
    model = build(native_train_step(training_backend))
    history = model.fit(X, Y, epochs=3, **QUIET).history
    assert history["loss"] == pytest.approx(plain_history["loss"], rel=1e-4)
    assert "mine" in history
    assert model.train_on_batch(X, Y, return_dict=True)["mine"] > 0


def test_super_train_step(training_backend, plain_history):
    class Counting(keras.Model):
        def train_step(self, *args):
            if training_backend == "jax":
                logs, state = super().train_step(*args)
                return {**logs, "twice": logs["loss"] * 2}, state
            logs = super().train_step(*args)
            return {**logs, "twice": logs["loss"] * 2}

        def test_step(self, *args):
            if training_backend == "jax":
                logs, state = super().test_step(*args)
                return {**logs, "tested": logs["loss"] + 1}, state
            logs = super().test_step(*args)
            return {**logs, "tested": logs["loss"] + 1}

        def predict_step(self, *args):
            if training_backend == "jax":
                outputs, state = super().predict_step(*args)
                return outputs * 0, state
            return super().predict_step(*args) * 0

    model = build(Counting)
    history = model.fit(X, Y, epochs=3, validation_data=(X, Y), **QUIET).history
    assert history["loss"] == pytest.approx(plain_history["loss"], rel=1e-4)
    assert history["mae"] == pytest.approx(plain_history["mae"], rel=1e-4)
    assert history["twice"] == pytest.approx([2 * v for v in plain_history["loss"]], rel=1e-4)
    assert history["val_tested"] == pytest.approx([v + 1 for v in history["val_loss"]], rel=1e-4)
    logs = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert logs["tested"] == pytest.approx(logs["loss"] + 1, rel=1e-5)
    assert (model.predict(X, verbose=0) == 0).all()


def test_compute_loss_and_metrics(training_backend, plain_history):
    class Changed(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = super().compute_loss(
                x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training
            )
            return loss + 10.0

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            logs = super().compute_metrics(x, y, y_pred, sample_weight)
            return {**logs, "shifted": logs["mae"] + 1.0}

    model = build(Changed)
    history = model.fit(X, Y, epochs=3, validation_data=(X, Y), **QUIET).history
    assert history["loss"] == pytest.approx([v + 10 for v in plain_history["loss"]], rel=1e-4)
    assert history["shifted"] == pytest.approx([v + 1 for v in plain_history["mae"]], rel=1e-4)
    assert history["val_shifted"] == pytest.approx([v + 1 for v in history["val_mae"]], rel=1e-4)


def test_compute_loss_alone_needs_no_compiled_loss(training_backend):
    class Alone(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return ops.mean((y_pred - y) ** 2)

    inputs = keras.Input((4,))
    model = Alone(inputs, layers.Dense(1)(inputs))
    model.compile(keras.optimizers.SGD(0.1))
    losses = model.fit(X, Y, epochs=3, **QUIET).history["loss"]
    assert losses[-1] < losses[0]


def test_a_metric_of_the_model(training_backend):
    class Measured(keras.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.largest = keras.metrics.Mean(name="largest")

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            self.largest.update_state(ops.max(y_pred) * 0 + 7.0)
            return super().compute_metrics(x, y, y_pred, sample_weight)

    model = build(Measured)
    assert model.fit(X, Y, **QUIET).history["largest"] == [pytest.approx(7.0)]
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["largest"] == pytest.approx(7.0)
    assert "largest" in [metric.name for metric in model.metrics]


@pytest.mark.engines("jax")
def test_a_jax_step_that_returns_another_state_is_refused(training_backend):
    class Wrong(keras.Model):
        def train_step(self, state, data):
            return {"loss": 0.0}, state[:2]

    with pytest.raises(ValueError, match="train_step"):
        build(Wrong).fit(X, Y, **QUIET)


@pytest.mark.engines("jax")
def test_changing_a_stray_variable_in_a_step_is_refused(training_backend):
    stray = keras.Variable(0.0, name="stray")

    class Strays(layers.Layer):
        def call(self, x):
            stray.assign_add(1.0)
            return x

    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(1)(Strays()(inputs)))
    model.compile("sgd", "mse")
    with pytest.raises(RuntimeError, match="stray"):
        model.fit(X, Y, **QUIET)


@pytest.mark.engines("torch")
def test_a_torch_optimizer_in_the_step(training_backend):
    import torch

    class Native(keras.Model):
        def train_step(self, data):
            x, y = data
            if not hasattr(self, "native"):
                self.native = torch.optim.SGD(self.parameters(), lr=0.1)
            self.native.zero_grad()
            loss = torch.nn.functional.mse_loss(self(x, training=True), y)
            loss.backward()
            self.native.step()
            return {"loss": loss.detach()}

    losses = build(Native).fit(X, Y, epochs=3, **QUIET).history["loss"]
    assert losses[-1] < losses[0]
