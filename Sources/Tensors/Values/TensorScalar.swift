/// A Swift number type that tensors in files can be read as and written from.
public protocol TensorScalar: BitwiseCopyable, Sendable {
  /// The element type with the same representation, bit for bit.
  static var elementType: ElementType { get }

  /// Converts elements of any type and appends them.
  ///
  /// Floating-point types take the nearest number they can represent, integer types only numbers they represent
  /// exactly.
  ///
  /// - Parameters:
  ///   - bytes: The elements, little-endian and with any alignment.
  ///   - type: Their type.
  ///   - elements: The array to append them to.
  /// - Returns: Whether all could be converted.
  static func append(
    converting bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [Self]
  ) -> Bool
}

extension Float: TensorScalar {
  /// float32.
  public static var elementType: ElementType { .float32 }

  /// Converts to the nearest Float.
  public static func append(
    converting bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [Float]
  ) -> Bool {
    convert(bytes, of: type, to: &elements, floatingPoint: { Float($0) }, integer: { Float($0) })
  }
}

extension Double: TensorScalar {
  /// float64.
  public static var elementType: ElementType { .float64 }

  /// Converts to the nearest Double.
  public static func append(
    converting bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [Double]
  ) -> Bool {
    convert(bytes, of: type, to: &elements, floatingPoint: { $0 }, integer: { Double($0) })
  }
}

extension Int64: TensorScalar {
  /// int64.
  public static var elementType: ElementType { .int64 }

  /// Converts whole numbers; fails for a fraction, an infinity or NaN.
  public static func append(
    converting bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [Int64]
  ) -> Bool {
    convert(bytes, of: type, to: &elements, floatingPoint: { Int64(exactly: $0) }, integer: { $0 })
  }
}

extension UInt8: TensorScalar {
  /// uint8.
  public static var elementType: ElementType { .uint8 }

  /// Converts whole numbers from 0 to 255; fails for all others.
  public static func append(
    converting bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [UInt8]
  ) -> Bool {
    convert(
      bytes, of: type, to: &elements,
      floatingPoint: { UInt8(exactly: $0) }, integer: { UInt8(exactly: $0) })
  }
}

/// Converts elements through Double or Int64, whichever represents the source type exactly.
private func convert<Scalar>(
  _ bytes: UnsafeRawBufferPointer, of type: ElementType, to elements: inout [Scalar],
  floatingPoint: (Double) -> Scalar?, integer: (Int64) -> Scalar?
) -> Bool {
  func appendAll<Stored: BitwiseCopyable>(
    _ stored: Stored.Type, _ convert: (Stored) -> Scalar?
  ) -> Bool {
    for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Stored>.size) {
      guard let element = convert(bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self)) else {
        return false
      }
      elements.append(element)
    }
    return true
  }
  return switch type {
  case .float64: appendAll(Double.self) { floatingPoint($0) }
  case .float32: appendAll(Float.self) { floatingPoint(Double($0)) }
  case .bfloat16: appendAll(UInt16.self) { floatingPoint(Double(Float(bfloat16Bits: $0))) }
  case .float16: appendAll(UInt16.self) { floatingPoint(Double(Float(float16Bits: $0))) }
  case .int64: appendAll(Int64.self) { integer($0) }
  case .int32: appendAll(Int32.self) { integer(Int64($0)) }
  case .uint8: appendAll(UInt8.self) { integer(Int64($0)) }
  }
}
