"""Makes Fixtures/: small networks in the ONNX format, with the outputs that others compute.

Needs onnx, onnxruntime, safetensors and torch; made with onnx 1.22.0, onnxruntime 1.32.0 and torch 2.15.0. ONNX
Runtime computes the outputs, and onnx's own reference where it does not know an old opset or refuses a case.

    python3 make_onnx_fixtures.py
"""

import io
import json
import pathlib

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import save_file
from torch import nn

FOLDER = pathlib.Path(__file__).parent / "Fixtures"
random = numpy.random.default_rng(4)


def numbers(*shape, kind=numpy.float32):
    return random.normal(size=shape).astype(kind)


def node(operator, inputs=("x",), outputs=("y",), **attributes):
    return helper.make_node(operator, list(inputs), list(outputs), **attributes)


def model(nodes, x, constants=None, opset=17, inputs=None, outputs=("y",), domains=()):
    """A model for an input x; constants become initializers, `inputs` inputs of the graph that stay open."""
    values = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", *x.shape[1:]])]
    for name, array in (inputs or {}).items():
        values.append(helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape))
    results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    initializers = [
        array if isinstance(array, TensorProto) else numpy_helper.from_array(array, name)
        for name, array in (constants or {}).items()
    ]
    graph = helper.make_graph(nodes, "g", values, results, initializers)
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1) for domain in domains]
    return helper.make_model(graph, opset_imports=opsets, ir_version=4 if opset < 9 else 8)


def case(name, nodes, x, constants=None, inputs=None, by_reference=False, y=None, **options):
    """Writes name.onnx, and name.safetensors with x, y (computed unless given) and the values of open inputs."""
    made = model(nodes, x, constants, inputs=inputs, **options)
    feed = {"x": x, **(inputs or {})}
    if y is not None:
        pass
    elif by_reference:
        (y,) = ReferenceEvaluator(made).run(None, feed)
    else:
        session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
        (y,) = session.run(None, feed)
    onnx.save(made, FOLDER / f"{name}.onnx")
    save_file({"y": numpy.ascontiguousarray(y), **feed}, FOLDER / f"{name}.safetensors")


refusals = {}


def refused(name, fragments, nodes, x, change=None, **options):
    """Writes refused-name.onnx, and notes what its refusal has to name."""
    made = model(nodes, x, **options)
    if change:
        change(made)
    refusals[name] = {"names": fragments, "input": list(x.shape)}
    (FOLDER / f"refused-{name}.onnx").write_bytes(made.SerializeToString())


def convolutions():
    x = numbers(2, 4, 9, 11)
    plain = {"w": numbers(6, 4, 3, 2), "b": numbers(6)}
    conv = ("x", "w", "b")
    case("conv-asymmetric-pads", [node("Conv", conv, pads=[2, 0, 1, 1], strides=[2, 1])], x, plain)
    case("conv-dilated", [node("Conv", conv, dilations=[2, 3], pads=[1, 2, 0, 1])], x, plain, opset=22)
    case("conv-groups", [node("Conv", ("x", "w"), group=2)], x, {"w": numbers(6, 2, 3, 3)}, opset=7)
    case("conv-depthwise", [node("Conv", ("x", "w", ""), group=4, pads=[1, 1, 1, 1])], x, {"w": numbers(8, 1, 3, 3)})
    for mode in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        nodes = [node("Conv", conv, auto_pad=mode, strides=[2, 3])]
        case(f"conv-{mode.lower().replace('_', '-')}", nodes, x, plain, opset=11)
    case("conv-opset-6", [node("Conv", conv, kernel_shape=[3, 2])], x, plain, opset=6, by_reference=True)
    case("conv-open-weights", [node("Conv", conv)], x, inputs=plain)
    typed = {name: helper.make_tensor(name, TensorProto.FLOAT, a.shape, a.flatten()) for name, a in plain.items()}
    case("conv-float-data", [node("Conv", conv)], x, typed)
    nodes = [node("Constant", (), ("w",), value=numpy_helper.from_array(plain["w"])),
             node("Identity", ("w",), ("v",)), node("Conv", ("x", "v"), ("c",)), node("Identity", ("c",))]
    case("conv-constant-node", nodes, x)


