/// The header of a .npy file: the Python dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
///
/// It is parsed as text of exactly this form and never evaluated. Spaces, the order of the keys and the kind of
/// quotation marks may vary; numbers may have the `L` of Python 2.
struct NPYHeader {
  /// The reason that bytes are not a header, as the predicate of a sentence whose subject is the file.
  struct Malformed: Error {
    let problem: FileError.Problem
  }

  let elements: NPYElements
  let isColumnMajor: Bool
  let extents: [Int]

  /// Parses a header.
  ///
  /// - Parameter text: The bytes of the dictionary.
  /// - Throws: ``Malformed`` if they are not a header, or describe an array that is not supported.
  init(_ text: [UInt8]) throws {
    var scanner = PythonLiteralScanner(text)
    var description: String?
    var isColumnMajor: Bool?
    var extents: [Int]?
    var isStructured = false
    let isDictionary = scanner.scanDictionary { key, scanner in
      switch key {
      case "descr" where description == nil:
        isStructured = scanner.isAtList
        description = scanner.scanString()
        return description != nil
      case "fortran_order" where isColumnMajor == nil: isColumnMajor = scanner.scanBoolean()
      case "shape" where extents == nil: extents = scanner.scanTuple()
      default: return false
      }
      return true
    }
    if isStructured {
      throw Malformed(
        problem: .unsupported(
          reason: "has records, not numbers; in numpy, save one of their fields: x['name']"))
    }
    if let description, NPYElements(description) == nil {
      throw Malformed(problem: .unsupported(reason: NPYElements.refusal(of: description)))
    }
    guard isDictionary, let isColumnMajor, let extents, let elements = description.flatMap(NPYElements.init)
    else {
      throw Malformed(
        problem: .damaged(
          reason:
            "has an invalid header: a dictionary with 'descr', 'fortran_order' and 'shape' is required"))
    }
    self.elements = elements
    self.isColumnMajor = isColumnMajor
    self.extents = extents
  }
}
