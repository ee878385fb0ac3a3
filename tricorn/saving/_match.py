"""Stored arrays to Variables: first everything is compared, then everything is assigned, or nothing.

The comparison knows shapes and dtypes only; no value is read before it has succeeded.
"""

from __future__ import annotations

import warnings

import numpy as np

from tricorn.core.errors import FileFormatError, UnsafeFileError, bad_argument
from tricorn.layers._layer_state import LayerState
from tricorn.optimizers._optimizer import Optimizer
from tricorn.optimizers._state import OptimizerState
from tricorn.saving._hdf5_write import variables_group
from tricorn.saving._tree import class_name, parts_of

_SHOWN = 40
_FREE_BYTES = 2**24


class Report:
    """What fits between a model and a file, and what does not."""

    def __init__(self):
        self.matched = []
        self.missing = []
        self.unexpected = []
        self.mismatched = []

    @property
    def fits(self):
        return not (self.missing or self.unexpected or self.mismatched)

    def __str__(self):
        lines = [f"matched: {len(self.matched)} variables"]
        for label in ("missing", "unexpected", "mismatched"):
            entries = getattr(self, label)
            if entries:
                lines.append(f"{label}: {len(entries)}")
                lines += [f"  {entry}" for entry in entries[:_SHOWN]]
                if len(entries) > _SHOWN:
                    lines.append(f"  ... and {len(entries) - _SHOWN} more")
        return "\n".join(lines)


class ReadStore:
    """What a part's own `load_own_variables` reads from: a mapping of entries to arrays, read when asked for."""

    def __init__(self, arrays, limit):
        self._arrays = arrays
        self._limit = limit

    def keys(self):
        return sorted({path.partition("/")[0] for path in self._arrays})

    def items(self):
        return [(key, self[key]) for key in self.keys()]

    def values(self):
        return [self[key] for key in self.keys()]

    def get(self, key, default=None):
        if key not in self:
            return default
        return self[key]

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())

    def __contains__(self, key):
        return str(key) in self._arrays or str(key) in self.keys()

    def __getitem__(self, key):
        array = self._arrays[str(key)]
        if array.nbytes > self._limit:
            raise bad_argument(array.path, "is far larger than the layer that asks for it.",
                               expected=f"at most {self._limit:,} bytes", given=f"{array.nbytes:,} bytes",
                               error=UnsafeFileError)  # fmt: skip
        return array.read()


