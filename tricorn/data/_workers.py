"""Batches made ahead by threads or processes, in order.

Results come in the order of the requests, whoever finishes first. At most `window` batches are begun and not
yet taken. Nothing here waits without an end: an exception in a worker, or its death, is raised at the batch
it belongs to.
"""

from __future__ import annotations

import collections
import itertools
import multiprocessing
import pickle
import shutil
import signal
import tempfile
import threading
import weakref
from concurrent import futures
from pathlib import Path

from tricorn.core import config
from tricorn.core.backend import mark_data_worker
from tricorn.core.errors import bad_argument, describe
from tricorn.data._convert import host_batch

SECONDS_TO_FINISH = 5.0


class Workers:
    """A pool that makes batches of one data set.

    Args:
        dataset: An object with `__getitem__`.
        count: How many threads or processes.
        use_processes: Processes instead of threads.
        window: How many batches may be begun and not taken.
    """

    def __init__(self, dataset, count, use_processes, window):
        self.dataset, self.window = dataset, max(window, count)
        self.folder, self.version, self.pickled = None, 0, None
        if use_processes:
            self.folder = tempfile.mkdtemp(prefix="tricorn-workers-")  # readable by this user only
            method = multiprocessing.get_start_method(allow_none=True) or "spawn"
            if method == "fork":
                # The engines' threads don't survive a fork, and their locks stay held: the child would hang.
                method = "spawn"
            context = multiprocessing.get_context(method)
            self.pool = futures.ProcessPoolExecutor(count, mp_context=context, initializer=_begin_worker)
        else:
            self.pool = futures.ThreadPoolExecutor(count, thread_name_prefix="tricorn-data")
        self._finalizer = weakref.finalize(self, _stop, self.pool, self.folder)

    def fetch(self, indices):
        """Yield the batches of these indices, in this order."""
        make = self._maker()
        remaining = iter(indices)
        pending = collections.deque(
            self._submit(make, index) for index in itertools.islice(remaining, self.window)
        )
        try:
            while pending:
                result = self._result(pending.popleft())
                pending.extend(self._submit(make, index) for index in itertools.islice(remaining, 1))
                yield result
        finally:
            for future in pending:
                future.cancel()

    def _submit(self, make, index):
        try:
            return self.pool.submit(*make, index)
        except futures.BrokenExecutor as error:
            raise self._died() from error

    def _result(self, future):
        try:
            return future.result()
        except futures.BrokenExecutor as error:
            raise self._died() from error

    def _died(self):
        return bad_argument(
            type(self.dataset).__name__,
            "a worker process died.",
            error=RuntimeError,
            expected="processes that live until the data is used up",
            given="one that was killed or failed to start",
            hint='guard the script by `if __name__ == "__main__":`, look for a lack of memory, '
            "or set use_multiprocessing=False",
        )

    def _maker(self):
        """The function to submit and its first arguments. Each process reads the present data set once."""
        if self.folder is None:
            return _make_in_thread, self.dataset
        try:
            pickled = pickle.dumps(self.dataset, protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            raise bad_argument(
                type(self.dataset).__name__,
                "it can't be sent to worker processes.",
                error=TypeError,
                expected="a data set that pickle can write",
                given=f"{describe(self.dataset)} ({error})",
                hint="open files in `__getitem__`, define the class in a module, or use threads",
            ) from error
        if pickled != self.pickled:
            self.pickled, self.version = pickled, self.version + 1
            Path(self.folder, str(self.version)).write_bytes(pickled)
        return _make_in_process, self.folder, self.version, config.floatx()

    def close(self):
        """Stop the workers; processes that don't end by themselves within 5 seconds are ended."""
        self._finalizer()


def _make_in_thread(dataset, index):
    return host_batch(dataset[index])


# In a worker process: the data set it read last, with the place it was read from.
_present = (None, None)
_present_lock = threading.Lock()


def _make_in_process(folder, version, floatx, index):
    global _present
    with _present_lock:
        if _present[0] != (folder, version):
            pickled = Path(folder, str(version)).read_bytes()
            _present = ((folder, version), pickle.loads(pickled))  # written by our own process
    if config.floatx() != floatx:
        config.set_floatx(floatx)  # as in the training process
    return host_batch(_present[1][index])  # host arrays are cheaper to send than tensors of an engine


def _begin_worker():
    """Ctrl-C reaches every process of the terminal; the training process handles it and ends the others."""
    mark_data_worker()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(pool, folder):
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.join(SECONDS_TO_FINISH)
        if process.is_alive():
            process.terminate()
            process.join(SECONDS_TO_FINISH)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
