#!/usr/bin/env python3
"""Writes Corpora: a few small files for each reader, of the tests' fixtures and made here.

It needs nothing but Python's own library, and gives the same bytes whenever it is run.
"""

import gzip
import json
import pathlib
import shutil
import struct
import zlib

here = pathlib.Path(__file__).resolve().parent
tests = here.parent / "Tests"
corpora = here / "Corpora"


def write(target, name, data):
    folder = corpora / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def copy(target, paths):
    for path in sorted(paths):
        write(target, path.name, path.read_bytes())


def npy(description, order, shape, data, version=1):
    header = f"{{'descr': '{description}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


def safetensors(tensors, metadata=None):
    header = {} if metadata is None else {"__metadata__": metadata}
    data = b""
    for name, (dtype, shape, values) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def idx(*extents):
    count = 1
    for extent in extents:
        count *= extent
    header = bytes([0, 0, 8, len(extents)]) + b"".join(struct.pack(">I", extent) for extent in extents)
    return header + bytes(index % 10 for index in range(count))


def gzipped(data, level=9):
    return gzip.compress(data, compresslevel=level, mtime=0)


def layer(kind, **value):
    return {"kind": kind, "value": value}


def extent(side):
    return {"height": side, "width": side}


def padding(side):
    return {"top": side, "bottom": side, "left": side, "right": side}


def checkpoint(layers, image, tensors):
    description = {
        "model": {"layers": layers}, "image": image, "classNames": ["a", "b"],
        "normalization": {"mean": [0.5], "deviation": [0.25]},
    }
    return safetensors(tensors, {"nin": json.dumps(description, separators=(",", ":"))})


def tiff(order, *entries):
    directory = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        directory += struct.pack(order + "HHI", tag, kind, count)
        directory += struct.pack(order + ("HH" if kind == 3 else "I"), *([value, 0] if kind == 3 else [value]))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "I", 8) + directory + struct.pack(order + "I", 0)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


shutil.rmtree(corpora, ignore_errors=True)

# Arrays
floats = struct.pack("<6f", *range(6))
write("npy", "float32", npy("<f4", False, (2, 3), floats))
write("npy", "columns", npy("<f4", True, (2, 3), floats))
write("npy", "float64", npy("<f8", False, (1,), struct.pack("<d", 0.5), version=2))
write("npy", "float16", npy("<f2", False, (), struct.pack("<e", 0.5), version=3))
write("npy", "int64", npy("<i8", False, (2,), struct.pack("<2q", 1, -1)))
write("npy", "bytes", npy("|u1", False, (0, 5), b""))
write("npy", "truth", npy("|b1", False, (2, 2), bytes([0, 1, 1, 0])))

write("safetensors", "float32", safetensors({"net.0.weight": ("F32", [2, 3], floats)}, {"format": "pt"}))
write("safetensors", "types", safetensors({
    "a": ("BF16", [2], bytes(4)), "b": ("F16", [], bytes(2)), "c": ("I64", [1], bytes(8)),
    "d": ("BOOL", [3], bytes(3)), "e": ("U8", [0, 4], b""),
}))
write("safetensors", "empty", safetensors({}))
write("safetensors", "null", b"\x15\0\0\0\0\0\0\0" + b'{"__metadata__":null}')

for target, pack in [("idx", lambda data: data), ("gz", gzipped)]:
    write(target, "images", pack(idx(2, 3, 4)))
    write(target, "labels", pack(idx(5)))
    write(target, "empty", pack(idx(0)))
write("gz", "stored", gzipped(idx(7), level=0))
write("gz", "members", gzipped(idx(3)[:6]) + gzipped(idx(3)[6:]))

# Networks
copy("onnx", (tests / "ONNXTests/Fixtures").glob("*.onnx"))
one = struct.pack("<f", 1)
write("checkpoint", "convolution", checkpoint(
    [
        layer("Sequential", layers=[
            layer(
                "Conv2D", channels=1, kernel=extent(2), stride=extent(1), padding=padding(1), dilation=extent(1),
                groups=1, hasBias=True),
            layer("ReLU"),
        ]),
        layer("MaxPool2D", kernel=extent(2), stride=extent(2), padding=padding(0), dilation=extent(1), roundsUp=True),
        layer("GlobalAvgPool2D"), layer("Flatten"),
    ],
    [1, 3, 3], {"net.0.0.bias": ("F32", [1], one), "net.0.0.weight": ("F32", [1, 1, 2, 2], 4 * one)}))
write("checkpoint", "dense", checkpoint(
    [layer("Dropout", probability=0.5), layer("Flatten"), layer("Dense", features=2, hasBias=False),
     layer("Softmax", axis=1)],
    [1, 1, 2], {"net.2.weight": ("F32", [2, 2], 4 * one)}))
