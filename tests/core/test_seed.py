"""The global seed and its ordinals."""

import numpy as np
import pytest

from tricorn.core import seed


@pytest.fixture(autouse=True)
def restored():
    before = seed._seed
    yield
    seed._seed = before


def test_ordinals_restart_with_the_seed():
    seed.set_global_seed(3)
    version = seed.seed_version()
    assert [seed.next_ordinal("a"), seed.next_ordinal("a"), seed.next_ordinal("b")] == [0, 1, 0]
    seed.set_global_seed(3)
    assert seed.next_ordinal("a") == 0
    assert seed.seed_version() == version + 1


def test_derived_seeds_follow_the_global_one():
    seed.set_global_seed(np.int64(3))
    first = [seed.derive_seed("x", number) for number in range(100)]
    assert len(set(first)) == 100
    assert all(0 <= value < 2**31 for value in first)
    seed.set_global_seed(4)
    assert seed.derive_seed("x", 0) != first[0]
    seed.set_global_seed(3)
    assert [seed.derive_seed("x", number) for number in range(100)] == first


def test_never_set_is_random_but_constant():
    seed._seed = None
    drawn = seed.global_seed()
    assert seed.global_seed() == drawn
    seed._seed = None
    others = set()
    for _ in range(3):
        seed._seed = None
        others.add(seed.global_seed())
    assert len(others | {drawn}) > 1


@pytest.mark.parametrize("bad", [-1, 2**64, 1.5, "1", None, True])
def test_bad_seeds(bad):
    with pytest.raises(ValueError, match="seed"):
        seed.set_global_seed(bad)