class Plan:
    """The comparison of a model with a stored tree, and the assignment that follows from it.

    Args:
        model: A model, or anything that has weights.
        tree: A `StoredTree`.
        optimizer: "strict" (its state must fit), "lenient" (it is left alone, with a warning, if it does not fit), or
            "ignore".
        by_name: Whether layers in lists are found by their names where these tell: sure only if the file's names are
            the model's, as in an archive that holds the configuration too.
    """

    def __init__(self, model, tree, optimizer="lenient", by_name=False):
        self.report = Report()
        self.optimizer_report = Report()
        self._tree = tree
        self._pairs = []
        self._custom = []
        self._used = set()
        self._optimizer = optimizer
        self._optimizer_prefixes = set()
        parts = parts_of(model)
        places = _places_by_name(parts, tree) if by_name else {}
        for path, part in parts:
            self._compare(places.get(path, path), part, model)
        self._find_unexpected()

    def _compare(self, path, part, model):
        group = variables_group(path)
        stored = self._tree.under(group)
        report = self.report
        if isinstance(part, Optimizer):
            self._optimizer_prefixes.add(path)
            report = self.optimizer_report
            if self._optimizer == "ignore" or (self._optimizer == "lenient" and not stored):
                self._used.update(f"{group}/{name}" for name in stored)
                return
            own = _state_meant(part, len(stored), model)
            is_plain = type(part).load_own_variables is OptimizerState.load_own_variables
        else:
            own, is_plain = [*part._own_trainable, *part._own_non_trainable], part._loads_in_order()
        if is_plain:
            self._compare_values(group, part, own, stored, report)
        else:
            self._used.update(f"{group}/{name}" for name in stored)
            self._custom.append((path, part, stored))

    def _compare_values(self, group, part, own, stored, report):
        where = f'{class_name(part)} "{getattr(part, "name", "")}"'
        wanted = {str(index): variable for index, variable in enumerate(own)}
        if stored and own and len(stored) != len(own):
            # The numbers would not mean the same Variables: none of this part is taken.
            self._used.update(f"{group}/{name}" for name in stored)
            report.mismatched.append(f"{group}: {len(own)} variables in {where}, {len(stored)} in the file")
            return
        if stored and not own and not getattr(part, "built", True):
            self._used.update(f"{group}/{name}" for name in stored)
            report.mismatched.append(
                f"{group}: {where} is not built, the file has {len(stored)} variables for it "
                "(call the model once on data before loading)"
            )
            return
        for name, variable in wanted.items():
            array = stored.get(name)
            label = f"{group}/{name} ({variable.path})"
            if array is None:
                report.missing.append(f"{label}: shape {tuple(variable.shape)}")
                continue
            self._used.add(array.path)
            if array.shape != tuple(variable.shape):
                report.mismatched.append(
                    f"{label}: shape {tuple(variable.shape)} here, {array.shape} in the file"
                )
            elif _kind(array.dtype) != _kind(variable._dtype):
                report.mismatched.append(f"{label}: {variable._dtype} here, {array.dtype} in the file")
            else:
                report.matched.append(label)
                self._pairs.append((report, variable, array))

    def _find_unexpected(self):
        for path, array in self._tree.arrays.items():
            if path in self._used:
                continue
            ours = path.startswith("optimizer/") or any(
                path.startswith(f"{p}/") for p in self._optimizer_prefixes
            )
            if ours:
                if self._optimizer_prefixes and self._optimizer != "ignore":
                    self.optimizer_report.unexpected.append(f"{path}: shape {array.shape}")
            else:
                self.report.unexpected.append(f"{path}: shape {array.shape}")

    # --- acting on it --------------------------------------------------------------------------------
    def apply(self, where, skip_mismatch=False, hint=None):
        """Assign what matches.

        Raises:
            ValueError: Something does not fit and `skip_mismatch` is False. No Variable has changed then.
        """
        if not self.report.fits and not skip_mismatch:
            raise self._error(where, "the file does not fit the model.", self.report, hint)
        state_fits = self.optimizer_report.fits
        if not state_fits and self._optimizer == "strict":
            raise self._error(where, "the optimizer's state in the file does not fit.", self.optimizer_report,
                              "compile=False, then compile anew")  # fmt: skip
        values = [(variable, array.read()) for report, variable, array in self._pairs
                  if state_fits or report is not self.optimizer_report]  # fmt: skip
        for path, part, stored in self._custom:
            self._load_custom(path, part, stored)
        if not self.report.fits and not skip_mismatch:
            raise self._error(where, "the file does not fit the model.", self.report, hint)
        for variable, value in values:
            variable.assign(value)
        if not self.report.fits:
            warnings.warn(f"{where}: some weights were left alone.\n{self.report}", stacklevel=4)
        if not state_fits:
            warnings.warn(
                f"{where}: the optimizer's state was not loaded, it does not fit.\n{self.optimizer_report}",
                stacklevel=4,
            )

    def _load_custom(self, path, part, stored):
        own = [*getattr(part, "_own_trainable", ()), *getattr(part, "_own_non_trainable", ())]
        limit = max(_FREE_BYTES, 8 * sum(int(np.prod(variable.shape)) for variable in own) * 2)
        try:
            part.load_own_variables(ReadStore(stored, limit))
        except (UnsafeFileError, FileFormatError):
            raise
        except (ValueError, KeyError, TypeError, IndexError) as error:
            self.report.mismatched.append(
                f'{variables_group(path)}: {class_name(part)} "{part.name}": {error}'
            )
        else:
            self.report.matched.append(variables_group(path))

    def _error(self, where, problem, report, hint):
        error = bad_argument(where, problem, hint=hint)
        return type(error)(f"{error}\n{report}")


def _kind(dtype):
    """Values are cast within a kind, never across."""
    if "float" in dtype:
        return "float"
    return "int" if "int" in dtype else dtype


def _state_meant(optimizer, count, model):
    """The Variables of an optimizer that `count` stored values are for.

    A file written before the first step has the counter and the learning rate only: an optimizer that is built has
    more, which are at their start then, as they should be. The other way round, the optimizer is built.
    """
    if not optimizer.built and count > len(optimizer.variables) and getattr(model, "built", False):
        optimizer.build(model.trainable_variables)
    slots = {
        id(variable) for _, part in parts_of(optimizer) for variable in getattr(part, "_own_variables", ())
    }
    scalars = [variable for variable in optimizer.variables if id(variable) not in slots]
    return scalars if count == len(scalars) else list(optimizer.variables)


def _places_by_name(parts, tree):
    """`{path here: path in the file}` for layers in lists whose names tell that they stand there in another order."""
    siblings = {}
    for path, part in parts:
        parent, _, own = path.rpartition("/")
        if own and isinstance(part, LayerState):
            siblings.setdefault(parent, []).append((path, part.name))
    places = {}

    def place(path):
        if path in places or not path:
            return places.get(path, path)
        parent, _, own = path.rpartition("/")
        return f"{place(parent)}/{own}" if parent else own

    for parent, group in siblings.items():  # parents come before what is below them
        inside = place(parent)
        candidates = {path: (f"{inside}/" if inside else "") + path.rpartition("/")[2] for path, _ in group}
        stored = {tree.names.get(variables_group(candidate)): candidate for candidate in candidates.values()}
        names = [name for _, name in group]
        if len(set(names)) == len(names) and set(stored) == set(names):
            places.update({path: stored[name] for path, name in group})
    return {path: place(path) for path, _ in parts}
