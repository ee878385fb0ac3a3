"""Control flow: functions that take functions.

A call runs on the engine of its operands, else on the active one. On torch, NumPy and eager TensorFlow a loop is
Python's loop; under JAX's and TensorFlow's tracing it becomes the engine's own. On symbolic tensors the functions given
are run once on specs, to learn what they return, and the call becomes one node of the graph; such functions must not
close over symbolic tensors (pass them as operands).
"""

from __future__ import annotations

import functools

import numpy as np

from tricorn import tree
from tricorn.core import backend as backends
from tricorn.core.dtypes import standardize_dtype
from tricorn.core.errors import bad_argument, describe
from tricorn.core.op import Tensors, op
from tricorn.core.rules import canonical_axis
from tricorn.core.symbolic import KerasTensor
from tricorn.ops._compare import equal
from tricorn.ops._create import zeros
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
        pred: A boolean scalar; a number counts as true if it is not 0.
        true_fn, false_fn: Functions without arguments, whose results have the same structure, shapes and dtypes.

    Returns:
        What the function that was chosen returns.

    Raises:
        TypeError: A branch is no function.
        ValueError: `pred` is not a scalar, or the branches return different shapes.

    Example:
        >>> x = np.array([1.0, 2.0])
        >>> ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: -x)
        array([2., 4.])
    """
    _check_callable("ops.cond", true_fn=true_fn, false_fn=false_fn)
    if isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    _check_scalar("ops.cond", "pred", pred)
    if isinstance(pred, KerasTensor):
        return _select("ops.cond", pred, true_fn(), false_fn())
    engine, _ = _engine(pred)
    return _run(engine, "cond", _values(pred, engine), true_fn, false_fn)


def _check_scalar(where_, name, value, integer=False):
    shape = getattr(value, "shape", None)
    rank = len(np.shape(value) if shape is None else shape)
    if rank:
        raise bad_argument(where_, f"`{name}` must be a scalar.", given=describe(value))
    if integer:
        dtype = standardize_dtype(getattr(value, "dtype", None) or type(value))
        if "int" not in dtype:
            raise bad_argument(
                where_, f"`{name}` must be an integer.", given=describe(value), error=TypeError
            )


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
        operands: Tensors, or structures of them, that they are called with.

    Returns:
        What the function that was chosen returns.

    Raises:
        TypeError: A branch is no function, or `index` is no integer.
        ValueError: There is no branch, or the branches return different shapes.

    Example:
        >>> ops.switch(1, [lambda x: x, lambda x: x * 10], np.array([1.0, 2.0]))
        array([10., 20.])
    """
    branches = list(branches)
    if not branches:
        raise bad_argument("ops.switch", "there must be at least one branch.", given="none")
    _check_callable("ops.switch", **{f"branches[{i}]": branch for i, branch in enumerate(branches)})
    _check_scalar("ops.switch", "index", index, integer=True)
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

    JAX has no reverse-mode gradient of a loop whose length is known only when it runs; `scan` has.

    Args:
        cond: Function of the loop variables that returns a boolean scalar.
        body: Function of the loop variables that returns new ones, of the same shapes and dtypes.
        loop_vars: A tuple or list of tensors (or structures of them), or one tensor.
        maximum_iterations: Stop after so many; None: no limit.

    Returns:
        The last loop variables, in the form of `loop_vars`.

    Raises:
        TypeError: `cond` or `body` is no function.
        ValueError: `maximum_iterations` is negative.

    Example:
        >>> ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, np.array([1.0, 3.0])))[1]
        array([ 8., 24.])
    """
    _check_callable("ops.while_loop", cond=cond, body=body)
    if isinstance(maximum_iterations, int) and maximum_iterations < 0:
        raise bad_argument(
            "ops.while_loop", "`maximum_iterations` cannot be negative.", given=maximum_iterations
        )
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
        body_fun: Function of the index (a Python int, or an int32 scalar of the engine) and the value that returns a
            value of the same shapes and dtypes.
        init_val: A tensor or a structure of tensors.

    Returns:
        The last value; `init_val` if there is no step.

    Raises:
        TypeError: `body_fun` is no function, or a limit is no integer.
        ValueError: A limit is not a scalar.

    Example:
        >>> ops.fori_loop(1, 5, lambda i, x: x * i, np.array([1.0, 2.0]))
        array([24., 48.])
    """
    _check_callable("ops.fori_loop", body_fun=body_fun)
    for name, limit in (("lower", lower), ("upper", upper)):
        if type(limit) is not int:
            _check_scalar("ops.fori_loop", name, limit, integer=True)
    engine, symbolic = _engine(init_val, lower, upper)
    if symbolic:
        bounds = (lower, upper, init_val)
        return _node(
            bounds, _specs(init_val), lambda values: fori_loop(values[0], values[1], body_fun, values[2])
        )
    return _run(engine, "fori_loop", lower, upper, body_fun, _values(init_val, engine))


