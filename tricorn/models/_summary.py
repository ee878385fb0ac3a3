"""`Model.summary`: layers, output shapes and parameter counts as a table."""

from __future__ import annotations

import io
import re

from tricorn.core.config import is_interactive_logging_enabled
from tricorn.core.dtypes import dtype_size
from tricorn.core.errors import bad_argument
from tricorn.models._functional import Functional
from tricorn.models._sequential import Sequential


def print_summary(model, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False,
                  layer_range=None):  # fmt: skip
    """Print the summary of a model; see `Model.summary`."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    graph = _graph_of(model)
    headers = ["Layer (type)", "Output Shape", "Param #"]
    connected = graph is not None and not _is_chain(graph)
    if connected:
        headers.append("Connected to")
    if show_trainable:
        headers.append("Trainable")
    ratios = _widths(positions, len(headers))
    table = Table(width=line_length, show_lines=False)
    for header, ratio in zip(headers, ratios, strict=True):
        table.add_column(
            escape(header), justify="right" if header == "Param #" else "left", ratio=ratio, overflow="fold"
        )
    for layer, depth in _rows(model, expand_nested, layer_range):
        indent = "    " * depth
        cells = [
            f"{indent}{_printable(layer.name)} ({type(layer).__name__})",
            _output_shape(layer),
            _count_text(layer),
        ]
        if connected:
            cells.append(_sources(layer, graph))
        if show_trainable:
            weights = getattr(layer, "weights", None)  # an op has none
            cells.append("-" if not weights else "Y" if layer.trainable else "N")
        table.add_row(*(escape(cell) for cell in cells))
    lines = _totals(model)
    if print_fn is None:
        console = Console(highlight=False)
        if not is_interactive_logging_enabled():
            return
    else:
        console = Console(file=io.StringIO(), width=line_length or 100, highlight=False, color_system=None)
    console.print(f'[bold]Model: "{escape(_printable(model.name))}"[/bold]')
    console.print(table)
    for line in lines:
        console.print(escape(line))
    if print_fn is not None:
        print_fn(console.file.getvalue())


def _printable(text):
    """Names come from files too: control and direction characters must not reach a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _graph_of(model):
    if isinstance(model, Sequential):
        return model._graph
    return model if isinstance(model, Functional) else None


def _is_chain(graph):
    """True if each layer feeds the next and nothing else."""
    return len(graph.inputs) == 1 and all(
        len(node.input_tensors) == 1 and len(node.operation._inbound_nodes) == 1 for node in graph._nodes_in_order
    ) and len({id(node.input_tensors[0]) for node in graph._nodes_in_order}) == len(graph._nodes_in_order)  # fmt: skip


def _rows(model, expand_nested, layer_range):
    layers = list(_graph_of(model).operations) if isinstance(model, Functional) else model.layers
    if layer_range is not None:
        layers = _in_range(layers, layer_range)
    for layer in layers:
        yield layer, 0
        if expand_nested and getattr(layer, "layers", None):
            for inner, depth in _rows(layer, expand_nested, None):
                yield inner, depth + 1


def _in_range(layers, layer_range):
    if len(layer_range) != 2:
        raise bad_argument("summary", "`layer_range` has two names.", given=layer_range)
    starts = [i for i, layer in enumerate(layers) if re.fullmatch(layer_range[0], layer.name)]
    ends = [i for i, layer in enumerate(layers) if re.fullmatch(layer_range[1], layer.name)]
    if not starts or not ends:
        raise bad_argument("summary", "`layer_range` names no layers.", expected=[layer.name for layer in layers],
                           given=layer_range)  # fmt: skip
    return layers[min(starts[0], ends[0]) : max(starts[-1], ends[-1]) + 1]


def _output_shape(layer):
    nodes = layer._inbound_nodes
    if nodes:
        tensors = nodes[0].output_tensors
        return ", ".join(str(tensor.shape) for tensor in tensors)
    shapes = getattr(layer, "_build_shapes", None)
    if not layer.built or shapes is None or isinstance(shapes, dict):
        return "?"
    try:
        return str(layer.compute_output_shape(shapes))
    except Exception:  # a user's layer may not be able to tell; the table goes on without it
        return "?"


def _count_text(layer):
    if not hasattr(layer, "count_params"):
        return "0"
    return f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"


def _sources(layer, graph):
    mine = {id(node) for node in graph._nodes_in_order}
    names = []
    for node in layer._inbound_nodes:
        if id(node) in mine:
            for tensor in node.input_tensors:
                history = tensor._keras_history
                names.append(
                    f"{_printable(history.operation.name)}[{history.node_index}][{history.tensor_index}]"
                )
    return ", ".join(names) or "-"


def _widths(positions, count):
    if positions is None:
        return [8, 6, 3, 7, 2][:count] if count > 3 else [8, 6, 3]
    if len(positions) < count:
        raise bad_argument("summary", "`positions` has too few entries.", expected=count, given=positions)
    widths, last = [], 0
    for position in positions[:count]:
        widths.append(max(1, round((position - last) * (100 if position <= 1 else 1))))
        last = position
    return widths


def _totals(model):
    trainable, frozen = _size(model.trainable_weights), _size(model.non_trainable_weights)
    lines = []
    total = [trainable[0] + frozen[0], trainable[1] + frozen[1]]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        own = _size(optimizer.variables)
        total = [total[0] + own[0], total[1] + own[1]]
    lines.append(f" Total params: {total[0]:,} ({_bytes_text(total[1])})")
    lines.append(f" Trainable params: {trainable[0]:,} ({_bytes_text(trainable[1])})")
    lines.append(f" Non-trainable params: {frozen[0]:,} ({_bytes_text(frozen[1])})")
    if optimizer is not None and optimizer.built:
        lines.append(f" Optimizer params: {own[0]:,} ({_bytes_text(own[1])})")
    return lines


def _size(variables):
    count = size = 0
    for variable in variables:
        scalars = 1
        for extent in variable.shape:
            scalars *= extent
        count += scalars
        size += scalars * dtype_size(variable.dtype)
    return [count, size]


def _bytes_text(size):
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} GB"
