"""`models.load_model` and `models.save_model`: doors to the floor above, where files are read and written."""

from __future__ import annotations

from tricorn.core import doors


def save_model(model, filepath, overwrite=True, zipped=None, **kwargs):
    """Write a model to a `.keras` archive. See `saving.save_model`.

    Args:
        model: The model.
        filepath: Path ending in `.keras`.
        overwrite: Whether an existing file is replaced; if False it is an error.
        zipped: False writes a directory of files instead of one archive.
        **kwargs: `include_optimizer` (True): whether the model can be trained on from there.
    """
    return doors.open("save_model")(model, filepath, overwrite=overwrite, zipped=zipped, **kwargs)


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """A model from a `.keras` archive, on the active engine. See `saving.load_model`.

    Args:
        filepath: Path of the archive.
        custom_objects: Dict of classes and functions which the file may name, beside the registered ones.
        compile: Whether to compile the model as it was, with the state of its optimizer.
        safe_mode: False lets the file bring Python code along. Only for sources that you trust.
    """
    return doors.open("load_model")(
        filepath, custom_objects=custom_objects, compile=compile, safe_mode=safe_mode
    )
