"""Writes Goldens/batch-norm.safetensors: what PyTorch computes for a small network with batch normalization.

    python3 -m venv venv && venv/bin/pip install torch safetensors
    venv/bin/python make_batch_norm_goldens.py

All is computed in float64, from parameters and images that float32 holds exactly. The network is that of
BatchNormTests.swift.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

OUTPUT = pathlib.Path(__file__).parent / "Goldens" / "batch-norm.safetensors"
STEPS = 5


def network():
    return nn.Sequential(
        nn.Conv2d(2, 5, 3, padding=1, bias=False), nn.BatchNorm2d(5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(5, 18, 3, stride=2), nn.BatchNorm2d(18, eps=1e-3, momentum=0.3), nn.ReLU(),
        nn.Conv2d(18, 4, 1), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def main():
    torch.manual_seed(0)
    net = network().double()
    with torch.no_grad():
        for name, tensor in net.state_dict().items():
            if tensor.is_floating_point():
                noise = torch.randn(tensor.shape, dtype=torch.float64)
                start = 1 + 0.2 * noise.abs() if name.endswith("var") else tensor + 0.3 * noise
                tensor.copy_(start.float().double())
    images = torch.randn(6, 2, 11, 10).double()
    labels = torch.tensor([0, 1, 2, 3, 1, 0])
    tensors = {f"before.net.{name}": tensor.clone() for name, tensor in net.state_dict().items()}
    tensors |= {"images": images, "labels": labels}

    net.eval()
    tensors["logits.eval"] = net(images).detach()
    loss = nn.functional.cross_entropy(net(images), labels)
    loss.backward()
    tensors |= {f"gradients.eval.net.{name}": p.grad.clone() for name, p in net.named_parameters()}

    net.train()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)
    losses = []
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            tensors |= {f"gradients.train.net.{name}": p.grad.clone() for name, p in net.named_parameters()}
        optimiser.step()
    tensors["losses"] = torch.tensor(losses, dtype=torch.float64)
    tensors |= {f"after.net.{name}": tensor.clone() for name, tensor in net.state_dict().items()}
    net.eval()
    tensors["logits.after"] = net(images).detach()
    save_file(tensors, OUTPUT)


main()
