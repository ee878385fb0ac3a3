"""The state of a layer: which Variables, sub-layers, metrics and seeds it holds, found as they are assigned."""

from __future__ import annotations

import functools
import weakref

from tricorn import constraints as _constraints, initializers as _initializers, regularizers as _regularizers
from tricorn.core.backend import backend_scope
from tricorn.core.errors import bad_argument
from tricorn.core.graph import Operation, structure_changed
from tricorn.core.naming import auto_name
from tricorn.core.scopes import current_stateless_scope
from tricorn.core.tracking import PLAIN_TYPES, leaves_of, restored, tracked
from tricorn.core.variable import Variable

#: The layers that remember kinds of input (`_seen`).
remembering: weakref.WeakSet[LayerState] = weakref.WeakSet()


class LayerState(Operation):
    """Tracking and weights. `Layer` is made of this and of the way it is called."""

    #: Whether `add_loss` was ever called outside a scope that collects losses.
    _adds_losses = False

    def _init_state(self):
        """Empty stores. Runs before any `__init__`, so that attributes may be set before `super().__init__()`."""
        state = self.__dict__
        state["_trainable"] = True
        state["_own_trainable"] = []  # Variables made as trainable, whatever `trainable` says now
        state["_own_non_trainable"] = []
        state["_layers"] = []
        state["_metrics"] = []
        state["_seed_generators"] = []
        state[
            "_carried"
        ] = []  # Variables that one call leaves to the next and no file keeps: states of a recurrence
        state["_losses"] = []
        state["_loss_ids"] = set()
        state["_inbound_nodes"] = []
        state["_outbound_nodes"] = []
        state["built"] = False
        state["_is_building"] = False
        state["_seen"] = {}  # kinds of input that may enter `call` at once
        state["_is_settled"] = False  # all sub-layers are built
        state["_version"] = 0  # of the state: what was derived from another version is stale

    # --- tracking ----------------------------------------------------------------------------------
    def __setattr__(self, name, value):
        if type(value) in PLAIN_TYPES and name not in self.__dict__.get("_tracked_names", ()):
            object.__setattr__(self, name, value)
            return
        if self._track_native(name, value):
            return
        # Callables, shapes, policies: nothing to find in them.
        if not isinstance(value, (LayerState, Variable, list, tuple, dict, set)) and not _is_state(value):
            if name == "call":
                self._call_patched()
            old = self.__dict__.get(name)
            object.__setattr__(self, name, value)
            self._forget(name, old)
            return
        if name.startswith("__") or isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
            return
        old = self.__dict__.get(name)
        value = tracked(value, functools.partial(_track, self), functools.partial(_untrack, self))
        object.__setattr__(self, name, value)
        self.__dict__.setdefault("_tracked_names", set()).add(name)
        if old is not None and old is not value:
            _untrack(self, old)

    def __delattr__(self, name):
        if name not in self.__dict__:
            if not self._release_native(name):
                super().__delattr__(name)
            return
        old = self.__dict__[name]
        object.__delattr__(self, name)
        if name == "call":
            self._call_patched()
        self._forget(name, old)

    def _call_patched(self):
        """`call` was put on the instance, or taken off: nothing must go on entering the other one."""
        structure_changed()
        self._state_changed()

    def _forget(self, name, old):
        """Stop tracking what the attribute `name` held until now."""
        names = self.__dict__.get("_tracked_names", ())
        if name in names:
            names.discard(name)
            _untrack(self, old)

    def _restore_containers(self):
        """Make the containers of a copied layer tell it what is put into them, as those of the original do."""
        track, untrack = functools.partial(_track, self), functools.partial(_untrack, self)
        for name in self.__dict__.get("_tracked_names", ()):
            value = self.__dict__.get(name)
            if isinstance(value, (list, tuple, dict, set)):
                self.__dict__[name] = restored(value, track, untrack)

    def _release(self, item):
        """Called with each Variable or sub-layer that is ours no longer; an engine's host class forgets it too."""

    def _track_native(self, name, value):
        """An engine's host class takes what its own framework tracks (torch: modules and parameters)."""
        return False

    def _release_native(self, name):
        """Forget what `_track_native` took under this name; whether there was any."""
        return False

    def _adopt_variable(self, variable, name):
        """Called with each Variable that becomes our own; an engine's host class registers it."""

    def _adopt_layer(self, layer):
        """Called with each sub-layer; an engine's host class registers it."""

    def _track_variable(self, variable):
        store = self._own_trainable if variable.trainable else self._own_non_trainable
        if any(variable is item for item in self._own_trainable) or any(
            variable is item for item in self._own_non_trainable
        ):
            return
        store.append(variable)
        if not self._trainable:
            variable.trainable = False  # made after the layer was frozen
        self._adopt_variable(variable, variable.name)
        self._state_changed()

    def _track_layer(self, layer):
        if layer is self:
            raise bad_argument(f'{type(self).__name__} "{self.name}"', "a layer cannot hold itself.")
        if not any(layer is item for item in self._layers):
            self._layers.append(layer)
            self._adopt_layer(layer)
            self._state_changed()

    def _carry(self, variables):
        """Take Variables that one call leaves to the next: among `variables`, but no weights and in no file."""
        self._carried.extend(variables)
        self._state_changed()

    def _state_changed(self):
        """Something was tracked or its trainability changed: drop what was derived from it."""
        self._seen.clear()
        self.__dict__["_version"] += 1
        self.__dict__["_is_settled"] = False

    # --- making variables ----------------------------------------------------------------------------
    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None,
                   constraint=None, aggregation="none", overwrite_with_gradient=False, name=None,
                   memory_order=None):  # fmt: skip
        """Make a Variable of this layer.

        Args:
            shape: Sizes, all known; `()` by default.
            initializer: Initializer, its name, or a callable `(shape, dtype)`. By default "glorot_uniform" for a
                floating dtype, zeros else.
            dtype: By default the layer's variable dtype.
            trainable: Whether optimizers update it.
            autocast: Whether it is read in the compute dtype of a mixed-precision policy.
            regularizer: Penalty added to the losses.
            constraint: Projection applied after each update.
            aggregation: How replicas of a distributed Variable are combined.
            overwrite_with_gradient: Whether its gradient replaces its value.
            name: Name, without '/'.
            memory_order: See `Variable`.

        Returns:
            The Variable.
        """
        if isinstance(shape, str):
            raise bad_argument(f'{type(self).__name__} "{self.name}".add_weight', "`shape` must be a tuple of sizes.",
                               given=repr(shape), hint="add_weight(shape=..., name=...)", error=TypeError)  # fmt: skip
        dtype = self.variable_dtype if dtype is None else dtype
        if initializer is None:
            initializer = "glorot_uniform" if "float" in str(dtype) else "zeros"
        initializer = _initializers.get(initializer)
        with backend_scope(self._backend):
            variable = Variable(
                initializer, shape=() if shape is None else shape, dtype=dtype, trainable=trainable,
                autocast=autocast, aggregation=aggregation, name=name or auto_name("variable"),
                memory_order=memory_order,
            )  # fmt: skip
        variable.regularizer = _regularizers.get(regularizer)
        variable.constraint = _constraints.get(constraint)
        if overwrite_with_gradient:
            variable.overwrite_with_gradient = True
        self._track_variable(variable)
        return variable

    def add_variable(self, shape, initializer, dtype=None, trainable=True, autocast=True, regularizer=None,
                     constraint=None, name=None):  # fmt: skip
        """Make a Variable of this layer. The older name of `add_weight`."""
        return self.add_weight(shape=shape, initializer=initializer, dtype=dtype, trainable=trainable,
                               autocast=autocast, regularizer=regularizer, constraint=constraint,
                               name=name)  # fmt: skip

    # --- lists of variables ----------------------------------------------------------------------------
    def _flatten_layers(self, include_self=True, recursive=True):
        """This layer and those below it, each once, parents first."""
        found, seen = [], set()
        stack = [self] if include_self else list(reversed(self._layers))
        while stack:
            layer = stack.pop()
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            found.append(layer)
            if recursive or layer is self:
                stack.extend(reversed(layer._layers))
        return found

    def _collect(self, own):
        found, seen = [], set()
        for layer in self._flatten_layers():
            for variable in own(layer):
                if id(variable) not in seen:
                    seen.add(id(variable))
                    found.append(variable)
        return found

    @property
    def variables(self):
        """All Variables of this layer and its sub-layers, seeds and metrics included."""
        found = self._collect(
            lambda layer: [*layer._own_trainable, *layer._own_non_trainable,
                           *(generator.state for generator in layer._seed_generators), *layer._carried]
        )  # fmt: skip
        seen = {id(variable) for variable in found}
        return found + [v for v in self.metrics_variables if id(v) not in seen]

    @property
    def weights(self):
        """Variables that make up what the layer has learnt: without seeds and metrics."""
        return self._collect(lambda layer: [*layer._own_trainable, *layer._own_non_trainable])

    @property
    def trainable_variables(self):
        """Variables that optimizers update: none if the layer is frozen."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self):
        """All others, seeds included, metrics excluded."""
        trainable = {id(variable) for variable in self.trainable_weights}
        excluded = {id(variable) for variable in self.metrics_variables}
        return [v for v in self.variables if id(v) not in trainable and id(v) not in excluded]

    @property
    def trainable_weights(self):
        if not self._trainable:
            return []
        return [v for v in self.weights if v.trainable]

    @property
    def non_trainable_weights(self):
        trainable = {id(variable) for variable in self.trainable_weights}
        return [v for v in self.weights if id(v) not in trainable]

    @property
    def metrics(self):
        """Metrics of this layer and its sub-layers."""
        found = []
        for layer in self._flatten_layers():
            found.extend(metric for metric in layer._metrics if not any(metric is other for other in found))
        return found

    @property
    def metrics_variables(self):
        return [variable for metric in self.metrics for variable in metric.variables]

    @property
    def trainable(self):
        """Whether optimizers update its Variables. Setting it sets it on all sub-layers too."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        value = bool(value)
        for layer in self._flatten_layers():
            layer.__dict__["_trainable"] = value
            for variable in layer._thawed_weights():
                variable.trainable = value
            layer._state_changed()

    def _thawed_weights(self):
        """Its own Variables that follow `trainable`; a layer may keep others frozen whatever that says."""
        return self._own_trainable

    def count_params(self):
        """The number of scalars in its weights.

        Raises:
            ValueError: The layer has not been built.
        """
        if not self.built:
            raise bad_argument(f'{type(self).__name__} "{self.name}"', "has no weights to count before it is built.",
                               hint="call it on data, or layer.build(input_shape)")  # fmt: skip
        total = 0
        for variable in self.weights:
            size = 1
            for extent in variable.shape:
                size *= extent
            total += size
        return total

    def get_weights(self):
        """Values of `weights`, as NumPy arrays."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights):
        """Set the values of `weights`, from arrays in the order of `get_weights`.

        Raises:
            ValueError: Their number or a shape differs; nothing was set then.
        """
        own = self.weights
        where = f'{type(self).__name__} "{self.name}".set_weights'
        if len(own) != len(weights):
            raise bad_argument(where, "the number of weights differs.", expected=f"{len(own)} arrays",
                               given=f"{len(weights)} arrays")  # fmt: skip
        for variable, value in zip(own, weights, strict=True):
            shape = tuple(getattr(value, "shape", ()))
            if shape != tuple(variable.shape):
                raise bad_argument(where, f"the weight {variable.path!r} has another shape.",
                                   expected=tuple(variable.shape), given=shape)  # fmt: skip
        for variable, value in zip(own, weights, strict=True):
            variable.assign(value)

    # --- losses ------------------------------------------------------------------------------------------
    def add_loss(self, loss):
        """Add a scalar (or a list of them) to what training minimises. May be called in `call`, for every batch."""
        losses = loss if isinstance(loss, (list, tuple)) else [loss]
        scope = current_stateless_scope()
        for one in losses:
            shape = getattr(one, "shape", ())
            if len(tuple(shape)) != 0:
                raise bad_argument(f'{type(self).__name__} "{self.name}".add_loss', "a loss must be a scalar.",
                                   given=f"shape {tuple(shape)}", hint="ops.sum(...) or ops.mean(...)")  # fmt: skip
            if scope is not None and scope.collect_losses:
                scope.add_loss(one)
                self._loss_ids.add(id(one))
            else:
                self._losses.append(one)
        if self._losses and not self._adds_losses:
            # A call that was remembered as one without losses would not clear them. Nobody knows who holds this layer.
            self.__dict__["_adds_losses"] = True
            for layer in list(remembering):
                layer._seen.clear()

    def _own_losses(self):
        """Losses added by the layers of this tree since they were cleared."""
        scope = current_stateless_scope()
        if scope is not None and scope.collect_losses:
            ids = {key for layer in self._flatten_layers() for key in layer._loss_ids}
            return [loss for loss in scope.losses if id(loss) in ids]
        return [loss for layer in self._flatten_layers() for loss in layer._losses]

    def _regularization_losses(self):
        return [v.regularizer(v) for v in self.trainable_weights if v.regularizer is not None]

    @property
    def losses(self):
        """Scalars to minimise: those of `add_loss` and of activity regularizers at the last call, and the weight
        regularizers'."""
        return self._own_losses() + self._regularization_losses()

    def _clear_losses(self):
        for layer in self._flatten_layers():
            layer._losses.clear()
            layer._loss_ids.clear()

    # --- files -----------------------------------------------------------------------------------------
    def save_own_variables(self, store):
        """Write the layer's own Variables into the mapping `store`, numbered in order."""
        for index, variable in enumerate([*self._own_trainable, *self._own_non_trainable]):
            store[str(index)] = variable

    def _loads_in_order(self):
        """Whether a file holds the layer's own Variables, numbered in order: then each can be compared before any is read."""
        return type(self).load_own_variables is LayerState.load_own_variables

    def load_own_variables(self, store):
        """Read the layer's own Variables from the mapping `store`.

        Raises:
            ValueError: Their number or a shape differs.
        """
        own = [*self._own_trainable, *self._own_non_trainable]
        where = f'{type(self).__name__} "{self.name}"'
        if len(store.keys()) != len(own):
            hint = None
            if not own and not self.built:
                hint = "build the layer first: call it on data, or give it an Input"
            raise bad_argument(where, "the file holds another number of variables for this layer.",
                               expected=f"{len(own)} variables", given=f"{len(store.keys())} in the file",
                               hint=hint)  # fmt: skip
        for index, variable in enumerate(own):
            variable.assign(store[str(index)])


