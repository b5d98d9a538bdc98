"""The MXNet tab for make_tab_goldens.py."""

import mxnet
import numpy
from mxnet import init, np, npx
from mxnet.gluon import nn
from mxnet.gluon.data.vision import transforms

npx.set_np()

VERSIONS = {"mxnet": mxnet.__version__}
LOGITS_SIDES = [224, 112]


def block(channels, kernel, stride, padding):
    layers = nn.Sequential()
    layers.add(
        nn.Conv2D(channels, kernel, stride, padding, activation="relu"),
        nn.Conv2D(channels, kernel_size=1, activation="relu"),
        nn.Conv2D(channels, kernel_size=1, activation="relu"),
    )
    return layers


def network(classes=10):
    net = nn.Sequential()
    net.add(
        block(96, 11, 4, 0), nn.MaxPool2D(pool_size=3, strides=2),
        block(256, 5, 1, 2), nn.MaxPool2D(pool_size=3, strides=2),
        block(384, 3, 1, 1), nn.MaxPool2D(pool_size=3, strides=2),
        nn.Dropout(0.5), block(classes, 3, 1, 1), nn.GlobalAvgPool2D(), nn.Flatten(),
    )  # fmt: skip
    net.initialize(init.Xavier())
    return net


def names():
    """PyTorch's names of the parameters in MXNet's order, which has no layers for activations."""
    for position in (0, 2, 4, 7):
        for layer in (0, 2, 4):
            yield f"net.{position}.{layer}.weight"
            yield f"net.{position}.{layer}.bias"


def named(net):
    return dict(zip(names(), net.collect_params().values()))


def initialised(side=224):
    mxnet.random.seed(0)
    net = network()
    net(np.zeros((1, 1, side, side)))
    return {name: parameter.data().asnumpy() for name, parameter in named(net).items()}


def first_parameters(layers):
    values = initialised(side=67)
    return {f"{layer}.{kind}": values[f"{layer}.{kind}"].ravel() for layer in layers for kind in ("weight", "bias")}


def resize(image, height, width):
    # MXNet takes width before height.
    return transforms.Resize((width, height))(np.array(image, dtype=numpy.uint8)).asnumpy()


def summary(side, channels, classes):
    x, lines = np.random.randn(1, channels, side, side), []
    for layer in network(classes):
        x = layer(x)
        lines.append(f"{layer.__class__.__name__} output shape:\t {x.shape}")
    return "\n".join(lines)


def block_layers():
    return network()[0]


def shapes():
    return {name: list(value.shape) for name, value in initialised().items()}


def logits(parameters, images):
    net = network()
    net(np.zeros((1, 1, images.shape[2], images.shape[3])))
    for name, parameter in named(net).items():
        parameter.set_data(np.array(parameters[name]))
    return net(np.array(images)).asnumpy()
