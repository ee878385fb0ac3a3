"""Control flow: functions that take functions.

A call runs on the engine of its operands, else on the active one. On torch, NumPy and eager TensorFlow a loop is
Python's loop; under JAX's and TensorFlow's tracing it becomes the engine's own. On symbolic tensors the functions given
are run once on specs, to learn what they return, and the call becomes one node of the graph; such functions must not
close over symbolic tensors (pass them as operands).
"""

from __future__ import annotations

import functools

from tricorn import tree
from tricorn.core import backend as backends
from tricorn.core.errors import bad_argument
from tricorn.core.op import Tensors, op
from tricorn.core.rules import canonical_axis
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._compare import equal
from tricorn.ops._index import where


@op(rule=lambda leaves, function, specs: specs, runs_functions=True)
def apply_function(leaves: Tensors, function, specs):
    """A node of a graph that runs a Python function: `function(*leaves)` -> list of tensors like `specs`."""
    return function(*leaves)


def _engine(*structures):
    """(engine, is symbolic) of what is in `structures`."""
    engine = None
    for leaf in tree.flatten(structures):
        if isinstance(leaf, KerasTensor):
            return None, True
        owner = None if leaf is None else backends.backend_of(leaf)
        if owner is not None and owner is not engine:
            if engine is not None:
                raise backends.two_engines(engine, owner, "ops")
            engine = owner
    return engine or backends.active_backend(), False


def _values(structure, engine):
    """Variables as their values, numbers and arrays as the engine's tensors."""
    return tree.map_structure(
        lambda leaf: None if leaf is None else engine.convert_to_tensor(leaf), structure
    )


def _run(engine, name, *arguments):
    kernel = engine.kernel("control", name)
    if backends.active_backend() is engine:
        return kernel(*arguments)
    with backends.backend_scope(engine):
        return kernel(*arguments)


def _specs(structure, drop=0):
    """Specs of a structure's leaves, without their first `drop` axes."""

    def spec(leaf):
        if leaf is None:
            return None
        if not isinstance(leaf, KerasTensor):
            leaf = backends.active_backend().convert_to_tensor(leaf)
            shape, dtype = (
                tuple(leaf.shape),
                (backends.backend_of(leaf) or backends.active_backend()).dtype_of(leaf),
            )
        else:
            shape, dtype = leaf.shape, leaf.dtype
        return KerasTensor(shape[drop:], dtype, record_history=False)

    return tree.map_structure(spec, structure)


def _node(operands, specs, call):
    """Record `call(operands) -> structure like specs` as one node over the operands' leaves; None passes by it."""
    inputs, outputs = tree.flatten(operands), tree.flatten(specs)
    places = [index for index, leaf in enumerate(inputs) if leaf is not None]
    results = [index for index, leaf in enumerate(outputs) if leaf is not None]

    def function(*leaves):
        filled = [None] * len(inputs)
        for index, leaf in zip(places, leaves, strict=True):
            filled[index] = leaf
        found = tree.flatten(call(tree.pack_sequence_as(operands, filled)))
        return [found[index] for index in results]

    found = apply_function(
        [inputs[index] for index in places], function, [outputs[index] for index in results]
    )
    filled = [None] * len(outputs)
    for index, leaf in zip(results, found, strict=True):
        filled[index] = leaf
    return tree.pack_sequence_as(specs, filled)


def _stacked(specs, length):
    return tree.map_structure(
        lambda spec: (
            None if spec is None else KerasTensor((length, *spec.shape), spec.dtype, record_history=False)
        ),
        specs,
    )


def _check_callable(where_, **functions):
    for name, function in functions.items():
        if not callable(function):
            raise bad_argument(where_, f"`{name}` must be a function.", given=repr(function), error=TypeError)


def cond(pred, true_fn, false_fn):
    """`true_fn()` if `pred` else `false_fn()`.

    On symbolic tensors both are run, and `pred` chooses between their results.

    Args:
        pred: A boolean scalar.
        true_fn, false_fn: Functions without arguments, whose results have the same structure, shapes and dtypes.
    """
    _check_callable("ops.cond", true_fn=true_fn, false_fn=false_fn)
    if isinstance(pred, KerasTensor):
        return _select("ops.cond", pred, true_fn(), false_fn())
    if isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    engine, _ = _engine(pred)
    return _run(engine, "cond", _values(pred, engine), true_fn, false_fn)


