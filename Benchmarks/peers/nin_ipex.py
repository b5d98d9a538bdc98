"""NiN in PyTorch with Intel's extension (IPEX), which is channels-last and packs weights for oneDNN.

For training an allocator that keeps its memory is the usual tuning; for prediction the network is traced and frozen.
"""

from measurement import LEARNING_RATE, Measurement, keep_freed_memory

measurement = Measurement("IPEX", {
    ("train", "float32"): ["malloc"],
    ("train", "bf16"): ["malloc"],
    ("predict", "float32"): ["frozen"],
    ("predict", "bf16"): ["frozen"],
    ("start", "float32"): ["frozen"],
})
options = measurement.options
if options.setting == "malloc":
    keep_freed_memory()

import intel_extension_for_pytorch as ipex
import torch
from torch import nn

from torch_network import network

torch.set_num_threads(options.threads)
torch.manual_seed(0)
dtype = {"float32": torch.float32, "bf16": torch.bfloat16}[options.precision]
autocast = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16", cache_enabled=False)
net = network().to(memory_format=torch.channels_last)
images = torch.rand(options.batch_size, 1, options.image_size, options.image_size)
images = images.to(memory_format=torch.channels_last)
labels = torch.randint(0, 10, (options.batch_size,))
if options.task == "train":
    net.train()
    optimiser = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)
    net, optimiser = ipex.optimize(net, optimizer=optimiser, dtype=dtype, sample_input=images, inplace=True)
else:
    net = ipex.optimize(net.eval(), dtype=dtype, sample_input=images, inplace=True)
    with torch.no_grad(), autocast:
        net = torch.jit.freeze(torch.jit.trace(net, images))


def train():
    optimiser.zero_grad()
    with autocast:
        loss = nn.functional.cross_entropy(net(images).float(), labels)
    loss.backward()
    optimiser.step()
    loss.item()


def predict():
    with torch.no_grad(), autocast:
        net(images).float().numpy()


measurement.run(ipex.__version__, train if options.task == "train" else predict)
