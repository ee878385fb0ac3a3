"""Initializers: moments, bounds and formulas; the same values for the same place; slices bit for bit."""

import itertools
import math

import numpy as np
import pytest

from tests.support.fresh_process import run_python
from tests.support.oracle import oracle
from tricorn import initializers
from tricorn.core import seed as seeds
from tricorn.initializers import _streams

RANDOM = [
    initializers.RandomNormal(0.5, 2.0),
    initializers.TruncatedNormal(0.5, 2.0),
    initializers.RandomUniform(-1.0, 3.0),
    initializers.GlorotUniform(),
    initializers.HeNormal(),
    initializers.VarianceScaling(distribution="untruncated_normal"),
]
SLICEABLE = [*RANDOM, initializers.Zeros(), initializers.Ones(), initializers.Constant(np.arange(7.0))]


@pytest.fixture(autouse=True)
def fixed_seed():
    before = seeds._seed
    seeds.set_global_seed(11)
    yield
    seeds._seed = before


# --- distributions -----------------------------------------------------------------------------------
SHAPE = (400, 600)
FAN_IN, FAN_OUT = SHAPE
TRUNCATED_KURTOSIS = (
    2.367  # of a normal truncated at two standard deviations; 3 for the whole one, 1.8 for a uniform
)


@pytest.mark.parametrize(
    ("initializer", "mean", "variance", "bounds", "kurtosis"),
    [
        (initializers.RandomNormal(0.5, 2.0), 0.5, 4.0, None, 3.0),
        (initializers.TruncatedNormal(0.5, 2.0), 0.5, 4 * 0.7737413, (-3.5, 4.5), TRUNCATED_KURTOSIS),
        (initializers.RandomUniform(-1.0, 3.0), 1.0, 16 / 12, (-1.0, 3.0), 1.8),
        (initializers.GlorotUniform(), 0, 2 / (FAN_IN + FAN_OUT), math.sqrt(6 / (FAN_IN + FAN_OUT)), 1.8),
        (initializers.GlorotNormal(), 0, 2 / (FAN_IN + FAN_OUT), None, TRUNCATED_KURTOSIS),
        (initializers.HeUniform(), 0, 2 / FAN_IN, math.sqrt(6 / FAN_IN), 1.8),
        (initializers.HeNormal(), 0, 2 / FAN_IN, 2 * math.sqrt(2 / FAN_IN) / 0.8796256, TRUNCATED_KURTOSIS),
        (initializers.LecunUniform(), 0, 1 / FAN_IN, math.sqrt(3 / FAN_IN), 1.8),
        (initializers.LecunNormal(), 0, 1 / FAN_IN, None, TRUNCATED_KURTOSIS),
        (initializers.VarianceScaling(3.0, "fan_out", "untruncated_normal"), 0, 3 / FAN_OUT, None, 3.0),
        (initializers.VarianceScaling(2.0, "fan_avg", "uniform"), 0, 4 / (FAN_IN + FAN_OUT), None, 1.8),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "fill") else "",
)
def test_moments_and_bounds(initializer, mean, variance, bounds, kurtosis):
    values = initializer.fill("kernel", SHAPE).astype(np.float64)
    assert initializer.fill("kernel", SHAPE).dtype == np.float32
    deviation = math.sqrt(variance)
    assert abs(values.mean() - mean) < 5 * deviation / math.sqrt(values.size)
    assert abs(values.var() / variance - 1) < 5 * math.sqrt(2 / values.size)
    centred = (values - mean) / deviation
    assert abs((centred**4).mean() - kurtosis) < 0.08
    if bounds is not None:
        low, high = bounds if isinstance(bounds, tuple) else (-bounds, bounds)
        assert low <= values.min() < low + 0.02 * (high - low)
        assert high >= values.max() > high - 0.02 * (high - low)
    flat = centred.reshape(-1)
    assert abs((flat[:-1] * flat[1:]).mean()) < 5 / math.sqrt(flat.size)  # neighbours are independent
    assert abs((centred[:-1] * centred[1:]).mean()) < 5 / math.sqrt(flat.size)


def test_fans_equal_the_reference():
    from tricorn.initializers._scaling import compute_fans

    cases = [
        ((), None, None),
        ((3,), None, None),
        ((3, 5), None, None),
        ((2, 3, 5), None, None),
        ((2, 3, 5, 7), None, None),
        ((2, 3, 5), [0], [2]),
        ((2, 3, 5), [0, 1], [2]),
        ((2, 3, 5), [0], None),
        ((3, 5), [1], [0]),
        ((0, 5), None, None),
        ((3,), [0], []),
        ((2, 3, 5), [-3], [-1]),
    ]
    code = """
from keras.src.initializers.random_initializers import compute_fans
result = [compute_fans(*case) for case in cases]
"""
    assert [tuple(fans) for fans in oracle("jax").run(code, cases=cases)] == [
        compute_fans(*case) for case in cases
    ]


