/// Counts a model's messages before they are decoded.
///
/// An empty message takes two bytes in the file and hundreds in memory, so a small file could exhaust memory.
/// Malformed data ends the count; the decoder reports it.
struct MessageCounter {
  /// More messages than any chain of layers has.
  private static let limit = 200_000

  /// The fields of each message that are messages, with their schema; see `Schema/onnx.proto`.
  private indirect enum Schema {
    case leaf
    case message([UInt64: Schema])

    static let tensor = message([3: leaf, 13: leaf])
    static let attribute = message([5: tensor])
    static let node = message([5: attribute])
    static let type = message([1: message([2: message([1: leaf])])])
    static let value = message([2: type])
    static let graph = message([1: node, 5: tensor, 11: value, 12: value, 15: leaf])
    static let model = message([7: graph, 8: leaf, 14: leaf])
  }

  private var count = 0

  /// - Throws: ``ONNXError`` if there are more messages than the limit.
  static func requireModerateCount(_ bytes: UnsafeRawBufferPointer) throws {
    var counter = MessageCounter()
    try counter.add(bytes, .model)
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer, _ schema: Schema) throws {
    count += 1
    guard count <= Self.limit else {
      throw ONNXError(
        "has more than \(Self.limit) nodes, attributes and tensors, which is not supported")
    }
    guard case .message(let fields) = schema else { return }
    var wire = WireReader(bytes)
    while let (field, content) = wire.nextField() {
      if let content, let schema = fields[field] { try add(content, schema) }
    }
  }
}
