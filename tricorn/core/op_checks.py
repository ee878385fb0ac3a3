"""Rules that also see concrete calls: `@op(checked=True)`, where engines answer what the rule refuses.

A rule looks at shapes, dtypes and settings only, so one look is enough for all calls that agree in these.
"""

from __future__ import annotations

from tricorn.core import backend as backends

#: Settings that are equal only if they mean the same to a rule, given their types.
_PLAIN = frozenset((int, float, bool, str, type(None)))
_MOST = 4096  # kinds of call that are remembered for each op and engine


def refuses_itself(kernel):
    """Mark a kernel of a checked op that raises an error whenever the rule does: the rule need not look first."""
    kernel.refuses_itself = True
    return kernel


def checking(op, kernel):
    """`kernel` behind the rule of `op`, which is asked once for each combination of shapes, dtypes and settings."""
    if getattr(kernel, "refuses_itself", False):
        return kernel
    names = list(op.signature.parameters)
    tensors = {*op.tensors, *op.sequences}
    settings = [index for index in range(len(names)) if index not in tensors]
    agreed = set()

    def ask(args, key):
        # A size may be a tensor, inside a traced function; the rule knows numbers.
        if any(_holds_tensor(args[index]) for index in settings):
            return
        op.infer(*args)
        if key is not None and all(_is_plain(args[index]) for index in settings):
            if len(agreed) >= _MOST:
                agreed.clear()
            agreed.add(key)

    if op.sequences:
        return lambda *args: (ask(args, None), kernel(*args))[1]
    arguments = ", ".join(names)
    parts = [f"{names[index]}.shape, {names[index]}.dtype, " for index in op.tensors]
    fixed = "".join(f"{names[index]}.__class__, {names[index]}, " for index in settings)
    frozen = "".join(f"{names[index]}.__class__, frozen({names[index]}), " for index in settings)
    source = (
        f"def checked({arguments}):\n"
        f"    try:\n"
        f"        key = ({''.join(parts)}{fixed})\n"
        f"        is_known = key in agreed\n"
        f"    except Exception:\n"  # no hash: a list among the settings, a shape that is not known
        f"        try:\n"
        f"            key = ({''.join(parts)}{frozen})\n"
        f"            is_known = key in agreed\n"
        f"        except Exception:\n"
        f"            key, is_known = None, False\n"
        f"    if not is_known:\n"
        f"        ask(({arguments},), key)\n"
        f"    return kernel({arguments})\n"
    )
    namespace = {"agreed": agreed, "ask": ask, "frozen": _frozen, "kernel": kernel}
    exec(compile(source, f"<tricorn op {op.name}, checked>", "exec"), namespace)
    checked = namespace["checked"]
    checked.unchecked = kernel
    if hasattr(kernel, "without_bfloat16"):
        checked.without_bfloat16 = checking(op, kernel.without_bfloat16)
    return checked


def _frozen(value):
    return tuple(map(_frozen, value)) if type(value) in (list, tuple) else value


def _is_plain(value):
    if type(value) in (list, tuple):
        return all(type(item) is int or (type(item) in (list, tuple) and _is_plain(item)) for item in value)
    return type(value) in _PLAIN


def _holds_tensor(value):
    if isinstance(value, (list, tuple)):
        return any(map(_holds_tensor, value))
    return backends.backend_of_type(type(value)) is not None
