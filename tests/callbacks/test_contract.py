"""What holds for every callback, for the list of them, and for the logs they are handed."""

import inspect
import json
import pickle
import types

import pytest

from tests.callbacks import fake
from tests.support.oracle import oracle
from tricorn import callbacks as package
from tricorn.callbacks import Callback, CallbackList
from tricorn.callbacks._logs import Logs

CLASSES = [name for name in package.__all__ if name not in ("Callback", "CallbackList")]
HOOKS = [name for name in dir(Callback) if name.startswith("on_")]

# Arguments that can't be left out.
NEEDED = {
    "BackupAndRestore": lambda path: {"backup_dir": str(path / "backup")},
    "CSVLogger": lambda path: {"filename": str(path / "log.csv")},
    "LearningRateScheduler": lambda path: {"schedule": lambda epoch, rate: rate / 2},
    "ModelCheckpoint": lambda path: {"filepath": str(path / "{epoch}.keras")},
    "RemoteMonitor": lambda path: {"root": "http://127.0.0.1:9"},  # the discard port: nobody answers
}


def made(name, path):
    return getattr(package, name)(**NEEDED.get(name, lambda path: {})(path))


@pytest.mark.filterwarnings("ignore:Could not reach")
@pytest.mark.parametrize("name", CLASSES)
def test_every_callback_lives_through_a_whole_run_twice(name, tmp_path, capsys):
    model, callback = fake.Model(), made(name, tmp_path)
    assert isinstance(callback, Callback)
    for _ in range(2):
        history = fake.fit(model, [callback], epochs=3, losses=[3, 2, 1], val_losses=[3, 2, 1])
        assert history.epoch == [0, 1, 2] and history.history["loss"] == [3, 2, 1]
        fake.evaluate(model, [callback])
        fake.predict(model, [callback])
    assert callback.model is model and callback.params["epochs"] == 1
    assert model.weight.value == 12  # evaluation and prediction leave the weights


@pytest.mark.parametrize("name", [name for name in CLASSES if name != "LambdaCallback"])
def test_arguments_are_kept_under_their_names(name, tmp_path):
    """So a callback can be made again from what it holds."""
    renamed = {"separator": "sep"}
    callback = made(name, tmp_path)
    parameters = inspect.signature(getattr(package, name)).parameters
    for parameter in parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        value = getattr(callback, renamed.get(parameter.name, parameter.name))
        if parameter.name not in NEEDED.get(name, lambda path: {})(tmp_path):
            assert value == parameter.default
        if not callable(value):
            json.dumps(value)


def test_signatures_and_members_are_those_of_the_reference():
    names = [*CLASSES, "Callback", "CallbackList"]
    code = (
        "import inspect\n"
        "result = {n: ([(p.name, str(p.kind), str(p.default)) "
        "for p in inspect.signature(getattr(keras.callbacks, n)).parameters.values()], "
        "sorted(m for m in dir(getattr(keras.callbacks, n)) if m.startswith('on_'))) for n in names}"
    )
    for name, (signature, hooks) in oracle("jax").run(code, names=names).items():
        cls = getattr(package, name)
        parameters = inspect.signature(cls).parameters.values()
        assert [(item.name, str(item.kind), str(item.default)) for item in parameters] == signature, name
        assert sorted(member for member in dir(cls) if member.startswith("on_")) == hooks


class Recorder(Callback):
    """Writes down every call."""

    def __init__(self):
        self.calls = []


RECORDED = [hook for hook in HOOKS if hook not in ("on_batch_begin", "on_batch_end")]
RECORD = """
def recording(hook):
    def call(self, *arguments, logs=None):
        if arguments and isinstance(arguments[-1], dict):
            *arguments, logs = arguments
        self.calls.append((hook, *arguments, sorted(logs or {})))
    return call
"""
_names = {}
exec(RECORD, _names)
for _hook in RECORDED:
    setattr(Recorder, _hook, _names["recording"](_hook))

REFERENCE_RUN = (
    RECORD
    + """
Recorder = type("Recorder", (keras.callbacks.Callback,), {hook: recording(hook) for hook in hooks})
recorder = Recorder()
recorder.calls = []
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=[keras.metrics.MeanAbsoluteError(name="accuracy")])
x, y = np.ones((4, 2)), np.ones((4, 1))
model.fit(x, y, batch_size=2, epochs=2, callbacks=[recorder], validation_data=(x, y), verbose=0)
params = dict(recorder.params)
model.evaluate(x, y, batch_size=2, callbacks=[recorder], verbose=0)
model.predict(x, batch_size=2, callbacks=[recorder], verbose=0)
result = (recorder.calls, params)
"""
)


def test_order_of_the_hooks_and_names_in_the_logs_are_those_of_the_reference():
    expected, params = oracle("jax").run(REFERENCE_RUN, hooks=RECORDED)
    model, recorder = fake.Model(), Recorder()
    fake.fit(model, [recorder], epochs=2, val_losses=[0, 0])
    assert recorder.params == params
    fake.evaluate(model, [recorder])
    fake.predict(model, [recorder])
    assert recorder.calls == expected


