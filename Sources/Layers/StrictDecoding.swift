import Tensors

extension Decoder {
  /// The keyed container, checked to have no other keys, so that a mistyped key is an error instead of a default.
  ///
  /// - Parameters:
  ///   - keys: The allowed keys.
  ///   - retired: Keys of older files, which are ignored.
  ///   - unlisted: Allowed keys that the error does not offer, because people do not write them.
  /// - Returns: The container.
  /// - Throws: `DecodingError` that names a key that is not allowed.
  package func strictContainer<Keys: CodingKey & CaseIterable & Hashable>(
    _ keys: Keys.Type, retired: [String] = [], unlisted: Set<Keys> = []
  ) throws -> KeyedDecodingContainer<Keys> {
    let known = Keys.allCases.map(\.stringValue)
    let all = try container(keyedBy: AnyKey.self)
    if let unknown = all.allKeys.map(\.stringValue).sorted().first(where: { !(known + retired).contains($0) })
    {
      let offered = Keys.allCases.filter { !unlisted.contains($0) }.map(\.stringValue)
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath,
          debugDescription: "unknown key \(unknown.quoted); available: \(offered.joined(separator: ", "))"))
    }
    return try container(keyedBy: keys)
  }
}

extension KeyedDecodingContainer {
  /// One of several names; nil if the key is absent.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value with that name.
  /// - Throws: `DecodingError` that lists the names if it is not one of them.
  package func decodeName<Value: RawRepresentable<String> & CaseIterable>(forKey key: Key) throws -> Value? {
    guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
    if let value = Value(rawValue: name) { return value }
    let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
    throw DecodingError.dataCorruptedError(
      forKey: key, in: self, debugDescription: "unknown value \(name.quoted); available: \(names)")
  }
}

/// Any key of a JSON object.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) {
    self.stringValue = stringValue
  }

  init?(intValue: Int) {
    nil
  }
}