def poolings():
    x = numbers(2, 3, 9, 10)
    case("max-pool-ceil", [node("MaxPool", kernel_shape=[3, 2], strides=[2, 3], ceil_mode=1)], x)
    case("max-pool-dilated", [node("MaxPool", kernel_shape=[2, 3], dilations=[3, 2], pads=[1, 2, 0, 1])], x)
    case("max-pool-wide-pads", [node("MaxPool", kernel_shape=[3, 3], pads=[2, 2, 2, 2], strides=[2, 2])], x)
    case("max-pool-same", [node("MaxPool", kernel_shape=[4, 2], strides=[3, 1], auto_pad="SAME_LOWER")], x)
    case("max-pool-unused-indices", [node("MaxPool", outputs=("y", "i"), kernel_shape=[2, 2])], x)
    window = {"kernel_shape": [3, 2], "strides": [2, 3], "pads": [1, 0, 2, 1]}
    for counts in [0, 1]:
        case(f"average-pool-counts-{counts}", [node("AveragePool", count_include_pad=counts, **window)], x)
        nodes = [node("AveragePool", count_include_pad=counts, ceil_mode=1, **window)]
        case(f"average-pool-ceil-{counts}", nodes, x, opset=22)
        nodes = [node("AveragePool", count_include_pad=counts, dilations=[2, 3], **window)]
        case(f"average-pool-dilated-{counts}", nodes, x, opset=19)
    case("average-pool-same", [node("AveragePool", kernel_shape=[2, 4], auto_pad="SAME_UPPER")], x)
    case("global-average-pool", [node("GlobalAveragePool")], x, opset=7)


def others():
    x = numbers(3, 5)
    case("gemm-scaled", [node("Gemm", ("x", "w", "b"), alpha=0.5, beta=-2.0)], x, {"w": numbers(5, 4), "b": numbers(1, 4)})
    case("gemm-transposed", [node("Gemm", ("x", "w"), transB=1)], x, {"w": numbers(4, 5)})
    scalar = {"w": numbers(4, 5), "b": numpy.float32(3)}
    case("gemm-scalar-bias", [node("Gemm", ("x", "w", "b"), transB=1)], x, scalar)
    row = {"w": numbers(5, 4), "b": numbers(4)}
    case("gemm-opset-6", [node("Gemm", ("x", "w", "b"), broadcast=1)], x, row, opset=6, by_reference=True)
    case("relu", [node("Relu")], numbers(3, 4, 5))
    case("flatten", [node("Flatten", axis=-3)], numbers(2, 3, 4, 5))
    case("softmax-last", [node("Softmax")], numbers(2, 3, 4) * 100)
    case("softmax-axis-1", [node("Softmax", axis=1)], numbers(2, 3, 4, 2), opset=13)
    case("softmax-opset-11", [node("Softmax")], numbers(2, 7), opset=11)
    case("dropout-attribute", [node("Dropout", ratio=0.25)], numbers(2, 9), opset=7)
    training = {"r": numpy.float32(0), "t": numpy.array(True)}
    case("dropout-ratio-0", [node("Dropout", ("x", "r", "t"))], numbers(2, 9), training)
    # Neither knows this version, which in a test gives back what it takes.
    case("dropout-opset-6", [node("Dropout", is_test=1)], x, opset=6, y=x)


def networks():
    weights = {"w1": numbers(20, 3, 3, 3), "b1": numbers(20), "w2": numbers(5, 20, 1, 1), "b2": numbers(5)}
    head = [node("Conv", ("x", "w1", "b1"), ("a",), strides=[2, 2]), node("Relu", ("a",), ("b",)),
            node("MaxPool", ("b",), ("c",), kernel_shape=[2, 2]), node("Dropout", ("c",), ("d",)),
            node("Conv", ("d", "w2", "b2"), ("e",))]
    x = numbers(3, 3, 13, 15)
    # Softmax over channels right behind a convolution, whose layout may be blocked.
    case("network-softmax", head + [node("Softmax", ("e",), axis=1)], x, weights)
    end = [node("GlobalAveragePool", ("e",), ("f",)), node("Flatten", ("f",), ("g",)), node("Gemm", ("g", "w3"))]
    case("network-dense", head + end, x, {**weights, "w3": numbers(5, 7)})


