"""Every optimizer with settings of its own, and what its tests share."""

from __future__ import annotations

import numpy as np

from tricorn import ops
from tricorn.core.variable import Variable

ENGINES = ("jax", "torch", "tensorflow")
SHAPES = {"kernel": (3, 2), "bias": (2,), "query": (2, 3), "wide": (2, 4), "cube": (2, 3, 4), "scale": ()}
STEPS = 10

# Every class, each of its own settings, and each of the shared ones on the two paths (in place, general).
CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.02}),
    ("Adam", {"learning_rate": 0.01}),
    ("Adam", {"amsgrad": True, "epsilon": 1e-3}),
    ("Adam", {"weight_decay": 0.1, "clipnorm": 0.7}),
    ("Adam", {"global_clipnorm": 0.7, "use_ema": True}),
    ("Adam", {"clipvalue": 0.2, "use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 3}),
    ("Adam", {"gradient_accumulation_steps": 3, "clipnorm": 0.5}),
    ("Adam", {"gradient_accumulation_steps": 3, "use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 2}),
    ("Adam", {"loss_scale_factor": 8.0}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.1, "amsgrad": True, "gradient_accumulation_steps": 2}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "clipvalue": 0.3}),
    ("Adagrad", {"initial_accumulator_value": 0.3}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Ftrl", {"learning_rate": 0.1}),
    ("Ftrl", {"l1_regularization_strength": 0.05, "l2_regularization_strength": 0.1, "beta": 0.2,
              "l2_shrinkage_regularization_strength": 0.1, "learning_rate_power": -0.4}),
    ("Lion", {"weight_decay": 0.1}),
    ("Lamb", {"learning_rate": 0.1, "global_clipnorm": 0.5}),
    ("Muon", {"exclude_layers": ["q"]}),
    ("Muon", {"nesterov": False, "adam_lr_ratio": 0.5, "rms_rate": None, "weight_decay": 0.1, "exclude_layers": []}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "clip_threshold": 0.5, "learning_rate": 0.1}),
]  # fmt: skip
IDS = [f"{name}-{'-'.join(settings)}" for name, settings in CASES]


def starting_values():
    generator = np.random.default_rng(5)
    return {name: np.asarray(generator.normal(size=shape), "float32") for name, shape in SHAPES.items()}


def random_gradients(steps=STEPS):
    generator = np.random.default_rng(6)
    return [
        [np.asarray(generator.normal(size=shape), "float32") for shape in SHAPES.values()]
        for _ in range(steps)
    ]


def make_variables(start=None, dtype=None):
    start = starting_values() if start is None else start
    return [Variable(value, name=name, dtype=dtype) for name, value in start.items()]


def values_of(variables):
    return [np.array(variable.numpy()) for variable in variables]


def assert_close(given, expected, rtol=2e-5, atol=2e-6):
    assert len(given) == len(expected)
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_allclose(
            np.asarray(one, "float64"), np.asarray(other, "float64"), rtol=rtol, atol=atol
        )


def run(optimizer, variables, gradients):
    for row in gradients:
        optimizer.apply([ops.convert_to_tensor(gradient) for gradient in row], variables)
