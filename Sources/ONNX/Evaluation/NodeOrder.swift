import Tensors

/// A topological order of nodes; the format requires one, but not all writers comply.
enum NodeOrder {
  /// - Parameters:
  ///   - nodes: The nodes of a graph.
  ///   - given: The names that have a value without any node.
  ///   - branch: The branch of an `If` that the nodes are in; nil in the model's graph.
  /// - Returns: Their indices; nodes that are already in order keep their order.
  /// - Throws: ``ONNXError`` if nodes form a cycle, or a name has two values.
  static func sorted(_ nodes: [Onnx_NodeProto], given: Set<String>, in branch: String? = nil) throws -> [Int]
  {
    let reads = nodes.map(\.reads)
    let producers = try producers(nodes, given, branch)
    var waiting = [Int](repeating: 0, count: nodes.count)
    var consumers: [Int: [Int]] = [:]
    for index in nodes.indices {
      for producer in Set(reads[index].compactMap { producers[$0] }) {
        waiting[index] += 1
        consumers[producer, default: []].append(index)
      }
    }
    if isSorted(reads, producers) { return Array(nodes.indices) }
    var order = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for consumer in consumers[order[next]] ?? [] {
        waiting[consumer] -= 1
        if waiting[consumer] == 0 { order.append(consumer) }
      }
      next += 1
    }
    guard let stuck = nodes.indices.first(where: { waiting[$0] > 0 }) else { return order }
    let input = reads[stuck].first { producers[$0].map { waiting[$0] > 0 } ?? false } ?? ""
    throw ONNXError(
      "its input \(input.quoted) is not computed by any node before it, only by nodes in a cycle",
      node: Node.label(nodes[stuck], index: stuck, in: branch))
  }

  /// The nodes that the outputs need, directly or through other nodes; what the rest compute is not used.
  ///
  /// - Parameters:
  ///   - order: The nodes' indices in an order in which they can be computed.
  ///   - nodes: The nodes.
  ///   - outputs: The graph's outputs.
  ///   - images: The names of the images, and of values that depend on them, from outside the nodes.
  ///   - branch: The branch of an `If` that the nodes are in; nil in the model's graph.
  /// - Returns: Their indices, in the same order.
  /// - Throws: ``ONNXError`` if the condition of an `If` depends on the images.
  static func needed(
    _ order: [Int], _ nodes: [Onnx_NodeProto], outputs: [String], images: Set<String>,
    in branch: String? = nil
  ) throws -> [Int] {
    let needed = needed(nodes, outputs: outputs)
    let kept = order.filter { index in needed.contains(index) || nodes[index].output.allSatisfy(\.isEmpty) }
    var dependent = images
    for index in kept where nodes[index].elementReads.contains(where: dependent.contains) {
      let node = nodes[index]
      if node.opType == "If", let condition = node.input.first, dependent.contains(condition) {
        throw ONNXError(
          "its condition \(condition.quoted) is not constant, but depends on the images; only an If whose condition "
            + "follows from constants and shapes is supported",
          node: Node.label(node, index: index, in: branch))
      }
      dependent.formUnion(node.output)
      dependent.remove("")
    }
    return kept
  }

  /// The indices of the nodes that the outputs need, directly or through other nodes.
  static func needed(_ nodes: [Onnx_NodeProto], outputs: [String]) -> Set<Int> {
    let producers = Dictionary(
      nodes.enumerated().flatMap { index, node in node.output.map { ($0, index) } }
    ) { first, _ in first }
    var needed: Set<Int> = []
    var names = outputs
    while let name = names.popLast() {
      guard !name.isEmpty, let index = producers[name], needed.insert(index).inserted else { continue }
      names += nodes[index].reads
    }
    return needed
  }

  private static func producers(
    _ nodes: [Onnx_NodeProto], _ given: Set<String>, _ branch: String?
  ) throws -> [String: Int] {
    var producers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.output where !output.isEmpty {
        guard producers.updateValue(index, forKey: output) == nil, !given.contains(output) else {
          throw ONNXError(
            "the name \(output.quoted) is given to two values",
            node: Node.label(node, index: index, in: branch))
        }
      }
    }
    return producers
  }

  private static func isSorted(_ reads: [[String]], _ producers: [String: Int]) -> Bool {
    reads.enumerated().allSatisfy { index, names in
      names.allSatisfy { producers[$0].map { $0 < index } ?? true }
    }
  }
}
