import CKernels
import Operations

/// The tiles of the outputs of a batch, in groups that are computed together.
final class WinogradTiles {
  /// The tiles of all groups.
  private let tiles: UnsafeMutableBufferPointer<ck_winograd_tile>
  /// The groups.
  let groups: [ck_winograd_group]
  /// Tiles of the largest group.
  let largestGroup: Int

  /// The number of tiles whose transforms stay in a core's cache.
  private static let preferredGroup = 50

  /// Cuts the outputs.
  ///
  /// - Parameters:
  ///   - batch: Images.
  ///   - output: The extents of the outputs.
  ///   - origin: The first input of the first output, along each axis: minus the padding.
  init(batch: Int, output: Extent2D, origin: (row: Int, column: Int)) {
    var all: [ck_winograd_tile] = []
    for image in 0..<batch {
      for row in stride(from: 0, to: output.height, by: WinogradTransform.outputs) {
        for column in stride(from: 0, to: output.width, by: WinogradTransform.outputs) {
          all.append(
            ck_winograd_tile(
              image: Int32(image), input_row: Int32(row + origin.row),
              input_column: Int32(column + origin.column), output_row: Int32(row),
              output_column: Int32(column),
              is_short: output.height - row <= WinogradTransform.borderOutputs ? 1 : 0,
              is_narrow: output.width - column <= WinogradTransform.borderOutputs ? 1 : 0))
        }
      }
    }
    let split = EvenSplit(all.count, largestPart: Self.preferredGroup)
    tiles = .allocate(capacity: all.count)
    var groups: [ck_winograd_group] = []
    for part in 0..<split.parts {
      let range = split[part]
      // In this order the tiles that have a given point are adjacent.
      let kinds = [(0, 1), (0, 0), (1, 0), (1, 1)].map { kind in
        all[range].filter { ($0.is_short, $0.is_narrow) == kind }
      }
      _ = UnsafeMutableBufferPointer(rebasing: tiles[range]).initialize(from: kinds.joined())
      groups.append(
        ck_winograd_group(
          tiles: UnsafePointer(tiles.baseAddress).map { $0 + range.lowerBound },
          only_narrow: Int32(kinds[0].count),
          full: Int32(kinds[1].count), only_short: Int32(kinds[2].count), both: Int32(kinds[3].count)))
    }
    self.groups = groups
    largestGroup = split.largestPart
  }

  deinit {
    tiles.deallocate()
  }
}