# --- the list ------------------------------------------------------------------------------------
def test_hooks_that_nobody_defines_are_not_called():
    class Quiet(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.seen = epoch

    callbacks = CallbackList([Quiet()], add_history=True, model=fake.Model())
    assert not callbacks.has_train_batch_hooks
    assert not callbacks.has_test_batch_hooks
    assert not callbacks.has_predict_batch_hooks
    assert not callbacks.needs_batch_logs


@pytest.mark.parametrize(
    "hook", ["on_train_batch_end", "on_batch_end", "on_train_batch_begin", "on_batch_begin"]
)
def test_batch_hooks_of_either_name_are_called(hook):
    seen = []
    cls = type("Own", (Callback,), {hook: lambda self, batch, logs=None: seen.append(batch)})
    callbacks = CallbackList([cls()])
    assert callbacks.has_train_batch_hooks
    assert callbacks.needs_batch_logs == hook.endswith("end")
    fake.fit(fake.Model(), [cls()], steps=3)
    assert seen == [0, 1, 2]


def test_hooks_set_on_an_instance_are_called():
    callback, seen = Callback(), []
    callbacks = CallbackList([callback])
    callback.on_epoch_end = lambda epoch, logs: seen.append(epoch)
    callbacks.on_train_begin()
    callbacks.on_epoch_end(3)
    assert seen == [3]


def test_order_history_and_progress_bar():
    own = Callback()
    model = fake.Model()
    callbacks = CallbackList(
        [own], add_history=True, add_progbar=True, model=model, verbose=1, epochs=2, steps=3
    )
    assert [type(item).__name__ for item in callbacks.callbacks] == ["Callback", "History", "ProgbarLogger"]
    assert own.params == {"verbose": 1, "epochs": 2, "steps": 3} and own.model is model
    assert model.history is callbacks.callbacks[1]
    assert CallbackList([own, [package.History()]], add_history=True).callbacks[0] is own
    assert len(CallbackList([package.History()], add_history=True)) == 1


@pytest.mark.parametrize("wrong", ["a", 3, Callback, print])
def test_what_is_no_callback(wrong):
    with pytest.raises(TypeError, match="not a callback"):
        CallbackList([wrong])


def test_callbacks_that_derive_from_another_package_are_taken():
    seen = []
    foreign = types.SimpleNamespace(
        set_model=lambda model: None,
        set_params=lambda params: None,
        on_epoch_end=lambda epoch, logs: seen.append(epoch),
    )
    fake.fit(fake.Model(), [foreign], epochs=2)
    assert seen == [0, 1]


@pytest.mark.parametrize("hook", RECORDED)
def test_an_exception_ends_the_run(hook):
    def raises(self, *arguments):
        raise KeyError(hook)

    callback = type("Raises", (Callback,), {hook: raises})()
    with pytest.raises(KeyError, match=hook):
        fake.fit(fake.Model(), [callback], val_losses=[0])
        fake.predict(fake.Model(), [callback])


# --- the logs ------------------------------------------------------------------------------------
LOOKS = {
    "getitem": lambda logs: logs["a"] == 1,
    "get": lambda logs: logs.get("a") == 1,
    "in": lambda logs: "a" in logs,
    "len": lambda logs: len(logs) == 2,
    "bool": lambda logs: bool(logs),
    "iter": lambda logs: list(logs) == ["a", "b"],
    "items": lambda logs: list(logs.items()) == [("a", 1), ("b", 2)],
    "dict": lambda logs: dict(logs) == {"a": 1, "b": 2},
    "stars": lambda logs: dict(**logs) == {"a": 1, "b": 2},
    "display": lambda logs: {**logs, "c": 3} == {"a": 1, "b": 2, "c": 3},
    "or": lambda logs: logs | {"c": 3} == {"a": 1, "b": 2, "c": 3},
    "ror": lambda logs: {"c": 3} | logs == {"a": 1, "b": 2, "c": 3},
    "update": lambda logs: (other := {}).update(logs) is None and other == {"a": 1, "b": 2},
    "copy": lambda logs: logs.copy() == {"a": 1, "b": 2},
    "json": lambda logs: json.loads(json.dumps(logs)) == {"a": 1, "b": 2},
    "pickle": lambda logs: pickle.loads(pickle.dumps(logs)) == {"a": 1, "b": 2},
    "repr": lambda logs: repr(logs) == "{'a': 1, 'b': 2}",
    "format": lambda logs: "{a}".format(**logs) == "1",
    "equal": lambda logs: logs == {"a": 1, "b": 2},
    "pop": lambda logs: logs.pop("a") == 1 and dict(logs) == {"b": 2},
    "set": lambda logs: logs.__setitem__("c", 3) is None and dict(logs) == {"a": 1, "b": 2, "c": 3},
    "overwrite": lambda logs: logs.__setitem__("a", 3) is None and logs["a"] == 3,
}


@pytest.mark.parametrize("look", LOOKS)
def test_logs_are_read_once_at_the_first_look_of_any_kind(look):
    reads = []
    logs = Logs(lambda: reads.append(0) or {"a": 1, "b": 2})
    assert isinstance(logs, dict) and reads == [] and not logs.is_read
    assert LOOKS[look](logs)
    assert reads == [0]
    assert logs is not None and logs.is_read and logs.get("b") == 2 and reads == [0]


def test_the_progress_bar_does_not_read_what_it_does_not_draw(capsys):
    reads = []
    fake.fit(
        fake.Model(),
        [package.ModelCheckpoint("unused.keras", save_freq=10**6)],
        steps=500,
        verbose=1,
        read_counter=reads,
    )
    assert len(reads) == 1  # the loop's own reading at the end of the epoch; no terminal is drawn on
    assert "500/500" in capsys.readouterr().out
