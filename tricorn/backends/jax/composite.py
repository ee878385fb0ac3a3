"""Composite ops on JAX: called eagerly they run as one compiled function instead of dozens of small ones."""

from __future__ import annotations

import jax

# Settings that change from call to call (a float that is scheduled) would compile for ever.
_MOST_SETTINGS = 32


class _Settings:
    """Static arguments as a key. `1`, `1.0` and `True` are equal in Python and not the same to an op."""

    def __init__(self, pairs):
        self.pairs = pairs
        self._key = tuple((position, _key(value)) for position, value in pairs)
        self._hash = hash(self._key)

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        return self._key == other._key


def _key(value):
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(_key, value))
    return type(value), repr(value) if isinstance(value, float) else value


def compiled(run, dynamic):
    """`run`, compiled where that is possible.

    Args:
        run: `(*args) -> tensors`.
        dynamic: The positions of tensors and of sequences of tensors among the arguments; all others are settings.
    """
    dynamic = frozenset(dynamic)
    seen = set()

    def traced(settings, tensors):
        args = dict(settings.pairs)
        args.update(zip(sorted(dynamic), tensors))
        return run(*[args[position] for position in range(len(args))])

    jitted = jax.jit(traced, static_argnums=0)

    def call(*args):
        tensors = [arg for position, arg in enumerate(args) if position in dynamic]
        if len(seen) > _MOST_SETTINGS or any(
            isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(tensors)
        ):
            return run(*args)
        try:
            settings = _Settings(
                [(position, arg) for position, arg in enumerate(args) if position not in dynamic]
            )
        except TypeError:  # a setting that cannot be a key: an array
            return run(*args)
        seen.add(settings)
        try:
            return jitted(settings, tensors)
        except Exception:
            result = run(*args)  # which raises too if the arguments are to blame
            seen.update(
                range(_MOST_SETTINGS + 1)
            )  # not compilable: the shape of the result depends on values, or a check
            return result

    return call
