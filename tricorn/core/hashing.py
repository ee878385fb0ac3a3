"""Hashes of strings that never change: what a model saved today finds in its bins must be there in any later version.

`fingerprint64` is FarmHash's (Google, 2014; the variant `farmhashna`), `siphash64` is SipHash-2-4 (Aumasson and Bernstein,
2012), `combine64` joins two fingerprints. All work on many strings at once: strings of one length are the rows of an array.
"""

from __future__ import annotations

import numpy as np

_U64 = np.uint64
_K0, _K1, _K2 = _U64(0xC3A5C85C97CB3127), _U64(0xB492B66FBE98F273), _U64(0x9AE16A3B2F90404F)
_JOIN = _U64(0xC6A4A7935BD1E995)


def fingerprint64(strings):
    """FarmHash fingerprints.

    Args:
        strings: Sequence of `bytes`.

    Returns:
        Array of uint64, one for each.
    """
    return _by_length(strings, _farm)


def siphash64(strings, key):
    """SipHash-2-4 under a key.

    Args:
        strings: Sequence of `bytes`.
        key: Two ints of 64 bits.

    Returns:
        Array of uint64, one for each.
    """
    first, second = (_U64(part % 2**64) for part in key)
    return _by_length(strings, lambda rows, length: _sip(rows, length, first, second))


def combine64(first, second):
    """One fingerprint for pairs of fingerprints; the order matters.

    Args:
        first, second: Arrays of uint64, or one of them a number.
    """
    with np.errstate(over="ignore"):
        result = np.asarray(first, _U64) ^ _JOIN
        result = (result ^ _shift_mix(np.asarray(second, _U64) * _JOIN) * _JOIN) * _JOIN
        return _shift_mix(_shift_mix(result) * _JOIN)


def _by_length(strings, hash_rows):
    """Hash groups of strings of equal length, each an array of rows of bytes."""
    lengths = np.fromiter(map(len, strings), "int64", len(strings))
    result = np.empty(len(strings), _U64)
    with np.errstate(over="ignore"):
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            rows = np.frombuffer(b"".join([strings[index] for index in chosen]), "u1")
            result[chosen] = hash_rows(rows.reshape(len(chosen), length), int(length))
    return result


def _fetch(rows, start, width=8):
    """Little-endian words of `width` bytes at byte `start`."""
    words = np.ascontiguousarray(rows[:, start : start + width]).view(f"<u{width}")[:, 0]
    return words.astype(_U64)


def _rotate(value, bits, width=64):
    return (value >> _U64(bits)) | (value << _U64(width - bits))


def _shift_mix(value):
    return value ^ (value >> _U64(47))


# --- FarmHash -------------------------------------------------------------------------------------------
def _farm(rows, length):
    if length <= 16:
        return _farm_to_16(rows, length)
    if length <= 32:
        return _farm_to_32(rows, length)
    if length <= 64:
        return _farm_to_64(rows, length)
    return _farm_long(rows, length)


def _mix(u, v, factor):
    a = (u ^ v) * factor
    a ^= a >> _U64(47)
    b = (v ^ a) * factor
    b ^= b >> _U64(47)
    return b * factor


def _farm_to_16(rows, length):
    factor = _K2 + _U64(2 * length)
    if length >= 8:
        a, b = _fetch(rows, 0) + _K2, _fetch(rows, length - 8)
        return _mix(_rotate(b, 37) * factor + a, (_rotate(a, 25) + b) * factor, factor)
    if length >= 4:
        a, b = _fetch(rows, 0, 4), _fetch(rows, length - 4, 4)
        return _mix(_U64(length) + (a << _U64(3)), b, factor)
    if length:
        a, b, c = (rows[:, index].astype(_U64) for index in (0, length >> 1, length - 1))
        return _shift_mix((a + (b << _U64(8))) * _K2 ^ (_U64(length) + (c << _U64(2))) * _K0) * _K2
    return np.full(len(rows), _K2)


def _farm_to_32(rows, length):
    factor = _K2 + _U64(2 * length)
    a, b = _fetch(rows, 0) * _K1, _fetch(rows, 8)
    c, d = _fetch(rows, length - 8) * factor, _fetch(rows, length - 16) * _K2
    return _mix(_rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, factor)


