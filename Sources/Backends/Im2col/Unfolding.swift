import Operations

/// The mapping from the rows and pixels of an unfolded input to the elements of the input.
///
/// Row r is tap r mod kH·kW of input channel r / (kH·kW); pixel p is output row p / W′ and column p mod W′.
struct Unfolding {
  /// Height and width of the input.
  let input: Extent2D
  /// Height and width of the output.
  let output: Extent2D
  /// The movement of the kernel over the input.
  let window: SlidingWindow
  private let rows: WindowAxis
  private let columns: WindowAxis
  /// Whether adjacent pixels are adjacent in the input too, also across the ends of rows: then a row is one run of the
  /// input, except for the columns in the padding.
  let keepsRuns: Bool

  /// Reads the sizes of a convolution.
  init(_ geometry: ConvolutionGeometry) {
    input = geometry.input
    output = geometry.output
    window = geometry.window
    rows = geometry.rows
    columns = geometry.columns
    keepsRuns = window.stride == 1 && input.width == output.width
  }

  /// One row of an unfolded input.
  struct Row {
    /// The input channel, within its group.
    let channel: Int
    /// The input row at output row 0; it may be in the padding.
    let top: Int
    /// The input column at output column 0; it may be in the padding.
    let left: Int
    /// The output rows whose input row exists.
    let validRows: Range<Int>
    /// The output columns whose input column exists.
    let validColumns: Range<Int>
  }

  /// Describes one row.
  func row(_ index: Int) -> Row {
    let (channel, tap) = index.quotientAndRemainder(dividingBy: window.kernel.area)
    let (tapRow, tapColumn) = tap.quotientAndRemainder(dividingBy: window.kernel.width)
    return Row(
      channel: channel, top: rows.input(output: 0, tap: tapRow),
      left: columns.input(output: 0, tap: tapColumn),
      validRows: rows.outputs(tap: tapRow), validColumns: columns.outputs(tap: tapColumn))
  }

  /// The pixels whose input elements are in the row's plane, if rows are runs of the input.
  ///
  /// They still include those of the columns in the padding; see ``forEachPaddedRun(of:in:_:)``.
  func run(of row: Row, in pixels: Range<Int>) -> Range<Int> {
    let shift = self.shift(of: row)
    let first = max(row.validRows.lowerBound * output.width, -shift, pixels.lowerBound)
    let end = min(row.validRows.upperBound * output.width, input.area - shift, pixels.upperBound)
    return first < end ? first..<end : pixels.lowerBound..<pixels.lowerBound
  }

  /// The distance from a pixel to its input element, if rows are runs of the input.
  func shift(of row: Row) -> Int {
    row.top * input.width + row.left
  }

  /// Calls a function for each range of the run's pixels whose input column is in the padding.
  @inline(__always)
  func forEachPaddedRun(of row: Row, in run: Range<Int>, _ body: (Range<Int>) -> Void) {
    let width = output.width
    guard row.validColumns != 0..<width, !run.isEmpty else { return }
    for line in run.lowerBound / width...(run.upperBound - 1) / width {
      let start = line * width
      let leading = start..<start + row.validColumns.lowerBound
      let trailing = start + row.validColumns.upperBound..<start + width
      body(leading.clamped(to: run))
      body(trailing.clamped(to: run))
    }
  }

  /// Calls a function for each part of an output row among some pixels.
  @inline(__always)
  func forEachLine(of pixels: Range<Int>, _ body: (_ line: Int, _ columns: Range<Int>) -> Void) {
    let width = output.width
    for line in pixels.lowerBound / width...(pixels.upperBound - 1) / width {
      let start = line * width
      body(line, max(pixels.lowerBound - start, 0)..<min(pixels.upperBound - start, width))
    }
  }
}

// MARK: im2col

extension Unfolding {
  /// Writes a panel of the unfolded input (im2col): some of its rows at some of its pixels.
  ///
  /// - Parameters:
  ///   - planes: The input channels of one image and group.
  ///   - rows: The rows.
  ///   - pixels: The pixels; at least one.
  ///   - panel: rows×pixels, to be written.
  func unfold(
    _ planes: UnsafePointer<Float>, rows: Range<Int>, pixels: Range<Int>,
    into panel: UnsafeMutablePointer<Float>
  ) {
    for index in rows {
      let row = self.row(index)
      let plane = planes + row.channel * input.area
      let destination = panel + (index - rows.lowerBound) * pixels.count
      if keepsRuns {
        unfoldRun(plane, row, pixels, into: destination)
      } else {
        unfoldLines(plane, row, pixels, into: destination)
      }
    }
  }

