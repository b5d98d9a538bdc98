/// The division of the unfolded input of one image and group into panels that stay in a core's cache.
///
/// The unfolded input has a row for each weight of an output channel, (C/groups)·kH·kW of them, and a column for each
/// output pixel. Only one panel per thread exists at any time, of at most ``byteBound`` bytes whatever the sizes: both
/// rows and pixels are cut, if necessary down to one.
struct PanelTiling {
  /// The largest size of a panel in bytes: 1 MiB, the size of a core's second-level cache.
  static let byteBound = 1 << 20

  /// The largest number of elements of a panel.
  static let bound = byteBound / MemoryLayout<Float>.stride

  /// The preferred number of rows of a panel: products of less depth would read and write their result too often.
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
/// A run of indices cut into parts whose sizes differ by one at most.
struct EvenSplit {
  /// The number of indices.
  let count: Int
  /// The number of parts.
  let parts: Int

  /// Cuts a run into at least one part and at most as many as it has indices.
  init(_ count: Int, parts: Int) {
    self.count = count
    self.parts = max(min(parts, count), 1)
  }

  /// Cuts a run into the fewest parts that have no more than some indices.
  init(_ count: Int, largestPart: Int) {
    self.init(count, parts: (count + largestPart - 1) / largestPart)
  }

  /// The size of the largest part.
  var largestPart: Int { (count + parts - 1) / parts }

  /// The indices of one part.
  subscript(part: Int) -> Range<Int> {
    count * part / parts..<count * (part + 1) / parts
  }

  /// The same run cut into more parts, enough to keep the threads busy.
  ///
  /// It is the fewest parts with which at most an eighth of the threads' time is spent waiting for the last one.
  ///
  /// - Parameters:
  ///   - threads: The threads.
  ///   - others: The number of times that the whole run is computed independently.
  ///   - smallestPart: The smallest size of a part.
  /// - Returns: The finer cut, or the same if it is fine enough.
  func finer(for threads: ThreadPool, others: Int, smallestPart: Int = 1) -> EvenSplit {
    let limit = max(count / smallestPart, parts)
    // With more than a few parts per thread the wait is short, so the search ends soon.
    let busy = (parts...limit).prefix(8 * threads.count).first { candidate in
      let tasks = candidate * others
      let rounds = (tasks + threads.count - 1) / threads.count
      return tasks * 8 >= rounds * threads.count * 7
    }
    return EvenSplit(count, parts: busy ?? limit)
  }
}
