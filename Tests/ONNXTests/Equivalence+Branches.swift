import Tensors

@testable import ONNX

extension Equivalence {
  /// Graphs with an `If` whose condition follows from the shape of the images, which is 2×6×4×5.
  static let ofBranches = [
    Equivalence("axes squeezed if they have one element, as PyTorch writes it") { graph in
      let pooled = graph.node("GlobalAveragePool", ["x"])
      return [3, 2, 1].reduce(pooled) { graph.squeezedIfOne($0, axis: $1) }
    } _: { graph in
      graph.node("Flatten", [graph.node("GlobalAveragePool", ["x"])])
    },
    Equivalence("layers chosen by the extents, in branches of branches") { graph in
      let height = graph.extent(of: "x", axis: 2)
      let isLow = graph.node("Less", [height, graph.integers([4], isScalar: true)])
      let width = graph.extent(of: "x", axis: 3)
      return graph.choice(
        graph.node("Or", [isLow, graph.node("Greater", [width, height])])
      ) { graph in
        let isOdd = graph.node("Mod", [width, graph.integers([2], isScalar: true)])
        let rectified = graph.choice(graph.node("Cast", [isOdd], [.integer("to", 9)])) { graph in
          graph.node("Relu", ["x"])
        } else: { graph in
          graph.node("Identity", ["x"])
        }
        return graph.node("MaxPool", [rectified], [.integers("kernel_shape", [2, 2])])
      } else: { graph in
        graph.node("Sigmoid", ["x"])
      }
    } _: { graph in
      graph.node("MaxPool", [graph.node("Relu", ["x"])], [.integers("kernel_shape", [2, 2])])
    },
    Equivalence("a branch with a dead end") { graph in
      graph.choice(graph.condition(true)) { graph in
        let rectified = graph.node("Relu", ["x"])
        _ = graph.node("Tanh", [graph.node("Sigmoid", ["x"])])
        return rectified
      } else: { graph in
        graph.node("Identity", ["x"])
      }
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a branch without nodes, and one that is never read") { graph in
      let same = graph.choice(graph.node("Not", [graph.condition(false)])) { _ in
        "x"
      } else: { graph in
        graph.node("Unknown", ["x"])
      }
      return graph.node("Relu", [same])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("branches that all give the same names to their values") { graph in
      let branch = { (name: String, operatorName: String) in
        Onnx_GraphProto.with {
          $0.node = [
            .with {
              $0.opType = operatorName
              $0.input = [name]
              $0.output = ["inner"]
            }
          ]
          $0.output = [.with { $0.name = "inner" }]
        }
      }
      let first = graph.node(
        "If", [graph.condition(true)],
        [.graph("then_branch", branch("x", "Neg")), .graph("else_branch", branch("x", "Relu"))])
      return graph.node(
        "If", [graph.condition(false)],
        [.graph("then_branch", branch(first, "Neg")), .graph("else_branch", branch(first, "Relu"))])
    } _: { graph in
      graph.node("Relu", [graph.node("Neg", ["x"])])
    },
    Equivalence("a branch with weights of its own") { graph in
      graph.choice(graph.condition(true)) { graph in
        graph.node("Conv", ["x", graph.floats(convolution)])
      } else: { graph in
        graph.node("Identity", ["x"])
      }
    } _: { graph in
      graph.node("Conv", ["x", graph.floats(convolution)])
    },
    Equivalence("a branch with several outputs, one of them a shape") { graph in
      let branches = [[0, -1], [1, -1]].map { target in
        graph.branch { graph in
          let rectified = graph.node("Relu", ["x"])
          return [graph.node("Concat", [graph.integers(target)], [.integer("axis", 0)]), rectified]
        }
      }
      let outputs = graph.nodes(
        "If", [graph.condition(true)],
        [.graph("then_branch", branches[0]), .graph("else_branch", branches[1])], outputCount: 2)
      return graph.node("Reshape", outputs.reversed())
    } _: { graph in
      graph.node("Flatten", [graph.node("Relu", ["x"])])
    },
    Equivalence("a condition that is chosen by another one, which looks at the shape of the images") {
      graph in
      let isWide = graph.choice(graph.condition(true)) { graph in
        let width = graph.extent(of: "x", axis: 3)
        return graph.node("GreaterOrEqual", [width, graph.integers([5], isScalar: true)])
      } else: { graph in
        graph.node("Identity", [graph.condition(false)])
      }
      return graph.choice(isWide) { graph in
        graph.node("Relu", ["x"])
      } else: { graph in
        graph.node("Sigmoid", ["x"])
      }
    } _: { graph in
      graph.node("Relu", ["x"])
    },
  ]

  private static let convolution = Tensor<Float>(
    shape: [3, 6, 1, 2], elements: (0..<36).map { Float($0 * 7 % 11) - 4 })
}

extension GraphDraft {
  /// Adds an `If` with one output.
  mutating func choice(
    _ condition: String, then: (inout GraphDraft) -> String, else other: (inout GraphDraft) -> String
  ) -> String {
    let branches = [("then_branch", branch { [then(&$0)] }), ("else_branch", branch { [other(&$0)] })]
    return node("If", [condition], branches.map { .graph($0, $1) })
  }

  /// Adds a boolean.
  mutating func condition(_ isTrue: Bool) -> String {
    node("Cast", [integers([isTrue ? 1 : 0])], [.integer("to", 9)])
  }

  fileprivate mutating func extent(of name: String, axis: Int) -> String {
    node("Gather", [node("Shape", [name]), integers([axis], isScalar: true)], [.integer("axis", 0)])
  }

  fileprivate mutating func squeezedIfOne(_ name: String, axis: Int) -> String {
    let isOne = node("Equal", [extent(of: name, axis: axis), integers([1], isScalar: true)])
    return choice(isOne) { graph in
      graph.node("Squeeze", [name, graph.integers([axis], asNode: true)])
    } else: { graph in
      graph.node("Identity", [name])
    }
  }
}
