import ImageFiles
import Tensors

/// An output file for a sheet, in the format given by its extension.
package struct PictureFile: Equatable, Sendable {
  /// The formats.
  package enum Format: String, CaseIterable, Sendable {
    /// The pictures with labels.
    case svg
    /// The pictures alone.
    case png
  }

  /// The file.
  package let path: String
  /// Its format.
  package let format: Format

  /// Chooses the format by the file's name.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` unless its name ends in .svg or .png, in any case.
  package init(path: String) throws {
    let format = Format.allCases.first { path.lowercased().hasSuffix("." + $0.rawValue) }
    guard let format else {
      throw FileError(
        path: path,
        problem: .notEncodable(reason: "must end in .svg (with labels) or .png (the picture alone)"))
    }
    self.path = path
    self.format = format
  }

  /// Writes a sheet, completely or not at all.
  ///
  /// - Parameter sheet: The sheet.
  /// - Throws: `FileError` if it cannot be written; `ImageFileError` if libpng reports an error.
  package func write(_ sheet: PictureSheet) throws {
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

extension PictureSheet {
  /// Writes the sheet, completely or not at all.
  ///
  /// - Parameter path: The file: `.svg` with labels, or `.png` with the pictures alone.
  /// - Throws: `FileError` if its name has another extension, or the system does not allow it to be written;
  ///   `ImageFileError` if libpng reports an error.
  public func write(to path: String) throws {
    try PictureFile(path: path).write(self)
  }
}
