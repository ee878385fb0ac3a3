"""`LayerCase`: one layer as code that makes it, in our names and the reference's, with the inputs it is called on."""

from __future__ import annotations

import dataclasses
import zlib

import numpy as np


@dataclasses.dataclass
class LayerCase:
    """One way to make a layer, and a call of it.

    Attributes:
        code: An expression over `L`, the package of layers.
        shapes: Shapes of the inputs, with the batch axis.
        call: More arguments of the call, as code (`m` is a mask of the first input's first two axes).
        listed: Whether the inputs are passed as one list rather than one by one.
        integers: Whether the inputs are integers below this; 0 for floats.
        words: The inputs are strings, of these; () for numbers.
        fixed_dtype: The output's dtype where it doesn't follow from the policy; "" where it does.
        draws: Whether the call draws random numbers in training: then only without training there is an answer.
        tolerance: Relative and absolute, against the reference.
    """

    code: str
    shapes: tuple
    call: str = ""
    listed: bool = False
    integers: int = 0
    words: tuple = ()
    fixed_dtype: str = ""
    draws: bool = False
    tolerance: float = 2e-5

    def __str__(self):
        shapes = " ".join("x".join(map(str, shape)) for shape in self.shapes)
        return f"{self.code.replace('L.', '')} {shapes}" + (f" ({self.call})" if self.call else "")

    def inputs(self):
        rng = np.random.default_rng(zlib.crc32(str(self).encode()))
        if self.words:
            return [rng.choice(self.words, shape) for shape in self.shapes]
        if self.integers:
            return [rng.integers(0, self.integers, shape).astype("int32") for shape in self.shapes]
        return [rng.normal(size=shape).astype("float32") for shape in self.shapes]

    def mask(self):
        """True, True, ... False: sequences of different lengths, none empty, one whole."""
        batch, steps = self.shapes[0][:2]
        lengths = np.arange(batch) % steps + 1
        lengths[-1] = steps
        return np.arange(steps)[None] < lengths[:, None]


def fill(shape, name, index):
    """Values for a weight: of both signs, a variance positive."""
    rng = np.random.default_rng([index, *shape])
    values = rng.normal(size=shape).astype("float32") * 0.5
    return np.abs(values) + 0.5 if "variance" in name or "stddev" in name else values
