"""Control flow on JAX: Python's own where the values are known, `lax` where they are being traced."""

from __future__ import annotations

import jax
import jax.numpy as jnp
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


def custom_gradient(f, *args, **kwargs):
    return jax.custom_gradient(lambda *a: f(*a, **kwargs))(*args)
