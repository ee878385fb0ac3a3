"""The few calls that go up: from a model to saving, exporting, drawing.

Imports go down only. A verb that a model offers but a higher floor does is named here and loaded on first use.
"""

from __future__ import annotations

import importlib

_DOORS = {
    "summary": "tricorn.models._summary:print_summary",
    "save_model": "tricorn.saving._save:save_model",
    "load_model": "tricorn.saving._save:load_model",
    "save_weights": "tricorn.saving._save:save_weights",
    "load_weights": "tricorn.saving._save:load_weights",
    "to_backend": "tricorn.models._rebuild:to_backend",
}


def open(verb):
    """The function behind a verb."""
    module, _, name = _DOORS[verb].partition(":")
    return getattr(importlib.import_module(module), name)
