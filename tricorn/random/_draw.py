"""Random draws. All take `seed`: an int (the same draw each time), a `SeedGenerator` (its next draw), or None (the next
draw of the engine's global generator, seeded by `set_random_seed`)."""

from __future__ import annotations

import numpy as np

from tricorn.core import backend as backends, rules
from tricorn.core.config import floatx
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensor, op
from tricorn.core.symbolic import KerasTensor, any_symbolic, standardize_shape
from tricorn.ops._cast import shape as sizes_of
from tricorn.ops._create import zeros_like
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


def _listed(shape):
    """A shape as a tuple of sizes; a tensor stays what it is."""
    if isinstance(shape, (tuple, list)):
        return tuple(shape)
    if isinstance(shape, (int, np.integer)):
        return (shape,)
    return tuple(shape.tolist()) if isinstance(shape, np.ndarray) and shape.ndim == 1 else shape


def _sizes(shape, where):
    """The shape of a concrete draw: Python ints, or sizes that a tracing engine knows later.

    Raises:
        ValueError: A size is negative, unknown or no integer.
    """
    sizes = _listed(shape)
    if type(sizes) is not tuple:
        if backends.backend_of(sizes) is None:
            raise bad_argument(where, "`shape` must be a sequence of sizes.", given=repr(shape))
        return sizes
    for place, size in enumerate(sizes):
        if type(size) is not int:
            if isinstance(size, np.integer):
                sizes = (*sizes[:place], int(size), *sizes[place + 1 :])
            elif backends.backend_of(size) is None:
                raise bad_argument(
                    where, "a size of `shape` must be an integer.", given=f"{size!r} in {tuple(sizes)}"
                )
        if isinstance(size, (int, np.integer)) and size < 0:
            raise bad_argument(where, "a size of `shape` cannot be negative.", given=tuple(sizes))
    return sizes


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


def _draw(name, shape, dtype, seed, *parameters, wide=False):
    """Run the kernel `name` on the engine of the parameters, else of the generator, else the active one.

    Args:
        parameters: Numbers, or what broadcasts to `shape`; the latter become tensors of `dtype`.
        wide: Whether all parameters become tensors, of float32 at least.
    """
    where = f"random.{name}"
    sizes = _sizes(shape, where)
    engine = None
    for parameter in parameters:
        if type(parameter) not in (float, int):
            engine = engine or backends.backend_of(parameter)
    if engine is None:
        engine = seed.state.backend_object if isinstance(seed, SeedGenerator) else backends.active_backend()
    kind = dtype if not wide else "float64" if dtype == "float64" else "float32"
    parameters = [
        parameter
        if type(parameter) in (float, int) and not wide
        else _fitting(where, engine.cast(engine.convert_to_tensor(parameter), kind), sizes)
        for parameter in parameters
    ]
    return engine.kernel("random", name)(sizes, *parameters, dtype, _seed_for(engine, seed))


def _fitting(where, parameter, sizes):
    """The parameter, if it broadcasts to the sizes as far as these are known."""
    known = type(sizes) is tuple and all(type(size) is int for size in sizes)
    if len(parameter.shape) and known and None not in tuple(parameter.shape):
        shape = tuple(parameter.shape)
        fits = len(shape) <= len(sizes) and all(
            own in (1, size) for own, size in zip(shape, sizes[len(sizes) - len(shape) :], strict=True)
        )
        if not fits:
            raise bad_argument(where, "a parameter does not broadcast to `shape`.", expected=f"shape {sizes}",
                               given=f"a parameter of shape {shape}")  # fmt: skip
    return parameter


def _check_values(where, name, value, expected, is_right):
    """Refuse numbers and arrays that no distribution has; an engine's tensors are not looked at: they give NaN."""
    if type(value) in (float, int):
        wrong = not is_right(value)
    elif isinstance(value, (list, tuple, np.ndarray, np.generic)) and not any_symbolic(value):
        wrong = not np.all(is_right(np.asarray(value)))
    else:
        return
    if wrong:
        raise bad_argument(where, f"`{name}` is out of range.", expected=expected, given=value)


def _spec(where, shape, dtype):
    return KerasTensor(standardize_shape(_listed(shape), where), dtype, record_history=False)


def _check_normal(where, stddev):
    _check_values(where, "stddev", stddev, "0 or more", lambda x: x >= 0)


