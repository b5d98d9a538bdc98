import Tensors
import Testing

@testable import ONNX

/// Constants that exporters compute from the shape of the images.
@Suite("Computed constants in ONNX")
struct FoldingTests {
  @Test("have the values that the operators define", arguments: Folding.all)
  func values(folding: Folding) throws {
    var graph = GraphDraft(opset: folding.opset, input: [nil, 3, 4, 6])
    let name = folding.write(&graph)
    let computed = try graph.constant(name, images: [2, 3, 4, 6])
    switch folding.expected {
    case .integers(let elements): #expect(try computed.integers(name).elements == elements)
    case .floats(let elements): #expect(try computed.floats(name).elements == elements)
    }
    #expect(computed.shape == folding.shape)
  }

  @Test(
    "that are split into parts that do not fit are refused",
    arguments: [[1, 2], [1, 4], [5, -1], [4], [1, 1, 2], [.max, .max]])
  func parts(extents: [Int]) {
    var graph = GraphDraft(opset: 17, input: [nil, 3, 4, 6])
    let shape = graph.node("Shape", ["x"])
    let parts = graph.nodes("Split", [shape, graph.integers(extents)], outputCount: 2)
    #expect(throws: ONNXError.self) { try graph.constant(parts[0], images: [2, 3, 4, 6]) }
  }
}

/// A constant that is computed from images of 2×3×4×6, named `x`.
struct Folding: CustomStringConvertible {
  enum Elements {
    case integers([Int])
    case floats([Float])
  }

  let description: String
  let opset: Int
  let expected: Elements
  let shape: Shape
  let write: @Sendable (inout GraphDraft) -> String

  /// A vector of integers, unless another shape is given.
  init(
    _ description: String, opset: Int = 17, _ expected: [Int], shape: Shape? = nil,
    _ write: @escaping @Sendable (inout GraphDraft) -> String
  ) {
    self.description = description
    self.opset = opset
    self.expected = .integers(expected)
    self.shape = shape ?? [expected.count]
    self.write = write
  }

  init(
    _ description: String, opset: Int = 17, floats expected: [Float], shape: Shape? = nil,
    _ write: @escaping @Sendable (inout GraphDraft) -> String
  ) {
    self.description = description
    self.opset = opset
    self.expected = .floats(expected)
    self.shape = shape ?? [expected.count]
    self.write = write
  }

  static let all = arithmetic + functions + products + logic + parts + constants

  private static let arithmetic = [
    Folding("a division rounded down, as PyTorch writes it", [-4, 3, -4, -4]) { graph in
      let (number, divisor) = (graph.integers([-7, 7, -8, 7]), graph.integers([2, 2, 2, -2]))
      let zero = graph.integers([0], isScalar: true)
      let signs = [number, divisor].map { graph.node("Less", [$0, zero]) }
      let remainder = graph.node("Mod", [number, divisor], [.integer("fmod", 0)])
      let isInexact = graph.node("Not", [graph.node("Equal", [remainder, zero])])
      let isLower = graph.node("And", [graph.node("Xor", signs), isInexact])
      let correction = graph.node("Mul", [isLower, graph.integers([1], isScalar: true)])
      return graph.node("Sub", [graph.node("Div", [number, divisor]), correction])
    },
    Folding("a remainder with the dividend's sign", [-3, 3]) { graph in
      graph.node("Mod", [graph.integers([-7, 7]), graph.integers([4, -4])], [.integer("fmod", 1)])
    },
    Folding("a remainder with the divisor's sign", [1, -1]) { graph in
      graph.node("Mod", [graph.integers([-7, 7]), graph.integers([4, -4])])
    },
    Folding("a remainder of floating-point numbers", floats: [1.5, -1.5]) { graph in
      let numbers = graph.floats(Tensor(shape: [2], elements: [5.5, -5.5]))
      return graph.node(
        "Mod", [numbers, graph.floats(Tensor(shape: [1], elements: [2]))], [.integer("fmod", 1)])
    },
    Folding("a quotient rounded up", [1, 1, 1, 2]) { graph in
      let extents = graph.node("Cast", [graph.node("Shape", ["x"])], [.integer("to", 1)])
      let quotients = graph.node("Div", [extents, graph.floats(Tensor(shape: [], elements: [4]))])
      return graph.node("Cast", [graph.node("Ceil", [quotients])], [.integer("to", 7)])
    },
    Folding("numbers rounded to even ones", floats: [0, 2, 2, -2]) { graph in
      graph.node("Round", [graph.floats(Tensor(shape: [4], elements: [0.5, 1.5, 2.5, -1.5]))])
    },
    Folding("a product of extents", [24], shape: []) { graph in
      let plane = graph.node(
        "Slice", [graph.node("Shape", ["x"]), graph.integers([2]), graph.integers([4])])
      return graph.node("ReduceProd", [plane], [.integer("keepdims", 0)])
    },
    Folding("a number of elements per image", [72]) { graph in
      let batch = graph.node("Shape", ["x"], [.integer("end", 1)])
      return graph.node("Div", [graph.node("Size", ["x"]), batch])
    },
    Folding("extents between bounds", [3, 3, 4, 4]) { graph in
      let bounds = [3, 4].map { graph.integers([$0], isScalar: true) }
      return graph.node("Clip", [graph.node("Shape", ["x"])] + bounds)
    },
    Folding("extents with an upper bound alone", [2, 3, 4, 4]) { graph in
      graph.node("Clip", [graph.node("Shape", ["x"]), "", graph.integers([4])])
    },
    Folding("numbers with a lower bound in an attribute", opset: 10, floats: [3, 3, 4, 6]) { graph in
      let extents = graph.node("Cast", [graph.node("Shape", ["x"])], [.integer("to", 1)])
      return graph.node("Clip", [extents], [.number("min", 3)])
    },
  ]

