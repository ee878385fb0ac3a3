"""`@op`: an op is declared once, and this decorator does for all ops what must happen around a kernel.

From the declared signature it generates, once, a plain function with that signature whose body is one table lookup by
the exact types of the tensor arguments:

    def add(x1, x2):
        return table[type(x1), type(x2)](x1, x2)

The table fills itself on first sight of a combination of types: with the engine's kernel (behind a dtype check where
the op promotes), with the symbolic path, or with the general path, which converts neutral values (numbers, lists, NumPy
arrays). So a call on an engine's own tensors costs one dictionary lookup, and nothing is decided at import.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from tricorn.core import backend as backends, sparse
from tricorn.core.dtypes import int_range, result_type, standardize_dtype
from tricorn.core.errors import NotSupportedError, bad_argument
from tricorn.core.graph import record_op
from tricorn.core.op_checks import checking, refuses_itself as refuses_itself
from tricorn.core.op_errors import explained, retried
from tricorn.core.op_table import SCALARS, OpTable, are_plain
from tricorn.core.rules import SAME
from tricorn.core.symbolic import Dim, KerasTensor, any_symbolic

# Annotations that mark the graph inputs of an op; static analysis sees Any and a sequence. An Index (positions, a mask)
# is a tensor that has no part in promotion: it keeps its dtype.
Tensor = Annotated[Any, "tensor"]
Index = Annotated[Any, "index"]
Tensors = Annotated[Sequence[Any], "tensors"]


def accepts_scalars(kernel):
    """Mark a binary kernel that takes a Python scalar beside a tensor as it is, so that it need not be converted."""
    kernel.accepts_scalars = True
    return kernel


def accepts_numbers(kernel):
    """Mark a kernel that takes Python numbers in place of all its tensors, gives what the dtype rule says, and refuses
    what the rule refuses."""
    kernel.accepts_numbers = True
    return kernel


def op(rule=None, dtype=None, keras_class=None, runs_functions=False, checked=False, draws=False):
    """Declare an op over a function that has its public signature and docstring.

    Args:
        rule: Shape-and-dtype rule (`tricorn.core.rules`). Without it the body must be a definition, and the symbolic
            result is found by running it on specs.
        dtype: The dtype rule; by default the one that `rule` carries, else `SAME`.
        keras_class: The name of the reference's Operation class in saved graphs, where it is not the function's name in
            camel case.
        runs_functions: Whether functions of the caller run inside, whose errors are the caller's.
        checked: Whether the rule also sees concrete calls, since engines answer where it refuses: once for each
            combination of shapes, dtypes and settings (`core/op_checks.py`). A kernel that refuses the same by itself is
            marked `@refuses_itself` and costs nothing.
        draws: Whether random numbers are drawn inside, which advances the state of their generator.
    """

    def declare(function):
        declared = Op(
            function, rule, dtype or getattr(rule, "dtype", SAME), keras_class, runs_functions, checked, draws
        )
        return declared.function

    return declare


class Op:
    """A declared op. `op_function.op` is its `Op`."""

    def __init__(self, body, rule, dtype_rule, keras_class, runs_functions, checked, draws):
        self.body = body
        self.name = body.__name__
        self.family = body.__module__.rpartition(".")[2].lstrip("_")
        self.rule = rule
        self.dtype_rule = dtype_rule
        self.runs_functions = runs_functions
        self.checked = checked
        self.draws = draws
        self.keras_class = keras_class or "".join(part.title() for part in self.name.split("_"))
        self.signature = inspect.signature(body)
        self.tensors = []  # indices of single-tensor parameters
        self.promoted = []  # those of them that the dtype rule casts
        self.sequences = []  # indices of parameters that are sequences of tensors
        self.required = []  # indices of parameters of both kinds that may not be None
        for index, parameter in enumerate(self.signature.parameters.values()):
            annotation = parameter.annotation
            kind = annotation.replace(" ", "") if isinstance(annotation, str) else annotation
            if kind in ("Tensor", "Tensor|None", Tensor, Tensor | None):
                self.tensors.append(index)
                self.promoted.append(index)
            elif kind in ("Index", "Index|None", Index, Index | None):
                self.tensors.append(index)
            elif kind in ("Tensors", "Tensors|None", Tensors, Tensors | None):
                self.sequences.append(index)
            else:
                continue
            if "None" not in str(annotation):
                self.required.append(index)
        self.is_composite = not _is_docstring_only(body)
        self._kernels = {}
        self._ready = {}  # for ops over one sequence: tensor type -> (backend, {native dtype: kernel, or None to cast})
        self._sequence = self.sequences[0] if self.sequences else None
        self.table = OpTable(self)
        self.function = self._generate()

    def _generate(self):
        names = list(self.signature.parameters)
        namespace = {
            "_t": self.table,
            "_general": self.general,
            "_joined": self._joined,
            "_made": self._made,
            "_explained": explained,
            "_retried": retried,
            "_op": self,
        }
        parameters = []
        for index, parameter in enumerate(self.signature.parameters.values()):
            if parameter.default is parameter.empty:
                parameters.append(parameter.name)
            else:
                namespace[f"_d{index}"] = parameter.default
                parameters.append(f"{parameter.name}=_d{index}")
        arguments = ", ".join(names)
        if len(self.sequences) == 1 and not self.tensors:
            call = f"_joined({arguments})"
        elif not self.sequences and not self.tensors:
            call = f"_made({arguments})"
        elif self.sequences:
            call = f"_general({arguments})"
        else:
            key = ", ".join(f"type({names[index]})" for index in self.tensors)
            call = f"_t[{key}]({arguments})"
        source = (
            f"def {self.name}({', '.join(parameters)}):\n"
            f"    try:\n"
            f"        return {call}\n"
            f"    except Exception as error:\n"
            f"        given = ({arguments}{',' if names else ''})\n"
            f"        found, result = _retried(_op, error, given)\n"
            f"        if found:\n"
            f"            return result\n"
            f"        better = _explained(_op, error, given)\n"
            f"        if better is None:\n"
            f"            raise\n"
            f"        raise better from error\n"
        )
        exec(compile(source, f"<tricorn op {self.name}>", "exec"), namespace)
        function = namespace[self.name]
        function.__doc__ = self.body.__doc__
        function.__module__ = self.body.__module__
        function.__qualname__ = self.name
        function.__signature__ = self.signature.replace(
            parameters=[p.replace(annotation=p.empty) for p in self.signature.parameters.values()]
        )
        function.op = self
        function.autograph_info__ = {}  # TensorFlow's AutoGraph: there is nothing to convert here, and no source
        return function

    # --- concrete calls --------------------------------------------------------------------------
    def kernel(self, backend):
        """What runs this op on `backend`: its kernel, else the composite body, else a function that raises."""
        try:
            return self._kernels[backend.name]
        except KeyError:
            kernel = backend.kernel(self.family, self.name)
            if kernel is None:
                kernel = self._composite(backend) if self.is_composite else self._gap(backend)
            if self.checked:
                kernel = checking(self, kernel)
            self._kernels[backend.name] = kernel
            return kernel

    def _composite(self, backend):
        composite = self._body_on(backend)
        # Results may be other than tensors, functions other than pure; a draw advances the state of its generator.
        if self.rule is None or self.runs_functions or self.draws:
            return composite
        return backend.compiled_composite(composite, [*self.tensors, *self.sequences])

    def _body_on(self, backend):
        body = self.body

        def composite(*args):
            # Ops inside that have no tensor argument must land on the same engine.
            if backends.active_backend() is backend:
                return body(*args)
            with backends.backend_scope(backend):
                return body(*args)

        composite.__name__ = self.name
        return composite

    def _gap(self, backend):
        reason = backend.gaps.get(self.name, "it has no kernel there")

        def gap(*_args):
            raise NotSupportedError(f"ops.{self.name} does not run on the {backend.name} backend: {reason}.")

        return gap

    def _made(self, *args):
        """An op without tensors (`zeros`): straight to the kernel where all arguments are plain."""
        if are_plain(args):
            return self.kernel(backends.get_scoped() or backends.active_backend())(*args)
        return self.general(*args)

    def _joined(self, *args):
        """An op over one sequence: straight to the kernel where all items are tensors of one type and dtype."""
        items = args[self._sequence]
        if type(items) in (list, tuple) and items:
            first = items[0]
            cls = type(first)
            ready = self._ready.get(cls)
            if ready is None:
                ready = self._find_ready(cls)
                if ready[0] is not None or cls is not np.ndarray:
                    self._ready[cls] = ready
            backend, kernels = ready
            if backend is not None and (cls is not np.ndarray or backends.active_backend() is backend):
                native = first.dtype
                try:
                    kernel = kernels[native]
                except KeyError:
                    kernel = kernels[native] = self._kernel_for(backend, native, backend.dtype_of(first))
                if kernel is not None:
                    for item in items:
                        if type(item) is not cls or item.dtype != native:
                            break
                    else:
                        return kernel(*args)
        return self.general(*args)

    def _find_ready(self, cls):
        """The backend whose tensors these are, if the kernel may take them as they are, and its kernels by dtype."""
        if cls is np.ndarray:
            # NumPy arrays are tensors only where NumPy is the active engine.
            backend = backends.active_backend()
            return backend if backend.name == "numpy" else None, {}
        backend = None if issubclass(cls, KerasTensor) else backends.backend_of_type(cls)
        if backend is not None and backend.is_sparse_type(cls):
            backend = None
        return backend, {}

    def _kernel_for(self, backend, native, dtype):
        """The kernel for tensors that all have this dtype; None where they must be cast."""
        return backend.kernel_for(self.kernel(backend), native) if self._computes_in(dtype) else None

    def _computes_in(self, dtype):
        """Whether inputs of this dtype stay as they are."""
        compute = self.dtype_rule.compute
        return compute is None or compute([dtype]) == compute([dtype, dtype]) == dtype

    def general(self, *args):
        """Any mix of tensors, Variables, symbolic tensors, NumPy arrays, numbers and lists."""
        args = list(args)
        backend, symbolic = self._survey(args)
        if symbolic:
            return self.symbolic(*args)
        if backend is None:
            backend = backends.active_backend()
        kernel = self.kernel(backend)
        if self.dtype_rule.promotes:
            dtype = self.dtype_rule.compute([_dtype_of(leaf, backend) for leaf in self._leaves(args)])
        else:
            dtype = None
        for index in self.tensors:
            if args[index] is not None:
                args[index] = _to_engine(args[index], backend, dtype if index in self.promoted else None)
        for index in self.sequences:
            if args[index] is not None:
                args[index] = [_to_engine(item, backend, dtype) for item in args[index]]
        if self._meets_sparse(args, backend):
            return self._sparse(args, backend, kernel)
        return kernel(*args)

    def _meets_sparse(self, args, backend):
        return "sparse" in backend.capabilities and any(
            backend.is_sparse_type(type(leaf)) for leaf in self.all_leaves(args)
        )

    def _sparse(self, args, backend, kernel):
        """A call with sparse tensors; `core/sparse.py` tells what becomes of it."""
        kernels = backend.sparse_kernels()
        if self.is_composite and self.name not in sparse.NAMED:
            return self._body_on(backend)(*args)
        flags = [kernels.is_sparse(leaf) for leaf in self.all_leaves(args)]
        if sparse.gives_sparse(self.name, flags):
            return kernels.kernel(self.name, kernel)(*args)
        if self.name in sparse.PRODUCTS:
            return kernels.mixed_product(*args)
        for index in self.tensors:
            args[index] = kernels.to_dense(args[index])
        for index in self.sequences:
            args[index] = [kernels.to_dense(item) for item in args[index]]
        return kernel(*args)

    def all_leaves(self, args):
        """The tensors among arguments."""
        for index in self.tensors:
            if args[index] is not None:
                yield args[index]
        for index in self.sequences:
            if isinstance(args[index], (list, tuple)):
                yield from args[index]

    def _leaves(self, args):
        """The tensors that have a part in promotion."""
        for index in self.promoted:
            if args[index] is not None:
                yield args[index]
        for index in self.sequences:
            if args[index] is not None:
                yield from args[index]

    def _survey(self, args):
        """The backend that the tensors choose, and whether any is symbolic; lists of symbolic tensors become one."""
        backend, symbolic = None, False
        for index in self.tensors:
            value = args[index]
            if value is None:
                self._check_given(index)
                continue
            if isinstance(value, KerasTensor):
                symbolic = True
                continue
            if isinstance(value, (list, tuple)):
                if any_symbolic(value):
                    args[index] = _stack_symbolic(value)
                    symbolic = True
                    continue
                owner = backends.backend_in(value, f"ops.{self.name}")
            else:
                owner = backends.backend_of(value)
            if owner is not None and owner is not backend:
                if backend is not None:
                    raise backends.two_engines(backend, owner, f"ops.{self.name}")
                backend = owner
        for index in self.sequences:
            if args[index] is None:
                self._check_given(index)
                continue
            if not isinstance(args[index], (list, tuple)):
                args[index] = list(args[index])
            for value in args[index]:
                owner = backends.backend_of(value)
                symbolic = symbolic or isinstance(value, KerasTensor)
                if owner is not None and owner is not backend:
                    if backend is not None:
                        raise backends.two_engines(backend, owner, f"ops.{self.name}")
                    backend = owner
        if not symbolic and backend is None:
            symbolic = any(_has_dim(value) for value in args)
            if not self.tensors and not self.sequences:
                backend = _owner_of_sizes(args)
        return backend, symbolic

    def _check_given(self, index):
        if index in self.required:
            name = list(self.signature.parameters)[index]
            raise bad_argument(
                f"ops.{self.name}", f"`{name}` is missing.", expected="a tensor", given=None, error=TypeError
            )

    # --- symbolic calls --------------------------------------------------------------------------
    def symbolic(self, *args):
        """Apply the rule, and record a node if an input belongs to a graph."""
        result = self.infer(*args)
        if any(leaf.record_history for leaf in _symbolic_leaves(args)):
            return record_op(self, args, result)
        return result

    def infer(self, *args):
        """The specs of the result."""
        if getattr(self.rule, "takes_arguments", False):
            result = self.rule(*args)  # as they are, with the symbolic tensors that unknown sizes belong to
            flags = [getattr(value, "sparse", False) for value in self.all_leaves(args)]
            return _with_sparse(result, sparse.gives_sparse(self.name, flags)) if any(flags) else result
        specs = [_mask_dims(value) for value in args]
        positions = [*self.tensors, *self.sequences]
        for index in positions:
            value = args[index]
            if value is None:
                self._check_given(index)
                specs[index] = None
            elif index in self.sequences:
                specs[index] = [_spec(item) for item in value]
            else:
                specs[index] = _spec(value)
        if self.dtype_rule.promotes:
            dtype = self.dtype_rule.compute([_dtype_of(leaf, None) for leaf in self._leaves(args)])
            for index in (*self.promoted, *self.sequences):
                if specs[index] is None:
                    continue
                if index in self.sequences:
                    specs[index] = [_with_dtype(item, dtype) for item in specs[index]]
                else:
                    if type(args[index]) is int:
                        _check_fits(args[index], dtype)
                    specs[index] = _with_dtype(specs[index], dtype)
        flags = [spec.sparse for spec in self.all_leaves(specs)]
        if any(flags):
            if self.is_composite and self.name not in sparse.NAMED:
                return self.body(*specs)
            return _with_sparse(self.rule(*specs), sparse.gives_sparse(self.name, flags))
        return self.body(*specs) if self.rule is None else self.rule(*specs)

    def __repr__(self):
        return f"<op {self.name}>"

    def __reduce__(self):
        return _declared, (self.body.__module__, self.name)


def _declared(module, name):
    """The op that a module declares: a copied graph has the same ops."""
    return getattr(importlib.import_module(module), name).op


def _is_docstring_only(function):
    """True if the body is nothing but a docstring: it compiles to loading and returning None."""
    code = function.__code__
    only_constants = (
        not code.co_names and not code.co_freevars and set(code.co_consts) <= {function.__doc__, None}
    )
    return only_constants and code.co_code == _docstring_only.__code__.co_code


def _docstring_only():
    """Nothing else."""


def _dtype_of(value, backend):
    """The dtype of a leaf for promotion; a Python type where it is a weak scalar."""
    cls = type(value)
    if cls in SCALARS:
        return cls
    if isinstance(value, KerasTensor):
        return value.dtype
    if cls is np.ndarray or isinstance(value, np.generic):
        return standardize_dtype(value.dtype)
    owner = getattr(cls, "backend_object", None)
    if owner is not None:
        return value.dtype
    owner = backends.backend_of_type(cls)
    if owner is not None:
        return owner.dtype_of(value)
    if isinstance(value, (list, tuple)):
        return _dtype_of_list(value)
    if hasattr(value, "__array__"):
        return standardize_dtype(np.asarray(value).dtype)
    return standardize_dtype(getattr(value, "dtype", cls))


def _dtype_of_list(values):
    """Numbers in a list: floats become floatx, integers int32, as in `convert_to_tensor`."""
    flat = list(values)
    kinds = set()
    while flat:
        item = flat.pop()
        if isinstance(item, (list, tuple)):
            flat.extend(item)
        else:
            kinds.add(_dtype_of(item, None))
    if not kinds:
        return "float32"
    return result_type(*[{bool: "bool", int: "int32", float: None}.get(kind, kind) for kind in kinds])


def _to_engine(value, backend, dtype):
    if type(value) is int and dtype is not None:
        _check_fits(value, dtype)
    if backends.backend_of_type(type(value)) is backend:
        return value if dtype is None else backend.cast(value, dtype)
    return backend.convert_to_tensor(value, dtype)


def _check_fits(number, dtype):
    """A Python int never widens a dtype, so it must fit: it would wrap around."""
    bounds = int_range(dtype)
    if bounds is not None and not bounds[0] <= number <= bounds[1]:
        raise bad_argument("a number", f"it does not fit {dtype}, the dtype of what it meets.", given=number,
                           expected=f"{bounds[0]} to {bounds[1]}", hint="cast the tensor to a wider dtype first")  # fmt: skip


def _spec(value):
    if isinstance(value, KerasTensor):
        return value.spec() if value.record_history else value
    dtype = _dtype_of(value, None)
    shape = getattr(value, "shape", None)
    if shape is None:
        shape = () if type(value) in SCALARS else np.shape(value)
    return KerasTensor(tuple(shape), result_type(dtype), record_history=False)


def _with_dtype(spec, dtype):
    if spec.dtype == dtype:
        return spec
    return KerasTensor(spec.shape, dtype, spec.sparse, spec.ragged, record_history=False)


def _with_sparse(spec, is_sparse):
    return KerasTensor(spec.shape, spec.dtype, is_sparse, record_history=False)


def _symbolic_leaves(args):
    for value in args:
        if isinstance(value, KerasTensor):
            yield value
        elif isinstance(value, Dim):
            yield from value.tensors()
        elif isinstance(value, (list, tuple)):
            yield from _symbolic_leaves(value)
        elif isinstance(value, dict):
            yield from _symbolic_leaves(value.values())


def _has_dim(value):
    if isinstance(value, (list, tuple)):
        return any(_has_dim(item) for item in value)
    return isinstance(value, Dim)


def _owner_of_sizes(args):
    """The backend of a size that is a tensor, as in `zeros((n, 3))` inside a traced function; else None."""
    for value in args:
        for size in value if isinstance(value, (tuple, list)) else (value,):
            if type(size) is not int and size is not None:
                owner = backends.backend_of_type(type(size))
                if owner is not None:
                    return owner
    return None


def _mask_dims(value):
    if isinstance(value, Dim):
        return None
    if isinstance(value, (list, tuple)) and _has_dim(value):
        return type(value)(_mask_dims(item) for item in value)
    return value


def _stack_symbolic(values):
    return importlib.import_module("tricorn.ops").stack(list(values))
