"""Traces a network in PyTorch, for `nin verify --against`.

    python3 trace.py weights.safetensors x.npy y.npy trace.safetensors

The weights are those of d2l's NiN; for another network use it instead of `nin`. `weights.safetensors` may also
be a trace of `nin trace`: then its own `parameters.*` are taken.
"""
import sys
import numpy, torch
from safetensors.torch import load_file, save_file
from torch import nn


def block(channels, kernel, stride=1, padding=0):
    return nn.Sequential(
        nn.LazyConv2d(channels, kernel, stride, padding), nn.ReLU(), nn.LazyConv2d(channels, 1), nn.ReLU(),
        nn.LazyConv2d(channels, 1), nn.ReLU())


def nin(classes):
    return nn.Sequential(
        block(96, 11, 4), nn.MaxPool2d(3, 2), block(256, 5, 1, 2), nn.MaxPool2d(3, 2), block(384, 3, 1, 1),
        nn.MaxPool2d(3, 2), nn.Dropout(0.5), block(classes, 3, 1, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten())


weights, x, y, output = sys.argv[1:]
state = {name.removeprefix("parameters."): values for name, values in load_file(weights).items()}
state = {name: values for name, values in state.items() if name.startswith("net.")}
x, y = torch.from_numpy(numpy.load(x)), torch.from_numpy(numpy.load(y)).long()

net = nn.ModuleDict({"net": nin(len(list(state.values())[-1]))}).to(x.dtype).eval()  # eval: dropout off
net.net(x)  # gives the lazy layers their shapes
net.load_state_dict(state)
trace = {}
for name, module in net.named_modules():
    if name.startswith("net."):  # blocks as well as the layers in them
        module.register_forward_hook(lambda _, __, out, name=name: trace.update({"activations." + name: out.detach()}))
trace["logits"] = logits = net.net(x)
trace["loss"] = nn.functional.cross_entropy(logits, y)
trace["loss"].backward()
trace |= {"gradients." + name: values.grad for name, values in net.named_parameters()}
save_file(
    {name: values.detach().clone().contiguous() for name, values in trace.items()}, output,
    {"format": "pt", "backend": "PyTorch", "version": torch.__version__})
