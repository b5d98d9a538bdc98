/// The header of a .npy file: the Python dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
///
/// It is read as text of just this form and never evaluated.
struct NPYHeader {
  /// Why bytes are not a header, as the rest of a line that begins with the file's path.
  struct Malformed: Error {
    let problem: String
  }

  let elementType: ElementType
  let isColumnMajor: Bool
  let extents: [Int]

  /// Numpy's names of the element types.
  static let elementTypes: [String: ElementType] = [
    "<f8": .float64, "<f4": .float32, "<f2": .float16, "<i8": .int64, "<i4": .int32, "|u1": .uint8,
  ]

  /// Booleans, bytes of 0 and 1, are read too, but not written.
  private static let readableTypes = elementTypes.merging(["|b1": .uint8]) { $1 }

  /// Parses a header.
  ///
  /// - Parameter text: The bytes of the dictionary.
  /// - Throws: ``Malformed`` if they are not a header, or describe an array that is not supported.
  init(_ text: [UInt8]) throws {
    var scanner = PythonLiteralScanner(text)
    var description: String?
    var isColumnMajor: Bool?
    var extents: [Int]?
    let isDictionary = scanner.scanDictionary { key, scanner in
      switch key {
      case "descr" where description == nil: description = scanner.scanString()
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = scanner.scanBoolean()
      case "shape" where extents == nil: extents = scanner.scanTuple()
      default: return false
      }
      return true
    }
    if let description, Self.readableTypes[description] == nil {
      throw Malformed(problem: Self.refusal(of: description))
    }
    guard isDictionary, let isColumnMajor, let extents,
      let elementType = description.flatMap({ Self.readableTypes[$0] })
    else {
      throw Malformed(
        problem: "its header does not describe a plain array: 'descr', 'fortran_order' and 'shape' are needed"
      )
    }
    self.elementType = elementType
    self.isColumnMajor = isColumnMajor
    self.extents = extents
  }

  private static func refusal(of description: String) -> String {
    let swapped = description.first == ">" ? "<" + description.dropFirst() : ""
    guard elementTypes[swapped] == nil else {
      return "is big-endian (\(description)); save it with .astype('\(swapped)')"
    }
    let readable = readableTypes.keys.sorted().joined(separator: ", ")
    return "has elements of type \(description.quoted); supported are \(readable)"
  }
}
