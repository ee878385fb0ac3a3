"""`plot_model` and `model_to_dot`: the text of the graph, which needs no Graphviz."""

from __future__ import annotations

import shutil

import pytest

import tricorn as keras


def branched():
    inputs = keras.Input((4,), name="in<put")
    left = keras.layers.Dense(3, activation="relu", name="left")(inputs)
    right = keras.layers.Dense(3, name="right")(inputs)
    return keras.Model(inputs, keras.layers.Add(name="sum")([left, right]), name="branched")


def test_nodes_edges_and_labels(backend):
    dot = keras.utils.model_to_dot(branched(), show_shapes=True, show_dtype=True, show_layer_activations=True)
    assert len(dot.get_nodes()) == 5  # four layers, and the defaults of nodes
    assert len(dot.get_edges()) == 4
    text = dot.to_string()
    for part in ("left", "right", "(None, 3)", "float32", "relu", "in&lt;put"):
        assert part in text
    assert "in<put" not in text  # names are escaped


def test_nested_models_are_clusters(backend):
    inner = branched()
    outer_input = keras.Input((4,))
    outer = keras.Model(outer_input, keras.layers.Dense(1, name="head")(inner(outer_input)))
    dot = keras.utils.model_to_dot(outer, expand_nested=True)
    assert [cluster.get_name() for cluster in dot.get_subgraphs()] != []
    assert len(dot.get_edges()) == 2  # into the nested model, and out of it


def test_files(backend, tmp_path):
    assert keras.utils.plot_model(branched(), tmp_path / "model.dot") is None
    assert "digraph" in (tmp_path / "model.dot").read_text()
    with pytest.raises(ValueError, match="no suffix"):
        keras.utils.plot_model(branched(), tmp_path / "model")
    if shutil.which("dot") is None:
        with pytest.raises(ImportError, match="Graphviz"):
            keras.utils.plot_model(branched(), tmp_path / "model.png")
    with pytest.raises(ValueError, match="not built"):
        keras.utils.model_to_dot(keras.Sequential([keras.layers.Dense(1)]))
