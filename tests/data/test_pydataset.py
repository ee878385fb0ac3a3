"""`PyDataset`, by itself, in threads and in processes."""

import os
import pathlib
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from tricorn.data import PyDataset, adapt


class Numbered(PyDataset):
    def __init__(self, count=12, **kwargs):
        super().__init__(**kwargs)
        self.count, self.offset, self.asked = count, 0, []

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.asked.append(index)
        time.sleep(0.001 * (index * 7 % 5))  # so that workers finish out of order
        return np.full((2, 1), index + self.offset, "float64"), np.full(2, index)

    def on_epoch_begin(self):
        self.asked.clear()

    def on_epoch_end(self):
        self.offset += 100


def numbers(source, index=0):
    source.on_epoch_begin()
    found = [int(x[0, 0]) for x, _, _ in source.epoch(index)]
    source.on_epoch_end()
    return found


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_order_and_hooks_for_any_number_of_workers(workers):
    dataset = Numbered(workers=workers, max_queue_size=3)
    source = adapt(dataset)
    assert source.peek()[0].dtype == "float32"
    for index in range(3):
        assert numbers(source, index) == [index * 100 + number for number in range(12)]
        assert sorted(dataset.asked) == list(range(12))  # each batch is made once
    source.close()


def test_the_queue_is_bounded():
    dataset = Numbered(count=50, workers=2, max_queue_size=4)
    batches = adapt(dataset).epoch(0)
    next(batches)
    time.sleep(0.2)
    assert len(dataset.asked) <= 6
    batches.close()


def test_shuffle_changes_the_order_by_seed_and_epoch():
    source = adapt(Numbered(workers=3), shuffle=True, seed=1)
    orders = [[int(y[0]) for _, y, _ in source.epoch(index)] for index in (0, 1, 0)]
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0]) == list(range(12)) != orders[0]


@pytest.mark.parametrize("workers", [1, 3])
def test_steps(workers):
    source = adapt(Numbered(count=5, workers=workers), steps=2)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = [[int(y[0]) for _, y, _ in source.epoch(index)] for index in range(4)]
    assert found == [[0, 1], [2, 3], [4], [0, 1]]
    assert sum("ran out of data" in str(warning.message) for warning in caught) == 1


class Endless(Numbered):
    @property
    def num_batches(self):
        return None


def test_without_an_end():
    source = adapt(Endless(), steps=3)
    assert [[int(y[0]) for _, y, _ in source.epoch(index)] for index in range(2)] == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ValueError, match="never ends"):
        adapt(Endless())


class Failing(Numbered):
    def __getitem__(self, index):
        if index == 5:
            raise KeyError("in __getitem__")
        return super().__getitem__(index)


@pytest.mark.parametrize("workers", [1, 4])
def test_an_exception_reaches_the_caller_at_its_batch(workers):
    source, found = adapt(Failing(workers=workers)), []
    with pytest.raises(KeyError, match="in __getitem__"):
        for x, _, _ in source.epoch(0):
            found.append(int(x[0, 0]))
    assert found == [0, 1, 2, 3, 4]
    source.close()


def test_threads_end():
    def ours():
        return {thread for thread in threading.enumerate() if thread.name.startswith("tricorn-data")}

    before = ours()
    source = adapt(Numbered(workers=4))
    batches = source.epoch(0)
    next(batches)
    mine = ours() - before
    assert len(mine) == 4
    batches.close()
    source.close()
    deadline = time.monotonic() + 10
    while mine & ours() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not mine & ours()


def test_without_super_init():
    class Bare(PyDataset):
        def __init__(self):
            self.count = 2

        def __len__(self):
            return self.count

        def __getitem__(self, index):
            return np.ones((2, 1))

    assert Bare().workers == 1 and len(list(adapt(Bare()).epoch(0))) == 2


BAD = {
    "workers": (lambda: Numbered(workers=-1), ValueError, "`workers`"),
    "queue": (lambda: Numbered(max_queue_size=0), ValueError, "`max_queue_size`"),
    "empty": (lambda: adapt(Numbered(count=0)), ValueError, "no data"),
    "no length": (lambda: adapt(type("Bare", (PyDataset,), {})()), NotImplementedError, "__len__"),
    "no getitem": (lambda: PyDataset()[0], NotImplementedError, "__getitem__"),
    "y": (lambda: adapt(Numbered(), np.ones(3)), ValueError, "brings its own `y`"),
    "batch size": (lambda: adapt(Numbered(), batch_size=3), ValueError, "decides on the size"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    make, error, words = BAD[name]
    with pytest.raises(error, match=words):
        make()


# Processes begin anew from the main module, so these run as a program of their own.
PROGRAM = """
import multiprocessing, os
import numpy as np
from tricorn.data import PyDataset, adapt

class Numbered(PyDataset):
    offset, kind = 0, ""
    def __len__(self):
        return 8
    def __getitem__(self, index):
        if index == 4 and self.kind == "raises":
            raise KeyError("in a worker")
        if index == 4 and self.kind == "dies":
            os._exit(3)
        return np.full((2, 1), index + self.offset, "float64"), np.full(2, os.getpid())
    def on_epoch_end(self):
        self.offset += 100

def run(kind=""):
    dataset = Numbered(workers=2, use_multiprocessing=True, max_queue_size=3)
    dataset.kind = kind
    if kind == "lambda":
        dataset.function = lambda: 0
    source = adapt(dataset)
    try:
        for index in range(2):
            batches = list(source.epoch(index))
            source.on_epoch_end()
            print([int(x[0, 0]) for x, _, _ in batches], os.getpid() in {int(y[0]) for _, y, _ in batches})
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0])
    finally:
        source.close()
    print(multiprocessing.active_children())

if __name__ == "__main__":
    for kind in ("", "raises", "dies", "lambda"):
        run(kind)
    next(adapt(Numbered(workers=2, use_multiprocessing=True)).epoch(0))  # left behind: must not hold up the exit
"""


def test_processes(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        str([0, 1, 2, 3, 4, 5, 6, 7]) + " False",
        str([100, 101, 102, 103, 104, 105, 106, 107]) + " False",  # workers see what on_epoch_end did
        "[]",
    ]
    assert lines[3:5] == ["KeyError 'in a worker'", "[]"]
    assert lines[5:7] == ["RuntimeError Numbered: a worker process died.", "[]"]
    assert lines[7].startswith("TypeError Numbered: it can't be sent") and lines[8] == "[]"
