"""Random draws on torch. A seed is a pair (seed, counter) of Python ints, mixed into the seed of a kept generator."""

from __future__ import annotations

import math
import threading

import torch

from tricorn.backends.torch import current_device, native_dtype

_local = threading.local()
_MASK = 2**64 - 1


def _generator(seed, device):
    """The thread's generator of `device`, seeded: making a new one costs more than seeding one again."""
    try:
        generator = _local.generators[device]
    except (AttributeError, KeyError):
        if not hasattr(_local, "generators"):
            _local.generators = {}
        generator = _local.generators[device] = torch.Generator(device)
    # splitmix64 of the pair: neighbouring counters give unrelated streams.
    value = (seed[0] * 0x9E3779B97F4A7C15 + seed[1] * 0xD1342543DE82EF95 + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    generator.manual_seed((value ^ (value >> 31)) >> 1)
    return generator


def normal(shape, mean, stddev, dtype, seed):
    device = current_device()
    values = torch.randn(shape, generator=_generator(seed, device), dtype=native_dtype(dtype), device=device)
    return values * stddev + mean  # the parameters have the dtype of the values


def truncated_normal(shape, mean, stddev, dtype, seed):
    # The inverse of the distribution function, over the share of it within two deviations.
    device = current_device()
    wide = torch.float64 if dtype == "float64" else torch.float32
    share = math.erf(math.sqrt(2))
    values = torch.rand(shape, generator=_generator(seed, device), dtype=wide, device=device)
    values = torch.erfinv((2 * values - 1) * share) * math.sqrt(2)
    return (values.clamp(-2, 2) * stddev + mean).to(native_dtype(dtype))


def uniform(shape, minval, maxval, dtype, seed):
    device = current_device()
    values = torch.rand(shape, generator=_generator(seed, device), dtype=native_dtype(dtype), device=device)
    return values * (maxval - minval) + minval


def randint(shape, minval, maxval, dtype, seed):
    device = current_device()
    drawn = torch.randint(int(minval), int(maxval), shape, generator=_generator(seed, device), device=device)
    return drawn.to(native_dtype(dtype))


def categorical(logits, num_samples, dtype, seed):
    generator = _generator(seed, str(logits.device))
    drawn = torch.multinomial(torch.softmax(logits, -1), num_samples, True, generator=generator)
    return drawn.to(native_dtype(dtype))


def _filled(value, shape, dtype):
    wide = torch.float64 if dtype == "float64" else torch.float32
    return torch.as_tensor(value).to(wide).expand(tuple(shape)).contiguous()


def _real(drawn, is_right, dtype):
    """What was drawn; NaN where the parameters are those of no distribution, of which the kernels take no notice."""
    return torch.where(is_right, drawn, torch.nan).to(native_dtype(dtype))


def binomial(shape, counts, probabilities, dtype, seed):
    counts, probabilities = _filled(counts, shape, dtype), _filled(probabilities, shape, dtype)
    drawn = torch.binomial(counts, probabilities, _generator(seed, str(counts.device)))
    return _real(drawn, (counts >= 0) & (probabilities >= 0) & (probabilities <= 1), dtype)


def beta(shape, alpha, beta, dtype, seed):
    # X / (X + Y) of two gamma draws from one stream, by their logarithms: for small parameters both round to 0.
    alpha, beta = _filled(alpha, shape, dtype), _filled(beta, shape, dtype)
    generator = _generator(seed, str(alpha.device))
    drawn = torch.sigmoid(_log_gamma(alpha, generator) - _log_gamma(beta, generator))
    return _real(drawn, (alpha > 0) & (beta > 0), dtype)


def _log_gamma(alpha, generator):
    """The logarithm of gamma draws: a draw for alpha is one for alpha + 1 times u^(1 / alpha)."""
    larger = torch._standard_gamma(alpha + 1, generator=generator)
    u = 1 - torch.rand(alpha.shape, dtype=alpha.dtype, device=alpha.device, generator=generator)
    return larger.log() + u.log() / alpha


def gamma(shape, alpha, dtype, seed):
    alpha = _filled(alpha, shape, dtype)
    drawn = torch._standard_gamma(alpha, generator=_generator(seed, str(alpha.device)))
    return _real(drawn, alpha > 0, dtype)


def dropout(inputs, rate, noise_shape, seed):
    keep = 1 - rate
    shape = inputs.shape if noise_shape is None else tuple(noise_shape)
    generator = _generator(seed, str(inputs.device))
    kept = round(keep * 2**16)
    if inputs.device.type != "cpu" or not 0 < kept < 2**16:
        mask = torch.empty(shape, dtype=inputs.dtype, device=inputs.device).bernoulli_(
            keep, generator=generator
        )
        return inputs * mask.div_(keep)
    # On a CPU Bernoulli draws cost 10 ns each; 16 random bits against a threshold cost a quarter. The rate is met to
    # 1e-5, and the scale is that of the rate met, so that the expectation is exact.
    count = math.prod(shape)
    bits = torch.empty((count + 3) // 4, dtype=torch.int64).random_(-(2**63), None, generator=generator)
    mask = (bits.view(torch.int16)[:count] < kept - 2**15).to(inputs.dtype).mul_(2**16 / kept)
    return inputs * mask.view(shape)


def shuffle(x, axis, seed):
    device = x.device
    order = torch.randperm(x.shape[axis], generator=_generator(seed, str(device)), device=device)
    return x.index_select(axis, order)
