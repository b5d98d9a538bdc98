import Tensors

/// A value that does not depend on the images.
enum Constant {
  /// A tensor as stored in the file, decoded only when it is used.
  case stored(Onnx_TensorProto)
  case floats(Tensor<Float>)
  /// Integers of any width, and booleans as 0 and 1.
  case integers(Tensor<Int>)

  /// The numbers.
  ///
  /// - Throws: ``ONNXError`` unless they are floating-point numbers that match the shape.
  func floats(_ name: String) throws -> Tensor<Float> {
    switch self {
    case .stored(let tensor): return try tensor.floats()
    case .floats(let tensor): return tensor
    case .integers:
      throw ONNXError(
        "\(name.quoted) has integers (int64, int32 or bool); expected floating-point numbers")
    }
  }

  /// The numbers.
  ///
  /// - Throws: ``ONNXError`` unless they are integers that match the shape.
  func integers(_ name: String) throws -> Tensor<Int> {
    switch self {
    case .stored(let tensor): return try tensor.integers()
    case .integers(let tensor): return tensor
    case .floats: throw ONNXError("\(name.quoted) has floating-point numbers; expected integers")
    }
  }

  /// The constant, decoded.
  ///
  /// - Throws: ``ONNXError`` if the tensor's type is not supported, or it is damaged.
  func decoded() throws -> Constant {
    guard case .stored(let tensor) = self else { return self }
    return DataType.integers.contains { $0.rawValue == tensor.dataType }
      ? .integers(try tensor.integers()) : .floats(try tensor.floats())
  }
}
