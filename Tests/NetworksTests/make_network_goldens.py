"""Writes Goldens/networks.json: what PyTorch counts and computes for the models and the variants of NiN.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make_network_goldens.py

Parameters and multiply-accumulates are counted at the usual size of images, with PyTorch's counter of operations. Logits,
loss and the norms of the gradients are of two images of a small size, in float64, dropout off; with batch normalization, in
prediction, there are no gradients. Weights and images are
numbers that `numbers` below and NetworkGoldenTests.swift make alike, exact in float32.
"""

import json
import math
import pathlib

import numpy
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

OUTPUT = pathlib.Path(__file__).parent / "Goldens" / "networks.json"
IMAGES = 9999


def numbers(sequence, count):
    """Uniform numbers from -1 to 1: the upper bits of SplitMix64's mixing of a sequence's number and an index."""
    state = (numpy.uint64(sequence) << numpy.uint64(32)) + numpy.arange(1, count + 1, dtype=numpy.uint64)
    with numpy.errstate(over="ignore"):
        state *= numpy.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    state ^= state >> numpy.uint64(31)
    return (state >> numpy.uint64(40)).astype(numpy.float32) * numpy.float32(2**-23) - numpy.float32(1)


def fill(net):
    for index, (name, parameter) in enumerate(net.named_parameters()):
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 0
        bound = math.sqrt(6 / fan_in) if fan_in else 0.1
        values = numbers(index, parameter.numel()) * numpy.float32(bound)
        if not fan_in and name.endswith("weight"):  # the scale of a batch normalization
            values += numpy.float32(1)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values).reshape(parameter.shape))