  private static let functions =
    ([
      ("Exp", [0], [1]), ("Log", [1], [0]), ("Tanh", [0, 100], [0, 1]), ("Sigmoid", [0, 200], [0.5, 1]),
      ("Relu", [-2, 0, 3], [0, 0, 3]), ("Sign", [-2, 0, 3], [-1, 0, 1]), ("Sqrt", [9], [3]),
      ("Reciprocal", [4], [0.25]), ("Neg", [2], [-2]), ("Abs", [-2], [2]),
    ] as [(String, [Float], [Float])]).map { name, numbers, expected in
      Folding("\(name) of numbers", floats: expected) { graph in graph.node(name, [graph.row(numbers)]) }
    }

  private static let products = [
    Folding("powers", floats: [3, 0.5]) { graph in
      graph.node("Pow", [graph.row([9, 4]), graph.row([0.5, -0.5])])
    },
    Folding("powers of numbers by integers", floats: [81, 0.25]) { graph in
      graph.node("Pow", [graph.row([9, 0.5]), graph.integers([2])])
    },
    Folding("powers of integers", [1, 8, -27]) { graph in
      graph.node("Pow", [graph.integers([5, 2, -3]), graph.integers([0, 3, 3])])
    },
    Folding("a mean", floats: [2, 3]) { graph in
      graph.node("Mean", [graph.row([1, 4]), graph.number(2), graph.row([3, 3])])
    },
    Folding("a product of matrices", floats: [4, 5, 13, 14], shape: [2, 2]) { graph in
      let left = graph.floats(Tensor(shape: [2, 3], elements: [0, 1, 2, 3, 4, 5]))
      return graph.node(
        "MatMul", [left, graph.floats(Tensor(shape: [3, 2], elements: [1, 0, 0, 1, 2, 2]))])
    },
    Folding("products of a stack with a matrix", floats: [3, 7, 11, 15], shape: [2, 2, 1]) { graph in
      let stack = graph.floats(Tensor(shape: [2, 2, 2], elements: [1, 2, 3, 4, 5, 6, 7, 8]))
      return graph.node("MatMul", [stack, graph.floats(Tensor(shape: [2, 1], elements: [1, 1]))])
    },
    Folding("a product without elements", floats: [], shape: [0, 1 << 30]) { graph in
      let left = graph.floats(Tensor(shape: [0, 0], elements: []))
      return graph.node("MatMul", [left, graph.floats(Tensor(shape: [0, 1 << 30], elements: []))])
    },
    Folding("a padded matrix", floats: [9, 1, 2, 9, 3, 4, 9, 9, 9], shape: [3, 3]) { graph in
      let matrix = graph.floats(Tensor(shape: [2, 2], elements: [1, 2, 3, 4]))
      return graph.node("Pad", [matrix, graph.integers([0, 1, 1, 0]), graph.number(9)])
    },
    Folding("a shape that is padded along an axis", opset: 18, [2, 3, 4, 6, 1]) { graph in
      let one = graph.integers([1], isScalar: true)
      return graph.node(
        "Pad", [graph.node("Shape", ["x"]), graph.integers([0, 1]), one, graph.integers([-1])])
    },
    Folding("a padding by an attribute", opset: 10, floats: [0, 1, 2]) { graph in
      graph.node("Pad", [graph.row([1, 2])], [.integers("pads", [1, 0])])
    },
    Folding("a range of numbers", floats: [1, 0.5, 0, -0.5]) { graph in
      graph.node("Range", [1, -0.75, -0.5].map { graph.number($0) })
    },
    Folding("an empty range of numbers", floats: []) { graph in
      graph.node("Range", [1, -1e30, 1].map { graph.number($0) })
    },
  ]

  private static let comparisons: [(String, [Int])] = [
    ("Less", [1, 1, 0, 0]), ("LessOrEqual", [1, 1, 1, 0]), ("Equal", [0, 0, 1, 0]),
    ("GreaterOrEqual", [0, 0, 1, 1]), ("Greater", [0, 0, 0, 1]),
  ]
  private static let connectives: [(String, [Int])] = [
    ("And", [1, 0, 0, 0]), ("Or", [1, 1, 1, 0]), ("Xor", [0, 1, 1, 0]),
  ]

