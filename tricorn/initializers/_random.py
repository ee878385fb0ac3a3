"""Random initializers of given mean and spread."""

from __future__ import annotations

import math

import numpy as np

from tricorn.core.errors import bad_argument, describe
from tricorn.core.seed import checked_seed, global_seed, next_ordinal
from tricorn.initializers._initializer import Initializer
from tricorn.initializers._streams import random_values, stream_key


class RandomInitializer(Initializer):
    """What random initializers share: where their seed comes from.

    Args:
        seed: None: the global seed and the variable's place decide. An integer fixes the values whatever the place, so
            that each call returns the same. A `SeedGenerator` gives new values with each call.
    """

    def __init__(self, seed=None):
        if seed is not None and not hasattr(seed, "next"):
            seed = checked_seed(seed, type(self).__name__)
        self.seed = seed
        self._anonymous = None
        self._drawn = {}

    def anonymous_place(self):
        if self._anonymous is None:
            self._anonymous = f"anonymous/{next_ordinal('initializer')}"
        return self._anonymous

    def key(self, place):
        """The key of the stream of values for a place."""
        if self.seed is None:
            return stream_key(global_seed(), place)
        if isinstance(self.seed, int):
            return stream_key(self.seed, "")
        anonymous = place == self._anonymous
        if anonymous or place not in self._drawn:
            state = np.asarray(self.seed.state.numpy()).tolist()
            self.seed.next()
            key = stream_key("generator", state)
            if anonymous:
                return key
            self._drawn[place] = key  # all slices of one variable come from one draw
        return self._drawn[place]

    def get_config(self):
        from tricorn.core.serial import serialize_keras_object

        return {"seed": serialize_keras_object(self.seed)}

    @classmethod
    def from_config(cls, config):
        if isinstance(config.get("seed"), dict):
            from tricorn.core.serial import deserialize_keras_object

            config = {**config, "seed": deserialize_keras_object(config["seed"])}
        return cls(**config)


def _finite(where, name, value, *, least=None):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (least is not None and number < least):
        bound = "" if least is None else f", at least {least}"
        raise bad_argument(where, f"`{name}` must be a finite number{bound}.", given=describe(value))
    return value


class RandomNormal(RandomInitializer):
    """Normal values.

    Args:
        mean: Their mean.
        stddev: Their standard deviation.
        seed: None, an integer, or a `SeedGenerator` (see `RandomInitializer`).
    """

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self.mean = _finite(type(self).__name__, "mean", mean)
        self.stddev = _finite(type(self).__name__, "stddev", stddev, least=0)
        super().__init__(seed)

    _kind = "normal"

    def values(self, place, shape, index, dtype):
        return _scaled(random_values(self._kind, self.key(place), shape, index), self.stddev, self.mean)

    def get_config(self):
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Normal values, drawn again where they are more than two standard deviations from the mean.

    Args:
        mean: Their mean.
        stddev: The standard deviation before truncation; afterwards it is 0.8796 times that.
        seed: None, an integer, or a `SeedGenerator` (see `RandomInitializer`).
    """

    _kind = "truncated"


class RandomUniform(RandomInitializer):
    """Uniform values in [minval, maxval).

    Args:
        minval: The least value.
        maxval: The bound above.
        seed: None, an integer, or a `SeedGenerator` (see `RandomInitializer`).
    """

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        self.minval = _finite(type(self).__name__, "minval", minval)
        self.maxval = _finite(type(self).__name__, "maxval", maxval)
        if maxval < minval:
            raise bad_argument(type(self).__name__, "`maxval` must not be less than `minval`.",
                               given=f"minval={minval}, maxval={maxval}")  # fmt: skip
        super().__init__(seed)

    def values(self, place, shape, index, dtype):
        values = random_values("uniform", self.key(place), shape, index)
        if dtype.kind in "iub":
            return np.floor(values.astype(np.float64) * (self.maxval - self.minval) + self.minval)
        return uniform_between(values, self.minval, self.maxval)

    def get_config(self):
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


def _scaled(values, factor, offset=0.0):
    """`values * factor + offset` in place, in float32."""
    values *= np.float32(factor)
    if offset:
        values += np.float32(offset)
    return values


def uniform_between(values, low, high):
    """Values in [0, 1) moved to [low, high); rounding never reaches `high`."""
    values = _scaled(values, high - low, low)
    if high > low:
        np.minimum(values, np.nextafter(np.float32(high), np.float32(low)), out=values)
    return values


random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
