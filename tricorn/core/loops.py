"""Control flow of the engines that run a line at a time (NumPy, torch): Python's own.

`stack` and `concatenate` are the engine's, as `f(arrays, axis)`.
"""

from __future__ import annotations

from tricorn import tree


def cond(pred, true_fn, false_fn):
    return true_fn() if bool(pred) else false_fn()


def switch(index, branches, *operands):
    return branches[min(max(int(index), 0), len(branches) - 1)](*operands)


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """`loop_vars` is a tuple; so is the result."""
    count = 0
    while (maximum_iterations is None or count < maximum_iterations) and bool(cond(*loop_vars)):
        found = body(*loop_vars)
        loop_vars = tuple(found) if isinstance(found, (tuple, list)) else (found,)
        count += 1
    return loop_vars


def fori_loop(lower, upper, body_fun, init_val):
    value = init_val
    for index in range(int(lower), int(upper)):
        value = body_fun(index, value)
    return value


def scan(f, init, xs, length, reverse, stack):
    carry, outputs = init, [None] * length
    for index in reversed(range(length)) if reverse else range(length):
        x = None if xs is None else tree.map_structure(lambda leaf, index=index: leaf[index], xs)
        carry, outputs[index] = f(carry, x)
    return carry, stack_structures(outputs, stack)


def map_elements(f, xs, stack):
    length = len(tree.flatten(xs)[0])
    return stack_structures(
        [f(tree.map_structure(lambda leaf, i=i: leaf[i], xs)) for i in range(length)], stack
    )


def stack_structures(structures, stack):
    """One structure of stacked leaves from a list of like structures; None for nothing."""
    if not structures or structures[0] is None:
        return None
    return tree.map_structure(
        lambda *leaves: None if leaves[0] is None else stack(list(leaves), 0), *structures
    )


def associative_scan(f, elems, reverse, axis, concatenate, flip):
    """Prefix combinations in log2(n) rounds: after the round of step d, each holds its own 2 d predecessors."""
    leaves = tree.flatten(elems)
    axis %= leaves[0].ndim
    length = leaves[0].shape[axis]

    def part(structure, low, high):
        index = (slice(None),) * axis + (slice(low, high),)
        return tree.map_structure(lambda leaf: leaf[index], structure)

    if reverse:
        elems = tree.map_structure(lambda leaf: flip(leaf, axis), elems)
    step = 1
    while step < length:
        combined = f(part(elems, 0, length - step), part(elems, step, length))
        elems = tree.map_structure(lambda a, b: concatenate([a, b], axis), part(elems, 0, step), combined)
        step *= 2
    return tree.map_structure(lambda leaf: flip(leaf, axis), elems) if reverse else elems
