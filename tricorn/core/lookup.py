"""`get`, `serialize` and `deserialize` of a package of small configurable objects (initializers, constraints, ...)."""

from __future__ import annotations

import functools

from tricorn.core import registration
from tricorn.core.errors import bad_argument, describe


class Lookup:
    """The table of a package's classes by their public names, in either case, and the three functions over it.

    Args:
        package: `"initializers"`.
        base: The base class of what is found.
        noun: For messages, `"initializer"`.
        aliases: More names of classes.
    """

    def __init__(self, package, base, noun, aliases=None):
        self.package = package
        self.base = base
        self.noun = noun
        self.aliases = aliases or {}

    @functools.cached_property
    def classes(self):
        names, module = registration.public_names(self.package)
        public = {name: getattr(module, name) for name in names}
        table = {
            name: item
            for name, item in public.items()
            if isinstance(item, type) and issubclass(item, self.base)
        }
        return {**table, **{name: table[target] for name, target in self.aliases.items()}}

    def serialize(self, obj):
        from tricorn.core.serial import serialize_keras_object

        return serialize_keras_object(obj)

    def deserialize(self, config, custom_objects=None):
        from tricorn.core.serial import deserialize_keras_object

        found = deserialize_keras_object(config, custom_objects=custom_objects, module_objects=self.classes)
        if found is not None and not callable(found):
            raise self._unknown(config)
        return found

    def get(self, identifier):
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            return self.deserialize(identifier)
        if isinstance(identifier, str):
            found = registration.get_registered_object(identifier, None, self.classes)
        else:
            found = identifier
        if isinstance(found, type):
            found = found()
        if found is None or not callable(found):
            raise self._unknown(identifier)
        return found

    def _unknown(self, identifier):
        names = sorted(name for name in self.classes if name[0].isupper())
        return bad_argument(f"{self.package}.get", f"this is no {self.noun}.",
                            expected=f"a name such as {', '.join(names)}; an instance, a configuration or a callable",
                            given=describe(identifier))  # fmt: skip
