"""Python functions from bytecode in old files: the one module that runs code from a file.

Reached only when the caller turned safe loading off. Nothing here writes such files.
"""

from __future__ import annotations

import base64
import builtins
import marshal
import types

from tricorn.core.errors import FileFormatError, bad_argument


def function_from_bytecode(code, defaults=None, closure=None):
    """Rebuild a function. Bytecode runs only on the minor version of Python that wrote it.

    Args:
        code: Base64 text of the marshalled code object.
        defaults: Sequence of default values, or None.
        closure: Sequence of the values of the free variables, or None.
    """
    try:
        compiled = marshal.loads(base64.b64decode(code))
    except (ValueError, EOFError, TypeError) as error:
        raise bad_argument("Lambda", "the stored bytecode is not of this Python version, or damaged.",
                           error=FileFormatError) from error  # fmt: skip
    if not isinstance(compiled, types.CodeType):
        raise bad_argument("Lambda", "the stored bytecode is no code object.", error=FileFormatError)
    cells = tuple(types.CellType(value) for value in closure) if closure is not None else None
    scope = {"__builtins__": builtins}
    return types.FunctionType(compiled, scope, argdefs=tuple(defaults) if defaults else None, closure=cells)
