"""Layers around code that is not ours, each with the engines that it belongs to: `maker(folder)` makes one."""

from __future__ import annotations

from tricorn import layers, ops, saving


@saving.register_keras_serializable("foreign")
def doubled(x):
    return ops.concatenate([x[:, :1] * 2.0, x[:, 1:2]], axis=-1)


@saving.register_keras_serializable("foreign")
def init_affine(rng, inputs):
    import jax

    return {"w": jax.random.normal(rng, (inputs.shape[-1], 2)), "b": jax.numpy.zeros(2)}


@saving.register_keras_serializable("foreign")
def affine(params, inputs):
    return inputs @ params["w"] + params["b"]


def _lambda(folder):
    return layers.Lambda(doubled, output_shape=(2,))


def _torch_module(folder):
    import torch

    torch.manual_seed(0)
    return layers.TorchModuleWrapper(
        torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    )


def _jax_function(folder):
    return layers.JaxLayer(affine, init_affine)


def _flax_module(folder):
    import pytest

    pytest.importorskip("flax.linen")
    from tests.contracts.flax_module import Affine

    return layers.FlaxLayer(Affine(2))


def _saved_model(folder):
    import tensorflow as tf

    class Program(tf.Module):
        def __init__(self):
            self.w = tf.Variable(tf.ones((4, 2)))

        @tf.function(input_signature=[tf.TensorSpec((None, 4))])
        def serve(self, x):
            return x @ self.w

    tf.saved_model.save(Program(), str(folder))
    return layers.TFSMLayer(str(folder))


#: Name of the class -> (engines, maker, number of weights that train, whether files hold it without trust).
CASES = {
    "Lambda": (("jax", "torch", "tensorflow"), _lambda, 0, True),
    "TorchModuleWrapper": (("torch",), _torch_module, 4, False),
    "JaxLayer": (("jax",), _jax_function, 2, True),
    "FlaxLayer": (("jax",), _flax_module, 2, True),
    "TFSMLayer": (("tensorflow",), _saved_model, 1, False),
}