  private func unfoldRun(
    _ plane: UnsafePointer<Float>, _ row: Row, _ pixels: Range<Int>,
    into destination: UnsafeMutablePointer<Float>
  ) {
    let run = self.run(of: row, in: pixels)
    let before = run.lowerBound - pixels.lowerBound
    destination.update(repeating: 0, count: before)
    (destination + before).update(from: plane + (run.lowerBound + shift(of: row)), count: run.count)
    (destination + before + run.count).update(repeating: 0, count: pixels.upperBound - run.upperBound)
    forEachPaddedRun(of: row, in: run) { padded in
      for pixel in padded { destination[pixel - pixels.lowerBound] = 0 }
    }
  }

  private func unfoldLines(
    _ plane: UnsafePointer<Float>, _ row: Row, _ pixels: Range<Int>,
    into destination: UnsafeMutablePointer<Float>
  ) {
    let stride = window.stride
    var target = destination
    forEachLine(of: pixels) { line, columns in
      defer { target += columns.count }
      let valid = row.validColumns.clamped(to: columns)
      guard row.validRows.contains(line), !valid.isEmpty else {
        target.update(repeating: 0, count: columns.count)
        return
      }
      let before = valid.lowerBound - columns.lowerBound
      let source =
        plane + (row.top + line * stride.height) * input.width + row.left + valid.lowerBound * stride.width
      target.update(repeating: 0, count: before)
      gather(source, stride: stride.width, count: valid.count, into: target + before)
      (target + before + valid.count).update(repeating: 0, count: columns.upperBound - valid.upperBound)
    }
  }

  @inline(__always)
  private func gather(
    _ source: UnsafePointer<Float>, stride: Int, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    guard stride > 1 else { return destination.update(from: source, count: count) }
    for index in 0..<count { destination[index] = source[index &* stride] }
  }
}

// MARK: col2im

extension Unfolding {
  /// Adds a panel of the unfolded gradient to the gradient of the input (col2im).
  ///
  /// - Parameters:
  ///   - panel: rows×pixels; values in the padding are overwritten with zeros.
  ///   - rows: The rows of the unfolded gradient that it holds.
  ///   - pixels: The pixels that it holds; at least one.
  ///   - planes: The gradient of the input channels of one image and group, to be added to.
  func fold(
    _ panel: UnsafeMutablePointer<Float>, rows: Range<Int>, pixels: Range<Int>,
    into planes: UnsafeMutablePointer<Float>
  ) {
    for index in rows {
      let row = self.row(index)
      let plane = planes + row.channel * input.area
      let source = panel + (index - rows.lowerBound) * pixels.count
      if keepsRuns {
        foldRun(source, row, pixels, into: plane)
      } else {
        foldLines(source, row, pixels, into: plane)
      }
    }
  }

  private func foldRun(
    _ source: UnsafeMutablePointer<Float>, _ row: Row, _ pixels: Range<Int>,
    into plane: UnsafeMutablePointer<Float>
  ) {
    let run = self.run(of: row, in: pixels)
    forEachPaddedRun(of: row, in: run) { padded in
      for pixel in padded { source[pixel - pixels.lowerBound] = 0 }
    }
    scatter(
      source + (run.lowerBound - pixels.lowerBound), stride: 1, count: run.count,
      into: plane + (run.lowerBound + shift(of: row)))
  }

  private func foldLines(
    _ source: UnsafeMutablePointer<Float>, _ row: Row, _ pixels: Range<Int>,
    into plane: UnsafeMutablePointer<Float>
  ) {
    let stride = window.stride
    var origin = source
    forEachLine(of: pixels) { line, columns in
      defer { origin += columns.count }
      let valid = row.validColumns.clamped(to: columns)
      guard row.validRows.contains(line), !valid.isEmpty else { return }
      let first =
        (row.top + line * stride.height) * input.width + row.left + valid.lowerBound * stride.width
      scatter(
        origin + (valid.lowerBound - columns.lowerBound), stride: stride.width, count: valid.count,
        into: plane + first)
    }
  }

  @inline(__always)
  private func scatter(
    _ source: UnsafePointer<Float>, stride: Int, count: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    guard stride > 1 else {
      for index in 0..<count { destination[index] += source[index] }
      return
    }
    for index in 0..<count { destination[index &* stride] += source[index] }
  }
}