  private static let logic =
    comparisons.map { name, expected in
      Folding("\(name) of integers", expected) { graph in
        graph.node(name, [graph.node("Shape", ["x"]), graph.integers([4], isScalar: true)])
      }
    }
    + comparisons.map { name, expected in
      Folding("\(name) of floating-point numbers", expected) { graph in
        let extents = graph.node("Cast", [graph.node("Shape", ["x"])], [.integer("to", 1)])
        return graph.node(name, [extents, graph.floats(Tensor(shape: [1], elements: [4]))])
      }
    }
    + connectives.map { name, expected in
      Folding("\(name) of booleans", expected) { graph in
        let operands = [[5, 1, 0, 0], [1, 0, 1, 0]].map {
          graph.node("Cast", [graph.integers($0)], [.integer("to", 9)])
        }
        return graph.node(name, operands)
      }
    }
    + [
      Folding("extents where they are not given", [2, 3, 24]) { graph in
        let given = graph.integers([-1, 3, 24])
        let isOpen = graph.node("Less", [given, graph.integers([0], isScalar: true)])
        let batch = graph.node("Shape", ["x"], [.integer("end", 1)])
        return graph.node("Where", [isOpen, batch, given])
      }
    ]

  private static let parts = [
    Folding("parts by an attribute", opset: 11, [3, 4, 6, 2]) { graph in
      let parts = graph.nodes(
        "Split", [graph.node("Shape", ["x"])], [.integers("split", [1, 3])], outputCount: 2)
      return graph.node("Concat", parts.reversed(), [.integer("axis", 0)])
    },
    Folding("parts by an input", opset: 13, [3, 4, 6, 2]) { graph in
      let parts = graph.nodes(
        "Split", [graph.node("Shape", ["x"]), graph.integers([1, 3])], outputCount: 2)
      return graph.node("Concat", parts.reversed(), [.integer("axis", 0)])
    },
    Folding("halves", opset: 13, [4, 6, 2, 3]) { graph in
      let parts = graph.nodes("Split", [graph.node("Shape", ["x"])], outputCount: 2)
      return graph.node("Concat", parts.reversed(), [.integer("axis", 0)])
    },
    Folding("parts of which the last one is smaller", opset: 18, [6, 2, 3]) { graph in
      let extents = graph.node(
        "Gather", [graph.node("Shape", ["x"]), graph.integers([0, 1, 3])], [.integer("axis", 0)])
      let parts = graph.nodes("Split", [extents], [.integer("num_outputs", 2)], outputCount: 2)
      return graph.node("Concat", parts.reversed(), [.integer("axis", 0)])
    },
    Folding("columns", [2, 4], shape: [2, 1]) { graph in
      let rows = graph.node("Reshape", [graph.integers([1, 2, 3, 4]), graph.integers([2, 2])])
      return graph.nodes("Split", [rows], [.integer("axis", -1)], outputCount: 2)[1]
    },
    Folding("extents in reverse", [6, 4, 3, 2]) { graph in
      let bounds = [[-1], [-.max], [0], [-1]].map { graph.integers($0) }
      return graph.node("Slice", [graph.node("Shape", ["x"])] + bounds)
    },
  ]

  private static let constants = [
    Folding("integers in attributes", [5, 7, 8]) { graph in
      let one = graph.node("Constant", [], [.integer("value_int", 5)])
      let more = graph.node("Constant", [], [.integers("value_ints", [7, 8])])
      let vector = graph.node("Unsqueeze", [one, graph.integers([0])])
      return graph.node("Concat", [vector, more], [.integer("axis", 0)])
    },
    Folding("numbers in attributes", floats: [3, 4]) { graph in
      let one = graph.node("Constant", [], [.number("value_float", 2)])
      let more = graph.node("Constant", [], [.numbers("value_floats", [1, 2])])
      return graph.node("Add", [one, more])
    },
    Folding("indices of channels", [0, 1, 2]) { graph in
      let channels = graph.node("Gather", [graph.node("Shape", ["x"]), graph.integers([1], isScalar: true)])
      let numbers = [0, 1].map { graph.integers([$0], isScalar: true) }
      return graph.node("Range", [numbers[0], channels, numbers[1]])
    },
    Folding("repeated rows", [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4], shape: [4, 4]) { graph in
      let rows = graph.node("Reshape", [graph.integers([1, 2, 3, 4]), graph.integers([2, 2])])
      return graph.node("Tile", [rows, graph.integers([2, 2])])
    },
    Folding("no rows at all", [], shape: [0, 2 << 20]) { graph in
      let rows = graph.node("Reshape", [graph.integers([1, 2]), graph.integers([1, 2])])
      return graph.node("Tile", [rows, graph.integers([0, 1 << 20])])
    },
    Folding("an axis that is added by an attribute", opset: 11, [3, -1]) { graph in
      let channels = graph.node("Gather", [graph.node("Shape", ["x"]), graph.integers([1], isScalar: true)])
      let vector = graph.node("Unsqueeze", [channels], [.integers("axes", [0])])
      return graph.node("Concat", [vector, graph.integers([-1])], [.integer("axis", 0)])
    },
  ]
}