def refusals_of_what_we_lack():
    x, w = numbers(1, 2, 5, 5), {"w": numbers(3, 2, 2, 2)}
    conv = [node("Conv", ("x", "w"))]
    refused("operator", ["ConvTranspose", "not supported"], [node("ConvTranspose", ("x", "w"))], x, constants=w)
    refused("domain", ["org.example"], [node("Relu", domain="org.example")], x, domains=["org.example"])
    refused("opset-5", ["opset 5"], conv, x, constants=w, opset=5)
    refused("opset-99", ["opset 99"], conv, x, constants=w, opset=99)
    refused("one-axis", ["Conv", "1 spatial"], conv, numbers(1, 2, 5), constants={"w": numbers(3, 2, 2)})
    refused("three-axes", ["MaxPool", "3 spatial"], [node("MaxPool", kernel_shape=[2, 2, 2])], numbers(1, 1, 4, 4, 4))
    refused("flatten-axis", ["Flatten", "axis"], [node("Flatten", axis=2)], x)
    refused("softmax-batch", ["Softmax", "axis"], [node("Softmax", axis=0)], x)
    refused("softmax-joined", ["Softmax", "opset 11"], [node("Softmax")], x, opset=11)
    refused("attribute", ["Conv", "flavour"], [node("Conv", ("x", "w"), flavour=1)], x, constants=w)
    refused("attribute-type", ["Conv", "group"], [node("Conv", ("x", "w"), group=1.5)], x, constants=w)
    refused("auto-pad", ["auto_pad", "SAME_NOWHERE"], [node("Conv", ("x", "w"), auto_pad="SAME_NOWHERE")], x, constants=w)
    refused("negative-pad", ["Conv", "padding"], [node("Conv", ("x", "w"), pads=[-1, 0, 0, 0])], x, constants=w)
    refused("kernel-shape", ["kernel_shape"], [node("Conv", ("x", "w"), kernel_shape=[3, 3])], x, constants=w)
    refused("zero-stride", ["stride"], [node("Conv", ("x", "w"), strides=[0, 1])], x, constants=w)
    refused("groups", ["groups"], [node("Conv", ("x", "w"), group=3)], x, constants=w)
    refused("storage-order", ["storage_order"], [node("MaxPool", kernel_shape=[2, 2], storage_order=1)], x)
    indices = [node("MaxPool", outputs=("y", "i"), kernel_shape=[2, 2])]
    refused("indices", ["Indices", "i"], indices, x, outputs=("y", "i"))
    refused("mask", ["mask"], [node("Dropout", outputs=("y", "m"))], x, outputs=("y", "m"))
    training = {"r": numpy.float32(0.5), "t": numpy.array(True)}
    refused("training", ["training_mode"], [node("Dropout", ("x", "r", "t"))], x, constants=training)
    refused("training-opset-6", ["is_test"], [node("Dropout")], x, opset=6)
    rows = numbers(4, 3)
    refused("trans-a", ["transA"], [node("Gemm", ("x", "w"), transA=1)], rows, constants={"w": numbers(4, 2)})
    bias = {"w": numbers(3, 2), "c": numbers(4, 2)}
    refused("matrix-bias", ["Gemm", "C"], [node("Gemm", ("x", "w", "c"))], rows, constants=bias)
    refused("open-input", ["w", "no value"], conv, x, inputs=w)
    branch = [node("Relu", outputs=("a",)), node("Relu", outputs=("b",)), node("Add", ("a", "b"))]
    refused("branch", ["branches", "x"], branch, x)
    refused("cycle", ["z", "not computed by any node before"], [node("Relu", ("z",)), node("Relu", ("y",), ("z",))], x)
    refused("names", ["two values"], [node("Relu"), node("Relu", ("y",), ("x",))], x, outputs=("x",))
    refused("no-input", ["is missing"], [node("Relu", ())], x)
    refused("nothing", ["computes nothing"], [node("Identity")], x)
    refused("weight-shape", ["weight", "3×3×2×2"], conv, x, constants={"w": numbers(3, 3, 2, 2)})
    refused("integers", ["int64"], conv, x, constants={"w": numpy.ones((3, 2, 2, 2), dtype=numpy.int64)})
    image = lambda m: m.graph.input[0].type.tensor_type
    refused("uint8", ["uint8"], conv, x, constants=w, change=lambda m: setattr(image(m), "elem_type", 2))
    refused("declared", ["1×7", "declared"], conv, numbers(1, 2, 5, 5), constants=w,
            change=lambda m: image(m).CopyFrom(helper.make_tensor_type_proto(1, [1, 7]).tensor_type))
    weight = lambda m: m.graph.initializer[0]
    refused("few-bytes", ["w", "bytes"], conv, x, constants=w,
            change=lambda m: setattr(weight(m), "raw_data", weight(m).raw_data[:-1]))
    refused("huge-dims", ["too large"], conv, x, constants=w, change=lambda m: weight(m).dims.__setitem__(0, 1 << 62))
    refused("overflowing-dims", ["too large"], conv, x, constants=w,
            change=lambda m: weight(m).dims.__setitem__(slice(0, 4), [1 << 33] * 4))
    refused("negative-dims", ["negative"], conv, x, constants=w, change=lambda m: weight(m).dims.__setitem__(0, -3))
    refused("external", ["another file"], conv, x, constants=w,
            change=lambda m: setattr(weight(m), "data_location", TensorProto.EXTERNAL))
    huge = [node("MaxPool", kernel_shape=[1 << 23, 1 << 23], pads=[(1 << 23) - 1] * 4)]
    refused("huge-output", ["MaxPool", "too large"], huge, x)
    # Outputs of few numbers, from an input that is nothing but padding.
    far = 1 << 24
    same = [node("Conv", ("x", "w"), auto_pad="SAME_UPPER", dilations=[far, far])]
    refused("huge-dilation", ["Conv", "padding", "too large"], same, x, constants=w)
    padded = [node("Conv", ("x", "w"), pads=[far] * 4, strides=[far, far])]
    refused("huge-pads", ["Conv", "padding", "too large"], padded, x, constants={"w": numbers(3, 2, 1, 1)})
    row = [node("Conv", ("x", "w"), pads=[0, far, 0, far], dilations=[1, far])]
    refused("huge-row", ["Conv", "padding", "too large"], row, x, constants={"w": numbers(3, 2, 1, 3)})
    for operator in ["MaxPool", "AveragePool"]:
        pool = [node(operator, kernel_shape=[3, 3], auto_pad="SAME_UPPER", dilations=[far, far])]
        refused(f"huge-{operator.lower()}", [operator, "padding", "too large"], pool, x, opset=19)
    plane = [node("MaxPool", kernel_shape=[20001, 20001], pads=[10000] * 4, strides=[20001, 20001])]
    refused("huge-plane", ["MaxPool", "padding", "too large"], plane, x)
    more = {**w, "b": numbers(3), "z": numbers(3)}
    refused("surplus-input-relu", ["Relu", "input 'z'", "1"], [node("Relu", ("x", "z"))], x, constants=more)
    refused("surplus-input-conv", ["Conv", "input 'z'", "3"], [node("Conv", ("x", "w", "b", "z"))], x, constants=more)
    # Before opset 12 the ratio was no input.
    refused("surplus-input-dropout", ["Dropout", "input 'r'", "1"], [node("Dropout", ("x", "r"))], x, opset=11,
            constants={"r": numpy.float32(0)})
    refused("surplus-output-relu", ["Relu", "output 'z'", "1"], [node("Relu", outputs=("y", "z"))], x)
    refused("surplus-output-conv", ["Conv", "output 'z'", "1"], [node("Conv", ("x", "w"), ("y", "z"))], x, constants=w)
    third = [node("MaxPool", outputs=("y", "", "z"), kernel_shape=[2, 2])]
    refused("surplus-output-pool", ["MaxPool", "output 'z'", "2"], third, x)


