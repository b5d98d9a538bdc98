import ImageFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A picture of RGB pixels.
package struct Raster: Equatable, Sendable {
  /// Rows.
  package let height: Int
  /// Pixels of a row.
  package let width: Int
  /// The pixels, row by row.
  private var pixels: [RGB]

  /// Creates a picture pixel by pixel.
  ///
  /// - Parameters:
  ///   - height: Rows, at least 1.
  ///   - width: Pixels of a row, at least 1.
  ///   - color: Returns the color at a row and a column.
  package init(height: Int, width: Int, _ color: (_ row: Int, _ column: Int) -> RGB) {
    self.height = height
    self.width = width
    pixels = (0..<height).flatMap { row in (0..<width).map { color(row, $0) } }
  }

  /// Creates a picture of a plane, each number a square of pixels.
  ///
  /// - Parameters:
  ///   - plane: The numbers.
  ///   - scale: The color scale.
  ///   - side: The side of a number's square, in pixels, at least 1.
  package init(_ plane: Plane, _ scale: ColorScale, side: Int) {
    self.init(height: plane.height * side, width: plane.width * side) { row, column in
      scale.color(of: plane[row / side, column / side])
    }
  }

  /// The color at a row and a column.
  package subscript(row: Int, column: Int) -> RGB { pixels[row * width + column] }

  /// Draws another picture on this one.
  ///
  /// - Parameters:
  ///   - other: The other picture.
  ///   - row: The row of its upper left corner.
  ///   - column: The column of its upper left corner.
  /// - Precondition: It is within this one.
  mutating func draw(_ other: Raster, row: Int, column: Int) {
    precondition(
      row + other.height <= height && column + other.width <= width, "the picture extends beyond the edge")
    for line in 0..<other.height {
      let start = (row + line) * width + column
      pixels.replaceSubrange(
        start..<start + other.width, with: other.pixels[line * other.width..<(line + 1) * other.width])
    }
  }

  /// The pixels as planes of red, green and blue.
  package var image: DecodedImage {
    DecodedImage(
      width: width, height: height, channels: 3,
      planes: pixels.map(\.red) + pixels.map(\.green) + pixels.map(\.blue))
  }

  /// The picture as the contents of a PNG file.
  ///
  /// - Throws: `ImageFileError` if libpng reports an error.
  package func png() throws -> [UInt8] { try PNGEncoder.encode(image) }

  /// The PNG file as a data URI, for self-contained documents.
  ///
  /// - Throws: `ImageFileError` if libpng reports an error.
  package func dataURI() throws -> String {
    "data:image/png;base64,\(Data(try png()).base64EncodedString())"
  }
}
