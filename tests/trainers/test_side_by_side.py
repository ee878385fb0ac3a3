"""One seed, one curve: on all engines, trained in turns or alone, and as the reference trains."""

import numpy as np
import pytest

import tricorn as keras
from tests.support.oracle import oracle
from tricorn import layers

RANDOM = np.random.RandomState(3)
X = RANDOM.rand(32, 6).astype("float32")
Y = RANDOM.randint(0, 3, 32)
ENGINES = ("jax", "torch", "tensorflow")


def make(engine):
    keras.utils.set_random_seed(11)
    with keras.backend_scope(engine):
        model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="tanh"), layers.BatchNormalization(),
                                  layers.Dense(3, activation="softmax")])  # fmt: skip
        model.compile(
            keras.optimizers.Adam(0.02, epsilon=1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
    return model


def epoch(model):
    return model.fit(X, Y, batch_size=8, shuffle=True, verbose=0).history["loss"][0]


@pytest.fixture(scope="module")
def alone():
    found = {}
    for engine in ENGINES:
        model = make(engine)
        np.random.seed(0)
        keras.utils.set_random_seed(12)
        found[engine] = ([epoch(model) for _ in range(3)], model.get_weights())
    return found


def test_engines_agree(alone):
    for engine in ENGINES[1:]:
        np.testing.assert_allclose(alone[engine][0], alone["jax"][0], rtol=1e-4)
        for one, other in zip(alone[engine][1], alone["jax"][1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_training_in_turns_changes_nothing(alone):
    models = {engine: make(engine) for engine in ENGINES}
    losses = {engine: [] for engine in ENGINES}
    for _ in range(3):
        for engine, model in models.items():
            with keras.backend_scope(
                ENGINES[(ENGINES.index(engine) + 1) % 3]
            ):  # the active engine has no say
                losses[engine].append(
                    model.fit(X, Y, batch_size=8, shuffle=False, verbose=0).history["loss"][0]
                )
    single = make("torch")
    expected = [single.fit(X, Y, batch_size=8, shuffle=False, verbose=0).history["loss"][0] for _ in range(3)]
    for engine in ENGINES:
        np.testing.assert_allclose(losses[engine], expected, rtol=1e-4)


def test_the_reference_trains_alike(training_backend):
    model = make(training_backend)
    code = (
        "layers = keras.layers\n"
        "m = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation='tanh'), layers.BatchNormalization(),"
        " layers.Dense(3, activation='softmax')])\n"
        "m.set_weights(weights)\n"
        "loss = 'sparse_categorical_crossentropy'\n"
        "m.compile(keras.optimizers.Adam(0.02, epsilon=1e-3), loss, metrics=['accuracy'])\n"
        "h = m.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, validation_data=(x, y),"
        " class_weight={0: 1., 1: 2., 2: .5})\n"
        "result = [h.history, m.get_weights(), m.predict(x, verbose=0)]"
    )
    history, weights, predicted = oracle("jax").run(code, x=X, y=Y, weights=model.get_weights())
    ours = model.fit(X, Y, batch_size=8, epochs=3, shuffle=False, verbose=0, validation_data=(X, Y),
                     class_weight={0: 1.0, 1: 2.0, 2: 0.5}).history  # fmt: skip
    assert set(ours) == set(history)
    for name, values in history.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-4, err_msg=name)
    for one, other in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(model.predict(X, verbose=0), predicted, rtol=1e-3, atol=1e-4)
