import Tensors

extension GraphEvaluator {
  /// The outputs of an `If` whose condition is constant: those of the branch that is taken, whose nodes are read as if
  /// they were in place of the `If`.
  ///
  /// PyTorch's older exporter writes one where an axis of unknown extent is squeezed, and for an `if` in a script.
  mutating func ifOutputs(_ node: inout Node) throws -> [Value] {
    let condition = try node.input(0, "cond")
    try requireFewReads(of: [condition])
    let names = ["then_branch", "else_branch"]
    let branches = try names.map { try node.attributes.graph($0) }
    let taken = try truth(condition) ? 0 : 1
    let name = names[taken]
    guard let branch = branches[taken] else { throw ONNXError("its \(name) is missing") }
    let given = Set(branch.initializer.map(\.name))
    if let input = branch.input.first(where: { !given.contains($0.name) }) {
      throw ONNXError("its \(name) has the input \(input.name.quoted); a branch has no inputs")
    }
    guard branch.sparseInitializer.isEmpty else {
      throw ONNXError("its \(name) has sparse initializers, which are not supported")
    }
    guard branch.output.count == node.outputs.count else {
      throw ONNXError(
        "it has \(counted(node.outputs.count, "output")), but its \(name) has \(branch.output.count)")
    }
    return try evaluate(branch, label: "\(name) of \(node.label)")
  }
}
