"""NiN in TensorFlow: Keras layers in N×H×W×C, a step in one tf.function, mixed_bfloat16 for bf16."""

import os

from measurement import BLOCKS, LEARNING_RATE, Measurement

measurement = Measurement("TensorFlow", {
    ("train", "float32"): ["tf.function"],
    ("train", "bf16"): ["tf.function"],
    ("predict", "float32"): ["tf.function"],
    ("predict", "bf16"): ["tf.function"],
    ("start", "float32"): ["eager"],
})
options = measurement.options
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(options.threads)
if options.precision == "bf16":
    tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
layers = tf.keras.layers


def block(outputs, kernel, stride, padding):
    # NiN's paddings are those that keep the size, or none.
    padding = "same" if padding else "valid"
    return [
        layers.Conv2D(outputs, kernel, strides=stride, padding=padding, activation="relu"),
        layers.Conv2D(outputs, 1, activation="relu"),
        layers.Conv2D(outputs, 1, activation="relu")]


first, second, third, last = BLOCKS
net = tf.keras.Sequential([
    tf.keras.Input((options.image_size, options.image_size, 1)),
    *block(*first), layers.MaxPool2D(3, 2),
    *block(*second), layers.MaxPool2D(3, 2),
    *block(*third), layers.MaxPool2D(3, 2), layers.Dropout(0.5),
    *block(*last), layers.GlobalAveragePooling2D(), layers.Activation("linear", dtype="float32")])
random = np.random.default_rng(0)
shape = (options.batch_size, options.image_size, options.image_size, 1)
images = tf.constant(random.random(shape, dtype=np.float32))
labels = tf.constant(random.integers(0, 10, options.batch_size))
loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimiser = tf.keras.optimizers.SGD(LEARNING_RATE)
optimiser.build(net.trainable_variables)


@tf.function
def update(images, labels):
    with tf.GradientTape() as tape:
        loss = loss_of(labels, net(images, training=True))
    gradients = tape.gradient(loss, net.trainable_variables)
    optimiser.apply_gradients(zip(gradients, net.trainable_variables))
    return loss


predicted = lambda images: net(images, training=False)
if options.setting == "tf.function":
    predicted = tf.function(predicted)
steps = {
    "train": lambda: update(images, labels).numpy(),
    "predict": lambda: predicted(images).numpy(),
    "start": lambda: predicted(images).numpy(),
}
measurement.run(tf.__version__, steps[options.task])
