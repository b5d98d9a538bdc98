import Tensors

@testable import ONNX

extension Equivalence {
  /// Graphs in which constants are computed in advance, or do nothing, or nodes compute what nothing uses.
  static let ofConstants = [
    Equivalence("all channels gathered in their order") { graph in
      graph.node(
        "Relu", [graph.node("Gather", ["x", graph.integers([0, 1, -4, 3, 4, -1])], [.integer("axis", 1)])])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a copy of the means of all images, as PyTorch writes it for channels-last weights") {
      graph in
      let pooled = graph.node("GlobalAveragePool", [graph.node("Relu", ["x"])])
      let flat = graph.node("Reshape", [pooled, graph.integers([-1])])
      let indices = graph.node(
        "Reshape", [graph.integers(Array(0..<12)), graph.integers([2, 6, 1, 1])])
      return graph.node("Flatten", [graph.node("Gather", [flat, indices], [.integer("axis", 0)])])
    } _: { graph in
      graph.node("Flatten", [graph.node("GlobalAveragePool", [graph.node("Relu", ["x"])])])
    },
    Equivalence("nodes whose results nothing uses") { graph in
      let rectified = graph.node("Relu", ["x"])
      _ = graph.node("Erf", [graph.node("Relu", ["x"])])
      _ = graph.node("Add", [rectified, "x"])
      return graph.node("GlobalMaxPool", [rectified])
    } _: { graph in
      graph.node("GlobalMaxPool", [graph.node("Relu", ["x"])])
    },
    Equivalence("a sum of images with several constants") { graph in
      let channels = graph.floats(perChannel)
      return graph.node("Relu", [graph.node("Sum", [graph.number(0.5), channels, "x", graph.number(-1)])])
    } _: { graph in
      let shifted = graph.node("Add", ["x", graph.floats(perChannel)])
      return graph.node("Relu", [graph.node("Sub", [shifted, graph.number(0.5)])])
    },
    Equivalence("a mean of images and several constants") { graph in
      let mean = graph.node("Mean", ["x", graph.number(0.5), graph.floats(perChannel)])
      return graph.node("Relu", [graph.node("Mean", [mean])])
    } _: { graph in
      let sum = graph.node("Add", [graph.node("Add", ["x", graph.number(0.5)]), graph.floats(perChannel)])
      return graph.node("Relu", [graph.node("Div", [sum, graph.number(3)])])
    },
    Equivalence("the largest of several values, and the smallest of them and infinity") { graph in
      let largest = graph.node("Max", [graph.number(-1), graph.number(0), "x"])
      let least = graph.node("Max", [largest, graph.number(-.infinity)])
      return graph.node("Min", [least, graph.number(.infinity), graph.number(.infinity)])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a mirrored padding of nothing") { graph in
      let padded = graph.node(
        "Pad", ["x", graph.integers([Int](repeating: 0, count: 8))], [.text("mode", "reflect")])
      return graph.node("Relu", [padded])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a weight with a correction of low rank") { graph in
      let product = graph.node("MatMul", [graph.floats(tall), graph.floats(wide)])
      let correction = graph.node("Reshape", [product, graph.integers([3, 6, 1, 1])])
      return graph.node("Conv", ["x", graph.node("Add", [graph.floats(weight), correction])])
    } _: { graph in
      var sum = weight
      for index in sum.elements.indices {
        sum.elements[index] += tall.elements[index / 6] * wide.elements[index % 6]
      }
      return graph.node("Conv", ["x", graph.floats(sum)])
    },
  ]

  private static let perChannel = Tensor<Float>(
    shape: [6, 1, 1], elements: (0..<6).map { Float($0) / 4 - 0.5 })
  private static let weight = Tensor<Float>(
    shape: [3, 6, 1, 1], elements: (0..<18).map { Float($0 * 7 % 11) - 4 })
  private static let tall = Tensor<Float>(shape: [3, 1], elements: [1, -2, 0.5])
  private static let wide = Tensor<Float>(shape: [1, 6], elements: [0, 1, 2, -1, 3, 0.5])
}