def _is_state(value):
    """Metrics and seed generators, known by what they offer: they live on other floors."""
    cls = type(value)
    return hasattr(cls, "_is_metric") or hasattr(cls, "_is_seed_generator")


def _track(layer, value):
    if isinstance(value, Variable):
        layer._track_variable(value)
    elif isinstance(value, LayerState):
        layer._track_layer(value)
    elif hasattr(type(value), "_is_metric"):
        if not any(value is item for item in layer._metrics):
            layer._metrics.append(value)
    elif hasattr(type(value), "_is_seed_generator"):
        if not any(value is item for item in layer._seed_generators):
            layer._seed_generators.append(value)
            layer._state_changed()
    else:
        layer._track_native(None, value)


def _untrack(layer, removed):
    """Stop tracking the leaves of `removed` that no attribute of the layer holds any more."""
    leaves = {id(item): item for item in leaves_of(removed)
              if isinstance(item, (Variable, LayerState)) or _is_state(item)}  # fmt: skip
    if not leaves:
        return
    attributes = layer.__dict__
    for name in attributes.get("_tracked_names", ()):
        for item in leaves_of(attributes.get(name)):
            leaves.pop(id(item), None)
    stores = (
        layer._own_trainable,
        layer._own_non_trainable,
        layer._layers,
        layer._metrics,
        layer._seed_generators,
    )
    for store in stores:
        gone = [item for item in store if id(item) in leaves]
        if gone:
            store[:] = [item for item in store if id(item) not in leaves]
            for item in gone:
                layer._release(item)
    layer._state_changed()
