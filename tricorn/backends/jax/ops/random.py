"""Random draws on JAX. A seed is a key of two uint32."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from tricorn.backends.jax import native_dtype


def normal(shape, mean, stddev, dtype, seed):
    dtype = native_dtype(dtype)
    return (jax.random.normal(seed, shape, dtype) * stddev + mean).astype(dtype)


def truncated_normal(shape, mean, stddev, dtype, seed):
    dtype = native_dtype(dtype)
    return (jax.random.truncated_normal(seed, -2.0, 2.0, shape, dtype) * stddev + mean).astype(dtype)


def uniform(shape, minval, maxval, dtype, seed):
    return jax.random.uniform(seed, shape, native_dtype(dtype), minval, maxval)


def randint(shape, minval, maxval, dtype, seed):
    return jax.random.randint(seed, shape, minval, maxval, native_dtype(dtype))


def categorical(logits, num_samples, dtype, seed):
    drawn = jax.random.categorical(seed, logits[:, None, :], axis=-1, shape=(logits.shape[0], num_samples))
    return drawn.astype(native_dtype(dtype))


def binomial(shape, counts, probabilities, dtype, seed):
    return jax.random.binomial(seed, jnp.broadcast_to(counts, shape), probabilities, shape).astype(
        native_dtype(dtype)
    )


def beta(shape, alpha, beta, dtype, seed):
    drawn = jax.random.beta(seed, jnp.broadcast_to(alpha, shape), beta, shape)
    return jnp.where((alpha > 0) & (beta > 0), drawn, jnp.nan).astype(native_dtype(dtype))


def gamma(shape, alpha, dtype, seed):
    return jax.random.gamma(seed, jnp.broadcast_to(alpha, shape), shape).astype(native_dtype(dtype))


def dropout(inputs, rate, noise_shape, seed):
    shape = inputs.shape if noise_shape is None else noise_shape
    # 16 random bits an element: half the work of 32. The rate is met to 1e-5, and the scale is that of the rate which
    # these bits give, so that the expectation stays exact.
    kept = min(max(round((1 - rate) * 65536), 1), 65535)
    mask = jax.random.bits(seed, shape, jnp.uint16) < np.uint16(kept)
    scale = np.asarray(65536 / kept, inputs.dtype)
    return jnp.where(mask, inputs * scale, jnp.zeros((), inputs.dtype))


def shuffle(x, axis, seed):
    return jax.random.permutation(seed, x, axis)