def _farm_to_64(rows, length):
    factor = _K2 + _U64(2 * length)
    a, b = _fetch(rows, 0) * _K2, _fetch(rows, 8)
    c, d = _fetch(rows, length - 8) * factor, _fetch(rows, length - 16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _mix(y, a + _rotate(b + _K2, 18) + c, factor)
    e, f = _fetch(rows, 16) * factor, _fetch(rows, 24)
    g, h = (y + _fetch(rows, length - 32)) * factor, (z + _fetch(rows, length - 24)) * factor
    return _mix(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, factor)


def _pair(rows, start, a, b):
    """Two words from 32 bytes and two seeds."""
    w, x, y, z = (_fetch(rows, start + offset) for offset in (0, 8, 16, 24))
    a = a + w
    b = _rotate(b + a + z, 21)
    c = a
    a = a + x + y
    b = b + _rotate(a, 44)
    return a + z, b + c


def _farm_long(rows, length):
    zeros = np.zeros(len(rows), _U64)
    seed = zeros + _U64(81)
    y = seed * _K1 + _U64(113)
    z = _shift_mix(y * _K2 + _U64(113)) * _K2
    v, w = (zeros, zeros), (zeros, zeros)
    x = seed * _K2 + _fetch(rows, 0)
    end = (length - 1) // 64 * 64
    for start in range(0, end, 64):
        x = _rotate(x + y + v[0] + _fetch(rows, start + 8), 37) * _K1 ^ w[1]
        y = _rotate(y + v[1] + _fetch(rows, start + 48), 42) * _K1 + v[0] + _fetch(rows, start + 40)
        z = _rotate(z + w[0], 33) * _K1
        v = _pair(rows, start, v[1] * _K1, x + w[0])
        w = _pair(rows, start + 32, z + w[1], y + _fetch(rows, start + 16))
        z, x = x, z
    factor = _K1 + ((z & _U64(0xFF)) << _U64(1))
    start, rest = length - 64, _U64((length - 1) & 63)
    w = (w[0] + rest, w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    nine = _U64(9)
    x = _rotate(x + y + v[0] + _fetch(rows, start + 8), 37) * factor ^ w[1] * nine
    y = _rotate(y + v[1] + _fetch(rows, start + 48), 42) * factor + v[0] * nine + _fetch(rows, start + 40)
    z = _rotate(z + w[0], 33) * factor
    v = _pair(rows, start, v[1] * factor, x + w[0])
    w = _pair(rows, start + 32, z + w[1], y + _fetch(rows, start + 16))
    z, x = x, z
    return _mix(_mix(v[0], w[0], factor) + _shift_mix(y) * _K0 + z, _mix(v[1], w[1], factor) + x, factor)


# --- SipHash ----------------------------------------------------------------------------------------------
def _sip(rows, length, first, second):
    whole = length // 8 * 8
    tail = np.zeros((len(rows), 8), "u1")
    tail[:, : length - whole] = rows[:, whole:]
    tail[:, 7] = length & 0xFF
    state = [zero ^ key for zero, key in zip(
        (_U64(0x736F6D6570736575), _U64(0x646F72616E646F6D), _U64(0x6C7967656E657261), _U64(0x7465646279746573)),
        (first, second, first, second), strict=True)]  # fmt: skip
    state = [np.full(len(rows), value) for value in state]
    for word in [*(_fetch(rows, start) for start in range(0, whole, 8)), _fetch(tail, 0)]:
        state[3] = state[3] ^ word
        state = _sip_rounds(state, 2)
        state[0] = state[0] ^ word
    state[2] = state[2] ^ _U64(0xFF)
    v0, v1, v2, v3 = _sip_rounds(state, 4)
    return v0 ^ v1 ^ v2 ^ v3


def _sip_rounds(state, count):
    v0, v1, v2, v3 = state
    for _ in range(count):
        v0, v2 = v0 + v1, v2 + v3
        v1, v3 = _left(v1, 13) ^ v0, _left(v3, 16) ^ v2
        v0 = _left(v0, 32)
        v2, v0 = v2 + v1, v0 + v3
        v1, v3 = _left(v1, 17) ^ v2, _left(v3, 21) ^ v0
        v2 = _left(v2, 32)
    return [v0, v1, v2, v3]


def _left(value, bits):
    return _rotate(value, 64 - bits)
