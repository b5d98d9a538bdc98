"""Makes Fixtures/tab-NAME.safetensors: what a tab of the book computes in its own framework.

Each framework has an environment of its own, since they want different versions of numpy:

    pip install mxnet==1.9.1 numpy==1.23.5
    python make_tab_goldens.py mxnet
    pip install torch==2.15.0 torchvision==0.29.2 pillow==12.3.0 numpy==2.4.6
    python make_tab_goldens.py pytorch
    pip install tensorflow-cpu==2.21.0 numpy==2.4.6
    python make_tab_goldens.py tensorflow
    pip install 'jax[cpu]==0.10.2' flax==0.12.8 numpy==2.4.6
    python make_tab_goldens.py jax

Pillow 13 resizes an image that becomes lower and wider along its columns first, whose rounding is another; between square
images it is as the versions before.

A file has, as tensors:

- `quantiles.NAME.weight` and `.bias`: 1,001 quantiles of the framework's first values of a layer;
- `image.I` and `resized.I`: images before (bytes) and after (bytes or float32), both C×H×W. The jax tab reads its images
  through TensorFlow, so its file has none;
- `logits.SIDE`: NiN's for two images of that side, from weights that the tests compute by the same formula.

Its metadata, JSON, has the versions, the sizes of the samples behind the quantiles, what the network's layer_summary
prints, the shapes in which the framework stores the parameters, and the classes of a block's layers.

The networks are the chapter's (section 8.3.2 of the book 1.0.3, chapter_convolutional-modern/nin.md of d2l-ai/d2l-en at
v1.0.3), the images are resized as its FashionMNIST does (section 4.2), and layer_summary prints a layer's class, the words
"output shape:", a tab and the output's shape (section 7.6).
"""

import importlib
import json
import pathlib
import struct
import sys

import numpy

# The channels, kernel side, stride and padding of the blocks, and of the 1×1 convolutions after each.
BLOCKS = [(96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (10, 3, 1, 1)]
POSITIONS = (0, 2, 4, 7)
SAMPLED = ["net.0.0", "net.2.2", "net.4.0"]
# Side of the image, channels, classes.
SUMMARIES = [(224, 1, 10), (200, 3, 5), (256, 1, 10)]


def parameters():
    """Pseudo-random weights and biases O×I×H×W by a formula, in float32, by PyTorch's names."""
    values, channels = {}, 1
    for position, (outputs, kernel, _, _) in zip(POSITIONS, BLOCKS):
        for layer, side in ((0, kernel), (2, 1), (4, 1)):
            fan_in = channels * side * side
            name = f"net.{position}.{layer}"
            bound = (6 / fan_in) ** 0.5
            values[f"{name}.weight"] = formula(len(values), (outputs, channels, side, side), bound)
            values[f"{name}.bias"] = formula(len(values), (outputs,), 1 / fan_in**0.5)
            channels = outputs
    return values


def formula(stream, shape, bound):
    """Numbers on ±bound, the high bits of a multiplicative hash of their indices."""
    places = numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint64) + numpy.uint64(stream << 32)
    hashed = (places + numpy.uint64(1)) * numpy.uint64(0x9E3779B97F4A7C15)
    hashed ^= hashed >> numpy.uint64(29)
    hashed *= numpy.uint64(0xBF58476D1CE4E5B9)
    unit = (hashed >> numpy.uint64(40)).astype(numpy.float64) / 2**24
    return ((2 * unit - 1) * bound).astype(numpy.float32).reshape(shape)


def images():
    """Pairs of an image, C×H×W bytes, and the height and width that it gets."""
    random = numpy.random.default_rng(0)

    def noise(channels, height, width):
        return random.integers(0, 256, (channels, height, width), dtype=numpy.uint8)

    square = noise(1, 28, 28)
    cases = [(square, side, side) for side in (224, 67, 96, 32, 28, 27, 14, 9)]
    cases += [
        (noise(3, 20, 31), 40, 70),
        (noise(3, 64, 48), 32, 24),
        (noise(3, 64, 48), 32, 25),
        (noise(1, 90, 70), 13, 17),
        (noise(1, 28, 28), 14, 28),
        (noise(1, 5, 3), 7, 2),
        (noise(1, 1, 1), 3, 4),
        (noise(1, 100, 2), 2, 5),
        (noise(1, 2, 2), 1, 1),
        (numpy.full((1, 33, 29), 255, numpy.uint8), 50, 51),
    ]
    # Extremes side by side, where sums are largest.
    cases.append((random.integers(0, 2, (1, 30, 30), dtype=numpy.uint8) * numpy.uint8(255), 71, 43))
    return cases


def write_safetensors(path, tensors, metadata):
    kinds = {"uint8": "U8", "float32": "F32"}
    header, data = {"__metadata__": metadata}, b""
    for name, tensor in sorted(tensors.items()):
        tensor = numpy.ascontiguousarray(tensor)
        begin = len(data)
        data += tensor.tobytes()
        header[name] = {
            "dtype": kinds[str(tensor.dtype)], "shape": list(tensor.shape), "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    tab = sys.argv[1]
    framework = importlib.import_module(f"tab_{tab}")
    tensors, samples = {}, {}
    for name, values in framework.first_parameters(SAMPLED).items():
        tensors[f"quantiles.{name}"] = numpy.quantile(values.astype(numpy.float64), numpy.linspace(0, 1, 1001)).astype(
            numpy.float32
        )
        samples[name] = int(values.size)
    if hasattr(framework, "resize"):
        for index, (image, height, width) in enumerate(images()):
            tensors[f"image.{index}"] = image
            tensors[f"resized.{index}"] = framework.resize(image.transpose(1, 2, 0), height, width).transpose(2, 0, 1)
    values = parameters()
    for side in framework.LOGITS_SIDES:
        pictures = (formula(100, (2, 1, side, side), 0.5) + numpy.float32(0.5)).astype(numpy.float32)
        tensors[f"logits.{side}"] = framework.logits(values, pictures)
    metadata = {
        "versions": json.dumps({"numpy": numpy.__version__, "book": "1.0.3", **framework.VERSIONS}, sort_keys=True),
        "samples": json.dumps(samples, sort_keys=True),
        "summaries": json.dumps(
            [
                {"side": side, "channels": channels, "classes": classes, "text": framework.summary(side, channels, classes)}
                for side, channels, classes in SUMMARIES
            ]
        ),
        "shapes": json.dumps(framework.shapes(), sort_keys=True),
        "block": json.dumps([layer.__class__.__name__ for layer in framework.block_layers()]),
    }
    path = pathlib.Path(__file__).parent.parent / "Fixtures" / f"tab-{tab}.safetensors"
    write_safetensors(path, tensors, metadata)
    print(f"{path}: {path.stat().st_size} bytes")


main()
