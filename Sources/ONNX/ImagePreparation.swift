import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The preparation of images for a model, (byte / 255 − mean) / deviation, and the names of its classes.
///
/// It is stored in the model's metadata, each value as JSON: `nin.size`, `nin.mean`, `nin.deviation`,
/// `nin.resize` and `nin.classes`.
public struct ImagePreparation: Sendable, Equatable {
  /// Height and width, in pixels.
  public var size: [Int]
  /// The mean that is subtracted, one number per channel or one for all.
  public var mean: [Double]
  /// The standard deviation that is divided by, one number per channel or one for all.
  public var deviation: [Double]
  /// The resizing method, under the name that the writing program uses; nil if it does not matter.
  public var resize: String?
  /// The classes' names; empty if unknown.
  public var classNames: [String]

  /// Creates a preparation.
  public init(
    size: [Int], mean: [Double], deviation: [Double], resize: String? = nil, classNames: [String] = []
  ) {
    self.size = size
    self.mean = mean
    self.deviation = deviation
    self.resize = resize
    self.classNames = classNames
  }

  private enum Key: String {
    case size, mean, deviation, resize, classes

    var name: String { "nin.\(rawValue)" }
  }

  /// Reads it from a model's metadata.
  ///
  /// Nil without the mean and the deviation; the metadata of other programs has other keys.
  ///
  /// - Throws: ``ONNXError`` that names a key whose value is damaged.
  init?(metadata: [Onnx_StringStringEntryProto]) throws {
    let values = Dictionary(metadata.map { ($0.key, $0.value) }) { first, _ in first }
    func decoded<Value: Decodable>(_ key: Key, _: Value.Type) throws -> Value? {
      guard let text = values[key.name] else { return nil }
      guard let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8)) else {
        throw ONNXError(file: "has metadata \(key.name) that cannot be read: \(text.quoted)")
      }
      return value
    }
    guard let mean = try decoded(.mean, [Double].self),
      let deviation = try decoded(.deviation, [Double].self)
    else { return nil }
    self.mean = mean
    self.deviation = deviation
    size = try decoded(.size, [Int].self) ?? []
    resize = try decoded(.resize, String.self)
    classNames = try decoded(.classes, [String].self) ?? []
    // The numbers become float32, and dividing by a tiny number would overflow.
    guard !mean.isEmpty, mean.allSatisfy({ Float($0).isFinite }) else {
      throw ONNXError(file: "has metadata \(Key.mean.name) \(mean); expected one number, or one per channel")
    }
    guard !deviation.isEmpty,
      deviation.allSatisfy({ Float($0).isFinite && Float($0) >= .leastNormalMagnitude })
    else {
      throw ONNXError(
        file:
          "has metadata \(Key.deviation.name) \(deviation); expected one number above 0, or one per channel")
    }
    // Each combination of mean and deviation becomes a lookup table of bytes.
    guard max(mean.count, deviation.count) <= 64 else {
      throw ONNXError(
        file: "has metadata \(Key.mean.name) and \(Key.deviation.name) of more than 64 channels")
    }
    guard size.isEmpty || size.count == 2 && size.allSatisfy((1...1 << 14).contains) else {
      throw ONNXError(
        file: "has metadata \(Key.size.name) \(size); expected a height and a width from 1 to \(1 << 14)")
    }
  }

  /// The metadata entries of the preparation.
  func metadata() throws -> [Onnx_StringStringEntryProto] {
    func entry(_ key: Key, _ value: some Encodable) throws -> Onnx_StringStringEntryProto {
      let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
      return .with {
        $0.key = key.name
        $0.value = text
      }
    }
    var entries = [try entry(.size, size), try entry(.mean, mean), try entry(.deviation, deviation)]
    if let resize { entries.append(try entry(.resize, resize)) }
    if !classNames.isEmpty { entries.append(try entry(.classes, classNames)) }
    return entries
  }
}
