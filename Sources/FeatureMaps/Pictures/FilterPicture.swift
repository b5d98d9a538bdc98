import Reporting
import Tensors

extension FirstFilters {
  /// The approximate side of a filter's picture.
  private static let side = 88
  private static let tileWidth = 60.0

  /// The weights from 0 to 1, where 0.5 is the weight 0: w / (2 · limit) + 0.5.
  ///
  /// - Parameters:
  ///   - plane: Some of the weights.
  ///   - limit: The largest absolute weight.
  /// - Returns: The numbers.
  public static func normalized(_ plane: Plane, limit: Double) -> Plane {
    Plane(
      height: plane.height, width: plane.width,
      values: plane.values.map { limit > 0 ? $0 / (2 * limit) + 0.5 : 0.5 })
  }

  /// The filters, each weight a square: in color if they have three input channels, otherwise a picture per channel, blue
  /// below 0 and red above.
  ///
  /// - Parameter scaling: The scaling of the weights.
  /// - Returns: The sheet.
  public func sheet(_ scaling: Scaling = .common) -> PictureSheet {
    let common = limit(0, .common)
    let tiles = (0..<count).flatMap { index in
      filterTiles(index, limit: scaling == .own ? limit(index, .own) : common)
    }
    // If each filter has its own limit, the marks are fractions of it.
    let scale = ColorScale(limit: scaling == .own ? 1 : common, isSigned: true)
    let perRow = channels == 1 || channels == 3 ? 1 : channels
    let columns = perRow == 1 ? Columns.count(for: count) : perRow * max(12 / perRow, 1)
    let panel = PicturePanel(
      tiles: tiles, columns: columns, tileWidth: Self.tileWidth, scale: channels == 3 ? nil : scale)
    return PictureSheet("First filters", notes: notes(scaling), strips: [PictureStrip(panels: [panel])])
  }

  /// Lines that each fit into a sheet, however few filters it has.
  private func notes(_ scaling: Scaling) -> [String] {
    let unit = channels == 1 ? "channel" : "channels"
    let what = "The \(grouped(count)) filters of \(layer), \(kernel) with \(channels) \(unit)."
    let colors =
      channels == 3
      ? "Red, green and blue are the weights of the channels; gray is zero." : "White is zero."
    return [what, colors, scaleNote(scaling)]
  }

  private func scaleNote(_ scaling: Scaling) -> String {
    guard scaling == .own else {
      return "All share one scale: the largest absolute weight is \(significant(limit(0, .common)))."
    }
    let limits = (0..<count).map { limit($0, .own) }
    let (least, most) = (significant(limits.min() ?? 0), significant(limits.max() ?? 0))
    // Filters in color have no bar with marks.
    let mark = channels == 3 ? ", up to" : ": 1 is"
    return "Each has its own scale\(mark) its largest absolute weight; these are from \(least) to \(most)."
  }

  private func filterTiles(_ index: Int, limit: Double) -> [PictureTile] {
    let planes = planes(index)
    let side = max(Self.side / max(kernel.height, kernel.width), 1)
    if planes.count == 3 {
      let shares = planes.map { Self.normalized($0, limit: limit) }
      let raster = Raster(height: kernel.height * side, width: kernel.width * side) { row, column in
        let (row, column) = (row / side, column / side)
        return RGB(shares: shares[0][row, column], shares[1][row, column], shares[2][row, column])
      }
      return [PictureTile(raster, name: "\(index)", label: "filter \(index)")]
    }
    return planes.enumerated().map { channel, plane in
      let name = planes.count == 1 ? "\(index)" : "\(index).\(channel)"
      return PictureTile(
        Raster(plane, ColorScale(limit: limit, isSigned: true), side: side), name: name,
        label: "filter \(name)")
    }
  }
}