write("checkpoint", "normalization", checkpoint(
    [layer("BatchNorm2D", epsilon=1e-5, momentum=0.1), layer("Sigmoid"),
     layer("AvgPool2D", kernel=extent(1), stride=extent(1), padding=padding(0), dilation=extent(1), roundsUp=False,
           countsPadding=True)],
    [1, 2, 2], {
        "net.0.bias": ("F32", [1], one), "net.0.num_batches_tracked": ("I64", [], bytes(8)),
        "net.0.running_mean": ("F32", [1], one), "net.0.running_var": ("F32", [1], one),
        "net.0.weight": ("F32", [1], one),
    }))
write("checkpoint", "wrapped", safetensors({"module.0.weight": ("F32", [1, 1, 1, 1], one)}))
copy("checkpoint", (tests / "TrainingTests/Fixtures").glob("checkpoint-*.safetensors"))

# Training runs
copy("state", (tests / "TrainingTests/Fixtures").glob("training-state-*.safetensors"))
write("state", "begun", safetensors({}, {"nin-training": json.dumps({
    "format": 2, "epoch": 2, "batch": 0, "step": 6, "epochScore": {"correct": 0, "count": 0, "lossSum": 0},
    "recipe": {"epochs": 5, "patience": 3, "optimizer": {"adamw": {}}, "learningRate": {"peak": 0.1}},
    "best": {"epoch": 1, "accuracy": 0.5, "loss": 1},
    "history": [{"epoch": 1, "trainingLoss": 1, "trainingAccuracy": 0.5, "testLoss": 1, "testAccuracy": 0.5}],
    "halfEpochs": {"lossSum": 1, "batches": 1, "complete": [{"epochs": 0.25, "loss": 2}]},
})}))
write("recipe", "plain", "{epochs: 3, batchSize: 128, // a comment\n seed: 0x10, weightDecay: .5e-3}\n")
write("recipe", "nested", """/* all kinds */ {
  model: {nin: {depth: 21, width: 0.5, head: 'dense', pointwiseConvolutions: 3}},
  optimizer: {sgd: {momentum: 0.9, nesterov: true}},
  learningRate: {peak: 1e-1, warmUpSteps: +5, shape: {step: {epochs: 2, factor: 0.1}}},
  normalization: {mean: [0.5], deviation: [0.25,]}, "augmentation": {flip: true, shift: 2, erasing: 0.25},
  initialization: {weights: 'he-uniform', constants: {'net.0.bias': -1}}, frozen: ["net.0"], data: null,
}""")
write("recipe", "tab", "{tab: \"jax\", normalization: 'measured', precision: 'bf16', microBatch: 4}")
columns = (
    "step,epoch,images,learning_rate,gradient_norm,training_loss,training_accuracy,seconds,images_per_second,"
    "book_train_epochs,book_train_loss"
)
write("history", "steps", f"{columns}\n1,1,4,0.1,2.5,2.3,0.25,0.1,40,,\n2,1,4,0.1,2.5,2.2,0.5,0.2,40,0.25,2.25\n"
      "3,2,4,0.1,nan,inf,0.5,0.3,40,,\n")
write("history", "columns", "step,epoch,images,training_loss,training_accuracy\n1,1,1,0,0\n2,1,1,1e-3,1\n")
write("metrics", "all", json.dumps({
    "version": "0.5", "epochs": 1, "steps": 3, "seconds": 1.5, "training_images": 12, "threads": 2,
    "best": {"epoch": 1, "accuracy": 0.5, "loss": 1},
    "history": [{"epoch": 1, "training_loss": 1, "training_accuracy": 0.5, "test_loss": 1, "test_accuracy": 0.5,
                 "book_training_losses": [{"epochs": 0.25, "loss": 2}]}],
}))
write("metrics", "none", '{"epochs":0,"history":[]}')

# Images
for order in "<>":
    name = "little" if order == "<" else "big"
    write("exif", name, tiff(order, (0x010F, 2, 4, 0x00504143), (0x0112, 3, 1, 6)))
    write("exif", name + "-long", tiff(order, (0x0112, 4, 1, 3)))
images = tests / "ImageFilesTests/Fixtures"
copy("png", images.glob("*.png"))
copy("jpeg", images.glob("*.jpg"))
write("png", "text.png", b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
      + png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(4096), 9))
      + png_chunk(b"eXIf", tiff(">", (0x0112, 3, 1, 8)))
      + png_chunk(b"IDAT", zlib.compress(bytes([0, 1, 2, 1, 3, 4]), 9)) + png_chunk(b"IEND", b""))

total = sum(path.stat().st_size for path in corpora.rglob("*") if path.is_file())
print(f"{sum(1 for path in corpora.rglob('*') if path.is_file())} files, {total} bytes")
assert total < 200_000
