"""Eager calls on JAX run as cached compiled functions.

Op by op, JAX pays tens of microseconds per primitive and milliseconds per loop; compiled, a call costs about one
dispatch. Only outermost calls of layers whose code is all ours are compiled: a user's own `call` may print, count or
branch on values, and runs as it is written.
"""

from __future__ import annotations

import jax

from tricorn.core.scopes import StatelessScope


class _Compiled:
    """The jitted call of one layer: over values of its Variables, array arguments, and static everything else."""

    def __init__(self, layer):
        self.variables = layer.variables
        self.layers = layer._flatten_layers()
        self.version = self.current_version()
        self.run = jax.jit(self._traced(layer), static_argnums=(2,))

    def current_version(self):
        """Grows when layers are added, frozen, built, or given another dtype policy."""
        return sum(layer._version for layer in self.layers)

    def _traced(self, layer):
        variables = self.variables

        def run(values, arrays, static):
            structure, constants = static
            leaves = list(constants)
            arrays = iter(arrays)
            leaves = [next(arrays) if leaf is _ARRAY else leaf for leaf in leaves]
            args, kwargs = jax.tree_util.tree_unflatten(structure, leaves)
            with StatelessScope(list(zip(variables, values, strict=True))) as scope:
                outputs = layer._run_call(args, kwargs)
            updates = {}
            for index, variable in enumerate(variables):
                value = scope.get_current_value(variable)
                if value is not values[index]:
                    updates[index] = value
            return outputs, updates

        return run


class _Array:
    def __repr__(self):
        return "<array>"


_ARRAY = _Array()


def compiled_call(layer, args, kwargs):
    """`layer.call(*args, **kwargs)`, compiled if that is safe and possible."""
    leaves, structure = jax.tree_util.tree_flatten((args, kwargs))
    arrays, constants = [], []
    for leaf in leaves:
        if isinstance(leaf, jax.core.Tracer):
            return layer._run_call(args, kwargs)
        if isinstance(leaf, jax.Array):
            arrays.append(leaf)
            constants.append(_ARRAY)
        else:
            constants.append(leaf)
    compiled = layer.__dict__.get("_compiled")
    if compiled is None or compiled.version != compiled.current_version():
        if not is_ours(layer):
            return layer._run_call(args, kwargs)
        compiled = layer.__dict__["_compiled"] = _Compiled(layer)
    values = []
    for variable in compiled.variables:
        value = variable._value
        if isinstance(value, jax.core.Tracer):
            return layer._run_call(args, kwargs)
        values.append(value)
    try:
        static = (structure, tuple(constants))
        hash(static)
    except TypeError:
        return layer._run_call(args, kwargs)
    outputs, updates = compiled.run(values, arrays, static)
    for index, value in updates.items():
        compiled.variables[index]._value = value
    return outputs


def is_ours(layer):
    """True if no code of the user runs in a call of this layer: then it may be compiled unseen."""
    for part in layer._flatten_layers():
        cls = type(part)
        if not cls.__module__.startswith("tricorn.") or "call" in part.__dict__:
            return False
        if not part._has_its_weights() or not part._is_pure() or part._makes_masks():
            return False
    return True
