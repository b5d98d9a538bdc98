import Tensors

extension Tensor where Scalar: TensorScalar {
  /// The same numbers in another type, rounded to the nearest if it is a floating-point type.
  ///
  /// - Parameter name: The tensor's name, for errors.
  /// - Returns: The numbers; the tensor itself if the types are the same.
  /// - Throws: ``NetworkError`` if the other type is an integer type that cannot represent a number.
  func converted<Other: TensorScalar>(named name: String) throws -> Tensor<Other> {
    if let same = self as? Tensor<Other> { return same }
    var converted: [Other] = []
    converted.reserveCapacity(elements.count)
    let fits = elements.withUnsafeBytes {
      Other.append(converting: $0, of: Scalar.elementType, to: &converted)
    }
    guard fits else {
      throw NetworkError.unsuitableInput(
        reason: "\(name) has numbers that \(Other.elementType.rawValue) cannot represent")
    }
    return Tensor<Other>(shape: shape, elements: converted)
  }
}
