#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The version of all JSON output; it increases when a field changes its meaning or is removed.
private let formatVersion = 1

/// A value as indented JSON, with a field `version`: the same bytes for equal values.
///
/// NaN and infinities, which JSON does not have, are the strings "NaN", "Infinity" and "-Infinity".
///
/// - Parameter value: The value, which encodes itself as an object.
/// - Returns: The text, without a line break at the end.
/// - Throws: The errors of the value's encoding.
package func prettyJSON(_ value: some Encodable) throws -> String {
  try json(value, [.prettyPrinted, .withoutEscapingSlashes, .sortedKeys])
}

/// A value as one line of JSON, its keys in snake case; otherwise as ``prettyJSON(_:)``.
///
/// - Parameter value: The value, which encodes itself as an object.
/// - Returns: The text, without a line break at the end.
/// - Throws: The errors of the value's encoding.
package func lineJSON(_ value: some Encodable) throws -> String {
  try json(value, [.withoutEscapingSlashes, .sortedKeys], .convertToSnakeCase)
}

private func json(
  _ value: some Encodable, _ format: JSONEncoder.OutputFormatting,
  _ keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = format
  encoder.keyEncodingStrategy = keys
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return String(decoding: try encoder.encode(Versioned(value: value)), as: UTF8.self)
}

/// An object with the version added to its fields.
private struct Versioned<Value: Encodable>: Encodable {
  let value: Value

  private enum CodingKeys: CodingKey {
    case version
  }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(formatVersion, forKey: .version)
  }
}