def batch_normalizations():
    """Last, so that the random numbers of all others stay what they are."""
    x = numbers(2, 5, 4, 3)
    normalization = ("x", "scale", "shift", "mean", "variance")
    constants = {"scale": numbers(5), "shift": numbers(5), "mean": numbers(5), "variance": numbers(5) ** 2}
    nodes = [node("BatchNormalization", normalization, epsilon=1e-3, momentum=0.8)]
    for opset in [7, 8, 9, 13, 14, 15, 22]:
        case(f"batch-normalization-opset-{opset}", nodes, x, constants, opset=opset)
    inference = [node("BatchNormalization", normalization, training_mode=0)]
    case("batch-normalization-defaults", inference, x, constants, opset=15)
    nodes = [node("BatchNormalization", normalization, is_test=1)]
    scale, shift = (constants[name].reshape(1, 5, 1, 1) for name in ["scale", "shift"])
    mean, variance = (constants[name].reshape(1, 5, 1, 1) for name in ["mean", "variance"])
    y = (scale * (x - mean) / numpy.sqrt(variance + numpy.float32(1e-5)) + shift).astype(numpy.float32)
    case("batch-normalization-opset-6", nodes, x, constants, opset=6, y=y)

    folded = [node("Conv", ("x", "w"), ("c",)), node("BatchNormalization", ("c", *normalization[1:]), ("n",)),
              node("Relu", ("n",))]
    case("batch-normalization-folded", folded, x, {"w": numbers(5, 5, 2, 2), **constants})

    training = [node("BatchNormalization", normalization, ("y", "m", "v"), training_mode=1)]
    refused("batch-normalization-training", ["BatchNormalization", "training_mode", "running statistics"], training,
            x, constants=constants)
    refused("batch-normalization-opset-6", ["BatchNormalization", "is_test"],
            [node("BatchNormalization", normalization)], x, constants=constants, opset=6)
    old = [node("BatchNormalization", normalization, ("y", "m", "v", "s", "w"))]
    refused("batch-normalization-saved", ["BatchNormalization", "m"], old, x, constants=constants, opset=9,
            outputs=("y", "m"))
    refused("batch-normalization-spatial", ["BatchNormalization", "spatial"],
            [node("BatchNormalization", normalization, spatial=0)], x, constants=constants, opset=7)
    refused("batch-normalization-short", ["BatchNormalization", "4", "5"],
            [node("BatchNormalization", normalization)], x, constants={**constants, "mean": numbers(4)})
    refused("batch-normalization-inputs", ["BatchNormalization", "mean"],
            [node("BatchNormalization", ("x", "scale", "shift"))], x, constants=constants)
    refused("batch-normalization-epsilon", ["BatchNormalization", "epsilon"],
            [node("BatchNormalization", normalization, epsilon=-1.0)], x, constants=constants)
    refused("batch-normalization-rows", ["BatchNormalization"],
            [node("BatchNormalization", normalization)], numbers(2, 5), constants=constants)


