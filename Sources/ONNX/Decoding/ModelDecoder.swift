import SwiftProtobuf

/// Decodes a model.
enum ModelDecoder {
  /// - Throws: ``ONNXError`` unless the bytes are a message of the schema, of moderate size.
  static func decode(_ bytes: [UInt8]) throws -> Onnx_ModelProto {
    try bytes.withUnsafeBytes { try MessageCounter.requireModerateCount($0) }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    options.messageDepthLimit = 16
    do {
      return try Onnx_ModelProto(serializedBytes: bytes, options: options)
    } catch {
      throw ONNXError(
        damage: "is not an ONNX model, or is damaged or truncated: its Protobuf messages cannot be decoded")
    }
  }
}
