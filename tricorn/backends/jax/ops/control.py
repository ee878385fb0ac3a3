"""Control flow on JAX: Python's own where the values are known, `lax` where they are being traced."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def cond(pred, true_fn, false_fn):
    if not isinstance(pred, jax.core.Tracer):
        return true_fn() if bool(pred) else false_fn()
    return lax.cond(jnp.asarray(pred, bool), lambda: true_fn(), lambda: false_fn())


def switch(index, branches, *operands):
    if not isinstance(index, jax.core.Tracer):
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    return lax.switch(index, branches, *operands)


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    def step(state):
        found = body(*state[1])
        return state[0] + 1, tuple(found) if isinstance(found, (tuple, list)) else (found,)

    def goes_on(state):
        more = cond(*state[1])
        return more if maximum_iterations is None else jnp.logical_and(more, state[0] < maximum_iterations)

    start = jax.tree.map(jnp.asarray, tuple(loop_vars))
    return lax.while_loop(goes_on, step, (jnp.zeros((), jnp.int32), start))[1]


def fori_loop(lower, upper, body_fun, init_val):
    return lax.fori_loop(lower, upper, body_fun, init_val)


def scan(f, init, xs, length, reverse, unroll):
    return lax.scan(f, init, xs, length, reverse, unroll)


def map(f, xs):
    return lax.map(f, xs)


def vectorized_map(function, elements):
    return jax.vmap(function)(elements)


def associative_scan(f, elems, reverse, axis):
    return lax.associative_scan(f, elems, reverse, axis)


def custom_gradient(f, *args):
    def function(*values):
        value, gradient = f(*values)

        def transposed(upstream):
            found = gradient(*upstream) if isinstance(upstream, (tuple, list)) else gradient(upstream)
            found = tuple(found) if isinstance(found, (tuple, list)) else (found,)
            # What the gradient leaves out has none.
            found = found + (None,) * (len(values) - len(found))
            found = tuple(_cotangent(one, value) for one, value in zip(found, values, strict=True))
            # JAX wants the bare gradient of a bare argument.
            return found[0] if len(values) == 1 and hasattr(values[0], "dtype") else found

        return value, transposed

    return jax.custom_gradient(function)(*args)


def _cotangent(gradient, value):
    """The gradient of an argument as JAX wants it: None is zero, and integers have a kind of their own."""

    def leaf(x):
        if jnp.issubdtype(x.dtype, jnp.inexact):
            return jnp.zeros_like(x)
        return np.zeros(x.shape, jax.dtypes.float0)

    whole = jnp.issubdtype(value.dtype, jnp.inexact) if hasattr(value, "dtype") else True
    return gradient if gradient is not None and whole else jax.tree.map(leaf, value)
