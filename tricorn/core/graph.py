"""Operations, the nodes they leave behind when called on symbolic tensors, and `Function`, which runs such a graph.

A graph runs as generated straight-line Python (`def run(v0): v1 = f0(v0); v2 = f1(v1, v0); return v2`): no walk over
nodes, no dictionary of values, each intermediate released after its last use.
"""

from __future__ import annotations

import inspect
from collections import namedtuple

from tricorn.core.errors import NotSupportedError, TricornError, bad_argument
from tricorn.core.graph_order import operations_by_depth
from tricorn.core.masks import set_masks
from tricorn.core.naming import auto_name
from tricorn.core.symbolic import Dim, KerasTensor, any_symbolic

KerasHistory = namedtuple("KerasHistory", ["operation", "node_index", "tensor_index"])


_structure_version = 0


def structure_version():
    """Grows when something changes how graphs must run: hooks, patched calls, dtype policies."""
    return _structure_version


def structure_changed():
    global _structure_version
    _structure_version += 1


class Node:
    """One call of an operation in a graph: its arguments as given, and the symbolic outputs.

    `masks` are those of the first argument, where the operation has no argument for them but calls others that may.
    """

    __slots__ = (
        "__weakref__", "args", "input_tensors", "kwargs", "masks", "operation", "output_tensors", "outputs"
    )  # fmt: skip

    def __init__(self, operation, args=(), kwargs=None, outputs=None, masks=None):
        self.operation = operation
        self.args = tuple(args)
        self.kwargs = dict(kwargs or {})
        self.masks = masks
        self.input_tensors = list(_tensors_in((self.args, self.kwargs, masks)))
        self.outputs = outputs
        self.output_tensors = list(_tensors_in(outputs))
        index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for position, tensor in enumerate(self.output_tensors):
            tensor._keras_history = KerasHistory(operation, index, position)

    @property
    def first(self):
        """The first argument of the call."""
        return self.args[0] if self.args else next(iter(self.kwargs.values()), None)

    @property
    def is_input(self):
        return not self.input_tensors

    @property
    def parent_nodes(self):
        return [node_of(tensor) for tensor in self.input_tensors if tensor._keras_history is not None]

    def __repr__(self):
        return f"<Node of {self.operation.name}, id={id(self)}>"


def node_of(tensor):
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _tensors_in(tree):
    """Symbolic tensors in a structure, in order, with those whose sizes are used."""
    if isinstance(tree, KerasTensor):
        yield tree
    elif isinstance(tree, Dim):
        yield from tree.tensors()
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _tensors_in(item)
    elif isinstance(tree, dict):
        for item in tree.values():
            yield from _tensors_in(item)


def with_history(result):
    """Fresh symbolic tensors, to be outputs of a node, shaped like the specs in `result`."""
    if isinstance(result, KerasTensor):
        return KerasTensor(
            result.shape, result.dtype, result.sparse, result.ragged,
            ragged_rank=result.ragged_rank, row_splits_dtype=result.row_splits_dtype,
        )  # fmt: skip
    if isinstance(result, tuple) and hasattr(result, "_fields"):
        return type(result)(*(with_history(item) for item in result))
    if isinstance(result, (list, tuple)):
        return type(result)(with_history(item) for item in result)
    if isinstance(result, dict):
        return {key: with_history(item) for key, item in result.items()}
    return result


def record_op(op, args, result):
    outputs = with_history(result)
    Node(OpCall(op), args, {}, outputs)
    return outputs


