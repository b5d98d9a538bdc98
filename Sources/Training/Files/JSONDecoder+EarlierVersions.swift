#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension JSONDecoder {
  /// A decoder of recipes, checkpoints and training states that also reads the keys of versions before 0.6.
  static var ofAnyVersion: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .custom { path in
      let key = path[path.count - 1]
      return renamedKeys[key.stringValue] ?? key
    }
    return decoder
  }

  /// The current name of a key of any version.
  static func currentKey(_ key: String) -> String { renamedKeys[key]?.rawValue ?? key }

  private static let renamedKeys: [String: Recipe.CodingKeys] = [
    "initialisation": .initialization, "normalisation": .normalization,
  ]
}
