"""Control flow on TensorFlow."""

from __future__ import annotations

import functools

import tensorflow as tf

from tricorn.core import loops


def cond(pred, true_fn, false_fn):
    pred = tf.convert_to_tensor(pred)
    return tf.cond(pred if pred.dtype == tf.bool else tf.cast(pred, tf.bool), true_fn, false_fn)


def switch(index, branches, *operands):
    # tf.switch_case takes what is out of range to the last branch; below zero belongs to the first.
    index = tf.clip_by_value(tf.cast(index, tf.int32), 0, len(branches) - 1)
    return tf.switch_case(index, [lambda branch=branch: branch(*operands) for branch in branches])


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    def step(*values):
        found = body(*values)
        return tuple(found) if isinstance(found, (tuple, list)) else (found,)

    return tuple(tf.while_loop(cond, step, tuple(loop_vars), maximum_iterations=maximum_iterations))


def fori_loop(lower, upper, body_fun, init_val):
    lower, upper = tf.cast(lower, tf.int32), tf.cast(upper, tf.int32)

    def step(index, value):
        return index + 1, body_fun(index, value)

    return tf.while_loop(lambda index, _: index < upper, step, (lower, init_val))[1]


def scan(f, init, xs, length, reverse, unroll):
    leaves = [] if xs is None else tf.nest.flatten(xs)
    static = length if isinstance(length, int) else None
    if length is None:
        length = tf.shape(leaves[0])[0]
    if tf.executing_eagerly() and getattr(f, "lasts", False) and static != 0:
        return _compiled_scan(f, reverse)(init, xs, tf.constant(int(length)))
    if tf.executing_eagerly() or unroll is True:
        return loops.scan(f, init, xs, int(length), reverse, tf.stack)
    count = tf.convert_to_tensor(length)

    def read(index):
        return None if xs is None else tf.nest.pack_sequence_as(xs, [leaf[index] for leaf in leaves])

    # One step aside, for the structure of the outputs; the graph prunes what nobody reads.
    sample = f(init, read(0))[1]
    flat = [] if sample is None else [tf.convert_to_tensor(leaf) for leaf in tf.nest.flatten(sample)]
    arrays = [tf.TensorArray(leaf.dtype, count, element_shape=leaf.shape) for leaf in flat]

    def step(n, carry, arrays):
        index = count - 1 - n if reverse else n
        carry, output = f(carry, read(index))
        outputs = [] if output is None else tf.nest.flatten(output)
        return n + 1, carry, [array.write(index, leaf) for array, leaf in zip(arrays, outputs, strict=True)]

    _, carry, arrays = tf.while_loop(
        lambda n, *_: n < count, step, (0, init, arrays), maximum_iterations=count
    )
    stacked = [array.stack() for array in arrays]
    for leaf, one in zip(stacked, flat, strict=True):
        leaf.set_shape([static, *one.shape])
    return carry, None if sample is None else tf.nest.pack_sequence_as(sample, stacked)


@functools.lru_cache(maxsize=64)
def _compiled_scan(f, reverse):
    """An eager scan as one function, traced once for each kind of input: steps one by one take fifty times as long."""
    return tf.function(
        lambda init, xs, length: scan(f, init, xs, length, reverse, False),
        reduce_retracing=True,
        autograph=False,
    )


def map(f, xs):
    first = tf.nest.flatten(xs)[0]
    length = first.shape[0] if first.shape[0] is not None else tf.shape(first)[0]
    # The carry of a scan that carries nothing.
    return scan(lambda carry, x: (carry, f(x)), tf.zeros([]), xs, length, False, False)[1]


def vectorized_map(function, elements):
    return tf.vectorized_map(function, elements)


def associative_scan(f, elems, reverse, axis):
    leaves = tf.nest.flatten(elems)
    if leaves[0].shape[axis] is not None:
        return loops.associative_scan(f, elems, reverse, axis, tf.concat, _flip)
    length = tf.shape(leaves[0])[axis]

    def part(structure, low, high):
        index = (slice(None),) * axis + (slice(low, high),)
        return tf.nest.map_structure(lambda leaf: leaf[index], structure)

    def double(step, elems):
        combined = f(part(elems, 0, length - step), part(elems, step, length))
        joined = tf.nest.map_structure(lambda a, b: tf.concat([a, b], axis), part(elems, 0, step), combined)
        for one, leaf in zip(tf.nest.flatten(joined), leaves, strict=True):
            one.set_shape(leaf.shape)
        return step * 2, joined

    if reverse:
        elems = tf.nest.map_structure(lambda leaf: _flip(leaf, axis), elems)
    elems = tf.while_loop(lambda step, _: step < length, double, (1, elems))[1]
    return tf.nest.map_structure(lambda leaf: _flip(leaf, axis), elems) if reverse else elems


def _flip(x, axis):
    return tf.reverse(x, [axis])


def custom_gradient(f, *args):
    def function(*values):
        value, gradient = f(*values)

        def transposed(*upstream):
            found = gradient(*upstream)
            found = list(found) if isinstance(found, (tuple, list)) else [found]
            # What the gradient leaves out has none.
            return found + [None] * (len(values) - len(found))

        return value, transposed

    return tf.custom_gradient(function)(*args)