def _normal_rule(where):
    def rule(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        _check_normal(where, stddev)
        return _spec(where, shape, _float_dtype(dtype, where))

    return rule


@op(rule=_normal_rule("random.normal"), draws=True)
def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draws from a normal distribution.

    Args:
        shape: Sizes of the result; an integer is one size.
        mean: Its mean: a number, or what broadcasts to `shape`.
        stddev: Its standard deviation, likewise; 0 or more.
        dtype: A floating type; floatx by default.
        seed: An int (the same draw each time), a `SeedGenerator` (its next draw), or None (the next draw of the global
            generator).

    Returns:
        A tensor of shape `shape` and dtype `dtype`.

    Raises:
        ValueError: A size or `stddev` is negative, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> random.normal((2, 3), seed=1).shape
        (2, 3)
    """
    where = "random.normal"
    dtype = _float_dtype(dtype, where)
    _check_normal(where, stddev)
    return _draw("normal", shape, dtype, seed, mean, stddev)


@op(rule=_normal_rule("random.truncated_normal"), draws=True)
def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Draws from a normal distribution cut off at two deviations from the mean: what lies outside is drawn again.

    Args:
        shape: Sizes of the result; an integer is one size.
        mean: The mean: a number, or what broadcasts to `shape`.
        stddev: The standard deviation before the cut (that of the result is 0.88 of it), likewise; 0 or more.
        dtype: A floating type; floatx by default.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`.

    Raises:
        ValueError: A size or `stddev` is negative, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> bool(ops.all(ops.absolute(random.truncated_normal((100,), seed=1)) <= 2))
        True
    """
    where = "random.truncated_normal"
    dtype = _float_dtype(dtype, where)
    _check_normal(where, stddev)
    return _draw("truncated_normal", shape, dtype, seed, mean, stddev)


def _check_limits(where, minval, maxval):
    numbers = (int, float, np.integer, np.floating)
    if isinstance(minval, numbers) and isinstance(maxval, numbers) and not minval <= maxval:
        raise bad_argument(where, "the range is empty.", expected="minval <= maxval",
                           given=f"minval={minval}, maxval={maxval}")  # fmt: skip


def _uniform_rule(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    _check_limits("random.uniform", minval, maxval)
    return _spec("random.uniform", shape, _float_dtype(dtype, "random.uniform"))


@op(rule=_uniform_rule, draws=True)
def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Draws from the uniform distribution over [minval, maxval).

    Rounding of `minval + (maxval - minval) * u` can give `maxval` itself where the limits are not 0 and 1.

    Args:
        shape: Sizes of the result; an integer is one size.
        minval: The lower limit: a number, or what broadcasts to `shape`.
        maxval: The upper limit, likewise.
        dtype: A floating type; floatx by default.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`.

    Raises:
        ValueError: A size is negative, `minval` is above `maxval`, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> random.uniform((2, 3), -1, 1, seed=1).shape
        (2, 3)
    """
    _check_limits("random.uniform", minval, maxval)
    return _draw("uniform", shape, _float_dtype(dtype, "random.uniform"), seed, minval, maxval)


def _check_range(minval, maxval, dtype):
    """The limits, as Python ints where they are numbers."""
    limits = []
    for name, limit in (("minval", minval), ("maxval", maxval)):
        if isinstance(limit, (int, float, np.integer, np.floating)):
            if limit != limit or limit in (np.inf, -np.inf) or int(limit) != limit:
                raise bad_argument("random.randint", f"`{name}` must be an integer.", given=repr(limit))
            limit = int(limit)
        limits.append(limit)
    if all(type(limit) is int for limit in limits):
        low, high = limits
        if low >= high:
            raise bad_argument("random.randint", "the range is empty.", expected="minval < maxval",
                               given=f"minval={minval}, maxval={maxval}")  # fmt: skip
        bits = int(dtype.strip("uint") or 32)
        lowest, highest = (0, 2**bits) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1))
        if low < lowest or high > highest:
            raise bad_argument("random.randint", f"{dtype} does not hold the range.",
                               expected=f"within [{lowest}, {highest})",
                               given=f"minval={minval}, maxval={maxval}")  # fmt: skip
    return limits


def _randint_rule(shape, minval, maxval, dtype="int32", seed=None):
    dtype = _int_dtype(dtype, "random.randint")
    _check_range(minval, maxval, dtype)
    return _spec("random.randint", shape, dtype)


@op(rule=_randint_rule, draws=True)
def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Draws integers, each of [minval, maxval) alike.

    Args:
        shape: Sizes of the result; an integer is one size.
        minval: The smallest integer that is drawn.
        maxval: The first one above that is not drawn.
        dtype: An integer type.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`.

    Raises:
        ValueError: A size is negative, `dtype` is not an integer type, or the range is empty or not within `dtype`.

    Example:
        >>> from tricorn import random
        >>> random.randint((100,), 3, 4, seed=1).max()
        np.int32(3)
    """
    dtype = _int_dtype(dtype, "random.randint")
    minval, maxval = _check_range(minval, maxval, dtype)
    sizes = _sizes(shape, "random.randint")
    engine = backends.backend_of(minval) or backends.backend_of(maxval)
    if engine is None:
        engine = seed.state.backend_object if isinstance(seed, SeedGenerator) else backends.active_backend()
    return engine.kernel("random", "randint")(sizes, minval, maxval, dtype, _seed_for(engine, seed))


def _categorical_rule(logits, num_samples, dtype="int32", seed=None):
    _check_categorical(logits.shape, num_samples)
    dtype = _int_dtype(dtype, "random.categorical")
    return _spec("random.categorical", (logits.shape[0], num_samples), dtype)


def _check_categorical(shape, num_samples):
    if len(shape) != 2 or shape[1] == 0:
        raise bad_argument("random.categorical", "`logits` must be of rank 2, with a class at least.",
                           expected="(batch, classes)", given=f"shape {tuple(shape)}")  # fmt: skip
    if isinstance(num_samples, (float, str)) or (isinstance(num_samples, int) and num_samples < 0):
        raise bad_argument("random.categorical", "`num_samples` must be an integer of 0 or more.",
                           given=repr(num_samples))  # fmt: skip


@op(rule=_categorical_rule, dtype=rules.FLOAT, draws=True)
def categorical(logits: Tensor, num_samples, dtype="int32", seed=None):
    """Draws `num_samples` classes for each row of `logits` (unnormalised log-probabilities), with replacement.

    Args:
        logits: (batch, classes); -inf for a class that is never drawn.
        num_samples: Draws a row.
        dtype: An integer type.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        (batch, num_samples) class indices of dtype `dtype`.

    Raises:
        ValueError: `logits` is not of rank 2, there is no class, `num_samples` is negative, or `dtype` is no integer type.

    Example:
        >>> from tricorn import random
        >>> random.categorical(np.array([[-np.inf, 0.0], [0.0, -np.inf]]), 3, seed=1)
        array([[1, 1, 1],
               [0, 0, 0]], dtype=int32)
    """
    _check_categorical(logits.shape, num_samples)
    engine = backends.backend_of(logits) or backends.active_backend()
    dtype = _int_dtype(dtype, "random.categorical")
    return engine.kernel("random", "categorical")(logits, num_samples, dtype, _seed_for(engine, seed))


def _check_binomial(counts, probabilities):
    _check_values("random.binomial", "counts", counts, "0 or more", lambda x: x >= 0)
    _check_values(
        "random.binomial", "probabilities", probabilities, "within [0, 1]", lambda x: (x >= 0) & (x <= 1)
    )


def _binomial_rule(shape, counts, probabilities, dtype=None, seed=None):
    _check_binomial(counts, probabilities)
    return _spec("random.binomial", shape, _float_dtype(dtype, "random.binomial"))


@op(rule=_binomial_rule, draws=True)
def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """Draws the number of successes in `counts` trials of probability `probabilities` each.

    Args:
        shape: Sizes of the result; an integer is one size.
        counts: Numbers of trials: a number, or what broadcasts to `shape`; 0 or more.
        probabilities: Within [0, 1], likewise.
        dtype: A floating type; floatx by default.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`, of whole numbers. NaN where a tensor of parameters is out of range.

    Raises:
        ValueError: A size is negative, a parameter is out of range or does not broadcast, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> random.binomial((3,), counts=[1.0, 10.0, 100.0], probabilities=1.0, seed=1)
        array([  1.,  10., 100.], dtype=float32)
    """
    dtype = _float_dtype(dtype, "random.binomial")
    _check_binomial(counts, probabilities)
    return _draw("binomial", shape, dtype, seed, counts, probabilities, wide=True)


def _check_positive(where, **parameters):
    for name, value in parameters.items():
        _check_values(where, name, value, "above 0", lambda x: x > 0)


def _beta_rule(shape, alpha, beta, dtype=None, seed=None):
    _check_positive("random.beta", alpha=alpha, beta=beta)
    return _spec("random.beta", shape, _float_dtype(dtype, "random.beta"))


@op(rule=_beta_rule, draws=True)
def beta(shape, alpha, beta, dtype=None, seed=None):
    """Draws from the beta distribution, of density x^(alpha - 1) (1 - x)^(beta - 1) over [0, 1] up to a factor.

    Args:
        shape: Sizes of the result; an integer is one size.
        alpha: Concentration at 1: a number, or what broadcasts to `shape`; above 0.
        beta: Concentration at 0, likewise.
        dtype: A floating type; floatx by default.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`. NaN where a tensor of parameters is out of range.

    Raises:
        ValueError: A size is negative, a parameter is not positive or does not broadcast, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> random.beta((2, 3), 2.0, 5.0, seed=1).shape
        (2, 3)
    """
    dtype = _float_dtype(dtype, "random.beta")
    _check_positive("random.beta", alpha=alpha, beta=beta)
    return _draw("beta", shape, dtype, seed, alpha, beta, wide=True)


def _gamma_rule(shape, alpha, dtype=None, seed=None):
    _check_positive("random.gamma", alpha=alpha)
    return _spec("random.gamma", shape, _float_dtype(dtype, "random.gamma"))


@op(rule=_gamma_rule, draws=True)
def gamma(shape, alpha, dtype=None, seed=None):
    """Draws from the gamma distribution of shape `alpha` and scale 1, of density x^(alpha - 1) exp(-x) up to a factor.

    Args:
        shape: Sizes of the result; an integer is one size.
        alpha: A number, or what broadcasts to `shape`; above 0.
        dtype: A floating type; floatx by default.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        A tensor of shape `shape` and dtype `dtype`. NaN where a tensor of parameters is out of range.

    Raises:
        ValueError: A size is negative, `alpha` is not positive or does not broadcast, or `dtype` is no floating type.

    Example:
        >>> from tricorn import random
        >>> random.gamma((2, 3), 2.0, seed=1).shape
        (2, 3)
    """
    dtype = _float_dtype(dtype, "random.gamma")
    _check_positive("random.gamma", alpha=alpha)
    return _draw("gamma", shape, dtype, seed, alpha, wide=True)


def _dropout_rule(inputs, rate, noise_shape=None, seed=None):
    _check_rate(rate)
    _check_noise_shape(inputs.shape, noise_shape)
    return KerasTensor(inputs.shape, inputs.dtype, record_history=False)


def _check_rate(rate):
    if not isinstance(rate, (int, float, np.integer, np.floating)) or not 0 <= rate <= 1:
        raise bad_argument("random.dropout", "`rate` is the share of elements set to zero.", expected="in [0, 1]",
                           given=repr(rate))  # fmt: skip


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


@op(rule=_dropout_rule, dtype=rules.FLOAT, draws=True)
def dropout(inputs: Tensor, rate, noise_shape=None, seed=None):
    """Sets a share `rate` of the elements to zero and scales the others by 1 / (1 - rate), so that the mean stays.

    Args:
        inputs: Any shape; integers become floatx.
        rate: The share set to zero, in [0, 1].
        noise_shape: Shape of the mask, broadcast to `inputs`: 1 on an axis drops all along it together; None is the
            inputs' size.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        As `inputs`.

    Raises:
        ValueError: `rate` is outside [0, 1], or `noise_shape` does not broadcast.

    Source: Srivastava et al., 2014.

    Example:
        >>> from tricorn import random
        >>> rows = random.dropout(np.ones((100, 3)), 0.5, noise_shape=(None, 1), seed=1)
        >>> np.unique(rows)
        array([0., 2.])
    """
    _check_rate(rate)
    if rate == 0:
        return inputs
    if rate == 1:
        return zeros_like(inputs)
    engine = backends.backend_of(inputs) or backends.active_backend()
    if noise_shape is not None:
        _check_noise_shape(engine.shape_of(inputs), noise_shape)
        noise_shape = _filled(inputs, noise_shape, engine)
    return engine.kernel("random", "dropout")(inputs, rate, noise_shape, _seed_for(engine, seed))


def _filled(inputs, noise_shape, engine):
    """`noise_shape` with the inputs' sizes for None."""
    if None not in noise_shape:
        return tuple(noise_shape)
    return tuple(
        size if noise is None else noise for noise, size in zip(noise_shape, sizes_of(inputs), strict=True)
    )


def _shuffle_rule(x, axis=0, seed=None):
    rules.canonical_axis(axis, len(x.shape), "random.shuffle")
    return KerasTensor(x.shape, x.dtype, record_history=False)


@op(rule=_shuffle_rule, draws=True)
def shuffle(x: Tensor, axis=0, seed=None):
    """`x` with what stands along `axis` in random order; the other axes stay together.

    Args:
        x: Rank 1 or more, any dtype.
        axis: The axis whose slices change places.
        seed: An int, a `SeedGenerator`, or None, as in `normal`.

    Returns:
        As `x`.

    Raises:
        ValueError: `axis` is out of range.

    Example:
        >>> from tricorn import random
        >>> ops.sort(random.shuffle(np.arange(5), seed=1))
        array([0, 1, 2, 3, 4])
    """
    axis = rules.canonical_axis(axis, len(x.shape), "random.shuffle")
    engine = backends.backend_of(x) or backends.active_backend()
    return engine.kernel("random", "shuffle")(x, axis, _seed_for(engine, seed))
