"""Addressable random numbers: any slice of an array of them, without those before it.

The flat (C-order) index space is cut into blocks of 2**16 elements. Each block is a Philox stream of its own: the key
follows from seed and place, the counter from the number of the block (Salmon et al., "Parallel Random Numbers: As Easy
as 1, 2, 3", 2011). The block size is part of the contract "same seed, same start": changing it changes all weights.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math

import numpy as np

BLOCK = 2**16

#: Standard deviation of a standard normal truncated to two standard deviations.
TRUNCATED_STDDEV = 0.87962566103423978


def stream_key(seed, place) -> int:
    """128 bits that identify the stream of a place under a seed."""
    text = f"{seed}\0{place}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=16, person=b"tricorn.init").digest(), "little")


def random_values(kind, key, shape, index=None):
    """float32 values of a standard distribution.

    Args:
        kind: `"uniform"` in [0, 1), `"normal"`, or `"truncated"` (a normal within two standard deviations).
        key: From `stream_key`.
        shape: The whole shape.
        index: None, or a tuple of slices with bounds.
    """
    draw = _DRAWS[kind]
    if index is not None:
        return _gather(kind, key, shape, index)
    flat = np.empty(math.prod(shape), np.float32)
    for number, start in enumerate(range(0, flat.size, BLOCK)):
        draw(_generator(key, number), flat[start : start + BLOCK])
    return flat.reshape(shape)


def _generator(key, block):
    # The low 64 bits of the counter count within a block, so blocks never meet.
    return np.random.Generator(np.random.Philox(key=key, counter=block << 64))


def _draw_uniform(generator, out):
    generator.random(out=out, dtype=np.float32)


def _draw_normal(generator, out):
    generator.standard_normal(out=out, dtype=np.float32)


def _draw_truncated(generator, out):
    """Normals in order, those beyond two standard deviations left out: a shorter block is the beginning of a longer."""
    filled = 0
    while filled < out.size:
        missing = out.size - filled
        candidates = generator.standard_normal(missing + missing // 16 + 8, dtype=np.float32)
        kept = candidates[np.abs(candidates) <= 2.0][:missing]
        out[filled : filled + kept.size] = kept
        filled += kept.size


_DRAWS = {"uniform": _draw_uniform, "normal": _draw_normal, "truncated": _draw_truncated}


@functools.lru_cache(maxsize=64)
def _block(kind, key, number):
    """A whole block, kept for the other shards that cut through it (64 blocks are 16 MiB)."""
    values = np.empty(BLOCK, np.float32)
    _DRAWS[kind](_generator(key, number), values)
    values.flags.writeable = False
    return values


def _gather(kind, key, shape, index):
    out = np.empty(tuple(part.stop - part.start for part in index), np.float32)
    if out.size == 0:
        return out
    starts, length = _runs(shape, index)
    flat = out.reshape(-1)
    first, last = int(starts[0]) // BLOCK, (int(starts[-1]) + length - 1) // BLOCK
    for number in range(first, last + 1):
        lower, upper = number * BLOCK, (number + 1) * BLOCK
        begin = int(np.searchsorted(starts, lower - length, side="right"))
        end = int(np.searchsorted(starts, upper, side="left"))
        if begin >= end:
            continue
        values = _block(kind, key, number)
        _copy_runs(flat, values, starts, length, begin, end, lower)
    return out


def _copy_runs(flat, values, starts, length, begin, end, lower):
    """Copy what runs `begin` to `end` have in the block that starts at `lower`."""
    while begin < end and (starts[begin] < lower or length >= 64):
        _copy_run(flat, values, int(starts[begin]) - lower, begin, length)
        begin += 1
    while begin < end and starts[end - 1] + length > lower + BLOCK:
        end -= 1
        _copy_run(flat, values, int(starts[end]) - lower, end, length)
    if begin < end:  # many short runs, all inside
        positions = (starts[begin:end] - lower)[:, None] + np.arange(length)
        flat[begin * length : end * length] = values[positions.reshape(-1)]


def _copy_run(flat, values, offset, run, length):
    low, high = max(offset, 0), min(offset + length, BLOCK)
    target = run * length - offset
    flat[target + low : target + high] = values[low:high]


def _runs(shape, index):
    """Where the contiguous runs of a slice begin in the flat array, in order, and their length."""
    axis = len(shape)
    length = 1
    for axis in reversed(range(len(shape))):
        part = index[axis]
        length *= part.stop - part.start
        if part.stop - part.start != shape[axis]:
            break
    strides = list(itertools.accumulate(reversed(shape[1:]), lambda a, b: a * b, initial=1))[::-1]
    starts = np.zeros((1,), np.int64)
    for outer in range(axis):
        part = index[outer]
        steps = np.arange(part.start, part.stop, dtype=np.int64) * strides[outer]
        starts = (starts[:, None] + steps).reshape(-1)
    return starts + index[axis].start * strides[axis], length