class Operation:
    """Something that can be called on tensors, and on symbolic tensors to become a node of a graph.

    Subclasses write `call` and, unless it follows from running `call` on specs, `compute_output_spec`.
    """

    def __init__(self, name=None):
        if name is None:
            name = auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name or not name:
            raise bad_argument(type(self).__name__, "`name` must be a non-empty string without '/'.",
                               given=repr(name))  # fmt: skip
        self.name = name
        self._inbound_nodes = []
        self._outbound_nodes = []

    def __new__(cls, *args, **kwargs):
        instance = object.__new__(cls)
        instance.__dict__["_init_call"] = (args, kwargs)
        return instance

    def __call__(self, *args, **kwargs):
        if any_symbolic(args) or any_symbolic(kwargs):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args, **kwargs):
        outputs = with_history(self.compute_output_spec(*args, **kwargs))
        Node(self, args, kwargs, outputs)
        return outputs

    def call(self, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} must define `call`.")

    def compute_output_spec(self, *args, **kwargs):
        """Specs of the result: `call` run on specs."""
        args, kwargs = strip_history(args), strip_history(kwargs)
        return self.call(*args, **kwargs)

    def get_config(self):
        """The constructor's arguments, as given: enough for `from_config` to build an equal object.

        Raises:
            NotImplementedError: An argument cannot be written to a file; the class must define `get_config`.
        """
        config = {"name": self.name}
        config.update(self._recorded_arguments())
        return config

    def _recorded_arguments(self):
        args, kwargs = self.__dict__.get("_init_call", ((), {}))
        parameters = list(inspect.signature(self._public_class().__init__).parameters.values())[1:]
        config = {}
        for parameter, value in zip(parameters, args, strict=False):
            if parameter.kind is parameter.VAR_POSITIONAL:
                raise self._no_config(parameter.name, args)
            config[parameter.name] = value
        config.update(kwargs)
        config = {key: _plain(value) for key, value in config.items()}
        for key, value in config.items():
            if not _is_plain(value):
                raise self._no_config(key, value)
        return config

    def _no_config(self, key, value):
        return bad_argument(
            f'{type(self).__name__} "{self.name}"', "its configuration cannot be derived: an argument is not plain data.",
            expected="numbers, strings, lists, dicts, or objects with get_config",
            given=f"{key}={value!r}"[:200], hint="define get_config() (and from_config()) on the class",
            error=NotImplementedError,
        )  # fmt: skip

    @classmethod
    def _public_class(cls):
        """The class as the user wrote it (an engine may instantiate a subclass of the same name)."""
        return cls.__dict__.get("_tricorn_public", cls)

    @classmethod
    def from_config(cls, config):
        try:
            return cls(**config)
        except TricornError:  # of something inside; it says more
            raise
        except TypeError as error:
            raise bad_argument(
                f"{cls.__name__}.from_config", "the configuration does not fit the constructor.",
                expected=f"arguments of {cls.__name__}{inspect.signature(cls.__init__)}", given=config,
                hint=f"define from_config() on the class ({error})", error=TypeError,
            ) from error  # fmt: skip

    @property
    def input(self):
        """The symbolic input(s) of the one call made so far."""
        return self._io("input")

    @property
    def output(self):
        """The symbolic output(s) of the one call made so far."""
        return self._io("output")

    def _io(self, which):
        if not self._inbound_nodes:
            raise ValueError(f"{self.name} has not been called on symbolic tensors, so it has no {which}.")
        node = self._inbound_nodes[0]
        if which == "output":
            return node.outputs
        tensors = node.input_tensors or node.output_tensors
        return tensors[0] if len(tensors) == 1 else tensors

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}>"


def _plain(value):
    return list(value) if isinstance(value, tuple) and not hasattr(value, "_fields") else value


def _is_plain(value):
    import numpy as np

    if value is None or isinstance(value, (bool, int, float, str, bytes, np.generic)):
        return True
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    return hasattr(value, "get_config")


