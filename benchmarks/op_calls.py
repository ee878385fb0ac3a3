"""What a concrete op call costs over the engine's own function: `python -m benchmarks.op_calls [torch] [numpy]`.

Prints microseconds a call of both and their difference, on tensors so small that nothing but the call counts: the least
of many short rounds, arms in turns. The limit is 2 microseconds. Where the engine has no such function, ours takes the
time of the calls it is made of: the line tells how many.

    --only TEXT     the rows whose name holds TEXT (several: comma between them)
    --size N        N x N in place of 4 x 4: what the data costs
    --worst         sorted by the difference
    --passes N      the whole list N times: the least of all passes counts
"""

from __future__ import annotations

import argparse
import timeit

import numpy as np

from benchmarks.op_rows import ROWS
from tricorn import ops
from tricorn.core.backend import backend_scope, get_backend

SECONDS_A_ROUND, ROUNDS = 0.001, 40
LIMIT = 2.0


def namespace(engine, size):
    """What the rows are written in: tensors of an engine, its modules and dtypes."""
    random = np.random.default_rng(0)

    def numbers(*shape):
        return random.uniform(0.1, 0.9, shape).astype("float32")

    x, flat = numbers(size, size), size * size
    arrays = {
        "x": x, "y": numbers(size, size), "x1": x[None], "v": x.reshape(-1), "u": numbers(max(flat // 4, 2)),
        "s": np.sort(numbers(flat)), "w4": numbers(size), "b": x > 0.5, "m": x @ x.T + np.eye(size, dtype="float32"),
        "i": random.integers(1, 9, (size, size)).astype("int32"), "j": random.integers(1, 9, (size, size)).astype("int32"),
        "p": numbers(flat // 4, 3), "q": numbers(flat // 4, 3), "rows": np.array([0, 2, 1]),
        "places": np.argsort(x, 1), "labels": np.arange(size) % 4, "columns": np.array([[0], [2], [1]]),
        "values3": numbers(3), "rows3": numbers(3, size), "block": numbers(2, 2),
        "image": numbers(1, size, size, 2), "kernel": numbers(2, 2, 2, 3), "kernel_t": numbers(2, 2, 3, 2),
        "depthwise": numbers(2, 2, 2, 1), "heads": numbers(1, size, 2, 4),
    }  # fmt: skip
    backend = get_backend(engine)
    names = {name: backend.convert_to_tensor(array) for name, array in arrays.items()}
    if engine == "torch":
        import torch

        module = names["torch"] = torch
        names["F"] = torch.nn.functional
    else:
        module = np
    return (
        names
        | {"ops": ops, "np": np}
        | {kind: getattr(module, kind) for kind in ("int32", "float16", "float32")}
    )


def rows(engine):
    """Yield (name, ours, the engine's) as source text."""
    for line in ROWS.strip().splitlines():
        if not line.startswith("#"):
            name, ours, of_numpy, of_torch = (part.strip() for part in line.split("|"))
            yield name, ours, of_torch if engine == "torch" else of_numpy


def engine_calls(source, names):
    """How many functions of torch a call is made of."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Counter(TorchFunctionMode):
        count = 0

        def __torch_function__(self, function, types, args=(), kwargs=None):
            # A read of an attribute is no work.
            Counter.count += getattr(function, "__name__", "") != "__get__"
            return function(*args, **(kwargs or {}))

    with Counter(), torch.no_grad():
        eval(source, names)
    return Counter.count


def measure(ours, native, names):
    """The least microseconds of ours and of the engine's; None where it has none."""
    timers = [timeit.Timer(source, globals=names) for source in (ours, native) if source]
    calls = []
    for timer in timers:
        timer.timeit(3)
        calls.append(max(1, int(SECONDS_A_ROUND / (timer.timeit(20) / 20))))
    best = [float("inf")] * len(timers)
    for _ in range(ROUNDS):
        for index, timer in enumerate(timers):
            best[index] = min(best[index], timer.timeit(calls[index]) / calls[index] * 1e6)
    return best[0], best[1] if native else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engines", nargs="*", default=["numpy", "torch"])
    parser.add_argument("--only", default="")
    parser.add_argument("--size", type=int, default=4)
    parser.add_argument("--worst", action="store_true")
    parser.add_argument("--passes", type=int, default=1)
    options = parser.parse_args()
    over = []
    for engine in options.engines or ["numpy", "torch"]:
        names = namespace(engine, options.size)
        wanted = [row for row in rows(engine) if any(part in row[0] for part in options.only.split(","))]
        best = {}
        with backend_scope(engine):
            for _ in range(options.passes):
                for name, ours, native in wanted:
                    best[name] = _least(best.get(name), _measured(ours, native, names))
            lines = [_line(engine, name, ours, best[name], names) for name, ours, _ in wanted]
        print(*(text for _, text in (sorted(lines, reverse=True) if options.worst else lines)), sep="\n")
        over += [text.split("  ")[0] for cost, text in lines if "over by" in text and cost > LIMIT]
    print("over the limit:", ", ".join(over) or "none")


def _measured(ours, native, names):
    """As `measure`, or the error that came."""
    try:
        return measure(ours, native, names)
    except Exception as error:
        return error


def _least(before, now):
    if before is None or isinstance(now, Exception):
        return now
    return min(before[0], now[0]), None if now[1] is None else min(before[1], now[1])


def _line(engine, name, ours, measured, names):
    label = f"{engine} {name}"
    if isinstance(measured, Exception):
        first = str(measured).partition("\n")[0]
        return float("inf"), f"{label:38}  {type(measured).__name__}: {first}"
    mine, own = measured
    if own is not None:
        return (
            mine - own,
            f"{label:38}  {mine:8.2f} us   {engine} {own:8.2f} us   over by {mine - own:7.2f} us",
        )
    made_of = (
        f"made of {engine_calls(ours, names)} calls" if engine == "torch" else "no function of this engine"
    )
    return mine, f"{label:38}  {mine:8.2f} us   {made_of}"


if __name__ == "__main__":
    main()
