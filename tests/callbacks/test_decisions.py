"""Callbacks that decide by a value: the same decisions as the reference's, over many sequences."""

import types
import warnings

import numpy as np
import pytest

from tests.callbacks import fake
from tests.support.oracle import oracle
from tricorn import callbacks as package
from tricorn.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, TerminateOnNaN

# Runs here with our classes and over there with the reference's.
SIMULATION = """
import types, warnings
warnings.simplefilter("ignore")

class Model:
    metrics = ()
    def __init__(self):
        self.stop_training, self.weight, self.saved = False, -1, []
        self.optimizer = types.SimpleNamespace(learning_rate=np.float64(1.0))
    def get_weights(self):
        return self.weight
    def set_weights(self, weights):
        self.weight = weights
    def save(self, path, **options):
        self.saved.append((str(path), self.weight))
    save_weights = save

def outcome(name, options, sequence):
    model, callback = Model(), getattr(keras.callbacks, name)(**options)
    callback.set_model(model)
    callback.set_params({"epochs": len(sequence), "steps": 3, "verbose": 0})
    callback.on_train_begin({})
    rates, epoch = [], 0
    for epoch, value in enumerate(sequence):
        callback.on_epoch_begin(epoch, {})
        for batch in range(3):
            model.weight = epoch * 3 + batch
            callback.on_train_batch_end(batch, {"val_loss": value + (2 - batch), "loss": 0.0})
        callback.on_epoch_end(epoch, {"val_loss": value, "val_accuracy": value, "loss": 0.0})
        rates.append(round(float(model.optimizer.learning_rate), 9))
        if model.stop_training:
            break
    callback.on_train_end({})
    names = () if name == "ReduceLROnPlateau" else ("best", "stopped_epoch", "wait")
    kept = [getattr(callback, key, None) for key in names]
    return [epoch, model.weight, model.saved, rates, kept]

result = [outcome(*case) for case in cases]
"""


def compared(cases):
    names = {"keras": types.SimpleNamespace(callbacks=package), "np": np, "cases": cases}
    with warnings.catch_warnings():
        exec(SIMULATION, names)
    expected = oracle("jax").run(SIMULATION, cases=cases)
    for case, ours, theirs in zip(cases, names["result"], expected):
        assert ours == theirs, case


def choices(seed, count, **options):
    generator = np.random.default_rng(seed)
    for _ in range(count):
        chosen = {name: values[generator.integers(len(values))] for name, values in options.items()}
        yield chosen, generator.integers(0, 6, 9).astype(float).tolist()


def test_early_stopping():
    compared([
        ("EarlyStopping", options, sequence)
        for options, sequence in choices(
            0, 300, patience=[0, 1, 2, 3], min_delta=[0, 1.0, -1.0], mode=["auto", "min", "max"],
            baseline=[None, None, 3.0],
            restore_best_weights=[False, True], start_from_epoch=[0, 1, 3], monitor=["val_loss", "val_accuracy"],
        )
        if (options["monitor"], options["mode"]) != ("val_accuracy", "auto")  # there the reference asks the model
    ])  # fmt: skip


def test_reduce_lr_on_plateau():
    compared([
        ("ReduceLROnPlateau", options, sequence)
        for options, sequence in choices(
            1, 200, patience=[1, 2, 3], min_delta=[0, 1.0], mode=["auto", "min", "max"], cooldown=[0, 1, 2],
            min_lr=[0, 0.05], factor=[0.1, 0.5],
        )
    ])  # fmt: skip


def test_model_checkpoint(tmp_path):
    compared([
        ("ModelCheckpoint", options, sequence)
        for options, sequence in choices(
            2, 200, save_best_only=[False, True], mode=["auto", "min", "max"], save_freq=["epoch", "epoch", 2, 4],
            initial_value_threshold=[None, 3.0],
            filepath=[str(tmp_path / name) for name in ("a.keras", "{epoch:02d}-{val_loss:.1f}.keras", "b.h5")],
        )
        if not options["save_best_only"] or options["save_freq"] == "epoch"  # the reference fails on the others
    ])  # fmt: skip


