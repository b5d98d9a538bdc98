import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The attributes of a node; readers take them one by one, so that unknown ones can be rejected.
struct Attributes {
  /// The type of an attribute, with the format's numbers.
  enum Kind: Int32 {
    case float = 1
    case integer = 2
    case string = 3
    case tensor = 4
    case graph = 5
    case floats = 6
    case integers = 7
  }

  private var rest: [String: Onnx_AttributeProto] = [:]

  init(_ attributes: [Onnx_AttributeProto]) throws {
    for attribute in attributes {
      guard attribute.refAttrName.isEmpty else {
        throw ONNXError(
          "attribute \(attribute.name.quoted) refers to an attribute of a function, and functions are not supported"
        )
      }
      guard rest.updateValue(attribute, forKey: attribute.name) == nil else {
        throw ONNXError("attribute \(attribute.name.quoted) is given twice")
      }
    }
  }

  mutating func number(_ name: String) throws -> Float? { try take(name, .float)?.f }

  mutating func integer(_ name: String) throws -> Int? { try take(name, .integer).map { Int($0.i) } }

  mutating func integers(_ name: String) throws -> [Int]? {
    try take(name, .integers).map { $0.ints.map { Int($0) } }
  }

  mutating func text(_ name: String) throws -> String? {
    try take(name, .string).map { String(decoding: $0.s, as: UTF8.self) }
  }

  mutating func tensor(_ name: String) throws -> Onnx_TensorProto? { try take(name, .tensor)?.t }

  mutating func graph(_ name: String) throws -> Onnx_GraphProto? { try take(name, .graph)?.g }

  mutating func numbers(_ name: String) throws -> [Float]? { try take(name, .floats)?.floats }

  /// The number of integers in an attribute, without taking it.
  func count(of name: String) -> Int { rest[name]?.ints.count ?? 0 }

  /// An integer that must be 0 or 1.
  mutating func flag(_ name: String) throws -> Bool {
    let value = try integer(name) ?? 0
    guard (0...1).contains(value) else {
      throw ONNXError("attribute \(name.quoted) is \(value); it must be 0 or 1")
    }
    return value == 1
  }

  /// Rejects attributes that have not been taken.
  func requireNoOthers() throws {
    guard let name = rest.keys.min() else { return }
    throw ONNXError("attribute \(name.quoted) is not supported")
  }

  private mutating func take(_ name: String, _ kind: Kind) throws -> Onnx_AttributeProto? {
    guard let attribute = rest.removeValue(forKey: name) else { return nil }
    guard attribute.type == kind.rawValue else {
      throw ONNXError(
        "attribute \(name.quoted) has type \(attribute.type); expected \(kind.rawValue) (\(kind))")
    }
    return attribute
  }
}
