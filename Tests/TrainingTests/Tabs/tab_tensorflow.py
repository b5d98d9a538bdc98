"""The TensorFlow tab for make_tab_goldens.py."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy
import tensorflow as tf
from tensorflow.keras import layers, models

VERSIONS = {"tensorflow": tf.__version__, "keras": keras.__version__}
LOGITS_SIDES = [224, 112]


def block(channels, kernel, strides, padding):
    return models.Sequential([
        layers.Conv2D(channels, kernel, strides=strides, padding=padding), layers.Activation("relu"),
        layers.Conv2D(channels, 1), layers.Activation("relu"),
        layers.Conv2D(channels, 1), layers.Activation("relu"),
    ])  # fmt: skip


def network(classes=10):
    return models.Sequential([
        block(96, 11, 4, "valid"), layers.MaxPool2D(pool_size=3, strides=2),
        block(256, 5, 1, "same"), layers.MaxPool2D(pool_size=3, strides=2),
        block(384, 3, 1, "same"), layers.MaxPool2D(pool_size=3, strides=2),
        layers.Dropout(0.5), block(classes, 3, 1, "same"), layers.GlobalAvgPool2D(), layers.Flatten(),
    ])  # fmt: skip


def built(side):
    tf.random.set_seed(0)
    net = network()
    net(tf.zeros((1, side, side, 1)))
    return net


def named(net):
    """The variables by PyTorch's names: a block's layers alternate between convolutions and activations."""
    return {
        f"net.{position}.{layer}.{kind}": variable
        for position in (0, 2, 4, 7)
        for layer in (0, 2, 4)
        for kind, variable in zip(("weight", "bias"), net.layers[position].layers[layer].weights)
    }


def first_parameters(names):
    values = named(built(67))
    return {f"{name}.{kind}": values[f"{name}.{kind}"].numpy().ravel() for name in names for kind in ("weight", "bias")}


def resize(image, height, width):
    scaled = tf.expand_dims(image, 0) / 255
    resized = tf.image.resize(scaled, (height, width)).numpy()
    if image.shape[0] == image.shape[1] and height == width:
        # What the book calls, which adds bars to images that are not square, is the same for those that are.
        assert numpy.array_equal(resized, tf.image.resize_with_pad(scaled, height, width).numpy())
    return resized[0]


def summary(side, channels, classes):
    x, lines = tf.random.normal((1, side, side, channels)), []
    for layer in network(classes).layers:
        x = layer(x)
        lines.append(f"{layer.__class__.__name__} output shape:\t {x.shape}")
    return "\n".join(lines)


def block_layers():
    return network().layers[0].layers


def shapes():
    return {name: list(value.shape) for name, value in named(built(224)).items()}


def logits(parameters, images):
    net = built(images.shape[2])
    for name, variable in named(net).items():
        value = parameters[name]
        variable.assign(value.transpose(2, 3, 1, 0) if value.ndim == 4 else value)
    return net(images.transpose(0, 2, 3, 1)).numpy()
