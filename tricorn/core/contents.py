"""Contents pages of packages that name what stands elsewhere.

A public package serves its names lazily from the explicit list in its `__init__.pyi`. Where the names stand in the
package itself, lazy-loader does that; it refuses names of other packages, of which a namespace such as `ops.linalg`
consists. This reads the same kind of list, with absolute imports.
"""

from __future__ import annotations

import ast
import importlib
import pathlib
import sys


def serve(package, filename):
    """The `__getattr__`, `__dir__` and `__all__` of a package whose contents page imports from other modules.

    Args:
        package: The package's `__name__`.
        filename: Its `__file__`; the page is the `.pyi` beside it.
    """
    page = ast.parse(pathlib.Path(filename + "i").read_text(encoding="utf-8"))
    imports = [node for node in page.body if isinstance(node, ast.ImportFrom)]
    home = {name.asname or name.name: (node.module, name.name) for node in imports for name in node.names}
    names = sorted(home)

    def __getattr__(name):
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, original = home[name]
        value = getattr(importlib.import_module(module), original)
        setattr(sys.modules[package], name, value)  # the next time it is found without this function
        return value

    return __getattr__, lambda: names, names
