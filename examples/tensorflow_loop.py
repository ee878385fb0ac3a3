"""A Tricorn model in a TensorFlow loop: a GradientTape inside a tf.function."""

import tensorflow as tf
from small_model import make_data, make_model

import tricorn as keras

keras.utils.set_random_seed(0)
with keras.backend_scope("tensorflow"):
    model = make_model()
    optimizer = keras.optimizers.Adam(1e-2)
    optimizer.build(model.trainable_variables)
weights = [variable.value for variable in model.trainable_variables]  # tf.Variables


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
    optimizer.apply(tape.gradient(loss, weights), model.trainable_variables)
    correct = tf.equal(tf.argmax(logits, -1, tf.int32), y)
    return loss, tf.reduce_mean(tf.cast(correct, tf.float32))


x, y = (tf.convert_to_tensor(part) for part in make_data())
for step in range(60):
    loss, accuracy = train_step(x, y)
    if step % 20 == 19:
        print(f"step {step + 1}: loss {loss.numpy():.3f}, accuracy {accuracy.numpy():.3f}")
