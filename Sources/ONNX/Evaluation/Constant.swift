import Tensors

/// A value that does not depend on the images.
enum Constant {
  /// As the file has it, decoded only when it is used.
  case stored(Onnx_TensorProto)
  case floats(Tensor<Float>)
  /// Integers of any width, and truth values as 0 and 1.
  case integers(Tensor<Int>)

  /// The numbers.
  ///
  /// - Throws: ``ONNXError`` unless they are floating-point numbers, as many as the shape needs.
  func floats(_ name: String) throws -> Tensor<Float> {
    switch self {
    case .stored(let tensor): return try tensor.floats()
    case .floats(let tensor): return tensor
    case .integers:
      throw ONNXError(
        "\(name.quoted) holds integers (int64, int32 or bool); floating-point numbers are needed")
    }
  }

  /// The numbers.
  ///
  /// - Throws: ``ONNXError`` unless they are integers, as many as the shape needs.
  func integers(_ name: String) throws -> Tensor<Int> {
    switch self {
    case .stored(let tensor): return try tensor.integers()
    case .integers(let tensor): return tensor
    case .floats: throw ONNXError("\(name.quoted) holds floating-point numbers; integers are needed")
    }
  }

  /// The same, decoded.
  ///
  /// - Throws: ``ONNXError`` if the tensor is of a type that is not read, or is damaged.
  func decoded() throws -> Constant {
    guard case .stored(let tensor) = self else { return self }
    return DataType.integers.contains { $0.rawValue == tensor.dataType }
      ? .integers(try tensor.integers()) : .floats(try tensor.floats())
  }
}