def _select(name, pred, first, second):
    """`first` where `pred`, else `second`, leaf by leaf."""
    ones, others = tree.flatten(first), tree.flatten(second)
    shapes = [[getattr(leaf, "shape", ()) for leaf in leaves] for leaves in (ones, others)]
    if shapes[0] != shapes[1]:
        raise bad_argument(name, "the branches must return the same structure of the same shapes.",
                           given=f"{shapes[0]} and {shapes[1]}")  # fmt: skip
    chosen = [
        one if one is None else where(pred, one, other) for one, other in zip(ones, others, strict=True)
    ]
    return tree.pack_sequence_as(first, chosen)


def switch(index, branches, *operands):
    """`branches[index](*operands)`; an index out of range is clamped into it.

    Args:
        index: An integer scalar.
        branches: Functions of the operands, whose results have the same structure, shapes and dtypes.
        operands: What they are called with.
    """
    branches = list(branches)
    if not branches:
        raise bad_argument("ops.switch", "there must be at least one branch.", given="none")
    _check_callable("ops.switch", **{f"branches[{i}]": branch for i, branch in enumerate(branches)})
    engine, symbolic = _engine(index, operands)
    if symbolic:
        if not isinstance(index, KerasTensor):
            return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
        result = branches[-1](*operands)
        for position in reversed(range(len(branches) - 1)):
            chosen = index <= 0 if position == 0 else equal(index, position)
            result = _select("ops.switch", chosen, branches[position](*operands), result)
        return result
    return _run(engine, "switch", _values(index, engine), branches, *_values(operands, engine))


def while_loop(cond, body, loop_vars, maximum_iterations=None):
    """Run `loop_vars = body(*loop_vars)` while `cond(*loop_vars)`.

    Args:
        cond: Function of the loop variables that returns a boolean scalar.
        body: Function of the loop variables that returns new ones, of the same shapes and dtypes.
        loop_vars: A tuple or list of tensors (or structures of them), or one tensor.
        maximum_iterations: Stop after so many; None: no limit.

    Returns:
        The last loop variables, in the form of `loop_vars`.
    """
    _check_callable("ops.while_loop", cond=cond, body=body)
    single = not isinstance(loop_vars, (tuple, list))
    state = (loop_vars,) if single else tuple(loop_vars)
    engine, symbolic = _engine(state)
    if symbolic:
        result = _node(
            state, _specs(state), lambda values: while_loop(cond, body, values, maximum_iterations)
        )
    else:
        result = _run(engine, "while_loop", cond, body, _values(state, engine), maximum_iterations)
    return result[0] if single else type(loop_vars)(result) if type(loop_vars) in (tuple, list) else result


def fori_loop(lower, upper, body_fun, init_val):
    """`for i in range(lower, upper): value = body_fun(i, value)`, from `value = init_val`.

    Args:
        lower, upper: Integer scalars.
        body_fun: Function of the index and the value that returns a value of the same shapes and dtypes.
        init_val: A tensor or a structure of tensors.
    """
    _check_callable("ops.fori_loop", body_fun=body_fun)
    engine, symbolic = _engine(init_val, lower, upper)
    if symbolic:
        bounds = (lower, upper, init_val)
        return _node(
            bounds, _specs(init_val), lambda values: fori_loop(values[0], values[1], body_fun, values[2])
        )
    return _run(engine, "fori_loop", lower, upper, body_fun, _values(init_val, engine))


