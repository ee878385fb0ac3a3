"""The reference answers questions: one worker process per backend of it, kept for the whole test run.

    answer = oracle("jax").call("losses.mean_squared_error", y_true, y_pred)
    answers = oracle("jax").call_many([("ops.add", (a, b), {}), ...])          # one round trip
    total = oracle("jax").run("m = keras.metrics.Mean(); m.update_state(x); result = m.result()", x=x)

Tensors of the reference come back as NumPy arrays, inside any nesting of lists, tuples and dicts. An error over there
is an `OracleError` here (for `call_many`, in the place of the answer). The file is also the worker's program.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import pickle
import struct
import subprocess
import sys


class OracleError(Exception):
    """The reference raised; `kind` is the name of its exception's class."""

    def __init__(self, kind, message):
        super().__init__(f"{kind}: {message}")
        self.kind = kind


@functools.cache
def oracle(backend="jax"):
    """The worker that runs the reference on `backend`; started on first use."""
    return Oracle(backend)


class Oracle:
    """A process that runs the reference on one backend."""

    def __init__(self, backend="jax"):
        environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu",
                       "CUDA_VISIBLE_DEVICES": ""}  # fmt: skip
        self.backend = backend
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        atexit.register(self.close)

    def call(self, name, *args, **kwargs):
        """The value of `keras.<name>(*args, **kwargs)`."""
        return _raised(self.call_many([(name, args, kwargs)])[0])

    def call_many(self, calls):
        """The values of many calls `(name, args, kwargs)`; an `OracleError` object where one failed."""
        return self._ask("call", list(calls))

    def run(self, code, /, **variables):
        """What `code` assigns to `result`. It sees `keras`, `np` and the given variables."""
        return _raised(self.run_many([(code, variables)])[0])

    def run_many(self, pieces):
        """`run` for many pairs `(code, variables)`; an `OracleError` object where one failed."""
        return self._ask("run", list(pieces))

    def _ask(self, kind, items):
        _write(self._process.stdin, (kind, items))
        answers = _read(self._process.stdout)
        if answers is None:
            raise RuntimeError(f"the oracle on {self.backend} died, exit status {self._process.wait()}")
        return [OracleError(*value) if failed else value for failed, value in answers]

    def close(self):
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()


def _raised(answer):
    if isinstance(answer, OracleError):
        raise answer
    return answer


def _write(stream, message):
    payload = pickle.dumps(message)
    stream.write(struct.pack("<Q", len(payload)) + payload)
    stream.flush()


def _read(stream):
    header = stream.read(8)
    if len(header) < 8:
        return None
    return pickle.loads(stream.read(struct.unpack("<Q", header)[0]))


def _serve():
    """Answer on the original stdout; whatever prints goes to stderr."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import keras
    import numpy as np

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            items = [plain(item) for item in value]
            return tuple(items) if isinstance(value, tuple) else items
        if keras.ops.is_tensor(value) or isinstance(value, keras.Variable):
            return np.array(keras.ops.convert_to_numpy(value))
        if isinstance(value, keras.KerasTensor):
            return {"shape": tuple(value.shape), "dtype": value.dtype}
        return value

    def call(name, args, kwargs):
        function = keras
        for part in name.split("."):
            function = getattr(function, part)
        return function(*args, **kwargs)

    def run(code, variables):
        names = {"keras": keras, "np": np, **variables}
        exec(code, names)
        return names.get("result")

    while (request := _read(sys.stdin.buffer)) is not None:
        kind, items = request
        answers = []
        for item in items:
            try:
                answers.append((False, plain(call(*item) if kind == "call" else run(*item))))
            except Exception as error:
                answers.append((True, (type(error).__name__, str(error)[:2000])))
        try:
            _write(replies, answers)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            _write(
                replies, [(True, (type(error).__name__, f"the answer cannot be sent: {error}"))] * len(items)
            )


if __name__ == "__main__":
    _serve()
