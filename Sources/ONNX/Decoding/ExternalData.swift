import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads tensors that a model stores in other files; only files in the model's own folder are opened.
///
/// Source: [external data](https://onnx.ai/onnx/repo-docs/ExternalData.html).
struct ExternalData {
  private let folder: String
  private var files: [String: RandomAccessFile] = [:]
  /// The number of bytes that may still be read: in total the largest size of a file, even if tensors share bytes.
  private var allowance = ONNXFile.maximumFileSize

  /// The files that were read, with links resolved.
  var paths: [String] { files.values.map(\.path) }

  /// - Parameter model: The model's file.
  init(beside model: String) {
    folder = model.lastIndex(of: "/").map { String(model[...$0]) } ?? "./"
  }

  /// Reads the values of all external tensors into a graph and the graphs in it.
  ///
  /// - Throws: ``ONNXError`` if a file is not in the model's folder, cannot be read or is too short.
  mutating func resolve(_ graph: inout Onnx_GraphProto) throws {
    for index in graph.initializer.indices { try resolve(&graph.initializer[index]) }
    for node in graph.node.indices {
      for index in graph.node[node].attribute.indices { try resolve(&graph.node[node].attribute[index]) }
    }
  }

  private mutating func resolve(_ attribute: inout Onnx_AttributeProto) throws {
    if attribute.hasT { try resolve(&attribute.t) }
    if attribute.hasG { try resolve(&attribute.g) }
  }

  private mutating func resolve(_ tensor: inout Onnx_TensorProto) throws {
    guard tensor.dataLocation != 0 else { return }
    let subject = "tensor \(tensor.name.quoted) is stored in another file"
    guard tensor.dataLocation == 1 else {
      throw ONNXError("tensor \(tensor.name.quoted) has the unknown data_location \(tensor.dataLocation)")
    }
    let entries = Dictionary(tensor.externalData.map { ($0.key, $0.value) }) { first, _ in first }
    guard let location = entries["location"], !location.isEmpty else {
      throw ONNXError("\(subject), but its location is missing")
    }
    // Without a known type nothing can be read; the node that needs the tensor reports it.
    guard let type = DataType(rawValue: tensor.dataType)?.stored else { return }
    guard let stored = StoredTensor(extents: tensor.dims.map { Int($0) }, elementType: type) else {
      throw ONNXError("tensor \(tensor.name.quoted) has dimensions that are negative or too large")
    }
    let offset = try number("offset", entries, subject) ?? 0
    let length = try number("length", entries, subject) ?? stored.byteCount
    guard length == stored.byteCount else {
      throw ONNXError(
        "tensor \(tensor.name.quoted) has \(length) bytes in \(location.quoted), but \(stored.shape) needs \(stored.byteCount)"
      )
    }
    do {
      let file = try file(at: location, subject)
      guard offset <= file.byteCount, length <= file.byteCount - offset else {
        if let kind = try FileKind(file), kind == .gitLFS {
          throw ONNXError(
            "\(subject), \(location.quoted), which \(kind.problem(insteadOf: "its values"))")
        }
        throw ONNXError(
          damage:
            "\(subject), \(location.quoted), which is too short: \(length) bytes from \(offset) on are needed, and it has "
            + "\(file.byteCount)")
      }
      guard length <= allowance else {
        throw ONNXError(file: "stores more than 2 GiB in other files, which is not supported", .tooLarge)
      }
      allowance -= length
      tensor.rawData = Data(try file.bytes(count: length, at: offset))
      tensor.dataLocation = 0
    } catch let error as FileError {
      throw ONNXError(damage: "\(subject), \(location.quoted), which \(error.problem)")
    }
  }

  private func number(_ key: String, _ entries: [String: String], _ subject: String) throws -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw ONNXError("\(subject) with the \(key) \(text.quoted), which is not a number of bytes")
    }
    return number
  }

  private mutating func file(at location: String, _ subject: String) throws -> RandomAccessFile {
    if let file = files[location] { return file }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.hasPrefix("/"), !parts.contains(".."), !location.utf8.contains(0) else {
      throw ONNXError(
        "\(subject), \(location.quoted), outside the model's folder; only files in it are opened")
    }
    let path = folder + location
    guard let inside = Self.resolved(folder), let target = Self.resolved(path) else {
      throw ONNXError(
        "\(subject), \(location.quoted), which \(FileError.reading(path, code: errno).problem); it must be in the "
          + "model's folder")
    }
    guard target.hasPrefix(inside.hasSuffix("/") ? inside : inside + "/") else {
      throw ONNXError(
        "\(subject), \(location.quoted), a link that leads outside the model's folder; only files in it are opened"
      )
    }
    let file = try RandomAccessFile(path: target)
    files[location] = file
    return file
  }

  /// The path with all links resolved; nil, with `errno` set, if the file does not exist.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension DataType {
  /// The stored form of an element.
  fileprivate var stored: ElementType? {
    switch self {
    case .float: .float32
    case .double: .float64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .bool: .uint8
    }
  }
}