def strip_history(tree):
    """The same structure with specs for symbolic tensors."""
    if isinstance(tree, KerasTensor):
        return tree.spec() if tree.record_history else tree
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(strip_history(item) for item in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(strip_history(item) for item in tree)
    if isinstance(tree, dict):
        return {key: strip_history(item) for key, item in tree.items()}
    return tree


class OpCall(Operation):
    """An op in a graph. `op.name` is its kind; arguments stand in its node."""

    def __init__(self, op, name=None):
        super().__init__(name or auto_name(op.keras_class))
        self.op = op

    def call(self, *args, **kwargs):
        return self.op.function(*args, **kwargs)

    def compute_output_spec(self, *args, **kwargs):
        bound = self.op.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return self.op.infer(*bound.args)

    def get_config(self):
        return {"name": self.name}


# --- walking a graph -------------------------------------------------------------------------------
def sort_nodes(inputs, outputs):
    """Nodes from `inputs` (exclusive) to `outputs`, each after those it needs.

    Raises:
        ValueError: An output does not depend on tensors of a graph, or an Input is missing from `inputs`.
    """
    stop = {id(tensor) for tensor in inputs}
    ordered, done, open_ = [], set(), set()
    for output in outputs:
        if id(output) in stop:
            continue
        stack = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            if id(tensor) in stop:
                continue
            if tensor._keras_history is None:
                raise bad_argument(
                    "Function", "an output depends on a symbolic tensor that no layer or op made.",
                    expected="tensors reached from `inputs`", given=repr(tensor),
                )  # fmt: skip
            node = node_of(tensor)
            key = id(node)
            if key in done:
                continue
            if expanded:
                open_.discard(key)
                done.add(key)
                ordered.append(node)
                continue
            if node.is_input:
                raise bad_argument(
                    "Function", "an input of the graph is missing from `inputs`.",
                    expected="every Input that the outputs depend on",
                    given=f"inputs {[t.name for t in inputs]}; missing {tensor.name!r} of shape {tensor.shape}",
                    hint="add it to `inputs`",
                )  # fmt: skip
            if key in open_:
                continue
            open_.add(key)
            stack.append((tensor, True))
            stack.extend((parent, False) for parent in reversed(node.input_tensors))
    return ordered


def generate(inputs, outputs, nodes, resolve, size_of):
    """Compile the graph to a Python function of flat inputs (and `training`, `None` by default).

    Args:
        inputs: Flat list of symbolic tensors.
        outputs: Structure of symbolic tensors, returned filled with values.
        nodes: As sorted by `sort_nodes`.
        resolve: `(node) -> (callable, extra keyword source)`; what runs a node.
        size_of: `(value, axis) -> int`, for unknown sizes used as arguments.
    """
    namespace = {"_size": size_of, "_flatten": _flatten_like, "_set_masks": set_masks}
    names = {id(tensor): f"v{index}" for index, tensor in enumerate(inputs)}
    lines, constants = [], 0
    last_use = {}
    for position, node in enumerate(nodes):
        for tensor in node.input_tensors:
            last_use[id(tensor)] = position
    kept = {id(tensor) for tensor in _tensors_in(outputs)}

    def constant(value):
        nonlocal constants
        name = f"c{constants}"
        constants += 1
        namespace[name] = value
        return name

    def expression(value):
        if isinstance(value, KerasTensor):
            return names[id(value)]
        if isinstance(value, Dim):
            lookup = ", ".join(f"{id(t)}: {names[id(t)]}" for t in value.tensors())
            return f"{constant(_DimReader(value))}({{{lookup}}}, _size)"
        if isinstance(value, (list, tuple, dict)) and any(True for _ in _tensors_in(value)):
            if isinstance(value, dict):
                return "{" + ", ".join(f"{constant(k)}: {expression(v)}" for k, v in value.items()) + "}"
            if hasattr(value, "_fields"):
                return f"{constant(type(value))}({', '.join(expression(item) for item in value)})"
            inner = ", ".join(expression(item) for item in value)
            return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
        if value is None or value is True or value is False:
            return repr(value)
        return constant(value)

    for position, node in enumerate(nodes):
        function, extra = resolve(node)
        call = constant(function)
        arguments = [expression(value) for value in node.args]
        arguments += [f"{key}={expression(value)}" for key, value in node.kwargs.items()]
        if extra:
            arguments.append(extra)
        if node.masks is not None:
            lines.append(f"_set_masks({expression(node.first)}, {expression(node.masks)})")
        call = f"{call}({', '.join(arguments)})"
        targets = []
        for tensor in node.output_tensors:
            names[id(tensor)] = f"v{len(names)}"
            targets.append(names[id(tensor)])
        if isinstance(node.outputs, KerasTensor):
            lines.append(f"{targets[0]} = {call}")
        else:
            lines.append(f"[{', '.join(targets)}] = _flatten({call}, {constant(node.outputs)})")
        dead = [names[id(t)] for t in {id(t): t for t in node.input_tensors}.values()
                if last_use[id(t)] == position and id(t) not in kept]  # fmt: skip
        dead += [name for name, t in zip(targets, node.output_tensors, strict=True)
                 if id(t) not in last_use and id(t) not in kept]  # fmt: skip
        if dead:
            lines.append(" = ".join(dead) + " = None")
    parameters = ", ".join(f"v{index}" for index in range(len(inputs)))
    body = "\n    ".join([*lines, f"return {expression(outputs)}"])
    source = f"def run({parameters}{', ' if parameters else ''}training=None):\n    {body}\n"
    exec(compile(source, "<tricorn graph>", "exec"), namespace)
    run = namespace["run"]
    run.source = source
    return run


class _DimReader:
    """Evaluates a `Dim` from the values of the tensors it is made of."""

    def __init__(self, dim):
        self._dim = dim

    def __call__(self, values, size_of):
        return self._dim.evaluate(lambda tensor, axis: size_of(values[id(tensor)], axis))


def _flatten_like(value, like):
    """Leaves of `value` where `like` has symbolic tensors."""
    if isinstance(like, KerasTensor):
        return [value]
    if isinstance(like, dict):
        return [leaf for key, item in like.items() for leaf in _flatten_like(value[key], item)]
    if isinstance(like, (list, tuple)):
        if len(value) != len(like):
            raise ValueError(f"A call returned {len(value)} outputs where its graph has {len(like)}.")
        return [leaf for v, item in zip(value, like, strict=True) for leaf in _flatten_like(v, item)]
    return []


class Function(Operation):
    """A graph from `inputs` to `outputs`, callable on tensors and on symbolic tensors.

    Args:
        inputs: Structure of symbolic tensors.
        outputs: Structure of symbolic tensors computed from them.
        name: Name; automatic if None.
    """

    def __init__(self, inputs, outputs, name=None):
        super().__init__(name=name)
        self._setup_graph(inputs, outputs)

    def _setup_graph(self, inputs, outputs):
        self._inputs_struct = inputs
        self._outputs_struct = outputs
        self._inputs = list(_tensors_in(inputs))
        self._outputs = list(_tensors_in(outputs))
        for label, tensors in (("inputs", self._inputs), ("outputs", self._outputs)):
            if not tensors:
                raise bad_argument(type(self).__name__, f"`{label}` must be symbolic tensors.",
                                   given=repr(getattr(self, f"_{label}_struct"))[:200])  # fmt: skip
        if len({id(tensor) for tensor in self._inputs}) != len(self._inputs):
            raise bad_argument(type(self).__name__, "an input is given twice.",
                               given=[tensor.name for tensor in self._inputs])  # fmt: skip
        self._nodes_in_order = sort_nodes(self._inputs, self._outputs)
        self._operations = None
        self._runner = None

    @property
    def inputs(self):
        return self._inputs

    @property
    def outputs(self):
        return self._outputs

    @property
    def operations(self):
        """Operations by depth, the deepest first, in the order that files count layers by."""
        if self._operations is None:
            self.__dict__["_operations"] = operations_by_depth(self._inputs_struct, self._outputs_struct)
        return list(self._operations)

    def _flat_inputs(self, inputs):
        """Values for `self._inputs`, from a structure like the one given at construction."""
        like = self._inputs_struct
        if isinstance(like, KerasTensor) and not isinstance(inputs, (list, tuple, dict)):
            return [inputs]
        if isinstance(like, dict) and isinstance(inputs, dict):
            missing = [key for key in like if key not in inputs]
            if missing:
                raise bad_argument(f'{type(self).__name__} "{self.name}"', "inputs are missing.",
                                   expected=f"keys {list(like)}", given=f"keys {list(inputs)}")  # fmt: skip
            return _flatten_like({key: inputs[key] for key in like}, like)
        if isinstance(inputs, dict):
            missing = [tensor.name for tensor in self._inputs if tensor.name not in inputs]
            if missing:
                raise bad_argument(f'{type(self).__name__} "{self.name}"', "inputs are missing.",
                                   expected=f"names {[t.name for t in self._inputs]}",
                                   given=f"names {list(inputs)}")  # fmt: skip
            return [inputs[tensor.name] for tensor in self._inputs]
        if not isinstance(inputs, (list, tuple)):
            inputs = [inputs]
        if not isinstance(like, (list, tuple)) or len(inputs) != len(like):
            flat = list(inputs)
            if len(flat) != len(self._inputs):
                raise bad_argument(
                    f'{type(self).__name__} "{self.name}"', "the number of inputs does not fit.",
                    expected=f"{len(self._inputs)} ({', '.join(t.name for t in self._inputs)})", given=len(flat),
                )  # fmt: skip
            return flat
        return _flatten_like(inputs, like)

    def call(self, inputs):
        if self._runner is None:
            self._runner = generate(
                self._inputs, self._outputs_struct, self._nodes_in_order, _plain_resolve, size_of_value
            )
        return self._runner(*self._flat_inputs(inputs))

    def compute_output_spec(self, inputs):
        return strip_history(self.call(strip_history(inputs)))

    def compute_output_shape(self, input_shape):
        from tricorn import tree

        specs = tree.map_shape_structure(lambda shape: KerasTensor(shape, record_history=False), input_shape)
        return tree.map_structure(lambda spec: spec.shape, self.compute_output_spec(specs))

    def get_config(self):
        raise NotSupportedError(
            "A Function has no configuration; make a Model of the same inputs and outputs."
        )


def _plain_resolve(node):
    operation = node.operation
    return (operation.op.function if isinstance(operation, OpCall) else operation), ""


def size_of_value(value, axis):
    """The size of a value on an axis while a graph runs: an int, or a symbolic `Dim` when the graph runs on specs."""
    if isinstance(value, KerasTensor):
        return value.sizes()[axis]
    size = value.shape[axis]
    if size is None:
        import importlib

        return importlib.import_module("tricorn.ops").shape(value)[axis]
    return size
