import SwiftProtobuf

/// Decodes a model.
enum ModelDecoder {
  /// The maximum number of messages inside one another, enough for 19 levels of graphs in nodes.
  static let maximumDepth = 64

  /// - Throws: ``ONNXError`` unless the bytes are a message of the schema, of moderate size.
  static func decode(_ bytes: [UInt8]) throws -> Onnx_ModelProto {
    try bytes.withUnsafeBytes { try MessageCounter.requireModerateCount($0) }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    options.messageDepthLimit = maximumDepth
    do {
      return try Onnx_ModelProto(serializedBytes: bytes, options: options)
    } catch {
      throw ONNXError(
        file: "is not an ONNX model, or is damaged or truncated: its Protobuf messages cannot be decoded",
        .damaged)
    }
  }
}
