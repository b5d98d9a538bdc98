"""The book's TensorFlow tab in Keras, for the test of Docs/convert.py.

    python3 convert_keras.py make WEIGHTS x.npy logits.npy    # random weights, and the logits of random images
    python3 convert_keras.py check WEIGHTS x.npy logits.npy   # other weights are loaded from WEIGHTS; the logits are the same
"""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy
from keras import layers


def block(channels, kernel, strides, padding):
    return keras.Sequential([
        layers.Conv2D(channels, kernel, strides=strides, padding=padding), layers.Activation("relu"),
        layers.Conv2D(channels, 1), layers.Activation("relu"), layers.Conv2D(channels, 1), layers.Activation("relu")])


action, weights, images, logits = sys.argv[1:]
keras.utils.set_random_seed(1 if action == "make" else 2)
net = keras.Sequential([
    block(96, 11, 4, "valid"), layers.MaxPool2D(3, 2), block(256, 5, 1, "same"), layers.MaxPool2D(3, 2),
    block(384, 3, 1, "same"), layers.MaxPool2D(3, 2), layers.Dropout(0.5), block(10, 3, 1, "same"),
    layers.GlobalAvgPool2D(), layers.Flatten()])
if action == "make":
    x = numpy.random.default_rng(0).standard_normal((2, 1, 67, 67)).astype("float32")
    numpy.save(images, x)
    net.build((None, 67, 67, 1))
    for values in net.trainable_variables:
        if len(values.shape) == 1:  # Keras's biases begin at zero, which would hide a mistake
            values.assign(numpy.random.default_rng(3).standard_normal(values.shape) / 10)
    net.save(weights) if weights.endswith(".keras") else net.save_weights(weights)
else:
    x = numpy.load(images)
    if weights.endswith(".keras"):
        net = keras.models.load_model(weights)
    else:
        net.build((None, 67, 67, 1))
        net.load_weights(weights)
y = numpy.asarray(net(x.transpose(0, 2, 3, 1), training=False))
if action == "make":
    numpy.save(logits, y)
else:
    numpy.testing.assert_allclose(y, numpy.load(logits), rtol=1e-4, atol=1e-4)
