/// A safetensors file: named tensors, each read only when it is requested.
///
/// Opening reads and checks the header alone, so it takes no longer for large files.
///
/// The format is a header length in 8 bytes, little-endian; the header, a JSON object; and the data. As in the
/// reference implementation, the tensors must fill the data without gap or overlap. Source:
/// [safetensors](https://github.com/huggingface/safetensors).
public final class SafetensorsFile: Sendable {
  /// The file as the caller named it.
  public let path: String

  /// The names of the tensors in the order in which they are stored.
  public let names: [String]

  /// The free-form texts that came with the tensors.
  public let metadata: [String: String]

  private let file: RandomAccessFile
  private let tensors: [String: SafetensorsLayout.Located]

  /// Opens a file and checks its header.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if it cannot be read or does not follow the format.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    let json = try Self.header(of: file)
    do {
      let header = try SafetensorsHeader(json: json)
      let layout = try SafetensorsLayout(header, dataStart: 8 + json.count, fileSize: file.byteCount)
      names = layout.names
      tensors = layout.tensors
      metadata = header.metadata
    } catch let error as SafetensorsHeader.Malformed {
      throw FileError(path: path, problem: .damaged(reason: error.problem))
    }
    self.path = path
    self.file = file
  }

  /// The extents of a tensor.
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: Its shape, outermost extent first.
  /// - Throws: ``FileError`` if the file has no tensor of that name.
  public func shape(of name: String) throws -> Shape {
    try located(name).stored.shape
  }

  /// The type that a tensor's elements have in the file.
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: The element type.
  /// - Throws: ``FileError`` if the tensor is missing, or its type is not supported.
  public func elementType(of name: String) throws -> ElementType {
    try readable(name).stored.elementType
  }

  /// Reads a tensor and converts its elements.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - type: The type to convert to. Floating-point types take the nearest number, integer types only exact ones.
  /// - Returns: The tensor in row-major order.
  /// - Throws: ``FileError`` if the file has no tensor of that name, it cannot be read, or it cannot be converted.
  public func tensor<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    let located = try readable(name)
    let elements: [Scalar] = try located.stored.elements(
      of: file, at: located.offset, subject: "the tensor \(name.quoted)")
    return Tensor(shape: located.stored.shape, elements: elements)
  }

  /// Reads a tensor as it is, to be written to another file.
  ///
  /// ```swift
  /// let file = try SafetensorsFile(path: "old.safetensors")
  /// let tensors = try file.names.map { try file.namedTensor($0) }
  /// try Safetensors.write(tensors, metadata: file.metadata, to: "new.safetensors")
  /// ```
  ///
  /// - Parameter name: The tensor's name.
  /// - Returns: The tensor in the element type of the file.
  /// - Throws: ``FileError`` if the file has no tensor of that name, it cannot be read, or its type is not supported.
  public func namedTensor(_ name: String) throws -> NamedTensor {
    let located = try readable(name)
    let bytes = try file.bytes(count: located.stored.byteCount, at: located.offset)
    return NamedTensor(name: name, located.stored, bytes: bytes)
  }

  /// A tensor whose elements can be read.
  private func readable(_ name: String) throws -> SafetensorsLayout.Located {
    let located = try located(name)
    guard located.isReadable else {
      let known = Safetensors.elementTypes.keys.sorted().joined(separator: ", ")
      throw FileError(
        path: path,
        problem: .unsupported(
          reason:
            "has elements of type \(located.dtype.quoted) in the tensor \(name.quoted); supported: \(known)"))
    }
    return located
  }

  private func located(_ name: String) throws -> SafetensorsLayout.Located {
    if let located = tensors[name] { return located }
    throw FileError(path: path, problem: .missingTensor(name: name, available: names))
  }

  /// The bytes of the JSON object.
  private static func header(of file: RandomAccessFile) throws -> [UInt8] {
    guard file.byteCount >= 8 else {
      let reason =
        file.byteCount == 0
        ? "is empty"
        : "is truncated or not a safetensors file: it has only \(counted(file.byteCount, "byte"))"
      throw FileError(path: file.path, problem: .damaged(reason: reason))
    }
    let size = try file.bytes(count: 8, at: 0).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // Another format's first bytes may read as the length of a header.
    let fits = size > 0 && size <= file.byteCount - 8
    let isPlausible = try fits && file.bytes(count: 1, at: 8) == [UInt8(ascii: "{")]
    if !isPlausible, let kind = try FileKind(file), kind != .safetensors {
      throw kind.error(path: file.path, insteadOf: "a safetensors file")
    }
    guard size <= Safetensors.maximumHeaderSize else {
      throw FileError(
        path: file.path,
        problem: .unsupported(reason: "is not a safetensors file: it would have a header of \(size) bytes"))
    }
    guard size <= file.byteCount - 8 else {
      throw FileError(
        path: file.path,
        problem: .damaged(
          reason: "is truncated or not a safetensors file: a header of \(size) bytes does not fit into it"))
    }
    return try file.bytes(count: Int(size), at: 8)
  }
}
