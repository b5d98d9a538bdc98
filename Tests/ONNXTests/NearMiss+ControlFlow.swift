import Tensors

@testable import ONNX

extension NearMiss {
  /// Each reads images of 2×6×4×5.
  static let ofControlFlow = [
    NearMiss("a condition on the pixels", "If", ["condition", "not constant"]) { graph in
      graph.choice(graph.conditionOnPixels()) {
        $0.node("Relu", ["x"])
      } else: {
        $0.node("Identity", ["x"])
      }
    },
    NearMiss("a condition on the pixels in a branch", "If", ["not constant", "else_branch"]) { graph in
      graph.choice(graph.condition(false)) {
        $0.node("Relu", ["x"])
      } else: { graph in
        graph.choice(graph.conditionOnPixels()) {
          $0.node("Relu", ["x"])
        } else: {
          $0.node("Identity", ["x"])
        }
      }
    },
    NearMiss("a condition that a branch takes from the pixels", "If", ["not constant"]) { graph in
      let chosen = graph.choice(graph.condition(true)) {
        $0.conditionOnPixels()
      } else: {
        $0.condition(true)
      }
      return graph.choice(chosen) {
        $0.node("Relu", ["x"])
      } else: {
        $0.node("Identity", ["x"])
      }
    },
    NearMiss("two conditions", "If", ["not a single boolean"]) { graph in
      let both = graph.node("Cast", [graph.integers([1, 1])], [.integer("to", 9)])
      return graph.choice(both) {
        $0.node("Relu", ["x"])
      } else: {
        $0.node("Identity", ["x"])
      }
    },
    NearMiss("a leaky ReLU in a branch", "LeakyRelu", ["not supported", "then_branch", "'If' (node 1)"]) {
      graph in
      graph.choice(graph.condition(true)) {
        $0.node("LeakyRelu", ["x"])
      } else: {
        $0.node("Relu", ["x"])
      }
    },
    NearMiss("a shortcut around a branch", "Add", ["branches"]) { graph in
      let rectified = graph.choice(graph.condition(true)) {
        $0.node("Relu", ["x"])
      } else: {
        $0.node("Identity", ["x"])
      }
      return graph.node("Add", [rectified, "x"])
    },
    NearMiss("two paths in a branch", "Sigmoid", ["branches at"]) { graph in
      graph.choice(graph.condition(true)) { graph in
        graph.node("Add", [graph.node("Relu", ["x"]), graph.node("Sigmoid", ["x"])])
      } else: {
        $0.node("Identity", ["x"])
      }
    },
    NearMiss("a value of a branch outside it", "Max", ["not computed by any node"]) { graph in
      var inner = ""
      let chosen = graph.choice(graph.condition(true)) { graph in
        inner = graph.node("Neg", ["x"])
        return graph.node("Relu", [inner])
      } else: {
        $0.node("Identity", ["x"])
      }
      return graph.node("Max", [chosen, inner])
    },
    NearMiss("a branch that gives a name again", "Sigmoid", ["two values"]) { graph in
      let constant = graph.integers([1])
      var branch = graph.branch { [$0.node("Sigmoid", ["x"])] }
      branch.node[0].output = [constant]
      branch.output[0].name = constant
      return graph.node(
        "If", [graph.condition(true)], [.graph("then_branch", branch), .graph("else_branch", branch)])
    },
    NearMiss("a branch that is missing", "If", ["then_branch", "missing"]) { graph in
      let branch = graph.branch { [$0.node("Relu", ["x"])] }
      return graph.node("If", [graph.condition(true)], [.graph("else_branch", branch)])
    },
    NearMiss("a branch with an input", "If", ["then_branch", "'z'"]) { graph in
      var branch = graph.branch { [$0.node("Relu", ["z"])] }
      branch.input = [.with { $0.name = "z" }]
      return graph.node(
        "If", [graph.condition(true)], [.graph("then_branch", branch), .graph("else_branch", branch)])
    },
    NearMiss("a branch with an output that it does not compute", "If", ["'absent'"]) { graph in
      let branch = graph.branch { _ in ["absent"] }
      return graph.node(
        "If", [graph.condition(true)], [.graph("then_branch", branch), .graph("else_branch", branch)])
    },
    NearMiss("more outputs than a branch has", "If", ["2 outputs", "has 1"]) { graph in
      let branch = graph.branch { [$0.node("Relu", ["x"])] }
      return graph.nodes(
        "If", [graph.condition(true)], [.graph("then_branch", branch), .graph("else_branch", branch)],
        outputCount: 2)[0]
    },
    NearMiss("a loop over layers", "Loop", ["not supported"]) { graph in
      let body = graph.branch { graph in [graph.condition(true), graph.node("Relu", ["x"])] }
      return graph.node(
        "Loop", [graph.integers([2]), graph.condition(true)], [.graph("body", body)])
    },
    NearMiss("a scan over images", "Scan", ["not supported"]) { graph in
      let body = graph.branch { [$0.node("Relu", ["x"])] }
      return graph.node("Scan", ["x"], [.graph("body", body), .integer("num_scan_inputs", 1)])
    },
    NearMiss("a sequence of images", "SequenceConstruct", ["not supported"]) { graph in
      graph.node("ConcatFromSequence", [graph.node("SequenceConstruct", ["x"])], [.integer("axis", 1)])
    },
    NearMiss("an optional value", "Optional", ["not supported"]) { graph in
      graph.node("OptionalGetElement", [graph.node("Optional", ["x"])])
    },
    NearMiss("parts of images", "Split", ["2 parts"]) { graph in
      graph.nodes("Split", ["x"], [.integer("axis", 1)], outputCount: 2)[0]
    },
    NearMiss("a sparse constant", "Constant", ["sparse_value"]) { graph in
      let sparse = Onnx_AttributeProto.with {
        $0.name = "sparse_value"
        $0.type = 11
      }
      return graph.node("Add", ["x", graph.node("Constant", [], [sparse])])
    },
  ]
}

extension GraphDraft {
  /// Adds a boolean that depends on more than the shape of the images.
  fileprivate mutating func conditionOnPixels() -> String {
    let sum = node("ReduceSum", ["x"], [.integer("keepdims", 0)])
    return node("Greater", [sum, floats(Tensor(shape: [], elements: [0]))])
  }
}
