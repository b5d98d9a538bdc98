"""Writes small networks as PyTorch's exporters, Keras and tf2onnx do, with an input and the output of each.

An exporter that is not installed is skipped. Needs numpy, and torch with onnxscript, or tensorflow with tf2onnx.

    python3 make_exports.py FOLDER
"""

import pathlib
import sys

import numpy

FOLDER = pathlib.Path(sys.argv[1])


def save(name, x, y):
    numpy.save(FOLDER / f"{name}.onnx.npy", numpy.ascontiguousarray(x))
    numpy.save(FOLDER / f"{name}.onnx.out.npy", numpy.ascontiguousarray(y))


def torch_exports():
    import onnxscript  # the default exporter needs it
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self, head):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(1, 6, 5, 2), nn.ReLU(), nn.Conv2d(6, 6, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
                nn.Dropout(), nn.Conv2d(6, 4, 3, padding=1), nn.ReLU())
            self.pool = nn.AdaptiveAvgPool2d((1, 1))
            self.head = head

        def forward(self, x):
            return self.head(self, self.features(x))

    lenet = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 2), nn.Conv2d(6, 16, 5), nn.Sigmoid(),
        nn.AvgPool2d(2, 2), nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 10))
    flatten = lambda net, x: torch.flatten(net.pool(x), 1)
    networks = {
        "flatten": Network(flatten),
        "channels-last": Network(flatten).to(memory_format=torch.channels_last),
        "view": Network(lambda net, x: net.pool(x).view(x.size(0), -1)),
        "reshape": Network(lambda net, x: net.pool(x).reshape(-1, 4)),
        "squeeze": Network(lambda net, x: net.pool(x).squeeze(3).squeeze(2)),
        "index": Network(lambda net, x: net.pool(x)[:, :, 0, 0]),
        "mean": Network(lambda net, x: x.mean((-1, -2))),
        "mean-twice": Network(lambda net, x: x.mean(3).mean(2)),
        "mean-of-rows": Network(lambda net, x: x.flatten(2).mean(2)),
        "maximum": Network(lambda net, x: x.amax((2, 3))),
        "squeezed": Network(lambda net, x: net.pool(x).squeeze()),
        "negated": Network(lambda net, x: torch.flatten(net.pool(-x), 1)),
        "sum": Network(lambda net, x: x.sum((2, 3)) / (x.shape[2] * x.shape[3])),
        "repeated": Network(lambda net, x: net.pool(x).flatten(1) + torch.ones(1, 4).repeat(x.shape[0], 1)),
        "lenet": lenet,
    }
    # Only the older exporter writes the condition that the axis has one element.
    older = {"squeezed-if-one": Network(lambda net, x: torch.flatten(net.pool(x.squeeze(0)), 1))}
    x = torch.rand(2, 1, 28, 28)
    for name, network in {**networks, **older}.items():
        y = network.eval()(x).detach().numpy()
        for is_new in [False] if name in older else [True, False]:
            for is_open in [True, False]:
                options = {"input_names": ["x"], "verbose": False}
                if is_open and is_new:
                    options["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
                elif is_open:
                    options["dynamic_axes"] = {"x": {0: "batch"}}
                full = f"torch-{'new' if is_new else 'old'}-{'open' if is_open else 'fixed'}-{name}"
                torch.onnx.export(network, (x,), FOLDER / f"{full}.onnx", dynamo=is_new, **options)
                save(full, x.numpy(), y)


def keras_exports():
    import keras
    import tensorflow
    import tf2onnx
    from keras import layers

    first = [layers.Conv2D(6, 5, strides=2, activation="relu", padding="same"), layers.MaxPooling2D(3, 2)]
    heads = {
        "mean": [layers.GlobalAveragePooling2D()],
        "flatten": [layers.Flatten(), layers.Dense(4)],
        "batch-normalization": [layers.BatchNormalization(), layers.GlobalAveragePooling2D()],
        "dense-batch-normalization": [
            layers.Flatten(), layers.Dense(6, activation="relu"), layers.BatchNormalization(), layers.Dense(4)],
        "maximum": [layers.GlobalMaxPooling2D()],
        "padding": [layers.ZeroPadding2D(1), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()],
        "dense-of-channels": [layers.Dense(5, activation="relu"), layers.GlobalAveragePooling2D()],
        "whole": [layers.Conv2D(4, 1)],
    }
    for name, head in heads.items():
        for channels in [1, 3]:
            copies = [layer.__class__.from_config(layer.get_config()) for layer in [*first, *head]]
            network = keras.Sequential([layers.Input((28, 28, channels)), *copies])
            x = numpy.random.default_rng(channels).random((2, 28, 28, channels), dtype=numpy.float32)
            y = network(x, training=False).numpy()
            full = f"keras-{name}-{channels}"
            network.export(str(FOLDER / f"{full}.onnx"), format="onnx", verbose=False)
            save(full, x, y)
            function = tensorflow.function(lambda x: network(x, training=False))
            signature = (tensorflow.TensorSpec((None, 28, 28, channels), tensorflow.float32, name="x"),)
            full = f"tf2onnx-{name}-{channels}"
            tf2onnx.convert.from_function(
                function, input_signature=signature, opset=15, inputs_as_nchw=["x"],
                output_path=str(FOLDER / f"{full}.onnx"))
            save(full, x.transpose(0, 3, 1, 2), y)


for exports in [torch_exports, keras_exports]:
    try:
        exports()
    except ImportError as error:
        print(f"skipped: {error}", file=sys.stderr)
if not list(FOLDER.glob("*.onnx")):
    sys.exit("no exporter is installed")
