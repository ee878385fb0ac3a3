"""What a concrete op call costs over the engine's own function: `python -m benchmarks.op_calls [torch] [numpy]`.

Prints microseconds a call of both, on tensors so small that nothing but the call counts, and their difference; the least
of many short rounds, arms in turns. The limit is 2 microseconds.
"""

from __future__ import annotations

import sys
import timeit

import numpy as np

from tricorn import ops
from tricorn.core.backend import backend_scope

ROUNDS, CALLS = 40, 400
LIMIT = 2.0


def arms_numpy():
    x, y = np.full((4, 4), 0.5, np.float32), np.full((4, 4), 0.25, np.float32)
    rows = np.array([0, 2, 1])
    yield "add", lambda: ops.add(x, y), lambda: np.add(x, y)
    yield "multiply scalar", lambda: ops.multiply(x, 2.0), lambda: np.multiply(x, 2.0)
    yield "exp", lambda: ops.exp(x), lambda: np.exp(x)
    yield "matmul", lambda: ops.matmul(x, y), lambda: np.matmul(x, y)
    yield "sum", lambda: ops.sum(x, 1), lambda: np.sum(x, 1)
    yield "mean", lambda: ops.mean(x, 1), lambda: np.mean(x, 1)
    yield "max", lambda: ops.max(x, 1), lambda: np.max(x, 1)
    yield "reshape", lambda: ops.reshape(x, (2, 8)), lambda: np.reshape(x, (2, 8))
    yield "transpose", lambda: ops.transpose(x, (1, 0)), lambda: np.transpose(x, (1, 0))
    yield "concatenate", lambda: ops.concatenate([x, y], 1), lambda: np.concatenate([x, y], 1)
    yield "take", lambda: ops.take(x, rows, 0), lambda: np.take(x, rows, 0)
    yield "where", lambda: ops.where(x > y, x, y), lambda: np.where(x > y, x, y)
    yield "equal", lambda: ops.equal(x, y), lambda: np.equal(x, y)
    yield "maximum", lambda: ops.maximum(x, y), lambda: np.maximum(x, y)
    yield "expand_dims", lambda: ops.expand_dims(x, 0), lambda: np.expand_dims(x, 0)
    yield "clip", lambda: ops.clip(x, 0.0, 1.0), lambda: np.clip(x, 0.0, 1.0)
    yield "bitwise_and", lambda: ops.bitwise_and(rows, rows), lambda: np.bitwise_and(rows, rows)
    yield "cumsum", lambda: ops.cumsum(x, 1), lambda: np.cumsum(x, 1)
    yield "fft norm", lambda: ops.norm(x), lambda: np.linalg.norm(x)
    yield "solve", lambda: ops.solve(x + ops_eye_numpy, y), lambda: np.linalg.solve(x + ops_eye_numpy, y)


ops_eye_numpy = np.eye(4, dtype=np.float32)


def arms_torch():
    import torch
    import torch.nn.functional as F

    x, y = torch.full((4, 4), 0.5), torch.full((4, 4), 0.25)
    rows, ints = torch.tensor([0, 2, 1]), torch.tensor([1, 2, 3], dtype=torch.int32)
    image, kernel = torch.full((1, 4, 4, 2), 0.5), torch.full((2, 2, 2, 3), 0.5)
    eye = torch.eye(4)
    yield "add", lambda: ops.add(x, y), lambda: torch.add(x, y)
    yield "multiply scalar", lambda: ops.multiply(x, 2.0), lambda: torch.mul(x, 2.0)
    yield "exp", lambda: ops.exp(x), lambda: torch.exp(x)
    yield "relu", lambda: ops.relu(x), lambda: F.relu(x)
    yield "gelu", lambda: ops.gelu(x), lambda: F.gelu(x, approximate="tanh")
    yield "softmax", lambda: ops.softmax(x), lambda: torch.softmax(x, -1)
    yield "matmul", lambda: ops.matmul(x, y), lambda: torch.matmul(x, y)
    yield "sum", lambda: ops.sum(x, 1), lambda: torch.sum(x, 1)
    yield "mean", lambda: ops.mean(x, 1), lambda: torch.mean(x, 1)
    yield "max", lambda: ops.max(x, 1), lambda: torch.amax(x, 1)
    yield "argmax", lambda: ops.argmax(x, 1), lambda: torch.argmax(x, 1).to(torch.int32)
    yield "reshape", lambda: ops.reshape(x, (2, 8)), lambda: torch.reshape(x, (2, 8))
    yield "transpose", lambda: ops.transpose(x, (1, 0)), lambda: x.permute((1, 0))
    yield "concatenate", lambda: ops.concatenate([x, y], 1), lambda: torch.cat([x, y], 1)
    yield "stack", lambda: ops.stack([x, y], 1), lambda: torch.stack([x, y], 1)
    yield "split", lambda: ops.split(x, 2, 1), lambda: torch.split(x, 2, 1)
    yield "take", lambda: ops.take(x, rows, 0), lambda: F.embedding(rows, x)
    yield "where", lambda: ops.where(x > y, x, y), lambda: torch.where(x > y, x, y)
    yield "equal", lambda: ops.equal(x, y), lambda: torch.eq(x, y)
    yield "expand_dims", lambda: ops.expand_dims(x, 0), lambda: torch.unsqueeze(x, 0)
    yield "clip", lambda: ops.clip(x, 0.0, 1.0), lambda: torch.clamp(x, 0.0, 1.0)
    yield "cast", lambda: ops.cast(x, "float16"), lambda: x.to(torch.float16)
    yield "bitwise_and", lambda: ops.bitwise_and(ints, ints), lambda: torch.bitwise_and(ints, ints)
    yield "cumsum", lambda: ops.cumsum(x, 1), lambda: torch.cumsum(x, 1)
    yield "conv", lambda: ops.conv(image, kernel), lambda: F.conv2d(
        image.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)  # fmt: skip
    yield "layer_normalization", lambda: ops.layer_normalization(x, x[0], y[0]), lambda: F.layer_norm(
        x, (4,), x[0], y[0], 1e-3)  # fmt: skip
    yield "norm", lambda: ops.norm(x), lambda: torch.linalg.norm(x)
    yield "solve", lambda: ops.solve(x + eye, y), lambda: torch.linalg.solve(x + eye, y)


def measure(arms):
    """Yield (name, microseconds of ours, microseconds of the engine's)."""
    for name, ours, native in arms:
        ours(), native()
        best = [float("inf"), float("inf")]
        for _ in range(ROUNDS):
            for index, call in enumerate((ours, native)):
                best[index] = min(best[index], timeit.timeit(call, number=CALLS) / CALLS * 1e6)
        yield name, *best


def main(engines):
    over = []
    for engine in engines:
        with backend_scope(engine):
            for name, ours, native in measure(globals()[f"arms_{engine}"]()):
                print(
                    f"{engine:6} {name:20} {ours:7.2f} us   {engine} {native:7.2f} us   over by {ours - native:5.2f} us"
                )
                if ours - native > LIMIT:
                    over.append(f"{engine} {name}")
    print("over the limit:", ", ".join(over) or "none")


if __name__ == "__main__":
    main(sys.argv[1:] or ["numpy", "torch"])
