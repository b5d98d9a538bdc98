"""Converts the weights of the book's NiN between Keras or Flax and the safetensors that nin and PyTorch read.

    python3 convert.py nin.weights.h5 nin.safetensors    # from Keras: .weights.h5, .h5 or .keras
    python3 convert.py nin.msgpack nin.safetensors       # from Flax: the bytes of flax.serialization.to_bytes
    python3 convert.py nin.safetensors nin.weights.h5    # and back; a .keras file is the whole model
    python3 convert.py nin.safetensors nin.msgpack

It needs numpy and safetensors; h5py to read files of Keras and keras to write them; flax for those of Flax.

Keras and Flax store a kernel as H×W×I×O, PyTorch and nin as O×I×H×W. Convolutions are recognized by their order, which
the numbers in names give, and checked by their shapes, so it does not matter what a model calls them. Channels may
differ from the book's.

What is written loads with `load_weights` of the `Sequential` that the book's TensorFlow tab calls `net`, and with
`flax.serialization.from_bytes` into the variables of the JAX tab's NiN.
"""
import re
import sys
import zipfile

try:
    import numpy
    from safetensors.numpy import load_file, save_file
except ImportError as error:
    sys.exit(f"{error.name} is not installed: python3 -m pip install numpy safetensors")

KERNELS = [11, 1, 1, 5, 1, 1, 3, 1, 1, 3, 1, 1]
NAMES = [f"{block}.{layer}" for block in (0, 2, 4, 7) for layer in (0, 2, 4)]  # in the Sequential `net`


def checked(convolutions, source):
    """Kernels and biases in order, as float32."""
    shapes = [kernel.shape for kernel, _ in convolutions]
    fits = [shape[:2] for shape in shapes] == [(size, size) for size in KERNELS] and all(
        len(shape) == 4 and bias.shape == shape[3:] for shape, (_, bias) in zip(shapes, convolutions))
    if not fits or any(shape[2] != before[3] for before, shape in zip(shapes, shapes[1:])):
        sys.exit(f"{source} does not have the convolutions of the book's NiN: "
                 + (", ".join("×".join(map(str, shape)) for shape in shapes) or "there are none"))
    return [(numpy.asarray(kernel, "float32"), numpy.asarray(bias, "float32")) for kernel, bias in convolutions]


def order(path):
    """Sorts `conv2d_10` behind `conv2d_9`, and `conv2d` before both."""
    parts = [re.fullmatch(r"(.*?)(?:_(\d+))?", part) for part in path]
    return [(part[1], int(part[2] or -1)) for part in parts]


def paired(arrays, kernel, bias):
    """The kernels with their biases in order, from a dictionary by path."""
    layers = sorted((path[:-1] for path in arrays if path[-1] == kernel), key=order)
    return [(arrays[layer + (kernel,)], arrays.get(layer + (bias,), numpy.empty(0))) for layer in layers]


def read_keras(path):
    import h5py
    arrays = {}

    def visit(name, item):
        parts = tuple(name.removesuffix(":0").split("/"))
        if isinstance(item, h5py.Dataset) and not parts[0].startswith("optimizer"):
            arrays[tuple(part.removesuffix(":0") for part in parts)] = item[()]

    if path.endswith(".keras"):
        with zipfile.ZipFile(path) as archive, archive.open("model.weights.h5") as inner:
            h5py.File(inner, "r").visititems(visit)
    else:
        with h5py.File(path, "r") as file:
            file.visititems(visit)
    # Keras 3 numbers a layer's variables, and before they had names.
    return checked(paired(arrays, "0", "1") or paired(arrays, "kernel", "bias"), path)


def write_keras(convolutions, path):
    import keras
    from keras import layers

    def block(first, stride, padding):
        parts = []
        for index, (kernel, _) in enumerate(convolutions[first:first + 3]):
            rows, columns, _, channels = kernel.shape
            # 1×1 convolutions have neither stride nor padding.
            place = {"strides": stride, "padding": padding} if index == 0 else {}
            parts += [layers.Conv2D(channels, (rows, columns), **place), layers.Activation("relu")]
        return keras.Sequential(parts)

    net = keras.Sequential([
        keras.Input((None, None, convolutions[0][0].shape[2])),
        block(0, 4, "valid"), layers.MaxPool2D(3, 2), block(3, 1, "same"), layers.MaxPool2D(3, 2),
        block(6, 1, "same"), layers.MaxPool2D(3, 2), layers.Dropout(0.5), block(9, 1, "same"),
        layers.GlobalAvgPool2D(), layers.Flatten()])
    net.set_weights([values for convolution in convolutions for values in convolution])
    net.save(path) if path.endswith(".keras") else net.save_weights(path)


def read_flax(path):
    from flax.serialization import msgpack_restore
    from flax.traverse_util import flatten_dict
    with open(path, "rb") as file:
        arrays = flatten_dict(msgpack_restore(file.read()))
    # Of a training state these are the moments of the weights.
    arrays = {name: numpy.asarray(values) for name, values in arrays.items() if "opt_state" not in name}
    return checked(paired(arrays, "kernel", "bias"), path)


def write_flax(convolutions, path):
    from flax.serialization import msgpack_serialize
    net = {}
    for name, (kernel, bias) in zip(NAMES, convolutions):
        block, layer = (f"layers_{number}" for number in name.split("."))
        net.setdefault(block, {})[layer] = {"kernel": kernel, "bias": bias}
    with open(path, "wb") as file:
        file.write(msgpack_serialize({"params": {"net": net}}))


def read_safetensors(path):
    state = {name.removeprefix("net."): values for name, values in load_file(path).items()}
    missing = [f"net.{name}.{part}" for name in NAMES for part in ("weight", "bias") if f"{name}.{part}" not in state]
    if missing:
        sys.exit(f"{path} does not have the weights of the book's NiN: {', '.join(missing)} are missing")
    if any(state[f"{name}.weight"].ndim != 4 for name in NAMES):
        sys.exit(f"{path} has weights that do not have four axes, as those of the book's NiN do")
    return checked(
        [(state[f"{name}.weight"].transpose(2, 3, 1, 0), state[f"{name}.bias"]) for name in NAMES], path)


def write_safetensors(convolutions, path):
    tensors = {}
    for name, (kernel, bias) in zip(NAMES, convolutions):
        tensors[f"net.{name}.weight"] = numpy.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
        tensors[f"net.{name}.bias"] = bias
    save_file(tensors, path, {"format": "pt"})


FORMATS = {
    ".safetensors": (read_safetensors, write_safetensors), ".msgpack": (read_flax, write_flax),
    ".h5": (read_keras, write_keras), ".keras": (read_keras, write_keras)}


def functions(path):
    found = [pair for ending, pair in FORMATS.items() if path.endswith(ending)]
    return found[0] if found else sys.exit(f"{path} must end in {', '.join(FORMATS)}")


def attempt(path, failure, action):
    """Ends with one line where the libraries raise an error, each its own kinds."""
    try:
        return action()
    except ImportError as error:
        sys.exit(f"{path} {failure} without {error.name}: python3 -m pip install {error.name}")
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sys.exit(f"{path} {failure}: {' '.join(reason.split()) or type(error).__name__}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = sys.argv[1:]
    if source.endswith(".safetensors") == target.endswith(".safetensors"):
        sys.exit("one of the two files must end in .safetensors")
    read, write = functions(source)[0], functions(target)[1]
    attempt(source, "cannot be read", lambda: open(source, "rb").close())
    convolutions = attempt(source, "cannot be read", lambda: read(source))
    attempt(target, "cannot be written", lambda: write(convolutions, target))
