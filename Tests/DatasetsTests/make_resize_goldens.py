"""Makes Fixtures/resize.bin: images before and after Pillow's bilinear resize.

    pip install pillow numpy
    python3 make_resize_goldens.py [folder of the Fashion-MNIST files]

Records follow one another: five little-endian 32-bit numbers (channels, height and width before, height and width
after), the bytes before, the bytes after, both as C×H×W. The first two are the first test images of Fashion-MNIST.
"""

import gzip
import pathlib
import struct
import sys

import numpy
from PIL import Image

FASHION = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")


def record(planes, height, width):
    resized = [
        numpy.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR)) for plane in planes
    ]
    header = struct.pack("<5I", *planes.shape, height, width)
    return header + planes.tobytes() + numpy.stack(resized).tobytes()


def main():
    with gzip.open(FASHION / "t10k-images-idx3-ubyte.gz") as file:
        file.read(16)
        clothes = numpy.frombuffer(file.read(2 * 784), numpy.uint8).reshape(2, 1, 28, 28)
    random = numpy.random.default_rng(0)

    def noise(channels, height, width):
        return random.integers(0, 256, (channels, height, width), numpy.uint8)

    extremes = random.integers(0, 2, (1, 64, 64), numpy.uint8) * 255
    records = [record(image, 224, 224) for image in clothes]
    records += [record(clothes[0], side, side) for side in (28, 32, 67, 96, 112, 127)]
    records += [
        record(noise(3, 37, 53), 96, 120),
        record(noise(3, 200, 150), 28, 28),
        record(noise(1, 28, 28), 14, 28),
        record(noise(1, 28, 28), 28, 50),
        record(noise(1, 28, 28), 41, 28),
        record(noise(1, 5, 3), 7, 2),
        record(noise(1, 1, 1), 3, 4),
        record(noise(1, 300, 2), 2, 5),
        record(noise(1, 1, 4000), 1, 3),
        record(noise(1, 3, 4), 1, 1),
        record(extremes, 9, 11),
        record(extremes, 150, 63),
        record(numpy.full((1, 97, 89), 255, numpy.uint8), 31, 200),
    ]
    path = pathlib.Path(__file__).parent / "Fixtures" / "resize.bin"
    path.write_bytes(b"".join(records))


main()
