"""A Tricorn model in a JAX loop: state goes in, state comes out, and the whole step is one jitted function."""

import jax
import optax
from small_model import make_data, make_model

import tricorn as keras

keras.utils.set_random_seed(0)
with keras.backend_scope("jax"):
    model = make_model()
optimizer = optax.adam(1e-2)


def loss_of(trainable, non_trainable, x, y):
    logits, non_trainable = model.stateless_call(trainable, non_trainable, x, training=True)
    loss = optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()
    return loss, (logits, non_trainable)


@jax.jit
def train_step(trainable, non_trainable, state, x, y):
    (loss, (logits, non_trainable)), gradients = jax.value_and_grad(loss_of, has_aux=True)(
        trainable, non_trainable, x, y
    )
    updates, state = optimizer.update(gradients, state)
    accuracy = (logits.argmax(-1) == y).mean()
    return optax.apply_updates(trainable, updates), non_trainable, state, loss, accuracy


x, y = make_data()
trainable = [variable.value for variable in model.trainable_variables]
non_trainable = [variable.value for variable in model.non_trainable_variables]
state = optimizer.init(trainable)
for step in range(60):
    trainable, non_trainable, state, loss, accuracy = train_step(trainable, non_trainable, state, x, y)
    if step % 20 == 19:
        print(f"step {step + 1}: loss {loss:.3f}, accuracy {accuracy:.3f}")

for variable, value in zip(model.trainable_variables, trainable, strict=True):
    variable.assign(value)
for variable, value in zip(model.non_trainable_variables, non_trainable, strict=True):
    variable.assign(value)
