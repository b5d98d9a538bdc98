import Drawing

extension SVG.Stroke {
  /// The stroke of a curve among others; when the colors repeat, the dashes differ.
  static func series(_ index: Int) -> SVG.Stroke {
    let dashes: [[Double]] = [[], [8, 4], [2, 3], [10, 4, 2, 4]]
    return .init(.series(index), width: 2, dashes: dashes[index / Paint.seriesCount % dashes.count])
  }
}
