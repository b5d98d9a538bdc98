"""Writes NiN as ONNX with random weights, for ONNX Runtime, OpenVINO and MNN: make_onnx.py FILE."""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from measurement import BLOCKS, CLASSES

random = np.random.default_rng(0)
nodes, weights = [], []


def add(operator, **attributes):
    """Appends an operator that reads the last one's output, and its two parameters if it is a convolution."""
    before = nodes[-1].output[0] if nodes else "images"
    name = f"{operator}{len(nodes)}"
    parameters = [f"{name}.weight", f"{name}.bias"] if operator == "Conv" else []
    nodes.append(helper.make_node(operator, [before, *parameters], [name], name=name, **attributes))


def add_convolution(inputs, outputs, kernel, stride=1, padding=0):
    add("Conv", kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4)
    bound = (6 / (kernel * kernel * (inputs + outputs))) ** 0.5
    weight = random.uniform(-bound, bound, (outputs, inputs, kernel, kernel)).astype(np.float32)
    for name, value in zip(nodes[-1].input[1:], (weight, np.zeros(outputs, np.float32))):
        weights.append(numpy_helper.from_array(value, name))
    add("Relu")


channels = 1
for number, (outputs, kernel, stride, padding) in enumerate(BLOCKS):
    add_convolution(channels, outputs, kernel, stride, padding)
    add_convolution(outputs, outputs, 1)
    add_convolution(outputs, outputs, 1)
    channels = outputs
    if number < len(BLOCKS) - 1:
        add("MaxPool", kernel_shape=[3, 3], strides=[2, 2])
add("GlobalAveragePool")
add("Flatten")
nodes[-1].output[0] = "logits"
graph = helper.make_graph(
    nodes, "NiN",
    [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 1, "height", "width"])],
    [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", CLASSES])],
    weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
temporary = sys.argv[1] + ".part"
onnx.save(model, temporary)
os.replace(temporary, sys.argv[1])
