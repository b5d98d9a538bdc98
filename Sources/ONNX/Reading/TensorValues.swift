import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Onnx_TensorProto {
  /// The numbers, converted to float32.
  ///
  /// - Throws: ``ONNXError`` if the tensor is not plain floating-point numbers in this file, as many as its
  ///   dimensions say.
  func floats() throws -> Tensor<Float> {
    try requirePlain()
    switch dataType {
    case DataType.float.rawValue: return try tensor(.float32, floatData)
    case DataType.double.rawValue: return try tensor(.float64, doubleData.map { Float($0) })
    case DataType.float16.rawValue: return try tensor(.float16, halves { Float(float16Bits: $0) })
    case DataType.bfloat16.rawValue: return try tensor(.bfloat16, halves { Float(bfloat16Bits: $0) })
    default:
      throw ONNXError(
        "tensor \(name.quoted) holds \(DataType.name(dataType)); float, double, float16 and bfloat16 are read"
      )
    }
  }

  /// The only element of a tensor of one truth value.
  func truth() throws -> Bool {
    try requirePlain()
    let bytes = rawData.isEmpty ? int32Data.map { $0 != 0 } : rawData.map { $0 != 0 }
    guard dataType == DataType.bool.rawValue, bytes.count == 1, dims.allSatisfy({ $0 == 1 }) else {
      throw ONNXError("tensor \(name.quoted) is not a single truth value")
    }
    return bytes[0]
  }

  private func requirePlain() throws {
    guard dataLocation == 0 else {
      throw ONNXError("tensor \(name.quoted) is kept in another file; save the model with its data inside")
    }
    guard !hasSegment else { throw ONNXError("tensor \(name.quoted) is cut into segments") }
  }

  /// Where a field is made for 32 bits, numbers of 16 stand in its lower half.
  private func halves(_ number: (UInt16) -> Float) -> [Float] {
    int32Data.map { number(UInt16(truncatingIfNeeded: $0)) }
  }

  private func tensor(_ type: ElementType, _ typedData: [Float]) throws -> Tensor<Float> {
    guard let stored = StoredTensor(extents: dims.map { Int($0) }, elementType: type),
      stored.shape.isCountable
    else {
      throw ONNXError("tensor \(name.quoted) has dimensions that are negative or too large")
    }
    let isTyped = rawData.isEmpty
    let given = isTyped ? typedData.count : rawData.count
    let needed = isTyped ? stored.elementCount : stored.byteCount
    guard given == needed else {
      throw ONNXError(
        "tensor \(name.quoted) has \(given) \(isTyped ? "numbers" : "bytes") where \(stored.shape) needs \(needed)"
      )
    }
    return Tensor(shape: stored.shape, elements: isTyped ? typedData : rawNumbers(type))
  }

  private func rawNumbers(_ type: ElementType) -> [Float] {
    guard type != .float32 else {
      return Array(unsafeUninitializedCapacity: rawData.count / type.byteCount) { buffer, initialised in
        initialised = rawData.copyBytes(to: buffer) / type.byteCount
      }
    }
    var elements: [Float] = []
    elements.reserveCapacity(rawData.count / type.byteCount)
    // Every floating-point number has a nearest Float, so this never fails.
    _ = rawData.withUnsafeBytes { Float.append(converting: $0, of: type, to: &elements) }
    return elements
  }
}

/// The element types that are told apart here, with ONNX's numbers.
enum DataType: Int32 {
  case float = 1
  case bool = 9
  case float16 = 10
  case double = 11
  case bfloat16 = 16

  /// Those whose numbers are computed with, in float32.
  static let floatingPoint: [DataType] = [.float, .float16, .double, .bfloat16]

  /// A type's name for messages.
  static func name(_ number: Int32) -> String {
    let names = [
      "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
      "double", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ]
    return names.indices.contains(Int(number)) ? names[Int(number)] : "elements of the type \(number)"
  }
}
