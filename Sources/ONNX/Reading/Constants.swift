import Tensors

/// The values in a graph that do not depend on its input, by name.
struct Constants {
  /// A value, decoded only when it is used.
  enum Value {
    case stored(Onnx_TensorProto)
    case tensor(Tensor<Float>)
  }

  private var values: [String: Value]

  init(initializers: [String: Onnx_TensorProto]) {
    values = initializers.mapValues { .stored($0) }
  }

  subscript(name: String) -> Value? { values[name] }

  /// Gives a value a name.
  mutating func define(_ name: String, _ value: Value) throws {
    guard values.updateValue(value, forKey: name) == nil else {
      throw ONNXError("the name \(name.quoted) is given to two values")
    }
  }

  /// The numbers of a value.
  func floats(_ name: String) throws -> Tensor<Float> {
    switch values[name] {
    case .stored(let tensor)?: return try tensor.floats()
    case .tensor(let tensor)?: return tensor
    case nil:
      throw ONNXError("\(name.quoted) is no constant, and only the first input may depend on the images")
    }
  }

  /// The only number of a value that is a scalar.
  func scalar(_ name: String) throws -> Float {
    let tensor = try floats(name)
    guard tensor.elements.count == 1 else {
      throw ONNXError("\(name.quoted) is \(tensor.shape), not a single number")
    }
    return tensor.elements[0]
  }

  /// The only truth value of a value.
  func truth(_ name: String) throws -> Bool {
    if case .stored(let tensor)? = values[name] { return try tensor.truth() }
    return try scalar(name) != 0
  }
}
