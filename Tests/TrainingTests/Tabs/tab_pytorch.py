"""The PyTorch tab for make_tab_goldens.py."""

import numpy
import torch
import torchvision
from PIL import Image, __version__ as pillow_version
from torch import nn

VERSIONS = {"torch": torch.__version__, "torchvision": torchvision.__version__, "pillow": pillow_version}
LOGITS_SIDES = [224, 112]


def block(channels, kernel, stride, padding):
    layers = []
    for side, step, pad in ((kernel, stride, padding), (1, 1, 0), (1, 1, 0)):
        layers += [nn.LazyConv2d(channels, side, step, pad), nn.ReLU()]
    return nn.Sequential(*layers)


def network(classes=10):
    return nn.Sequential(
        block(96, 11, 4, 0), nn.MaxPool2d(3, stride=2),
        block(256, 5, 1, 2), nn.MaxPool2d(3, stride=2),
        block(384, 3, 1, 1), nn.MaxPool2d(3, stride=2),
        nn.Dropout(0.5), block(classes, 3, 1, 1), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(),
    )  # fmt: skip


def initialised(seed, side=224):
    """As apply_init does with init_cnn, once the sizes are known."""
    torch.manual_seed(seed)
    net = network()
    net(torch.zeros(1, 1, side, side))

    def glorot(layer):
        if type(layer) is nn.Conv2d:
            nn.init.xavier_uniform_(layer.weight)

    net.apply(glorot)
    return {f"net.{name}": value.detach().numpy() for name, value in net.named_parameters()}


def first_parameters(layers):
    # A layer has few biases: so many networks make a sample.
    draws = [initialised(seed, side=67) for seed in range(100)]
    values = {f"{layer}.weight": draws[0][f"{layer}.weight"].ravel() for layer in layers}
    return values | {
        f"{layer}.bias": numpy.concatenate([draw[f"{layer}.bias"] for draw in draws]) for layer in layers
    }


def resize(image, height, width):
    trans = torchvision.transforms.Resize((height, width))
    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    return numpy.asarray(trans(picture)).reshape(height, width, image.shape[2])


def summary(side, channels, classes):
    x, lines = torch.randn(1, channels, side, side), []
    for layer in network(classes):
        x = layer(x)
        lines.append(f"{layer.__class__.__name__} output shape:\t {x.shape}")
    return "\n".join(lines)


def block_layers():
    net = network()
    net(torch.zeros(1, 1, 224, 224))
    return net[0]


def shapes():
    return {name: list(value.shape) for name, value in initialised(0).items()}


def logits(parameters, images):
    net = network()
    net(torch.zeros(1, 1, images.shape[2], images.shape[3]))
    net.load_state_dict({name.removeprefix("net."): torch.from_numpy(value) for name, value in parameters.items()})
    net.eval()
    with torch.no_grad():
        return net(torch.from_numpy(images)).numpy()