def test_orthogonal():
    for shape, gain in (((6, 6), 1.0), ((4, 9), 2.0), ((9, 4), 0.5), ((2, 3, 4), 1.0)):
        matrix = initializers.Orthogonal(gain).fill("kernel", shape).reshape(-1, shape[-1]).astype(np.float64)
        rows, columns = matrix.shape
        product = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
        np.testing.assert_allclose(product, gain**2 * np.eye(min(rows, columns)), atol=2e-6)
    draws = np.stack([initializers.Orthogonal(seed=seed).fill("", (2, 2)) for seed in range(400)])
    assert np.all(np.abs(draws.mean(axis=0)) < 0.15)  # each entry is positive as often as negative
    assert 0.35 < (np.linalg.det(draws) > 0).mean() < 0.65  # rotations and reflections


def test_constants():
    np.testing.assert_array_equal(initializers.Constant(3).fill("", (2,), "int32"), [3, 3])
    np.testing.assert_array_equal(initializers.Constant([1, 2]).fill("", (3, 2)), [[1, 2]] * 3)
    np.testing.assert_array_equal(initializers.Ones().fill("", (2,), "bool"), [True, True])
    np.testing.assert_array_equal(initializers.Identity(2.0).fill("", (2, 3)), [[2, 0, 0], [0, 2, 0]])
    assert initializers.Zeros().fill("", (2,), "bfloat16").dtype.name == "bfloat16"


def test_stft_equals_the_reference():
    cases = [
        ({}, (8, 1, 5)),
        ({"side": "imag", "window": "hamming", "scaling": "spectrum", "periodic": True}, (9, 1, 5)),
        ({"window": None}, (4, 1, 3)),
        ({"scaling": None, "window": "blackman"}, (16, 1, 9)),
        *[
            ({"window": name, "periodic": periodic}, (10, 1, 6))
            for periodic in (False, True)
            for name in ("nuttall", "blackmanharris", "flattop", "bartlett", "boxcar", "cosine")
        ],
    ]
    code = "result = [keras.initializers.STFT(**arguments)(shape) for arguments, shape in cases]"
    for (arguments, shape), expected in zip(cases, oracle("jax").run(code, cases=cases), strict=True):
        ours = initializers.STFT(**arguments)
        np.testing.assert_allclose(ours.fill("", shape), expected, atol=2e-6, err_msg=str(arguments))


# --- same seed, same start ------------------------------------------------------------------------------
def test_values_follow_from_seed_and_place():
    for initializer in RANDOM:
        first = initializer.fill("a/kernel", (5, 7))
        assert np.array_equal(initializer.clone().fill("a/kernel", (5, 7)), first)
        assert not np.any(initializer.fill("b/kernel", (5, 7)) == first)
        seeds.set_global_seed(12)
        assert not np.any(initializer.fill("a/kernel", (5, 7)) == first)
        seeds.set_global_seed(11)
        assert np.array_equal(initializer.fill("a/kernel", (5, 7)), first)


def test_frozen_values():
    """The contract of D7 across versions: written down when it was frozen."""
    assert _streams.BLOCK == 2**16
    np.testing.assert_array_equal(
        initializers.RandomUniform(0, 1, seed=7).fill("", (3,)), np.float32(FROZEN["uniform"])
    )
    np.testing.assert_array_equal(
        initializers.RandomNormal(0, 1, seed=7).fill("", (3,)), np.float32(FROZEN["normal"])
    )
    np.testing.assert_array_equal(
        initializers.RandomUniform(0, 1, seed=7).fill("", (2**16 + 1,))[-1],
        np.float32(FROZEN["second block"]),
    )


FROZEN = {
    "uniform": [0.830510139465332, 0.27500617504119873, 0.5223327875137329],
    "normal": [2.8646607398986816, 0.4055470824241638, 1.1802825927734375],
    "second block": 0.35862797498703003,
}


def test_an_integer_seed_fixes_the_values():
    initializer = initializers.GlorotUniform(seed=3)
    first = initializer.fill("a", (4, 4))
    seeds.set_global_seed(99)
    assert np.array_equal(initializer.fill("b", (4, 4)), first)
    assert np.array_equal(initializers.GlorotUniform(seed=3).fill("c", (4, 4)), first)
    assert not np.array_equal(initializers.GlorotUniform(seed=4).fill("a", (4, 4)), first)


