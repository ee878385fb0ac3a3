"""Derivatives along a direction, by forward mode."""

from __future__ import annotations

from tricorn import tree
from tricorn.core import backend as backends
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.ops._control import _check_callable, _engine, _node, _specs, _values


def jvp(fun, primals, tangents, has_aux=False):
    """`fun` at `primals`, and its derivative there in the direction of `tangents`, in one pass (forward mode).

    The engine's own forward mode does it (`jax.jvp`, `torch.func.jvp`, TensorFlow's `ForwardAccumulator`); NumPy has none.

    Args:
        fun: Function of as many arguments as there are primals, each a tensor or a structure of them.
        primals: Tuple or list of arguments: floating tensors, or structures of them.
        tangents: The same structure, with the shapes of the primals; cast to their dtypes.
        has_aux: Whether `fun` returns a pair of which the second part is only passed on.

    Returns:
        `(fun(*primals), derivative)`, the derivative of the structure and shapes of the result; with `has_aux`
        `(first part, its derivative, second part)`.

    Raises:
        TypeError: `fun` is no function, or primals and tangents are not tuples or lists.
        ValueError: Tangents do not have the structure and shapes of the primals.
        NotSupportedError: The engine is NumPy.

    Example:
        >>> import torch
        >>> y, slope = ops.jvp(ops.square, (torch.tensor(3.0),), (torch.tensor(1.0),))
        >>> print(float(y), float(slope))
        9.0 6.0
    """
    _check_callable("ops.jvp", fun=fun)
    for name, value in (("primals", primals), ("tangents", tangents)):
        if not isinstance(value, (tuple, list)):
            raise bad_argument("ops.jvp", f"`{name}` must be a tuple or a list, one item for each argument of `fun`.",
                               given=type(value).__name__, error=TypeError)  # fmt: skip
    primals, tangents = tuple(primals), tuple(tangents)
    engine, symbolic = _engine(primals, tangents)
    if symbolic:
        return _symbolic_jvp(fun, primals, tangents, has_aux)
    kernel = engine.kernel("jvp", "jvp")
    if kernel is None:
        raise NotSupportedError(
            f"ops.jvp does not run on the {engine.name} backend: {engine.gaps.get('jvp', 'it has no kernel there')}."
        )
    with backends.backend_scope(engine):
        starts = tree.flatten(_values(primals, engine))
        directions = tree.flatten(_values(tangents, engine))
        _check_alike(primals, tangents, starts, directions)
        directions = [engine.cast(one, engine.dtype_of(x)) for one, x in zip(directions, starts, strict=True)]
        found = {}

        def flat(*leaves):
            result = fun(*tree.pack_sequence_as(primals, leaves))
            result, found["aux"] = result if has_aux else (result, ())
            found["result"] = result
            return tuple(engine.convert_to_tensor(one) for one in tree.flatten(result)), tree.flatten(
                found["aux"]
            )

        outputs, derivatives, aux = kernel(flat, starts, directions)
        packed = [tree.pack_sequence_as(found["result"], list(leaves)) for leaves in (outputs, derivatives)]
        return (*packed, tree.pack_sequence_as(found["aux"], list(aux))) if has_aux else tuple(packed)


def _check_alike(primals, tangents, starts, directions):
    shapes = [[tuple(leaf.shape) for leaf in leaves] for leaves in (starts, directions)]
    try:
        tree.assert_same_structure(primals, tangents)
        is_same = shapes[0] == shapes[1]
    except (ValueError, TypeError):
        is_same = False
    if not is_same:
        raise bad_argument("ops.jvp", "`tangents` must have the structure and shapes of `primals`.",
                           expected=shapes[0], given=shapes[1])  # fmt: skip


def _symbolic_jvp(fun, primals, tangents, has_aux):
    leaves = [tree.flatten(structure) for structure in (_specs(primals), _specs(tangents))]
    _check_alike(primals, tangents, *leaves)
    result = fun(*_specs(primals))
    specs = (result[0], result[0], result[1]) if has_aux else (result, result)
    return _node((primals, tangents), specs, lambda operands: jvp(fun, *operands, has_aux))
