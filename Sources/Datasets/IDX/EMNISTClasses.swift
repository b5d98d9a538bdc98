import Tensors

/// The names of EMNIST's classes: their characters, upper and lower case of a class together as `Aa`.
enum EMNISTClasses {
  /// Reads the names from the file `emnist-SPLIT-mapping.txt`, or uses the known ones if it is missing.
  ///
  /// - Throws: ``DatasetError`` if the file exists and is not a mapping of the split's classes.
  static func names(of split: EMNIST.Split, in directory: String) throws -> [String] {
    let path = "\(directory)/\(split.prefix)-mapping.txt"
    guard SystemFile.isRegular(path) else { return known(split) }
    return try read(path, split)
  }

  /// Reads a mapping: a line for each class with its label and the code points of its characters.
  private static func read(_ path: String, _ split: EMNIST.Split) throws -> [String] {
    let lines = try TextLines.read(path)
    let names = known(split)
    guard lines.count == names.count else {
      throw DatasetError.damaged(
        path: path,
        reason:
          "\(path) has \(counted(lines.count, "line")), but EMNIST's \(split) has \(counted(names.count, "class"))"
      )
    }
    return try lines.enumerated().map { index, line in
      let numbers = line.split(separator: " ").map { UInt32($0) }
      let scalars = numbers.dropFirst().map { $0.flatMap(Unicode.Scalar.init) }
      guard numbers.first == UInt32(index + split.firstLabel), !scalars.isEmpty,
        scalars.allSatisfy({ $0.map { $0.properties.generalCategory != .control } ?? false })
      else {
        throw DatasetError.damaged(
          path: path,
          reason:
            "\(path) is invalid in line \(index + 1): expected the label \(index + split.firstLabel) and code points"
        )
      }
      return String(String.UnicodeScalarView(scalars.compactMap(\.self)))
    }
  }

  private static func known(_ split: EMNIST.Split) -> [String] {
    switch split {
    case .digits, .mnist: digits
    case .letters: zip(capitals, small).map { $0 + $1 }
    case .byclass: digits + capitals + small
    case .bymerge, .balanced: digits + capitals + distinct
    }
  }

  private static let digits = (0..<10).map(String.init)
  private static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
  private static let small = "abcdefghijklmnopqrstuvwxyz".map(String.init)
  /// The lower-case letters that look different from their capitals.
  private static let distinct = "abdefghnqrt".map(String.init)
}
