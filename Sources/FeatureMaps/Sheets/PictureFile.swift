import ImageFiles
import Tensors

/// A file that a sheet is written to, in the format that the end of its name says.
public struct PictureFile: Equatable, Sendable {
  /// The formats.
  public enum Format: String, CaseIterable, Sendable {
    /// With labels.
    case svg
    /// The pictures alone.
    case png
  }

  /// The file.
  public let path: String
  /// Its format.
  public let format: Format

  /// Takes a name.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if its name ends otherwise than in .svg or .png; capitals may be used.
  public init(path: String) throws {
    let format = Format.allCases.first { path.lowercased().hasSuffix("." + $0.rawValue) }
    guard let format else {
      throw FileError(
        path: path,
        problem: .notWritable(reason: "its name must end in .svg (with labels) or .png (the picture alone)"))
    }
    self.path = path
    self.format = format
  }

  /// Writes a sheet, in full or not at all.
  ///
  /// - Parameter sheet: The sheet.
  /// - Throws: `FileError` if it cannot be written; `ImageFileError` if libpng refuses.
  public func write(_ sheet: PictureSheet) throws {
    switch format {
    case .svg:
      let document = try sheet.svg().document
      try AtomicFile.write(to: path) { try $0.write(document) }
    case .png:
      let bytes = try sheet.raster.png()
      try AtomicFile.write(to: path) { try $0.write(bytes) }
    }
  }
}