def torch_batch_normalization():
    """What PyTorch exports in eval mode with its batch normalizations kept; momentum in ONNX is 1 less PyTorch's."""
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(3, 18, 3, padding=1, bias=False), nn.BatchNorm2d(18), nn.ReLU(), nn.MaxPool2d(2),
        nn.BatchNorm2d(18, eps=1e-3, momentum=0.3), nn.Conv2d(18, 5, 1), nn.BatchNorm2d(5),
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())
    x = torch.randn(2, 3, 8, 9)
    with torch.no_grad():
        for module in network:
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_()
        for _ in range(3):
            network.train()(torch.randn(4, 3, 8, 9))
        y = network.eval()(x)
    for opset in [9, 13, 17]:
        made = io.BytesIO()
        torch.onnx.export(
            network, (x,), made, dynamo=False, opset_version=opset, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE, input_names=["x"], output_names=["y"])
        model = onnx.load_from_string(made.getvalue())
        assert sum(node.op_type == "BatchNormalization" for node in model.graph.node) == 3
        onnx.save(model, FOLDER / f"network-torch-opset-{opset}.onnx")
        save_file({"x": x.numpy(), "y": y.numpy()}, FOLDER / f"network-torch-opset-{opset}.safetensors")


class Chosen(nn.Module):
    """Pads where the stride leaves a rest, as TensorFlow does, and chooses layers by the extents."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3, stride=2)

    def forward(self, x):
        height, width = x.size(2), x.size(3)
        rows = max((height + 1) // 2 * 2 + 1 - height, 0)
        columns = max((width + 1) // 2 * 2 + 1 - width, 0)
        if rows > 0 or columns > 0:
            x = nn.functional.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        x = self.convolution(x)
        if x.dim() == 4 and not x.size(2) == 1:
            if x.size(3) >= 4:
                x = torch.relu(x)
            x = nn.functional.adaptive_avg_pool2d(x, 1)
        return x.squeeze(3).squeeze(2)


def torch_conditions():
    """What PyTorch's older exporter makes of conditions on extents that it does not know: `If` in `If`."""
    torch.manual_seed(1)
    network = torch.jit.script(Chosen().eval())
    for name, extents in [("even", (8, 9)), ("odd", (7, 5))]:
        x = torch.randn(2, 3, *extents)
        made = io.BytesIO()
        torch.onnx.export(
            network, (x,), made, dynamo=False, opset_version=17, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": {0: "N", 2: "height", 3: "width"}})
        model = onnx.load_from_string(made.getvalue())
        assert sum(node.op_type == "If" for node in model.graph.node) > 2
        (y,) = onnxruntime.InferenceSession(made.getvalue()).run(None, {"x": x.numpy()})
        onnx.save(model, FOLDER / f"network-torch-conditions-{name}.onnx")
        save_file({"x": x.numpy(), "y": y}, FOLDER / f"network-torch-conditions-{name}.safetensors")


def sigmoids():
    """After all others, whose random numbers stay what they are."""
    x = numbers(3, 4, 5) * 30
    for opset in [6, 13]:
        case(f"sigmoid-opset-{opset}", [node("Sigmoid")], x, opset=opset)
    refused("surplus-input-sigmoid", ["Sigmoid", "input 'z'", "1"], [node("Sigmoid", ("x", "z"))], x,
            constants={"z": numbers(3)})


def conditions():
    """An axis that is squeezed if it has one element; after all others, like the sigmoids."""

    def branch(operator, *inputs):
        results = [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)]
        return helper.make_graph([node(operator, inputs, ("z",))], operator, [], results)

    x = numbers(2, 3, 4, 5)
    for axis in [0, 2]:
        nodes = [
            node("GlobalAveragePool", outputs=("p",)), node("Shape", ("p",), ("s",)),
            node("Gather", ("s", "axis"), ("extent",)), node("Equal", ("extent", "one"), ("c",)),
            node("If", ("c",), then_branch=branch("Squeeze", "p", "axis"), else_branch=branch("Identity", "p")),
        ]
        case(f"if-axis-{axis}", nodes, x, {"axis": numpy.array([axis]), "one": numpy.array([1])})


FOLDER.mkdir(exist_ok=True)
for old in FOLDER.iterdir():
    old.unlink()
convolutions()
poolings()
others()
networks()
refusals_of_what_we_lack()
batch_normalizations()
torch_batch_normalization()
torch_conditions()
sigmoids()
conditions()
(FOLDER / "refusals.json").write_text(json.dumps(refusals, indent=1, ensure_ascii=False) + "\n")
