"""Random draws. All take `seed`: an int (the same draw each time), a `SeedGenerator` (its next draw), or None (the next
draw of the engine's global generator, seeded by `set_random_seed`)."""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends
from tricorn.core import rules
from tricorn.core.config import floatx
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor
from tricorn.random._seed import SeedGenerator, draw_seed

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def _float_dtype(dtype, where):
    name = floatx() if dtype is None else standardize_dtype(dtype)
    if name not in _FLOATS:
        raise bad_argument(
            where, "`dtype` must be a floating type.", expected=", ".join(_FLOATS), given=repr(dtype)
        )
    return name


def _int_dtype(dtype, where):
    name = standardize_dtype(dtype)
    if "int" not in name:
        raise bad_argument(where, "`dtype` must be an integer type.", expected='"int32", "int64", ...',
                           given=repr(dtype), hint="random.uniform for floats")  # fmt: skip
    return name


def _shape(shape):
    return tuple(shape) if isinstance(shape, (tuple, list)) else (shape,) if isinstance(shape, int) else shape


def _run(name, seed, *arguments):
    engine = seed.state.backend_object if isinstance(seed, SeedGenerator) else backends.active_backend()
    with_seed = draw_seed(seed) if engine is backends.active_backend() else seed.next()
    return engine.kernel("random", name)(*arguments, with_seed)


def _seed_for(engine, seed):
    """What `engine`'s kernels take as a seed; a generator of another engine gives its pair as numbers."""
    if isinstance(seed, SeedGenerator) and seed.state.backend_object is not engine:
        drawn = seed.next()
        pair = np.asarray(drawn if isinstance(drawn, tuple) else seed.state.backend_object.to_numpy(drawn))
        if isinstance(engine.fixed_seed(0), tuple):
            return tuple(int(part) for part in pair)
        return engine.convert_to_tensor(pair.astype(engine.seed_dtype))
    if engine is backends.active_backend():
        return draw_seed(seed)
    with backends.backend_scope(engine):
        return draw_seed(seed)


def _drawn(where, is_float=True):
    """The rule of a draw: the shape that is asked for."""

    def rule(shape, *arguments):
        dtype = arguments[-2]
        name = _float_dtype(dtype, where) if is_float else _int_dtype(dtype, where)
        return KerasTensor(_shape(shape), name, record_history=False)

    return rule


@op(rule=_drawn("random.normal"))
def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draws from a normal distribution.

    Args:
        shape: Sizes of the result.
        mean: Its mean.
        stddev: Its standard deviation.
        dtype: A floating type; floatx by default.
        seed: An int, a SeedGenerator, or None.
    """
    return _run("normal", seed, _shape(shape), mean, stddev, _float_dtype(dtype, "random.normal"))


@op(rule=_drawn("random.truncated_normal"))
def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draws from a normal distribution cut off at two deviations from the mean."""
    return _run(
        "truncated_normal", seed, _shape(shape), mean, stddev, _float_dtype(dtype, "random.truncated_normal")
    )


@op(rule=_drawn("random.uniform"))
def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Draws from the uniform distribution over [minval, maxval)."""
    return _run("uniform", seed, _shape(shape), minval, maxval, _float_dtype(dtype, "random.uniform"))


def _check_range(minval, maxval):
    if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and minval >= maxval:
        raise bad_argument("random.randint", "the range is empty.", expected="minval < maxval",
                           given=f"minval={minval}, maxval={maxval}")  # fmt: skip


def _randint_rule(shape, minval, maxval, dtype="int32", seed=None):
    _check_range(minval, maxval)
    return KerasTensor(_shape(shape), _int_dtype(dtype, "random.randint"), record_history=False)


@op(rule=_randint_rule)
def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Draws integers, each of [minval, maxval) alike.

    Raises:
        ValueError: `dtype` is not an integer type, or the range is empty.
    """
    _check_range(minval, maxval)
    return _run("randint", seed, _shape(shape), minval, maxval, _int_dtype(dtype, "random.randint"))


def _categorical_rule(logits, num_samples, dtype="int32", seed=None):
    _check_logits(logits.shape)
    return KerasTensor(
        (logits.shape[0], num_samples), _int_dtype(dtype, "random.categorical"), record_history=False
    )


def _check_logits(shape):
    if len(shape) != 2:
        raise bad_argument("random.categorical", "`logits` must be of rank 2.", expected="(batch, classes)",
                           given=f"shape {tuple(shape)}")  # fmt: skip


@op(rule=_categorical_rule, dtype=rules.FLOAT)
def categorical(logits: Tensor, num_samples, dtype="int32", seed=None):
    """Draws `num_samples` classes for each row of `logits` (unnormalised log-probabilities), with replacement.

    Args:
        logits: (batch, classes).
        num_samples: Draws a row.

    Returns:
        (batch, num_samples) class indices.
    """
    _check_logits(logits.shape)
    engine = backends.backend_of(logits) or backends.active_backend()
    dtype = _int_dtype(dtype, "random.categorical")
    return engine.kernel("random", "categorical")(logits, num_samples, dtype, _seed_for(engine, seed))