def _length(where_, xs, length):
    sizes = {leaf.shape[0] if len(leaf.shape) else None for leaf in tree.flatten(xs) if leaf is not None}
    if None in sizes and len(sizes) > 1:
        sizes.discard(None)
    if length is not None:
        sizes.add(int(length))
    if len(sizes) != 1:
        raise bad_argument(where_, "the number of steps must be given once: all of `xs` and `length` agree on it.",
                           given=f"sizes {sizes}, length {length}")  # fmt: skip
    return sizes.pop()


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Run `carry, y = f(carry, x)` over the first axis of `xs`, and stack the `y`.

    Args:
        f: Function of the carry and one step of `xs` that returns the new carry and an output (or None).
        init: The first carry.
        xs: A tensor or a structure of tensors with the same first size; None: `length` steps of None.
        length: Number of steps, where `xs` does not tell.
        reverse: Whether to run from the last step to the first; outputs keep their places.
        unroll: How many steps JAX puts into one turn of its loop; True for all.

    Returns:
        `(last carry, stacked outputs)`.
    """
    _check_callable("ops.scan", f=f)
    if xs is None and length is None:
        raise bad_argument("ops.scan", "`xs` or `length` must be given.", given="neither")
    if not isinstance(unroll, bool) and (not isinstance(unroll, int) or unroll < 1):
        raise bad_argument(
            "ops.scan", "`unroll` must be a positive integer or a boolean.", given=repr(unroll)
        )
    engine, symbolic = _engine(init, xs)
    if symbolic:
        carry, step = _specs(init), None if xs is None else _specs(xs, drop=1)
        _, output = f(carry, step)
        steps = length if length is not None else tree.flatten(xs)[0].shape[0]
        specs = (carry, None if output is None else _stacked(_specs(output), steps))
        return _node((init, xs), specs, lambda values: scan(f, values[0], values[1], length, reverse, unroll))
    init = _values(init, engine)
    xs = None if xs is None else _values(xs, engine)
    return _run(engine, "scan", f, init, xs, _length("ops.scan", xs, length), reverse, unroll)


def map(f, xs):
    """`stack([f(x) for x in xs])` over the first axis of a tensor or of a structure of tensors."""
    _check_callable("ops.map", f=f)
    return _mapped("map", map, f, xs)


def vectorized_map(function, elements):
    """As `map`, with all elements at once: `function` is vectorised over the first axis of `elements`."""
    _check_callable("ops.vectorized_map", function=function)
    return _mapped("vectorized_map", vectorized_map, function, elements)


def _mapped(name, public, f, xs):
    engine, symbolic = _engine(xs)
    if symbolic:
        specs = _stacked(_specs(f(_specs(xs, drop=1))), tree.flatten(xs)[0].shape[0])
        return _node((xs,), specs, lambda values: public(f, values[0]))
    return _run(engine, name, f, _values(xs, engine))


def associative_scan(f, elems, reverse=False, axis=0):
    """All prefix combinations of `elems` along `axis` under an associative function, in logarithmic depth.

    Args:
        f: Function of two structures like `elems` that combines them element by element; must be associative.
        elems: A tensor or a structure of tensors.
        reverse: Whether to combine from the end.
        axis: The axis to scan over.

    Returns:
        A structure like `elems`: at `i`, the combination of all up to `i`.
    """
    _check_callable("ops.associative_scan", f=f)
    axis = canonical_axis(axis, len(tree.flatten(elems)[0].shape), "ops.associative_scan")
    engine, symbolic = _engine(elems)
    if symbolic:
        return _node((elems,), _specs(elems), lambda values: associative_scan(f, values[0], reverse, axis))
    return _run(engine, "associative_scan", f, _values(elems, engine), reverse, axis)


def custom_gradient(f):
    """Decorator: `f(*args)` returns `(value, gradient)`; `gradient(*upstream)` gives the gradient of each argument.

    On NumPy, which has no gradients, and on symbolic tensors only the value is used.
    """
    _check_callable("ops.custom_gradient", f=f)

    @functools.wraps(f)
    def wrapped(*args, **kwargs):
        engine, symbolic = _engine(args)
        if symbolic:
            specs = _specs(f(*_specs(args), **kwargs)[0])
            return _node(args, specs, lambda values: wrapped(*values, **kwargs))
        function = functools.partial(f, **kwargs) if kwargs else f
        return _run(engine, "custom_gradient", function, *_values(args, engine))

    return wrapped
