/// The values that a node needs: its inputs, and those that the graphs in its attributes take from outside.
extension Onnx_NodeProto {
  /// The names of all of them.
  var reads: [String] { attribute.reduce(into: input) { if $1.hasG { $0 += $1.g.captures } } }

  /// The names of those whose elements it needs, not only their shape.
  var elementReads: [String] {
    guard !Operators.ofShapes.contains(opType) else { return [] }
    return attribute.reduce(into: input) { if $1.hasG { $0 += $1.g.elementCaptures } }
  }
}

extension Onnx_GraphProto {
  /// The names of values outside the graph that it needs.
  var captures: [String] { outside(node.flatMap(\.reads)) }

  /// The names of values outside the graph whose elements it needs.
  var elementCaptures: [String] { outside(node.flatMap(\.elementReads)) }

  private func outside(_ reads: [String]) -> [String] {
    let own = Set(input.map(\.name) + initializer.map(\.name) + node.flatMap(\.output))
    return (reads + output.map(\.name)).filter { !own.contains($0) }
  }
}
