"""Building a model again: as a copy, or on another engine."""

from __future__ import annotations

from tricorn.core.backend import backend_scope
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object


def to_backend(model, backend):
    """`Model.to_backend`."""
    with backend_scope(backend):
        config = serialize_keras_object(model)
        clone = deserialize_keras_object(config, custom_objects=_classes_of(model), safe_mode=False)
    _copy_values(_state(model), _state(clone), model)
    if clone.compiled and model.optimizer is not None and model.optimizer.built:
        with backend_scope(backend):
            if not clone.optimizer.built:
                clone.optimizer.build(clone.trainable_variables)
        _copy_values(model.optimizer.variables, clone.optimizer.variables, model)
    return clone


def _state(model):
    """Weights and seeds, without metrics."""
    return [*model.trainable_variables, *model.non_trainable_variables]


def _classes_of(model):
    """The user's classes in a model: they are here, so a copy in this process may use them unregistered."""
    return {
        cls.__name__: cls
        for layer in model._flatten_layers()
        if not (cls := layer._public_class()).__module__.startswith("tricorn.")
    }


def _copy_values(source, target, model):
    if len(source) != len(target):
        raise bad_argument(
            f"{model._where()}.to_backend", "the rebuilt model has other variables.",
            expected=f"{len(source)} variables", given=f"{len(target)}",
            hint="build the model first (call it on data), and make get_config() return all constructor arguments",
        )  # fmt: skip
    for old, new in zip(source, target, strict=True):
        if tuple(old.shape) != tuple(new.shape):
            raise bad_argument(f"{model._where()}.to_backend", f"the rebuilt variable {new.path!r} has another shape.",
                               expected=tuple(old.shape), given=tuple(new.shape))  # fmt: skip
        new.assign(old.numpy())
