/// The elements of a .npy file as numpy names them: byte order, kind and bytes, as in `<f4`.
struct NPYElements {
  let type: ElementType
  let isBigEndian: Bool

  /// The names used for writing.
  static let names: [ElementType: String] = [
    .float64: "<f8", .float32: "<f4", .float16: "<f2", .int64: "<i8", .int32: "<i4", .uint8: "|u1",
  ]

  /// Booleans are bytes of 0 and 1.
  private static let types: [String: ElementType] = [
    "f8": .float64, "f4": .float32, "f2": .float16, "i8": .int64, "i4": .int32, "u1": .uint8, "b1": .uint8,
  ]

  /// Parses a name; nil if such elements cannot be read.
  ///
  /// - Parameter name: The name; without a byte order, or with `=` or `|`, it is little-endian.
  init?(_ name: String) {
    let kind = name.first.map("<>=|".contains) == true ? name.dropFirst() : name[...]
    guard let type = Self.types[String(kind)] else { return nil }
    self.type = type
    isBigEndian = name.first == ">"
  }

  /// The reason that elements cannot be read, and what would work.
  static func refusal(of name: String) -> String {
    let kind = name.drop(while: "<>=|".contains).first
    let meaning =
      switch kind {
      case "O": ", Python objects"
      case "U", "S", "a": ", text"
      case "M", "m": ", dates or times"
      case "V": ", records"
      case "c": ", complex numbers"
      default: ""
      }
    let isNumeric = kind.map("fiu".contains) == true
    return
      "has elements of type \(name.quoted)\(meaning); float64, float32, float16, int64, int32, uint8 and bool are supported"
      + (isNumeric ? "; in numpy: x.astype('float32')" : "")
  }
}
