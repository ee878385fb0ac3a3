"""`plot_model` and `model_to_dot`: a model's graph as a picture, drawn by Graphviz."""

from __future__ import annotations

import html
import pathlib
import shutil

from tricorn.core.errors import bad_argument


def _pydot():
    try:
        import pydot
    except ImportError:
        raise ImportError(
            "plot_model needs the package pydot and the program Graphviz. Try: pip install pydot, and install Graphviz "
            "(its program `dot`) with your system's package manager."
        ) from None
    return pydot


def model_to_dot(model, show_shapes=False, show_dtype=False, show_layer_names=True, rankdir="TB", expand_nested=False,
                 dpi=200, subgraph=False, show_layer_activations=False, show_trainable=False, splines="ortho",
                 **kwargs):  # fmt: skip
    """The graph of a model as a `pydot.Dot` (a `pydot.Cluster` for a nested model).

    Args:
        model: A model that is built.
        show_shapes: Whether to show the shapes of outputs.
        show_dtype: Whether to show the dtypes of outputs.
        show_layer_names: Whether to show names beside the kinds of layers.
        rankdir: "TB" top to bottom, "LR" left to right.
        expand_nested: Whether to draw the layers of nested models.
        dpi: Resolution, dots per inch.
        subgraph: Whether to return a cluster.
        show_layer_activations: Whether to show activations.
        show_trainable: Whether to show what is trainable.
        splines: How edges are drawn; Graphviz's attribute.
        **kwargs: None are known.

    Raises:
        ImportError: pydot is not installed.
        ValueError: The model is not built.
    """
    if kwargs:
        raise bad_argument("model_to_dot", "unknown arguments.", given=", ".join(kwargs), error=TypeError)
    if not model.built:
        raise bad_argument("model_to_dot", "the model is not built, so it has no graph yet.", given=repr(model),
                           hint="call it on data, or begin with an Input")  # fmt: skip
    pydot = _pydot()
    if subgraph:
        graph = pydot.Cluster(style="dashed", graph_name=_quoted(model.name))
        graph.set_label(_quoted(model.name))
    else:
        graph = pydot.Dot(rankdir=rankdir, dpi=str(dpi), splines=splines)
        graph.set("concentrate", "true")
        graph.set_node_defaults(shape="record")
    options = {"show_shapes": show_shapes, "show_dtype": show_dtype, "show_layer_names": show_layer_names,
               "show_layer_activations": show_layer_activations, "show_trainable": show_trainable}  # fmt: skip
    source = getattr(model, "_graph", None) or model  # a Sequential draws the graph it runs as
    nodes = getattr(source, "_nodes_in_order", None)
    if nodes is None:  # a subclassed model has no graph: its layers in order
        for layer in model.layers:
            graph.add_node(pydot.Node(_key(layer), label=_label(layer, options), shape="none"))
        return graph
    inner = {}
    for operation in source.operations:
        if expand_nested and getattr(operation, "layers", None):
            cluster = model_to_dot(operation, rankdir=rankdir, expand_nested=True, subgraph=True, **options)
            graph.add_subgraph(cluster)
            inner[id(operation)] = getattr(operation, "_graph", None) or operation
        else:
            graph.add_node(pydot.Node(_key(operation), label=_label(operation, options), shape="none"))

    def first(operation, position):
        nested = inner.get(id(operation))
        if nested is None:
            return _key(operation)
        tensors = nested.inputs
        return first(tensors[min(position, len(tensors) - 1)]._keras_history.operation, 0)

    def last(operation, position):
        nested = inner.get(id(operation))
        if nested is None:
            return _key(operation)
        tensors = nested.outputs
        return last(tensors[min(position, len(tensors) - 1)]._keras_history.operation, 0)

    drawn = set()
    for node in nodes:
        for position, tensor in enumerate(node.input_tensors):
            history = tensor._keras_history
            edge = (last(history.operation, history.tensor_index), first(node.operation, position))
            if edge not in drawn:
                drawn.add(edge)
                graph.add_edge(pydot.Edge(*edge))
    return graph


def plot_model(model, to_file="model.png", show_shapes=False, show_dtype=False, show_layer_names=False, rankdir="TB",
               expand_nested=False, dpi=200, show_layer_activations=False, show_trainable=False, splines="ortho",
               **kwargs):  # fmt: skip
    """Draw the graph of a model into a file.

    Args:
        model: A model that is built.
        to_file: The file; its suffix chooses the format (`.png`, `.svg`, `.pdf`, or `.dot` for the text of the graph,
            which needs no Graphviz).
        **kwargs: None are known. The other arguments are those of `model_to_dot`.

    Returns:
        In a notebook, an image of a `.png`; None else.

    Raises:
        ImportError: pydot or Graphviz is not installed.
    """
    dot = model_to_dot(model, show_shapes=show_shapes, show_dtype=show_dtype, show_layer_names=show_layer_names,
                       rankdir=rankdir, expand_nested=expand_nested, dpi=dpi,
                       show_layer_activations=show_layer_activations, show_trainable=show_trainable, splines=splines,
                       **kwargs)  # fmt: skip
    path = pathlib.Path(to_file)
    kind = path.suffix.lstrip(".").lower()
    if not kind:
        raise bad_argument("plot_model", "the file has no suffix, which would choose the format.", given=str(to_file),
                           hint="to_file='model.png'")  # fmt: skip
    if kind == "dot":
        path.write_text(dot.to_string())
        return None
    if shutil.which("dot") is None:
        raise ImportError(
            "plot_model needs the program `dot` of Graphviz to draw. Install Graphviz with your system's package manager, "
            "or write the text of the graph: to_file='model.dot'."
        )
    dot.write(str(path), format=kind)
    return _image(path) if kind == "png" else None


def _image(path):
    """The picture, where a notebook can show it."""
    import sys

    if "IPython" not in sys.modules:
        return None
    from IPython import display

    return display.Image(filename=str(path))


def _key(operation):
    return str(id(operation))


def _quoted(text):
    """A name as a Graphviz string: names come from files too."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _label(operation, options):
    """An HTML-like table: kind and name, then what was asked for. All text is escaped."""
    title = html.escape(
        type(operation).__name__ if not hasattr(operation, "op") else operation.op.keras_class
    )
    if options["show_layer_names"]:
        title = f"{html.escape(operation.name)} ({title})"
    rows = [f"<tr><td bgcolor='black' align='center'><font color='white'><b>{title}</b></font></td></tr>"]
    activation = getattr(operation, "activation", None)
    if options["show_layer_activations"] and activation is not None:
        rows.append(_row("Activation", getattr(activation, "__name__", type(activation).__name__)))
    tensors = operation._inbound_nodes[0].output_tensors if operation._inbound_nodes else []
    if options["show_shapes"]:
        rows.append(_row("Output shape", ", ".join(str(tensor.shape) for tensor in tensors) or "?"))
    if options["show_dtype"]:
        rows.append(_row("Output dtype", ", ".join(tensor.dtype for tensor in tensors) or "?"))
    if options["show_trainable"] and getattr(operation, "weights", None):
        rows.append(_row("Trainable", "Yes" if operation.trainable else "No"))
    return f"<<table border='0' cellborder='1' cellspacing='0' cellpadding='6'>{''.join(rows)}</table>>"


def _row(name, value):
    return f"<tr><td align='left'>{html.escape(name)}: <b>{html.escape(value)}</b></td></tr>"
