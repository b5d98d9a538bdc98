"""Writes Goldens/: what PyTorch computes for the book's NiN, for the tests to compare with.

    python3 -m venv venv && venv/bin/pip install torch torchvision safetensors pillow
    venv/bin/python make_goldens.py [FOLDER OF FASHION-MNIST]

Weights: torch.manual_seed(0), the layers made in order, then xavier_uniform_ for each weight in order. Dropout is
off. Gradients and logits are taken in float64, which decides which of two float32 results is nearer to the truth.
"""

import gzip
import json
import pathlib
import sys

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torchvision import transforms

DATA = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
OUTPUT = pathlib.Path(__file__).parent / "Goldens"
KEPT_ACTIVATIONS = (0, 1, 2, 3, 4, 5, 7, 8)
LARGEST_TENSOR = 560_000  # bytes
SAMPLES = 8192


def nin_block(inputs, outputs, kernel, stride, padding):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 1), nn.ReLU(),
        nn.Conv2d(outputs, outputs, 1), nn.ReLU())


def nin(parameters=None, dtype=torch.float32):
    torch.manual_seed(0)
    net = nn.Sequential(
        nin_block(1, 96, 11, 4, 0), nn.MaxPool2d(3, 2),
        nin_block(96, 256, 5, 1, 2), nn.MaxPool2d(3, 2),
        nin_block(256, 384, 3, 1, 1), nn.MaxPool2d(3, 2), nn.Dropout(0.5),
        nin_block(384, 10, 3, 1, 1), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
    if parameters is not None:
        net.load_state_dict({name.removeprefix("net."): tensor for name, tensor in parameters.items()})
    return net.to(dtype).eval()


def read(name, count, header, size):
    with gzip.open(DATA / name) as file:
        return numpy.frombuffer(file.read(header + count * size), numpy.uint8, count * size, header)


def images(name, count):
    resize = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()])
    pixels = read(name, count, 16, 784).reshape(count, 28, 28)
    return torch.from_numpy(pixels.copy()), torch.stack([resize(Image.fromarray(image)) for image in pixels])


def labels(name, count):
    return torch.from_numpy(read(name, count, 8, 1).astype(numpy.int64))


def kept(tensor):
    """The tensor, or of a large one some elements at equal distances, rounded to float32."""
    if tensor.nbytes <= LARGEST_TENSOR:
        return tensor.contiguous().clone()
    return tensor.flatten()[:: tensor.numel() // SAMPLES].float().clone()


def run(parameters, images, labels, dtype):
    net = nin(parameters, dtype)
    values, activations = images.to(dtype), {}
    for index, child in enumerate(net):
        values = child(values)
        activations[f"activations.net.{index}"] = values.detach()
    loss = nn.functional.cross_entropy(values, labels)
    loss.backward()
    gradients = {f"gradients.net.{name}": parameter.grad for name, parameter in net.named_parameters()}
    return {"logits": values.detach(), "loss": loss.detach().reshape(1)} | activations | gradients


def case(parameters, images, labels):
    """Logits, loss and gradients in float64, and how far PyTorch's own float32 is from them."""
    exact = run(parameters, images, labels, torch.float64)
    rounded = run(parameters, images, labels, torch.float32)
    errors = {
        name: ((rounded[name].double() - exact[name]).abs().max() / exact[name].abs().max()).item()
        for name in exact
    }
    tensors = {name: tensor for name, tensor in exact.items() if not name.startswith("activations")}
    return {name: kept(tensor) for name, tensor in tensors.items()}, errors


def descend(parameters, images, labels, rate=0.05, steps=20):
    return {
        "float64": losses(parameters, images, labels, rate, steps, torch.float64),
        "float32": losses(parameters, images, labels, rate, steps, torch.float32),
    }


def losses(parameters, images, labels, rate, steps, dtype):
    net = nin(parameters, dtype)
    optimiser = torch.optim.SGD(net.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(net(images.to(dtype)), labels)
        losses.append(loss.item())
        loss.backward()
        optimiser.step()
    return losses


def main():
    OUTPUT.mkdir(exist_ok=True)
    parameters = {f"net.{name}": tensor.clone() for name, tensor in nin().state_dict().items()}
    save_file(parameters, OUTPUT / "parameters.safetensors")

    bytes_, test = images("t10k-images-idx3-ubyte.gz", 2)
    test_labels = labels("t10k-labels-idx1-ubyte.gz", 2)
    activations, values = {}, test
    with torch.no_grad():
        for index, child in enumerate(nin(parameters)):
            values = child(values)
            if index in KEPT_ACTIVATIONS:
                activations[f"activations.net.{index}"] = kept(values)
    zero_bias, errors = case(parameters, test, test_labels)
    save_file(
        {"input": test, "labels": test_labels} | activations | zero_bias, OUTPUT / "images.safetensors")

    generator = torch.Generator().manual_seed(1)
    biased = dict(parameters)
    for name, tensor in parameters.items():
        if name.endswith("bias"):
            biased[name] = torch.empty_like(tensor).uniform_(-0.1, 0.1, generator=generator)
    biases = {name: tensor for name, tensor in biased.items() if name.endswith("bias")}
    noise = torch.rand(2, 1, 224, 224, generator=torch.Generator().manual_seed(2))
    noisy, noisy_errors = case(biased, noise, test_labels)
    save_file({"input": noise, "labels": test_labels} | biases | noisy, OUTPUT / "noise.safetensors")
    errors = {"images": errors, "noise": noisy_errors}
    (OUTPUT / "float32_errors.json").write_text(json.dumps(errors, indent=1) + "\n")

    bytes_, training = images("train-images-idx3-ubyte.gz", 8)
    training_labels = labels("train-labels-idx1-ubyte.gz", 8)
    descent = {
        "labels": training_labels.tolist(),
        "curves": {
            "zero_bias": descend(parameters, training, training_labels),
            "biased": descend(biased, training, training_labels),
        },
    }
    save_file({"pixels": bytes_.reshape(8, 1, 28, 28)}, OUTPUT / "descent.safetensors")
    (OUTPUT / "descent.json").write_text(json.dumps(descent, indent=1) + "\n")


if __name__ == "__main__":
    main()