@op(rule=lambda shape, counts, probabilities, dtype=None, seed=None: KerasTensor(
    _shape(shape), _float_dtype(dtype, "random.binomial"), record_history=False))  # fmt: skip
def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """Draws the number of successes in `counts` trials of probability `probabilities` each.

    Args:
        shape: Sizes of the result, to which `counts` and `probabilities` broadcast.
    """
    return _run_with(("binomial", "random.binomial"), seed, shape, dtype, counts, probabilities)


@op(rule=lambda shape, alpha, beta, dtype=None, seed=None: KerasTensor(
    _shape(shape), _float_dtype(dtype, "random.beta"), record_history=False))  # fmt: skip
def beta(shape, alpha, beta, dtype=None, seed=None):
    """Draws from the beta distribution of concentrations `alpha` and `beta`, which broadcast to `shape`."""
    return _run_with(("beta", "random.beta"), seed, shape, dtype, alpha, beta)


@op(rule=lambda shape, alpha, dtype=None, seed=None: KerasTensor(
    _shape(shape), _float_dtype(dtype, "random.gamma"), record_history=False))  # fmt: skip
def gamma(shape, alpha, dtype=None, seed=None):
    """Draws from the gamma distribution of shape `alpha`, which broadcasts to `shape`, and scale 1."""
    return _run_with(("gamma", "random.gamma"), seed, shape, dtype, alpha)


def _run_with(names, seed, shape, dtype, *parameters):
    name, where = names
    dtype = _float_dtype(dtype, where)
    owners = [backends.backend_of(parameter) for parameter in parameters]
    engine = next((owner for owner in owners if owner is not None), None)
    if engine is None:
        engine = seed.state.backend_object if isinstance(seed, SeedGenerator) else backends.active_backend()
    wide = "float64" if dtype == "float64" else "float32"
    tensors = [engine.cast(engine.convert_to_tensor(parameter), wide) for parameter in parameters]
    return engine.kernel("random", name)(_shape(shape), *tensors, dtype, _seed_for(engine, seed))


def _dropout_rule(inputs, rate, noise_shape=None, seed=None):
    _check_rate(rate)
    _check_noise_shape(inputs.shape, noise_shape)
    return KerasTensor(inputs.shape, inputs.dtype, record_history=False)


def _check_rate(rate):
    if not 0 <= rate <= 1:
        raise bad_argument("random.dropout", "`rate` is the share of elements set to zero.", expected="in [0, 1]",
                           given=rate)  # fmt: skip


def _check_noise_shape(shape, noise_shape):
    if noise_shape is None:
        return
    fits = len(noise_shape) == len(shape) and all(
        noise in (None, 1) or size is None or noise == size
        for noise, size in zip(noise_shape, shape, strict=True)
    )
    if not fits:
        raise bad_argument("random.dropout", "`noise_shape` must broadcast to the inputs.",
                           expected=f"for each size of {tuple(shape)}: the same, 1, or None",
                           given=tuple(noise_shape))  # fmt: skip


@op(rule=_dropout_rule, dtype=rules.FLOAT)
def dropout(inputs: Tensor, rate, noise_shape=None, seed=None):
    """Sets a share `rate` of the elements to zero and scales the others by 1 / (1 - rate), so that the mean stays.

    Args:
        inputs: Any shape.
        rate: The share set to zero, in [0, 1].
        noise_shape: Shape of the mask, broadcast to `inputs`: 1 on an axis drops all along it together; None is the
            inputs' size.
        seed: An int, a SeedGenerator, or None.

    Raises:
        ValueError: `rate` is outside [0, 1], or `noise_shape` does not broadcast.

    Source: Srivastava et al., 2014.
    """
    _check_rate(rate)
    if rate == 0:
        return inputs
    if rate == 1:
        return inputs * 0
    engine = backends.backend_of(inputs) or backends.active_backend()
    if noise_shape is not None:
        _check_noise_shape(engine.shape_of(inputs), noise_shape)
        noise_shape = _filled(inputs, noise_shape, engine)
    return engine.kernel("random", "dropout")(inputs, rate, noise_shape, _seed_for(engine, seed))


def _filled(inputs, noise_shape, engine):
    """`noise_shape` with the inputs' sizes for None."""
    if None not in noise_shape:
        return tuple(noise_shape)
    from tricorn.ops import shape as sizes_of

    return tuple(
        size if noise is None else noise for noise, size in zip(noise_shape, sizes_of(inputs), strict=True)
    )


@op(rule=rules.like_input(rules.SAME))
def shuffle(x: Tensor, axis=0, seed=None):
    """`x` with what stands along `axis` in random order; the other axes stay together."""
    engine = backends.backend_of(x) or backends.active_backend()
    return engine.kernel("random", "shuffle")(
        x, rules.canonical_axis(axis, len(x.shape)), _seed_for(engine, seed)
    )