def _length(where_, xs, length=None):
    """The number of steps; None where an engine learns it while it runs.

    Raises:
        ValueError: `xs` and `length` do not agree on it.
    """
    sizes = set()
    for leaf in tree.flatten(xs):
        if leaf is not None:
            if not len(leaf.shape):
                raise bad_argument(where_, "a scalar has no first axis to go over.", given=describe(leaf))
            sizes.add(leaf.shape[0])
    if None in sizes and len(sizes) > 1:
        sizes.discard(None)
    if isinstance(length, (int, np.integer)) or (length is not None and not sizes):
        sizes.discard(None)
        sizes.add(length)
    if len(sizes) != 1:
        raise bad_argument(where_, "the number of steps must be given once: all of `xs` and `length` agree on it.",
                           given=f"sizes {sizes or 'none'}, length {length}")  # fmt: skip
    steps = sizes.pop()
    if isinstance(steps, (int, np.integer)) and steps < 0:
        raise bad_argument(where_, "`length` cannot be negative.", given=length)
    return steps


def scan(f, init, xs=None, length=None, reverse=False, unroll=1):
    """Run `carry, y = f(carry, x)` over the first axis of `xs`, and stack the `y`.

    It becomes one loop of the engine where that compiles, and is differentiable. A function that is defined once, outside
    of what is called again and again, is compiled once on JAX.

    Args:
        f: Function of the carry and one step of `xs` that returns the new carry, of the same shapes and dtypes, and an
            output (a tensor, a structure of tensors, or None).
        init: The first carry: a tensor or a structure of tensors.
        xs: A tensor or a structure of tensors with the same first size; None: `length` steps of None.
        length: Number of steps, where `xs` does not tell.
        reverse: Whether to run from the last step to the first; outputs keep their places.
        unroll: How many steps JAX puts into one turn of its loop; True for all.

    Returns:
        `(last carry, stacked outputs)`.

    Raises:
        TypeError: `f` is no function.
        ValueError: The number of steps is not given, or not the same everywhere, or `unroll` is not positive.

    Example:
        >>> total, totals = ops.scan(lambda carry, x: (carry + x, carry + x), np.array(0.0), np.array([1.0, 2.0, 3.0]))
        >>> totals
        array([1., 3., 6.])
    """
    _check_callable("ops.scan", f=f)
    if xs is None and length is None:
        raise bad_argument("ops.scan", "`xs` or `length` must be given.", given="neither")
    if not isinstance(unroll, bool) and (not isinstance(unroll, int) or unroll < 1):
        raise bad_argument(
            "ops.scan", "`unroll` must be a positive integer or a boolean.", given=repr(unroll)
        )
    engine, symbolic = _engine(init, xs)
    if not symbolic:
        init = _values(init, engine)
        xs = None if xs is None else _values(xs, engine)
    steps = _length("ops.scan", xs, length)
    if symbolic or (type(steps) is int and steps == 0):
        # One step aside, on specs, for what it returns.
        carry = _specs(init)
        found, output = f(carry, None if xs is None else _specs(xs, drop=1))
        _check_alike("ops.scan", "the carry: `f`", carry, found)
        outputs = None if output is None else _stacked(_specs(output), steps)
        if not symbolic:
            return init, _empty(outputs, engine)
        return _node(
            (init, xs),
            (carry, outputs),
            lambda values: scan(f, values[0], values[1], length, reverse, unroll),
        )
    return _run(engine, "scan", f, init, xs, steps, reverse, unroll)


