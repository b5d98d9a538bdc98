/// The supported element types, with ONNX's numbers.
enum DataType: Int32 {
  case float = 1
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11
  case bfloat16 = 16

  /// Types of weights, which are read as float32.
  static let floatingPoint: [DataType] = [.float, .float16, .double, .bfloat16]

  /// Types of shapes and axes.
  static let integers: [DataType] = [.int32, .int64, .bool]

  /// A type's name for messages.
  static func name(_ number: Int32) -> String {
    let names = [
      "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16",
      "double", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ]
    return names.indices.contains(Int(number)) ? names[Int(number)] : "elements of the type \(number)"
  }
}
