#if OpenBLAS
  /// How the unfolded input of one image and group is cut into panels that stay in a core's cache.
  ///
  /// The unfolded input has a row for each weight of an output channel, (C/groups)·kH·kW of them, and a column for
  /// each output pixel. Of it only one panel a thread exists at any time, with at most ``byteBound`` bytes
  /// whatever the sizes: both rows and pixels are cut, if need be down to one.
  struct PanelTiling {
    /// The most bytes that a panel has: 1 MiB, what the second-level cache of a core holds.
    static let byteBound = 1 << 20

    /// The most elements that a panel has.
    static let bound = byteBound / MemoryLayout<Float>.stride

    /// Rows that a panel has where it can: products of less depth would read and write their result too often.
    static let preferredRows = 640

    /// The cut of the rows.
    let rows: EvenSplit
    /// The cut of the pixels.
    var pixels: EvenSplit

    /// Cuts an unfolded input of some rows and pixels.
    init(rows rowCount: Int, pixels pixelCount: Int) {
      pixels = EvenSplit(pixelCount, largestPart: Self.bound / min(rowCount, Self.preferredRows))
      rows = EvenSplit(rowCount, largestPart: Self.bound / pixels.largestPart)
    }

    /// Cuts the pixels of an unfolded input whose rows are cut already, into no more than ``preferredRows`` each.
    init(rows: EvenSplit, pixels pixelCount: Int) {
      self.rows = rows
      pixels = EvenSplit(pixelCount, largestPart: Self.bound / rows.largestPart)
    }

    /// The elements of the largest panel.
    var panelCount: Int { rows.largestPart * pixels.largestPart }
  }
#endif