def _check_alike(where_, function, before, after):
    """What goes round a loop must keep its structure, shapes and dtypes."""
    kept = [[None if leaf is None else (tuple(leaf.shape), leaf.dtype) for leaf in tree.flatten(side)]
            for side in (_specs(before), _specs(after))]  # fmt: skip
    fits = len(kept[0]) == len(kept[1]) and all(
        one == other or (None not in (one, other) and one[1] == other[1]
                         and len(one[0]) == len(other[0])
                         and all(a == b or None in (a, b) for a, b in zip(one[0], other[0], strict=True)))
        for one, other in zip(*kept, strict=True)
    )  # fmt: skip
    if not fits:
        raise bad_argument(where_, f"{function} must return what it takes: the same structure, shapes and dtypes.",
                           expected=kept[0], given=kept[1])  # fmt: skip


def _empty(specs, engine):
    """Tensors of no elements like `specs`."""
    with backends.backend_scope(engine):
        return tree.map_structure(lambda spec: None if spec is None else zeros(spec.shape, spec.dtype), specs)


def map(f, xs):
    """`stack([f(x) for x in xs])` over the first axis: one element at a time.

    Args:
        f: Function of one element that returns a tensor or a structure of tensors.
        xs: A tensor, or a structure of tensors with the same first size.

    Returns:
        What `f` returns, stacked along a new first axis.

    Raises:
        TypeError: `f` is no function.
        ValueError: The first sizes differ.

    Example:
        >>> ops.map(lambda x: ops.sum(x), np.array([[1.0, 2.0], [3.0, 4.0]]))
        array([3., 7.])
    """
    _check_callable("ops.map", f=f)
    return _mapped("map", map, f, xs)


def vectorized_map(function, elements):
    """As `map`, with all elements at once: `function` is vectorised over the first axis of `elements`.

    Args:
        function: Function of one element that returns a tensor or a structure of tensors.
        elements: A tensor, or a structure of tensors with the same first size.

    Returns:
        What `function` returns, stacked along a new first axis.

    Raises:
        TypeError: `function` is no function.
        ValueError: The first sizes differ.

    Example:
        >>> ops.vectorized_map(lambda x: x * ops.max(x), np.array([[1.0, 2.0], [3.0, 4.0]]))
        array([[ 2.,  4.],
               [12., 16.]])
    """
    _check_callable("ops.vectorized_map", function=function)
    return _mapped("vectorized_map", vectorized_map, function, elements)


def _mapped(name, public, f, xs):
    engine, symbolic = _engine(xs)
    if not symbolic:
        xs = _values(xs, engine)
    steps = _length(f"ops.{name}", xs)
    if symbolic or steps == 0:
        specs = _stacked(_specs(f(_specs(xs, drop=1))), steps)
        return _node((xs,), specs, lambda values: public(f, values[0])) if symbolic else _empty(specs, engine)
    return _run(engine, name, f, xs)


