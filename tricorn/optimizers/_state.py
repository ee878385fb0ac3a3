"""The Variables of an optimizer: its counter and learning rate, and what it keeps beside each trained Variable."""

from __future__ import annotations

import contextlib
import warnings

import numpy as np

from tricorn.core import backend as backends
from tricorn.core.config import floatx
from tricorn.core.errors import bad_argument
from tricorn.core.naming import name_scope
from tricorn.core.variable import Variable, is_variable


class OptimizerState:
    """Holds and makes Variables; a part of `Optimizer`, which sets `name` and `_rate`.

    The counter and the learning rate become Variables when they are first needed: an optimizer that is made before its
    model must not choose an engine.
    """

    def _init_state(self):
        self._engine = None  # the Backend, known once a Variable exists
        self._counter = None  # the Variable `iteration`: calls of `apply`
        self._rate_variable = None
        self._own_variables = []  # all but these two, in the order of their creation
        self._trainable_variables = []
        self._positions = {}  # id of a trained Variable -> its position
        self.built = False

    # --- the counter and the rate ----------------------------------------------------------------
    def _rate_is_variable(self):
        return not callable(self._rate)

    def _make_scalars(self, engine=None):
        """Create the two scalar Variables, or move them to `engine`."""
        if self._counter is not None and (engine is None or engine is self._engine):
            return
        count, rate = 0, self._rate
        if self._counter is not None:
            count = int(self._counter.numpy())
            rate = float(self._rate_variable.numpy()) if self._rate_variable is not None else rate
        self._engine = engine or backends.active_backend()
        with self._naming(), self._engine.host_scope():
            self._counter = Variable(
                np.asarray(count, "int32"), dtype="int32", trainable=False, name="iteration",
                aggregation="only_first_replica",
            )  # fmt: skip
            if self._rate_is_variable():
                self._rate_variable = Variable(
                    np.asarray(rate, "float64"), dtype=floatx(), trainable=False, name="learning_rate",
                    aggregation="only_first_replica",
                )  # fmt: skip

    @contextlib.contextmanager
    def _naming(self):
        """New Variables are ours, by engine and by path."""
        with backends.backend_scope(self._engine), name_scope(self.name):
            yield

    @property
    def variables(self):
        """All Variables of the optimizer, in the order in which files hold them: the iteration, the learning rate (if
        it is a number), then what belongs to the trained Variables."""
        self._make_scalars()
        scalars = [self._counter] if self._rate_variable is None else [self._counter, self._rate_variable]
        return scalars + self._own_variables

    # --- more Variables --------------------------------------------------------------------------
    def add_variable(
        self, shape, initializer="zeros", dtype=None, aggregation="none", layout=None, name=None
    ):
        """A new Variable of the optimizer.

        Args:
            shape: Its shape.
            initializer: An initializer, or its name.
            dtype: Its dtype; by default floatx.
            aggregation: How replicas are combined.
            layout: Its layout over a device mesh.
            name: Its name.
        """
        self._make_scalars()
        with self._naming():
            variable = Variable(initializer, shape=shape, dtype=dtype, trainable=False, aggregation=aggregation,
                                layout=layout, name=name)  # fmt: skip
        self._own_variables.append(variable)
        return variable

    def add_variable_from_reference(self, reference_variable, name=None, initializer="zeros"):
        """A new Variable of the shape, dtype and layout of `reference_variable`.

        Args:
            reference_variable: A trained Variable.
            name: Its name after the path of the trained Variable.
            initializer: An initializer, its name, or a value.
        """
        self._make_scalars()
        like = reference_variable
        path = getattr(like, "path", None) or getattr(like, "name", "variable")
        with self._naming():
            variable = Variable(
                initializer, shape=tuple(like.shape), dtype=like.dtype, trainable=False,
                name=f"{path}_{name or 'slot'}".replace("/", "_"),
                layout=getattr(like, "layout", None), memory_order=getattr(like, "_memory_order", None),
            )  # fmt: skip
        self._own_variables.append(variable)
        return variable

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        """One new Variable beside each of `trainable_variables`, or several.

        Args:
            trainable_variables: The trained Variables.
            name: A name; or a list of names, of one Variable each.
            initializer: One for all, or a list with one for each name.

        Returns:
            A list as long as `trainable_variables`; for a list of names, one such list for each name.
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, (list, tuple))
        initializers = list(initializer) if several else [initializer] * len(names)
        if len(initializers) != len(names):
            raise bad_argument(self._where(), "one initializer is needed for each name.",
                               given=f"{len(names)} names, {len(initializers)} initializers")  # fmt: skip
        made = [[] for _ in names]
        for variable in trainable_variables:
            for column, one, filler in zip(made, names, initializers, strict=True):
                if getattr(variable, "overwrite_with_gradient", False):
                    column.append(None)  # it is set to its gradient, so it needs nothing beside it
                else:
                    column.append(self.add_variable_from_reference(variable, one, filler))
        return made[0] if isinstance(name, str) else tuple(made)

    # --- which trained Variable ------------------------------------------------------------------
    def _remember(self, variables):
        for variable in variables:
            if not is_variable(variable):
                raise bad_argument(self._where(), "can be built on Variables only.", given=repr(type(variable)),
                                   error=TypeError)  # fmt: skip
            if variable.backend_object is not variables[0].backend_object:
                raise backends.two_engines(
                    variables[0].backend_object, variable.backend_object, self._where()
                )
        self._trainable_variables = list(variables)
        self._positions = {id(variable): index for index, variable in enumerate(variables)}

    def _get_variable_index(self, variable):
        """The position of a trained Variable in the list that the optimizer was built on."""
        try:
            return self._positions[id(variable)]
        except KeyError:
            raise self._unknown(variable) from None

    def _unknown(self, variable):
        return bad_argument(
            self._where(), "got a Variable that it was not built on.",
            expected=f"one of its {len(self._trainable_variables)} Variables",
            given=getattr(variable, "path", repr(variable)),
            hint="a new optimizer for the new set of Variables",
        )  # fmt: skip

    def _where(self):
        return f'{type(self).__name__} "{self.name}"'

    # --- files -----------------------------------------------------------------------------------
    def save_own_variables(self, store):
        """Write the values into `store`, a mapping from "0", "1", ... to arrays."""
        for index, variable in enumerate(self.variables):
            store[str(index)] = np.array(variable.numpy())  # a copy: on some engines that is a view

    def load_own_variables(self, store):
        """Read the values from `store`. If it holds another number of them, nothing is read, with a warning."""
        variables = self.variables
        if len(store.keys()) != len(variables):
            warnings.warn(
                f"{self._where()}: its state was not loaded, since it has {len(variables)} variables and the file has "
                f"{len(store.keys())}. Is it built on the same model, with the same settings?",
                stacklevel=2,
            )
            return
        values = [np.asarray(store[str(index)]) for index in range(len(variables))]
        self.set_weights(values)

    def set_weights(self, weights):
        """Set the values of `variables`, in their order.

        Raises:
            ValueError: Their number or a shape differs; then nothing was set.
        """
        variables = self.variables
        if not self.built:
            raise bad_argument(self._where(), "has no weights before it is built.",
                               hint="optimizer.build(model.trainable_variables)")  # fmt: skip
        if len(weights) != len(variables):
            raise bad_argument(self._where(), "takes as many weights as it has variables.", expected=len(variables),
                               given=len(weights))  # fmt: skip
        for variable, value in zip(variables, weights, strict=True):
            if tuple(np.shape(value)) != tuple(variable.shape):
                raise bad_argument(
                    f'{self._where()}, variable "{variable.path}"', "cannot take a weight of another shape.",
                    expected=tuple(variable.shape), given=tuple(np.shape(value)),
                )  # fmt: skip
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)
