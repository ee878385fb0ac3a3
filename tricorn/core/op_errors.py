"""What a caller of an op sees when the call fails.

A call that succeeds pays nothing for this. A call that fails is asked again of the op's rule, which knows what was
expected; what the rule does not see either (values, mostly) is reported with the engine's own words inside the house's
form. Errors of memory and of tracing, and of functions that the caller passed in, stay what they are.
"""

from __future__ import annotations

import re

from tricorn.core import backend as backends
from tricorn.core.errors import NotSupportedError, TricornError, bad_argument, describe
from tricorn.core.symbolic import KerasTensor

_NOTE = "in tricorn.ops."
_FUNCTION_NODE = re.compile(r"^\{\{function_node [^}]*\}\} ")  # TensorFlow's, of no use to a reader


def explained(op, error, args):
    """The exception to raise in place of `error`, which a call of `op` on `args` raised; None to let it pass.

    Args:
        op: The `Op`.
        error: What was raised. A note naming the op, its tensors and the engine is added to what reaches the caller.
        args: All arguments of the call, in the signature's order.
    """
    if isinstance(error, TricornError) or op.runs_functions:
        _note(op, error, args)
        return None
    inner = any(note.startswith(_NOTE) for note in getattr(error, "__notes__", ()))
    owner = _owner(op, args)
    if inner and op.rule is None:
        return None
    refused = is_house_form(error) or (
        owner.refuses(error) if owner is not None else isinstance(error, _PLAIN)
    )
    if not refused:
        _note(op, error, args)
        return None
    better = _by_the_rule(op, args)
    if better is None:
        if inner:
            return None
        better = error if is_house_form(error) else _in_house_form(op, error, args, owner)
    _name_the_op(op, better)
    _note(op, better, args)
    return None if better is error else better


def retried(op, error, args):
    """`(True, the result)` where an engine has no kernel for the dtypes but for wider ones that hold the same values."""
    if isinstance(error, TricornError) or op.runs_functions:
        return False, None  # ours already; or the caller's functions would run twice
    owner = _owner(op, args)
    wide = None if owner is None else owner.computes_instead(error)
    if wide is None:
        return False, None
    found = []

    def widened(value):
        if isinstance(value, (list, tuple)):
            return [widened(item) for item in value]
        instead = wide.get(owner.dtype_of(value)) if backends.backend_of(value) is owner else None
        if instead is None:
            return value
        found.append(instead)
        return owner.cast(owner.convert_to_tensor(value), instead)

    tensors = {*op.tensors, *op.sequences}
    given = [widened(value) if index in tensors else value for index, value in enumerate(args)]
    if not found:
        return False, None
    result = op.function(*given)
    return True, _cast_like(op.infer(*args), result, owner)


def _cast_like(specs, result, owner):
    if isinstance(result, (list, tuple)):
        return type(result)(_cast_like(spec, item, owner) for spec, item in zip(specs, result))
    return owner.cast(result, specs.dtype) if isinstance(specs, KerasTensor) else result


#: What Python code raises for arguments that it cannot work with.
_PLAIN = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def is_house_form(error):
    """Whether an error was made by `bad_argument`."""
    return hasattr(error, "where")


def _by_the_rule(op, args):
    """What the rule, or the definition that stands in for it, has against the arguments, if it can tell."""
    if op.rule is None and (op.draws or not op.is_composite):
        return None
    try:
        op.infer(*args)
    except Exception as error:
        return error if is_house_form(error) else None
    return None


def _in_house_form(op, error, args, owner):
    said = _FUNCTION_NODE.sub("", str(error.args[0] if error.args else error).strip())
    said = (said.splitlines() or [type(error).__name__])[0].rstrip(".")
    shown = ", ".join(
        f"{name}={describe(value)}"
        for (name, parameter), value in zip(op.signature.parameters.items(), args)
        if value is not parameter.default
    )
    if owner is not None and owner.lacks(error):
        kind, problem = NotSupportedError, f"{owner.name} does not do this ({said})."
    else:
        kind = next((kind for kind in (TypeError, IndexError) if isinstance(error, kind)), ValueError)
        problem = f"it cannot work with these arguments ({said})."
    where = f"{_namespace(op)}.{op.name}"
    return bad_argument(where, problem, given=shown, error=kind,
                        expected=f"shapes, dtypes and values as help(tricorn.{where}) tells")  # fmt: skip


def _namespace(op):
    package = op.body.__module__.split(".")[1]
    return "ops.image" if op.family.startswith("image_") else package


def _name_the_op(op, error):
    """Rules that many ops share name only the argument."""
    if isinstance(error.args[0], str) and not error.where.startswith(("ops.", "random.", "image.")):
        name = f"{_namespace(op)}.{op.name}"
        error.args = (f"{name}, {error.args[0]}", *error.args[1:])
        error.where = f"{name}, {error.where}"


def _note(op, error, args):
    if any(note.startswith(_NOTE) for note in getattr(error, "__notes__", ())):
        return
    names = list(op.signature.parameters)
    shown = ", ".join(f"{names[i]}={describe(args[i])}" for i in [*op.tensors, *op.sequences])
    owner = _owner(op, args)
    engine = f" [{owner.name}]" if owner is not None else ""
    error.add_note(f"{_NOTE}{op.name}({shown}){engine}")


def _owner(op, args):
    """The engine of the first tensor that has one, the active one for a call without symbolic tensors; else None."""
    symbolic = False
    for leaf in op.all_leaves(args):
        symbolic = symbolic or isinstance(leaf, KerasTensor)
        owner = backends.backend_of(leaf)
        if owner is not None:
            return owner
    return None if symbolic else backends.active_backend()
