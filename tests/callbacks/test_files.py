"""Callbacks that write files, change the optimizer or the weights, or talk to a server."""

import csv
import http.server
import json
import threading
import urllib.parse

import numpy as np
import pytest

from tests.callbacks import fake
from tricorn.callbacks import (
    BackupAndRestore,
    CSVLogger,
    LambdaCallback,
    LearningRateScheduler,
    ModelCheckpoint,
    RemoteMonitor,
    SwapEMAWeights,
)


# --- ModelCheckpoint -----------------------------------------------------------------------------
def test_checkpoint_makes_its_directory_and_fills_in_the_path(tmp_path, capsys):
    callback = ModelCheckpoint(
        tmp_path / "new" / "{epoch:02d}-{val_loss:.2f}.keras", verbose=1, save_best_only=True
    )
    fake.fit(fake.Model(), [callback], epochs=3, losses=[1, 1, 1], val_losses=[3, 4, 1])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["01-3.00.keras", "03-1.00.keras"]
    out = capsys.readouterr().out
    assert "Epoch 2: val_loss did not improve from 3.00000" in out and "from 3.00000 to 1.00000" in out


def test_checkpoint_by_batches_counts_over_epochs_and_several_at_once(tmp_path):
    model = fake.Model()
    callback = ModelCheckpoint(tmp_path / "{epoch}-{batch}.weights.h5", save_weights_only=True, save_freq=4)
    fake.fit(model, [callback], epochs=3, steps=3)
    assert [path.rpartition("/")[2] for path in model.saved] == ["2-1.weights.h5", "3-2.weights.h5"]
    model = fake.Model()
    callback = ModelCheckpoint(tmp_path / "{batch}.keras", save_freq=3)
    fake.fit(model, [callback], steps=8, steps_per_call=2)
    assert [path.rpartition("/")[2] for path in model.saved] == ["4.keras", "8.keras"]


# --- CSVLogger -----------------------------------------------------------------------------------
def rows(path, separator=","):
    with path.open(newline="") as file:
        return list(csv.reader(file, delimiter=separator))


def test_csv(tmp_path):
    path = tmp_path / "log.csv"
    callback = CSVLogger(path, separator=";")
    fake.fit(fake.Model(), [callback], epochs=2, losses=[0.5, 0.25], val_losses=[1, 2])
    assert rows(path, ";") == [
        ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"],
        ["0", "0.5", "0.5", "0.5", "1.0"],
        ["1", "0.5", "0.25", "0.5", "2.0"],
    ]
    fake.fit(fake.Model(), [callback], epochs=1, losses=[9.0])
    assert len(rows(path, ";")) == 2  # begun anew
    fake.fit(fake.Model(), [CSVLogger(path, separator=";", append=True)], epochs=1, losses=[7.0])
    assert [row[0] for row in rows(path, ";")] == ["epoch", "0", "0"]


def test_csv_is_no_place_for_formulas(tmp_path):
    path = tmp_path / "log.csv"

    def add(epoch, logs):
        logs["=2+3"] = "=cmd|' /C calc'!A0"
        logs["fine"] = -1.5

    fake.fit(fake.Model(), [LambdaCallback(on_epoch_end=add), CSVLogger(path)], epochs=1)
    assert rows(path)[0][1] == "'=2+3"
    assert rows(path)[1][1] == "'=cmd|' /C calc'!A0"
    assert rows(path)[1][3] == "-1.5"


# --- learning rates ------------------------------------------------------------------------------
@pytest.mark.parametrize("schedule", [lambda epoch, rate: rate / 2, lambda epoch: 0.5 ** (epoch + 1)])
def test_learning_rate_scheduler(schedule, capsys):
    model = fake.Model()
    history = fake.fit(model, [LearningRateScheduler(schedule, verbose=1)], epochs=3)
    assert history.history["learning_rate"] == [0.5, 0.25, 0.125]
    assert "Epoch 2: LearningRateScheduler setting learning rate to 0.25." in capsys.readouterr().out


def test_learning_rate_scheduler_bad_input():
    with pytest.raises(ValueError, match="must return a number"):
        fake.fit(fake.Model(), [LearningRateScheduler(lambda epoch, rate: "fast")])
    with pytest.raises(TypeError, match="can't be called"):
        LearningRateScheduler(0.1)
    model = fake.Model()
    model.optimizer = None
    with pytest.raises(ValueError, match="learning_rate"):
        fake.fit(model, [LearningRateScheduler(lambda epoch, rate: rate)])

    def wrong(epoch, rate):
        raise TypeError("the schedule's own")

    with pytest.raises(TypeError, match="the schedule's own"):
        fake.fit(fake.Model(), [LearningRateScheduler(wrong)])


# --- BackupAndRestore ----------------------------------------------------------------------------
class Interrupt(Exception):
    pass


def interrupted(folder, at, **options):
    """Train until the batch `at` (counted over epochs), then fall."""
    model, seen = fake.Model(), []

    def count(batch, logs):
        seen.append(batch)
        if len(seen) == at:
            raise Interrupt

    with pytest.raises(Interrupt):
        fake.fit(
            model,
            [BackupAndRestore(folder, **options), LambdaCallback(on_train_batch_end=count)],
            epochs=4,
            steps=5,
        )
    return model


