/// Counts a model's messages before they are decoded.
///
/// An empty message takes two bytes in the file and hundreds in memory, so a small file could exhaust memory.
/// Malformed data ends the count; the decoder reports it.
struct MessageCounter {
  /// More messages than any chain of layers has.
  private static let limit = 200_000

  /// The messages of `Schema/onnx.proto`, named after their fields; a leaf contains no other message.
  private enum Schema {
    case leaf, tensor, attribute, node, shape, tensorType, type, value, graph, model

    /// The message in a field; nil if the field is of another type.
    func field(_ number: UInt64) -> Schema? {
      switch (self, number) {
      case (.tensor, 3), (.tensor, 13), (.shape, 1), (.graph, 15), (.model, 8), (.model, 14): .leaf
      case (.attribute, 5), (.graph, 5): .tensor
      case (.attribute, 6), (.model, 7): .graph
      case (.node, 5): .attribute
      case (.tensorType, 2): .shape
      case (.type, 1): .tensorType
      case (.value, 2): .type
      case (.graph, 1): .node
      case (.graph, 11), (.graph, 12): .value
      default: nil
      }
    }
  }

  private var count = 0

  /// - Throws: ``ONNXError`` if there are more messages than the limit, or they are nested too deeply.
  static func requireModerateCount(_ bytes: UnsafeRawBufferPointer) throws {
    var counter = MessageCounter()
    try counter.add(bytes, .model, depth: 0)
  }

  private mutating func add(_ bytes: UnsafeRawBufferPointer, _ schema: Schema, depth: Int) throws {
    count += 1
    guard count <= Self.limit else {
      throw ONNXError(
        file: "has more than \(Self.limit) nodes, attributes and tensors, which is not supported")
    }
    // Only graphs contain messages of their own kind.
    guard depth <= ModelDecoder.maximumDepth else {
      throw ONNXError(file: "nests graphs too deeply, which is not supported")
    }
    var wire = WireReader(bytes)
    while let (field, content) = wire.nextField() {
      if let content, let message = schema.field(field) { try add(content, message, depth: depth + 1) }
    }
  }
}
