/// Numpy's .npy files: one array each.
///
/// Source: [the format's description](https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
public enum NPY {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The magic number of ZIP, which numpy.savez uses for several arrays.
  private static let archiveMagic: [UInt8] = Array("PK".utf8) + [3, 4]

  /// A bound on the header; headers of readable arrays are far shorter.
  private static let maximumHeaderSize = 65_536

  /// Reads an array and converts its elements.
  ///
  /// Versions 1.0 to 3.0 are supported, with elements of float64, float32, float16, int64, int32, uint8 and bool, in
  /// either byte order, row-major (C) or column-major (Fortran).
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - type: The type to convert to. Floating-point types take the nearest number, integer types only exact ones.
  /// - Returns: The array in row-major order.
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, or holds other data.
  public static func read<Scalar: TensorScalar>(
    _ path: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    let file = try RandomAccessFile(path: path)
    let (header, dataStart) = try readHeader(of: file)
    guard let stored = StoredTensor(extents: header.extents, elementType: header.elements.type) else {
      throw FileError(
        path: path,
        problem: .damaged(
          reason: "has a negative extent, too many extents or too many elements in its header"))
    }
    guard stored.byteCount == file.byteCount - dataStart else {
      throw FileError(
        path: path,
        problem: .damaged(
          reason: "has \(counted(file.byteCount - dataStart, "byte")) of data where \(stored.shape) "
            + "\(stored.elementType.rawValue) needs \(stored.byteCount)"))
    }
    let elements: [Scalar] = try stored.elements(
      of: file, at: dataStart, subject: "the array", isBigEndian: header.elements.isBigEndian)
    return Tensor(
      shape: stored.shape,
      elements: header.isColumnMajor ? rowMajor(fromColumnMajor: elements, shape: stored.shape) : elements)
  }

  /// The type of an array's elements, from its header alone; `uint8` for truth values too.
  ///
  /// - Parameter path: The file.
  /// - Returns: The type.
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, or holds other data.
  public static func elementType(of path: String) throws -> ElementType {
    try readHeader(of: RandomAccessFile(path: path)).0.elements.type
  }

  /// Writes an array in version 1.0, row-major.
  ///
  /// The file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - tensor: The array.
  ///   - path: The file; an existing one is replaced.
  /// - Throws: ``FileError`` with the system's reason.
  public static func write<Scalar: TensorScalar>(_ tensor: Tensor<Scalar>, to path: String) throws {
    let header = try header(of: tensor, path: path)
    try AtomicFile.write(to: path) { file in
      try file.write(header)
      try file.write(tensor.elements)
    }
  }

  /// Writes an array to an open stream, in version 1.0, row-major.
  ///
  /// - Parameters:
  ///   - tensor: The array.
  ///   - descriptor: The stream, which stays open.
  ///   - name: Its name in errors.
  /// - Throws: ``FileError`` with the system's reason.
  package static func write<Scalar: TensorScalar>(
    _ tensor: Tensor<Scalar>, toDescriptor descriptor: Int32, name: String
  ) throws {
    let header = try header(of: tensor, path: name)
    let writer = FileWriter(descriptor: descriptor, path: name)
    try writer.write(header)
    try writer.write(tensor.elements)
  }

  /// The bytes before the data.
  private static func header<Scalar: TensorScalar>(of tensor: Tensor<Scalar>, path: String) throws -> [UInt8]
  {
    guard tensor.shape.rank <= StoredTensor.maximumRank else {
      let limit = "a .npy file has at most \(StoredTensor.maximumRank) axes, not \(tensor.shape.rank)"
      throw FileError(path: path, problem: .notEncodable(reason: "cannot be written: \(limit)"))
    }
    guard let name = NPYElements.names[Scalar.elementType] else {
      let limit = "a .npy file cannot have elements of type \(Scalar.elementType.rawValue)"
      throw FileError(path: path, problem: .notEncodable(reason: "cannot be written: \(limit)"))
    }
    let extents = tensor.shape.extents.map(String.init)
    let tuple = extents.count == 1 ? "\(extents[0])," : extents.joined(separator: ", ")
    let dictionary = "{'descr': '\(name)', 'fortran_order': False, 'shape': (\(tuple)), }"
    // The data begins at a multiple of 64; before it come 10 bytes, the dictionary, spaces and a newline.
    let size = (10 + dictionary.utf8.count + 1 + 63) / 64 * 64 - 10
    let spaces = String(repeating: " ", count: size - dictionary.utf8.count - 1)
    return magic + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array((dictionary + spaces + "\n").utf8)
  }

  private static func readHeader(of file: RandomAccessFile) throws -> (NPYHeader, dataStart: Int) {
    let start = try file.bytes(count: min(file.byteCount, 12), at: 0)
    guard !start.isEmpty else { throw FileError(path: file.path, problem: .damaged(reason: "is empty")) }
    guard start.starts(with: magic) else {
      let archive = FileError.Problem.otherFormat(
        name: FileKind.npz.rawValue,
        reason: "is an archive of arrays (.npz); save one of them with numpy.save")
      let isArchive = start.starts(with: archiveMagic)
      throw FileError(
        path: file.path, problem: isArchive ? archive : .unsupported(reason: "is not a .npy file"))
    }
    guard start.count == 12 else {
      throw FileError(path: file.path, problem: .damaged(reason: "is truncated: its header is incomplete"))
    }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw FileError(
        path: file.path,
        problem: .unsupported(
          reason: "has version \(start[6]).\(start[7]) of the format; versions 1.0 to 3.0 are supported"))
    }
    let sizeBytes = start[6] == 1 ? start[8..<10] : start[8..<12]
    let size = sizeBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size <= maximumHeaderSize else {
      throw FileError(
        path: file.path,
        problem: .unsupported(reason: "has a header of \(size) bytes, more than a plain array needs"))
    }
    let text = try file.bytes(count: size, at: sizeBytes.endIndex)
    do {
      return (try NPYHeader(text), sizeBytes.endIndex + size)
    } catch let error as NPYHeader.Malformed {
      throw FileError(path: file.path, problem: error.problem)
    }
  }
}
