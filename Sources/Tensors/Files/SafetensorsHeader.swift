#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON object at the start of a safetensors file, decoded but not yet checked against the data.
struct SafetensorsHeader: Decodable {
  /// The header's entry for one tensor.
  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// The key that does not name a tensor.
  static let metadataKey = "__metadata__"

  private(set) var metadata: [String: String] = [:]
  private(set) var entries: [String: Entry] = [:]

  /// A bound on the commas and colons, above what a hundred thousand tensors need: each may become a value of a hundred
  /// bytes.
  private static let maximumCount = 1 << 20

  /// The number of keys decoded: fewer than the header has if some occur twice.
  private var keyCount = 0

  /// Decodes a header.
  ///
  /// - Parameter json: The bytes of the header.
  /// - Throws: ``Malformed`` if they are not a header.
  init(json: [UInt8]) throws {
    // JSONDecoder would accept encodings other than UTF-8; they all contain zeros.
    guard json.first == UInt8(ascii: "{"), !json.contains(0) else {
      throw Malformed(problem: "is damaged: its header is not a JSON object")
    }
    let separators = json.count { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ":") }
    guard separators <= Self.maximumCount else {
      throw Malformed(
        problem: "has more than \(Self.maximumCount) values in its header, which is not supported")
    }
    do {
      self = try JSONDecoder().decode(SafetensorsHeader.self, from: Data(json))
    } catch let error as DecodingError {
      throw Malformed(error)
    }
    guard keyCount == Self.countKeys(json) else {
      throw Malformed(problem: "is damaged: its header has a duplicate key")
    }
  }

  /// Decodes the metadata and an entry for each other key.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    keyCount = container.allKeys.count
    for key in container.allKeys {
      if key.stringValue == Self.metadataKey {
        // The reference reader accepts null for no metadata.
        metadata = try container.decodeIfPresent([String: String].self, forKey: key) ?? [:]
        keyCount += metadata.count
      } else {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        keyCount += try container.nestedContainer(keyedBy: Key.self, forKey: key).allKeys.count
      }
    }
  }

  /// Counts the keys of the outer object and of the objects in it, in valid JSON.
  private static func countKeys(_ json: [UInt8]) -> Int {
    var count = 0
    var depth = 0
    var inString = false
    var escaped = false
    for byte in json {
      if escaped {
        escaped = false
      } else if inString {
        escaped = byte == UInt8(ascii: "\\")
        inString = byte != UInt8(ascii: "\"")
      } else {
        switch byte {
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ":") where depth <= 2: count += 1
        default: break
        }
      }
    }
    return count
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) {
      self.stringValue = stringValue
    }

    init?(intValue: Int) {
      return nil
    }
  }
}

extension SafetensorsHeader {
  /// The reason that bytes are not a header, as the predicate of a sentence whose subject is the file.
  struct Malformed: Error {
    let problem: String

    init(problem: String) {
      self.problem = problem
    }

    /// Says where in the header the decoder stopped.
    init(_ error: DecodingError) {
      let fault =
        switch error {
        case .keyNotFound(let key, let context):
          "lacks \(key.stringValue.quoted)\(Self.location(context.codingPath))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
          "has a value of the wrong type\(Self.location(context.codingPath))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
          "has a value that cannot be read\(Self.location(context.codingPath))"
        default:
          "is not valid JSON, or has a number that is too large or not an integer"
        }
      problem = "is damaged: its header \(fault)"
    }

    private static func location(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : " at " + path.prefix(4).map { $0.stringValue.quoted }.joined(separator: ", ")
    }
  }
}