def block(channels, kernel, stride=1, padding=0, pointwise_kernel=1):
    layers = []
    for index, outputs in enumerate(channels):
        if index == 0:
            layers.append(nn.LazyConv2d(outputs, kernel, stride, padding))
        else:
            layers.append(nn.LazyConv2d(outputs, pointwise_kernel, padding=pointwise_kernel // 2))
        layers.append(nn.ReLU())
    return layers


def nin(classes, pointwiseConvolutions=2, pointwiseKernel=1, head="global-average", width=1, lastStep="direct", depth=12):
    blocks = {12: (1, 1, 1), 21: (2, 2, 2), 27: (2, 3, 3)}[depth]
    count = 1 + pointwiseConvolutions

    def stage(blocks, channels, kernel, stride, padding):
        channels = [max(1, round(channels * width))] * count
        layers = block(channels, kernel, stride, padding, pointwiseKernel)
        for _ in range(blocks - 1):
            layers += block(channels, 3, 1, 1, pointwiseKernel)
        return nn.Sequential(*layers)

    last = [classes] * count
    if lastStep == "gradual":
        inputs = max(1, round(384 * width))
        steps = [inputs * (classes / inputs) ** (step / count) for step in range(1, count)]
        last = [max(16, 16 * round(step / 16)) for step in steps] + [classes]
    heads = {
        "global-average": [nn.AdaptiveAvgPool2d(1), nn.Flatten()],
        "dense": [nn.Flatten(), nn.LazyLinear(classes)],
        "window": [nn.AvgPool2d(5, stride=1), nn.Flatten()],
    }
    return nn.Sequential(
        stage(blocks[0], 96, 11, 4, 0), nn.MaxPool2d(3, 2), stage(blocks[1], 256, 5, 1, 2), nn.MaxPool2d(3, 2),
        stage(blocks[2], 384, 3, 1, 1), nn.MaxPool2d(3, 2), nn.Dropout(0.5),
        nn.Sequential(*block(last, 3, 1, 1, pointwiseKernel)), *heads[head])


def nin_of_paper(blocks):
    layers = []
    for index, (channels, kernel, stride, padding, has_dropout) in enumerate(blocks):
        layers.append(nn.Sequential(*block(channels, kernel, stride, padding)))
        if index + 1 < len(blocks):
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        if has_dropout:
            layers.append(nn.Dropout(0.5))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def dense(*features):
    layers = [nn.Flatten()]
    for width in features[:-1]:
        layers += [nn.LazyLinear(width), nn.ReLU(), nn.Dropout(0.5)]
    return layers + [nn.LazyLinear(features[-1])]


def lenet(classes):
    return nn.Sequential(
        nn.LazyConv2d(6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.LazyConv2d(16, 5), nn.Sigmoid(),
        nn.AvgPool2d(2, 2), nn.Flatten(), nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(),
        nn.LazyLinear(classes))


def alexnet(classes):
    convolutions = [(96, 11, 4, 1), (256, 5, 1, 2), (384, 3, 1, 1), (384, 3, 1, 1), (256, 3, 1, 1)]
    layers = []
    for index, parameters in enumerate(convolutions):
        layers += [nn.LazyConv2d(*parameters), nn.ReLU()]
        if index in (0, 1, 4):
            layers.append(nn.MaxPool2d(3, 2))
    return nn.Sequential(*layers, *dense(4096, 4096, classes))


def vgg(convolutions, classes):
    blocks = []
    for count, channels in convolutions:
        layers = []
        for _ in range(count):
            layers += [nn.LazyConv2d(channels, 3, padding=1), nn.ReLU()]
        blocks.append(nn.Sequential(*layers, nn.MaxPool2d(2, 2)))
    return nn.Sequential(*blocks, *dense(4096, 4096, classes))


def small_nin(classes):
    """NiN's parts with batch normalization, for images of 28×28."""
    def block(*channels):
        layers = []
        for index, width in enumerate(channels):
            size = 3 if index == 0 else 1
            layers += [nn.LazyConv2d(width, size, padding=size // 2, bias=False), nn.LazyBatchNorm2d(), nn.ReLU()]
        return layers
    return nn.Sequential(
        nn.Sequential(*block(64, 64, 64)), nn.MaxPool2d(2),
        nn.Sequential(*block(192, 192, 192)), nn.MaxPool2d(2), nn.Dropout(0.3),
        nn.Sequential(*block(256, 256), nn.LazyConv2d(classes, 1)), nn.AdaptiveAvgPool2d(1), nn.Flatten())


MODELS = {
    "nin": nin,
    "lenet": lenet,
    "alexnet": alexnet,
    "vgg11": lambda classes: vgg([(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)], classes),
    "vgg11-slim": lambda classes: vgg([(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)], classes),
    "nin-cifar10": lambda classes: nin_of_paper(
        [([192, 160, 96], 5, 1, 2, True), ([192] * 3, 5, 1, 2, True), ([192, 192, classes], 3, 1, 1, False)]),
    "nin-imagenet": lambda classes: nin_of_paper(
        [([96] * 3, 11, 4, 0, False), ([256] * 3, 5, 1, 2, False), ([384] * 3, 3, 1, 1, True),
         ([1024, 1024, classes], 3, 1, 1, False)]),
    "nin-small": small_nin,
}

# A model as a recipe has it, the usual image and classes, and the size and classes that are computed.
CASES = [
    ("lenet", (1, 28, 10), (28, 10)),
    ("alexnet", (1, 224, 10), (67, 7)),
    ("vgg11", (1, 224, 10), (32, 10)),
    ("vgg11-slim", (1, 224, 10), (32, 10)),
    ("nin-cifar10", (3, 32, 10), (32, 10)),
    ("nin-imagenet", (3, 224, 1000), (67, 50)),
    ("nin-small", (1, 28, 10), (28, 10)),
    ("nin", (1, 224, 10), (67, 10)),
] + [
    ({"nin": design}, (1, 224, 10), (side, 10))
    for design, side in [
        ({"pointwiseConvolutions": 0}, 67),
        ({"pointwiseConvolutions": 1}, 67),
        ({"pointwiseConvolutions": 3}, 67),
        ({"pointwiseKernel": 3}, 67),
        ({"head": "dense"}, 80),
        ({"head": "window", "width": 0.25}, 195),
        ({"head": "window", "width": 0.125}, 227),
        ({"width": 0.5}, 67),
        ({"lastStep": "gradual"}, 67),
        ({"depth": 21}, 67),
        ({"depth": 27}, 67),
        ({"pointwiseConvolutions": 1, "pointwiseKernel": 3, "head": "dense", "width": 0.3, "lastStep": "gradual",
          "depth": 21}, 83),
    ]
]


def make(model, classes):
    if isinstance(model, dict):
        return nin(classes, **model["nin"])
    return MODELS[model](classes)


def count(model, channels, side, classes):
    with torch.device("meta"):
        net = make(model, classes).eval()
        images = torch.zeros(1, channels, side, side)
        net(images)
        counter = FlopCounterMode(display=False)
        with counter:
            net(images)
    return sum(parameter.numel() for parameter in net.parameters()), counter.get_total_flops() // 2


def compute(model, channels, side, classes):
    net = make(model, classes).eval()
    net(torch.zeros(1, channels, side, side))
    fill(net)
    net = net.double()
    shape = (2, channels, side, side)
    images = (numbers(IMAGES, math.prod(shape)) + numpy.float32(1)) / numpy.float32(2)
    logits = net(torch.from_numpy(images).double().reshape(shape))
    loss = nn.functional.cross_entropy(logits, torch.tensor([1, 3]))
    result = {"side": side, "classes": classes, "logits": logits.flatten().tolist(), "loss": loss.item()}
    # In training a batch normalization takes the batch's statistics, and the network has dropout too.
    if not any(isinstance(module, nn.BatchNorm2d) for module in net.modules()):
        loss.backward()
        result["gradientNorms"] = {
            f"net.{name}": parameter.grad.norm().item() for name, parameter in net.named_parameters()}
    return result


def main():
    cases = []
    for model, (channels, side, classes), computed in CASES:
        parameters, macs = count(model, channels, side, classes)
        case = {"model": model, "channels": channels, "side": side, "classes": classes, "parameters": parameters, "macs": macs}
        if computed:
            case["computed"] = compute(model, channels, *computed)
        cases.append(case)
        print(model, parameters, macs)
    versions = {"torch": torch.__version__, "numpy": numpy.__version__}
    text = json.dumps({"versions": versions, "cases": cases}, indent=1)
    OUTPUT.write_text(text + "\n")


main()