def test_a_new_process_gives_the_same_values():
    code = """
from tricorn import initializers
from tricorn.core.seed import set_global_seed
set_global_seed(11)
print(initializers.HeNormal().fill("a/kernel", (3, 4)).tobytes().hex())
"""
    run = run_python(code, PYTHONHASHSEED="5")
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == initializers.HeNormal().fill("a/kernel", (3, 4)).tobytes().hex()


def test_called_without_a_place():
    with_seed = initializers.RandomNormal(seed=1)
    np.testing.assert_array_equal(np.asarray(with_seed((3, 2))), with_seed.fill("anything", (3, 2)))
    first, second = initializers.RandomNormal(), initializers.RandomNormal()
    a, b = np.asarray(first((50,))), np.asarray(second((50,)))
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(np.asarray(first((50,))), a)  # one instance, one set of values
    assert str(np.asarray(first((2,), dtype="float16")).dtype) == "float16"


def test_a_seed_generator_gives_new_values_with_each_call():
    random = pytest.importorskip("tricorn.random")
    if not hasattr(random, "SeedGenerator"):
        pytest.skip("no SeedGenerator yet")
    initializer = initializers.RandomNormal(seed=random.SeedGenerator(5))
    first, second = np.asarray(initializer((20,))), np.asarray(initializer((20,)))
    assert not np.any(first == second)
    again = initializers.RandomNormal(seed=random.SeedGenerator(5))
    np.testing.assert_array_equal(np.asarray(again((20,))), first)
    whole = initializer.fill("kernel", (30,))
    np.testing.assert_array_equal(initializer.fill("kernel", (30,), index=(slice(3, 9),)), whole[3:9])