def test_nothing_is_remembered_from_one_fit_to_the_next(tmp_path):
    for callback in (
        EarlyStopping(monitor="loss", patience=1, restore_best_weights=True),
        ReduceLROnPlateau(monitor="loss"),
        ModelCheckpoint(tmp_path / "best.keras", monitor="loss", save_best_only=True),
    ):
        model = fake.Model()
        fake.fit(model, [callback], epochs=2, losses=[0.1, 0.05])
        assert callback.best == 0.05
        history = fake.fit(model, [callback], epochs=3, losses=[0.9, 0.8, 0.7])  # worse than all before
        assert history.epoch == [0, 1, 2] and callback.best == 0.7


def test_nan_is_never_the_best():
    model, callback = fake.Model(), EarlyStopping(monitor="loss", patience=3)
    fake.fit(model, [callback], epochs=3, losses=[np.nan, 5.0, np.nan])
    assert callback.best == 5.0 and callback.best_epoch == 1


def test_a_value_that_is_not_there_is_named_once():
    with pytest.warns(UserWarning, match="`val_loss`.*Available values are: loss, accuracy") as caught:
        fake.fit(fake.Model(), [EarlyStopping()], epochs=3)
    assert len(caught) == 1


@pytest.mark.parametrize(
    ("name", "rises"),
    [("val_accuracy", True), ("sparse_categorical_accuracy", True), ("out_acc", True), ("auc", True), ("auc_1", True),
     ("val_f1_score", True), ("loss", False), ("val_out_loss", False), ("val_mse", False),
     ("mean_squared_error", False)],
)  # fmt: skip
def test_direction_by_name(name, rises):
    callback = EarlyStopping(monitor=name, patience=1)
    callback.set_model(fake.Model())
    callback.on_train_begin()
    callback.on_epoch_end(0, {name: 1.0})
    callback.on_epoch_end(1, {name: 2.0})
    assert callback.best == (2.0 if rises else 1.0)


def test_direction_by_metric():
    model = fake.Model()
    metric = types.SimpleNamespace(name="score", _direction="up")
    model.metrics = [types.SimpleNamespace(name="compile_metrics", metrics=[metric])]
    callback = EarlyStopping(monitor="val_score", patience=1)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate([1.0, 2.0]):
        callback.on_epoch_end(epoch, {"val_score": value})
    assert callback.best == 2.0


def test_direction_unknown():
    with pytest.raises(ValueError, match="mode='max'"):
        fake.fit(fake.Model(), [package.LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(score=1.0)),
                                EarlyStopping(monitor="score")], epochs=2)  # fmt: skip


def test_terminate_on_nan(capsys):
    model = fake.Model()
    history = fake.fit(model, [TerminateOnNaN()], epochs=3, losses=[1.0, np.inf, 1.0])
    assert (
        history.epoch == [0, 1] and model.weight.value == 3
    )  # stopped after the first batch of the second epoch
    assert "Batch 0: Invalid loss" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="NaN or Inf loss encountered at batch 0"):
        fake.fit(fake.Model(), [TerminateOnNaN(raise_error=True)], losses=[np.nan])


BAD = {
    "weights ending": (
        lambda: ModelCheckpoint("a.keras", save_weights_only=True),
        ValueError,
        "'a.weights.h5'",
    ),
    "model ending": (lambda: ModelCheckpoint("a.weights.h5"), ValueError, "save_weights_only=True"),
    "no ending": (lambda: ModelCheckpoint("a"), ValueError, "'a.keras'"),
    "save_freq": (lambda: ModelCheckpoint("a.keras", save_freq="batch"), ValueError, "`save_freq`"),
    "save_freq 0": (lambda: ModelCheckpoint("a.keras", save_freq=0), ValueError, "`save_freq`"),
    "name in path": (lambda: fake.fit(fake.Model(), [ModelCheckpoint("{nope}.keras")]), KeyError, "nope"),
    "patience": (lambda: EarlyStopping(patience=-1), ValueError, "`patience`"),
    "factor": (lambda: ReduceLROnPlateau(factor=1.0), ValueError, "`factor`"),
    "unknown": (lambda: ReduceLROnPlateau(epsilon=1.0), TypeError, "epsilon"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    make, error, words = BAD[name]
    with pytest.raises(error, match=words):
        make()


def test_an_unknown_mode_falls_back_with_a_warning():
    with pytest.warns(UserWarning, match="mode 'zz' is unknown"):
        assert EarlyStopping(mode="zz").mode == "auto"
