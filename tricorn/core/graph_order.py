"""The order in which a graph lists its operations: that of the reference, since files count layers by it.

An operation's depth is the longest way from it to an output. The deepest come first; those of one depth in the order in
which a walk from the outputs towards the inputs meets them.
"""

from __future__ import annotations

from tricorn.core.symbolic import KerasTensor


def operations_by_depth(inputs, outputs):
    """The operations from `inputs` to `outputs`, Inputs included, each once.

    Args:
        inputs: Structure of symbolic tensors.
        outputs: Structure of symbolic tensors computed from them.
    """
    flat_inputs = list(_leaves(inputs))
    met, nodes = _walk({id(tensor) for tensor in flat_inputs}, list(_leaves(outputs)))
    operations = {id(operation): operation for operation in met}
    node_depths, depths = {}, {}
    for node in reversed(nodes):
        depth = max(node_depths.get(id(node), 0), depths.get(id(node.operation), 0))
        node_depths[id(node)] = depths[id(node.operation)] = depth
        for tensor in node.input_tensors:
            if tensor._keras_history is not None:
                parent = id(_node_of(tensor))
                node_depths[parent] = max(node_depths.get(parent, 0), depth + 1)
    index = {key: position for position, key in enumerate(operations)}
    for tensor in flat_inputs:  # an input that no output depends on comes last but for its own kind
        if tensor._keras_history is not None and id(tensor._keras_history.operation) not in operations:
            operation = tensor._keras_history.operation
            operations[id(operation)], depths[id(operation)], index[id(operation)] = operation, 0, -1
    return sorted(operations.values(), key=lambda one: (-depths[id(one)], index[id(one)]))


def _walk(stop, outputs):
    """Operations in the order of being met, and nodes in the order of being left, in a walk against the edges."""
    met, left, done = {}, [], set()
    stack = [(tensor, False) for tensor in reversed(outputs)]
    while stack:
        tensor, is_leaving = stack.pop()
        if tensor._keras_history is None:
            continue
        node = _node_of(tensor)
        if is_leaving:
            left.append(node)
        elif id(node) not in done:
            done.add(id(node))
            met.setdefault(id(node.operation), node.operation)
            stack.append((tensor, True))
            if not node.is_input and id(tensor) not in stop:
                stack.extend((parent, False) for parent in reversed(node.input_tensors))
    return list(met.values()), left


def _node_of(tensor):
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _leaves(tree):
    """Symbolic tensors, those of a dict in the order of its keys."""
    if isinstance(tree, KerasTensor):
        yield tree
    elif isinstance(tree, dict):
        keys = list(tree)
        for key in sorted(keys) if all(isinstance(key, str) for key in keys) else keys:
            yield from _leaves(tree[key])
    elif isinstance(tree, (list, tuple)):
        for item in tree:
            yield from _leaves(item)
