"""Seeds: where random draws get theirs from."""

from __future__ import annotations

from tricorn.core import backend as backends, seed as seeds
from tricorn.core.errors import bad_argument
from tricorn.core.naming import auto_name, name_scope
from tricorn.core.variable import Variable


class SeedGenerator:
    """A stream of seeds: a Variable `[seed, counter]` whose counter each draw advances.

    Draws are counter-based: the n-th draw depends on the seed and n alone. A generator belongs to the engine that was
    active when it was made. Layers that hold one save its state with their weights.

    Args:
        seed: Python int in [0, 2**32); by default it follows from the global seed and from how many generators were
            made since that was set.
        name: Name; automatic if None.

    Attributes:
        seed: The seed as given.
        state: The Variable.

    Raises:
        ValueError: `seed` is not an int in range.

    Example:
        >>> from tricorn import random
        >>> generator = random.SeedGenerator(1)
        >>> first, second = (random.uniform((3,), seed=generator) for _ in range(2))
        >>> bool(ops.all(ops.equal(first, second)))
        False
        >>> again = random.uniform((3,), seed=random.SeedGenerator(1))
        >>> bool(ops.all(ops.equal(first, again)))
        True
    """

    _is_seed_generator = True

    def __init__(self, seed=None, name=None, **kwargs):
        kwargs.pop("backend", None)
        if kwargs:
            raise bad_argument(
                "SeedGenerator", "unknown arguments.", given=", ".join(kwargs), error=TypeError
            )
        self.name = name or auto_name("seed_generator")
        self._initial_seed = seed
        if seed is None:
            seed = seeds.derive_seed("seed_generator", seeds.next_ordinal("seed_generator"))
        self._start = seed
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise bad_argument("SeedGenerator", "`seed` must be an int.", expected="in [0, 2**32)", given=repr(seed),
                               hint="a float or a tensor cannot seed it")  # fmt: skip
        if not 0 <= seed < 2**32:
            raise bad_argument(
                "SeedGenerator", "`seed` is out of range.", expected="in [0, 2**32)", given=seed
            )
        engine = backends.active_backend()
        dtype = engine.seed_dtype

        def initial(shape, dtype=None):
            return engine.convert_to_tensor([seed, 0] if seed < 2**31 else _wide(seed), dtype)

        with name_scope(self.name), engine.device_scope("cpu"):
            self.state = Variable(
                initial, shape=(2,), dtype=dtype, trainable=False, autocast=False,
                aggregation="only_first_replica", name="seed_generator_state",
            )  # fmt: skip

    @property
    def seed(self):
        """The seed as given."""
        return self._initial_seed

    def next(self, ordered=True):
        """What the random kernels of its engine take as a seed; advances the counter.

        Args:
            ordered: Accepted; draws are always in order.

        Returns:
            On JAX and TensorFlow a tensor of two integers, on torch and NumPy a pair of Python ints.
        """
        return self.state.backend_object.draw_seed(self.state)

    def elsewhere(self, process=None):
        """A generator of the active engine with the same seed; in another process, with one that follows from it.

        Args:
            process: The name of a process that is to draw other numbers than its siblings; None for the same ones.
        """
        seed = self._start if process is None else seeds.derive_seed(f"{process}/{self._start}", 0)
        return SeedGenerator(seed, name=self.name)

    def get_config(self):
        """The constructor's arguments; the counter is in `state`."""
        return {"seed": self._initial_seed}

    @classmethod
    def from_config(cls, config):
        """A generator from `get_config()`, at its start."""
        return cls(**config)


def _wide(seed):
    import numpy as np

    return np.array([seed, 0], "int64")


# One generator per engine for draws that name no seed; dropped when the global seed is set.
_global: dict[str, tuple] = {}


def global_generator():
    """The generator of the active engine for draws without a seed."""
    engine = backends.active_backend()
    version = seeds.seed_version()
    entry = _global.get(engine.name)
    if entry is None or entry[0] != version:
        generator = SeedGenerator(seed=seeds.derive_seed("global_generator", 0), name="global_seed_generator")
        entry = _global[engine.name] = (version, generator)
    return entry[1]


def draw_seed(seed):
    """What the random kernels of the active engine take, from an int (always the same draw), a SeedGenerator (its next
    draw) or None (the global generator's next draw).

    Raises:
        ValueError: `seed` is none of these.
    """
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return global_generator().next()
    if isinstance(seed, int) and not isinstance(seed, bool):
        return backends.active_backend().fixed_seed(seed % 2**32)
    raise bad_argument("random", "`seed` must be an int, a SeedGenerator or None.", given=repr(seed))
