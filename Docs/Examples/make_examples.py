"""Makes the files that the documentation's commands read, from the first two test images of Fashion-MNIST.

    pip install pillow numpy
    python3 make_examples.py /usr/share/datasets/fashion-mnist
"""

import gzip
import pathlib
import sys

import numpy
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
SIZE, MEAN, DEVIATION = 80, 0.286, 0.353  # of the quick recipe


def read(name, header):
    return numpy.frombuffer(gzip.open(pathlib.Path(sys.argv[1]) / name).read()[header:], numpy.uint8)


images = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:2]
labels = read("t10k-labels-idx1-ubyte.gz", 8)[:2]

# Like a photograph: large, and dark on white.
ImageOps.invert(Image.fromarray(images[0])).resize((224, 224), Image.LANCZOS).save(HERE / "boot.png", optimize=True)

resized = [numpy.asarray(Image.fromarray(image).resize((SIZE, SIZE), Image.BILINEAR)) for image in images]
x = (numpy.stack(resized)[:, None] / 255 - MEAN) / DEVIATION
numpy.save(HERE / "x.npy", x.astype(numpy.float32))
numpy.save(HERE / "y.npy", labels.astype(numpy.int64))

# For conv.onnx, a copy of Tests/ONNXTests/Fixtures/conv-open-weights.onnx.
random = numpy.random.default_rng(0)
for name, shape in [("x", (2, 4, 9, 11)), ("w", (6, 4, 3, 2)), ("b", (6,))]:
    numpy.save(HERE / f"conv-{name}.npy", random.standard_normal(shape, numpy.float32))