@pytest.mark.parametrize(
    ("options", "at", "weight", "epochs"),
    [({}, 13, 10, [2, 3]), ({}, 3, 0, [0, 1, 2, 3]), ({"save_freq": 4}, 14, 12, [2, 3]),
     ({"double_checkpoint": True}, 18, 15, [3])],
)  # fmt: skip
def test_backup_goes_on_where_it_stopped(options, at, weight, epochs, tmp_path):
    folder = tmp_path / "backup"
    interrupted(folder, at, **options)
    model = fake.Model()
    begun = []
    watch = LambdaCallback(on_epoch_begin=lambda epoch, logs: begun.append((epoch, model.weight.value)))
    fake.fit(model, [BackupAndRestore(folder, **options), watch], epochs=4, steps=5)
    assert [epoch for epoch, _ in begun] == epochs and begun[0][1] == weight
    assert not folder.exists()


def test_backup_that_cannot_be_read_gives_way_to_the_one_before(tmp_path):
    interrupted(tmp_path, 18, double_checkpoint=True)
    assert len(list(tmp_path.glob("*.weights.h5"))) == 2
    (tmp_path / "training_metadata.json").write_text('{"epoch": 3, "wei')  # a damaged record
    model = fake.Model()
    callback = BackupAndRestore(tmp_path, double_checkpoint=True, delete_checkpoint=False)
    history = fake.fit(model, [callback], epochs=4, steps=5)
    assert history.epoch == [2, 3] and model.weight.value == 20
    assert json.loads((tmp_path / "training_metadata.json").read_text())["epoch"] == 4


def test_backup_leaves_files_of_others(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    fake.fit(fake.Model(), [BackupAndRestore(tmp_path)], epochs=2)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_backup_bad_input():
    with pytest.raises(ValueError, match="backup_dir"):
        BackupAndRestore("")
    with pytest.raises(ValueError, match="save_freq"):
        BackupAndRestore("x", save_freq="batch")


# --- SwapEMAWeights ------------------------------------------------------------------------------
def test_averages_stand_in_for_the_weights_during_evaluation():
    model, seen = fake.Model(), []
    watch = LambdaCallback(
        on_test_batch_end=lambda batch, logs: seen.append(model.weight.value),
        on_epoch_end=lambda epoch, logs: seen.append(model.weight.value),
    )
    fake.fit(model, [SwapEMAWeights(), watch], epochs=1, steps=3, val_losses=[0])
    assert seen == [-1.0, -1.0, 3.0]
    fake.predict(
        model,
        [
            SwapEMAWeights(),
            LambdaCallback(on_predict_batch_end=lambda batch, logs: seen.append(model.weight.value)),
        ],
    )
    assert seen[3:] == [-1.0, -1.0] and model.weight.value == 3.0


def test_averages_at_the_end_of_epochs():
    model, seen = fake.Model(), []
    watch = LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(float(model.weight.value)),
        on_epoch_begin=lambda epoch, logs: seen.append(float(model.weight.value)),
    )
    fake.fit(model, [SwapEMAWeights(swap_on_epoch=True), watch], epochs=2, steps=3, val_losses=[0, 0])
    assert seen == [0.0, -1.0, 3.0, -1.0]
    assert float(model.weight.value) == -1.0


def test_averages_need_an_optimizer_that_keeps_them():
    model = fake.Model()
    model.optimizer.use_ema = False
    with pytest.raises(ValueError, match="use_ema=True"):
        fake.evaluate(model, [SwapEMAWeights()])


# --- RemoteMonitor, LambdaCallback ---------------------------------------------------------------
@pytest.mark.parametrize("send_as_json", [False, True])
def test_remote_monitor(send_as_json):
    received = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            received.append((self.path, self.headers["Content-Type"], self.headers["X-Own"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_port}"
    add = LambdaCallback(on_epoch_end=lambda epoch, logs: logs.update(each=np.array([1.0, 2.0])))
    fake.fit(
        fake.Model(),
        [add, RemoteMonitor(root, headers={"X-Own": "1"}, send_as_json=send_as_json)],
        losses=[0.5],
    )
    server.shutdown()
    server.server_close()
    ((path, kind, own, body),) = received
    values = json.loads(body if send_as_json else urllib.parse.parse_qs(body)["data"][0])
    assert values == {"epoch": 0, "loss": 0.5, "accuracy": 0.5, "each": [1.0, 2.0]}
    assert path == "/publish/epoch/end/" and own == "1"
    assert kind == ("application/json" if send_as_json else "application/x-www-form-urlencoded")


def test_remote_monitor_without_a_server_warns_and_goes_on():
    with pytest.warns(UserWarning, match="Could not reach"):
        fake.fit(fake.Model(), [RemoteMonitor("http://127.0.0.1:9")])
    with pytest.raises(ValueError, match="no web address"):
        RemoteMonitor("file:///etc/passwd")


def test_lambda_callback_bad_input():
    with pytest.raises(TypeError, match="on_epoch_stop"):
        LambdaCallback(on_epoch_stop=print)
    with pytest.raises(TypeError, match="on_epoch_end"):
        LambdaCallback(on_epoch_end=3)