# --- slices ---------------------------------------------------------------------------------------------
SLICES = [
    (
        (300, 700),
        [
            (slice(10, 90),),
            (slice(0, 300), slice(300, 333)),
            (slice(299, 300), slice(699, 700)),
            (slice(5, 5), slice(0, 3)),
            (slice(0, 300), slice(0, 700)),
            (slice(90, 200), slice(1, 700)),
        ],
    ),
    (
        (140_000,),
        [
            (slice(65_530, 65_540),),
            (slice(131_072, 131_073),),
            (slice(0, 140_000),),
            (slice(60_000, 135_000),),
        ],
    ),
    (
        (30_000, 7),
        [(slice(9_000, 20_000), slice(2, 3)), (slice(0, 30_000), slice(0, 5)), (slice(9_362, 9_363),)],
    ),
    ((2, 200_000 // 7 * 7, 1)[:2], [(slice(0, 2), slice(60_000, 140_000)), (slice(1, 2), slice(1, 199_989))]),
    (
        (3, 5, 11, 7),
        [(slice(1, 2), slice(0, 5), slice(2, 4)), (slice(0, 3), slice(1, 3), slice(0, 11), slice(2, 6))],
    ),
]


@pytest.mark.parametrize("initializer", SLICEABLE, ids=lambda initializer: type(initializer).__name__)
def test_slices_equal_the_whole_bit_for_bit(initializer):
    assert initializer.sliceable
    for shape, indices in SLICES:
        if isinstance(initializer, initializers.Constant) and shape[-1] != 7:
            continue
        whole = initializer.fill("kernel", shape)
        for index in indices:
            np.testing.assert_array_equal(
                initializer.fill("kernel", shape, index=index), whole[index], err_msg=str(index)
            )


def test_slices_of_matrices():
    index = (slice(1, 4), slice(2, 5))
    for initializer in (initializers.Identity(3.0), initializers.Orthogonal()):
        whole = initializer.fill("kernel", (6, 5))
        np.testing.assert_array_equal(initializer.fill("kernel", (6, 5), index=index), whole[index])
    assert not initializers.Orthogonal().sliceable


def test_only_touched_blocks_are_made(monkeypatch):
    made = []
    original = _streams._generator
    monkeypatch.setattr(_streams, "_generator", lambda key, block: made.append(block) or original(key, block))
    _streams._block.cache_clear()
    shape = (4096, 128)  # 8 blocks of 512 rows
    initializers.RandomNormal().fill("rows", shape, index=(slice(512, 1024),))
    assert made == [1]
    initializers.RandomNormal().fill("rows", shape, index=(slice(500, 1600),))
    assert made == [1, 0, 2, 3]  # the second block was kept


def test_a_shorter_array_is_the_beginning_of_a_longer():
    for initializer in RANDOM[:3]:
        np.testing.assert_array_equal(initializer.fill("p", (100,)), initializer.fill("p", (70_000,))[:100])


# --- arguments, names and configurations --------------------------------------------------------------------
@pytest.mark.parametrize(
    "make",
    [
        lambda: initializers.RandomNormal(stddev=-1),
        lambda: initializers.RandomNormal(mean=float("nan")),
        lambda: initializers.RandomUniform(2, 1),
        lambda: initializers.RandomNormal(seed="x"),
        lambda: initializers.RandomNormal(seed=1.5),
        lambda: initializers.RandomNormal(seed=-1),
        lambda: initializers.VarianceScaling(0),
        lambda: initializers.VarianceScaling(mode="fan"),
        lambda: initializers.VarianceScaling(distribution="x"),
        lambda: initializers.VarianceScaling(input_axes="x"),
        lambda: initializers.VarianceScaling(input_axes=[5], output_axes=[0]).fill("", (2, 3)),
        lambda: initializers.Orthogonal().fill("", (3,)),
        lambda: initializers.Identity().fill("", (2, 2, 2)),
        lambda: initializers.Constant([1, 2]).fill("", (2, 3)),
        lambda: initializers.Constant("x"),
        lambda: initializers.STFT("x"),
        lambda: initializers.STFT(window="x"),
        lambda: initializers.STFT(scaling="x"),
        lambda: initializers.STFT().fill("", (3, 2)),
        lambda: initializers.Zeros().fill("", (2, None)),
        lambda: initializers.Zeros().fill("", (2, -1)),
        lambda: initializers.Zeros().fill("", (2,), "string"),
        lambda: initializers.Zeros().fill("", (2,), "float99"),
        lambda: initializers.RandomNormal().fill("", (8,), index=(slice(0, 8, 2),)),
        lambda: initializers.RandomNormal().fill("", (8,), index=(3,)),
        lambda: initializers.get("nope"),
        lambda: initializers.get(3),
        lambda: initializers.get([1.0]),
        lambda: initializers.get({"class_name": "Nope", "config": {}}),
    ],
)
def test_bad_arguments(make):
    with pytest.raises(ValueError):
        make()


def test_get():
    assert initializers.get(None) is None
    for name in ("glorot_uniform", "GlorotUniform", initializers.GlorotUniform):
        assert type(initializers.get(name)) is initializers.GlorotUniform
    for name, cls in (
        ("normal", "RandomNormal"),
        ("uniform", "RandomUniform"),
        ("one", "Ones"),
        ("zeros", "Zeros"),
        ("orthogonal", "Orthogonal"),
        ("IdentityInitializer", "Identity"),
        ("constant", "Constant"),
    ):
        assert type(initializers.get(name)).__name__ == cls
    assert initializers.get({"class_name": "RandomNormal", "config": {"stddev": 2.0}}).stddev == 2.0
    function = lambda shape, dtype=None: np.zeros(shape, dtype)  # noqa: E731
    assert initializers.get(function) is function


def test_configurations_travel():
    for initializer in (
        *SLICEABLE,
        initializers.Identity(2.0),
        initializers.Orthogonal(seed=3),
        initializers.STFT("imag"),
    ):
        config = initializers.serialize(initializer)
        restored = initializers.deserialize(config)
        assert type(restored) is type(initializer)
        assert restored.get_config() == initializer.get_config()
        assert initializer.clone() is not initializer


def test_own_initializers():
    class Ramp(initializers.RandomNormal):
        def __call__(self, shape, dtype=None):
            return np.arange(math.prod(shape), dtype=dtype).reshape(shape)

    assert Ramp().fill is None  # so that a Variable calls it instead
    np.testing.assert_array_equal(initializers.get(Ramp())((2, 2), "float32"), [[0, 1], [2, 3]])
    with pytest.raises(NotImplementedError, match="__call__"):
        initializers.Initializer().fill("", (2,))


def test_shards_cover_the_whole():
    shape = (96, 80)
    whole = initializers.HeNormal().fill("k", shape)
    parts = [
        [
            initializers.HeNormal().fill("k", shape, index=(slice(r, r + 24), slice(c, c + 40)))
            for c in (0, 40)
        ]
        for r in range(0, 96, 24)
    ]
    np.testing.assert_array_equal(np.block(parts), whole)
    assert len(list(itertools.chain(*parts))) == 8
