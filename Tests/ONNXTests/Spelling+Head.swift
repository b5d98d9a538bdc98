import Tensors

@testable import ONNX

extension Spelling {
  /// Writes a global average pooling of N×5×4×4, as rows.
  func writeHead(_ x: String, _ graph: inout GraphDraft) -> String {
    switch head {
    case .flatten: return graph.node("Flatten", [graph.node("GlobalAveragePool", [x])])
    case .reshapeOpenRows: return reshaped(graph.node("GlobalAveragePool", [x]), [-1, 5], &graph)
    case .reshapeOpenColumns: return reshaped(graph.node("GlobalAveragePool", [x]), [0, -1], &graph)
    case .reshapeByShape:
      let pooled = graph.node("GlobalAveragePool", [x])
      let zero = graph.integers([0], asNode: true, isScalar: true)
      let batch = graph.node("Gather", [graph.node("Shape", [pooled]), zero])
      let row = graph.node("Unsqueeze", batch, axes: [0], inputSince: 13)
      let target = graph.node("Concat", [row, graph.integers([-1])], [.integer("axis", 0)])
      return graph.node("Reshape", [pooled, target])
    case .reshapeBySlice:
      let pooled = graph.node("GlobalAveragePool", [x])
      let batch = graph.node(
        "Slice", [graph.node("Shape", [pooled]), graph.integers([0]), graph.integers([1])])
      let target = graph.node("Concat", [batch, graph.integers([5])], [.integer("axis", -1)])
      return graph.node("Reshape", [pooled, target])
    case .squeeze:
      return graph.node("Squeeze", graph.node("GlobalAveragePool", [x]), axes: [2, 3], inputSince: 13)
    case .squeezeFromTheEnd:
      let once = graph.node("Squeeze", graph.node("GlobalAveragePool", [x]), axes: [-1], inputSince: 13)
      return graph.node("Squeeze", once, axes: [-1], inputSince: 13)
    case .mean: return mean(x, [2, 3], keepsAxes: false, &graph)
    case .meanFromTheEnd: return mean(x, [-1, -2], keepsAxes: false, &graph)
    case .meanKept: return graph.node("Flatten", [mean(x, [3, 2], keepsAxes: true, &graph)])
    case .meanTwice: return mean(mean(x, [3], keepsAxes: false, &graph), [2], keepsAxes: false, &graph)
    case .sumAndDivide:
      let size = graph.floats(Tensor(shape: [1], elements: [16]))
      return graph.node("Div", [sum(x, &graph), size])
    case .sumAndDivideComputed:
      let shape = graph.node("Shape", [x])
      let sides = [2, 3].map {
        graph.node("Gather", [shape, graph.integers([$0], isScalar: true)], [.integer("axis", 0)])
      }
      let size = graph.node("Cast", [graph.node("Mul", sides)], [.integer("to", 1)])
      return graph.node("Div", [sum(x, &graph), size])
    case .rowsAndMean: return mean(reshaped(x, [0, 0, -1], &graph), [-1], keepsAxes: false, &graph)
    case .mergedRowsAndMean:
      let rows = mean(reshaped(x, [-1, 16], &graph), [1], keepsAxes: false, &graph)
      return reshaped(rows, [-1, 5], &graph)
    case .channelsLastMean:
      let turned = graph.node("Transpose", [x], [.integers("perm", [0, 2, 3, 1])])
      return mean(turned, [1, 2], keepsAxes: false, &graph)
    case .averagePool:
      return graph.node("Flatten", [graph.node("AveragePool", [x], [.integers("kernel_shape", [4, 4])])])
    case .gather:
      let zero = graph.integers([0], isScalar: true)
      let column = graph.node(
        "Gather", [graph.node("GlobalAveragePool", [x]), zero], [.integer("axis", 3)])
      return graph.node("Gather", [column, zero], [.integer("axis", -1)])
    case .gatherAll:
      let pooled = mean(x, [-1, -2], keepsAxes: true, &graph)
      let numbers = [0, 1, 5].map { graph.integers([$0], isScalar: true) }
      let batch = graph.node("Gather", [graph.node("Shape", [x]), numbers[0]])
      let starts = graph.node("Mul", [graph.node("Range", [numbers[0], batch, numbers[1]]), numbers[2]])
      let rows = graph.node("Unsqueeze", starts, axes: [1], inputSince: 13)
      let indices = graph.node("Add", [rows, graph.integers([0, 1, 2, 3, 4])])
      return graph.node("Gather", [reshaped(pooled, [-1], &graph), indices])
    case .expandedConstants:
      let ones = graph.node("ConstantOfShape", [graph.integers([2])])
      let zeros = graph.node("Cast", [ones], [.integer("to", 7)])
      return graph.node(
        "Reshape",
        [graph.node("GlobalAveragePool", [x]), graph.node("Add", [zeros, graph.integers([-1, 5])])])
    }
  }

  private func reshaped(_ x: String, _ shape: [Int], _ graph: inout GraphDraft) -> String {
    graph.node("Reshape", [x, graph.integers(shape)])
  }

  private func mean(_ x: String, _ axes: [Int], keepsAxes: Bool, _ graph: inout GraphDraft) -> String {
    graph.node("ReduceMean", x, axes: axes, inputSince: 18, [.integer("keepdims", keepsAxes ? 1 : 0)])
  }

  private func sum(_ x: String, _ graph: inout GraphDraft) -> String {
    graph.node("ReduceSum", x, axes: [2, 3], inputSince: 13, [.integer("keepdims", 0)])
  }
}