def associative_scan(f, elems, reverse=False, axis=0):
    """All prefix combinations of `elems` along `axis` under an associative function, in logarithmic depth.

    Args:
        f: Function of two structures like `elems` (of any size along `axis`) that combines them element by element. It
            must be associative; it need not commute.
        elems: A tensor, or a structure of tensors with the same size along `axis`.
        reverse: Whether to combine from the end.
        axis: The axis to scan over.

    Returns:
        A structure like `elems`: at `i`, the combination of all up to `i`.

    Raises:
        TypeError: `f` is no function.
        ValueError: `axis` is out of range, or the sizes along it differ.

    Source: Hillis and Steele, 1986; Blelloch, 1990.

    Example:
        >>> ops.associative_scan(ops.multiply, np.array([1.0, 2.0, 3.0, 4.0]))
        array([ 1.,  2.,  6., 24.])
        >>> ops.associative_scan(ops.add, np.array([[1.0, 2.0, 3.0]]), reverse=True, axis=1)
        array([[6., 5., 3.]])
    """
    _check_callable("ops.associative_scan", f=f)
    engine, symbolic = _engine(elems)
    if not symbolic:
        elems = _values(elems, engine)
    leaves = tree.flatten(elems)
    if not leaves:
        raise bad_argument("ops.associative_scan", "there is nothing to scan.", given=repr(elems))
    axes = [canonical_axis(axis, len(leaf.shape), "ops.associative_scan") for leaf in leaves]
    sizes = {leaf.shape[one] for leaf, one in zip(leaves, axes, strict=True)} - {None}
    if len(sizes) > 1 or len(set(axes)) > 1:
        raise bad_argument("ops.associative_scan", "the sizes along `axis` differ.",
                           given=f"axis {axis} of shapes {[tuple(leaf.shape) for leaf in leaves]}")  # fmt: skip
    if symbolic:
        return _node((elems,), _specs(elems), lambda values: associative_scan(f, values[0], reverse, axis))
    return _run(engine, "associative_scan", f, elems, reverse, axes[0])


def custom_gradient(f):
    """Decorator: `f(*args)` returns `(value, gradient)`; `gradient(*upstream)` gives the gradient of each argument.

    There is one upstream gradient for each tensor of the value. Only positional arguments that are tensors or structures of
    tensors have gradients; all else is passed on as it is. `gradient` returns one for each of those, or one for each
    positional argument; where it gives None the gradient is zero. On NumPy, which has no gradients, and on symbolic
    tensors only the value is used.

    Args:
        f: Function of tensors that returns a tensor (or a structure of tensors) and a function.

    Returns:
        A function with the arguments of `f` that returns the value.

    Raises:
        TypeError: `f` is no function, or, when it is called, it does not return such a pair.

    Example:
        >>> @ops.custom_gradient
        ... def reversed_gradient(x):
        ...     return x, lambda upstream: -upstream
        >>> reversed_gradient(np.array([1.0, 2.0]))
        array([1., 2.])
    """
    _check_callable("ops.custom_gradient", f=f)

    @functools.wraps(f)
    def wrapped(*args, **kwargs):
        places = [place for place, arg in enumerate(args) if _has_gradient(arg)]
        if not places:
            places = [place for place, arg in enumerate(args) if isinstance(arg, (int, float))]
        tensors = [args[place] for place in places]

        def function(*values):
            every = list(args)
            for place, value in zip(places, values, strict=True):
                every[place] = value
            found = f(*every, **kwargs)
            if not isinstance(found, (tuple, list)) or len(found) != 2 or not callable(found[1]):
                raise bad_argument("ops.custom_gradient", "the function must return a value and its gradient.",
                                   expected="(tensors, function)", given=describe(found), error=TypeError)  # fmt: skip
            value, gradient = found

            def of_tensors(*upstream):
                found = gradient(*upstream)
                if isinstance(found, (tuple, list)) and len(found) == len(args) > len(places):
                    return tuple(found[place] for place in places)
                return found

            return value, of_tensors

        engine, symbolic = _engine(tensors)
        if symbolic:
            specs = _specs(function(*_specs(tensors))[0])
            return _node(tensors, specs, lambda values: _run_gradient(values, function))
        return _run_gradient(tensors, function, engine)

    return wrapped


def _run_gradient(tensors, function, engine=None):
    engine = engine or _engine(tensors)[0]
    return _run(engine, "custom_gradient", function, *_values(tensors, engine))


def _has_gradient(arg):
    """Whether an argument is a tensor, or a structure of tensors."""
    leaves = tree.flatten(arg)
    return bool(leaves) and all(
        isinstance(leaf, (np.ndarray, np.generic, KerasTensor)) or backends.backend_of(leaf) is not None
        for leaf in leaves
    )
