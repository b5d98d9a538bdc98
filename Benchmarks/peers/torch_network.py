"""NiN as a PyTorch module, for PyTorch and its extensions."""

from torch import nn

from measurement import BLOCKS


def block(inputs, outputs, kernel, stride, padding):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 1), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 1), nn.ReLU())


def network():
    first, second, third, last = BLOCKS
    return nn.Sequential(
        block(1, *first), nn.MaxPool2d(3, 2),
        block(first[0], *second), nn.MaxPool2d(3, 2),
        block(second[0], *third), nn.MaxPool2d(3, 2), nn.Dropout(0.5),
        block(third[0], *last), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())
