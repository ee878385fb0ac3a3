"""`Bidirectional`: a sequence read from both ends."""

from __future__ import annotations

from tricorn import ops
from tricorn.core.errors import bad_argument
from tricorn.core.serial import deserialize_keras_object, serialize_keras_object
from tricorn.core.symbolic import KerasTensor
from tricorn.layers._input_spec import InputSpec
from tricorn.layers._layer import Layer
from tricorn.layers._layer_call import call_signature

_MODES = ("sum", "mul", "concat", "ave", None)


class Bidirectional(Layer):
    """Runs a recurrent layer from the first step to the last, and a second one from the last to the first.

    Called as `layer(sequences, initial_state=None, mask=None, training=None)`; states of the forward layer come first.

    Args:
        layer: A recurrent layer, which gives the configuration of both; its weights are not shared with them.
        merge_mode: How the two outputs become one: "concat", "sum", "mul", "ave"; None for a list of both.
        weights: Weights of the forward layer, then of the backward layer; set when they are built.
        backward_layer: The layer that goes backwards, if it is to differ from the first.
        **kwargs: Of `Layer`.

    Raises:
        ValueError: `layer` is no recurrent layer, the two do not fit, or `merge_mode` is unknown.

    Source: Schuster & Paliwal, "Bidirectional Recurrent Neural Networks", 1997.
    """

    def __init__(self, layer, merge_mode="concat", weights=None, backward_layer=None, **kwargs):
        where = type(self).__name__
        for name, one in (("layer", layer), ("backward_layer", backward_layer)):
            if one is not None or name == "layer":
                _check_recurrent(where, name, one)
        if merge_mode not in _MODES:
            raise bad_argument(where, "unknown `merge_mode`.", expected='"sum", "mul", "concat", "ave" or None',
                               given=f"merge_mode={merge_mode!r}")  # fmt: skip
        super().__init__(**kwargs)
        self.forward_layer = _made_like(layer, "forward_", layer.go_backwards)
        if backward_layer is None:
            self.backward_layer = _made_like(layer, "backward_", not layer.go_backwards)
        else:
            self.backward_layer = backward_layer
            backward_layer.name = f"backward_{backward_layer.name.removeprefix('backward_')}"
        if layer.return_sequences:
            # Where the mask is False, one direction would merge its old output with the other's new one.
            self.forward_layer.zero_output_for_mask = self.backward_layer.zero_output_for_mask = True
        self.merge_mode = merge_mode
        for name in ("return_sequences", "return_state", "stateful"):
            if getattr(self.forward_layer, name) != getattr(self.backward_layer, name):
                raise bad_argument(self._where(), f"both layers must have the same `{name}`.")
        if self.forward_layer.go_backwards == self.backward_layer.go_backwards:
            raise bad_argument(self._where(), "the two layers must go in different directions.",
                               given=f"go_backwards={self.forward_layer.go_backwards} in both")  # fmt: skip
        self.return_sequences = self.forward_layer.return_sequences
        self.return_state = self.forward_layer.return_state
        self.stateful = self.forward_layer.stateful
        self.supports_masking = True
        self.input_spec = self.forward_layer.input_spec or InputSpec(min_ndim=3)
        self._weights_to_set = weights
        self._passes_mask = call_signature(type(self.forward_layer)).takes_mask

    @property
    def states(self):
        """States of both layers, if they are stateful."""
        if not self.stateful or not self.forward_layer.states:
            return None
        return (self.forward_layer.states, self.backward_layer.states)

    def reset_states(self):
        """Set the states of stateful layers to zero."""
        self.reset_state()

    def reset_state(self):
        """Set the states of stateful layers to zero."""
        if self.stateful:
            self.forward_layer.reset_state()
            self.backward_layer.reset_state()

    def build(self, sequences_shape, initial_state_shape=None):
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)
        if self._weights_to_set is not None:
            weights, self._weights_to_set = list(self._weights_to_set), None
            count = len(self.forward_layer.weights)
            self.forward_layer.set_weights(weights[:count])
            self.backward_layer.set_weights(weights[count:])

    def call(self, sequences, initial_state=None, mask=None, training=None):
        first = second = None
        if initial_state is not None:
            states = list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
            if len(states) % 2:
                raise bad_argument(self._where(), "`initial_state` must hold states for both layers.",
                                   given=f"{len(states)} states", expected="an even number")  # fmt: skip
            first, second = states[: len(states) // 2], states[len(states) // 2 :]
        # Arguments that are None stay out: calls with nothing but `training` are entered at once.
        extra: dict = {"training": bool(training)}
        if mask is not None and self._passes_mask:
            extra["mask"] = mask
        forward = self.forward_layer(sequences, **extra, **_state(first))
        backward = self.backward_layer(sequences, **extra, **_state(second))
        states = ()
        if self.return_state:
            states = (*forward[1:], *backward[1:])
            forward, backward = forward[0], backward[0]
        if self.return_sequences:
            backward = ops.flip(backward, 1)
        output = self._merged(forward, backward)
        if not self.return_state:
            return output
        return (*output, *states) if self.merge_mode is None else (output, *states)

    def _merged(self, forward, backward):
        mode = self.merge_mode
        if mode == "concat":
            return ops.concatenate([forward, backward], axis=-1)
        if mode == "sum":
            return forward + backward
        if mode == "mul":
            return forward * backward
        if mode == "ave":
            return (forward + backward) / 2
        return (forward, backward)

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        forward = self.forward_layer.compute_output_shape(sequences_shape)
        backward = self.backward_layer.compute_output_shape(sequences_shape)
        states = ()
        if self.return_state:
            states = (*forward[1:], *backward[1:])
            forward, backward = forward[0], backward[0]
        if self.merge_mode is None:
            return (forward, backward, *states)
        merged = (*forward[:-1], forward[-1] + backward[-1]) if self.merge_mode == "concat" else forward
        return (merged, *states) if self.return_state else merged

    def compute_output_spec(self, sequences, initial_state=None, mask=None, training=None):
        shape = self.compute_output_shape(sequences.shape)
        shapes = shape if self.return_state or self.merge_mode is None else [shape]
        specs = [KerasTensor(one, self.compute_dtype, record_history=False) for one in shapes]
        return tuple(specs) if self.return_state or self.merge_mode is None else specs[0]

    def compute_mask(self, _, mask):
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        output = mask if self.return_sequences else None
        outputs = [output, output] if self.merge_mode is None else [output]
        if self.return_state:
            from tricorn import tree

            outputs += [None] * (2 * len(tree.flatten(self.forward_layer.state_size)))
        return outputs if len(outputs) > 1 else output

    def get_config(self):
        return {
            **super().get_config(),
            "merge_mode": self.merge_mode,
            "layer": serialize_keras_object(self.forward_layer),
            "backward_layer": serialize_keras_object(self.backward_layer),
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        config = dict(config)
        for name in ("layer", "backward_layer"):
            if config.get(name) is not None:
                config[name] = deserialize_keras_object(config[name], custom_objects=custom_objects)
        return cls(**config)


def _check_recurrent(where, name, layer):
    fits = isinstance(layer, Layer) and all(
        hasattr(layer, attribute)
        for attribute in ("go_backwards", "return_sequences", "return_state", "stateful")
    )
    if not fits:
        raise bad_argument(where, f"`{name}` must be a recurrent layer.", expected="e.g. LSTM(32)",
                           given=repr(layer)[:200])  # fmt: skip


def _made_like(layer, prefix, go_backwards):
    """A new layer of the same configuration, with a name that says the direction."""
    config = dict(layer.get_config())
    config["name"] = prefix + layer.name.removeprefix("forward_").removeprefix("backward_")
    config["go_backwards"] = go_backwards
    made = type(layer)._public_class().from_config(config)
    # An automatic name counts over the process; the place, which keys the initial weights, must not.
    made.__dict__["_place"] = prefix + layer._place.removeprefix("forward_").removeprefix("backward_")
    return made


def _state(state):
    return {} if state is None else {"initial_state": state}
