import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Onnx_TensorProto {
  /// The numbers, converted to float32.
  ///
  /// - Throws: ``ONNXError`` if the type is not a floating-point type, or the number of elements does not match the
  ///   dimensions.
  func floats() throws -> Tensor<Float> {
    try requireWhole()
    switch dataType {
    case DataType.float.rawValue: return try tensor(.float32, floatData) { rawNumbers(.float32) }
    case DataType.double.rawValue:
      return try tensor(.float64, doubleData.map { Float($0) }) { rawNumbers(.float64) }
    case DataType.float16.rawValue:
      return try tensor(.float16, halves { Float(float16Bits: $0) }) { rawNumbers(.float16) }
    case DataType.bfloat16.rawValue:
      return try tensor(.bfloat16, halves { Float(bfloat16Bits: $0) }) { rawNumbers(.bfloat16) }
    default:
      throw ONNXError(
        "tensor \(name.quoted) has type \(DataType.name(dataType)); float, double, float16 and bfloat16 are supported"
      )
    }
  }

  /// The elements of a tensor of integers or booleans.
  ///
  /// - Throws: ``ONNXError`` if the type is another one, or the number of elements does not match the dimensions.
  func integers() throws -> Tensor<Int> {
    try requireWhole()
    guard max(rawData.count, int64Data.count, int32Data.count) <= Self.maximumIntegerByteCount else {
      throw ONNXError("tensor \(name.quoted) has more integers than shapes and axes need")
    }
    switch dataType {
    case DataType.int64.rawValue:
      return try tensor(.int64, int64Data) { rawData.integers(Int64.self) }.map { Int($0) }
    case DataType.int32.rawValue:
      return try tensor(.int32, int32Data) { rawData.integers(Int32.self) }.map { Int($0) }
    case DataType.bool.rawValue:
      return try tensor(.uint8, int32Data) { rawData.map { Int32($0) } }.map { $0 == 0 ? 0 : 1 }
    default:
      throw ONNXError(
        "tensor \(name.quoted) has type \(DataType.name(dataType)); expected int64, int32 or bool")
    }
  }

  /// An integer takes eight bytes in memory, but possibly only one in the file.
  private static let maximumIntegerByteCount = 1 << 24

  private func requireWhole() throws {
    guard !hasSegment else {
      throw ONNXError("tensor \(name.quoted) is split into segments, which is not supported")
    }
  }

  /// 16-bit numbers are stored in the lower half of a 32-bit field.
  private func halves(_ number: (UInt16) -> Float) -> [Float] {
    int32Data.map { number(UInt16(truncatingIfNeeded: $0)) }
  }

  /// - Parameters:
  ///   - type: The stored form of an element in `raw_data`.
  ///   - typedData: The elements in the field of their type.
  ///   - rawNumbers: The elements in `raw_data`, which are read only if there are enough.
  /// - Returns: The tensor.
  /// - Throws: ``ONNXError`` if the number of elements does not match the dimensions.
  private func tensor<Number>(
    _ type: ElementType, _ typedData: @autoclosure () -> [Number], rawNumbers: () -> [Number]
  ) throws -> Tensor<Number> {
    guard let stored = StoredTensor(extents: dims.map { Int($0) }, elementType: type),
      stored.shape.isCountable
    else {
      throw ONNXError("tensor \(name.quoted) has dimensions that are negative or too large")
    }
    let isTyped = rawData.isEmpty
    let typedData = isTyped ? typedData() : []
    let given = isTyped ? typedData.count : rawData.count
    let needed = isTyped ? stored.elementCount : stored.byteCount
    guard given == needed else {
      throw ONNXError(
        "tensor \(name.quoted) has \(given) \(isTyped ? "elements" : "bytes"), but \(stored.shape) needs \(needed)"
      )
    }
    return Tensor(shape: stored.shape, elements: isTyped ? typedData : rawNumbers())
  }

  private func rawNumbers(_ type: ElementType) -> [Float] {
    guard type != .float32 else {
      return Array(unsafeUninitializedCapacity: rawData.count / type.byteCount) { buffer, initialized in
        initialized = rawData.copyBytes(to: buffer) / type.byteCount
      }
    }
    var elements: [Float] = []
    elements.reserveCapacity(rawData.count / type.byteCount)
    // Every floating-point number rounds to a Float, so this never fails.
    _ = rawData.withUnsafeBytes { Float.append(converting: $0, of: type, to: &elements) }
    return elements
  }
}

extension Data {
  /// The bytes as integers, little-endian.
  fileprivate func integers<Integer: FixedWidthInteger>(_: Integer.Type) -> [Integer] {
    withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Integer>.size).map {
        Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Integer.self))
      }
    }
  }
}
