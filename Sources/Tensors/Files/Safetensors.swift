/// The safetensors format, and writing files in it.
///
/// Files are read with ``SafetensorsFile``. Source: [safetensors](https://github.com/huggingface/safetensors).
public enum Safetensors {
  /// The longest header that readers accept, in bytes; the reference implementation has the same bound.
  static let maximumHeaderSize = 100_000_000

  /// The format's name of an element type.
  static func name(of type: ElementType) -> String {
    switch type {
    case .float64: "F64"
    case .float32: "F32"
    case .bfloat16: "BF16"
    case .float16: "F16"
    case .int64: "I64"
    case .int32: "I32"
    case .uint8: "U8"
    }
  }

  /// The element types by the format's names.
  static let elementTypes = Dictionary(
    uniqueKeysWithValues: ElementType.allCases.map { (name(of: $0), $0) })

  /// Types that cannot be read, each with a type of the same width.
  static let otherTypes: [String: ElementType] = [
    "BOOL": .uint8, "I8": .uint8, "F8_E4M3": .uint8, "F8_E5M2": .uint8, "F8_E8M0": .uint8,
    "F8_E4M3FNUZ": .uint8, "F8_E5M2FNUZ": .uint8, "I16": .float16, "U16": .float16, "U32": .int32,
    "U64": .int64, "C64": .int64,
  ]

  /// Types that are not read and narrower than a byte, with their bits.
  static let narrowTypes = ["F4": 4, "F6_E2M3": 6, "F6_E3M2": 6]

  /// Writes tensors, each in its own element type.
  ///
  /// The same tensors give the same bytes: as in the reference implementation, the tensors are sorted by the UTF-8 of
  /// their names and the header is padded with spaces to a multiple of 8 bytes; unlike there, the metadata is sorted
  /// too. The tensors are written one after another without another copy, and the file appears complete or not at all.
  ///
  /// ```swift
  /// try Safetensors.write(
  ///   [NamedTensor("weight", weight), NamedTensor("steps", Tensor<Int64>(shape: [], elements: [100]))],
  ///   to: "layer.safetensors")
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: The tensors, with distinct names.
  ///   - metadata: Free-form texts to store with them.
  ///   - path: The file; an existing one is replaced.
  /// - Throws: ``FileError`` if a name occurs twice or is reserved, or with the system's reason.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String
  ) throws {
    try AtomicFile.write(to: path, content(tensors.map(Entry.init), metadata, path: path))
  }

  /// Writes tensors of float32, as ``write(_:metadata:to:)`` does.
  ///
  /// - Parameters:
  ///   - tensors: The tensors, with distinct names.
  ///   - metadata: Free-form texts to store with them.
  ///   - path: The file; an existing one is replaced.
  /// - Throws: ``FileError`` if a name occurs twice or is reserved, or with the system's reason.
  public static func write(
    tensors: [(name: String, tensor: Tensor<Float>)], metadata: [String: String] = [:], to path: String
  ) throws {
    try write(tensors.map { NamedTensor($0.name, $0.tensor) }, metadata: metadata, to: path)
  }

  /// Writes tensors as ``write(_:metadata:to:)`` does, to a file that takes its name later, and holds one tensor at a
  /// time in memory.
  ///
  /// - Parameters:
  ///   - tensors: The tensors.
  ///   - counts: Integers, each a tensor without axes.
  ///   - metadata: Free-form texts.
  ///   - path: The file to be replaced.
  /// - Returns: The file.
  /// - Throws: ``FileError`` in the same cases; the errors of reading a tensor.
  package static func stage(
    tensors: [LazyTensor], counts: [(name: String, value: Int64)] = [], metadata: [String: String] = [:],
    for path: String
  ) throws -> StagedFile {
    let counts = counts.map { NamedTensor($0.name, Tensor(shape: [], elements: [$0.value])) }
    return try StagedFile(
      for: path, content(tensors.map(Entry.init) + counts.map(Entry.init), metadata, path: path))
  }

  /// Writes a file's bytes, once its names are known to be distinct.
  private static func content(
    _ entries: [Entry], _ metadata: [String: String], path: String
  ) throws -> (borrowing FileWriter) throws -> Void {
    let sorted = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (name, next) in zip(sorted.map(\.name), sorted.dropFirst().map(\.name)) where name == next {
      throw FileError(
        path: path,
        problem: .notEncodable(reason: "cannot be written: two tensors have the name \(name.quoted)"))
    }
    guard !sorted.contains(where: { $0.name == SafetensorsHeader.metadataKey }) else {
      throw FileError(
        path: path,
        problem: .notEncodable(
          reason: "cannot be written: no tensor may have the name \(SafetensorsHeader.metadataKey)"))
    }
    let header = Array(header(for: sorted, metadata: metadata).utf8)
    return { file in
      try file.write([UInt64(header.count).littleEndian])
      try file.write(header)
      for entry in sorted { try entry.write(file) }
    }
  }

  /// A tensor to be written.
  private struct Entry {
    let name: String
    let shape: Shape
    let elementType: ElementType
    let write: (borrowing FileWriter) throws -> Void

    init(_ tensor: NamedTensor) {
      (name, shape, elementType) = (tensor.name, tensor.shape, tensor.elementType)
      write = tensor.write
    }

    init(_ tensor: LazyTensor) {
      (name, shape, elementType) = (tensor.name, tensor.shape, .float32)
      write = { file in try file.write(tensor.values().elements) }
    }

    var byteCount: Int { shape.elementCount * elementType.byteCount }
  }

  private static func header(for entries: [Entry], metadata: [String: String]) -> String {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(jsonString($0.key)):\(jsonString($0.value))" }
      members.append("\"\(SafetensorsHeader.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var start = 0
    for entry in entries {
      let end = start + entry.byteCount
      let extents = entry.shape.extents.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonString(entry.name)):{\"dtype\":\"\(name(of: entry.elementType))\",\"shape\":[\(extents)],"
          + "\"data_offsets\":[\(start),\(end)]}")
      start = end
    }
    let header = "{\(members.joined(separator: ","))}"
    let remainder = header.utf8.count % 8
    return header + String(repeating: " ", count: remainder == 0 ? 0 : 8 - remainder)
  }

  private static func jsonString(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        json += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}
