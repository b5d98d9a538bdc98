"""NiN in PyTorch.

Its best depends on the machine, so there are several settings: channels-last, which is the usual advice for
convolutions on a CPU; the same with an allocator that keeps its memory, which is the usual tuning; and compiled by
Inductor. For prediction the compiled network's weights are frozen, so that they are packed once.
"""

import os

from measurement import LEARNING_RATE, Measurement, keep_freed_memory

TRAINING = ["channels-last", "channels-last-malloc", "compiled"]
measurement = Measurement("PyTorch", {
    ("train", "float32"): TRAINING,
    ("train", "bf16"): TRAINING,
    ("predict", "float32"): ["compiled", "channels-last"],
    ("predict", "bf16"): ["compiled", "channels-last"],
    ("start", "float32"): ["eager"],
})
options = measurement.options
compiles = options.setting.startswith("compiled")
if options.setting.endswith("malloc"):
    keep_freed_memory()
if compiles and options.task == "predict":
    os.environ["TORCHINDUCTOR_FREEZING"] = "1"

import torch
from torch import nn

from torch_network import network

torch.set_num_threads(options.threads)
torch.manual_seed(0)
net = network()
images = torch.rand(options.batch_size, 1, options.image_size, options.image_size)
labels = torch.randint(0, 10, (options.batch_size,))
if "channels-last" in options.setting or (compiles and options.precision == "bf16"):
    net = net.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
model = torch.compile(net) if compiles else net
autocast = torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16")
optimiser = torch.optim.SGD(net.parameters(), lr=LEARNING_RATE)


def train():
    optimiser.zero_grad()
    with autocast:
        loss = nn.functional.cross_entropy(model(images), labels)
    loss.backward()
    optimiser.step()
    loss.item()


def predict():
    # Freezing needs no_grad; elsewhere inference mode is the cheaper one.
    with torch.no_grad() if compiles else torch.inference_mode(), autocast:
        model(images).float().numpy()


net.train(options.task == "train")
measurement.run(torch.__version__, train if options.task == "train" else predict)
