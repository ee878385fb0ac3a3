"""Kernels of many small steps, when they are called eagerly: compiled, which takes as long as six eager steps in all."""

from __future__ import annotations

import functools

import tensorflow as tf
from tensorflow.python.eager import context, record
from tensorflow.python.framework.ops import EagerTensor

from tricorn.core.errors import NotSupportedError

#: A kind of call that comes this often is compiled, which takes as long as a hundred calls.
_OFTEN = 8
#: Settings that change from call to call would compile for ever.
_MOST_KINDS = 128
#: Composite ops of many steps, with the `(position, axis)` of sizes that they must know.
_COMPOSITES = {
    "cdist": (), "digitize": ((1, 0),), "hypot": (), "isin": (), "ldexp": (), "nanmean": (), "nanstd": (), "nanvar": (),
    "unique": (),
}  # fmt: skip


def is_plain(*tensors):
    """Whether a call is eager, of values on a CPU, where TensorFlow's kernels refuse what is out of range."""
    return all(type(x) is EagerTensor and "GPU" not in x.device for x in tensors)


def is_unrecorded():
    """Whether a call is eager, and no gradient is wanted."""
    return not record.could_possibly_record() and tf.executing_eagerly()


def compiled_eagerly(tensors, static=()):
    """A kernel that runs as one compiled function where it is called eagerly, often, and without a gradient tape.

    Args:
        tensors: How many of its arguments, the first, are tensors; all others are settings. It gives tensors, of as many
            as it likes, and must not look at values.
        static: `(position, axis)` of sizes that it wants to know; all others are unknown in the compiled function.
    """

    def decorate(kernel):
        kinds = {}

        @functools.wraps(kernel)
        def run(*args):
            if not is_unrecorded():
                return kernel(*args)
            given, settings = args[:tensors], args[tensors:]
            kind = [(x.dtype, x.ndim) if type(x) is EagerTensor else None for x in given]
            if None in kind:
                return kernel(*args)
            kind += [given[position].shape[axis] for position, axis in static]
            kind = (*kind, *((type(one), str(one) if type(one) is float else one) for one in settings))
            try:
                found = kinds.get(kind, 0)
            except TypeError:  # a setting that cannot be a key
                return kernel(*args)
            if type(found) is not int:
                return found(given)
            if found >= _OFTEN:
                try:
                    found = _compiled(kernel, given, settings, static)
                except NotSupportedError:  # it must know sizes, for these settings
                    found = _as_it_is(kernel, settings)
                kinds[kind] = found
                return found(given)
            if found or len(kinds) < _MOST_KINDS:
                kinds[kind] = found + 1
            return kernel(*args)

        return run

    return decorate


def _as_it_is(kernel, settings):
    return lambda given: kernel(*given, *settings)


def _compiled(kernel, given, settings, static):
    shapes = [[None] * x.ndim for x in given]
    for position, axis in static:
        shapes[position][axis] = given[position].shape[axis]
    specs = [tf.TensorSpec(shape, x.dtype) for shape, x in zip(shapes, given, strict=True)]
    concrete = tf.function(lambda *xs: kernel(*xs, *settings), autograph=False).get_concrete_function(*specs)
    if not hasattr(concrete, "inference_fn") or not hasattr(context.context(), "call_function"):
        return lambda given: concrete(*given)  # another version of TensorFlow
    name, captured = concrete.inference_fn.name, concrete.captured_inputs
    is_single, count = tf.is_tensor(concrete.structured_outputs), len(concrete.outputs)

    # Below the public call, which binds arguments by name for longer than all of this takes.
    def call(given, _alive=concrete):
        results = context.context().call_function(name, [*given, *captured], count)
        return results[0] if is_single else tuple(results)

    return call


def compiled_composite(run, dynamic):
    """See `Backend.compiled_composite`: those composites are compiled that gain by it."""
    static = _COMPOSITES.get(run.__name__)
    return run if static is None else compiled_eagerly(len(dynamic), static)(run)
